import pytest

from fakes import conversation
from listenwell.core.types import Candidate, History, Plan, Reading, Strategy
from listenwell.generation.ranking import blind_to_loss, contradiction, rank, repetition

PLAN = Plan(Strategy.QUESTION, "general")
SAD = Reading((("sad", 0.9), ("joyful", 0.1)))
GLAD = Reading((("joyful", 0.9), ("sad", 0.1)))


@pytest.mark.parametrize(
    ("text", "reading", "expected"),
    [
        ("Congratulations!", SAD, 0.9),
        ("That is great.", SAD, 0.9),
        ("I'm so sorry to hear that.", GLAD, 0.9),
        ("I'm so sorry to hear that.", SAD, 0.1),
        ("What was his name?", SAD, 0.0),
        ("Congratulations!", Reading(), 0.0),
        ("I'm sorry to hear that. That's great!", SAD, 1.0),
    ],
)
def test_tone_is_held_against_the_feeling(text: str, reading: Reading, expected: float):
    assert contradiction(text, reading) == pytest.approx(expected)


def test_what_is_likely_anywhere_loses_to_what_is_likely_here():
    generic = Candidate("What happened to you then?", -2.0, -1.5)
    specific = Candidate("What was the cat called?", -2.2, -4.0)
    best = rank([generic, specific], History(), Reading(), PLAN)[0]
    assert best.candidate is specific


@pytest.mark.parametrize(
    "text", ["I hope she is okay.", "Did he survive?", "I hope he gets better."]
)
def test_nobody_is_wished_well_who_has_died(text: str):
    assert blind_to_loss(text, conversation("my cat died", "I'm sorry.", "she slept on my pillow"))
    assert not blind_to_loss(text, conversation("my cat is ill"))
    assert not blind_to_loss("How long was she with you?", conversation("my cat died"))


def test_words_already_used_count_against_a_reply():
    history = conversation("a", "What was the cat called?")
    assert repetition("What was the cat called?", history) == 1.0
    assert repetition("How long did she live?", history) == 0.0


def test_after_a_question_a_second_question_is_held_back():
    plan = Plan(Strategy.REFLECTION, "sadness")
    asks = Candidate("Was she old by then?", -2.0, -3.0)
    stays = Candidate("She was with you so long.", -2.1, -3.1)
    assert rank([asks, stays], History(), SAD, plan)[0].candidate is stays


def test_the_marks_add_up_to_the_score():
    (only,) = rank([Candidate("What was she like?", -2.0, -3.0)], History(), SAD, PLAN)
    assert only.score == pytest.approx(sum(mark for _, mark in only.marks))
