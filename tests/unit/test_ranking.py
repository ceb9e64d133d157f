import pytest

from fakes import conversation
from listenwell.core.types import Candidate, History, Plan, Reading, Strategy
from listenwell.generation.ranking import (
    FEELING_WEIGHT,
    RELEVANCE_WEIGHT,
    blind_to_loss,
    contradiction,
    rank,
    repetition,
)

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


def test_what_fits_the_conversation_comes_before_what_is_as_likely():
    near = Candidate("Was it the black cat?", -2.0, -3.0, relevance=0.8)
    far = Candidate("Was it the old car?", -2.0, -3.0, relevance=0.2)
    first, second = rank([far, near], History(), Reading(), PLAN)
    assert first.candidate is near
    gap = dict(first.marks)["relevance"] - dict(second.marks)["relevance"]
    assert gap == pytest.approx(RELEVANCE_WEIGHT * 0.6)


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("How old was she? Who fed her? Why?", "questions", -1.2),
        ("How old was she?", "questions", 0.0),
        ("How old was she?", "strategy", 0.25),
        ("She had a long life.", "strategy", 0.0),
        ("Oh no.", "length", -1.0),
        ("She had a long life.", "length", 0.15),
        ("word " * 41, "length", -0.5),
        ("I hope she is better soon.", "loss", -3.0),
        ("Congratulations!", "feeling", -FEELING_WEIGHT * 0.9),
    ],
)
def test_each_mark_is_told_by_name(text: str, mark: str, value: float):
    (only,) = rank([Candidate(text, -2.0, -3.0)], conversation("my cat died"), SAD, PLAN)
    assert dict(only.marks)[mark] == pytest.approx(value)


def test_the_same_candidates_are_ranked_the_same_in_any_order():
    some = [Candidate(text, -2.0, -3.0) for text in ("How was it?", "How is it?", "How long ago?")]
    assert rank(some, History(), SAD, PLAN) == rank(some[::-1], History(), SAD, PLAN)


def test_the_marks_add_up_to_the_score():
    (only,) = rank([Candidate("What was she like?", -2.0, -3.0)], History(), SAD, PLAN)
    assert only.score == pytest.approx(sum(mark for _, mark in only.marks))
