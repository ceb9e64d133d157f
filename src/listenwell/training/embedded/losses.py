"""What the encoder's training minimises."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from listenwell.corpora.labelled import EMPATHY
from listenwell.embedded.heads import FITS, SHARPNESS, joined
from listenwell.embedded.tokens import EncoderTokenizer
from listenwell.training.embedded.encoder import Encoder
from listenwell.training.embedded.encoder_tasks import (
    Item,
    Items,
    Pieces,
    frozen,
    labelled,
    pad,
    rated,
    turn_tensor,
)
from listenwell.training.embedded.loop import LossAt, autocast
from listenwell.training.embedded.teaching import Lesson

SMOOTHING = 0.1
TOGETHER = {"cpu": 40, "cuda": 512}
"""How many texts of like length pass through the network at once, by device."""
RIVALS = 7
"""How many wrong replies are read together with a context beside the right one."""


@dataclass(frozen=True, slots=True)
class Losses:
    """How a step's loss is made.

    Attributes:
        hidden_words: The share of word pieces that the encoder may not see, so that it does not
            learn texts by heart from single words (Iyyer et al. 2015, word dropout).
        fitting: With how many contexts replies are read together.
        share: How much it counts to tell what the teacher tells, beside labels.
    """

    hidden_words: float = 0.0
    fitting: int = 0
    share: float = 0.0


def losses_at(
    items: Items,
    batches: Sequence[tuple[str, list[int]]],
    device: torch.device,
    loss_of: Callable[[str, list[int], list[Item]], Tensor],
) -> LossAt:
    """Return what tells each step's loss.

    Args:
        items: Items by task.
        batches: Of each step, its task and rows.
        device: Where the network is.
        loss_of: The loss of one batch, from its task, rows and items.
    """

    def loss_at(step: int) -> tuple[Tensor, dict[str, float], int]:
        task, rows = batches[step]
        batch = [items[task][row] for row in rows]
        with autocast(device):
            loss = loss_of(task, rows, batch)
        tokens = sum(len(i.text[0]) + (len(i.reply[0]) if i.reply else 0) for i in batch)
        return loss, {f"loss_{task}": round(float(loss.detach()), 4)}, tokens

    return loss_at


def item_loss(
    model: Encoder,
    batch: Sequence[Item],
    tokenizer: EncoderTokenizer,
    wanted: Losses,
    lesson: Lesson | None = None,
) -> Tensor:
    """Return the sum of the losses of every head that a batch has labels or a lesson for, in nats.

    Args:
        model: The encoder.
        batch: Items of one task.
        tokenizer: The encoder's.
        wanted: How the loss is made.
        lesson: What a teacher tells of the items.
    """
    reading = _Reading(model, tokenizer, wanted.hidden_words)
    pooled = reading.of([item.text for item in batch])
    replied = [row for row, item in enumerate(batch) if item.reply]
    replies, beside = None, None
    if replied:
        replies = reading.of([reply for row in replied if (reply := batch[row].reply)])
        beside = torch.zeros_like(pooled).index_copy(0, _index(replied, pooled), replies)
    total: Tensor = pooled.sum() * 0.0
    for head in model.heads:
        if head != FITS:
            total = total + _head_loss(model, head, batch, (pooled, beside), wanted, lesson)
    if replies is None or len(replied) < 2 or rated(batch):
        return total
    pairs = [batch[row] for row in replied]
    scores = _scores(pairs, pooled[replied], replies)
    total = total + _relevance_loss(scores, replied, wanted, lesson)
    if wanted.fitting:
        total = total + _fit_loss(model, pairs, scores.detach(), reading, wanted.fitting)
    return total


def _index(rows: Sequence[int], like: Tensor) -> Tensor:
    return torch.tensor(rows, device=like.device)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads texts of like length together: one long reply would have all be padded to it."""

    model: Encoder
    tokenizer: EncoderTokenizer
    hidden_words: float

    def of(self, texts: Sequence[Pieces]) -> Tensor:
        device = self.model.norm.weight.device
        order = sorted(range(len(texts)), key=lambda index: len(texts[index][0]))
        size = TOGETHER.get(device.type, TOGETHER["cpu"])
        parts = [
            self._some([texts[i] for i in order[start : start + size]])
            for start in range(0, len(order), size)
        ]
        return torch.cat(parts)[torch.tensor(order, device=device).argsort()]

    def _some(self, texts: Sequence[Pieces]) -> Tensor:
        device = self.model.norm.weight.device
        ids, segments, present = (part.to(device) for part in pad(texts, self.tokenizer.pad))
        if self.hidden_words:
            drawn = torch.rand(ids.shape, device=device)
            unseen = (drawn < self.hidden_words) & (ids > self.tokenizer.end)
            ids = ids.masked_fill(unseen, self.tokenizer.unknown)
        pooled: Tensor = self.model(ids, segments, present)
        return pooled


def _head_loss(
    model: Encoder,
    head: str,
    batch: Sequence[Item],
    vectors: tuple[Tensor, Tensor | None],
    wanted: Losses,
    lesson: Lesson | None,
) -> Tensor:
    """Return a head's loss: its labels', the teacher's shares', or both mixed."""
    pooled, beside = vectors
    rows, labels = labelled(batch, head)
    taught = lesson.shares.get(head) if lesson else None
    if not rows and taught is None:
        return pooled.sum() * 0.0
    turns = turn_tensor(batch, head, range(len(batch)))
    scores = model.tell(head, pooled, turns, beside if head in EMPATHY else None).float()
    told = _cross_entropy(scores, taught) if taught is not None else None
    if not rows and told is not None:
        return told
    truth = torch.tensor(labels, device=scores.device)
    known = F.cross_entropy(scores[rows], truth, label_smoothing=SMOOTHING)
    return _mixed(known, told, wanted.share)


def _cross_entropy(scores: Tensor, shares: Tensor) -> Tensor:
    """Return the mean loss in nats of telling shares, not one label."""
    return -(shares * F.log_softmax(scores, -1)).sum(-1).mean()


def _mixed(known: Tensor, told: Tensor | None, share: float) -> Tensor:
    """Return the labels' loss, mixed with the teacher's where there is one."""
    return known if told is None else (1 - share) * known + share * told


def _scores(batch: Sequence[Item], pooled: Tensor, replies: Tensor) -> Tensor:
    """Return how near each reply is to each context, in nats.

    Replies that read the same are no rivals of each other.
    """
    texts = torch.tensor([hash(item.reply) for item in batch], device=pooled.device)
    scores = SHARPNESS * F.normalize(pooled, dim=-1) @ F.normalize(replies, dim=-1).T
    same = texts[:, None] == texts[None, :]
    same.fill_diagonal_(False)
    return scores.float().masked_fill(same, -1e4)


def _relevance_loss(
    scores: Tensor, replied: list[int], wanted: Losses, lesson: Lesson | None
) -> Tensor:
    """Return the loss of finding each context's own reply among the batch's, both ways."""
    truth = torch.arange(len(scores), device=scores.device)
    known = (F.cross_entropy(scores, truth) + F.cross_entropy(scores.T, truth)) / 2
    if lesson is None or lesson.contexts is None or lesson.replies is None:
        return known
    taught = SHARPNESS * (lesson.contexts[replied] @ lesson.replies[replied].T).float()
    taught = taught.masked_fill(scores < -1e3, -1e4)
    told = _cross_entropy(scores, taught.softmax(-1)) + _cross_entropy(
        scores.T, taught.T.softmax(-1)
    )
    return _mixed(known, told / 2, wanted.share)


def _fit_loss(
    model: Encoder, batch: Sequence[Item], scores: Tensor, reading: _Reading, count: int
) -> Tensor:
    """Return the loss of telling a context's own reply from its nearest rivals, read together."""
    some = torch.randperm(len(batch))[:count].tolist()
    own = torch.eye(len(batch), dtype=torch.bool, device=scores.device)
    first = scores.masked_fill(own, 1e4)[some]  # the right reply comes first
    nearest = first.topk(min(RIVALS + 1, len(batch)), -1).indices
    texts = [
        frozen(joined(batch[row].text, reply))
        for row, places in zip(some, nearest.tolist(), strict=True)
        for place in places if (reply := batch[place].reply)
    ]  # fmt: skip
    told = model.tell(FITS, reading.of(texts)).float().view(len(some), -1)
    truth = torch.zeros(len(some), dtype=torch.long, device=told.device)
    return F.cross_entropy(told, truth)
