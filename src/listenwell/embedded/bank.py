"""Replies of the project's own corpus with their vectors: what retrieval chooses from."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from listenwell.core.errors import ModelError
from listenwell.embedded.files import BANK, ModelFiles
from listenwell.embedded.session import Floats, read_arrays

STEPS = 127.0
"""A unit vector's parts are stored as whole numbers of this many steps."""


@dataclass(frozen=True, slots=True)
class Bank:
    """Messages that were answered once, and the answers.

    Attributes:
        messages: Unit vectors of what was said, (entries, hidden).
        vectors: Unit vectors of the answers, (entries, hidden).
        replies: The answers.
        common: Words that occur in many answers, and so claim nothing about anybody.
    """

    messages: Floats
    vectors: Floats
    replies: tuple[str, ...]
    common: frozenset[str]


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
        replies, common = (_texts(arrays[name]) for name in ("replies", "common"))
        messages, vectors = (
            arrays[name].astype(np.float32) / STEPS for name in ("messages", "vectors")
        )
    except Exception as error:  # numpy raises many kinds for a bad file
        raise ModelError(f"{path}: not a bank of replies ({error}).") from error
    return Bank(messages, vectors, replies, frozenset(common))


def write_bank(path: Path, bank: Bank) -> None:
    """Write a bank; vectors are kept in 8 bits."""
    np.savez_compressed(
        path,
        messages=np.rint(bank.messages * STEPS).astype(np.int8),
        vectors=np.rint(bank.vectors * STEPS).astype(np.int8),
        replies=_bytes(bank.replies),
        common=_bytes(sorted(bank.common)),
    )


def _bytes(texts: tuple[str, ...] | list[str]) -> np.ndarray:
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _texts(array: np.ndarray) -> tuple[str, ...]:
    return tuple(array.tobytes().decode("utf-8").split("\n"))
