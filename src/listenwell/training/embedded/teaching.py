"""What a larger encoder tells of every training item, for the small one to learn from.

Distillation after Hinton et al. 2015, arXiv:1503.02531: a teacher's shares say more than a label,
and it tells them of texts too that have no label for a head.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn import functional as F

from listenwell.corpora.labelled import EMPATHY
from listenwell.embedded.heads import RISK_HEADS
from listenwell.training.embedded.encoder import Encoder
from listenwell.training.embedded.encoder_tasks import Item, Items, heads_of, rated
from listenwell.training.embedded.measuring import embed

ANYWHERE = ("emotion", *RISK_HEADS)
"""Heads that tell something of any text that a person wrote."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the teacher makes of some items.

    Attributes:
        shares: By head, the probability of each label, (items, labels).
        contexts: Unit vectors, (items, hidden); None of a teacher that tells no nearness.
        replies: Unit vectors, zero where an item has no reply, (items, hidden); likewise.
    """

    shares: Mapping[str, Tensor]
    contexts: Tensor | None = None
    replies: Tensor | None = None


Lessons: TypeAlias = dict[str, Lesson]
"""Lessons by task."""


@torch.no_grad()
def teach(teacher: Encoder, items: Items, padding: int) -> Lessons:
    """Return what a trained teacher tells of every item."""
    teacher.eval()
    known = {head for some in items.values() for head in heads_of(some)}
    return {task: _lesson(teacher, some, known, padding) for task, some in items.items()}


def lesson_of(lesson: Lesson, rows: list[int]) -> Lesson:
    """Return the part of a lesson that is about some rows."""
    shares = {head: told[rows] for head, told in lesson.shares.items()}
    if lesson.contexts is None or lesson.replies is None:
        return Lesson(shares)
    return Lesson(shares, lesson.contexts[rows], lesson.replies[rows])


def _lesson(teacher: Encoder, items: Sequence[Item], known: set[str], padding: int) -> Lesson:
    device = teacher.norm.weight.device
    pooled = embed(teacher, [item.text for item in items], padding).to(device)
    replies = torch.zeros_like(pooled)
    replied = [row for row, item in enumerate(items) if item.reply]
    if replied:
        texts = [reply for row in replied if (reply := items[row].reply)]
        replies[replied] = embed(teacher, texts, padding).to(device)
    heads = set(heads_of(items)) | (set() if rated(items) else known & set(ANYWHERE))
    turns = torch.tensor([item.turns for item in items], device=device)
    shares = {
        head: teacher.tell(
            head,
            pooled,
            turns if head == "strategy" else None,
            replies if head in EMPATHY else None,
        ).float().softmax(-1)
        for head in sorted(heads)
    }  # fmt: skip
    return Lesson(shares, F.normalize(pooled, dim=-1).half(), F.normalize(replies, dim=-1).half())
