"""What the next reply should do: a pure function of the conversation, the feeling and the risk."""

import re
from typing import Literal

from listenwell.core.emotions import PAINFUL
from listenwell.core.types import History, Plan, Reading, Risk, RiskLevel, Strategy

CHEER = "cheer"


def make_plan(history: History, reading: Reading, risk: Risk, move: str = "general") -> Plan:
    """Choose a strategy and who answers. Risk always outranks feeling.

    Args:
        history: The conversation, its newest message the person's.
        reading: How the person seems to feel.
        risk: What the screen found.
        move: The authored content that fits, by its template's name.
    """
    if route_of(risk) == "crisis":
        return Plan(Strategy.QUESTION, move, "crisis", frozenset({CHEER}))
    avoid = frozenset({CHEER}) if _is_tender(reading, risk) else frozenset()
    return Plan(_strategy(history, reading), move, "model", avoid)


def route_of(risk: Risk) -> Literal["crisis", "check_in", "model"]:
    """Return who answers at a risk: the crisis dialogue, one direct question, or the model."""
    if risk.level >= RiskLevel.HIGH:
        return "crisis"
    return "check_in" if risk.level is RiskLevel.MODERATE else "model"


def _is_tender(reading: Reading, risk: Risk) -> bool:
    return risk.level > RiskLevel.NONE or reading.mass(PAINFUL) > 0.5


def _strategy(history: History, reading: Reading) -> Strategy:
    """Return what a trained listener would likeliest do next, within what a machine may do.

    Never two questions in a row, no advice before it is asked for, and no life story of its own.
    """
    said = history.said_by("assistant")
    asked_last_time = bool(said) and "?" in said[-1]
    wanted = set(_ALWAYS)
    if not asked_last_time:
        wanted.add(Strategy.QUESTION)
    if _ASKS_FOR_ADVICE.search(history.last_user):
        wanted.add(Strategy.SUGGESTIONS)
    likely = [(share, strategy) for strategy, share in reading.strategies if strategy in wanted]
    if likely:
        return max(likely)[1]
    if not asked_last_time:
        return Strategy.QUESTION
    return Strategy.REFLECTION if reading.mass(PAINFUL) > 0.5 else Strategy.AFFIRMATION


_ALWAYS = (Strategy.RESTATEMENT, Strategy.REFLECTION, Strategy.AFFIRMATION)
_ASKS_FOR_ADVICE = re.compile(
    r"\b(what (should|can|do|would) (i|you) (do|say|try|suggest)|any (advice|ideas|tips|suggestions)|"
    r"help me (with|decide|figure)|how (do|can|should) i)\b",
    re.IGNORECASE,
)
