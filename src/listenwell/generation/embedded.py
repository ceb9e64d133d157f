"""Replies from the embedded models: several written at once, and the nearest of our own corpus."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from listenwell.core.types import Candidate, Message, Prompt, Strategy
from listenwell.embedded.encoder import unit
from listenwell.embedded.models import EmbeddedModels
from listenwell.embedded.session import Floats, Integers
from listenwell.embedded.tokens import WRITER_REPLY
from listenwell.embedded.writer import Context, WriterModel
from listenwell.generation.protocol import Wanted
from listenwell.generation.retrieval import nearest


@dataclass(frozen=True, slots=True)
class Sampling:
    """How freely replies are drawn.

    Attributes:
        temperature: Below 1 is safer, above is wilder.
        top_p: Nucleus sampling keeps the likeliest tokens that together reach this probability
            (Holtzman et al. 2020, arXiv:1904.09751).
        shortest: Tokens before a reply may end.
        longest: Tokens of a reply, its end included.
        voiced: How many of the drawn replies open in the project's own voice; so small a writer has
            its manner before its sense, so they are few.
        retrieved: How many replies of our own corpus are proposed beside the written ones.
    """

    temperature: float = 0.5
    top_p: float = 0.9
    shortest: int = 4
    longest: int = 48
    voiced: int = 0
    retrieved: int = 3


@dataclass(frozen=True, slots=True)
class _Draft:
    """A drawn reply as tokens, with the markers that opened it and how likely it was."""

    opening: tuple[int, ...]
    tokens: tuple[int, ...]
    log_probability: float


class EmbeddedGenerator:
    """The language model and the bank of replies that ship with the package."""

    name = "embedded"
    stays_here = True

    def __init__(self, models: EmbeddedModels, sampling: Sampling | None = None) -> None:
        """Take the models; what writes is loaded when it is first asked: many replies do without.

        Raises:
            ModelError: A file is damaged.
        """
        self._models = models
        self._encoder = models.encoder
        self._sampling = sampling or Sampling()

    @property
    def _writer(self) -> WriterModel:
        return self._models.writer

    @cached_property
    def _nothing(self) -> Context:
        return said_nothing(self._writer)

    def propose(self, prompt: Prompt, count: int, seed: int) -> Sequence[Candidate]:
        """Write `count` replies in one batch and add what the bank has; repeats are left out."""
        return self.propose_of(prompt, count, seed, lambda _: True)

    def propose_of(
        self, prompt: Prompt, count: int, seed: int, wanted: Wanted
    ) -> Sequence[Candidate]:
        """Return what of it is wanted; scoring a reply takes as long as writing half of it."""
        tokenizer = self._writer.tokenizer
        context = self._writer.read(tokenizer.context(prompt.messages))
        asked = unit(self._encoder.read(prompt.messages))
        drawn = self._draft(prompt, context, count, np.random.default_rng(seed))
        told = {text: draft for draft in drawn if (text := tokenizer.text(draft.tokens))}
        return [
            *self._judged(told, asked, wanted),
            *self._retrieve(prompt, context, asked, wanted),
        ]

    def _judged(
        self, drafts: Mapping[str, _Draft], asked: Floats, wanted: Wanted
    ) -> list[Candidate]:
        """Return drafts as candidates, with what they are worth besides being likely."""
        if not drafts:
            return []
        fits = self._encoder.replies(list(drafts)) @ asked
        found = [
            candidate
            for (text, draft), fit in zip(drafts.items(), fits, strict=True)
            if wanted(candidate := Candidate(text, draft.log_probability, relevance=float(fit)))
        ]
        if not found:
            return []
        chosen = [drafts[candidate.text] for candidate in found]
        openings, replies = [d.opening for d in chosen], [d.tokens for d in chosen]
        alone = self._writer.score(self._nothing, openings, replies)
        return [replace(c, prior=float(p.mean())) for c, p in zip(found, alone, strict=True)]

    def _draft(
        self, prompt: Prompt, context: Context, count: int, random: np.random.Generator
    ) -> list[_Draft]:
        """Draw replies, the first few of them in the project's own voice."""
        tokenizer, plan = self._writer.tokenizer, prompt.plan
        # Public corpora of talk know one strategy by its form, the question; the others' markers come
        # from few examples, and replies behind them wander off.
        told = plan.strategy if plan.strategy is Strategy.QUESTION else None
        openings = [
            tokenizer.opening(
                voice=row < self._sampling.voiced, emotion=prompt.emotion, strategy=told
            )
            for row in range(count)
        ]
        drawn = self._sample(np.array(openings, np.int64), context, random)
        drafts = {
            tuple(tokens): _Draft(tuple(opening), tuple(tokens), likely)
            for opening, (tokens, likely) in zip(openings, drawn, strict=True)
            if tokens and tokens[-1] == tokenizer.end
        }
        return list(drafts.values())

    def _retrieve(
        self, prompt: Prompt, context: Context, asked: Floats, wanted: Wanted
    ) -> list[Candidate]:
        """Return the bank's nearest replies, as likely as the writer finds them here."""
        bank, count = self._models.bank, self._sampling.retrieved
        places = nearest(bank, asked, prompt.messages, count) if count else []
        spoken = self._writer.tokenizer
        found = {}
        for at in places:
            # As the writer would put it, so that letters and spaces look alike whoever wrote.
            text = spoken.text(spoken.reply(bank.replies[at]))
            fit = float(bank.vectors[at] @ asked)
            candidate = Candidate(text, relevance=fit, source="retrieved")
            if wanted(candidate):
                found[at] = candidate
        if not found:
            return []
        texts = [bank.replies[at] for at in found]
        likely = told_in(self._writer, context, texts)
        alone = (
            bank.priors[list(found)]
            if len(bank.priors)
            else told_in(self._writer, self._nothing, texts)
        )
        return [
            replace(candidate, log_probability=float(here), prior=float(prior))
            for candidate, here, prior in zip(found.values(), likely, alone, strict=True)
        ]

    def _sample(
        self, openings: Integers, context: Context, random: np.random.Generator
    ) -> list[tuple[list[int], float]]:
        """Return each reply's tokens and their mean log-probability."""
        end = self._writer.tokenizer.end
        count = len(openings)
        replies: list[list[int]] = [[] for _ in range(count)]
        likely: list[list[float]] = [[] for _ in range(count)]
        rows = np.arange(count)
        past, tokens = self._writer.start(count), openings
        for _ in range(min(self._sampling.longest, WRITER_REPLY)):
            scores, past = self._writer.step(tokens, context, past)
            picked = self._draw(scores, [replies[row] for row in rows], random)
            for row, token, found in zip(rows, picked, scores, strict=True):
                replies[row].append(int(token))
                likely[row].append(float(found[token]))
            going = picked != end
            if not going.any():
                break
            # Finished replies leave the batch, so the rest get faster.
            rows, tokens, past = rows[going], picked[going][:, None], past[:, :, going]
        return [
            (reply, float(np.mean(found))) for reply, found in zip(replies, likely, strict=True)
        ]

    def _draw(
        self, scores: Floats, replies: Sequence[Sequence[int]], random: np.random.Generator
    ) -> Integers:
        allowed = scores.copy()
        self._forbid(allowed, replies)
        scaled = allowed.astype(np.float64) / self._sampling.temperature
        # Only the likeliest hundred can matter to the nucleus; sorting all of them costs more.
        order = np.argpartition(-scaled, 100, axis=-1)[:, :100]
        top = np.take_along_axis(scaled, order, -1)
        inside = np.argsort(-top, axis=-1)
        order, top = np.take_along_axis(order, inside, -1), np.take_along_axis(top, inside, -1)
        shares = np.exp(top - top[:, :1])
        shares /= shares.sum(-1, keepdims=True)
        # A token stays while the ones before it have not yet reached top_p.
        shares[np.cumsum(shares, -1) - shares >= self._sampling.top_p] = 0
        shares /= shares.sum(-1, keepdims=True)
        at = (np.cumsum(shares, -1) < random.random((len(scores), 1))).sum(-1)
        at = np.minimum(at, (shares > 0).sum(-1) - 1)
        return np.take_along_axis(order, at[:, None], -1)[:, 0]

    def _forbid(self, scores: Floats, replies: Sequence[Sequence[int]]) -> None:
        """Rule out an early end, and any token that would repeat three in a row."""
        end = self._writer.tokenizer.end
        for row, reply in enumerate(replies):
            if len(reply) < self._sampling.shortest:
                scores[row, end] = -np.inf
            last = tuple(reply[-2:])
            for start in range(len(reply) - 2):
                if tuple(reply[start : start + 2]) == last:
                    scores[row, reply[start + 2]] = -np.inf


def said_nothing(writer: WriterModel) -> Context:
    """Return the context of a person who said nothing: what is generic is likely even there."""
    return writer.read(writer.tokenizer.context([Message("user", "")]))


def told_in(writer: WriterModel, context: Context, texts: Sequence[str]) -> Floats:
    """Return how likely replies of our own corpus are in a context, (texts,): means per piece."""
    opening = writer.tokenizer.opening(voice=True)
    replies = [writer.tokenizer.reply(text) for text in texts]
    scores = writer.score(context, [opening] * len(replies), replies)
    return np.array([score.mean() for score in scores], np.float32)
