"""The guided exercises in other languages: gone through, chosen among eleven, left when people wish."""

import re

import pytest

from fakes import answers, engine
from listenwell.core.types import History, Message
from listenwell.dialogue.tongues.exercising import fitting_for
from listenwell.dialogue.tongues.tongue import LANGUAGES, Guided, tongue_of

WHOLE = ("es", "pt")
BOT = engine()
FIRST = {"es": "estoy con muchas cosas en la cabeza", "pt": "tô com muita coisa na cabeça"}
SIGN = {"es": "ya", "pt": "ok"}
ANSWER = {"es": "una taza para el té, y el gato", "pt": "uma xícara para o chá, e o gato"}
LIST = {"es": "¿qué ejercicios hay?", "pt": "quais exercícios tem?"}
WALKS = [pytest.param(c, e, id=f"{c}-{e.name}") for c in WHOLE for e in tongue_of(c).exercises]


def named(code: str, name: str) -> Guided:
    return next(e for e in tongue_of(code).exercises if e.name == name)


def begin(code: str, exercise: Guided) -> tuple[str, ...]:
    """Return what a person says to begin one: asks for the list, and takes it from there by its title."""
    return FIRST[code], LIST[code], exercise.title


@pytest.mark.parametrize(("code", "exercise"), WALKS)
def test_an_exercise_goes_from_the_list_to_its_end_one_step_a_turn(code: str, exercise: Guided):
    answer = (SIGN if exercise.answers == "ready" else ANSWER)[code]
    said = answers(BOT, *begin(code, exercise), *[answer] * len(exercise.steps))
    assert said[1] in tongue_of(code).around["which"]
    assert said[2:-1] == list(exercise.steps)
    assert said[-1] not in tongue_of(code).around["stopped"]


@pytest.mark.parametrize(("code", "exercise"), WALKS)
def test_it_can_be_stopped_and_gone_on_with_at_any_step(code: str, exercise: Guided):
    stop, resume = {
        "es": ("para por favor", "sigamos con el ejercicio"),
        "pt": ("para por favor", "vamos voltar ao exercício"),
    }[code]
    around = tongue_of(code).around
    for index, step in enumerate(exercise.steps[:-1]):
        history = History((Message("user", FIRST[code]), Message("assistant", step)))
        stopped = BOT.respond(history, stop).reply.text
        assert stopped.partition("\n\n")[0] in around["stopped"], index
        history = history.add(Message("user", stop), Message("assistant", stopped))
        assert step in BOT.respond(history, resume).reply.text


@pytest.mark.parametrize(("code", "exercise"), WALKS)
def test_an_offer_waits_for_a_yes(code: str, exercise: Guided):
    yes, no, already = {
        "es": ("sí, por favor", "no, gracias", "ya lo probé y nada"),
        "pt": ("sim, por favor", "não, obrigada", "já tentei e nada"),
    }[code]
    offered = History((Message("user", FIRST[code]), Message("assistant", exercise.offer)))
    around = tongue_of(code).around
    assert BOT.respond(offered, yes).reply.text.startswith(exercise.steps[0])
    assert BOT.respond(offered, no).reply.text.partition("\n\n")[0] in around["declined"]
    assert exercise.steps[0] not in BOT.respond(offered, already).reply.text


@pytest.mark.parametrize("code", WHOLE)
@pytest.mark.parametrize("name", ["4-7-8-breathing", "box-breathing"])
def test_breathing_says_what_to_do_when_dizzy_and_dizziness_ends_it(code: str, name: str):
    warns, dizzy = {"es": ("Si te mareas, para", "me mareo"), "pt": ("Se der tontura, pare", "tô tonta")}[code]  # fmt: skip
    exercise = named(code, name)
    assert any(warns in step for step in exercise.steps)
    said = answers(BOT, *begin(code, exercise), SIGN[code], dizzy)
    assert said[-1] in tongue_of(code).around["stopped"]


@pytest.mark.parametrize(
    ("code", "text"),
    [("es", "deja de preguntar"), ("es", "solo escúchame"), ("es", "no me entiendes"),
     ("es", "¿debería tomar más pastillas?"), ("pt", "para de perguntar"), ("pt", "só me escuta"),
     ("pt", "você não me entende"), ("pt", "posso tomar dois comprimidos?")],
)  # fmt: skip
def test_nobody_is_led_on_over_what_they_say_to_it(code: str, text: str):
    exercise = named(code, "grounding")
    said = answers(BOT, *begin(code, exercise), text)
    assert not any(step in said[-1] for step in exercise.steps)


@pytest.mark.parametrize(
    ("code", "text"),
    [("es", "para mañana a las seis"), ("es", "otra vez lo mismo con mi jefe"), ("es", "lo peor fue su cara"),
     ("es", "no me gusta que me grite"), ("pt", "para amanhã às seis"), ("pt", "de novo a mesma briga"),
     ("pt", "meu pai chega tarde"), ("pt", "fui tonta")],
)  # fmt: skip
def test_an_answer_is_not_taken_for_a_sign(code: str, text: str):
    exercise = named(code, "thought-record")
    assert answers(BOT, *begin(code, exercise), text)[-1] == exercise.steps[1]


@pytest.mark.parametrize(("code", "text"), [("es", "todavía no"), ("es", "ya no puedo"), ("pt", "ainda não"),
                                            ("pt", "não, ok?")])  # fmt: skip
def test_a_no_is_waited_for_and_the_step_stays(code: str, text: str):
    exercise = named(code, "muscle-relaxation")
    *_, waiting, going_on = answers(BOT, *begin(code, exercise), text, SIGN[code])
    assert waiting in tongue_of(code).say["presence"]
    assert going_on == exercise.steps[1]


@pytest.mark.parametrize("code", WHOLE)
def test_another_exercise_may_be_asked_for_in_the_middle_of_one(code: str):
    box, other = named(code, "box-breathing"), named(code, "gratitude")
    said = answers(BOT, *begin(code, box), SIGN[code], LIST[code], other.title)
    assert said[-2] in tongue_of(code).around["which"]
    assert said[-1] == other.steps[0]


def test_after_an_exercise_nothing_heavy_is_heard_that_was_not_said():
    exercise = named("es", "muscle-relaxation")
    texts = (*begin("es", exercise), *["ya"] * (len(exercise.steps) - 1), "un poco el cuello")
    assert answers(BOT, *texts)[-1] in tongue_of("es").say["presence"]


@pytest.mark.parametrize(
    ("code", "text", "name"),
    [("es", "un ejercicio de respiración", "box-breathing"),
     ("es", "quiero el ejercicio de respiración 4-7-8", "4-7-8-breathing"),
     ("es", "¿podemos hacer un ejercicio para dormir?", "sleep-wind-down"),
     ("es", "hagamos la relajación muscular", "muscle-relaxation"),
     ("es", "el ejercicio de la gratitud", "gratitude"),
     ("pt", "um exercício de respiração", "box-breathing"),
     ("pt", "quero o exercício de respiração 4-7-8", "4-7-8-breathing"),
     ("pt", "tem algum exercício pra dormir?", "sleep-wind-down"),
     ("pt", "vamos fazer o relaxamento muscular", "muscle-relaxation"),
     ("pt", "o exercício da gratidão", "gratitude")],
)  # fmt: skip
def test_whoever_names_an_exercise_gets_that_one(code: str, text: str, name: str):
    assert answers(BOT, FIRST[code], text)[-1] == named(code, name).steps[0]


@pytest.mark.parametrize(
    ("code", "text"),
    [("es", "no quiero ejercicios de respiración"), ("es", "hoy fui a hacer ejercicio al gimnasio"),
     ("es", "me falta la respiración cuando grita"), ("es", "no puedo respirar hondo"),
     ("es", "quiero dejar mis preocupaciones"), ("es", "no me gustan los ejercicios"),
     ("pt", "não quero exercícios de respiração"), ("pt", "fui fazer exercício na academia"),
     ("pt", "me falta a respiração quando ele grita"), ("pt", "não consigo relaxar com ela em casa"),
     ("pt", "não gosto desses exercícios")],
)  # fmt: skip
def test_an_ordinary_message_starts_nothing(code: str, text: str):
    tongue = tongue_of(code)
    begun = {*tongue.around["which"], *(x for e in tongue.exercises for x in (e.offer, e.steps[0]))}
    assert answers(BOT, FIRST[code], text)[-1] not in begun


@pytest.mark.parametrize(
    ("code", "texts", "name"),
    [("es", ("tengo mucho miedo por el examen", "¿hay algún ejercicio?"), "box-breathing"),
     ("es", ("estoy agotada y no duermo", "¿hay algún ejercicio?"), "4-7-8-breathing"),
     ("es", ("estoy triste desde hace días", "¿hay algún ejercicio?"), "small-activity"),
     ("es", ("no sé qué decidir sobre mi futuro", "¿hay algún ejercicio?"), "small-next-step"),
     ("es", ("me da mucha vergüenza lo que dije", "¿hay algún ejercicio?"), "self-compassion-break"),
     ("pt", ("tô com muito medo da prova", "tem algum exercício?"), "box-breathing"),
     ("pt", ("tô exausta e não durmo", "tem algum exercício?"), "4-7-8-breathing"),
     ("pt", ("tô triste faz dias", "tem algum exercício?"), "small-activity"),
     ("pt", ("não sei o que decidir sobre o futuro", "tem algum exercício?"), "small-next-step"),
     ("pt", ("tenho muita vergonha do que falei", "tem algum exercício?"), "self-compassion-break")],
)  # fmt: skip
def test_what_is_offered_is_for_what_was_told(code: str, texts: tuple[str, ...], name: str):
    assert answers(BOT, *texts)[-1] == named(code, name).offer


def test_what_was_declined_or_done_is_not_offered_again_before_others():
    ask, texts = "tengo miedo, ¿hay otro ejercicio?", ["tengo mucho miedo por el examen"]
    offers = []
    for answer in ("no, gracias", "sí", "no, gracias", "sí", "no, gracias"):
        offers.append(answers(BOT, *texts, ask)[-1])
        texts += [ask, answer, *(["para"] if answer == "sí" else [])]
    assert offers == [
        named("es", name).offer
        for name in ("box-breathing", "grounding", "worry-time", "4-7-8-breathing", "muscle-relaxation")
    ]  # fmt: skip
    assert answers(BOT, *texts, ask)[-1] in tongue_of("es").around["which"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_choice_does_not_hang_on_an_exercise_that_is_for_nothing(code: str):
    tongue = tongue_of(code)
    history = History((Message("user", "hm"),))
    assert fitting_for(history, ("",), tongue) is None
    known = {*tongue.feelings, *tongue.topics}
    assert {need for e in tongue.exercises for need in e.feelings} <= known


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_step_can_be_told_from_every_other_line(code: str):
    tongue = tongue_of(code)
    lines = tongue.every_line()
    for line in (x for e in tongue.exercises for x in (e.offer, *e.steps)):
        assert [other for other in lines if line in other] == [line]


@pytest.mark.parametrize("code", WHOLE)
def test_the_words_keep_to_the_voice(code: str):
    told = {
        "es": r"\b(debes|deberías|tienes que|hay que|intenta|al menos|seguro que|te ayudará)\b",
        "pt": r"\b(deve|deveria|você precisa|tem que|tente|pelo menos|com certeza|vai ajudar)\b",
    }[code]
    # Words about the person that would have to know whether it is a he or a she.
    gendered = r"\b(sentad|tumbad|deitad|cansad|relajad|relaxad|tranquil|sozinh|cómod|pront)[oa]\b"
    for exercise in tongue_of(code).exercises:
        assert exercise.offer.endswith("?")
        assert "«parar»" in exercise.steps[0]
        for line in (exercise.offer, *exercise.steps):
            assert len(line) <= 260, line
            assert line.count("?") <= 1, line
            assert "!" not in line
            assert not re.search(told, line, re.I), line
            assert not re.search(gendered, line, re.I), line
