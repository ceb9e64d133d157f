"""The order of a run's sequences, fixed before it begins, and their padding."""

import random
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import Dataset

from listenwell.training.lab.examples import IGNORED, Example

_SORTED_TOGETHER = 50
"""How many steps are sorted by length together; their order stays random."""


def run_order(
    lengths: Sequence[int], step: int, steps: int, seed: int, *, by_length: bool
) -> list[int]:
    """Return which sequence comes when, for every step of a run.

    It depends on the size of a step and not on how many processes share it, so that a run on
    several machines and a resumed one see what a single unbroken one sees.

    Args:
        lengths: Tokens of each sequence.
        step: Sequences of one step.
        steps: Steps of the run.
        seed: Decides the order.
        by_length: Whether sequences of like length come together.
    """
    picker = random.Random(seed)  # noqa: S311  not cryptography
    order: list[int] = []
    while len(order) < step * steps:
        epoch = list(range(len(lengths)))
        picker.shuffle(epoch)
        order += epoch
    order = order[: step * steps]
    if not by_length:
        return order
    found: list[int] = []
    for start in range(0, len(order), step * _SORTED_TOGETHER):
        block = sorted(order[start : start + step * _SORTED_TOGETHER], key=lambda n: -lengths[n])
        cut = [block[at : at + step] for at in range(0, len(block), step)]
        picker.shuffle(cut)
        found += [index for some in cut for index in some]
    return found


class Ordered(Dataset[Example]):
    """A run's sequences in the order in which they are learned."""

    def __init__(self, examples: Sequence[Example], order: Sequence[int]) -> None:
        self._examples, self._order = examples, order

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, index: int) -> Example:
        return self._examples[self._order[index]]


class Padding:
    """Makes one batch of sequences, padded to the longest of them and no further."""

    def __init__(self, pad: int, *, to: int | None = None) -> None:
        """Remember the padding sign.

        Args:
            pad: Its id.
            to: Pad to this length whatever the batch; only to compare.
        """
        self._pad, self._to = pad, to

    def __call__(self, batch: Sequence[Example]) -> dict[str, Any]:
        """Return ids, mask and labels, each (batch, length)."""
        ids = self._fill([example.ids for example in batch], self._pad)
        present = self._fill([(1,) * len(example.ids) for example in batch], 0)
        labels = self._fill([example.labels for example in batch], IGNORED)
        return {"input_ids": ids, "attention_mask": present, "labels": labels}

    def _fill(self, rows: Sequence[Sequence[int]], filler: int) -> Tensor:
        length = self._to or max(map(len, rows))
        return torch.tensor([[*row, *[filler] * (length - len(row))] for row in rows])
