"""What can be kept: values without identity of their own beyond the name they are deleted by."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from secrets import token_hex


class Kind(StrEnum):
    """What an entry is."""

    MOOD = "mood"
    JOURNAL = "journal"
    SUMMARY = "summary"
    MEMORY = "memory"


LOWEST, HIGHEST = 1, 10
"""The scale of a mood."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing kept.

    Attributes:
        at: When, with its time zone.
        text: The person's own words, or a summary that they agreed to; may be empty for a mood.
        score: How the mood was, from 1 to 10.
        name: What it is deleted by; random, so that it tells nothing.
    """

    kind: Kind
    at: datetime
    text: str = ""
    score: int | None = None
    name: str = ""

    @classmethod
    def now(cls, kind: Kind, text: str = "", score: int | None = None) -> "Entry":
        """Return an entry of this moment."""
        return cls(kind, datetime.now(UTC), text, score, token_hex(8))

    def packed(self) -> bytes:
        """Return the entry as bytes, to be sealed; its name is not among them."""
        told = {"kind": self.kind, "at": self.at.isoformat(), "text": self.text}
        return json.dumps(told | ({} if self.score is None else {"score": self.score})).encode()

    @classmethod
    def unpacked(cls, name: str, raw: bytes) -> "Entry":
        """Return the entry that bytes hold."""
        told = json.loads(raw)
        at = datetime.fromisoformat(told["at"])
        return cls(Kind(told["kind"]), at, told["text"], told.get("score"), name)
