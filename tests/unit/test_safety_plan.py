"""A safety plan is made in the conversation, can be interrupted, and is kept in one's own words."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from listenwell.core.types import History, Message, Risk, RiskKind, RiskLevel, Signal
from listenwell.safety.crisis import check_in, crisis_reply
from listenwell.safety.safety_plan import STEPS, plan_text, safety_plan

ANSWERS = (
    "when I stop answering messages", "skip", "the park by the river", "my sister Ana",
    "Dr Brown", "my mum keeps the tablets", "the cat",
)  # fmt: skip


def making(*texts: str) -> History:
    """Talk at no risk, as far as the plan answers."""
    history = History()
    for text in texts:
        history = history.add(Message("user", text))
        reply = check_in(history, Risk())
        history = history.add(Message("assistant", reply or "I see."))
    return history


def test_the_seven_steps_are_asked_in_order_and_the_answers_kept_word_for_word():
    history = making("can we make a safety plan?", *ANSWERS)
    plan = safety_plan(history)
    assert tuple(step for step, _ in plan.answers) == STEPS
    assert dict(plan.answers)["signs"] == ANSWERS[0]
    assert dict(plan.answers)["inside"] is None
    last = history.said_by("assistant")[-1]
    assert "my sister Ana" in last
    assert "skip" not in last
    assert plan_text(history) in last


def test_it_can_be_stopped_and_taken_up_at_the_same_place():
    history = making("safety plan", ANSWERS[0], "not now", "my cat is ill", "safety plan")
    assert safety_plan(history).missing == STEPS[1:]
    assert re.search(r"leave it there|we can stop", history.said_by("assistant")[2])
    assert len(set(history.said_by("assistant"))) == 5


def test_danger_interrupts_it_and_nothing_is_lost():
    signal = Signal("rule", RiskKind.SUICIDE, RiskLevel.HIGH, "words")
    history = making("safety plan", ANSWERS[0]).add(Message("user", "I want to die"))
    reply = crisis_reply(history, Risk(RiskLevel.HIGH, (signal,)))
    history = history.add(Message("assistant", reply), Message("user", "yes"))
    assert safety_plan(history).answers[0] == ("signs", ANSWERS[0])
    assert "killing yourself" in reply


def test_without_one_there_is_nothing_to_keep():
    assert plan_text(making("I had a strange day")) == ""


def _talk(history: History) -> Any:
    """What `chat` knows of a conversation in English."""
    return SimpleNamespace(history=history, told=str, language="en", written="en")


@pytest.mark.parametrize("name", ["", "plan.txt"])
def test_the_chat_command_shows_it_or_keeps_it(name: str, tmp_path: Path, monkeypatch):
    from listenwell.cli.chat import _plan
    from listenwell.core.errors import InputError

    monkeypatch.chdir(tmp_path)
    shown = _plan(_talk(making("safety plan", *ANSWERS)), name)
    text = Path(name).read_text() if name else shown
    assert "The cat" in text or "the cat" in text
    with pytest.raises(InputError, match="no safety plan yet"):
        _plan(_talk(History()), name)
