"""Scoring the vocabulary only at the places where something is learned or measured."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from listenwell.training.lab.examples import IGNORED


class Selection:
    """Stands before a causal model's vocabulary and lets only some places through.

    With a vocabulary of fifty thousand that is about half of a small model's work.
    """

    def __init__(self, model: Any) -> None:
        self._places: Tensor | None = None
        self._hook = model.get_output_embeddings().register_forward_pre_hook(self._select)

    @contextmanager
    def learned(self, labels: Tensor) -> Iterator[Tensor]:
        """For a while, let through only what foretells a label; yield these labels, flat."""
        learned = labels[:, 1:] != IGNORED
        self._places = torch.cat((learned, torch.zeros_like(learned[:, :1])), 1)
        try:
            yield labels[:, 1:][learned]
        finally:
            self._places = None

    def remove(self) -> None:
        """Leave the model as it was."""
        self._hook.remove()

    def _select(self, _: nn.Module, given: tuple[Tensor, ...]) -> tuple[Tensor, ...] | None:
        if self._places is None:
            return None
        return (given[0][self._places][None], *given[1:])
