"""Runs every scenario through the whole system and tells which expectations were met."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from listenwell.core.types import History, Message, Turn
from listenwell.evaluation.conversation import words
from listenwell.evaluation.conversation.checks import CHECKS, Found, Talk
from listenwell.evaluation.conversation.scenario import Scenario

Respond: TypeAlias = Callable[[History, str], Turn]
"""Answers a message after what was said before; `Engine.respond` does."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A conversation with every expectation that was looked at, by kind."""

    talk: Talk
    found: tuple[tuple[str, Found], ...]

    @property
    def faults(self) -> tuple[tuple[str, Found], ...]:
        """The expectations that were not met."""
        return tuple((kind, found) for kind, found in self.found if found.fault)

    @property
    def lines(self) -> list[str]:
        """A line for each fault, with the reply that it is of."""
        return [self._line(kind, found) for kind, found in self.faults]

    def _line(self, kind: str, found: Found) -> str:
        where = f"turn {found.turn}" if found.turn else "whole"
        reply = f"  « {self.talk.replies[found.turn - 1]} »" if found.turn else ""
        return f"{self.talk.scenario.id}  {where}  {kind}: {found.fault}{reply}"

    def as_text(self) -> str:
        """Return the conversation to read, and what was wrong with it."""
        told = [f"  ! {line}" for line in self.lines] or ["  every expectation met"]
        return "\n".join([self.talk.as_text(), *told])


def converse(respond: Respond, said: Sequence[str]) -> list[Turn]:
    """Say one thing after another and return what came of each."""
    history, turns = History(), []
    for text in said:
        turn = respond(history, text)
        turns.append(turn)
        history = history.add(turn.user, Message("assistant", turn.reply.text))
    return turns


def run(respond: Respond, scenario: Scenario) -> Judged:
    """Hold one scripted conversation and judge it."""
    turns = converse(respond, [said.say for said in scenario.says])
    replies = tuple(turn.reply.text for turn in turns)
    talk = Talk(scenario, replies, tuple(turn.risk.level for turn in turns))
    return Judged(talk, tuple((kind, f) for kind, check in CHECKS.items() for f in check(talk)))


def run_all(
    respond: Respond, scenarios: Sequence[Scenario], show: Callable[[int, int], None]
) -> list[Judged]:
    """Hold every scripted conversation."""
    judged = []
    for index, scenario in enumerate(scenarios):
        judged.append(run(respond, scenario))
        show(index + 1, len(scenarios))
    return judged


def figures(judged: Sequence[Judged]) -> dict[str, float]:
    """Return how many scenarios and expectations were met, and how many of each kind."""
    met = sum(not one.faults for one in judged)
    looked = [pair for one in judged for pair in one.found]
    found: dict[str, float] = {
        "scenarios": len(judged),
        "scenarios_met": met,
        "expectations": len(looked),
        "expectations_met": sum(not f.fault for _, f in looked),
        "replies": sum(len(one.talk.replies) for one in judged),
        "stock_share": words.stock_share([one.talk.replies for one in judged]),
    }
    for kind in CHECKS:
        faults = [bool(f.fault) for name, f in looked if name == kind]
        found[f"{kind}.passed"] = len(faults) - sum(faults)
        found[f"{kind}.failed"] = sum(faults)
    return found


def details(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return each scenario's faults by its id; none where every expectation was met."""
    return {
        one.talk.scenario.id: [
            {"kind": kind, "turn": f.turn, "fault": f.fault} for kind, f in one.faults
        ]
        for one in judged
    }


def table(found: Mapping[str, float]) -> str:
    """Return a line for each kind of expectation."""
    lines = [f"{'expectation':16}{'passed':>8}{'failed':>8}{'met':>9}"]
    for kind in CHECKS:
        passed, failed = found[f"{kind}.passed"], found[f"{kind}.failed"]
        share = f"{passed / (passed + failed):.1%}" if passed + failed else "–"
        lines.append(f"{kind:16}{passed:>8.0f}{failed:>8.0f}{share:>9}")
    whole = f"{found['scenarios_met']:.0f} of {found['scenarios']:.0f} scenarios"
    stock = f"Replies made of sentences that five conversations or more share: {found['stock_share']:.1%}."
    return "\n".join([*lines, "", f"Every expectation met in {whole}.", stock])
