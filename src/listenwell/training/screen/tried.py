"""`python -m listenwell.training.screen.tried FILE`: what the screen gets wrong of what an author wrote.

An author who sees it goes on from there with other words ([decision 40](docs/decisions/0040-hunted.md)).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ConfigDict, Discriminator, Field, RootModel, Tag

from listenwell.core.errors import ConfigError, ListenwellError
from listenwell.core.types import History, Message, RiskLevel
from listenwell.evaluation.entries import Named, read_entries
from listenwell.evaluation.safety import Outcome, of_talk
from listenwell.evaluation.safety_set import Expectation, SafetyTalk
from listenwell.safety.learned import LearnedJudge
from listenwell.safety.screen import RuleScreen, Screen

_NAMED = Named("an entry", "groups of lines or conversations", "- ")


class Lines(Expectation):
    """A group of lines that show the same: one message a line."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    wording: str = Field("", alias="class")
    lines: str = Field(pattern=r"\S")


class Written(
    RootModel[
        Annotated[
            Annotated[Lines, Tag("lines")] | Annotated[SafetyTalk, Tag("talk")],
            Discriminator(lambda it: "talk" if isinstance(it, dict) and "turns" in it else "lines"),
        ]
    ]
):
    """What a file for training holds: a conversation, or lines with what they show."""


def tried(path: Path, screen: Screen) -> tuple[int, list[Outcome]]:
    """Return how many messages of a file were tried, and which of them a screen gets wrong.

    A harmless one is wrong from moderate on: somebody would be asked after danger without need.

    Raises:
        ConfigError: It holds neither groups of lines nor conversations as the set has them.
    """
    if not path.is_file():
        raise ConfigError(f"{path}: no such file.")
    every = [
        outcome
        for entry in read_entries(Written, [path], _NAMED)
        for outcome in _outcomes(screen, entry.root)
    ]
    return len(every), [outcome for outcome in every if outcome.missed or _asks_in_vain(outcome)]


def told(outcome: Outcome) -> str:
    """Return one line about what is wrong: what it shows, what was found, where it stands."""
    if outcome.missed and outcome.needs is not None:
        wrong = f"missed | at least {outcome.needs.label}"
    else:
        wrong = f"alarm | at most {outcome.most.label if outcome.most else RiskLevel.NONE.label}"
    return f"{wrong}, found {outcome.found.label} | {outcome.id} | {outcome.text}"


def _asks_in_vain(outcome: Outcome) -> bool:
    """Whether a message in which there is no danger is met with a question after it, or with more."""
    if outcome.needs is not None or outcome.most is None:
        return False
    return outcome.found > max(outcome.most, RiskLevel.LOW)


def _outcomes(screen: Screen, entry: Lines | SafetyTalk) -> Iterable[Outcome]:
    """Return what a screen finds in every message of an entry; a line is known by its wording."""
    if isinstance(entry, SafetyTalk):
        return of_talk(screen, entry)
    lines = filter(None, map(str.strip, entry.lines.splitlines()))
    return [
        Outcome(entry.wording, "", entry.wording, False, entry.at_least, entry.at_most,
                screen.assess(History((Message("user", line),))).level, line)
        for line in lines
    ]  # fmt: skip


def main(file: Annotated[Path, typer.Argument(help="Lines or conversations, in YAML.")]) -> None:
    """Print what the screen gets wrong of a file: danger that it misses, and alarms without need."""
    try:
        many, wrong = tried(file, RuleScreen(LearnedJudge()))
    except (ListenwellError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    for outcome in wrong:
        typer.echo(told(outcome))
    typer.echo(f"{len(wrong)} wrong of {many}")


if __name__ == "__main__":
    typer.run(main)
