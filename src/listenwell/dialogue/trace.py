"""How a turn came about: the reply while it is made, and every reason once it is."""

import time
from dataclasses import dataclass, field

from listenwell.core.types import Reply, Turn
from listenwell.dialogue.composing import Part
from listenwell.generation.ranking import Ranked


@dataclass(frozen=True, slots=True)
class Trace:
    """Why a turn came out as it did: every candidate, its marks, what refused it, and the pieces.

    Attributes:
        notes: What went wrong with a generator, and who answered in its place.
    """

    turn: Turn
    ranked: tuple[Ranked, ...]
    refused: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Draft:
    """A reply on its way, with what was looked at for it."""

    reply: Reply
    ranked: list[Ranked] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    parts: tuple[Part, ...] = ()
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Clock:
    """Wall time by stage."""

    started: float = field(default_factory=time.perf_counter)
    stages: list[tuple[str, float]] = field(default_factory=list)

    def mark(self, stage: str) -> None:
        """Note that a stage is over."""
        now = time.perf_counter()
        spent = sum(seconds for _, seconds in self.stages)
        self.stages.append((stage, now - self.started - spent))

    def finished(self) -> tuple[tuple[str, float], ...]:
        """Return the seconds of each stage, and of the whole."""
        total = time.perf_counter() - self.started
        return (*((s, round(t, 4)) for s, t in self.stages), ("total", round(total, 4)))
