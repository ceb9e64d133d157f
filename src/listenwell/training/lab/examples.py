"""Conversations to token sequences: the prompts of serving, and the replies behind them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from listenwell.core.types import Message
from listenwell.corpora.conversation import Conversation
from listenwell.dialogue.prompts import prompts_and_replies
from listenwell.generation.chat_text import (
    Tokenizer,
    ask,
    encode,
    one_line,
    prompt_text,
    reply_text,
    spoken,
)

IGNORED = -100
"""The label of a token that is read and not learned."""
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Example:
    """A sequence for a causal model, or what is read and written for a seq2seq one.

    Attributes:
        ids: What is read.
        labels: As long as `ids` for a causal model, `IGNORED` where nothing is learned; the reply
            alone for a seq2seq one.
    """

    ids: tuple[int, ...]
    labels: tuple[int, ...]

    @property
    def learned(self) -> int:
        """How many tokens count in the loss."""
        return sum(label != IGNORED for label in self.labels)


@dataclass(frozen=True, slots=True)
class Pair:
    """A prompt of serving's and the reply that a person gave."""

    messages: tuple[Message, ...]
    reply: str


@dataclass(slots=True)
class Cuts:
    """What had to go so that sequences fit.

    Attributes:
        truncated_turns: Turns left out for length, the oldest first.
        shortened: Prompts whose last turn alone was too long and lost its beginning.
        dropped: Replies left out because they alone are longer than a sequence may be.
    """

    truncated_turns: int = 0
    shortened: int = 0
    dropped: int = 0
    replies: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides how a conversation becomes tokens."""

    max_length: int
    loss_on: str = "reply"
    seq2seq: bool = False


def pairs_of(conversations: Iterable[Conversation]) -> Iterator[Pair]:
    """Yield what serving would see before each reply of a person's to a person."""
    for conversation in conversations:
        for prompt, reply in prompts_and_replies(conversation):
            messages = spoken(prompt.messages)
            if messages[-1].role == "user":
                yield Pair(messages, one_line(reply))


def examples_of(
    conversations: Iterable[Conversation], tokenizer: Tokenizer, shape: Shape, cuts: Cuts
) -> list[Example]:
    """Turn conversations into sequences.

    Replies of one conversation share a sequence as long as the earlier is exactly the beginning of
    the later, so nothing is read twice and each reply still sees what serving would show it.

    Args:
        conversations: In any order.
        tokenizer: The model's, with a chat template.
        shape: How long, and what counts.
        cuts: Where what had to go is counted.
    """
    found: list[Example] = []
    pairs = pairs_of(conversations)
    while some := list(islice(pairs, _AT_ONCE)):
        for _, prompt, reply in tokenised(some, tokenizer, shape, cuts):
            _add(found, prompt, reply, shape)
    return found


def tokenised(
    pairs: Sequence[Pair], tokenizer: Tokenizer, shape: Shape, cuts: Cuts
) -> Iterator[tuple[Pair, list[int], list[int]]]:
    """Yield each pair that fits with its prompt's and its reply's tokens."""
    prompts = [prompt_text(tokenizer, pair.messages) for pair in pairs]
    replies = [
        reply_text(tokenizer, pair.messages, pair.reply, prompt)
        for pair, prompt in zip(pairs, prompts, strict=True)
    ]
    before = _encode_all(tokenizer, prompts)
    whole = _encode_all(tokenizer, [p + r for p, r in zip(prompts, replies, strict=True)])
    for pair, prompt, both, reply in zip(pairs, before, whole, replies, strict=True):
        cuts.replies += 1
        joined = both[: len(prompt)] == prompt
        written = both[len(prompt) :] if joined else encode(tokenizer, reply)
        fitted = _fit(pair, prompt, written, tokenizer, shape, cuts)
        if fitted is not None:
            yield pair, fitted, written


def _encode_all(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    return list(tokenizer(texts, add_special_tokens=False)["input_ids"])


def _fit(
    pair: Pair,
    prompt: list[int],
    written: list[int],
    tokenizer: Tokenizer,
    shape: Shape,
    cuts: Cuts,
) -> list[int] | None:
    """Return a prompt that leaves room for the whole reply, or None when the reply has none."""
    room = shape.max_length - (0 if shape.seq2seq else len(written))
    if room < shape.max_length // 8 or len(written) > shape.max_length:
        cuts.dropped += 1
        return None
    if len(prompt) <= room:
        return prompt
    asked = ask(tokenizer, pair.messages, room)
    cuts.truncated_turns += asked.dropped
    cuts.shortened += asked.shortened
    return list(asked.ids)


def example_of(prompt: list[int], reply: list[int], shape: Shape) -> Example:
    """Return one prompt and its reply as a sequence of their own."""
    if shape.seq2seq:
        return Example(tuple(prompt), tuple(reply))
    # The first token has nothing before it to be foretold from.
    read = (IGNORED, *prompt[1:]) if shape.loss_on == "all" else (IGNORED,) * len(prompt)
    return Example((*prompt, *reply), (*read, *reply))


def _add(found: list[Example], prompt: list[int], reply: list[int], shape: Shape) -> None:
    new = example_of(prompt, reply, shape)
    last = found[-1] if found and not shape.seq2seq else None
    if last is not None and len(last.ids) < len(prompt) and new.ids[: len(last.ids)] == last.ids:
        found.pop()
        new = Example(new.ids, (*last.labels, *new.labels[len(last.ids) :]))
    found.append(new)
