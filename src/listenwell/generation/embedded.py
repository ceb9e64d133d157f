"""Replies from the embedded model: several sampled at once, each scored with and without context."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from listenwell.core.types import Candidate, Message, Prompt
from listenwell.embedded.session import EmbeddedModel, Encoded
from listenwell.embedded.tokens import MAX_REPLY

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How freely replies are drawn.

    Attributes:
        temperature: Below 1 is safer, above is wilder.
        top_p: Nucleus sampling keeps the likeliest pieces that together reach this probability
            (Holtzman et al. 2020, arXiv:1904.09751).
        shortest: Pieces before a reply may end.
    """

    temperature: float = 0.65
    top_p: float = 0.9
    shortest: int = 5


class EmbeddedGenerator:
    """The prefix language model that ships with the package."""

    name = "embedded"

    def __init__(self, model: EmbeddedModel, sampling: Sampling | None = None) -> None:
        self._model = model
        self._sampling = sampling or Sampling()
        # How likely a reply is to a person who said nothing: what is generic scores high here.
        self._nothing = model.encode(model.tokenizer.context([Message("user", "")]))

    def propose(self, prompt: Prompt, count: int, seed: int) -> Sequence[Candidate]:
        """Sample `count` replies in one batch; repeats and unfinished ones are left out."""
        context = self._model.tokenizer.context(prompt.messages)
        encoded = self._model.encode(context)
        drawn = self._sample(encoded, count, np.random.default_rng(seed))
        replies = list(dict.fromkeys(tuple(reply) for reply in drawn if reply))
        if not replies:
            return []
        given = self._model.score(encoded, replies)
        alone = self._model.score(self._nothing, replies)
        return [
            Candidate(self._model.tokenizer.text(reply), float(a.mean()), float(b.mean()))
            for reply, a, b in zip(replies, given, alone, strict=True)
        ]

    def _sample(self, encoded: Encoded, count: int, random: np.random.Generator) -> list[list[int]]:
        tokens = self._model.tokenizer
        replies: list[list[int]] = [[] for _ in range(count)]
        past = np.repeat(encoded.past, count, axis=2)
        rows = np.arange(count)
        pieces = np.full(count, tokens.listener, np.int64)
        for index in range(MAX_REPLY):
            scores, past = self._model.step(pieces, index, past)
            self._forbid(scores, [replies[row] for row in rows])
            pieces = self._draw(scores, random)
            for row, piece in zip(rows, pieces, strict=True):
                replies[row].append(int(piece))
            going = pieces != tokens.end
            if not going.any():
                break
            # Finished replies leave the batch, so the rest get faster.
            rows, pieces, past = rows[going], pieces[going], past[:, :, going]
        return [reply for reply in replies if reply[-1] == tokens.end]

    def _forbid(self, scores: Floats, replies: Sequence[Sequence[int]]) -> None:
        """Rule out markers, an early end, and any third piece that would repeat a trigram."""
        tokens = self._model.tokenizer
        markers = [tokens.pad, tokens.unknown, tokens.start, tokens.user, tokens.listener]
        scores[:, markers] = -np.inf
        for row, reply in enumerate(replies):
            if len(reply) < self._sampling.shortest:
                scores[row, tokens.end] = -np.inf
            last = tuple(reply[-2:])
            for start in range(len(reply) - 2):
                if tuple(reply[start : start + 2]) == last:
                    scores[row, reply[start + 2]] = -np.inf

    def _draw(self, scores: Floats, random: np.random.Generator) -> NDArray[np.int64]:
        scaled = scores.astype(np.float64) / self._sampling.temperature
        shares = np.exp(scaled - scaled.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        order = np.argsort(-shares, axis=-1)
        ranked = np.take_along_axis(shares, order, -1)
        # A piece stays while the ones before it have not yet reached top_p.
        ranked[np.cumsum(ranked, -1) - ranked >= self._sampling.top_p] = 0
        ranked /= ranked.sum(-1, keepdims=True)
        at = (np.cumsum(ranked, -1) < random.random((len(scores), 1))).sum(-1)
        at = np.minimum(at, (ranked > 0).sum(-1) - 1)
        return np.take_along_axis(order, at[:, None], -1)[:, 0]
