"""The embedded model as a torch module: one stack that reads a context and writes a reply.

A prefix language model in the manner of UniLM (Dong et al. 2019, arXiv:1905.03197): context
tokens attend to each other both ways; a reply token attends to the whole context and to the
reply tokens before it. Every weight of the stack starts from a BERT-shaped encoder.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the network; the defaults are MiniLM-L6-H384's, but for the vocabulary."""

    vocabulary: int
    emotions: int = 32
    hidden: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    positions: int = 256
    dropout: float = 0.1


class Layer(nn.Module):
    """One post-norm Transformer layer, with keys and values that can be kept."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.query = nn.Linear(shape.hidden, shape.hidden)
        self.key = nn.Linear(shape.hidden, shape.hidden)
        self.value = nn.Linear(shape.hidden, shape.hidden)
        self.attended = nn.Linear(shape.hidden, shape.hidden)
        self.attended_norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.up = nn.Linear(shape.hidden, shape.inner)
        self.down = nn.Linear(shape.inner, shape.hidden)
        self.down_norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.dropout = nn.Dropout(shape.dropout)

    def _split(self, x: Tensor) -> Tensor:
        batch, length, hidden = x.shape
        return x.view(batch, length, self.heads, hidden // self.heads).transpose(1, 2)

    def forward(self, x: Tensor, mask: Tensor, past: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Transform (batch, length, hidden); also return keys and values.

        Args:
            x: Hidden states, (batch, length, hidden).
            mask: True where a query may look at a key, (batch, 1, length, past + length).
            past: Earlier keys and values, (2, batch, heads, past, hidden / heads).
        """
        keys, values = self._split(self.key(x)), self._split(self.value(x))
        if past is not None:
            keys, values = torch.cat((past[0], keys), 2), torch.cat((past[1], values), 2)
        seen = F.scaled_dot_product_attention(self._split(self.query(x)), keys, values, mask)
        seen = seen.transpose(1, 2).reshape(x.shape)
        x = self.attended_norm(x + self.dropout(self.attended(seen)))
        x = self.down_norm(x + self.dropout(self.down(F.gelu(self.up(x)))))
        return x, torch.stack((keys, values))


class PrefixLM(nn.Module):
    """Reads a context, tells its emotion, and scores the next word piece of a reply."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.hidden)
        self.positions = nn.Embedding(shape.positions, shape.hidden)
        self.segments = nn.Embedding(2, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.dropout = nn.Dropout(shape.dropout)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.transform = nn.Linear(shape.hidden, shape.hidden)
        self.transform_norm = nn.LayerNorm(shape.hidden, eps=1e-12)
        self.output_bias = nn.Parameter(torch.zeros(shape.vocabulary))
        self.emotion = nn.Linear(shape.hidden, shape.emotions)
        # The encoder's states feed the output as they are until the transform learns better.
        nn.init.eye_(self.transform.weight)
        nn.init.zeros_(self.transform.bias)

    def hidden(
        self, ids: Tensor, positions: Tensor, segments: Tensor, mask: Tensor,
        past: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:  # fmt: skip
        """Return hidden states (batch, length, hidden) and all keys and values.

        Args:
            ids: Word pieces, (batch, length).
            positions: Their positions, (batch, length).
            segments: 0 in the context, 1 in the reply, (batch, length).
            mask: Booleans, (batch, 1, length, past + length).
            past: (layers, 2, batch, heads, past, hidden / heads), or None.
        """
        x = self.words(ids) + self.positions(positions) + self.segments(segments)
        x = self.dropout(self.norm(x))
        present = []
        for index, layer in enumerate(self.layers):
            x, kept = layer(x, mask, None if past is None else past[index])
            present.append(kept)
        return x, torch.stack(present)

    def scores(self, hidden: Tensor) -> Tensor:
        """Return unnormalised scores over the vocabulary, (…, vocabulary)."""
        x = self.transform_norm(self.transform(hidden))
        scores: Tensor = F.linear(x, self.words.weight, self.output_bias)
        return scores

    def emotions(self, hidden: Tensor, context: Tensor) -> Tensor:
        """Return unnormalised scores over the emotions, (batch, emotions).

        Args:
            hidden: Hidden states, (batch, length, hidden).
            context: 1.0 at context tokens, 0.0 elsewhere, (batch, length).
        """
        weight = context.unsqueeze(-1)
        pooled = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1.0)
        logits: Tensor = self.emotion(self.dropout(pooled))
        return logits


_FROM_BERT = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "attended",
    "attention.output.LayerNorm": "attended_norm",
    "intermediate.dense": "up",
    "output.dense": "down",
    "output.LayerNorm": "down_norm",
}


def warm_start(model: PrefixLM, bert: Mapping[str, Tensor], rows: list[int | None]) -> None:
    """Copy a BERT encoder's weights into the model.

    Args:
        model: The model to fill.
        bert: The encoder's tensors by their Hugging Face names.
        rows: For each piece of the pruned vocabulary, its row in the encoder's vocabulary; None
            for a new marker, which starts as the mean of all rows.

    Raises:
        KeyError: A tensor is missing.
        RuntimeError: A tensor has another shape than the model's.
    """
    words = bert["embeddings.word_embeddings.weight"]
    mean = words.mean(0)
    state = {
        "words.weight": torch.stack([mean if row is None else words[row] for row in rows]),
        "positions.weight": bert["embeddings.position_embeddings.weight"][: model.shape.positions],
        "segments.weight": bert["embeddings.token_type_embeddings.weight"],
        "norm.weight": bert["embeddings.LayerNorm.weight"],
        "norm.bias": bert["embeddings.LayerNorm.bias"],
    }
    for index in range(model.shape.layers):
        for theirs, ours in _FROM_BERT.items():
            for part in ("weight", "bias"):
                state[f"layers.{index}.{ours}.{part}"] = bert[
                    f"encoder.layer.{index}.{theirs}.{part}"
                ]
    model.load_state_dict(state, strict=False)
