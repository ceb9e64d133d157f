"""The authored dialogues in other languages: what may be said, and whole conversations."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from fakes import engine
from listenwell.core.roman import romanised
from listenwell.core.spelling import any_of, spaced
from listenwell.core.types import History, Message, RiskLevel, Stage, Turn
from listenwell.dialogue.engine import Engine
from listenwell.dialogue.exercises.catalogue import exercises
from listenwell.dialogue.tongues.hearing import moment_of
from listenwell.dialogue.tongues.tongue import LANGUAGES, tongue_of
from listenwell.perception.language import language_of
from listenwell.safety.talk.words import pieces_in

TALKS = {
    "es": (
        "hola", "estoy muy agobiada con los exámenes", "sí", "no duermo bien desde hace semanas",
        "a veces pienso que soy un fracaso", "no sé", "eres una persona de verdad?",
        "me siento sola en esta ciudad y mis amigos están lejos", "¿qué puedo hacer?",
        "me da miedo que todo siga igual", "vale", "mi madre no me entiende", "ok", "gracias",
    ),
    "fr": (
        "salut", "j'arrive plus à dormir, je pense tout le temps au boulot", "oui",
        "mon chef me met une pression énorme et je suis épuisée", "j'ai pas d'amis ici", "je sais pas",
        "t'es une vraie personne ?", "ma mère ne m'appelle jamais et ça me fait mal", "je fais quoi ?",
        "j'ai peur de l'avenir", "d'accord", "tout est trop", "bof", "merci",
    ),
    "de": (
        "Hallo", "ich hab die Prüfung verhauen und schäme mich so", "ja",
        "meine Eltern haben so viel dafür bezahlt", "keine Ahnung", "bist du ein Mensch?",
        "ich fühle mich wie ein Versager", "hör einfach zu bitte",
        "ich kann nachts nicht schlafen und weine viel", "ok", "was soll ich machen?",
        "es ist so leer ohne meine Freunde hier", "hm", "danke",
    ),
    "pt": (
        "oi", "tô muito ansiosa com o futuro", "sim", "não sei o que fazer depois da faculdade",
        "minha família cobra muito", "nada", "posso tomar dois comprimidos de rivotril?",
        "me sinto sozinha", "o que eu faço?", "kkk", "meu namorado terminou comigo ontem", "não",
        "estou cansada de tudo isso no trabalho", "obrigada",
    ),
    "hi": (
        "नमस्ते", "मैं बहुत अकेला महसूस करता हूँ", "हाँ", "नौकरी में बहुत तनाव है और बॉस चिल्लाता है",
        "नींद भी नहीं आती", "पता नहीं", "क्या आप इंसान हैं?", "मैं क्या करूँ?",
        "घर में माँ बीमार हैं, पैसे भी नहीं हैं", "बस सुनो", "मुझे डर लगता है कि सब ऐसे ही रहेगा", "ठीक है",
        "दोस्त भी दूर हो गए", "शुक्रिया",
    ),
    "hi-Latn": (
        "namaste", "main bahut akela feel karta hoon yaar", "haan", "exam mein fail ho gaya",
        "papa bahut gussa hain", "pata nahi", "aap insaan ho kya", "neend nahi aati raat bhar",
        "kya karu?", "theek hai", "dost bhi door ho gaye", "mujhe dar lagta hai", "hmm", "shukriya",
    ),
}  # fmt: skip
BOT = engine()
ENGLISH = frozenset(
    [
        "the",
        "and",
        "you",
        "your",
        "with",
        "what",
        "that",
        "this",
        "is",
        "are",
        "it",
        "have",
        "about",
        "feel",
        "hear",
        "listening",
    ]
)


def talk(bot: Engine, *texts: str) -> list[Turn]:
    history, turns = History(), []
    for text in texts:
        turn = bot.respond(history, text)
        history = history.add(turn.user, Message("assistant", turn.reply.text))
        turns.append(turn)
    return turns


@pytest.mark.parametrize("spoken", TALKS)
def test_a_long_conversation_stays_in_its_language_and_repeats_nothing(spoken: str):
    code = spoken
    turns = talk(BOT, *TALKS[spoken])
    said = [turn.reply.text for turn in turns]
    assert {turn.reply.generator for turn in turns} == {"tongues"}
    sentences = Counter(s for text in said for s in re.findall(r"[^.?!।\n]+[.?!।]", text))
    assert not [s for s, count in sentences.items() if count > 1 and len(s.split()) > 3]
    for text in said:
        # "the" is a word of Hindi, too.
        assert code == "hi-Latn" or not ENGLISH & set(spaced(text).split()), text
        assert not _without(text, code).strip(), text
    asked = sum("?" in text for text in said)
    assert 0.2 <= asked / len(said) <= 0.6
    assert not any("?" in a and "?" in b for a, b in pairwise(said))
    limits = tongue_of(code).limits
    assert limits in said[0]
    assert sum(limits in text for text in said) == 1


def _without(text: str, code: str) -> str:
    """Return what of a reply is none of the language's authored sentences."""
    tongue = tongue_of(code)
    for line in sorted((*tongue.every_line(), tongue.latin), key=len, reverse=True):
        text = text.replace(line, "") if line else text
    return text


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_is_suggested_before_it_was_asked_for(code: str):
    tongue = tongue_of(code)
    ideas = {*tongue.say["ideas"], *tongue.say["advice"], *(e.offer for e in tongue.exercises)}
    for turn in talk(BOT, *TALKS[code]):
        if turn.plan.stage is Stage.COPING:
            break
        assert not any(idea in turn.reply.text for idea in ideas)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sentence_is_short_and_asks_at_most_once(code: str):
    tongue = tongue_of(code)
    lines = tongue.every_line()
    assert len(set(lines)) == len(lines) >= 90
    for line in lines:
        assert line.count("?") <= 2 if line in _steps(code) else line.count("?") <= 1, line
        assert len(line.split()) <= 55, line
    telling = [
        line for t in (tongue.feelings, tongue.topics) for x in t.values() for line in x.lines
    ]
    for line in (*telling, *tongue.say["heard"], *tongue.say["presence"]):
        assert "?" not in line


def _steps(code: str) -> set[str]:
    return {step for e in tongue_of(code).exercises for step in e.steps}


def test_every_language_has_the_same_parts():
    def parts(code: str):
        t = tongue_of(code)
        groups = (t.whole, t.within, t.signs, t.say, t.feelings, t.topics, t.around)
        return *map(frozenset, groups), frozenset((e.name, len(e.steps)) for e in t.exercises)

    assert {parts(code) for code in LANGUAGES} == {parts("es")}
    english = {(exercise.name, len(exercise.steps)) for exercise in exercises()}
    assert {(e.name, len(e.steps)) for e in tongue_of("es").exercises} == english


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("estoy triste y quiero suicidarme", RiskLevel.HIGH),
        ("je veux me suicider", RiskLevel.HIGH),
        ("ich will mich umbringen", RiskLevel.HIGH),
        ("quero me matar", RiskLevel.HIGH),
        ("मैं आत्महत्या करना चाहता हूँ", RiskLevel.HIGH),
    ],
)
def test_danger_is_answered_by_the_crisis_dialogue_in_that_language(text: str, level: RiskLevel):
    code = language_of(text)
    turns = talk(BOT, *TALKS[code][:4], text)
    assert turns[-1].risk.level >= level
    assert turns[-1].reply.generator == "crisis"
    assert pieces_in(turns[-1].reply.text)
    assert not ENGLISH & set(spaced(turns[-1].reply.text).split())


def test_hindi_in_latin_letters_is_answered_in_them():
    assert romanised("मैं यहीं हूँ, आराम से। सब कुछ ठीक?") == "Main yahin hoon, aaraam se. Sab kuch theek?"
    assert romanised("पढ़कर समझ आता है") == "Padhkar samajh aata hai"
    for line in tongue_of("hi-Latn").every_line():
        assert not re.search(r"[\u0900-\u097f]|[A-Z]{3}|(\w)\1\1", line), line


def test_an_exercise_is_gone_through_interrupted_and_taken_up_again():
    steps = tongue_of("es").exercises[1].steps
    turns = talk(
        BOT, "quiero hacer el ejercicio 5 4 3 2 1 por favor", "la mesa, una taza, el gato, mi libro, la luz",
        "la silla y mi manga", "para", "estoy mejor, mi hermano me llamó", "sigamos con el ejercicio",
    )  # fmt: skip
    said = [turn.reply.text for turn in turns]
    assert said[0].startswith(steps[0])
    assert said[1:3] == list(steps[1:3])
    assert said[3] in tongue_of("es").around["stopped"]
    assert steps[2] in said[5]


@pytest.mark.parametrize("code", LANGUAGES)
def test_box_breathing_waits_for_a_sign(code: str):
    ready = {"es": "listo", "fr": "ok", "de": "ok", "pt": "ok", "hi": "ठीक"}[code]
    wish = {"es": "un ejercicio de respiración", "fr": "un exercice de respiration",
            "de": "eine Atemübung Übung bitte", "pt": "um exercício de respiração",
            "hi": "साँस का अभ्यास करना है"}[code]  # fmt: skip
    steps = tongue_of(code).exercises[0].steps
    turns = talk(BOT, TALKS[code][1], wish, *[ready] * (len(steps) - 1))
    assert [turn.reply.text for turn in turns[1:]] == list(steps)


@pytest.mark.parametrize(
    ("code", "text", "moment"),
    [
        ("es", "muchas gracias", "thanks"), ("es", "debería tomar más pastillas?", "medical"),
        ("es", "deja de preguntar", "stop_questions"), ("es", "escríbeme un poema", "off_topic"),
        ("fr", "arrête tes questions", "stop_questions"), ("fr", "tu sers à rien", "bot_anger"),
        ("fr", "bonne nuit", "goodbye"), ("fr", "écoute juste", "just_listen"),
        ("de", "soll ich die Tabletten absetzen?", "medical"), ("de", "du verstehst mich nicht", "misunderstood"),
        ("de", "weiß nicht", "unsure"), ("de", "mach’s gut", "goodbye"),
        ("pt", "só me escuta", "just_listen"), ("pt", "você é um robô?", "real"),
        ("pt", "sei lá", "unsure"), ("pt", "kkkk", "laugh"),
        ("hi", "सवाल मत पूछो", "stop_questions"), ("hi", "tum robot ho kya", "real"),
        ("hi", "हां जी", "agrees"), ("hi", "मुझे कविता लिख दो", "off_topic"),
        ("hi", "आपसे बात करके अच्छा लगा", "praise"), ("de", "hm okay", "little"), ("fr", "d'accord, merci bien", "thanks"),
        ("es", "...", "silence"), ("es", "mi jefe me dijo que sí y luego que no", ""),
        ("de", "meine Schwester hat ja gesagt und dann nein", ""),
    ],
)  # fmt: skip
def test_a_turn_is_named_for_what_it_is(code: str, text: str, moment: str):
    assert moment_of(text, tongue_of(code)) == moment


def test_after_a_death_the_family_is_asked_about_because_of_it():
    turns = talk(BOT, "mi abuela murió ayer", "mi madre no habla con nadie")
    assert [turn.plan.topic for turn in turns] == ["loss", "loss"]


def test_a_wish_for_no_questions_is_kept():
    turns = talk(
        BOT, "estoy triste", "deja de preguntar", "mi novia me dejó", "no duermo nada bien"
    )
    assert not any("?" in turn.reply.text for turn in turns[1:])
    assert turns[2].plan.because.startswith("has said")


def test_words_are_found_with_endings_phrases_and_denials():
    assert any_of("llor* sin+ganas").search(spaced("Hoy LLORÉ, sin ganas."))
    assert not any_of("fea").search(spaced("feliz"))
    tongue = tongue_of("es")
    assert tongue.named("feelings", spaced("no estoy triste, tengo miedo")) == ("fear",)
    assert tongue.named("feelings", spaced("mi madre está triste")) == ()
    assert tongue.named("feelings", spaced("mi madre murió y estoy triste")) == ("grief", "sadness")
    assert tongue_of("de").named("feelings", spaced("meine Freunde sind weg")) == ()
    assert tongue_of("hi").named("feelings", spaced("मैं दुखी नहीं हूँ")) == ()


def test_what_a_person_writes_goes_before_what_was_chosen():
    bot = engine()
    bot.language = "de"
    assert talk(bot, "ok")[0].plan.language == "de"
    assert talk(bot, "I feel so alone tonight")[0].plan.language == "en"


def test_english_is_answered_as_before():
    turn = talk(engine("What happened then?"), "I had a strange day")[0]
    assert (turn.reply.text, turn.plan.language) == ("What happened then?", "en")
