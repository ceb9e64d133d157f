"""What the shipped files lose beside the networks they were made from."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from listenwell.embedded.encoder import EncoderModel
from listenwell.embedded.files import find_files
from listenwell.embedded.writer import WriterModel
from listenwell.training.embedded.dialogues import Tokens
from listenwell.training.embedded.encoder_tasks import (
    Item,
    Items,
    Pieces,
    heads_of,
    labelled,
    rated,
    turn_tensor,
)
from listenwell.training.embedded.measuring import embed
from listenwell.training.embedded.reading import Reader
from listenwell.training.embedded.writer import Writer, perplexity

SOME = 1000
"""How many validation texts of a task, and how many replies, are compared."""


def compare(
    folder: Path, reader: Reader, items: Items, writer: Writer, replies: Sequence[Tokens]
) -> dict[str, float]:
    """Return label agreement by head, cosine of pooled vectors, and perplexity before and after.

    Args:
        folder: The shipped files.
        reader: The encoder in fp32.
        items: Validation items by task.
        writer: The writer in fp32.
        replies: Validation replies behind their contexts.
    """
    files = find_files(folder)
    found = _labels(EncoderModel(files), reader, items)
    some = replies[:: max(1, len(replies) // SOME)]
    before = perplexity(writer.model, some, writer.tokenizer)
    after = _shipped_perplexity(WriterModel(files), some)
    return found | {
        "perplexity per token, fp32": before,
        "perplexity per token, shipped": after,
        "perplexity, ratio": after / before,
    }


def _labels(shipped: EncoderModel, reader: Reader, items: Items) -> dict[str, float]:
    found: dict[str, float] = {}
    for some in items.values():
        part = some[:: max(1, len(some) // SOME)]
        if not part:
            continue
        both = [_both(shipped, reader, [item.text for item in part])]
        if rated(part):
            both.append(_both(shipped, reader, [item.reply or ((), ()) for item in part]))
        for head in heads_of(part):
            told = _told(reader, head, part, both)
            found[f"{head}, same label"] = float((told[0] == told[1]).float().mean())
        exact, near = (pooled.numpy() for pooled in both[0])
        sizes = np.linalg.norm(exact, axis=1) * np.linalg.norm(near, axis=1)
        found["pooled vectors, lowest cosine"] = min(
            found.get("pooled vectors, lowest cosine", 1.0),
            float(((exact * near).sum(1) / sizes).min()),
        )
    return found


def _both(shipped: EncoderModel, reader: Reader, texts: Sequence[Pieces]) -> tuple[Tensor, Tensor]:
    """Return what the network and what the shipped file make of texts, each (texts, hidden)."""
    near = shipped.pool([(list(ids), list(sides)) for ids, sides in texts])
    return embed(reader.model, texts, reader.tokenizer.pad), torch.from_numpy(near)


def _told(
    reader: Reader, head: str, items: Sequence[Item], both: Sequence[tuple[Tensor, Tensor]]
) -> list[Tensor]:
    """Return the labels that a head tells from the network's vectors, and from the file's."""
    rows, _ = labelled(items, head)
    turns = turn_tensor(items, head, rows)
    return [
        reader.model.tell(head, of[0][rows], turns, of[1][rows] if len(of) > 1 else None).argmax(-1)
        for of in zip(*both, strict=True)
    ]


def _shipped_perplexity(writer: WriterModel, replies: Sequence[Tokens]) -> float:
    nats = count = 0.0
    for item in replies:
        at = next(index for index, weight in enumerate(item.weights) if weight)
        context = writer.read(item.tokens[: at - 1])
        scores = writer.score(context, [[item.tokens[at - 1]]], [item.tokens[at:]])[0]
        nats -= float(scores.sum())
        count += len(scores)
    return math.exp(nats / count)
