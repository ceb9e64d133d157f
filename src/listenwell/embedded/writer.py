"""The language model that writes replies, running in onnxruntime."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from listenwell.core.errors import ModelError
from listenwell.embedded.files import WRITER, WRITER_TOKENIZER, ModelFiles
from listenwell.embedded.session import Floats, Integers, log_softmax, open_graph
from listenwell.embedded.tokens import WriterTokenizer, read_tokenizer

UNSEEN = -1e4


@dataclass(frozen=True, slots=True)
class Context:
    """A context that has been read: its tokens, keys and values.

    Attributes:
        prefix: (layers, 2, 1, kv_heads, length, width).
    """

    tokens: tuple[int, ...]
    prefix: Floats


class WriterModel:
    """The network and its tokenizer; safe to share between threads."""

    def __init__(self, files: ModelFiles, threads: int = 2) -> None:
        """Load the model.

        Raises:
            ModelError: A file is missing, damaged, or not this kind of model.
        """
        self.tokenizer = WriterTokenizer(read_tokenizer(files.path(WRITER_TOKENIZER)))
        self._session = open_graph(files.path(WRITER), threads)
        shapes = {value.name: value.shape for value in self._session.get_inputs()}
        try:
            layers, _, _, heads, _, width = shapes["past"]
        except (KeyError, ValueError) as error:
            raise ModelError(f"{files.path(WRITER)}: not a writer's graph.") from error
        self._empty = np.zeros((layers, 2, 1, heads, 0, width), np.float32)
        self._silent = [i for i in self.tokenizer.markers.values() if i != self.tokenizer.end]
        self._lock = Lock()
        self._recent = Context((), self._empty)

    def read(self, tokens: Sequence[int]) -> Context:
        """Read a context; turns that it begins with in common with the newest are not read again.

        Turns are read one at a time, so that what a context reads as never depends on what was
        read before: the network rounds a little differently when it is given more at once.
        """
        whole = tuple(tokens)
        with self._lock:
            recent = self._recent
        common = _common(whole, recent.tokens)
        ends = [at + 1 for at, token in enumerate(whole) if token == self.tokenizer.end]
        known = max((end for end in ends if end <= common), default=0)
        prefix = recent.prefix[..., :known, :]
        for end in [*(end for end in ends if end > known), len(whole)]:
            if end > known:
                ids = np.array([whole[known:end]], np.int64)
                _, present = self._run(ids, known, prefix, self._empty, [])
                prefix, known = np.concatenate((prefix, present), axis=4), end
        context = Context(whole, np.ascontiguousarray(prefix))
        with self._lock:
            self._recent = context
        return context

    def start(self, batch: int) -> Floats:
        """Return the past of replies that have not begun."""
        return np.repeat(self._empty, batch, axis=2)

    def step(self, tokens: Integers, context: Context, past: Floats) -> tuple[Floats, Floats]:
        """Score what comes after more tokens of each reply.

        Args:
            tokens: The newest tokens of each reply, (batch, new).
            context: What the replies answer.
            past: Keys and values of the replies so far, (layers, 2, batch, kv_heads, past, width).

        Returns:
            Log-probabilities after the last of them, (batch, vocabulary), and the longer past.
        """
        batch, new = tokens.shape
        wanted = [row * new + new - 1 for row in range(batch)]
        at = len(context.tokens) + past.shape[4]
        scores, present = self._run(tokens, at, context.prefix, past, wanted)
        return self._spoken(scores), present

    def score(
        self, context: Context, openings: Sequence[Sequence[int]], replies: Sequence[Sequence[int]]
    ) -> list[Floats]:
        """Return the log-probability of every token of each reply, end marker included.

        Args:
            context: What the replies answer.
            openings: The markers that open each reply.
            replies: The replies' tokens.
        """
        rows = [[*o, *r[:-1]] for o, r in zip(openings, replies, strict=True)]
        width = max(len(row) for row in rows)
        ids = np.full((len(rows), width), self.tokenizer.pad, np.int64)
        wanted: list[int] = []
        for index, row in enumerate(rows):
            ids[index, : len(row)] = row
            first = index * width + len(openings[index]) - 1
            wanted += range(first, first + len(replies[index]))
        past = self.start(len(rows))
        scores, _ = self._run(ids, len(context.tokens), context.prefix, past, wanted)
        targets = np.array([token for reply in replies for token in reply])
        picked = self._spoken(scores)[np.arange(len(targets)), targets]
        return np.split(picked, np.cumsum([len(reply) for reply in replies])[:-1])

    def _spoken(self, scores: Floats) -> Floats:
        """Return log-probabilities over what can be said: markers are no words."""
        scores[:, self._silent] = -np.inf
        return log_softmax(scores)

    def _run(
        self, ids: Integers, at: int, prefix: Floats, past: Floats, wanted: Sequence[int]
    ) -> list[Floats]:
        batch, new = ids.shape
        before = past.shape[4]
        sees = np.hstack([np.ones((new, before), bool), np.tri(new, dtype=bool)])
        feed = {
            "ids": ids,
            "positions": np.tile(np.arange(at, at + new, dtype=np.int64), (batch, 1)),
            "bias": np.where(sees, 0.0, UNSEEN).astype(np.float32),
            "prefix": prefix,
            "past": past,
            "wanted": np.array(wanted, np.int64),
        }
        outputs: list[Floats] = self._session.run(["scores", "present"], feed)
        return outputs


def _common(left: Sequence[int], right: Sequence[int]) -> int:
    for index, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return index
    return min(len(left), len(right))
