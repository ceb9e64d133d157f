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
from listenwell.corpora.judged import read_judged, read_pairs
from listenwell.corpora.labelled import (
    DANGER,
    EMPATHY,
    read_empathy,
    read_posts,
    read_posts_abroad,
)
from listenwell.dialogue.prompts import (
    NO_PLAN,
    prompts_and_replies,
    prompts_and_turns,
    render,
)
from listenwell.embedded.encoder import padded
from listenwell.embedded.heads import (
    APPROPRIATENESS,
    RISK_HEADS,
    in_one,
    joined,
    recent,
    turn_bucket,
)
from listenwell.embedded.tokens import EncoderTokenizer
from listenwell.safety.learned import KINDS, excerpt, readable
from listenwell.training.embedded.recipe import EncoderStage
from listenwell.training.screen.texts import Example, collect

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
        plain: The same in words, for a teacher that reads them: the text, and the response or the
            sentence that is to be judged beside it.
    """

    text: Pieces
    labels: tuple[tuple[str, int], ...]
    reply: Pieces | None = None
    turns: int = 0
    plain: str = ""


Items: TypeAlias = dict[str, list[Item]]
"""Items by task."""

_STRATEGIES = tuple(Strategy)
_SPEAKERS = {"user": "Person", "assistant": "Listener"}


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
    source = Source(talks, stage.dialogues, data, tokenizer, split)
    return {
        task: list(TASKS[task](source))
        for task in dict.fromkeys(task for part in stage.rounds() for task in part.tasks)
    }


@dataclass(frozen=True, slots=True)
class Source:
    """What a task's items are made from.

    Attributes:
        talks: Conversations by corpus.
        dialogues: The corpora whose contexts and replies teach feelings and relevance.
        data: The folder of the labelled corpora.
        tokenizer: The encoder's.
        split: "train" or "valid".
    """

    talks: Mapping[str, Sequence[Conversation]]
    dialogues: Sequence[str]
    data: Path
    tokenizer: EncoderTokenizer
    split: Split

    def of(self, corpus: str) -> Iterator[Conversation]:
        """Return a corpus's conversations of the split."""
        return (c for c in self.talks.get(corpus, ()) if c.split == self.split)

    def read(self, *messages: Message) -> Pieces:
        """Return the word pieces of a conversation."""
        return frozen(self.tokenizer.context(messages))

    def item(self, *messages: Message, labels: tuple[tuple[str, int], ...], turns: int = 0) -> Item:
        """Return a conversation with what is to be told of it."""
        return Item(self.read(*messages), labels, turns=turns, plain=in_words(messages))


def in_words(messages: Sequence[Message]) -> str:
    """Return a conversation as a play: who speaks, and what they say."""
    return "\n".join(f"{_SPEAKERS[message.role]}: {message.content}" for message in messages)


def _dialogue(source: Source) -> Iterator[Item]:
    """Yield every context that a reply followed, with its feeling where it is known."""
    for name in source.dialogues:
        for conversation in source.of(name):
            yield from context_items(conversation, source.tokenizer)


def context_items(conversation: Conversation, tokenizer: EncoderTokenizer) -> Iterator[Item]:
    """Yield a conversation's contexts, each with its feeling and the reply that followed."""
    for prompt, reply in prompts_and_replies(conversation):
        yield Item(
            frozen(tokenizer.context(prompt.messages)),
            _feeling(conversation),
            frozen(tokenizer.reply(reply)),
            plain=in_words(prompt.messages),
        )
    if conversation.turns[-1].role == "user" and conversation.emotion:
        whole = History(tuple(turn.message for turn in conversation.turns))
        prompt = render(whole, Reading(), NO_PLAN)
        text = frozen(tokenizer.context(prompt.messages))
        yield Item(text, _feeling(conversation), plain=in_words(prompt.messages))


def frozen(pair: tuple[list[int], list[int]]) -> Pieces:
    """Return a tokenizer's pieces and segments as a value that is never changed."""
    return tuple(pair[0]), tuple(pair[1])


def _feeling(conversation: Conversation) -> tuple[tuple[str, int], ...]:
    label = conversation.emotion
    return (("emotion", EMOTIONS.index(label)),) if label else ()


def _situations(source: Source) -> Iterator[Item]:
    """Yield EmpatheticDialogues' one-line situations with their feelings."""
    for c in source.of("empathetic_dialogues"):
        if c.situation:
            yield source.item(Message("user", c.situation), labels=_feeling(c))


def _told(source: Source) -> Iterator[Item]:
    """Yield all that the person said, as one message, with their feeling."""
    for c in source.of("empathetic_dialogues"):
        said = [turn.message for turn in c.turns if turn.role == "user"]
        if len(said) > 1:
            yield source.item(in_one(said), labels=_feeling(c))


def _strategies(source: Source) -> Iterator[Item]:
    """Yield ESConv's contexts with the strategy of the reply that followed."""
    for conversation in source.of("esconv"):
        for prompt, turn in prompts_and_turns(conversation):
            if turn.strategy:
                label = _STRATEGIES.index(Strategy(turn.strategy))
                yield source.item(
                    *prompt.messages,
                    labels=(("strategy", label),),
                    turns=turn_bucket(prompt.turns),
                )


def _empathy(source: Source) -> Iterator[Item]:
    """Yield EPITOME's pairs; a pair's three levels together."""
    levels: dict[tuple[str, str], dict[str, int]] = {}
    for rated in read_empathy(source.data):
        if rated.split == source.split:
            levels.setdefault((rated.post, rated.response), {})[rated.mechanism] = rated.level
    for (post, response), found in levels.items():
        asked, answered = Message("user", post), Message("assistant", response)
        yield Item(
            source.read(asked),
            tuple(found.items()),
            # As a turn, not as a reply: responses are longer than our replies.
            source.read(answered),
            plain=in_words((asked, answered)),
        )


def _danger(source: Source) -> Iterator[Item]:
    """Yield posts with what they show, and our own everyday messages, which show no danger."""
    for post in read_posts(source.data):
        if post.split == source.split:
            shown = (("danger", DANGER[post.shows]),)
            yield source.item(Message("user", post.text), labels=shown)
    for conversation in source.of("listenwell"):
        shown = (("danger", DANGER["distress"]),)
        yield source.item(conversation.turns[0].message, labels=shown)


def _risk(source: Source) -> Iterator[Item]:
    """Yield messages with the risk that they show, as far as their pieces can be read at all.

    Of BRIGHTER's texts, which have no label for it, only a teacher tells.
    """
    told = [((*e.before, Message("user", excerpt(e.text))), risk_labels(e))
            for e in collect(source.data) if e.split == source.split]  # fmt: skip
    if source.split == "train":
        told += [((Message("user", excerpt(text)),), ()) for text in read_posts_abroad(source.data)]
    for messages, labels in told:
        found = source.item(*messages, labels=labels)
        if readable(source.tokenizer, found.text):
            yield found


def risk_labels(example: Example) -> tuple[tuple[str, int], ...]:
    """Return what is known of a message's risk: levels, kind, and whom it concerns."""
    levels = [(head, example.shows(level)) for head, level in RISK_HEADS.items()]
    found = [(head, int(shown)) for head, shown in levels if shown is not None]
    if example.lowest >= RiskLevel.MODERATE and example.kind in KINDS:
        found.append(("risk_kind", KINDS.index(example.kind)))
        found.append(("risk_subject", int(example.subject is Subject.OTHER)))
    return tuple(found)


def _appropriateness(source: Source) -> Iterator[Item]:
    """Yield conversations of our own, each read together with a sentence that was judged there."""
    for judged in (*read_judged(), *read_pairs()):
        if judged.split == source.split:
            for sentence, label in judged.told:
                yield beside(source.tokenizer, judged.messages, sentence, label)


def beside(
    tokenizer: EncoderTokenizer, messages: Sequence[Message], sentence: str, label: int | None
) -> Item:
    """Return a conversation's last turns read together with a sentence that might answer them."""
    led = recent(messages)
    text = joined(tokenizer.context(led), tokenizer.reply(sentence))
    known = () if label is None else ((APPROPRIATENESS, label),)
    return Item(frozen(text), known, plain=in_words((*led, Message("assistant", sentence))))


TASKS: dict[str, Callable[[Source], Iterator[Item]]] = {
    "dialogue": _dialogue,
    "situation": _situations,
    "told": _told,
    "strategy": _strategies,
    "empathy": _empathy,
    "danger": _danger,
    "risk": _risk,
    "appropriateness": _appropriateness,
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
