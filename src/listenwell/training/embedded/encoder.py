"""The encoder of the embedded default as a torch module, and the heads that read from it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from listenwell.core.emotions import EMOTIONS
from listenwell.core.types import Strategy
from listenwell.corpora.judged import JUDGEMENTS
from listenwell.corpora.labelled import DANGER, EMPATHY
from listenwell.embedded.heads import APPROPRIATENESS, FITS, RISK_HEADS, TURN_BUCKETS
from listenwell.safety.learned import KINDS

LABELS: dict[str, tuple[str, ...]] = {
    "emotion": EMOTIONS,
    "strategy": tuple(Strategy),
    "danger": tuple(DANGER),
    **dict.fromkeys(EMPATHY, ("none", "weak", "strong")),
    # Whether a message shows a level of risk or more; which levels are known differs by message.
    **dict.fromkeys(RISK_HEADS, ("no", "yes")),
    "risk_kind": tuple(KINDS),
    "risk_subject": ("self", "other"),
    APPROPRIATENESS: JUDGEMENTS,
    FITS: ("fits",),
}
"""The labels of each head, in its order; `FITS` has a score only."""
HEADS = {head: len(labels) for head, labels in LABELS.items()}
"""How many labels each head tells apart."""


@dataclass(frozen=True, slots=True)
class EncoderShape:
    """The sizes of the network; the defaults are MiniLM-L6-H384's, but for the vocabulary.

    Attributes:
        distances: Into how many buckets distances between pieces fall where attention depends on
            them, as MPNet's does; 0 where it does not.
    """

    vocabulary: int
    hidden: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    positions: int = 128
    dropout: float = 0.1
    distances: int = 0


class EncoderLayer(nn.Module):
    """One post-norm Transformer layer."""

    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self.heads, self.rate = shape.heads, shape.dropout
        self.query = nn.Linear(shape.hidden, shape.hidden)
        self.key = nn.Linear(shape.hidden, shape.hidden)
        self.value = nn.Linear(shape.hidden, shape.hidden)
        self.attended = nn.Linear(shape.hidden, shape.hidden)
        self.attended_norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.up = nn.Linear(shape.hidden, shape.inner)
        self.down = nn.Linear(shape.inner, shape.hidden)
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

    def __init__(self, shape: EncoderShape, heads: Mapping[str, int] = HEADS) -> None:
        """Build a network with random weights.

        Args:
            shape: Its sizes.
            heads: How many labels each of its heads tells apart.
        """
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.hidden)
        self.positions = nn.Embedding(shape.positions, shape.hidden)
        self.segments = nn.Embedding(2, shape.hidden)
        self.distances = nn.Embedding(shape.distances, shape.heads) if shape.distances else None
        self.norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.layers = nn.ModuleList(EncoderLayer(shape) for _ in range(shape.layers))
        self.heads = nn.ModuleDict({
            name: nn.Linear(shape.hidden + _told_besides(name, shape), size)
            for name, size in heads.items()
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
        if self.distances is not None:
            apart = distance_buckets(ids.shape[1], self.shape.distances).to(ids.device)
            bias = bias + self.distances(apart).permute(2, 0, 1).to(x.dtype)
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


DISTANCES = "encoder.relative_attention_bias.weight"
"""What MPNet has beside BERT's tensors."""

_FROM_BERT = {
    "attention.self.query": "query", "attention.self.key": "key",
    "attention.self.value": "value", "attention.output.dense": "attended",
    "attention.output.LayerNorm": "attended_norm", "intermediate.dense": "up",
    "output.dense": "down", "output.LayerNorm": "down_norm",
}  # fmt: skip
"""Parts of a layer by their Hugging Face names."""


FAR = 128
"""From how many pieces on distances are no longer told apart."""


def distance_buckets(length: int, buckets: int) -> Tensor:
    """Return the bucket of each piece's distance to each other, (length, length).

    Half of the buckets are for pieces behind and half for those ahead; small distances have one
    each, larger ones share, on a logarithmic scale (Raffel et al. 2020, T5; Song et al. 2020,
    MPNet, arXiv:2004.09297).
    """
    places = torch.arange(length)
    behind = places[:, None] - places[None, :]
    half = buckets // 2
    near = half // 2
    far = behind.abs().clamp(min=1).float()
    shared = near + (far / near).log() / math.log(FAR / near) * (half - near)
    apart = torch.where(behind.abs() < near, behind.abs(), shared.long().clamp(max=half - 1))
    return apart + half * (behind < 0)


def bert_shape(bert: Mapping[str, Tensor], vocabulary: int, heads: int) -> EncoderShape:
    """Return the sizes of BERT's tensors with another vocabulary.

    Args:
        bert: Tensors by their Hugging Face names.
        vocabulary: How many word pieces are kept.
        heads: Of one layer's attention, which tensors do not tell.

    Raises:
        KeyError: A tensor is missing.
    """
    inner, hidden = bert["encoder.layer.0.intermediate.dense.weight"].shape
    layers = {name.split(".")[2] for name in bert if name.startswith("encoder.layer.")}
    distances = len(bert[DISTANCES]) if DISTANCES in bert else 0
    return EncoderShape(vocabulary, hidden, len(layers), heads, inner, distances=distances)


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
    if shape.distances:
        state["distances.weight"] = bert[DISTANCES]
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
