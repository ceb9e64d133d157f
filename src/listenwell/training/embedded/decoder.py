"""The language model of the embedded default as a torch module: a small Llama.

The shape is Hugging Face's `LlamaForCausalLM` with tied embeddings (Touvron et al. 2023,
arXiv:2302.13971), so the trained weights load there as they are. It stands here in a hundred lines
because training on a CPU is twice as fast without what the library's module does besides.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from listenwell.training.embedded.quantising import RoundedLinear


@dataclass(frozen=True, slots=True)
class DecoderShape:
    """The sizes of the network; the defaults are SmolLM2-135M's, but for vocabulary and layers."""

    vocabulary: int
    layers: int = 16
    hidden: int = 576
    inner: int = 1536
    heads: int = 9
    kv_heads: int = 3
    theta: float = 100_000.0
    epsilon: float = 1e-5

    @property
    def width(self) -> int:
        """The size of one attention head."""
        return self.hidden // self.heads


WIDTH = 64
"""The size of one attention head in SmolLM2, which its tensors do not tell."""


def llama_shape(llama: Mapping[str, Tensor], vocabulary: int, layers: int) -> DecoderShape:
    """Return the sizes of a Llama's tensors with another vocabulary and fewer layers.

    Raises:
        KeyError: A tensor is missing.
    """
    inner, hidden = llama["layers.0.gate_proj.weight"].shape
    inside = llama["layers.0.k_proj.weight"].shape[0]
    return DecoderShape(vocabulary, layers, hidden, inner, hidden // WIDTH, inside // WIDTH)


class RMSNorm(nn.Module):
    """Root mean square normalisation (Zhang and Sennrich 2019, arXiv:1910.07467)."""

    def __init__(self, size: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        """Normalise the last axis."""
        return F.rms_norm(x, (x.shape[-1],), self.weight.to(x.dtype), self.epsilon)


def rotary(length: int, shape: DecoderShape) -> tuple[Tensor, Tensor]:
    """Return the cosines and sines of rotary positions (Su et al. 2021), each (length, width)."""
    steps = torch.arange(0, shape.width, 2, dtype=torch.float32) / shape.width
    angles = torch.outer(torch.arange(length, dtype=torch.float32), shape.theta**-steps)
    angles = torch.cat((angles, angles), -1)
    return angles.cos(), angles.sin()


def _rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = x.shape[-1] // 2
    turned = torch.cat((-x[..., half:], x[..., :half]), -1)
    return x * cos + turned * sin


class DecoderLayer(nn.Module):
    """One pre-norm layer: grouped-query attention, then a gated feed-forward part."""

    def __init__(self, shape: DecoderShape) -> None:
        super().__init__()
        self.shape = shape
        inside = shape.kv_heads * shape.width
        self.input_layernorm = RMSNorm(shape.hidden, shape.epsilon)
        self.q_proj = RoundedLinear(shape.hidden, shape.hidden, bias=False)
        self.k_proj = RoundedLinear(shape.hidden, inside, bias=False)
        self.v_proj = RoundedLinear(shape.hidden, inside, bias=False)
        self.o_proj = RoundedLinear(shape.hidden, shape.hidden, bias=False)
        self.post_attention_layernorm = RMSNorm(shape.hidden, shape.epsilon)
        self.gate_proj = RoundedLinear(shape.hidden, shape.inner, bias=False)
        self.up_proj = RoundedLinear(shape.hidden, shape.inner, bias=False)
        self.down_proj = RoundedLinear(shape.inner, shape.hidden, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
        """Transform (batch, length, hidden), each position seeing itself and those before it."""
        batch, length, _ = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, length, -1, self.shape.width).transpose(1, 2)

        y = self.input_layernorm(x)
        query = _rotate(split(self.q_proj(y)), cos, sin)
        key, value = _rotate(split(self.k_proj(y)), cos, sin), split(self.v_proj(y))
        # The query heads that share a key head are stacked along the length: no key is repeated.
        group = self.shape.heads // self.shape.kv_heads
        grouped = query.reshape(batch, self.shape.kv_heads, group * length, self.shape.width)
        scores = grouped @ key.transpose(-1, -2) * self.shape.width**-0.5 + mask
        seen = torch.softmax(scores, -1) @ value
        seen = seen.view(batch, self.shape.heads, length, self.shape.width)
        x = x + self.o_proj(seen.transpose(1, 2).reshape(batch, length, -1))
        y = self.post_attention_layernorm(x)
        changed: Tensor = x + self.down_proj(F.silu(self.gate_proj(y)) * self.up_proj(y))
        return changed


class Decoder(nn.Module):
    """Scores the next token at every position of a batch of right-padded sequences."""

    compiled = False

    def __init__(self, shape: DecoderShape) -> None:
        super().__init__()
        self.shape = shape
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.hidden)
        self.layers = nn.ModuleList(DecoderLayer(shape) for _ in range(shape.layers))
        self.norm = RMSNorm(shape.hidden, shape.epsilon)

    def compile_layers(self) -> None:
        """Fuse what a layer does between its matrix products; one compilation serves all layers."""
        self.compiled = True
        for layer in self.layers:
            layer.compile(dynamic=True)

    def hidden(self, ids: Tensor) -> Tensor:
        """Return the final hidden states, (batch, length, hidden)."""
        x = self.embed_tokens(ids)
        if torch.is_autocast_enabled(x.device.type):
            x = x.to(torch.get_autocast_dtype(x.device.type))
        cos, sin = (part.to(x) for part in rotary(ids.shape[1], self.shape))
        mask = torch.full((ids.shape[1],) * 2, -1e4, dtype=x.dtype, device=x.device).triu(1)
        mask = mask.repeat(self.shape.heads // self.shape.kv_heads, 1)
        for layer in self.layers:
            x = layer(x, cos, sin, mask)
        normed: Tensor = self.norm(x)
        return normed

    def scores(self, hidden: Tensor) -> Tensor:
        """Return unnormalised scores over the vocabulary, (…, vocabulary)."""
        return F.linear(hidden, self.embed_tokens.weight)
