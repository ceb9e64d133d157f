"""The encoder running in onnxruntime: one pass over a conversation feeds every head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from listenwell.core.errors import ModelError
from listenwell.core.recent import Recent
from listenwell.core.types import Message
from listenwell.embedded.files import ENCODER, ENCODER_TOKENIZER, HEADS, ModelFiles
from listenwell.embedded.heads import (
    APPROPRIATENESS,
    FITS,
    GOODNESS,
    TURN_BUCKETS,
    joined,
    recent,
    turn_bucket,
    views,
)
from listenwell.embedded.session import Floats, Integers, log_softmax, open_graph, read_arrays
from listenwell.embedded.tokens import EncoderTokenizer, read_tokenizer

Pieces: TypeAlias = tuple[list[int], list[int]]
REMEMBERED = 32
"""Conversations whose vectors are kept: several heads ask for the same, and what follows for those before."""


@dataclass(frozen=True, slots=True)
class Head:
    """A linear map from a pooled text to labels.

    Attributes:
        weight: (labels, hidden); for the strategy head with `TURN_BUCKETS` more columns, for
            EPITOME's with `hidden` more.
        bias: (labels,).
        temperature: What scores are divided by so that probabilities are calibrated (Guo et al.
            2017, arXiv:1706.04599).
    """

    weight: Floats
    bias: Floats
    temperature: float


class EncoderModel:
    """The network, its tokenizer and its heads; safe to share between threads."""

    def __init__(self, files: ModelFiles, threads: int = 2, *, arena: bool = True) -> None:
        """Load the model; for `arena` see `open_graph`.

        Raises:
            ModelError: A file is missing, damaged, or not this kind of model.
        """
        self.tokenizer = EncoderTokenizer(read_tokenizer(files.path(ENCODER_TOKENIZER)))
        self.heads = read_heads(files.path(HEADS))
        self._session = open_graph(files.path(ENCODER), threads, arena=arena)
        if [value.name for value in self._session.get_outputs()] != ["pooled"]:
            raise ModelError(f"{files.path(ENCODER)}: not an encoder's graph.")
        self._recent = Recent[Floats](REMEMBERED)

    def read(self, messages: Sequence[Message]) -> Floats:
        """Return the pooled vector of a conversation, (hidden,)."""
        pooled: Floats = self._views(messages)[0]
        return pooled

    def feeling(self, messages: Sequence[Message]) -> Floats:
        """Return the calibrated probabilities of the person's emotions, (32,), from every view."""
        # The head is linear, so the mean of the views' scores is the score of their mean.
        return self.tell("emotion", self._views(messages).mean(0))

    def _views(self, messages: Sequence[Message]) -> Floats:
        """Return the pooled vector of each view of a conversation, (1 or 3, hidden).

        The newest ones are remembered, so feeling, strategy, danger and relevance share the pass.
        """
        texts = [self.tokenizer.context(view) for view in views(messages)]
        key = tuple(piece for ids, sides in texts for piece in (*ids, -1, *sides, -2))
        pooled = self._recent.get(key)
        if pooled is None:
            pooled = self.pool(texts)
            self._recent.keep(key, pooled)
        return pooled

    def replies(self, texts: Sequence[str]) -> Floats:
        """Return unit vectors of replies, (replies, hidden)."""
        return unit(self.pool([self.tokenizer.reply(text) for text in texts]))

    def fits(self, messages: Sequence[Message], texts: Sequence[str]) -> Floats:
        """Return how well replies fit a conversation that each is read together with, (replies,).

        In nats, and only beside each other: more work than comparing `replies` with `read`, and
        surer.
        """
        head = self.heads[FITS]
        found: Floats = self._together(messages, texts) @ head.weight[0] + head.bias[0]
        return found

    def appropriate(self, messages: Sequence[Message], texts: Sequence[str]) -> Floats:
        """Return how good each sentence would be as a reply, (texts,): what `GOODNESS` expects."""
        head, pooled = self.heads[APPROPRIATENESS], self._together(recent(messages), texts)
        shares: Floats = np.exp(log_softmax(pooled @ head.weight.T + head.bias))
        marks: Floats = shares @ np.array(GOODNESS, np.float32)
        return marks

    def _together(self, messages: Sequence[Message], texts: Sequence[str]) -> Floats:
        """Return the pooled vector of each reply read together with a conversation."""
        context = self.tokenizer.context(messages)
        return self.pool([joined(context, self.tokenizer.reply(text)) for text in texts])

    def pool(self, texts: Sequence[Pieces], batch: int = 32) -> Floats:
        """Return the pooled vector of each text, (texts, hidden), longest together."""
        order = sorted(range(len(texts)), key=lambda index: len(texts[index][0]))
        parts: dict[int, Floats] = {}
        for start in range(0, len(order), batch):
            some = order[start : start + batch]
            parts |= dict(zip(some, self._run([texts[i] for i in some]), strict=True))
        return np.stack([parts[index] for index in range(len(texts))])

    def tell(
        self,
        head: str,
        pooled: Floats,
        turns: int | None = None,
        reply: Floats | None = None,
    ) -> Floats:
        """Return calibrated probabilities of a head's labels, (labels,).

        Args:
            head: "emotion", "strategy", "danger", or one of EPITOME's three.
            pooled: What `read` returned.
            turns: For "strategy", how many turns came before.
            reply: For EPITOME's, what `read` returned for the response as a turn of its own.
        """
        found = self.heads[head]
        if reply is not None:
            pooled = np.concatenate((pooled, reply))
        if turns is not None:
            bucket = np.eye(TURN_BUCKETS, dtype=np.float32)[turn_bucket(turns)]
            pooled = np.concatenate((pooled, bucket))
        scores = (found.weight @ pooled + found.bias) / found.temperature
        shares: Floats = np.exp(log_softmax(scores))
        return shares

    def _run(self, texts: Sequence[Pieces]) -> Floats:
        ids, segments, present = padded(texts, self.tokenizer.pad)
        feed = {"ids": ids, "segments": segments, "present": present}
        pooled: Floats = self._session.run(["pooled"], feed)[0]
        return pooled


def padded(
    texts: Sequence[tuple[Sequence[int], Sequence[int]]], padding: int
) -> tuple[Integers, Integers, NDArray[np.bool_]]:
    """Return ids, segments and presence of right-padded texts, each (batch, length).

    Args:
        texts: Word pieces and segments of each text.
        padding: The id that fills up.
    """
    length = max(len(ids) for ids, _ in texts)
    ids = np.full((len(texts), length), padding, np.int64)
    segments = np.zeros((len(texts), length), np.int64)
    present = np.zeros((len(texts), length), bool)
    for row, (pieces, sides) in enumerate(texts):
        ids[row, : len(pieces)] = pieces
        segments[row, : len(pieces)] = sides
        present[row, : len(pieces)] = True
    return ids, segments, present


def read_heads(path: Path) -> Mapping[str, Head]:
    """Read `heads.npz`.

    Raises:
        ModelError: The file is missing or damaged.
    """
    try:
        arrays = read_arrays(path)
        return {
            name: Head(
                arrays[f"{name}.weight"],
                arrays[f"{name}.bias"],
                float(arrays[f"{name}.temperature"]),
            )
            for name in {name.split(".")[0] for name in arrays}
        }
    except Exception as error:  # numpy raises many kinds for a bad file
        raise ModelError(f"{path}: not the encoder's heads ({error}).") from error


def unit(vectors: Floats) -> Floats:
    """Return vectors at length one, over the last axis."""
    found: Floats = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return found
