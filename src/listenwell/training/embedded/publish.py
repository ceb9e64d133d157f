"""From trained networks to the folder that is shipped: graphs, heads, bank, checksums."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from listenwell.core.emotions import EMOTIONS
from listenwell.core.errors import ModelError
from listenwell.core.types import Strategy
from listenwell.corpora.conversation import Conversation
from listenwell.dialogue.prompts import prompts_and_replies, prompts_and_turns
from listenwell.dialogue.templates import Templates
from listenwell.embedded.bank import Bank, write_bank
from listenwell.embedded.encoder import EncoderModel
from listenwell.embedded.files import (
    BANK,
    ENCODER,
    ENCODER_TOKENIZER,
    HEADS,
    WRITER,
    WRITER_TOKENIZER,
    ModelFiles,
    write_manifest,
)
from listenwell.embedded.session import Floats
from listenwell.embedded.writer import WriterModel
from listenwell.generation.embedded import said_nothing, told_in
from listenwell.generation.retrieval import words
from listenwell.training.embedded.encoder import Encoder
from listenwell.training.embedded.encoder_graph import build_encoder
from listenwell.training.embedded.encoder_tasks import frozen
from listenwell.training.embedded.graph import write
from listenwell.training.embedded.measuring import embed
from listenwell.training.embedded.reading import Reader
from listenwell.training.embedded.recipe import EmbeddedRecipe
from listenwell.training.embedded.writer import Writer
from listenwell.training.embedded.writer_graph import build_writer

COMMON = 12
"""In how many answers a word occurs before it counts as common."""

_STRATEGIES = tuple(Strategy)

Talks = Mapping[str, Sequence[Conversation]]


def publish(
    recipe: EmbeddedRecipe, reader: Reader, writer: Writer, talks: Talks, folder: Path
) -> Path:
    """Write everything that serving needs and return the folder.

    Raises:
        ModelError: The disk cannot take it.
    """
    encoder, decoder = reader.model.cpu().eval(), writer.model.cpu().eval()
    write(build_writer(_state(decoder), decoder.shape), folder / WRITER)
    write(build_encoder(_state(encoder), encoder.shape), folder / ENCODER)
    try:
        (folder / WRITER_TOKENIZER).write_text(writer.raw.to_str(), encoding="utf-8")
        (folder / ENCODER_TOKENIZER).write_text(reader.raw.to_str(), encoding="utf-8")
        write_heads(folder / HEADS, encoder, {})
        shipped = EncoderModel(ModelFiles(recipe.name, folder, "unfinished"))
        write_heads(folder / HEADS, encoder, temperatures(shipped, talks))
        bank = make_bank(reader, talks.get("listenwell", ()))
        spoken = WriterModel(ModelFiles(recipe.name, folder, "unfinished"))
        write_bank(folder / BANK, completed(bank, shipped, spoken))
        shapes = {"writer": asdict(decoder.shape), "encoder": asdict(encoder.shape)}
        write_manifest(folder, recipe.name, shapes=shapes)
    except OSError as error:
        raise ModelError(f"{folder}: cannot be written ({error.strerror or error}).") from error
    return folder


def _state(model: torch.nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().cpu() for name, value in model.state_dict().items()}


def write_heads(path: Path, model: Encoder, warmth: Mapping[str, float]) -> None:
    """Write the heads as plain arrays, each with its temperature."""
    arrays: dict[str, Any] = {}
    state = _state(model)
    for name in model.heads:
        arrays[f"{name}.weight"] = state[f"heads.{name}.weight"].numpy()
        arrays[f"{name}.bias"] = state[f"heads.{name}.bias"].numpy()
        arrays[f"{name}.temperature"] = np.float32(warmth.get(name, 1.0))
    np.savez(path, **arrays)


def temperatures(encoder: EncoderModel, talks: Talks) -> dict[str, float]:
    """Return the temperature that makes the feelings and strategies that are told most honest.

    Fitted on every other validation conversation, so that the rest can judge (Guo et al. 2017).

    Args:
        encoder: What is shipped, its temperatures still 1.
        talks: Conversations by corpus.
    """
    told: dict[str, list[tuple[Floats, int]]] = {"emotion": [], "strategy": []}
    for name in talks:
        for conversation in [c for c in talks[name] if c.split == "valid"][::2]:
            for prompt, turn in prompts_and_turns(conversation):
                if conversation.emotion:
                    shares = encoder.feeling(prompt.messages)
                    told["emotion"].append((shares, EMOTIONS.index(conversation.emotion)))
                if turn.strategy:
                    pooled = encoder.read(prompt.messages)
                    shares = encoder.tell("strategy", pooled, turns=prompt.turns)
                    told["strategy"].append((shares, _STRATEGIES.index(Strategy(turn.strategy))))
    return {head: _temperature(some) for head, some in told.items() if some}


def _temperature(told: Sequence[tuple[Floats, int]]) -> float:
    shares = torch.from_numpy(np.stack([share for share, _ in told]))
    truth = torch.tensor([label for _, label in told])
    tried = np.geomspace(0.3, 3.0, 60)
    losses = [float(F.cross_entropy(shares.log() / t, truth)) for t in tried]
    return float(tried[int(np.argmin(losses))])


def completed(bank: Bank, encoder: EncoderModel, writer: WriterModel) -> Bank:
    """Return a bank with all that can be known of it before anybody speaks.

    Args:
        bank: Replies and their vectors.
        encoder: What is shipped: the authored moves' vectors are its.
        writer: What is shipped: how likely each reply is to somebody who said nothing.
    """
    # Of a sentence of one very story nearness is never asked.
    moves = [
        move.text
        for move in Templates.default().moves
        if not move.slots and not (move.when and move.story)
    ]
    vectors = np.concatenate([encoder.replies(part) for part in _batches(moves)])
    nothing = said_nothing(writer)
    priors = np.concatenate([told_in(writer, nothing, part) for part in _batches(bank.replies)])
    sentences = dict(zip(moves, vectors, strict=True))
    return replace(bank, priors=priors, sentences=sentences)


def _batches(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[start : start + 64] for start in range(0, len(texts), 64)]


def make_bank(reader: Reader, conversations: Sequence[Conversation]) -> Bank:
    """Return the bank of our own training replies that speak in common words for the most part.

    A reply that no other message could have got is left out: it would never be proposed.
    """
    pairs = [
        (prompt, " ".join(reply.split()))
        for conversation in conversations if conversation.split == "train"
        for prompt, reply in prompts_and_replies(conversation)
    ]  # fmt: skip
    counts = Counter(word for _, reply in pairs for word in set(words(reply)))
    common = frozenset(word for word, count in counts.items() if count >= COMMON)
    kept = [
        (prompt, reply) for prompt, reply in pairs
        if sum(word not in common for word in words(reply)) <= 2
    ]  # fmt: skip
    if not kept:
        size = reader.model.shape.hidden
        return Bank(np.zeros((1, size), np.float32), np.zeros((1, size), np.float32), ("",), common)
    read, padding = reader.tokenizer, reader.tokenizer.pad
    contexts = embed(reader.model, [frozen(read.context(p.messages)) for p, _ in kept], padding)
    vectors = embed(reader.model, [frozen(read.reply(reply)) for _, reply in kept], padding)
    return Bank(
        F.normalize(contexts, dim=-1).numpy(),
        F.normalize(vectors, dim=-1).numpy(),
        tuple(reply for _, reply in kept),
        common,
    )
