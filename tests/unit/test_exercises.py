"""Guided exercises: with consent, one step at a time, interrupted by anything that matters more."""

import re

import pytest

from fakes import engine
from listenwell.core.errors import UnknownNameError
from listenwell.core.types import History, Message, Reading, Risk, RiskKind, RiskLevel, Signal
from listenwell.dialogue.exercises import guide
from listenwell.dialogue.exercises.answers import Meaning, meaning
from listenwell.dialogue.exercises.catalogue import exercise_named, exercises, phrases
from listenwell.safety.guard import RuleGuard

BOT = engine("Mm, tell me more about that.", "What was that like?", "And then?")
SAFE = Risk()
BOX = exercise_named("box-breathing")
EVERY = [
    "4-7-8-breathing", "box-breathing", "gratitude", "grounding", "muscle-relaxation",
    "self-compassion-break", "sleep-wind-down", "small-activity", "small-next-step",
    "thought-record", "worry-time",
]  # fmt: skip


def talk(*texts: str) -> list[tuple[str, str]]:
    """Say texts to a whole engine; return (who answered, reply)."""
    history, said = History(), []
    for text in texts:
        turn = BOT.respond(history, text)
        history = history.add(turn.user, Message("assistant", turn.reply.text))
        said.append((turn.reply.generator, turn.reply.text))
    return said


def asked_for(exercise) -> str:
    return guide.invitation(exercise)


def test_every_exercise_of_the_list_is_there_with_its_source():
    assert [exercise.name for exercise in exercises()] == EVERY
    for exercise in exercises():
        assert exercise.source.author
        assert 1900 < exercise.source.year < 2030
        assert exercise.source.link.startswith("https://")


def test_a_step_can_be_told_from_every_other():
    lines = [line for e in exercises() for line in (e.offer, e.why, *e.steps, *e.other_way)]
    lines += [line for kind in ("stopped", "paused", "declined", "worse") for line in phrases(kind)]
    for line in lines:
        assert [other for other in lines if other.endswith(line)] == [line]


@pytest.mark.parametrize("exercise", exercises(), ids=lambda e: e.name)
def test_the_words_keep_to_the_voice(exercise):
    for text in (exercise.offer, *exercise.steps, *exercise.other_way):
        assert len(text.split()) <= 55, text
        assert text.count("?") <= 1, text
        assert "!" not in text
        assert not re.search(r"\b(you should|you need to|you must|try to|at least)\b", text, re.I)
    assert exercise.offer.endswith("?")  # an offer is a question, never a beginning
    assert "stop" in exercise.steps[0].lower()


def test_the_guard_would_let_every_line_through():
    kinds = ("stopped", "paused", "declined", "worse", "waiting", "other_way", "no_other_way",
             "held", "hurts", "unclear", "how_long", "resumed", "repeated", "which", "explained")  # fmt: skip
    lines = [line for e in exercises() for line in (e.offer, e.why, *e.steps, *e.other_way)]
    lines += [line for kind in kinds for line in phrases(kind)]
    assert [line for line in lines if not RuleGuard().allows(line).allowed] == []


@pytest.mark.parametrize("exercise", exercises(), ids=lambda e: e.name)
def test_an_exercise_goes_from_its_name_to_its_end_one_step_a_turn(exercise):
    answer = "ok" if exercise.answers == "ready" else "the lamp by the window"
    said = talk(asked_for(exercise), *[answer] * (len(exercise.steps) - 1), "a bit quieter, thanks")
    assert [text for _, text in said[:-1]] == list(exercise.steps)
    assert said[-1][0] != "exercises"


@pytest.mark.parametrize("exercise", exercises(), ids=lambda e: e.name)
def test_it_survives_a_restart_at_every_step(exercise):
    for index, text in enumerate(exercise.steps[:-1]):
        history = History((Message("user", "hm"), Message("assistant", text)))
        place = guide.place_in(history)
        assert place is not None
        assert (place.exercise, place.index, place.here) == (exercise, index, True)


def test_nothing_begins_without_consent():
    (_, offered), (maker, declined) = talk("can you help me calm down, I'm so anxious", "no thanks")
    assert offered == BOX.offer
    assert maker == "exercises"
    assert declined in phrases("declined")
    (_, offered), (_, begun) = talk("can you help me calm down, I'm so anxious", "yes please")
    assert begun == BOX.steps[0]


@pytest.mark.parametrize(
    "text",
    ["Everyone says do yoga, I hate it", "I can't breathe when he shouts", "I should exercise more",
     "I want to sleep in my own bed again", "Gratitude is not my thing", "What matters to you?",
     "I don't want any breathing exercises", "I've been going to exercise classes"],
)  # fmt: skip
def test_an_ordinary_message_starts_nothing(text: str):
    ((maker, _),) = talk(text)
    assert maker != "exercises"


def test_whoever_asks_for_calm_is_offered_something_calming():
    ((_, offered),) = talk("do you know something to calm down?")
    assert offered == BOX.offer


def test_an_offer_that_is_passed_over_lapses():
    said = talk("is there an exercise for anxiety?", "my sister called about the funeral today")
    assert said[0][1] == BOX.offer
    assert said[1][0] == "scripted"


@pytest.mark.parametrize("text", ["stop", "please stop", "I want to stop now", "that's enough",
                                  "this isn't helping", "this is silly", "stop asking me things", "I don't want to go on with this"])  # fmt: skip
def test_stop_stops_at_once_and_asks_for_no_reason(text: str):
    said = talk(asked_for(BOX), text, "my day was long and strange")
    assert said[1][1] in phrases("stopped")
    assert said[2][0] == "scripted"


@pytest.mark.parametrize("name", ["box-breathing", "thought-record"])
@pytest.mark.parametrize("text", ["I don't want to go on", "I can't do this anymore"])
def test_words_that_may_mean_life_are_asked_about_and_a_yes_is_danger(name: str, text: str):
    said = talk(asked_for(exercise_named(name)), text, "yes")
    assert said[1][1] in phrases("unclear")
    assert said[2][0] == "crisis"
    said = talk(asked_for(exercise_named(name)), text, "no, only the exercise")
    assert said[2][0] != "crisis"


def test_something_else_pauses_and_go_on_resumes_where_it_was():
    said = talk(asked_for(BOX), "ok", "wait, something else happened", "my boss fired Sam today",
                "it was so unfair", "let's go on with the exercise", "done")  # fmt: skip
    assert said[1][1] == BOX.steps[1]
    assert said[2][1] in phrases("paused")
    assert [maker for maker, _ in said[3:5]] == ["scripted", "scripted"]
    assert said[5][1].endswith(BOX.steps[1])
    assert said[6][1] == BOX.steps[2]


@pytest.mark.parametrize("text", ["I miss her", "he's back", "not good", "my nose is blocked",
                                  "is that right?"])  # fmt: skip
def test_a_few_words_that_are_no_sign_are_heard_too(text: str):
    said = talk(asked_for(BOX), text)
    assert said[1][1] not in BOX.steps


@pytest.mark.parametrize("text", ["ok", "Done.", "yes", "I did it", "ready", "👍", "4", "ok I'm back",
                                  "settled", "next"])  # fmt: skip
def test_a_sign_goes_on(text: str):
    assert talk(asked_for(BOX), text)[1][1] == BOX.steps[1]


def test_a_story_in_the_middle_is_heard_and_not_taken_for_ok():
    story = "I keep thinking of what my mother said to me at the hospital on Sunday evening"
    said = talk(asked_for(BOX), story, "go on")
    assert said[1][0] == "scripted"
    assert said[2][1].endswith(BOX.steps[0])


@pytest.mark.parametrize("text", ["I want to die", "I'm going to kill myself tonight",
                                  "yes ok I just took all my pills"])  # fmt: skip
@pytest.mark.parametrize("exercise", exercises(), ids=lambda e: e.name)
def test_danger_always_leaves_the_exercise_for_the_crisis_dialogue(exercise, text: str):
    said = talk(asked_for(exercise), text, "go on with the exercise", asked_for(exercise))
    assert said[0][0] == "exercises"
    assert [maker for maker, _ in said[1:]] == ["crisis"] * 3


@pytest.mark.parametrize("level", [RiskLevel.HIGH, RiskLevel.IMMINENT])
def test_no_exercise_stands_in_place_of_help(level: RiskLevel):
    risk = Risk(level, (Signal("r", RiskKind.SUICIDE, level, "x"),))
    for text in ("let's do box breathing", "ok", "yes", "which exercises are there?"):
        for before in (
            (),
            (Message("assistant", BOX.offer),),
            (Message("assistant", BOX.steps[0]),),
        ):
            history = History((*before, Message("user", text)))
            assert guide.step(history, risk) is None
            assert guide.offer(history, Reading((("anxious", 1.0),)), risk) is None


def test_passive_danger_is_not_offered_an_exercise_nor_led_on_by_one():
    risk = Risk(RiskLevel.MODERATE)
    record = exercise_named("thought-record")
    history = History((Message("assistant", record.steps[1]), Message("user", "nobody needs me")))
    assert guide.step(history, risk) is None
    assert guide.offer(history, Reading((("sad", 1.0),)), risk) is None


@pytest.mark.parametrize(
    "exercise", [e for e in exercises() if e.answers == "ready"], ids=lambda e: e.name
)
@pytest.mark.parametrize("text", ["focusing on my breath makes me panic", "I hate body stuff",
                                  "is there another way?"])  # fmt: skip
def test_who_cannot_bear_breath_or_body_gets_another_way(exercise, text: str):
    said = talk(asked_for(exercise), text, *["ok"] * (len(exercise.other_way) - 1), "bit better")
    assert said[1][1].endswith(exercise.other_way[0])
    assert [text for _, text in said[2:-1]] == list(exercise.other_way[1:])
    assert said[-1][0] != "exercises"
    for line in exercise.other_way:
        assert not re.search(r"\b(inhale|exhale|breathe|your (body|shoulders|chest|belly))\b", line)


def test_another_way_is_offered_before_it_begins_when_nothing_has_begun():
    said = talk("is there an exercise for anxiety?", "breathing makes it worse for me", "yes")
    assert said[1][1] in phrases("other_way_offer")
    assert said[2][1] == BOX.other_way[0]


def test_hating_ones_body_is_an_answer_and_not_an_objection():
    record = exercise_named("thought-record")
    said = talk(asked_for(record), "I saw a photo of me", "that I hate my body")
    assert said[2][1] == record.steps[2]


def test_feeling_worse_ends_it_and_names_a_doctor():
    said = talk(asked_for(BOX), "I'm getting dizzy")
    assert said[1][1] in phrases("worse")
    assert "doctor" in said[1][1]


def test_why_again_and_not_yet_keep_the_place():
    asked = ("why?", "again", "not yet", "how long is this?", "it hurts", "ok")
    said = [text for _, text in talk(asked_for(BOX), *asked)]
    assert said[1].startswith(BOX.why)
    assert said[2].endswith(BOX.steps[0])
    assert said[3] in phrases("waiting")
    assert said[4].startswith("About 3 minutes")
    assert said[5] in phrases("hurts")
    assert said[6] == BOX.steps[1]


def test_goodbye_is_a_goodbye_in_the_middle_too():
    said = talk(asked_for(exercise_named("grounding")), "good night", "go on")
    assert said[1][0] == "templates"
    assert said[2][1].endswith(exercise_named("grounding").steps[0])


def test_where_any_words_are_an_answer_waiting_is_not_one():
    grounding = exercise_named("grounding")
    said = talk(asked_for(grounding), "wait", "someone was at the door", "actually go on")
    assert said[1][1] in phrases("held")
    assert said[2][0] == "scripted"
    assert said[3][1].endswith(grounding.steps[0])


def test_the_list_names_all_and_a_name_chooses_one():
    said = talk("which exercises do you have?", "worry time")
    assert all(e.title[1:] in said[0][1] for e in exercises())
    assert said[1][1] == exercise_named("worry-time").steps[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [("I'm lying awake again, I can't sleep", "sleep-wind-down"),
     ("I'm ashamed of what I did", "self-compassion-break"),
     ("it's all too much, my head is spinning", "grounding"),
     ("I feel so empty and have no energy", "small-activity")],
)  # fmt: skip
def test_what_is_offered_fits_what_is_felt_and_only_once(text: str, name: str):
    history = History((Message("user", text),))
    offered = guide.offer(history, Reading(), SAFE)
    assert offered is not None
    if name != "sleep-wind-down":
        assert offered.text == exercise_named(name).offer
    else:
        assert (
            "sleep"
            in guide.place_in(history.add(Message("assistant", offered.text))).exercise.feelings
        )
    again = history.add(Message("assistant", offered.text), Message("user", text))
    assert guide.offer(again, Reading(), SAFE) is None


def test_who_only_wants_to_be_heard_is_offered_nothing():
    history = History((Message("user", "just listen please"), Message("user", "I'm so anxious")))
    assert guide.offer(history, Reading(), SAFE) is None


def test_an_unknown_name_is_told_the_known_ones():
    with pytest.raises(UnknownNameError, match="Did you mean 'grounding'"):
        exercise_named("groundign")


@pytest.mark.parametrize(
    ("text", "found"),
    [("enough of him shouting at me", Meaning.TOLD), ("that's enough for today", Meaning.STOP),
     ("Done", Meaning.DONE), ("maybe later", Meaning.NO), ("okay let's go on", Meaning.RESUME)],
)  # fmt: skip
def test_meanings(text: str, found: Meaning):
    assert meaning(text) is found
