"""What the next reply should do: never two questions in a row, no advice unasked, no life story."""

import pytest

from fakes import conversation
from listenwell.core.types import History, Reading, Risk, RiskKind, RiskLevel, Signal, Strategy
from listenwell.dialogue.planning import CHEER, make_plan

SAFE = Risk()
ASKED = conversation("my cat is ill", "What is wrong?", "she does not eat")
TOLD = conversation("my cat is ill", "Poor thing.", "she does not eat")


def told(first: Strategy, second: Strategy = Strategy.REFLECTION, **shares: float) -> Reading:
    """Read a feeling, and one strategy as the likeliest before another."""
    likely = dict.fromkeys(Strategy, 0.01) | {first: 0.6, second: 0.3}
    return Reading(tuple(shares.items()), tuple(likely.items()))


def strategy(history: History, reading: Reading) -> Strategy:
    return make_plan(history, reading, SAFE).strategy


@pytest.mark.parametrize(
    "likeliest",
    [Strategy.QUESTION, Strategy.RESTATEMENT, Strategy.REFLECTION, Strategy.AFFIRMATION],
)
def test_what_a_listener_would_likeliest_do_is_planned(likeliest: Strategy):
    second = Strategy.AFFIRMATION if likeliest is Strategy.REFLECTION else Strategy.REFLECTION
    assert strategy(TOLD, told(likeliest, second)) is likeliest


def test_there_are_never_two_questions_in_a_row():
    reading = told(Strategy.QUESTION, Strategy.RESTATEMENT)
    assert strategy(TOLD, reading) is Strategy.QUESTION
    assert strategy(ASKED, reading) is Strategy.RESTATEMENT
    assert strategy(ASKED, Reading()) is not Strategy.QUESTION


@pytest.mark.parametrize(
    "said",
    [
        "what should I do?",
        "any advice for me",
        "can you help me decide",
        "how do I tell her",
        "What would you do",
    ],
)
def test_suggestions_come_once_they_are_asked_for(said: str):
    reading = told(Strategy.SUGGESTIONS)
    assert strategy(TOLD, reading) is Strategy.REFLECTION
    assert strategy(conversation("my cat is ill", "Poor thing.", said), reading) is (
        Strategy.SUGGESTIONS
    )
    # Asked for earlier is not asked for now.
    assert strategy(conversation(said, "Poor thing.", "she died"), reading) is Strategy.REFLECTION


@pytest.mark.parametrize(
    "unwanted", [Strategy.SELF_DISCLOSURE, Strategy.INFORMATION, Strategy.OTHERS]
)
@pytest.mark.parametrize("history", [TOLD, ASKED, conversation("what should I do?")])
def test_what_a_machine_should_not_do_is_never_planned(history: History, unwanted: Strategy):
    assert strategy(history, told(unwanted)) is Strategy.REFLECTION


def test_without_told_strategies_it_asks_first_and_then_reflects_or_affirms():
    sad, glad = Reading((("sad", 1.0),)), Reading((("joyful", 1.0),))
    assert strategy(TOLD, sad) is Strategy.QUESTION
    assert strategy(conversation("hi"), Reading()) is Strategy.QUESTION
    assert strategy(ASKED, sad) is Strategy.REFLECTION
    assert strategy(ASKED, glad) is Strategy.AFFIRMATION


def test_risk_outranks_every_reading():
    signal = Signal("intent", RiskKind.SUICIDE, RiskLevel.HIGH, "die")
    for level, route in (
        (RiskLevel.NONE, "model"),
        (RiskLevel.LOW, "model"),
        (RiskLevel.MODERATE, "check_in"),
        (RiskLevel.HIGH, "crisis"),
        (RiskLevel.IMMINENT, "crisis"),
    ):
        plan = make_plan(TOLD, told(Strategy.AFFIRMATION, joyful=1.0), Risk(level, (signal,)))
        assert plan.route == ("crisis" if route == "crisis" else "model")
        assert (CHEER in plan.avoid) is (level > RiskLevel.NONE)


def test_cheer_is_out_of_place_when_someone_hurts():
    for shares, avoided in (({"sad": 0.6, "joyful": 0.4}, True), ({"joyful": 0.9}, False)):
        plan = make_plan(TOLD, told(Strategy.AFFIRMATION, **shares), SAFE)
        assert (CHEER in plan.avoid) is avoided
