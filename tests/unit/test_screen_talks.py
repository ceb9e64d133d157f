"""Answers to questions of danger and talks in which it falls are understood in ten languages."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from listenwell.core.types import History, Message, RiskLevel
from listenwell.safety.learned import LearnedJudge
from listenwell.safety.screen import RuleScreen

SCREEN = RuleScreen(LearnedJudge())
TALKS = yaml.safe_load(
    (Path(__file__).parent / "voices" / "talks-answers.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk["turns"][-1]["user"][:40])
def test_answers_are_understood(talk: dict[str, Any]) -> None:
    """At each turn of the person's with bounds the danger is within them."""
    said: list[Message] = []
    for turn in talk["turns"]:
        role = "user" if "user" in turn else "assistant"
        said.append(Message(role, turn[role]))
        if "at_least" in turn or "at_most" in turn:
            level = SCREEN.assess(History(tuple(said))).level
            least = RiskLevel[turn.get("at_least", "none").upper()]
            most = RiskLevel[turn.get("at_most", "imminent").upper()]
            assert least <= level <= most, turn["user"]
