"""Replies of the project's own corpus with their vectors: what retrieval chooses from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from listenwell.core.errors import ModelError
from listenwell.embedded.files import BANK, ModelFiles
from listenwell.embedded.session import Floats, read_arrays

STEPS = 48.0
"""A unit vector's parts are stored as whole numbers of this many steps."""
BLOCK = 1024
"""How many vectors are turned into numbers at once."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Unit vectors in 8 bits, (entries, hidden), as numbers only while they are used.

    As numbers all the time they would take a fifth of the memory of a conversation.
    """

    whole: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.whole)

    def __getitem__(self, at: int) -> Floats:
        """Return one vector, (hidden,)."""
        row: Floats = self.whole[at].astype(np.float32) / STEPS
        return row

    def __matmul__(self, other: Floats) -> Floats:
        """Return every vector's product with another, (entries,)."""
        blocks = (self.whole[at : at + BLOCK] for at in range(0, len(self), BLOCK))
        told = [block.astype(np.float32) / STEPS @ other for block in blocks]
        return np.concatenate([np.zeros(0, np.float32), *told])


@dataclass(frozen=True, slots=True)
class Known(Mapping[str, Floats]):
    """Vectors by their texts."""

    places: Mapping[str, int]
    rows: Rows

    def __getitem__(self, text: str) -> Floats:
        return self.rows[self.places[text]]

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)


@dataclass(frozen=True, slots=True)
class Bank:
    """Messages that were answered once, and the answers.

    Attributes:
        messages: Unit vectors of what was said, (entries, hidden).
        vectors: Unit vectors of the answers, (entries, hidden).
        replies: The answers.
        common: Words that occur in many answers, and so claim nothing about anybody.
        priors: How likely each answer is to somebody who said nothing: a mean log-probability per
            piece, (entries,), or (0,) where no writer was asked.
        sentences: Unit vectors of other sentences that are often compared with what was said.
    """

    messages: Floats | Rows
    vectors: Floats | Rows
    replies: tuple[str, ...]
    common: frozenset[str]
    priors: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    sentences: Mapping[str, Floats] = field(default_factory=dict)


def read_bank(files: ModelFiles) -> Bank:
    """Read `bank.npz`.

    Raises:
        ModelError: The file is missing or damaged.
    """
    return open_bank(files.path(BANK))


def open_bank(path: Path) -> Bank:
    """Read a bank of any name.

    Raises:
        ModelError: The file is missing or damaged.
    """
    try:
        arrays = read_arrays(path)
        replies, common, sentences = (
            _texts(arrays[name]) for name in ("replies", "common", "sentences")
        )
        messages, vectors, told = (Rows(arrays[name]) for name in ("messages", "vectors", "told"))
        priors = arrays["priors"].astype(np.float32)
    except Exception as error:  # numpy raises many kinds for a bad file
        raise ModelError(f"{path}: not a bank of replies ({error}).") from error
    return Bank(
        messages,
        vectors,
        replies,
        frozenset(common),
        priors,
        Known({text: at for at, text in enumerate(sentences)} if len(told) else {}, told),
    )


def write_bank(path: Path, bank: Bank) -> None:
    """Write a bank; vectors are kept in 8 bits."""
    told = np.array(list(bank.sentences.values()), np.float32)
    np.savez_compressed(
        path,
        messages=_whole(bank.messages),
        vectors=_whole(bank.vectors),
        replies=_bytes(bank.replies),
        common=_bytes(sorted(bank.common)),
        priors=bank.priors.astype(np.float16),
        sentences=_bytes(list(bank.sentences)),
        told=_whole(told),
    )


def _whole(vectors: Floats | Rows) -> NDArray[np.int8]:
    if isinstance(vectors, Rows):
        return vectors.whole
    whole: NDArray[np.int8] = np.rint(vectors * STEPS).astype(np.int8)
    return whole


def _bytes(texts: tuple[str, ...] | list[str]) -> np.ndarray:
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _texts(array: np.ndarray) -> tuple[str, ...]:
    return tuple(array.tobytes().decode("utf-8").split("\n"))
