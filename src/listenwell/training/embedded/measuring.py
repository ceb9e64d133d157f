"""What the encoder makes of many texts, and how often it is right."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from listenwell.corpora.labelled import EMPATHY
from listenwell.embedded.heads import FITS, SHARPNESS, joined
from listenwell.evaluation.retrieval import FIT_SHARE, OF, SHORT_LIST
from listenwell.training.embedded.encoder import Encoder
from listenwell.training.embedded.encoder_tasks import (
    Item,
    Items,
    Pieces,
    frozen,
    heads_of,
    labelled,
    pad,
    rated,
    turn_tensor,
)
from listenwell.training.embedded.loop import autocast


@torch.no_grad()
def embed(model: Encoder, texts: Sequence[Pieces], padding: int) -> Tensor:
    """Return the mean hidden state of many texts, (texts, hidden), on the CPU."""
    device = model.norm.weight.device
    order = sorted(range(len(texts)), key=lambda index: len(texts[index][0]))
    found = torch.zeros(len(texts), model.shape.hidden)
    for start in range(0, len(order), 128):
        some = order[start : start + 128]
        with autocast(device):
            pooled = model(*(part.to(device) for part in pad([texts[i] for i in some], padding)))
        found[some] = pooled.float().cpu()
    return found


def measure(model: Encoder, items: Items, padding: int) -> dict[str, float]:
    """Return accuracy by head and task, and how often the own reply is first of 100."""
    figures: dict[str, float] = {}
    for task, some in items.items():
        if not some:
            continue
        pooled = embed(model, [item.text for item in some], padding).to(model.norm.weight.device)
        for head in heads_of(some):
            _, truth = labelled(some, head)
            told = tell_items(model, head, some, pooled, padding).argmax(-1).cpu()
            figures[f"{task}_{head}"] = float((told == torch.tensor(truth)).float().mean())
        if not rated(some):
            figures |= _relevance(model, some, pooled.cpu(), task, padding)
    return figures


@torch.no_grad()
def tell_items(
    model: Encoder, head: str, items: Sequence[Item], pooled: Tensor, padding: int
) -> Tensor:
    """Return a head's scores of those items that have a label for it, (labelled, labels).

    Args:
        model: The encoder.
        head: A key of `HEADS`.
        items: Items of one task.
        pooled: What the encoder made of each item's text, (items, hidden).
        padding: The id that fills up.
    """
    rows, _ = labelled(items, head)
    beside = None
    if head in EMPATHY:
        texts = [reply for row in rows if (reply := items[row].reply)]
        beside = embed(model, texts, padding).to(pooled.device)
    scores: Tensor = model.tell(head, pooled[rows], turn_tensor(items, head, rows), beside)
    return scores


@torch.no_grad()
def _relevance(
    model: Encoder, items: Sequence[Item], pooled: Tensor, task: str, padding: int
) -> dict[str, float]:
    replied = [row for row, item in enumerate(items) if item.reply]
    replied = replied[: len(replied) // OF * OF]
    if not replied:
        return {}
    order = np.random.default_rng(0).permutation(replied).tolist()
    replies = embed(model, [reply for row in order if (reply := items[row].reply)], padding)
    contexts = F.normalize(pooled[order], dim=-1).view(-1, OF, pooled.shape[1])
    against = F.normalize(replies, dim=-1).view(-1, OF, pooled.shape[1])
    scores = SHARPNESS * (contexts @ against.transpose(1, 2)).flatten(0, 1)
    truth = torch.arange(OF).repeat(len(scores) // OF)
    found = {f"{task}_p_at_1_of_100": float((scores.argmax(-1) == truth).float().mean())}
    nearest = scores.topk(SHORT_LIST, -1)
    texts = [
        frozen(joined(items[row].text, reply))
        for place, (row, near) in enumerate(zip(order, nearest.indices.tolist(), strict=True))
        for other in near if (reply := items[order[place // OF * OF + other]].reply)
    ]  # fmt: skip
    read = embed(model, texts, padding).to(model.norm.weight.device)
    fits = model.tell(FITS, read).float().cpu().view(-1, SHORT_LIST)
    both = nearest.indices.gather(1, (FIT_SHARE * fits + nearest.values).argmax(-1, keepdim=True))[
        :, 0
    ]
    return found | {f"{task}_p_at_1_of_100_fits": float((both == truth).float().mean())}
