"""The learned part of the screen: a small linear head on the shared encoder and on pieces of words.

It decides where rules saw something doubtful, and never lowers what they are sure of. By itself it
asked people at ease whether they think about dying, so without a rule's mark it is not heard. Trained
by `make train-screen` (see `training/screen`).
"""

import zlib
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from listenwell.core.errors import ModelError
from listenwell.core.types import Message, RiskKind, RiskLevel
from listenwell.embedded.encoder import EncoderModel
from listenwell.embedded.files import ENCODER, find_files, manifest_of
from listenwell.embedded.models import load_models
from listenwell.safety.normalise import normalise

HEAD = Path(__file__).parent / "learned.npz"
BUCKETS = 1 << 14
"""How many features pieces of words are hashed into."""
LEVELS = (RiskLevel.LOW, RiskLevel.MODERATE, RiskLevel.HIGH)
"""The levels of which it tells how likely a message shows them or more."""
KINDS = tuple(kind for kind in RiskKind if kind not in (RiskKind.DISTRESS, RiskKind.SCREEN_FAILURE))
_READ = 800
"""Letters that are read of a message: half from its beginning, half from its end."""
_REMEMBERED = 512
_MARK = 0.5
"""How strongly a mark counts beside all the words of a message, which are 1 together."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the learned part makes of one message.

    Attributes:
        level: The level that its probabilities speak for.
        kind: The likeliest kind of danger.
        allows: Whether wordings that innocent messages share may count.
    """

    level: RiskLevel
    kind: RiskKind
    allows: bool


class Judge(Protocol):
    """The learned part as the screen knows it."""

    def judge(self, text: str, marks: frozenset[str] = frozenset()) -> Judgement:
        """Return what a message shows by itself; raises where it cannot tell.

        Args:
            text: The message.
            marks: What doubtful or turned-aside rules found in it, by name.
        """
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """The trained numbers.

    Attributes:
        dense: (levels + kinds, hidden), for the encoder's pooled vector.
        pieces: (levels + kinds, `BUCKETS`), for pieces of words.
        bias: (levels + kinds,).
        thresholds: Probabilities from which a message counts as low, moderate, high.
        allow: Probability of high from which doubtful wordings count.
        encoder: SHA-256 of the encoder that it was trained on.
    """

    dense: NDArray[np.float32]
    pieces: NDArray[np.float32]
    bias: NDArray[np.float32]
    thresholds: NDArray[np.float32]
    allow: float
    encoder: str

    def scores(
        self, pooled: NDArray[np.float32], text: str, marks: frozenset[str]
    ) -> NDArray[np.float32]:
        """Return the scores of every level and kind."""
        found: NDArray[np.float32] = self.dense @ pooled + self.bias
        indices, values = hashed(text, marks)
        if len(indices):
            found = found + self.pieces[:, indices] @ values
        return found


class LearnedJudge:
    """Judges by head and encoder; both are loaded when first needed."""

    def __init__(self, head: Path = HEAD) -> None:
        self._path = head
        self._recent: OrderedDict[int, Judgement] = OrderedDict()
        self._lock = Lock()

    def judge(self, text: str, marks: frozenset[str] = frozenset()) -> Judgement:
        """Return what a message shows by itself.

        Raises:
            ModelError: The encoder or the head is missing, damaged, or not of one training.
        """
        # Only numbers are remembered, by a number: no words of people stay in memory.
        key = hash((text, marks))
        with self._lock:
            if key in self._recent:
                self._recent.move_to_end(key)
                return self._recent[key]
        found = self._judge(text, marks)
        with self._lock:
            self._recent[key] = found
            if len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)
        return found

    def _judge(self, text: str, marks: frozenset[str]) -> Judgement:
        head, encoder = self._parts
        part = excerpt(text)
        pooled = encoder.pool([pieces_of(encoder, part)])[0]
        return judgement(head, head.scores(pooled, normalise(part), marks))

    @cached_property
    def _parts(self) -> tuple[Head, EncoderModel]:
        head, files = read_head(self._path), find_files()
        if head.encoder != manifest_of(files.folder)["sha256"][ENCODER]:
            raise ModelError(
                f"{self._path}: trained on another encoder than {files.path(ENCODER)}. "
                "Train it anew: make train-screen."
            )
        return head, load_models(files).encoder


def judgement(head: Head, scores: NDArray[np.float32]) -> Judgement:
    """Return what scores stand for."""
    shares = 1 / (1 + np.exp(-scores[: len(LEVELS)].astype(float)))
    reached = [
        level for level, share, bar in zip(LEVELS, shares, head.thresholds, strict=True)
        if share >= bar
    ]  # fmt: skip
    kind = KINDS[int(np.argmax(scores[len(LEVELS) :]))]
    level = max(reached, default=RiskLevel.NONE)
    return Judgement(level, kind, bool(shares[-1] >= head.allow))


def pieces_of(encoder: EncoderModel, text: str) -> tuple[list[int], list[int]]:
    """Return the word pieces of a message by itself."""
    return encoder.tokenizer.context([Message("user", text)])


def excerpt(text: str) -> str:
    """Return what is read of a message: people say what happened first and how it is last."""
    return text if len(text) <= _READ else f"{text[: _READ // 2]} {text[-_READ // 2 :]}"


def hashed(
    text: str, marks: frozenset[str] = frozenset()
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return which hashed features a plain text and its marks have, and how strongly."""
    words = {zlib.crc32(piece.encode()) % BUCKETS for piece in _pieces(text)}
    each = 1 / max(len(words), 1) ** 0.5
    found = dict.fromkeys(words, each)
    found |= {zlib.crc32(f"mark {mark}".encode()) % BUCKETS: _MARK for mark in marks}
    return np.fromiter(found, np.int64, len(found)), np.fromiter(
        found.values(), np.float32, len(found)
    )


def _pieces(text: str) -> Iterator[str]:
    words = text.split()
    yield from (f"1{word}" for word in words)
    yield from (f"2{a} {b}" for a, b in pairwise(words))
    yield from (f"3{a} {c}" for a, c in zip(words, words[2:], strict=False))
    joined = f" {text} "
    yield from (joined[i : i + 4] for i in range(len(joined) - 3))


@lru_cache(maxsize=2)
def read_head(path: Path = HEAD) -> Head:
    """Read a trained head.

    Raises:
        ModelError: The file is missing or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            content: dict[str, Any] = {name: arrays[name] for name in arrays.files}
        scale = content["scale"].astype(np.float32)
        return Head(
            dense=content["dense"].astype(np.float32),
            pieces=content["pieces"].astype(np.float32) * scale[:, None],
            bias=content["bias"].astype(np.float32),
            thresholds=content["thresholds"].astype(np.float32),
            allow=float(content["allow"]),
            encoder=str(content["encoder"]),
        )
    except Exception as error:  # numpy raises many kinds for a bad file
        raise ModelError(
            f"{path}: not the screen's head ({error}). Train it: make train-screen."
        ) from error
