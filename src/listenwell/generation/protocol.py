"""The seams between the dialogue and whatever writes text."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeAlias, runtime_checkable

from listenwell.core.types import Candidate, Prompt

Wanted: TypeAlias = Callable[[Candidate], bool]
"""Whether a reply is of use, told before it is weighed."""


class Generator(Protocol):
    """Proposes replies. Knows nothing of risk, of the guard, or of what is chosen."""

    name: str

    def propose(self, prompt: Prompt, count: int, seed: int) -> Sequence[Candidate]:
        """Return replies, in no particular order.

        Args:
            prompt: The recent turns and the plan.
            count: How many to write; fewer may come back, and a few more from a generator that
                knows replies by heart.
            seed: The same seed and prompt give the same replies on the same machine.
        """
        ...


@runtime_checkable
class LiveGenerator(Generator, Protocol):
    """Writes one reply piece by piece, which is shown while it is written."""

    def stream(self, prompt: Prompt, seed: int) -> Iterator[str]:
        """Yield one reply in pieces; joined, they are the whole reply.

        Raises:
            ModelError: No reply came, or it broke off; then pieces may have been yielded already.
        """
        ...


@runtime_checkable
class Sifting(Generator, Protocol):
    """A small generator, of whose replies only questions are shown: authored statements are better.

    Weighing a reply takes long, so it weighs no more of them than are of use; what may be shown is
    in `generation/sentences.py`.
    """

    def propose_of(
        self, prompt: Prompt, count: int, seed: int, wanted: Wanted
    ) -> Sequence[Candidate]:
        """Return those of what `propose` returns that are wanted.

        Args:
            prompt: As for `propose`.
            count: As for `propose`.
            seed: As for `propose`.
            wanted: Told of each reply before it is weighed: it may know `prior` and, of what was
                retrieved, `log_probability` not yet.
        """
        ...


@runtime_checkable
class Elsewhere(Protocol):
    """A generator that hands the person's words to another program, here or on another machine."""

    host: str
    """Where the words go, as an address without a path."""
    on_this_machine: bool
    """Whether that is this computer."""


@runtime_checkable
class Multilingual(Protocol):
    """A generator that can be asked to write in the language of the plan."""

    speaks_many: bool
    """Whether it is; what comes back in another language is not shown."""
