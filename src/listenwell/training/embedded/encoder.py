"""The encoder of the embedded default as a torch module, and the heads that read from it."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from listenwell.core.emotions import EMOTIONS
from listenwell.core.types import Strategy
from listenwell.corpora.labelled import DANGER, EMPATHY
from listenwell.embedded.heads import TURN_BUCKETS
from listenwell.training.embedded.quantising import RoundedLinear

LABELS: dict[str, tuple[str, ...]] = {
    "emotion": EMOTIONS,
    "strategy": tuple(Strategy),
    "danger": tuple(DANGER),
    **dict.fromkeys(EMPATHY, ("none", "weak", "strong")),
}
"""The labels of each head, in its order."""
HEADS = {head: len(labels) for head, labels in LABELS.items()}
"""How many labels each head tells apart."""


@dataclass(frozen=True, slots=True)
class EncoderShape:
    """The sizes of the network; the defaults are MiniLM-L6-H384's, but for the vocabulary."""

    vocabulary: int
    hidden: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    positions: int = 128
    dropout: float = 0.1


class EncoderLayer(nn.Module):
    """One post-norm Transformer layer."""

    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self.heads, self.rate = shape.heads, shape.dropout
        self.query = RoundedLinear(shape.hidden, shape.hidden)
        self.key = RoundedLinear(shape.hidden, shape.hidden)
        self.value = RoundedLinear(shape.hidden, shape.hidden)
        self.attended = RoundedLinear(shape.hidden, shape.hidden)
        self.attended_norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.up = RoundedLinear(shape.hidden, shape.inner)
        self.down = RoundedLinear(shape.inner, shape.hidden)
        self.down_norm = nn.LayerNorm(shape.hidden, eps=1e-12)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Transform (batch, length, hidden); `bias` is added to attention scores."""
        batch, length, hidden = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, length, self.heads, -1).transpose(1, 2)

        query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))
        scores = query @ key.transpose(-1, -2) * (hidden // self.heads) ** -0.5 + bias
        seen = (torch.softmax(scores, -1) @ value).transpose(1, 2).reshape(x.shape)
        x = self.attended_norm(x + F.dropout(self.attended(seen), self.rate, self.training))
        inner = self.down(F.gelu(self.up(x)))
        changed: Tensor = self.down_norm(x + F.dropout(inner, self.rate, self.training))
        return changed


class Encoder(nn.Module):
    """Reads a context or a reply into one vector, from which every head tells its labels."""

    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.hidden)
        self.positions = nn.Embedding(shape.positions, shape.hidden)
        self.segments = nn.Embedding(2, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.layers = nn.ModuleList(EncoderLayer(shape) for _ in range(shape.layers))
        self.heads = nn.ModuleDict({
            name: nn.Linear(shape.hidden + _told_besides(name, shape), size)
            for name, size in HEADS.items()
        })  # fmt: skip

    def forward(self, ids: Tensor, segments: Tensor, present: Tensor) -> Tensor:
        """Return the mean hidden state of each text, (batch, hidden).

        Args:
            ids: Word pieces, (batch, length).
            segments: 0 for the person's pieces, 1 for the listener's, (batch, length).
            present: Whether there is a piece, (batch, length).
        """
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.norm(self.words(ids) + self.positions(places) + self.segments(segments))
        x = F.dropout(x, self.shape.dropout, self.training)
        if torch.is_autocast_enabled(x.device.type):
            x = x.to(torch.get_autocast_dtype(x.device.type))
        bias = torch.where(present, 0.0, -1e4).to(x.dtype)[:, None, None]
        for layer in self.layers:
            x = layer(x, bias)
        weight = present.unsqueeze(-1).float()
        pooled: Tensor = (x.float() * weight).sum(1) / weight.sum(1)
        return pooled

    def tell(
        self,
        head: str,
        pooled: Tensor,
        turns: Tensor | None = None,
        reply: Tensor | None = None,
    ) -> Tensor:
        """Return a head's unnormalised scores, (batch, labels).

        Args:
            head: A key of `HEADS`.
            pooled: What `forward` returned for the context, (batch, hidden).
            turns: For "strategy", the bucket of how many turns came before, (batch,).
            reply: For EPITOME's, what `forward` returned for the response, (batch, hidden).
        """
        x = pooled if reply is None else torch.cat((pooled, reply), -1)
        x = F.dropout(x, self.shape.dropout, self.training)
        if turns is not None:
            x = torch.cat((x, F.one_hot(turns, TURN_BUCKETS).to(x)), -1)
        scores: Tensor = self.heads[head](x)
        return scores


def _told_besides(head: str, shape: EncoderShape) -> int:
    """Return how many numbers a head is given beside the pooled context."""
    if head in EMPATHY:
        return shape.hidden
    return TURN_BUCKETS if head == "strategy" else 0


_FROM_BERT = {
    "attention.self.query": "query", "attention.self.key": "key",
    "attention.self.value": "value", "attention.output.dense": "attended",
    "attention.output.LayerNorm": "attended_norm", "intermediate.dense": "up",
    "output.dense": "down", "output.LayerNorm": "down_norm",
}  # fmt: skip
"""Parts of a layer by their Hugging Face names."""


WIDTH = 32
"""The size of one attention head in MiniLM, which its tensors do not tell."""


def bert_shape(bert: Mapping[str, Tensor], vocabulary: int) -> EncoderShape:
    """Return the sizes of BERT's tensors with another vocabulary.

    Raises:
        KeyError: A tensor is missing.
    """
    inner, hidden = bert["encoder.layer.0.intermediate.dense.weight"].shape
    layers = {name.split(".")[2] for name in bert if name.startswith("encoder.layer.")}
    return EncoderShape(vocabulary, hidden, len(layers), hidden // WIDTH, inner)


def from_bert(
    bert: Mapping[str, Tensor], rows: list[int], shape: EncoderShape
) -> dict[str, Tensor]:
    """Return an encoder's state from BERT's tensors.

    Args:
        bert: Tensors by their Hugging Face names.
        rows: For each piece of the vocabulary, its row in BERT's.
        shape: The sizes of the encoder.

    Raises:
        KeyError: A tensor is missing.
    """
    state = {
        "words.weight": bert["embeddings.word_embeddings.weight"][rows],
        "positions.weight": bert["embeddings.position_embeddings.weight"][: shape.positions],
        "segments.weight": bert["embeddings.token_type_embeddings.weight"],
        "norm.weight": bert["embeddings.LayerNorm.weight"],
        "norm.bias": bert["embeddings.LayerNorm.bias"],
    }
    for index in range(shape.layers):
        for theirs, ours in _FROM_BERT.items():
            for part in ("weight", "bias"):
                name = f"encoder.layer.{index}.{theirs}.{part}"
                state[f"layers.{index}.{ours}.{part}"] = bert[name]
    return state


def to_bert(state: Mapping[str, Tensor], layers: int) -> dict[str, Tensor]:
    """Return an encoder's tensors by their Hugging Face names, heads left out."""
    found = {
        "embeddings.word_embeddings.weight": state["words.weight"],
        "embeddings.position_embeddings.weight": state["positions.weight"],
        "embeddings.token_type_embeddings.weight": state["segments.weight"],
        "embeddings.LayerNorm.weight": state["norm.weight"],
        "embeddings.LayerNorm.bias": state["norm.bias"],
    }
    for index in range(layers):
        for theirs, ours in _FROM_BERT.items():
            for part in ("weight", "bias"):
                name = f"encoder.layer.{index}.{theirs}.{part}"
                found[name] = state[f"layers.{index}.{ours}.{part}"]
    return found
