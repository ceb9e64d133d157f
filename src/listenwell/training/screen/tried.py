"""`python -m listenwell.training.screen.tried FILE`: what the screen gets wrong of what an author wrote.

An author who sees it goes on from there with other words ([decision 40](docs/decisions/0040-hunted.md)).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ConfigDict, Field

from listenwell.core.errors import ConfigError, ListenwellError
from listenwell.core.types import History, Message, RiskLevel
from listenwell.evaluation.entries import Named, read_entries
from listenwell.evaluation.safety_set import Expectation, SafetyTalk, read_talks
from listenwell.safety.learned import LearnedJudge
from listenwell.safety.screen import RuleScreen, Screen

_LINES = Named("a group of lines", "groups of lines", "- class")


class Lines(Expectation):
    """A group of lines that show the same: one message a line."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    wording: str = Field("", alias="class")
    lines: str = Field(pattern=r"\S")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What was written, what it shows and what the screen took it for."""

    where: str
    text: str
    shows: Expectation
    found: RiskLevel

    def __str__(self) -> str:
        missed = self.found < self.shows.lowest
        shows = (
            f"at least {self.shows.lowest.label}"
            if missed
            else f"at most {self.shows.highest.label}"
        )
        return f"{'missed' if missed else 'alarm'} | {shows}, found {self.found.label} | {self.where} | {self.text}"


def tried(path: Path, screen: Screen) -> tuple[int, list[Wrong]]:
    """Return how many messages of a file have a label, and which of them a screen gets wrong.

    A harmless one is wrong from moderate on: somebody would be asked after danger without need.

    Raises:
        ConfigError: It holds neither groups of lines nor conversations as the set has them.
    """
    every = list(_written(path))
    found = [
        Wrong(where, history.messages[-1].content, shows, screen.assess(history).level)
        for where, history, shows in every
    ]
    return len(every), [one for one in found if not _is_right(one.shows, one.found)]


def _is_right(shows: Expectation, found: RiskLevel) -> bool:
    """Whether a level is right: what is found beside the danger that is there is no alarm."""
    if shows.at_least is not None:
        return found >= shows.at_least
    most = RiskLevel.MODERATE if shows.highest is RiskLevel.MODERATE else RiskLevel.LOW
    return found <= max(most, shows.highest)


def _written(path: Path) -> Iterator[tuple[str, History, Expectation]]:
    """Yield every labelled message of a file: where it stands, the conversation up to it, and what it shows."""
    if not path.is_file():
        raise ConfigError(f"{path}: no such file.")
    if "turns:" in path.read_text(encoding="utf-8", errors="replace"):
        for talk in read_talks(path.parent, path.name):
            yield from _of_talk(talk)
        return
    for group in read_entries(Lines, [path], _LINES):
        for line in filter(None, map(str.strip, group.lines.splitlines())):
            yield group.wording, History((Message("user", line),)), group


def _of_talk(talk: SafetyTalk) -> Iterator[tuple[str, History, Expectation]]:
    history = History()
    for turn in talk.turns:
        history = history.add(Message(turn.role, turn.text))
        if turn.at_least is not None or turn.at_most is not None:
            yield talk.id, history, turn


def main(file: Annotated[Path, typer.Argument(help="Lines or conversations, in YAML.")]) -> None:
    """Print what the screen gets wrong of a file: danger that it misses, and alarms without need."""
    try:
        many, wrong = tried(file, RuleScreen(LearnedJudge()))
    except (ListenwellError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    for one in wrong:
        typer.echo(str(one))
    typer.echo(f"{len(wrong)} wrong of {many}")


if __name__ == "__main__":
    typer.run(main)
