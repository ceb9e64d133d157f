"""Training the language model that writes replies."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from listenwell.core.errors import ModelError
from listenwell.core.types import Strategy
from listenwell.corpora.conversation import Conversation
from listenwell.dialogue.prompts import prompts_and_replies
from listenwell.embedded.tokens import (
    EMOTION_MARKERS,
    END,
    LISTENER,
    STRATEGY_MARKERS,
    USER,
    VOICE,
    WRITER_MARKERS,
    WriterTokenizer,
)
from listenwell.training.embedded.decoder import Decoder, llama_shape
from listenwell.training.embedded.dialogues import (
    Tokens,
    collate,
    mixture,
    reply_sequences,
    token_batches,
)
from listenwell.training.embedded.loop import Progress, autocast, find_device, run
from listenwell.training.embedded.quantising import WRITER_BITS, set_bits
from listenwell.training.embedded.recipe import WriterStage
from listenwell.training.embedded.vocabulary import build_tokenizer, prune
from listenwell.training.embedded.warm_starts import LanguageModel, load_language_model

Talks = Mapping[str, Sequence[Conversation]]
"""Conversations by corpus."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A language model and its tokenizer."""

    model: Decoder
    tokenizer: WriterTokenizer
    raw: Tokenizer


def prepare_writer(stage: WriterStage, talks: Talks) -> Writer:
    """Prune the vocabulary and the layers of the warm start.

    Raises:
        ModelError: The warm start is missing or of another shape.
    """
    start = load_language_model(stage.warm_start)
    texts = (text for name in stage.corpora for text in _texts(talks[name]))
    bpe = prune(start.bpe, texts, stage.vocabulary - len(WRITER_MARKERS))
    raw = build_tokenizer(bpe)
    try:
        shape = llama_shape(start.tensors, raw.get_vocab_size(), len(stage.keep_layers))
        model = Decoder(shape)
        model.load_state_dict(_kept(start, raw, stage.keep_layers))
    except (KeyError, RuntimeError) as error:
        raise ModelError(f"{stage.warm_start}: not the shape that is needed ({error}).") from error
    return Writer(model, WriterTokenizer(raw), raw)


def _texts(conversations: Sequence[Conversation]) -> Iterator[str]:
    for conversation in conversations:
        if conversation.split == "train":
            for turn in conversation.turns:
                yield turn.content


def _kept(start: LanguageModel, raw: Tokenizer, layers: Sequence[int]) -> dict[str, Tensor]:
    rows = {token: index for index, token in enumerate(start.bpe.tokens)}
    words = start.tensors["embed_tokens.weight"]
    mean = words.mean(0)
    likely = _likely_beginnings()

    def row(token: str) -> Tensor:
        known = rows.get(likely.get(token, token))
        return mean if known is None else words[known]

    kept = [row(raw.id_to_token(index) or "") for index in range(raw.get_vocab_size())]
    state = {"embed_tokens.weight": torch.stack(kept), "norm.weight": start.tensors["norm.weight"]}
    for new, old in enumerate(layers):
        prefix = f"layers.{old}."
        for name, value in start.tensors.items():
            if name.startswith(prefix):
                state[f"layers.{new}.{name.removeprefix(prefix)}"] = value
    return state


def _likely_beginnings() -> dict[str, str]:
    """Return, for each marker, the token of the warm start whose meaning is nearest."""
    words = {USER: "user", LISTENER: "assistant", VOICE: "assistant", END: "<|im_end|>"}
    words |= {marker: f"Ġ{emotion}" for emotion, marker in EMOTION_MARKERS.items()}
    first = {Strategy.RESTATEMENT: "Rest", Strategy.SUGGESTIONS: "Suggest"}
    return words | {
        marker: first.get(strategy, strategy.value.split()[0].split("-")[0])
        for strategy, marker in STRATEGY_MARKERS.items()
    }


def train_writer(
    stage: WriterStage,
    talks: Talks,
    folder: Path,
    *,
    seed: int,
    resume: bool = False,
    show: Callable[[Progress], None] = lambda _: None,
) -> tuple[Writer, dict[str, float]]:
    """Train the writer and return it with its validation perplexity, before and after rounding.

    Raises:
        Interrupted: Ctrl-C; resume to go on.
        ModelError: The warm start is missing, or the run cannot go on.
    """
    writer = prepare_writer(stage, talks)
    device = find_device()
    model = writer.model.to(device)
    if stage.compiled:
        model.compile_layers()
    train = {n: [c for c in talks[n] if c.split == "train"] for n in stage.corpora}
    ordered = mixture(
        train, stage.corpora, frozenset(stage.late), writer.tokenizer,
        frozenset(stage.own_voice), seed,
    )  # fmt: skip
    batches = token_batches(ordered, stage.batch_tokens, seed)[: stage.max_steps]
    valid = validation_replies(talks[next(iter(stage.corpora))], writer.tokenizer)
    step_of_rounding = round(stage.quantise_from * len(batches))

    def loss_at(step: int) -> tuple[Tensor, dict[str, float], int]:
        set_bits(model, WRITER_BITS if step >= step_of_rounding else None)
        ids, weights = (part.to(device) for part in collate(batches[step], writer.tokenizer.pad))
        loss = weighted_loss(model, ids, weights)
        return loss, {}, int((ids != writer.tokenizer.pad).sum())

    def evaluate() -> dict[str, float]:
        some = valid[:: max(1, len(valid) // stage.evaluate_replies)]
        return {"perplexity": perplexity(model, some, writer.tokenizer)}

    run("writer", model, loss_at, len(batches), stage, folder, seed=seed, evaluate=evaluate,
        resume=resume, show=show)  # fmt: skip
    found = {}
    for name, bits in (("perplexity", None), ("perplexity_rounded", WRITER_BITS)):
        set_bits(model, bits)
        found[name] = perplexity(model, valid, writer.tokenizer)
    set_bits(model, None)
    return writer, found


def validation_replies(
    conversations: Sequence[Conversation], tokenizer: WriterTokenizer
) -> list[Tokens]:
    """Return every listener reply of the validation split behind what serving would see."""
    return [
        reply_sequences(tokenizer.context(prompt.messages), tokenizer.reply(reply), tokenizer)
        for conversation in conversations
        if conversation.split == "valid"
        for prompt, reply in prompts_and_replies(conversation)
    ]


def weighted_loss(model: Decoder, ids: Tensor, weights: Tensor) -> Tensor:
    """Return the mean loss in nats per token, each token counting by its weight."""
    counted = weights[:, 1:] > 0
    with autocast(ids.device):
        hidden = model.hidden(ids)[:, :-1][counted]
        score = _compiled_loss() if model.compiled else _token_loss
        targets, each = ids[:, 1:][counted], weights[:, 1:][counted]
        loss: Tensor = score(model.embed_tokens.weight, hidden, targets, each)
    return loss


def _token_loss(words: Tensor, hidden: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    scores = F.linear(hidden, words.to(hidden.dtype))
    losses = F.cross_entropy(scores.float(), targets, reduction="none")
    return (losses * weights).sum() / weights.sum()


@lru_cache(maxsize=1)
def _compiled_loss() -> Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]:
    """Return the loss compiled; importing torch's compiler takes seconds, so only where wanted."""
    return torch.compile(_token_loss, dynamic=True)


@torch.no_grad()
def perplexity(model: Decoder, replies: Sequence[Tokens], tokenizer: WriterTokenizer) -> float:
    """Return the perplexity per token of replies; markers are no words and share no probability."""
    device = model.norm.weight.device
    silent = [i for i in tokenizer.markers.values() if i != tokenizer.end]
    nats = count = 0.0
    ordered = sorted(replies, key=lambda item: len(item.tokens))
    for start in range(0, len(ordered), 48):
        ids, weights = collate(ordered[start : start + 48], tokenizer.pad)
        ids, counted = ids.to(device), weights[:, 1:].to(device) > 0
        with autocast(device):
            scores = model.scores(model.hidden(ids)[:, :-1][counted]).float()
        scores[:, silent] = -torch.inf
        nats += float(F.cross_entropy(scores, ids[:, 1:][counted], reduction="sum"))
        count += int(counted.sum())
    return math.exp(nats / max(1.0, count))
