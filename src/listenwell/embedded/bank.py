"""Replies of the project's own corpus with their vectors: what retrieval chooses from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from listenwell.core.errors import ModelError
from listenwell.embedded.files import BANK, ModelFiles
from listenwell.embedded.session import Floats, read_arrays

STEPS = 48.0
"""A unit vector's parts are stored as whole numbers of this many steps."""


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

    messages: Floats
    vectors: Floats
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
        messages, vectors, told = (
            arrays[name].astype(np.float32) / STEPS for name in ("messages", "vectors", "told")
        )
        priors = arrays["priors"].astype(np.float32)
    except Exception as error:  # numpy raises many kinds for a bad file
        raise ModelError(f"{path}: not a bank of replies ({error}).") from error
    return Bank(
        messages,
        vectors,
        replies,
        frozenset(common),
        priors,
        dict(zip(sentences, told, strict=True)) if len(told) else {},
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


def _whole(vectors: Floats) -> np.ndarray:
    whole: np.ndarray = np.rint(vectors * STEPS).astype(np.int8)
    return whole


def _bytes(texts: tuple[str, ...] | list[str]) -> np.ndarray:
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _texts(array: np.ndarray) -> tuple[str, ...]:
    return tuple(array.tobytes().decode("utf-8").split("\n"))
