"""Listenwell's encoder and its heads, with nothing but torch, safetensors and transformers.

This file lies in every exported encoder folder and stands alone: it imports nothing of Listenwell.

Example:
    All heads, from the folder `encoder`; nothing is downloaded and no remote code is trusted::

        import sys; sys.path.insert(0, "encoder")
        from modeling_listenwell import ListenwellReader

        reader = ListenwellReader.from_folder("encoder")
        found = reader.read([{"role": "user", "content": "My dog died last night."}])
        found["emotion"]["sad"], found["danger"]["suicidal"]

    Feelings alone, as a pipeline::

        from transformers import pipeline

        feel = pipeline("text-classification", model="encoder/emotion", trust_remote_code=True)
        feel("My dog died last night.", top_k=3)

    Vectors alone: `AutoModel.from_pretrained("encoder", add_pooling_layer=False)`, whose last hidden
    states are averaged over the attention mask.
"""

# mypy: allow-subclassing-any, allow-untyped-calls, disable-error-code="import-not-found"

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import AutoTokenizer, BertConfig, BertModel, BertPreTrainedModel
from transformers.modeling_outputs import SequenceClassifierOutput

TURNS = 6
"""How many of the newest messages are read."""
TURN_BUCKETS = (1, 2, 4, 6, 10, 16, 24)
"""Where the buckets of "how many turns came before" end; the strategy head is told the bucket."""


def mean_hidden(bert: nn.Module, ids: Tensor, segments: Tensor, present: Tensor) -> Tensor:
    """Return the mean of the last hidden states over what is present, (batch, hidden)."""
    states = bert(input_ids=ids, token_type_ids=segments, attention_mask=present).last_hidden_state
    weight = present.unsqueeze(-1).to(states.dtype)
    mean: Tensor = (states * weight).sum(1) / weight.sum(1)
    return mean


def views(messages: Sequence[Mapping[str, str]]) -> list[Sequence[Mapping[str, str]]]:
    """Return the ways in which a feeling is read: as it is, what was told in one, how it began."""
    said = [message for message in messages if message["role"] == "user"]
    if len(said) < 2:
        return [messages]
    one = {"role": "user", "content": " ".join(message["content"] for message in said)}
    return [messages, [one], said[:1]]


def last_pair(messages: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Return the last reply behind the message that it answers, or nothing."""
    for asked, reply in zip(messages[-2::-1], messages[:0:-1], strict=True):
        if (asked["role"], reply["role"]) == ("user", "assistant"):
            return [asked, reply]
    return []


class ListenwellReader(nn.Module):
    """Tells feelings, the next reply's strategy, empathy and danger from a conversation."""

    def __init__(self, bert: BertModel, tokenizer: Any, heads: Mapping[str, Tensor]) -> None:
        """Join the parts; `from_folder` reads them.

        Args:
            bert: The encoder, whose configuration names the labels of each head.
            tokenizer: The encoder's.
            heads: `<head>.weight` and `.bias` for each head, `.temperature` where it has one.
        """
        super().__init__()
        self.bert, self.tokenizer = bert, tokenizer
        self.labels: dict[str, list[str]] = bert.config.listenwell_labels
        for name, value in heads.items():
            self.register_buffer(name.replace(".", "_"), value)

    @classmethod
    def from_folder(cls, folder: str | Path) -> Self:
        """Read an exported encoder folder."""
        bert = BertModel.from_pretrained(folder, add_pooling_layer=False)
        heads = load_file(Path(folder) / "heads.safetensors")
        return cls(bert, AutoTokenizer.from_pretrained(folder), heads).eval()

    @torch.no_grad()
    def read(self, messages: Sequence[Mapping[str, str]]) -> dict[str, dict[str, float]]:
        """Return the probability of each label, by head.

        "emotion" and "danger" are the person's. "strategy" is what the next reply should do. The
        three of empathy rate the last reply to a message, where there is one. What begins with
        "risk" is of the person's newest message alone; it is no screen: that also needs rules,
        thresholds and memory.

        Args:
            messages: A chat, oldest first: `role` ("user" or "assistant") and `content`.
        """
        spoken = [message for message in messages if message["content"].strip()]
        whole = self._pooled(spoken)
        told = {"danger": whole, "strategy": torch.cat((whole, self._bucket(len(spoken))), -1)}
        told["emotion"] = torch.cat([self._pooled(view) for view in views(spoken[-TURNS:])]).mean(
            0, True
        )
        newest = [m for m in spoken if m["role"] == "user"][-1:]
        if newest:
            alone = self._pooled(newest)
            told |= {head: alone for head in self.labels if head.startswith("risk_")}
        rated = last_pair(spoken)
        both = torch.cat([self._pooled([m]) for m in rated], -1) if rated else None
        found = {}
        for head, labels in self.labels.items():
            read = told.get(head, both)
            if read is not None:
                shares = self._scores(head, read).softmax(-1)[0].tolist()
                found[head] = dict(zip(labels, shares, strict=True))
        return found

    def _pooled(self, messages: Sequence[Mapping[str, str]]) -> Tensor:
        device = self.bert.device
        ids, segments = (torch.tensor([row], device=device) for row in self._pieces(messages))
        return mean_hidden(self.bert, ids, segments, torch.ones_like(ids))

    def _bucket(self, turns: int) -> Tensor:
        bucket = torch.tensor([sum(turns > end for end in TURN_BUCKETS)], device=self.bert.device)
        return F.one_hot(bucket, len(TURN_BUCKETS) + 1)

    def _scores(self, head: str, read: Tensor) -> Tensor:
        scores = F.linear(read, getattr(self, f"{head}_weight"), getattr(self, f"{head}_bias"))
        return scores / getattr(self, f"{head}_temperature", 1.0)

    def _pieces(self, spoken: Sequence[Mapping[str, str]]) -> tuple[list[int], list[int]]:
        """Return word pieces and segments; the oldest turns are dropped where room is short."""
        room = self.bert.config.max_position_embeddings - 1
        kept: list[tuple[int, int]] = []
        for message in reversed(spoken[-TURNS:]):
            segment = int(message["role"] == "assistant")
            text = " ".join(message["content"].split())
            turn = self.tokenizer.encode(text, add_special_tokens=False, verbose=False)
            turn.append(self.tokenizer.sep_token_id)
            if len(turn) > room - len(kept):
                if kept:
                    break
                turn = [*turn[: room // 2], *turn[len(turn) - (room - room // 2) :]]
            kept = [*((piece, segment) for piece in turn), *kept]
        pairs = [(self.tokenizer.cls_token_id, 0), *kept]
        return [piece for piece, _ in pairs], [segment for _, segment in pairs]


class ListenwellEmotionConfig(BertConfig):
    """BERT's; the type of its own keeps stock classes, which pool otherwise, from loading it."""

    model_type = "listenwell-emotion"


class ListenwellEmotionClassifier(BertPreTrainedModel):
    """The encoder with the emotion head, whose temperature is worked into its weights.

    A text pair is a person's message and the reply to it. Longer texts than fit are cut in the
    middle, as Listenwell does, so that no call needs `truncation`.
    """

    config_class = ListenwellEmotionConfig

    def __init__(self, config: ListenwellEmotionConfig) -> None:
        super().__init__(config)
        self.bert = BertModel(config, add_pooling_layer=False)
        self.classifier = nn.Linear(config.hidden_size, len(config.id2label or ()))
        self.post_init()

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        labels: Tensor | None = None,
        **_: Any,
    ) -> SequenceClassifierOutput:
        """Score the emotions of right-padded texts."""
        present = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        segments = torch.zeros_like(input_ids) if token_type_ids is None else token_type_ids
        rows = self._at(present)
        parts = (part.gather(1, rows) for part in (input_ids, segments, present))
        logits = self.classifier(mean_hidden(self.bert, *parts))
        loss = None if labels is None else F.cross_entropy(logits, labels)
        return SequenceClassifierOutput(loss=loss, logits=logits)

    def _at(self, present: Tensor) -> Tensor:
        """Return which pieces are read: all, or as many from both ends as there are positions."""
        limit = min(self.config.max_position_embeddings, present.shape[1])
        places = torch.arange(limit, device=present.device).expand(len(present), -1)
        surplus = (present.sum(1, keepdim=True) - limit).clamp(min=0)
        return torch.where(places < limit // 2, places, places + surplus)
