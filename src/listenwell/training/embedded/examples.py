"""Conversations to training examples: word pieces of a context, of the reply, and the emotion."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
from torch import Tensor

from listenwell.core.emotions import EMOTIONS
from listenwell.corpora.conversation import Conversation
from listenwell.dialogue.prompts import prompts_and_replies
from listenwell.embedded.tokens import REPLY_POSITION, SPECIAL, EmbeddedTokenizer

IGNORED = -100
"""What `cross_entropy` leaves out: no emotion is known, or no reply token stands here."""


@dataclass(frozen=True, slots=True)
class Example:
    """A context and the reply that followed it, as word pieces."""

    context: tuple[int, ...]
    reply: tuple[int, ...]
    emotion: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples padded to one size; every tensor has a row for each example.

    Attributes:
        ids, positions, segments: Integers, (batch, context + reply).
        mask: Whether a query may look at a key, (batch, 1, length, length).
        context: 1.0 at context tokens, (batch, length).
        targets: The next piece at every reply token, `IGNORED` elsewhere, (batch, length).
        emotions: Emotion indices, (batch,).
    """

    ids: Tensor
    positions: Tensor
    segments: Tensor
    mask: Tensor
    context: Tensor
    targets: Tensor
    emotions: Tensor

    def to(self, device: torch.device) -> "Batch":
        """Return the batch on a device."""
        fields = (getattr(self, name).to(device) for name in self.__slots__)
        return Batch(*fields)


def make_examples(
    conversations: Iterable[Conversation], tokenizer: EmbeddedTokenizer
) -> list[Example]:
    """Return one example for every listener reply that has a context."""
    return [
        Example(
            tuple(tokenizer.context(prompt.messages)),
            tuple(tokenizer.reply(reply)),
            EMOTIONS.index(conversation.emotion) if conversation.emotion else IGNORED,
        )
        for conversation in conversations
        for prompt, reply in prompts_and_replies(conversation)
    ]


def prune_vocabulary(full: Tokenizer, texts: Iterable[str], size: int) -> list[str]:
    """Choose the pieces to keep: the markers, every single character, then the most used.

    Args:
        full: A WordPiece tokenizer with BERT's markers.
        texts: Text to count pieces in.
        size: How many pieces to keep in all.
    """
    counts: Counter[str] = Counter()
    for chunk in _chunks(texts, 2000):
        for encoding in full.encode_batch(chunk, add_special_tokens=False):
            counts.update(encoding.tokens)
    ascii_pieces = [chr(code) for code in range(33, 127)]
    characters = [p for c in ascii_pieces for p in (c, f"##{c}") if full.token_to_id(p) is not None]
    kept = dict.fromkeys([*SPECIAL, *characters])
    for piece, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if len(kept) >= size:
            break
        kept.setdefault(piece)
    return list(kept)


def _chunks(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    chunk: list[str] = []
    for text in texts:
        chunk.append(text)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def build_tokenizer(pieces: Sequence[str]) -> Tokenizer:
    """Return an uncased WordPiece tokenizer over exactly these pieces."""
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def collate(examples: Sequence[Example], listener: int, pad: int) -> Batch:
    """Pad examples into a batch; each reply stands right behind its own context.

    Only the total length is padded, so batches sorted by it waste next to nothing.
    """
    shape = (len(examples), max(len(e.context) + len(e.reply) for e in examples))
    columns = np.arange(shape[1])
    ends = np.array([[len(e.context)] for e in examples])
    lasts = ends + np.array([[len(e.reply)] for e in examples])
    ids, targets = np.full(shape, pad), np.full(shape, IGNORED)
    for row, example in enumerate(examples):
        end, last = ends[row, 0], lasts[row, 0]
        ids[row, :end] = example.context
        ids[row, end:last] = (listener, *example.reply[:-1])
        targets[row, end:last] = example.reply
    in_reply, present = columns >= ends, columns < lasts
    positions = np.where(in_reply, columns - ends + REPLY_POSITION, columns)
    # A key is visible when it is context, or when it is an earlier (or the same) reply token of
    # a query that is itself in the reply.
    causal = in_reply[:, :, None] & (columns[None, None, :] <= columns[None, :, None])
    mask = present[:, None, :] & (~in_reply[:, None, :] | causal)
    mask[:, columns, columns] = True  # a padding query needs one key, or attention is NaN
    return Batch(
        torch.from_numpy(ids),
        torch.from_numpy(np.where(present, positions, 0)),
        torch.from_numpy(in_reply.astype(np.int64)),
        torch.from_numpy(mask[:, None]),
        torch.from_numpy((present & ~in_reply).astype(np.float32)),
        torch.from_numpy(targets),
        torch.tensor([e.emotion for e in examples]),
    )


def batches(
    examples: Sequence[Example], size: int, seed: int, window: int = 50
) -> list[list[Example]]:
    """Return one epoch's batches: shuffled, then sorted by length inside windows of batches.

    Sorting keeps padding small; the windows, and the order of batches, stay random.
    """
    shuffler = random.Random(seed)  # noqa: S311  not cryptography
    order = list(examples)
    shuffler.shuffle(order)
    result: list[list[Example]] = []
    for start in range(0, len(order), size * window):
        block = order[start : start + size * window]
        block.sort(key=lambda e: len(e.context) + len(e.reply))
        result.extend(block[i : i + size] for i in range(0, len(block), size))
    shuffler.shuffle(result)
    return result
