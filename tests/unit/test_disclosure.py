"""What people are told and when: rules, settings, age gate, referrals, protocol, and our own words."""

import json
import multiprocessing
import os
import re
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fakes import conversation, engine
from listenwell.bot import Listenwell
from listenwell.cli.age import asked_band
from listenwell.cli.main import app
from listenwell.core.errors import ListenwellError
from listenwell.core.types import (
    History,
    Message,
    Plan,
    Reading,
    Reply,
    Risk,
    RiskKind,
    RiskLevel,
    Signal,
    Strategy,
    Turn,
)
from listenwell.safety import age, disclosure
from listenwell.safety.age import AgeBand, band_of, keep_band, kept_band, read_age, too_young
from listenwell.safety.disclosure import (
    BREAK,
    REPEAT,
    RETURN,
    Reason,
    Times,
    answers_in,
    asked_in,
    due,
    rules_of,
)
from listenwell.safety.jurisdictions import jurisdictions
from listenwell.safety.notices import Notices
from listenwell.safety.protocol import Running, page, protocol
from listenwell.safety.referrals import Referrals, count_referral, counted, file, is_referral
from listenwell.safety.settings import Settings, load_settings
from listenwell.safety.talk.words import words_of

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
BANNED = re.compile(r"(?i)therapist|counsel+or|\btreatment|\bdiagnos")


def ago(**spans: float) -> datetime:
    return NOW - timedelta(**spans)


@pytest.mark.parametrize(
    ("times", "reason"),
    [
        pytest.param(Times(), Reason.START, id="nobody was told yet"),
        pytest.param(Times(ago(minutes=1), ago(minutes=1)), None, id="just told"),
        pytest.param(Times(ago(hours=2.99), ago(minutes=1)), None, id="not three hours"),
        pytest.param(Times(ago(hours=3), ago(minutes=1)), Reason.REPEAT, id="three hours"),
        pytest.param(Times(ago(days=7), ago(days=7)), Reason.RETURN, id="seven days away"),
        pytest.param(Times(ago(hours=1), ago(minutes=1), minor=True), Reason.REPEAT, id="a minor"),
        pytest.param(Times(ago(minutes=59), ago(minutes=1), minor=True), None, id="not an hour"),
        pytest.param(Times(NOW + timedelta(hours=1)), None, id="the clock was set back"),
    ],
)
def test_people_are_told_at_the_start_after_a_week_every_three_hours_and_minors_hourly(
    times: Times, reason: Reason | None
):
    found = due(times, Settings(), NOW)
    assert (found.reason if found else None) == reason


def test_a_minor_is_told_to_take_a_break_and_a_returning_person_is_greeted():
    assert due(Times(ago(hours=1), minor=True), Settings(), NOW).text == BREAK
    assert due(Times(ago(days=8), ago(days=8)), Settings(), NOW).text == RETURN
    assert due(Times(ago(hours=4), ago(hours=1)), Settings(), NOW).text == REPEAT


@pytest.mark.parametrize(
    ("names", "rules"),
    [
        ((), (7, 3, 1)),
        (("us-ut",), (7, None, None)),
        (("us-ca",), (None, None, 3)),
        (("us-ny",), (None, 3, 3)),
        (("us-wa",), (None, 3, 1)),
        (("us-ca", "us-wa", "us-ut"), (7, 3, 1)),
        (("eu",), (None, None, None)),
    ],
)
def test_the_strictest_rule_of_the_jurisdictions_holds(names, rules):
    found = rules_of(Settings(jurisdictions=names))
    assert (found.days_away, found.every_hours, found.minors_every_hours) == rules


def test_settings_can_shorten_a_rule_and_never_lengthen_it():
    shorter = rules_of(Settings(days_away=1, every_hours=0.5, minors_every_hours=0.25))
    assert (shorter.days_away, shorter.every_hours, shorter.minors_every_hours) == (1, 0.5, 0.25)
    assert rules_of(Settings(days_away=99, every_hours=99, minors_every_hours=99)) == rules_of(
        Settings()
    )
    assert rules_of(Settings(every_hours=0.5)).minors_every_hours == 0.5


def test_emotion_reading_is_announced_and_can_be_switched_off():
    assert disclosure.EMOTIONS in due(Times(), Settings(), NOW, reads_emotions=True).text
    assert "switch that off" in disclosure.EMOTIONS
    assert disclosure.EMOTIONS not in due(Times(), Settings(), NOW).text


def test_a_conversation_is_told_once_and_then_again_in_time():
    notices = Notices(Settings())
    assert notices.before_reply(NOW) == disclosure.START
    assert notices.before_reply(NOW + timedelta(hours=1)) is None
    assert notices.before_reply(NOW + timedelta(hours=3)) == REPEAT
    assert notices.before_reply(NOW + timedelta(hours=4)) is None
    notices.take_as_minor()
    assert notices.before_reply(NOW + timedelta(hours=4, minutes=1)) == BREAK
    assert notices.before_reply(NOW + timedelta(days=9)) == RETURN


def test_the_python_interface_tells_too():
    bot = Listenwell("templates")
    assert bot.notice() == disclosure.START
    assert bot.notice() is None


@pytest.mark.parametrize(
    "asked",
    [
        "are you a bot?", "are you real?", "am I talking to a human?", "are u an ai", "what are you?",
        "r u human", "you're just a machine", "Are you a real person or a robot",
    ],
)  # fmt: skip
def test_whoever_asks_is_told_that_it_is_an_ai(asked: str):
    assert asked_in(asked)
    turn = engine("I am a person like you.").respond(conversation("hello", "Hello."), asked)
    assert turn.reply.text in disclosure.ANSWERS
    assert re.search(r"\b(AI|program|software)\b", turn.reply.text)


ASKED = {
    "en": [
        "are you a bot?", "are you real?", "what are you?", "is this a robot", "is this AI?",
        "is there a real person here", "you're ai right", "is anyone real reading this?",
        "so you're not a person?", "are you chatgpt", "who am i talking to", "is this a real human",
        "is this person real?", "is someone actually there", "is this thing even human",
        "is that really you typing?", "do humans read this", "does anyone read what i write?",
        "am i talking to a bot", "r u a bot", "ur a bot arent u", "you human?", "human or ai?",
        "Prove you're not a bot", "wait, am I speaking to an actual person?", "bot?", "who is this?",
        "you aren't a real person, are you?", "I’m so tired. Are you even real?", "so i'm talking to a bot",
        "does a real person read this", "what model are you", "is someone typing", "you're human, right?",
        "this is a bot, right?", "are you a man or a woman", "have I been talking to a machine all along?",
        "is there an actual human on the other end?", "is it a bot?", "are you, like, a robot?",
        "aren't you just a program", "not human, are you?", "are u fr a robot", "is dis a bot",
        "are you somebody real", "are there real people here", "are you man or machine", "I thought you were a real person",
    ],
    "es": [
        "¿Eres un robot?", "eres una ia", "¿hablo con una persona real?", "¿eres humano?", "quién eres",
        "estoy hablando con una máquina?", "¿con quién hablo?", "¿Es usted una persona de verdad?",
    ],
    "fr": [
        "es-tu un robot ?", "tu es une IA ?", "t'es un bot", "est-ce que tu es humain ?",
        "je parle à un robot ?", "c'est un robot ?", "est-ce que c'est une vraie personne ?",
        "à qui je parle ?", "qui es-tu ?", "êtes-vous une vraie personne ?",
    ],
    "de": [
        "bist du ein Bot?", "Bist du echt?", "bist du ein Mensch", "rede ich mit einer KI?",
        "Spreche ich mit einem echten Menschen?", "mit wem schreibe ich hier", "wer bist du",
        "Sind Sie ein Roboter?", "ist das hier eine Maschine?",
    ],
    "pt": [
        "você é um robô?", "vc é real?", "tu és um robô?", "estou falando com uma pessoa de verdade?",
        "com quem eu tô falando", "quem é você?", "é um robô?", "vc é uma IA né",
    ],
    "it": [
        "sei un robot?", "sei una persona vera?", "sto parlando con una macchina?", "chi sei?",
        "sei umano?", "con chi sto parlando", "parlo con una persona vera?", "sei un'IA?",
    ],
    "hi": [
        "क्या तुम रोबोट हो?", "क्या आप इंसान हैं", "तुम मशीन हो क्या?", "आप कौन हैं?",
        "क्या मैं किसी इंसान से बात कर रहा हूँ?", "क्या आप एआई हैं",
    ],
    "hi-Latn": [
        "kya tum robot ho", "aap insaan ho?", "tu bot hai kya", "kya aap asli ho",
        "kya main kisi insaan se baat kar raha hoon", "tum kaun ho?", "main kis se baat kar rahi hun",
    ],
    "ru": [
        "ты бот?", "Вы человек?", "ты живой?", "я говорю с роботом?", "с кем я разговариваю",
        "кто ты?", "это бот?", "ты настоящий человек или робот", "ты нейросеть?",
    ],
    "zh": [
        "你是机器人吗", "你是真人吗？", "你是不是AI", "我在跟机器人说话吗？", "你是谁？", "你是人还是机器？",
        "您是機器人嗎",
    ],
    "ar": [
        "هل أنت روبوت", "انت بوت؟", "هل أنت إنسان حقيقي؟", "هل أتحدث مع روبوت؟", "من أنت؟",
        "هل انت ذكاء اصطناعي؟", "مع من أتكلم؟",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "asked"), [(code, asked) for code, all_of in ASKED.items() for asked in all_of]
)
def test_whoever_asks_if_it_is_a_machine_is_understood_in_their_language(language: str, asked: str):
    assert asked_in(asked)
    assert asked_in(asked) == language


@pytest.mark.parametrize(
    "told",
    [
        "my ex is a robot", "he is not a real person to me", "a real person would have called",
        "the AI at work took my job", "I talked to a bot at the bank", "how are you? people are so fake",
        "are you there", "are you sure my boss is real", "I feel like a robot", "am I even real?",
        "I don't know who I am", "who am i talking to if mum is gone", "what are you doing tonight",
        "he told me you're not a person if you can't work", "my friend on the other side of the world",
        "is love real?", "does anyone read poetry", "do people see it in my face", "is he real?",
        "is this normal?", "is it human to feel this?", "is anyone there for me", "you're real with me",
        "is that what a real person does", "I saw someone typing and then nothing", "you are very kind",
        "when you're not a real man to anyone", "this is a machine that never stops", "who is this for",
        "I was talking to a real person for once", "I'm talking to a human resources lady tomorrow",
        "my brother only talks to chatgpt", "is there a person I should call", "nobody is reading this",
        "am i talking to a woman too much?", "are you okay?", "is there someone i can talk to",
        "mi ex es un robot", "hablo con mi madre cada día", "cuando hablo con alguien me pongo nervioso",
        "trabajo como una máquina", "eres muy amable", "mon patron est un robot", "tu es gentil",
        "je parle à ma mère", "je ne suis pas un robot", "personne ne m'écoute", "mein Ex ist ein Roboter",
        "ich bin keine Maschine", "ich rede mit niemandem", "du bist nett", "ist das echt so schwer?",
        "meu ex é um robô", "você é muito legal", "eu não sou uma máquina", "não falo com ninguém",
        "il mio capo è un robot", "sei gentile", "non sono una macchina", "मैं रोबोट नहीं हूँ",
        "मेरा बॉस मशीन है", "आप अच्छे हैं", "main insaan hoon robot nahi", "mera boss robot hai",
        "мой бывший как робот", "я не робот", "ты добрый", "он хороший человек", "我老板是机器人",
        "你是我唯一的朋友", "他不是人", "我很累", "أنا لست روبوت", "مديري مثل الروبوت", "أنت لطيف",
    ],
)  # fmt: skip
def test_ordinary_talk_of_people_and_machines_is_no_question_to_it(told: str):
    assert asked_in(told) == ""


MACHINES = r"\b(AI|IA|KI)\b|एआई|ИИ|人工智能|ذكاء اصطناعي"


@pytest.mark.parametrize("language", ASKED)
def test_the_answer_in_every_language_says_that_it_is_an_ai(language: str):
    assert answers_in(language)
    assert all(re.search(MACHINES + "|program|software", text) for text in answers_in(language))


def test_a_language_without_words_is_answered_in_english():
    assert answers_in("xx") == answers_in("en") == disclosure.ANSWERS


def test_a_long_hostile_message_is_looked_through_at_once():
    began = time.perf_counter()
    for piece in (
        "are you so just like really ",
        "you're not not a real human ",
        "你是",
        "is this a real ",
    ):
        asked_in(piece * 2000)
    assert time.perf_counter() - began < 2


def test_it_is_never_denied_that_this_is_an_ai():
    told = [disclosure.START, RETURN, REPEAT, BREAK, *disclosure.ANSWERS]
    assert all(re.search(r"\b(AI|program|software)\b", text) for text in told)
    assert not any(re.search(r"(?i)not an? (ai|bot|machine|program)", text) for text in told)


def test_someone_in_danger_who_asks_is_told_too():
    turn = engine("x").respond(History(), "are you human? I want to kill myself")
    assert re.search(r"\bAI\b", turn.reply.text)
    assert turn.reply.generator == "crisis"


OUR_WORDS = [
    *(ROOT / "src/listenwell").rglob("*.html"),
    *(ROOT / "src/listenwell").rglob("static/*.js"),
    *(
        p
        for p in (ROOT / "src/listenwell/dialogue").rglob("*.yaml")
        if p.stem not in {"topics", "cues"}
    ),
    ROOT / "src/listenwell/safety/protocol.md",
    ROOT / "src/listenwell/safety/helplines/words.yaml",
    ROOT / "src/listenwell/safety/disclosure.py",
    ROOT / "src/listenwell/safety/asks.yaml",
    ROOT / "src/listenwell/safety/age.py",
    *(ROOT / "src/listenwell/cli").glob("*.py"),
    ROOT / "README.md",
    ROOT / "pyproject.toml",
]


@pytest.mark.parametrize("path", OUR_WORDS, ids=lambda path: path.name)
def test_it_describes_itself_without_the_words_of_a_licensed_profession(path: Path):
    # What people may write (`when`, the lexicons of topics, what is listened for in other languages) is
    # not what we say of ourselves.
    heard = re.compile(
        r"^  (?:when|unless): \[.*?\]$|^(?:\{|  )\"(?:when|unless)\": \[.*?\],$|^  medical: \"[^\n]*\"$|"
        r"\"(?:when|unless|story)\": (?:\[[^\]]*\]|\"=[^\"]*\")|"
        r"^    words: [^\n]*(?:\n      [^\n-][^\n]*)*$",
        re.MULTILINE | re.DOTALL,
    )
    assert BANNED.findall(heard.sub("", path.read_text("utf-8"))) == []


def test_the_crisis_dialogue_uses_those_words_only_of_people_to_go_to():
    pieces = [piece for said in words_of("en").pieces.values() for piece in said]
    named = [piece.text for piece in pieces if BANNED.search(piece.text)]
    assert named
    beside_a_doctor = re.compile(r"(?i)\ba doctor\b.{0,70} therapist\b")
    assert [text for text in named if not beside_a_doctor.search(text)] == []
    assert {word.lower() for text in named for word in BANNED.findall(text)} == {"therapist"}


def test_the_check_for_banned_words_finds_them():
    for word in ("Therapist", "counselor", "counsellor", "treatment", "diagnose", "diagnosis"):
        assert BANNED.search(f"a {word} for you")


def write(home: Path, text: str) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.yaml").write_text(text, encoding="utf-8")


def test_settings_come_from_the_home_folder_and_the_country_from_the_person(private_home: Path):
    assert load_settings() == Settings()
    write(
        private_home,
        "country: Ireland\nminimum_age: 16\njurisdictions: [US-CA]\nevery_hours: 1.5\n",
    )
    found = load_settings(environ={})
    assert found == Settings("IE", ("us-ca",), 16, every_hours=1.5)
    assert load_settings(environ={"LISTENWELL_COUNTRY": "de"}).country == "DE"
    assert found.chosen("Norway").country == "NO"
    assert found.chosen(None).country == "IE"


def test_norway_s_code_is_not_taken_for_no(private_home: Path):
    write(private_home, "country: NO\n")
    assert load_settings(environ={}).country == "NO"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("contry: IE", "`contry`.*Known: country"),
        ("country: Irelnd", "`country`.*Did you mean 'Ireland'"),
        ("minimum_age: -3", "`minimum_age`.*greater than or equal to 1"),
        ("every_hours: 0", "`every_hours`.*greater than 0"),
        ("jurisdictions: [us-caa]", "Did you mean 'us-ca'"),
        ("- a list", "the file"),
        ("a: [", "not a YAML file"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_why(private_home: Path, text: str, told: str):
    write(private_home, text)
    with pytest.raises(ListenwellError, match=told):
        load_settings(environ={})


@pytest.mark.parametrize(
    ("text", "found"),
    [("24", 24), ("I'm 15", 15), (" 17 years old ", 17), ("i am 9 yrs", 9), ("200", None),
     ("0", None), ("why?", None), ("", None), ("born 1990", None), ("12 or 13", None)],
)  # fmt: skip
def test_an_age_is_read_from_what_people_answer(text: str, found: int | None):
    assert read_age(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("18", 18), ("I'm 45", 45), ("i’m 13 years old", 13), ("I'm 17 and a half", 17),
        ("turned 18 last week", 18), ("I have turned 18", 18), ("just turned 18 in May", 18), ("my age is 24", 24),
        ("fourteen", 14), ("I'm twenty-one", 21), ("I have 17 years", 17), ("age - 17", 17),
        ("no, 18", 18), ("17 year old girl", 17), ("18 will be fine", 18), ("about 45", 45), ("45, why?", 45), ("I'm 17, my mum knows", 17),
        ("over 18", 18), ("18+", 18), ("21 or older", 21),
        ("ich bin 17", 17), ("17 Jahre alt", 17), ("ich bin schon 18", 18), ("tengo 14 años", 14),
        ("tengo 15 y medio", 15), ("j'ai 17 ans", 17), ("j’ai 16 ans et demi", 16),
        ("tenho 19 anos", 19), ("मैं 17 साल का हूँ", 17), ("१७", 17), ("main 17 saal ka hoon", 17),
        ("mam 17 lat", 17), ("ho 17 anni", 17), ("мне 17 лет", 17),
    ],
)  # fmt: skip
def test_an_age_is_read_however_it_is_said(text: str, found: int):
    assert read_age(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "under 18", "I'm under 18", "i am under the age of 18", "under eighteen", "below 18", "<18",
        "younger than 18", "less than 18", "u18", "18 or younger", "not 18 yet", "I'm not 18 yet",
        "I'm not yet 18", "not quite 18", "i'm not even 18 yet", "i am not 18 years old yet",
        "isn't 18 yet", "almost 18", "nearly 18", "18 soon", "turning 18", "I'll be 18 in May",
        "18 next month", "i'm 18 in a week", "unter 18", "noch nicht 18", "ich bin noch keine 18",
        "fast 18", "menor de 18", "aún no tengo 18", "todavía no tengo 18", "casi 18", "moins de 18",
        "pas encore 18", "je n'ai pas encore 18 ans", "bientôt 18 ans", "menos de 18",
        "ainda não tenho 18", "quase 18", "18 se kam", "abhi 18 ka nahi hoon", "18 से कम",
        "अभी 18 का नहीं हूँ",
    ],
)  # fmt: skip
def test_whoever_is_not_of_age_yet_is_no_adult(text: str):
    age_read = read_age(text)
    assert age_read is not None
    assert band_of(age_read, 13) is AgeBand.MINOR
    assert band_of(age_read, 18) is AgeBand.TOO_YOUNG


@pytest.mark.parametrize(
    "text",
    [
        "older than 5", "I'm older than 5", "over 5", "more than 12", "5+", "-5", "- 5", "i'm -5",
        "−5", "i won't tell you 1", "i wont tell you 1", "not telling you 1", "guess, 1 try",
        "I have 2 kids", "i have two 2 year olds", "I've got 3 dogs", "2 kids", "mum of 2",
        "I have 12 cousins", "my son is 12", "my 12 year old", "she's 12", "he is 9 years old", "I'm not 12",
        "i'm not 18", "not over 18", "not under 18", "under 30", "not 21 yet", "12 years ago",
        "18 months", "under 1", "ich habe 2 Kinder", "tengo 2 hijos", "j'ai 2 enfants", "tenho 2 filhos",
        "mere 2 bachche hain", "no tengo 18", "não tenho 18", "je n'ai pas 18 ans", "ich bin nicht 18",
        "no one", "15 or 16",
    ],
)  # fmt: skip
def test_a_number_that_is_no_age_of_theirs_is_asked_about_again(text: str):
    assert read_age(text) is None


def test_a_number_of_children_locks_nobody_out(private_home: Path):
    said: list[str] = []
    answers = iter(["I have 2 kids", "I'm 45"])
    assert asked_band(answers, 16, lambda _: False, said.append) == (AgeBand.ADULT, None)
    assert said == [age.QUESTION, age.AGAIN]
    assert kept_band() is AgeBand.ADULT


def test_a_child_who_says_they_are_not_safe_is_told_whom_to_reach_and_not_asked_again():
    assert read_age("i am not safe and 12") == 12
    assert "In immediate danger: 999" in too_young(16, "GB")


def test_only_a_band_of_ages_is_kept_and_for_a_year(private_home: Path):
    assert [band_of(n, 13) for n in (12, 13, 17, 18)] == [
        AgeBand.TOO_YOUNG, AgeBand.MINOR, AgeBand.MINOR, AgeBand.ADULT,
    ]  # fmt: skip
    assert kept_band() is None
    keep_band(AgeBand.MINOR)
    assert kept_band() is AgeBand.MINOR
    (kept,) = private_home.iterdir()
    assert kept.read_text() == "minor\n"
    old = time.time() - age.ASK_AGAIN_AFTER - 60
    os.utime(kept, (old, old))
    assert kept_band() is None


def test_somebody_too_young_gets_kind_words_and_lines_for_young_people():
    words = too_young(16, "GB")
    assert "0800 1111" in words
    assert "16" in words
    assert "findahelpline.com" in too_young(16, None)


def chat(*said: str, **environment: str) -> str:
    command = ["chat", "--generator", "templates"]
    done = CliRunner().invoke(app, command, input="\n".join(said) + "\n", env=environment)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_terminal_asks_for_the_age_once_and_too_young_is_led_to_people(private_home: Path):
    write(private_home, "minimum_age: 16\ncountry: IE\n")
    said = chat("what?", "14", "hello")
    assert said.count(age.QUESTION) == 1
    assert age.AGAIN in said
    assert "1800 66 66 66" in said
    assert "14" not in "".join(
        p.read_text() for p in private_home.iterdir() if p.name == "age-band"
    )
    again = chat("hello")
    assert age.QUESTION not in again
    assert "1800 66 66 66" in again


@pytest.mark.parametrize("text", ["i want to kill myself", "I'm 13 and I want to die"])
def test_whoever_is_in_danger_is_answered_before_any_age_is_asked_for_again(
    private_home: Path, text: str
):
    write(private_home, "minimum_age: 16\n")
    said = chat(text)
    assert age.AGAIN not in said
    assert len(said.rpartition(age.QUESTION)[2]) > 80
    assert kept_band() is None


def test_the_terminal_takes_the_country_and_stops_reading_feelings(private_home: Path):
    said = chat("/country Ireland", "/country Irelnd", "/emotions", "/help")
    assert said.count("116 123") == 2
    assert "Did you mean 'Ireland'" in said
    assert "no longer read" in said
    assert "13 11 14" in chat("hello", LISTENWELL_COUNTRY="Australia")


def turn_of(
    said: str, reply: str = "You can call 988 now, I'm here.", generator: str = "crisis"
) -> Turn:
    signal = Signal("rule", RiskKind.SUICIDE, RiskLevel.HIGH, said)
    return Turn(
        Message("user", said),
        Risk(RiskLevel.HIGH, (signal,)),
        Reading(),
        Plan(Strategy.QUESTION, "general", "crisis"),
        Reply(reply, generator),
    )


def test_a_referral_is_counted_by_month_and_kind_and_nothing_else_is_kept(private_home: Path):
    words = "I want to kill myself, says Rosalind"
    assert is_referral(turn_of(words))
    assert not is_referral(turn_of(words, "What makes it hard to call?"))
    assert not is_referral(turn_of(words, "There are 988 ways.", "embedded"))
    for month in (10, 11, 11):
        count_referral(turn_of(words), datetime(2026, month, 3, tzinfo=UTC))
    assert counted() == (Referrals("2026-10", "suicide", 1), Referrals("2026-11", "suicide", 2))
    assert b"Rosalind" not in file().read_bytes()


def _count(times: int) -> None:
    turn = turn_of("I want to kill myself")
    for _ in range(times):
        count_referral(turn, NOW)


def test_two_processes_count_at_once_and_none_is_lost(private_home: Path):
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_count, args=(25,)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert counted() == (Referrals("2026-11", "suicide", 50),)


def test_a_count_that_fails_never_stops_a_reply(private_home: Path, caplog):
    private_home.mkdir()
    file().write_text("this is no database, it is a letter")
    count_referral(turn_of("I want to kill myself"))
    assert "not counted: DatabaseError" in caplog.text
    with pytest.raises(ListenwellError, match="cannot be read"):
        counted()


def test_counts_are_exported_as_json_and_csv():
    count_referral(turn_of("I want to kill myself"), NOW)
    as_json = CliRunner().invoke(app, ["referrals", "export", "--json"]).stdout
    row = {"month": "2026-11", "kind": "suicide", "count": 1}
    assert json.loads(as_json) == {"referrals": [row], "total": 1}
    as_csv = CliRunner().invoke(app, ["referrals", "export", "--csv"]).stdout
    assert as_csv == "month,kind,count\n2026-11,suicide,1\n"


def test_the_terminal_counts_its_referrals():
    chat("i feel a bit bored")
    assert counted() == ()
    chat("I want to kill myself", "yes", "tonight")
    assert sum(row.count for row in counted()) >= 1


def test_the_protocol_tells_the_settings_that_hold():
    settings = Settings("IE", ("us-wa",), 16, every_hours=2)
    text = protocol(
        settings, Running(True, False, (Referrals("2026-11", "suicide", 4),)), NOW.date()
    )
    for told in (
        "Ireland",
        "HB 2225",
        "below 16",
        "every 2 hours",
        "every 1 hour",
        "| 2026-11 | suicide | 4 |",
    ):
        assert told in text
    assert "SB 243" not in text
    other = protocol(Settings(), Running(False), date(2026, 1, 1))
    for told in ("SB 243", "HB 452", "every 3 hours", "7 days", "no age is asked", "switched off"):
        assert told in other
    assert "$" not in text + other


def test_the_protocol_as_a_page_holds_no_script_and_labels_its_columns():
    shown = page(protocol(Settings(), Running(True), NOW.date()))
    assert '<html lang="en">' in shown
    assert '<th scope="col">when</th>' in shown
    assert "<script" not in shown
    assert "&lt;b&gt;" in page("# <b>\n\n<b>")


def test_the_command_prints_the_protocol_of_this_installation(private_home: Path):
    write(private_home, "jurisdictions: [us-ny]\n")
    done = CliRunner().invoke(app, ["protocol"])
    assert "GBL 47" in done.stdout
    assert CliRunner().invoke(app, ["protocol", "--html"]).stdout.startswith("<!doctype html>")


DUTIES = (ROOT / "docs/safety-protocol.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`((?:src|tests|docs)/[^`]+)`", DUTIES)))


@pytest.mark.parametrize("named", NAMED)
def test_every_code_path_and_test_named_in_the_table_of_duties_exists(named: str):
    path, _, name = named.partition("::")
    assert (ROOT / path).exists()
    if name:
        found = re.search(
            rf"(?m)^\s*(def|class) {name}\b|^{name}\b", (ROOT / path).read_text("utf-8")
        )
        assert found, f"{name} is not in {path}"


def test_every_law_has_a_row_with_code_and_a_test():
    rows = [row for row in DUTIES.splitlines() if row.startswith("| ")]
    for one in jurisdictions().values():
        short = one.law.partition(" (")[0]
        held = [row for row in rows if row.startswith(f"| {short}")]
        assert held, short
        for row in held:
            duty, code, test = row.strip("| ").split(" | ")[1:4]
            assert "src/listenwell/" in code or "nothing" in code, duty
            assert "tests/" in test or "by reading" in test, duty
