"""What every corpus becomes: conversations, and an account of the rows that could not be read."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from listenwell.core.errors import CorpusError
from listenwell.core.types import Message, Role

Split: TypeAlias = Literal["train", "valid", "test"]
SPLITS: tuple[Split, ...] = ("train", "valid", "test")

MOSTLY_MALFORMED = 0.5
"""The share of unreadable rows above which a file is refused rather than read in part."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One turn of a corpus, with the labels that the corpus gives it.

    Attributes:
        emotion: The speaker's emotion, for a user's turn where the corpus says.
        strategy: The support strategy, for a listener's turn where the corpus says.
    """

    role: Role
    content: str
    emotion: str | None = None
    strategy: str | None = None

    @property
    def message(self) -> Message:
        """The turn without its labels."""
        return Message(self.role, self.content)


@dataclass(frozen=True, slots=True)
class Synthetic:
    """Who wrote a conversation that no person had: by what means, with which model, and when."""

    method: str
    model: str
    date: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation of a corpus, oldest turn first.

    Attributes:
        emotion: The label of the whole conversation, where the corpus gives one.
        situation: What it is about, in the corpus's own words.
        topic: A category, where the corpus gives one.
        synthetic: How it was made, where a program wrote or changed it.
    """

    id: str
    turns: tuple[Utterance, ...]
    split: Split
    emotion: str | None = None
    situation: str | None = None
    topic: str | None = None
    synthetic: Synthetic | None = None


@dataclass(frozen=True, slots=True)
class Malformed:
    """A row that was skipped: the line it begins on and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came out of one file: conversations, and what was left out.

    Attributes:
        rows: How many data rows the file held.
        malformed: The rows that could not be read.
        duplicates: How many readable rows repeated an earlier one.
        path: The file.
    """

    conversations: tuple[Conversation, ...]
    rows: int
    malformed: tuple[Malformed, ...] = ()
    duplicates: int = 0
    path: str = ""


@dataclass(slots=True)
class RowLog:
    """Counts rows while a file is read, and refuses one that is mostly unreadable."""

    path: str
    rows: int = 0
    malformed: list[Malformed] = field(default_factory=list)

    def skip(self, line: int, reason: str) -> None:
        """Note a row that could not be read."""
        self.malformed.append(Malformed(line, reason))

    def check(self, expected: str) -> None:
        """Refuse an empty or mostly malformed file.

        Args:
            expected: The layout that the loader reads, for the message.

        Raises:
            CorpusError: The file holds no row, or more than half of its rows are malformed.
        """
        if self.rows == 0:
            raise CorpusError(f"{self.path}: no rows. Expected {expected}.")
        if len(self.malformed) > self.rows * MOSTLY_MALFORMED:
            first = self.malformed[0]
            raise CorpusError(
                f"{self.path}: {len(self.malformed)} of {self.rows} rows cannot be read (line "
                f"{first.line}: {first.reason}). Expected {expected}."
            )


def merge_same_role(turns: list[Utterance]) -> tuple[Utterance, ...]:
    """Join consecutive turns of one side, so that the two sides alternate.

    The later turn's label wins, since a reply is chosen with the newest one in view.
    """
    merged: list[Utterance] = []
    for turn in turns:
        if merged and merged[-1].role == turn.role:
            earlier = merged.pop()
            turn = Utterance(
                turn.role,
                f"{earlier.content} {turn.content}",
                turn.emotion or earlier.emotion,
                turn.strategy or earlier.strategy,
            )
        merged.append(turn)
    return tuple(merged)
