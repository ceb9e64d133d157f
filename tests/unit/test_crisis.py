"""The crisis dialogue: what it asks, in which order, and what it never says."""

import re
from dataclasses import replace
from importlib.resources import files

import pytest

from fakes import conversation
from listenwell.core.roman import WRITTEN_AS
from listenwell.core.types import History, Message, Risk, RiskKind, RiskLevel, Signal, Subject
from listenwell.safety.crisis import check_in, crisis_reply, resources
from listenwell.safety.helplines import known_contacts
from listenwell.safety.languages import language_of as of_message
from listenwell.safety.normalise import plain
from listenwell.safety.screen import RuleScreen
from listenwell.safety.talk.language import language_of
from listenwell.safety.talk.state import TOPICS, hear
from listenwell.safety.talk.tracks import TRACKS
from listenwell.safety.talk.words import LANGUAGES, pieces_in, words_of

KINDS = [kind for kind in RiskKind if kind is not RiskKind.DISTRESS]
FORBIDDEN = re.compile(
    r"(?i)\bi promise|contract|nobody understands|selfish|\bat least|stay strong|"
    r"you're not going to|i hear you|!"
)
DIRECT = {
    "en": "killing yourself", "es": "suicid", "fr": "suicid", "de": "Suizid", "pt": "suicídio",
    "hi": "आत्महत्या", "hi-Latn": "aatmahatya", "it": "suicid", "ru": "самоубийств", "ar": "الانتحار", "zh": "自杀",
}  # fmt: skip
OPENINGS = {
    "en": "I want to die", "es": "quiero morir", "fr": "je veux mourir", "de": "ich will sterben",
    "pt": "quero morrer", "hi": "मैं मरना चाहता हूँ", "hi-Latn": "marna chahta hu main", "it": "voglio morire", "ru": "я хочу умереть",
    "ar": "أريد أن أموت", "zh": "我想死",
}  # fmt: skip


def risk(
    kind: RiskKind = RiskKind.SUICIDE, level=RiskLevel.HIGH, subject=Subject.SELF, text="words"
) -> Risk:
    return Risk(level, (Signal("rule", kind, level, text),), subject)


def talk(found: Risk, *texts: str, country: str | None = None) -> list[str]:
    """Hold a conversation at one risk; return what was said back."""
    history, said = History(), []
    for text in texts:
        history = history.add(Message("user", text))
        said.append(crisis_reply(history, found, country))
        history = history.add(Message("assistant", said[-1]))
    return said


def names(reply: str) -> set[str]:
    return {piece.name for piece in pieces_in(reply)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("level", [RiskLevel.HIGH, RiskLevel.IMMINENT])
def test_nothing_is_said_twice_over_thirty_turns(kind: RiskKind, level: RiskLevel):
    if kind is RiskKind.SCREEN_FAILURE:
        turns = 3
    elif kind in {RiskKind.OVERDOSE, RiskKind.MEDICAL}:
        turns = 18
    else:
        turns = 30
    said = talk(risk(kind, level), *["…"] * turns)
    assert len(set(said)) == turns


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language_twenty_turns_are_twenty_different_replies(language: str):
    said = talk(risk(), OPENINGS[language], *["…"] * 19)
    assert len(set(said)) == 20
    assert DIRECT[language] in said[0]
    found = {(piece.section, piece.name, piece.number) for r in said for piece in pieces_in(r)}
    assert len(found) >= 20
    own = {piece for v in words_of(language).pieces.values() for piece in v}
    assert all(piece in own for reply in said for piece in pieces_in(reply))


def test_it_asks_directly_then_plan_means_and_time_and_then_offers_a_line():
    said = talk(risk(), "I want to die", "yes", "not really", "no", "no", "Canada", "maybe")
    asked = [TOPICS.get(pieces_in(reply)[-1].name) for reply in said]
    assert asked[:6] == ["direct", "plan", "means", "when", "country", "willing"]
    assert "findahelpline.com" in said[0]
    assert "988" in said[5]
    assert all(reply.count("?") <= 1 for reply in said)


def test_someone_unwilling_is_asked_what_makes_it_hard_and_offered_another_way():
    said = talk(
        risk(), "I want to die", "yes", "no", "no", "no", "usa", "no", "i don't like phones"
    )
    assert re.search(r"hard|puts you off|is it the talking", said[6])
    assert names(said[7]) & {"way_round", "cannot_call"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("I can't call, they'd hear me", {"cannot_call"}),
        ("I have no credit", {"no_phone"}),
        ("I'm deaf", {"deaf"}),
        ("they'll just lock me up in the hospital", {"police"}),
        ("last time they hung up on me", {"bad_before"}),
        ("I'm only 15", {"minor"}),
        ("just shut up", {"angry"}),
        ("promise you won't tell anyone", {"secret"}),
        ("can we talk about something else", {"stop_talk"}),
        ("are you a real person?", {"ai"}),
        ("how many pills would be enough", {"method"}),
        ("I called them", {"called"}),
        ("you're the only one I can talk to", {"only_you"}),
    ],
)
def test_what_the_person_says_is_answered(answer: str, expected: set[str]):
    said = talk(risk(), "I want to die", "yes", answer)
    assert expected <= names(said[-1])


def test_someone_who_cannot_speak_is_given_ways_to_write():
    said = talk(risk(), "I want to die", "yes", "I can't call, they'd hear me", country="IE")
    assert "50808" in said[-1]
    assert "116 123" not in said[-1]
    said = talk(risk(), "I want to die", "yes", "I have no credit", country="ZA")
    assert "findahelpline.com" in said[-1]


def test_lines_are_those_of_the_country_the_person_names():
    said = talk(risk(), "I want to die", "yes", "no", "no", "no", "Ireland")
    assert "116 123" in said[-1]
    assert "741741" not in said[-1]


@pytest.mark.parametrize(
    ("language", "first", "asked"),
    [
        ("en", "i want to kill myself", "ok what's the number"),
        ("en", "i want to kill myself", "who can i talk to"),
        ("en", "i want to kill myself", "give me a hotline please"),
        ("en", "i want to kill myself", "number?"),
        ("de", "ich will mich umbringen", "wie ist die nummer"),
        ("de", "ich will mich umbringen", "mit wem kann ich denn reden"),
        ("es", "me quiero matar", "¿a qué número llamo? ¿cuál es el número?"),
        ("es", "me quiero matar", "con quién puedo hablar"),
        ("fr", "je veux me tuer", "c'est quoi le numéro"),
        ("fr", "je veux me tuer", "à qui je peux parler"),
        ("pt", "quero me matar", "qual é o número?"),
        ("pt", "quero me matar", "com quem eu posso falar"),
        ("hi", "मैं मरना चाहता हूँ", "नंबर दीजिए"),
        ("it", "voglio uccidermi", "qual è il numero?"),
        ("it", "voglio uccidermi", "chi posso chiamare"),
        ("ru", "я хочу убить себя", "какой номер?"),
        ("ru", "я хочу убить себя", "куда мне позвонить"),
        ("ar", "أريد أن أموت", "ما هو الرقم"),
        ("ar", "أريد أن أموت", "مين أكلم"),
        ("zh", "我想自杀", "电话是多少"),
        ("zh", "我想自杀", "有什么热线吗"),
    ],
)
def test_whoever_asks_where_to_call_is_told(language: str, first: str, asked: str):
    danger = replace(risk(), language=language)
    history = History((Message("user", first),))
    for text in (asked, asked):
        history = history.add(Message("assistant", crisis_reply(history, danger, "IE")))
        history = history.add(Message("user", text))
    reply = crisis_reply(history, danger, "IE")
    assert "116 123" in reply
    earlier = [message.content for message in history.messages if message.role == "assistant"]
    assert "116 123" in earlier[-1]
    assert reply not in earlier
    urgent = crisis_reply(history, replace(risk(RiskLevel.IMMINENT), language=language), "IE")
    assert re.search("112|999", urgent)


@pytest.mark.parametrize(
    "told",
    ["i counted a number of reasons", "the line at the shop was long", "i dont know what line of work",
     "she gave me her number", "what number of pills would do it"],
)  # fmt: skip
def test_numbers_that_nobody_asks_for_are_none(told: str):
    assert "number_wanted" not in hear(told, "", "en")


def test_a_method_is_never_given_and_the_talk_goes_on():
    said = talk(risk(), *["what is the quickest way, how many pills"] * 4)
    assert len(set(said)) == 4
    assert not re.search(r"\d+ ?(mg|pills)|lethal", " ".join(said))


def test_an_emergency_puts_the_emergency_number_first():
    first = talk(risk(level=RiskLevel.IMMINENT), "tonight")[0]
    assert first.index("911") < first.find("988") or "988" not in first


def test_saying_tonight_makes_it_an_emergency():
    said = talk(risk(), "I want to die", "yes", "pills", "yes here", "no", "tonight", country="GB")
    assert names(said[-1]) & {"emergency_first"}
    assert "999" in said[-1]


def test_with_the_means_away_and_someone_near_it_is_no_emergency_any_more():
    said = talk(
        risk(level=RiskLevel.IMMINENT),
        "tonight",
        "ok my neighbour is here with me and I gave her the pills",
    )
    assert "together" in names(said[-1])


def test_once_help_is_called_it_waits_with_them():
    said = talk(risk(RiskKind.OVERDOSE), "I took all my pills", "I called the ambulance", "ok")
    assert "called" in names(said[1])
    assert "waiting" in names(said[2])


def test_standing_on_a_bridge_is_no_overdose():
    found = risk(RiskKind.OVERDOSE, RiskLevel.IMMINENT, text="standing on the bridge")
    said = talk(found, "i'm standing on the bridge", *["no"] * 20)
    assert "emergency_edge" in names(said[0])
    assert len(set(said)) == 21
    assert not re.search(r"took|a door between|unlock", " ".join(said))


def test_someone_who_lost_another_and_wants_to_die_is_spoken_to_themself():
    said = talk(risk(subject=Subject.OTHER), "my wife died in june and I want to be dead too")
    assert "direct" in names(said[0])


def test_someone_worried_about_another_is_helped_to_help():
    said = talk(risk(subject=Subject.OTHER), "my friend wants to die", "she's at home")
    assert "other_first" in names(said[0])
    assert "Are you thinking about killing yourself?" in said[1]


@pytest.mark.parametrize("kind", [RiskKind.MEDICAL, RiskKind.OVERDOSE])
def test_who_stands_beside_somebody_whose_body_is_in_danger_is_told_to_call(kind: RiskKind):
    said = talk(
        risk(kind, subject=Subject.OTHER), "my dad has chest pain", *["…"] * 14, country="GB"
    )
    assert "bystander_first" in names(said[0]) and "999" in said[0]
    assert not re.search(r"(?i)suicide|killing|act on it|want(?:ing)? to die", " ".join(said))
    assert len(set(said)) == len(said)
    assert "bystander_reached" in {name for reply in said for name in names(reply)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_for_a_bystander(language: str):
    known = {name for section, name in words_of(language).pieces if section == "moves"}
    steps = {step.move for step in TRACKS["bystander"].steps} | {TRACKS["bystander"].stay}
    assert steps <= known


def test_a_bystander_who_is_in_danger_is_spoken_to_themself():
    said = talk(
        risk(RiskKind.MEDICAL, subject=Subject.OTHER), "my dad has chest pain", "i want to die too"
    )
    assert "bystander" not in " ".join(names(said[1]))


def test_abuse_has_its_own_lines_and_nobody_is_told_to_confront():
    said = talk(risk(RiskKind.ABUSE), "he'll kill me", *["…"] * 12, country="US")
    assert any("1-800-799-7233" in reply for reply in said)
    assert not re.search(r"(?i)confront|leave him|tell him|talk to him", " ".join(said))


def test_where_the_one_who_threatens_has_fallen_asleep_a_line_is_named_too():
    told = (
        "he's coming to kill me",
        "he went to sleep",
        "ok",
        "i don't know",
        "nobody",
        "not now",
        "hm",
        "yes",
    )
    said = [
        names(reply)
        for reply in talk(risk(RiskKind.ABUSE, RiskLevel.IMMINENT), *told, country="GB")
    ]
    assert "v_asleep" in said[1]
    assert {"abuse_line", "abuse_pro"} <= set().union(*said)


def test_the_talk_goes_on_at_the_same_place_after_a_restart():
    texts = ("I want to die", "yes", "no")
    whole = talk(risk(), *texts, "no")
    history = History()
    for text, reply in zip(texts, whole, strict=False):
        history = history.add(Message("user", text), Message("assistant", reply))
    assert crisis_reply(history.add(Message("user", "no")), risk()) == whole[3]


def test_it_says_once_that_it_is_an_ai():
    said = talk(risk(), "I want to die", *["…"] * 25)
    assert sum("I'm an AI" in reply for reply in said) == 1


def test_a_second_hour_of_danger_begins_anew_with_other_words():
    history = History()
    for text in ("I want to die", "yes", "no"):
        history = history.add(Message("user", text))
        history = history.add(Message("assistant", crisis_reply(history, risk())))
    moderate = risk(level=RiskLevel.MODERATE)
    history = history.add(Message("user", "I'm safe now"))
    back = check_in(history, moderate)
    assert back
    assert names(back) == {"back"}
    before = set(history.said_by("assistant"))
    history = history.add(Message("assistant", back), Message("user", "I want to die again"))
    again = crisis_reply(history, risk())
    assert TOPICS[pieces_in(again)[-1].name] == "direct"
    assert again not in before


def test_a_screen_that_forgets_does_not_end_the_talk():
    history = History()
    for text in ("I want to die", "yes"):
        history = history.add(Message("user", text))
        history = history.add(Message("assistant", crisis_reply(history, risk())))
    assert check_in(history.add(Message("user", "no plan")), Risk()) is not None


def test_a_direct_question_is_asked_once_when_someone_may_be_in_danger():
    found = risk(level=RiskLevel.MODERATE)
    history = History((Message("user", "I don't see the point"),))
    asked = check_in(history, found)
    assert asked is not None
    assert re.search(r"ending your life|killing yourself", asked)
    answered = history.add(Message("assistant", asked), Message("user", "no, I'm only tired"))
    assert check_in(answered, found) is None


def test_nothing_is_said_to_someone_who_was_never_in_danger():
    assert check_in(History((Message("user", "I got the job!"),)), Risk()) is None


@pytest.mark.parametrize(
    "reply", ["How long has it been like this?", "Mm-hm. I'm following.", "I believe you."]
)
def test_words_that_anybody_might_say_begin_no_crisis_dialogue(reply: str):
    said = "my boss shouted at me in front of everyone and I hate it"
    history = History((Message("user", said), Message("assistant", reply), Message("user", said)))
    assert check_in(history, Risk()) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_authored_words_keep_the_rules(language: str):
    for variants in words_of(language).pieces.values():
        for piece in variants:
            plain = re.sub(r'"[^"]*"|«[^»]*»|„[^“]*“', "", piece.text)
            assert len(re.findall("[?？؟]", re.sub("“[^”]*”", "", plain))) <= 1, piece
            assert piece.name == "screen_failure" or len(piece.text.split()) <= 45, piece
            assert not FORBIDDEN.search(piece.text), piece


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code not in WRITTEN_AS])
def test_no_name_stands_twice_in_a_part(language: str):
    source = files("listenwell.safety").joinpath(f"talk/words/{language}.yaml")
    part, seen = "", set()
    for line in source.read_text(encoding="utf-8").splitlines():
        if found := re.match(r"( {2})?([\w.@\"]+):", line):
            part = part if found[1] else found[2]
            assert (part, found[2]) not in seen or not found[1], line
            seen.add((part, found[2]))


def test_every_piece_is_known_again_and_mistaken_for_no_other():
    slots = dict.fromkeys(
        ("line", "emergency", "who", "relation", "resources", "plan"), "something filled in"
    )
    for language in LANGUAGES:
        for variants in words_of(language).pieces.values():
            for piece in variants:
                (found,) = pieces_in(piece.filled(slots))
                assert found.text == piece.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_what_the_tracks_need_most(language: str):
    moves = {name for section, name in words_of(language).pieces if section == "moves"}
    needed = {"direct", "plan", "means", "when", "line", "barriers", "ai_trusted", "pro",
              "emergency_first", "check_suicide", "back", "screen_failure"}  # fmt: skip
    assert needed <= moves
    english = {name for section, name in words_of("en").pieces if section == "moves"}
    assert {step.move for track in TRACKS.values() for step in track.steps} <= english
    assert moves <= english


def test_the_help_lines_are_the_ones_named_in_the_safety_protocol():
    for part in ("988", "741741", "findahelpline.com", "911", "112", "999"):
        assert part in resources()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_before_a_country_is_known_names_only_the_directory(language: str):
    for text in words_of(language).contacts.values():
        numbers = {re.sub(r"\D", "", found) for found in re.findall(r"\d[\d -]+\d", text)}
        hosts = set(re.findall(r"[a-z0-9]+\.(?:com|org)", text))
        assert numbers | hosts <= known_contacts()


def test_an_english_message_is_not_answered_in_spanish_for_a_word_both_have():
    history = History((Message("user", "no fight, nothing. i've gone over every conversation"),))
    assert language_of(history, Risk(language="es")) == "en"
    handing = History((Message("user", "puedo dárselas a mi madre"),))
    assert language_of(handing, Risk(language="en")) == "es"
    spanish = History((Message("user", "no tengo ganas de nada, estoy muy sola hoy"),))
    assert language_of(spanish, Risk(language="es")) == "es"


@pytest.mark.parametrize(
    ("kind", "subject", "move"),
    [
        (RiskKind.SUICIDE, Subject.SELF, "maybe_self"),
        (RiskKind.SUICIDE, Subject.OTHER, "maybe_other"),
        (RiskKind.MEDICAL, Subject.OTHER, "maybe_body"),
        (RiskKind.ABUSE, Subject.SELF, "maybe_abuse"),
        (RiskKind.EATING_DISORDER, Subject.SELF, "maybe_eating"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", [RiskLevel.MODERATE, RiskLevel.HIGH])
def test_what_no_wording_stands_behind_is_asked_after_first(
    kind: RiskKind, subject: Subject, move: str, language: str, level: RiskLevel
):
    signal = Signal("learned", kind, level, "hm")
    guess = Risk(level, (signal,), subject, language)
    history = History((Message("user", "hm"),))
    say = crisis_reply if level is RiskLevel.HIGH else check_in
    reply = say(history, guess)
    assert reply is not None
    assert [piece.name for piece in pieces_in(reply)] == [move]
    assert re.search("[?？؟]", reply)
    # Once it was asked, what comes next is answered as ever.
    later = history.add(Message("assistant", reply), Message("user", "yes"))
    again = crisis_reply(later, replace(guess, level=RiskLevel.HIGH))
    assert move not in [piece.name for piece in pieces_in(again)]
    sure = replace(signal, rule="want-to-die")
    assert move not in [piece.name for piece in pieces_in(
        crisis_reply(history, Risk(RiskLevel.HIGH, (sure,), subject, language))
    )]  # fmt: skip


@pytest.mark.parametrize(
    "kind", [RiskKind.SUICIDE, RiskKind.MEDICAL, RiskKind.ABUSE, RiskKind.EATING_DISORDER]
)
@pytest.mark.parametrize("subject", [Subject.SELF, Subject.OTHER])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_emergency_number_is_named_where_what_is_guessed_would_be_now(
    kind: RiskKind, subject: Subject, language: str
):
    level = RiskLevel.IMMINENT
    guess = Risk(level, (Signal("learned", kind, level, "hm"),), subject, language)
    reply = crisis_reply(History((Message("user", "hm"),)), guess, "GB")
    assert "999" in reply
    assert any(piece.name.startswith("maybe_") for piece in pieces_in(reply))


@pytest.mark.parametrize(
    ("text", "language"),
    [("no nobody needs me. opposite", "en"), ("no?? nobody needs me at all", "en"),
     ("no me queda nada por lo que vivir", "es"), ("no puedo mas con mi vida", "es")],
)  # fmt: skip
def test_words_that_english_shares_do_not_change_the_language(text: str, language: str):
    found = RuleScreen().assess(conversation(text))
    assert language_of(conversation(text), found) == language


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("do you love me?", "love"),
        ("do you even care about me", "love"),
        ("you believe me right?", "believe"),
        ("can we make a safety plan", "plan_wanted"),
    ],
)
def test_what_is_asked_of_it_in_danger_is_answered_before_it_goes_on(answer: str, expected: str):
    for level in (RiskLevel.HIGH, RiskLevel.IMMINENT):
        said = talk(risk(level=level), "I want to die", "yes", answer)
        assert expected in names(said[-1])
        assert "?" in said[-1]


@pytest.mark.parametrize(
    ("text", "language"),
    [("मैं मरना चाहती हूँ", "hi"), ("я хочу умереть", "ru"), ("أريد أن أموت", "ar"), ("我想死", "zh"),
     ("Я хочу померти, ніхто мене не бачить", "en"), ("میں مرنا چاہتا ہوں", "en"), ("死にたいです", "en"),
     ("my friend Иван died", "en"), ("non voglio più vivere, sono stanco di tutto", "it")],
)  # fmt: skip
def test_letters_tell_a_language_but_not_that_of_its_neighbours(text: str, language: str):
    found = RuleScreen().assess(conversation(text))
    assert language_of(conversation(text), found) == language


SHORT = {
    "it": ("ho ingoiato tutto", "mi sta picchiando", "tra un'ora sarò morto", "sento le voci", "sto soffocando", "non respira", "ho paura di lui", "mi taglio da anni"),
    "pt": ("engoli trinta comprimidos", "vou morrer hoje à noite", "meu cunhado me estuprou", "ouço vozes", "ele tá me batendo", "não aguento", "tô no topo do prédio", "me cortei ontem"),
    "hi-Latn": ("nadi me kood jaunga", "sheeshi pi li", "bahut darr lag raha hai", "koi nahi sunta", "papa ne maara", "saans nahi aa rahi", "jeena nahi hai", "neend ki goliyan kha li"),
    "es": ("me comí treinta pastillas", "oigo voces", "quiero desvivirme", "me está pegando", "no respira", "tengo miedo de él", "me corté anoche", "estoy en la azotea"),
    "de": ("hab rohrreiniger geschluckt", "er atmet nicht", "springe jetzt", "papa haut mama", "ich kann nicht mehr", "hab mich geschnitten", "stimmen im kopf", "mir ist alles egal"),
    "fr": ("j'ai avalé des cachets", "il me frappe", "je saute demain", "j'entends des voix", "elle respire plus", "je me suis coupé", "j'ai peur de lui", "plus envie de vivre"),
    "en": ("hi", "gonna top myself", "mum isnt breathing", "he hits me", "took them all", "i hear voices", "cant go on", "on the roof"),
}  # fmt: skip


@pytest.mark.parametrize("language", SHORT)
def test_a_first_message_of_few_words_is_answered_in_its_language(language: str):
    told = [language_of(History((Message("user", text),)), Risk(language=of_message(plain(text).text)))
            for text in SHORT[language]]  # fmt: skip
    assert told.count(language) >= len(told) - 1, told
