"""The embedded model running in onnxruntime: reads a context once, then scores replies."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TypeAlias

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from listenwell.core.errors import ModelError
from listenwell.embedded.files import ModelFiles
from listenwell.embedded.tokens import REPLY_POSITION, EmbeddedTokenizer

Floats: TypeAlias = NDArray[np.float32]
Integers: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A context that has been read.

    Attributes:
        past: Keys and values, (layers, 2, 1, heads, length, width).
        emotions: Unnormalised scores, (32,).
        pooled: The mean hidden state, a sentence embedding, (hidden,).
    """

    past: Floats
    emotions: Floats
    pooled: Floats


class EmbeddedModel:
    """The network and its tokenizer; safe to share between threads."""

    def __init__(self, files: ModelFiles, threads: int = 2) -> None:
        """Load the model.

        Raises:
            ModelError: A file is missing, damaged, or not this kind of model.
        """
        self.name = files.name
        self.tokenizer = EmbeddedTokenizer.from_file(files.tokenizer)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(files.graph), options, providers=["CPUExecutionProvider"]
            )
            shapes = {value.name: value.shape for value in self._session.get_inputs()}
            layers, _, _, heads, _, width = shapes["past"]
        except Exception as error:  # onnxruntime raises its own kinds for every bad file
            raise ModelError(f"{files.graph}: not a model that can be run ({error}).") from error
        self._empty = np.zeros((layers, 2, 1, heads, 0, width), np.float32)
        self._lock = Lock()
        self._recent: tuple[tuple[int, ...], Encoded] | None = None

    def encode(self, context: Sequence[int]) -> Encoded:
        """Read a context; the newest one is remembered, so reader and generator share the pass."""
        key = tuple(context)
        with self._lock:
            if self._recent and self._recent[0] == key:
                return self._recent[1]
        ids = np.array([key], np.int64)
        positions = np.arange(len(key), dtype=np.int64)[None]
        mask = np.ones((1, 1, len(key), len(key)), bool)
        _, past, emotions, pooled = self._run(ids, positions, 0, mask, self._empty, [])
        encoded = Encoded(past, emotions[0], pooled[0])
        with self._lock:
            self._recent = (key, encoded)
        return encoded

    def embed(self, contexts: Sequence[Sequence[int]]) -> Floats:
        """Return a unit-length sentence embedding of each context, (contexts, hidden).

        Contexts of one length go through together, so nothing is padded.
        """
        rows: dict[int, list[int]] = {}
        for index, context in enumerate(contexts):
            rows.setdefault(len(context), []).append(index)
        parts: dict[int, Floats] = {}
        for length, indices in rows.items():
            for start in range(0, len(indices), 64):
                some = indices[start : start + 64]
                ids = np.array([contexts[i] for i in some], np.int64)
                positions = np.tile(np.arange(length, dtype=np.int64), (len(some), 1))
                mask = np.ones((len(some), 1, length, length), bool)
                past = np.repeat(self._empty, len(some), axis=2)
                pooled = self._run(ids, positions, 0, mask, past, [])[3]
                parts |= dict(zip(some, pooled, strict=True))
        found = np.stack([parts[index] for index in range(len(contexts))])
        unit: Floats = found / np.linalg.norm(found, axis=1, keepdims=True)
        return unit

    def step(self, pieces: Integers, index: int, past: Floats) -> tuple[Floats, Floats]:
        """Score what comes after one more piece of each reply.

        Args:
            pieces: The newest piece of each reply, (batch,).
            index: How many pieces of the reply came before it.
            past: Keys and values of all before, (layers, 2, batch, heads, length, width).

        Returns:
            Log-probabilities (batch, vocabulary) and the longer past.
        """
        batch, length = len(pieces), past.shape[4]
        positions = np.full((batch, 1), REPLY_POSITION + index, np.int64)
        mask = np.ones((batch, 1, 1, length + 1), bool)
        wanted = list(range(batch))
        scores, present, *_ = self._run(pieces[:, None], positions, 1, mask, past, wanted)
        return log_softmax(scores), present

    def score(self, encoded: Encoded, replies: Sequence[Sequence[int]]) -> list[Floats]:
        """Return the log-probability of every piece of each reply, end marker included."""
        width = max(len(reply) for reply in replies)
        rows, known = len(replies), encoded.past.shape[4]
        ids = np.full((rows, width), self.tokenizer.pad, np.int64)
        wanted, targets = [], []
        for row, reply in enumerate(replies):
            ids[row, : len(reply)] = (self.tokenizer.listener, *reply[:-1])
            wanted += [row * width + column for column in range(len(reply))]
            targets += list(reply)
        positions = np.tile(np.arange(width, dtype=np.int64) + REPLY_POSITION, (rows, 1))
        seen = np.ones((width, known), bool)
        mask = np.tile(np.hstack([seen, np.tri(width, dtype=bool)]), (rows, 1, 1, 1))
        past = np.repeat(encoded.past, rows, axis=2)
        scores, *_ = self._run(ids, positions, 1, mask, past, wanted)
        picked = log_softmax(scores)[np.arange(len(targets)), targets]
        ends = np.cumsum([len(reply) for reply in replies])[:-1]
        return np.split(picked, ends)

    def _run(
        self,
        ids: Integers,
        positions: Integers,
        segment: int,
        mask: NDArray[np.bool_],
        past: Floats,
        wanted: Sequence[int],
    ) -> list[Floats]:
        feed = {
            "ids": ids,
            "positions": positions,
            "segments": np.full(ids.shape, segment, np.int64),
            "mask": mask,
            "past": past,
            "wanted": np.array(wanted, np.int64),
        }
        outputs: list[Floats] = self._session.run(["scores", "present", "emotions", "pooled"], feed)
        return outputs


def log_softmax(scores: Floats) -> Floats:
    """Return log-probabilities over the last axis."""
    shifted = scores - scores.max(-1, keepdims=True, initial=-np.inf)
    normal: Floats = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return normal


@lru_cache(maxsize=2)
def load_model(files: ModelFiles, threads: int = 2) -> EmbeddedModel:
    """Return the model for these files, loaded once for the reader and the generator."""
    return EmbeddedModel(files, threads)
