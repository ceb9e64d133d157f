"""Conversations to token sequences for the writer, mixed over a run and batched by length."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from listenwell.core.types import Strategy
from listenwell.corpora.conversation import Conversation, Utterance
from listenwell.embedded.tokens import LISTENER, WRITER_REPLY, WriterTokenizer

LONGEST = 256
"""Tokens of one training sequence; longer conversations are cut between turns."""
MARKER_WEIGHT = 0.3
"""How much foretelling the emotion and strategy markers counts beside the words."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens, and how much foretelling each of them counts (0 for what is only read)."""

    tokens: tuple[int, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """How conversations become sequences.

    Attributes:
        voice: Whether replies open with the marker of the project's own voice.
        user_weight: How much the person's words count; the listener's count 1.
        conditioned: The share of replies that are given their emotion, and of those that are
            given their strategy; the model must do without as well.
    """

    voice: bool = False
    user_weight: float = 0.4
    conditioned: float = 0.4


def sequences(
    conversation: Conversation,
    tokenizer: WriterTokenizer,
    settings: Settings,
    picker: random.Random,
) -> Iterator[Tokens]:
    """Yield a conversation as sequences of at most `LONGEST` tokens, cut between turns."""
    tokens: list[int] = []
    weights: list[float] = []
    for turn in conversation.turns:
        more, weight = _turn(turn, conversation, tokenizer, settings, picker)
        if tokens and len(tokens) + len(more) > LONGEST:
            yield Tokens(tuple(tokens), tuple(weights))
            tokens, weights = [], []
        tokens += more
        weights += weight
    yield Tokens(tuple(tokens[:LONGEST]), tuple(weights[:LONGEST]))


def _turn(
    turn: Utterance,
    conversation: Conversation,
    tokenizer: WriterTokenizer,
    settings: Settings,
    picker: random.Random,
) -> tuple[list[int], list[float]]:
    words = [*tokenizer.tokens(turn.content), tokenizer.end]
    if turn.role == "user":
        words = words if len(words) <= LONGEST - 1 else words[-LONGEST + 1 :]
        return [tokenizer.user, *words], [0.0] + [settings.user_weight] * len(words)
    words = words[: LONGEST - 3]
    emotion = conversation.emotion if picker.random() < settings.conditioned else None
    known = strategy_of(turn) if picker.random() < settings.conditioned else None
    opening = tokenizer.opening(voice=settings.voice, emotion=emotion, strategy=known)
    marks = [0.0] + [MARKER_WEIGHT] * (len(opening) - 1)
    return [*opening, *words], [*marks, *[1.0] * len(words)]


def strategy_of(turn: Utterance) -> Strategy | None:
    """Return the strategy of a reply: its label, or "Question" where it asks and has none."""
    if turn.strategy:
        return Strategy(turn.strategy)
    return Strategy.QUESTION if turn.content.rstrip().endswith("?") else None


def mixture(
    parts: Mapping[str, Sequence[Conversation]],
    passes: Mapping[str, float],
    late: frozenset[str],
    tokenizer: WriterTokenizer,
    own: frozenset[str],
    seed: int,
) -> list[Tokens]:
    """Return a whole run's sequences in the order of training.

    Args:
        parts: Conversations by corpus.
        passes: How often each corpus is seen in the run; 0.5 takes a random half once.
        late: Corpora that come ever more often towards the end of the run.
        tokenizer: The writer's.
        own: Corpora whose replies are in the project's own voice.
        seed: Decides order, samples and which replies are conditioned.
    """
    placed: list[tuple[float, int, Tokens]] = []
    for name, conversations in parts.items():
        picker = random.Random(f"{seed} {name}")  # noqa: S311  not cryptography
        settings = Settings(voice=name in own)
        for conversation in _repeated(conversations, passes[name], picker):
            for sequence in sequences(conversation, tokenizer, settings, picker):
                at = picker.random() ** (0.5 if name in late else 1.0)
                placed.append((at, len(placed), sequence))
    return [sequence for _, _, sequence in sorted(placed, key=lambda item: item[:2])]


def _repeated(
    conversations: Sequence[Conversation], passes: float, picker: random.Random
) -> Iterator[Conversation]:
    for _ in range(int(passes)):
        yield from conversations
    part = passes - int(passes)
    yield from picker.sample(list(conversations), round(part * len(conversations)))


def token_batches(
    ordered: Sequence[Tokens], tokens: int, seed: int, window: int = 16
) -> list[list[Tokens]]:
    """Cut a run into batches of about `tokens`, sorted by length inside windows of batches.

    Sorting keeps padding small; the order of batches inside a window is random, and windows
    keep the order of the run.
    """
    shuffler = random.Random(seed)  # noqa: S311  not cryptography
    found: list[list[Tokens]] = []
    for block in _blocks(ordered, tokens * window):
        block.sort(key=lambda item: len(item.tokens))
        cut = list(_blocks(block, tokens))
        shuffler.shuffle(cut)
        found += cut
    return found


def _blocks(items: Iterable[Tokens], tokens: int) -> Iterator[list[Tokens]]:
    block: list[Tokens] = []
    size = 0
    for item in items:
        block.append(item)
        size += len(item.tokens)
        if size >= tokens:
            yield block
            block, size = [], 0
    if block:
        yield block


def collate(batch: Sequence[Tokens], pad: int) -> tuple[Tensor, Tensor]:
    """Return ids and weights of the tokens, right-padded, each (batch, length)."""
    length = max(len(item.tokens) for item in batch)
    ids = np.full((len(batch), length), pad, np.int64)
    weights = np.zeros((len(batch), length), np.float32)
    for row, item in enumerate(batch):
        ids[row, : len(item.tokens)] = item.tokens
        weights[row, : len(item.weights)] = item.weights
    return torch.from_numpy(ids), torch.from_numpy(weights)


def reply_sequences(
    context: Sequence[int], reply: Sequence[int], tokenizer: WriterTokenizer
) -> Tokens:
    """Return a context and the reply that followed, only the reply counted, nothing told."""
    opened = [*context, tokenizer.markers[LISTENER]]
    return Tokens(
        (*opened, *reply[:WRITER_REPLY]), (*[0.0] * len(opened), *[1.0] * len(reply[:WRITER_REPLY]))
    )
