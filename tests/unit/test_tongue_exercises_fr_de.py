"""The guided exercises in French and German: gone through step by step, and what counts as a sign."""

import re

import pytest

from fakes import engine
from listenwell.core.spelling import spaced
from listenwell.core.types import History, Message
from listenwell.dialogue.exercises.catalogue import exercises
from listenwell.dialogue.tongues.tongue import Guided, tongue_of

CODES = ("fr", "de")
BOT = engine()
FIRST = {"fr": "j'ai beaucoup de choses en tête", "de": "mir geht gerade viel durch den Kopf"}
YES = {"fr": "oui, je veux bien", "de": "ja gern"}
NO = {"fr": "non merci", "de": "nein danke"}
STOP = {"fr": "stop s'il te plaît", "de": "stopp bitte"}
RESUME = {"fr": "on reprend l'exercice", "de": "weiter mit der Übung"}
AGAIN = {"fr": "j'ai pas compris", "de": "das hab ich nicht verstanden"}
DIZZY = {"fr": "j'ai la tête qui tourne", "de": "mir ist ganz schwindlig"}
ANSWER = {"fr": "une tasse, et le chat de ma voisine", "de": "eine Tasse und die Katze von nebenan"}
WALKS = [pytest.param(c, e, id=f"{c}-{e.name}") for c in CODES for e in tongue_of(c).exercises]


def replies(code: str, said: str, *texts: str) -> list[str]:
    """Answer texts that come after one reply; return the new ones without what it cannot do."""
    history = History((Message("user", FIRST[code]), Message("assistant", said)))
    answers = []
    for text in texts:
        turn = BOT.respond(history, text)
        history = history.add(turn.user, Message("assistant", turn.reply.text))
        answers.append(turn.reply.text.partition("\n\n")[0])
    return answers


@pytest.mark.parametrize(("code", "exercise"), WALKS)
def test_it_is_offered_agreed_to_and_gone_through(code: str, exercise: Guided):
    answer = "ok" if exercise.answers == "ready" else ANSWER[code]
    texts = (YES[code], *[answer] * (len(exercise.steps) - 1))
    assert replies(code, exercise.offer, *texts) == list(exercise.steps)


@pytest.mark.parametrize(("code", "exercise"), WALKS)
def test_it_is_declined_stopped_repeated_and_taken_up_again(code: str, exercise: Guided):
    around = tongue_of(code).around
    assert replies(code, exercise.offer, NO[code])[0] in around["declined"]
    for step in exercise.steps[:-1]:
        stopped, back = replies(code, step, STOP[code], RESUME[code])
        assert stopped in around["stopped"]
        assert back in {f"{line} {step}" for line in around["resumed"]}
        assert replies(code, step, AGAIN[code])[0].endswith(f" {step}")


@pytest.mark.parametrize("code", CODES)
def test_all_eleven_are_there_with_as_many_steps_as_in_english(code: str):
    told = {e.name: (len(e.steps), e.answers) for e in tongue_of(code).exercises}
    assert told == {e.name: (len(e.steps), e.answers) for e in exercises()}


@pytest.mark.parametrize(("code", "exercise"), WALKS)
def test_its_words_keep_to_the_voice(code: str, exercise: Guided):
    forbidden = {
        # What prescribes or promises, and what would have to know whether it is a he or a she.
        "fr": r"\b(tu dois|tu devrais|il faut|essaie de|au moins|ça ira|va t'aider|ne t'inquiète|"
        r"installé|assis|allongé|prêt|prête|calmé|fatigué|seul|seule)\b",
        "de": r"\b(du musst(?! (nichts|es))|du solltest|versuch|wenigstens|wird dir helfen|keine sorge|"
        r"ein freund|eine freundin|alleine?)\b",
    }[code]
    assert exercise.words.search(spaced(exercise.title))
    assert ("« stop »" if code == "fr" else "„stopp“") in exercise.steps[0].lower()
    for line in (exercise.offer, *exercise.steps):
        assert len(line) <= 240, line
        assert line.count("?") <= 1, line
        assert "!" not in line
        assert not re.search(forbidden, line, re.I), line
    assert exercise.offer.endswith("?")


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", ["4-7-8-breathing", "box-breathing"])
def test_breathing_says_what_to_do_when_dizzy_and_dizziness_ends_it(code: str, name: str):
    steps = next(e.steps for e in tongue_of(code).exercises if e.name == name)
    warning = {"fr": "Si la tête te tourne", "de": "Wenn dir schwindlig wird"}[code]
    assert any(warning in step for step in steps)
    assert replies(code, steps[2], DIZZY[code])[0] in tongue_of(code).around["stopped"]


def test_the_list_names_every_exercise_by_words_that_choose_it():
    for code in CODES:
        (listed,) = tongue_of(code).around["which"]
        assert all(e.words.search(spaced(listed)) for e in tongue_of(code).exercises)


SIGNS = {
    ("fr", "yes"): "bon ok|c'est fait|je suis prête|je sais pas, pourquoi pas|ça y est|voilà",
    ("fr", "no"): "bof|pas trop|j'ai pas envie|pas encore|je préfère pas",
    ("fr", "stop"): "on arrête|laisse tomber|c'est pire|ça m'aide pas|j'ai des vertiges",
    ("fr", "wish"): "tu as un exercice ?|aide-moi à me calmer|aide-moi à m'endormir|quels exercices tu as ?|"
    "un exercice pour mes soucis|respiration 4-7-8|on peut respirer ensemble ?",
    ("de", "yes"): "na gut|bin fertig|von mir aus|warum nicht|da|hab ich geschafft",
    ("de", "no"): "nö|lieber nicht|keine Lust|mag nicht|noch nicht",
    ("de", "stop"): "das reicht|lassen wir das|es wird schlimmer|das hilft mir nicht|mir wird schlecht",
    ("de", "wish"): "hast du eine Übung?|hilf mir einzuschlafen|wie kann ich mich beruhigen|welche Übungen hast du?|"
    "eine Übung gegen Sorgen|Atmen im 4-7-8|können wir zusammen atmen",
}  # fmt: skip
ORDINARY = {
    ("fr", "yes"): "je suis pas prête|ça me fait mal|ok mais j'ai mal|j'ai pas fini",
    ("fr", "no"): "pourquoi pas|je sais pas",
    ("fr", "stop"): "j'ai pas assez d'argent|il m'a dit arrête de pleurer|je veux arrêter de fumer|le pire c'est le soir",
    ("fr", "again"): "il n'a pas compris ma peine|appeler ma sœur encore une fois",
    ("fr", "resume"): "on continue à se disputer",
    ("fr", "wish"): "pas d'exercice s'il te plaît|je ne veux pas faire d'exercice|j'ai fait de l'exercice ce matin|"
    "l'exercice de maths était dur|un problème technique au boulot|je n'arrive pas à dormir|ma respiration s'emballe",
    ("de", "yes"): "noch nicht fertig|das tut weh|ok, das tut weh|da ist nichts",
    ("de", "no"): "warum nicht|kann nicht schaden|weiß nicht",
    ("de", "stop"): "nicht genug Geld|es reicht nie am Monatsende|mit dem Rauchen aufhören|ich bin halt müde",
    ("de", "again"): "er hat mich nicht verstanden|noch einmal meine Schwester anrufen",
    ("de", "resume"): "so kann es nicht weitergehen|ich komme nicht weiter",
    ("de", "wish"): "bitte keine Übungen mehr|die Übung in Mathe war schlimm|ich muss noch Übungen abgeben|"
    "ich kann nicht einschlafen",
}  # fmt: skip


def each(table: dict[tuple[str, str], str]) -> list[tuple[str, str, str]]:
    return [(*key, text) for key, texts in table.items() for text in texts.split("|")]


@pytest.mark.parametrize(("code", "sign", "text"), each(SIGNS))
def test_a_sign_is_understood(code: str, sign: str, text: str):
    assert tongue_of(code).signs[sign].search(spaced(text))


@pytest.mark.parametrize(("code", "sign", "text"), each(ORDINARY))
def test_what_somebody_tells_is_not_taken_for_a_sign(code: str, sign: str, text: str):
    assert not tongue_of(code).signs[sign].search(spaced(text))
