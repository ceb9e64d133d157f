"""What the encoder learns from: contexts with feelings and replies, strategies, empathy, danger."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

from listenwell.core.emotions import EMOTIONS
from listenwell.core.types import History, Message, Reading, RiskLevel, Strategy, Subject
from listenwell.corpora.conversation import Conversation, Split
from listenwell.corpora.labelled import DANGER, EMPATHY, read_empathy, read_posts
from listenwell.dialogue.prompts import (
    NO_PLAN,
    prompts_and_replies,
    prompts_and_turns,
    render,
)
from listenwell.embedded.encoder import padded
from listenwell.embedded.heads import RISK_HEADS, in_one, turn_bucket
from listenwell.embedded.tokens import EncoderTokenizer
from listenwell.safety.learned import KINDS, excerpt
from listenwell.training.embedded.recipe import EncoderStage
from listenwell.training.screen.texts import Example, collect, shows

Pieces: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]
"""Word pieces and their segments."""


@dataclass(frozen=True, slots=True)
class Item:
    """One text to read, and what is to be told of it.

    Attributes:
        text: The context, or a post.
        labels: The label of each head that has one here.
        reply: The reply that followed, for relevance; for EPITOME's heads, the response.
        turns: The bucket of how many turns came before.
    """

    text: Pieces
    labels: tuple[tuple[str, int], ...]
    reply: Pieces | None = None
    turns: int = 0


Items: TypeAlias = dict[str, list[Item]]
"""Items by task."""

UNREADABLE = 0.3
"""A message with a larger share of unknown pieces teaches nothing."""
_STRATEGIES = tuple(Strategy)


def make_items(
    stage: EncoderStage,
    talks: Mapping[str, Sequence[Conversation]],
    data: Path,
    tokenizer: EncoderTokenizer,
    split: Split,
) -> Items:
    """Return the items of every task in one split.

    Args:
        stage: The recipe's part: which tasks, and whose dialogues.
        talks: Conversations by corpus.
        data: The folder of the labelled corpora, for "empathy" and "danger".
        tokenizer: The encoder's.
        split: "train" or "valid"; what a corpus calls "test" is in neither.

    Raises:
        CorpusError: A task's corpus is not here.
    """
    spoken = {name: talks[name] for name in stage.dialogues}
    return {
        task: list(TASKS[task](spoken if task == "dialogue" else talks, data, tokenizer, split))
        for task in dict.fromkeys(task for part in stage.rounds() for task in part.tasks)
    }


def _own(
    talks: Mapping[str, Sequence[Conversation]], name: str, split: Split
) -> Iterator[Conversation]:
    return (c for c in talks.get(name, ()) if c.split == split)


def _dialogue(
    talks: Mapping[str, Sequence[Conversation]],
    data: Path,
    tokenizer: EncoderTokenizer,
    split: Split,
) -> Iterator[Item]:
    """Yield every context that a reply followed, with its feeling where it is known."""
    del data
    for name in talks:
        for conversation in _own(talks, name, split):
            yield from context_items(conversation, tokenizer)


def context_items(conversation: Conversation, tokenizer: EncoderTokenizer) -> Iterator[Item]:
    """Yield a conversation's contexts, each with its feeling and the reply that followed."""
    for prompt, reply in prompts_and_replies(conversation):
        yield Item(
            frozen(tokenizer.context(prompt.messages)),
            _feeling(conversation),
            frozen(tokenizer.reply(reply)),
        )
    if conversation.turns[-1].role == "user" and conversation.emotion:
        whole = History(tuple(turn.message for turn in conversation.turns))
        prompt = render(whole, Reading(), NO_PLAN)
        yield Item(frozen(tokenizer.context(prompt.messages)), _feeling(conversation))


def frozen(pair: tuple[list[int], list[int]]) -> Pieces:
    """Return a tokenizer's pieces and segments as a value that is never changed."""
    return tuple(pair[0]), tuple(pair[1])


def _feeling(conversation: Conversation) -> tuple[tuple[str, int], ...]:
    label = conversation.emotion
    return (("emotion", EMOTIONS.index(label)),) if label else ()


def _situations(
    talks: Mapping[str, Sequence[Conversation]],
    data: Path,
    tokenizer: EncoderTokenizer,
    split: Split,
) -> Iterator[Item]:
    """Yield EmpatheticDialogues' one-line situations with their feelings."""
    del data
    for c in _own(talks, "empathetic_dialogues", split):
        if c.situation:
            pieces = tokenizer.context([Message("user", c.situation)])
            yield Item(frozen(pieces), _feeling(c))


def _told(
    talks: Mapping[str, Sequence[Conversation]],
    data: Path,
    tokenizer: EncoderTokenizer,
    split: Split,
) -> Iterator[Item]:
    """Yield all that the person said, as one message, with their feeling."""
    del data
    for c in _own(talks, "empathetic_dialogues", split):
        said = [turn.message for turn in c.turns if turn.role == "user"]
        if len(said) > 1:
            yield Item(frozen(tokenizer.context([in_one(said)])), _feeling(c))


def _strategies(
    talks: Mapping[str, Sequence[Conversation]],
    data: Path,
    tokenizer: EncoderTokenizer,
    split: Split,
) -> Iterator[Item]:
    """Yield ESConv's contexts with the strategy of the reply that followed."""
    del data
    for conversation in _own(talks, "esconv", split):
        for prompt, turn in prompts_and_turns(conversation):
            if turn.strategy:
                label = _STRATEGIES.index(Strategy(turn.strategy))
                text = frozen(tokenizer.context(prompt.messages))
                yield Item(text, (("strategy", label),), turns=turn_bucket(prompt.turns))


def _empathy(
    talks: Mapping[str, Sequence[Conversation]],
    data: Path,
    tokenizer: EncoderTokenizer,
    split: Split,
) -> Iterator[Item]:
    """Yield EPITOME's pairs; a pair's three levels together."""
    del talks
    levels: dict[tuple[str, str], dict[str, int]] = {}
    for rated in read_empathy(data):
        if rated.split == split:
            levels.setdefault((rated.post, rated.response), {})[rated.mechanism] = rated.level
    for (post, response), found in levels.items():
        yield Item(
            frozen(tokenizer.context([Message("user", post)])),
            tuple(found.items()),
            # As a turn, not as a reply: responses are longer than our replies.
            frozen(tokenizer.context([Message("assistant", response)])),
        )


def _danger(
    talks: Mapping[str, Sequence[Conversation]],
    data: Path,
    tokenizer: EncoderTokenizer,
    split: Split,
) -> Iterator[Item]:
    """Yield posts with what they show, and our own everyday messages, which show no danger."""
    for post in read_posts(data):
        if post.split == split:
            pieces = tokenizer.context([Message("user", post.text)])
            yield Item(frozen(pieces), (("danger", DANGER[post.shows]),))
    for conversation in _own(talks, "listenwell", split):
        pieces = tokenizer.context([conversation.turns[0].message])
        yield Item(frozen(pieces), (("danger", DANGER["distress"]),))


def _risk(
    talks: Mapping[str, Sequence[Conversation]],
    data: Path,
    tokenizer: EncoderTokenizer,
    split: Split,
) -> Iterator[Item]:
    """Yield messages with the risk that they show, as far as their pieces can be read at all."""
    del talks
    for example in collect(data):
        if example.split != split:
            continue
        pieces = tokenizer.context([Message("user", excerpt(example.text))])
        if pieces[0].count(tokenizer.unknown) <= UNREADABLE * len(pieces[0]):
            yield Item(frozen(pieces), risk_labels(example))


def risk_labels(example: Example) -> tuple[tuple[str, int], ...]:
    """Return what is known of a message's risk: levels, kind, and whom it concerns."""
    levels = [(head, shows(example, level)) for head, level in RISK_HEADS.items()]
    found = [(head, int(shown)) for head, shown in levels if shown is not None]
    if example.lowest >= RiskLevel.MODERATE and example.kind in KINDS:
        found.append(("risk_kind", KINDS.index(example.kind)))
        found.append(("risk_subject", int(example.subject is Subject.OTHER)))
    return tuple(found)


TASKS: dict[str, Callable[..., Iterator[Item]]] = {
    "dialogue": _dialogue,
    "situation": _situations,
    "told": _told,
    "strategy": _strategies,
    "empathy": _empathy,
    "danger": _danger,
    "risk": _risk,
}


def task_batches(
    items: Items, passes: Mapping[str, float], size: int, seed: int
) -> list[tuple[str, list[int]]]:
    """Return a whole run's batches, each of rows of one task, tasks mixed evenly over the run.

    Inside a pass items are shuffled, then sorted by length inside windows of 20 batches.
    """
    placed: list[tuple[float, int, str, list[int]]] = []
    for task, wanted in passes.items():
        picker = random.Random(f"{seed} {task}")  # noqa: S311  not cryptography
        found: list[list[int]] = []
        for turn in range(int(np.ceil(wanted))):
            whole = list(range(len(items[task])))
            picker.shuffle(whole)
            share = min(1.0, wanted - turn)
            found += _one_pass(items[task], whole[: round(share * len(whole))], size, picker)
        count = len(found)
        for index, batch in enumerate(found):
            placed.append(((index + picker.random()) / count, len(placed), task, batch))
    return [(task, batch) for _, _, task, batch in sorted(placed, key=lambda p: p[:2])]


def _one_pass(
    items: Sequence[Item], rows: list[int], size: int, picker: random.Random
) -> list[list[int]]:
    found: list[list[int]] = []
    for start in range(0, len(rows), size * 20):
        block = sorted(rows[start : start + size * 20], key=lambda row: len(items[row].text[0]))
        found += [block[i : i + size] for i in range(0, len(block), size)]
    picker.shuffle(found)
    return found


def pad(texts: Sequence[Pieces], padding: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return ids, segments and presence of right-padded texts, each (batch, length)."""
    ids, segments, present = (torch.from_numpy(part) for part in padded(texts, padding))
    return ids, segments, present


def labelled(items: Sequence[Item], head: str) -> tuple[list[int], list[int]]:
    """Return which items have a label for a head, and their labels."""
    found = [(row, dict(item.labels)[head]) for row, item in enumerate(items)
             if head in dict(item.labels)]  # fmt: skip
    return [row for row, _ in found], [label for _, label in found]


def heads_of(items: Sequence[Item]) -> list[str]:
    """Return the heads that any of the items has a label for."""
    return sorted({head for item in items for head, _ in item.labels})


def rated(items: Sequence[Item]) -> bool:
    """Whether the items are EPITOME's, whose responses are there to be rated, not to be found."""
    return any(head in EMPATHY for head in heads_of(items))


def turn_tensor(items: Sequence[Item], head: str, rows: Sequence[int]) -> Tensor | None:
    """Return the turn buckets of some items, which only the strategy head is told."""
    return torch.tensor([items[row].turns for row in rows]) if head == "strategy" else None
