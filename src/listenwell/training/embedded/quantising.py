"""Rounding weights to few bits: the same arithmetic while training and in the shipped file."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WRITER_BITS, WORD_BITS = 4, 8
"""Of the writer's layers, and of all word embeddings."""
BLOCK = 32
"""How many weights share one scale."""
GREATEST = 64
"""Of the integers of a row: 7 bits, so that two products of 8 bits by these, added, fit 16 bits; processors
without VNNI add them there, and would cut off what does not fit."""


def quantise(weight: Tensor, bits: int) -> tuple[Tensor, Tensor]:
    """Round a matrix to `bits` bits, around the middle, in blocks of its last axis.

    The scale's sign puts a block's greatest weight on the side that has one step more, as in
    llama.cpp's Q4_0.

    Args:
        weight: (rows, columns); columns a multiple of `BLOCK`.
        bits: 4 or 8.

    Returns:
        Integers from 0 to 2^bits - 1, (rows, columns / BLOCK, BLOCK), and scales (rows,
        columns / BLOCK): a weight is (integer - 2^(bits - 1)) * scale.
    """
    middle = 2 ** (bits - 1)
    blocks = weight.float().reshape(weight.shape[0], -1, BLOCK)
    greatest = blocks.gather(-1, blocks.abs().argmax(-1, keepdim=True)).squeeze(-1)
    scales = -greatest / middle
    scales = torch.where(scales.abs() < 1e-9, torch.full_like(scales, 1e-9), scales)
    integers = (blocks / scales.unsqueeze(-1)).round().add(middle).clamp(0, 2 * middle - 1)
    return integers, scales


def rounded(weight: Tensor, bits: int) -> Tensor:
    """Return the weights as they come back from the shipped file."""
    integers, scales = quantise(weight, bits)
    back: Tensor = (integers - 2 ** (bits - 1)) * scales.unsqueeze(-1)
    return back.reshape(weight.shape)


def quantise_rows(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Round a matrix to 7 bits with one scale for each row.

    Args:
        weight: (rows, columns).

    Returns:
        Integers from -`GREATEST` to `GREATEST`, (rows, columns) int8, and scales, (rows,): a weight is
        integer * scale.
    """
    scales = (weight.float().abs().amax(-1) / GREATEST).clamp(min=1e-9)
    return (weight.float() / scales.unsqueeze(-1)).round().to(torch.int8), scales


class RoundedLinear(nn.Linear):
    """A linear map that can use its weights as rounded; gradients pass straight through.

    Straight-through estimation: Bengio et al. 2013, arXiv:1308.3432.
    """

    bits: int | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Map the last axis."""
        weight = self.weight
        if self.bits:
            weight = weight + (rounded(weight.detach(), self.bits) - weight.detach())
        return F.linear(x, weight, self.bias)


def set_bits(model: nn.Module, bits: int | None) -> None:
    """Make all that a model can round be rounded to so many bits, or not at all."""
    for module in model.modules():
        if isinstance(module, RoundedLinear):
            module.bits = bits
