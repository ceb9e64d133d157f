"""From trained networks to the folder that is shipped: graphs, heads, bank, checksums."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from listenwell.core.errors import ModelError
from listenwell.corpora.conversation import Conversation
from listenwell.dialogue.prompts import prompts_and_replies
from listenwell.embedded.bank import Bank, write_bank
from listenwell.embedded.files import (
    BANK,
    ENCODER,
    ENCODER_TOKENIZER,
    HEADS,
    WRITER,
    WRITER_TOKENIZER,
    write_manifest,
)
from listenwell.generation.retrieval import words
from listenwell.training.embedded.encoder import HEADS as HEAD_SIZES
from listenwell.training.embedded.encoder import Encoder
from listenwell.training.embedded.encoder_graph import build_encoder
from listenwell.training.embedded.encoder_tasks import Item, frozen, labelled, make_items
from listenwell.training.embedded.graph import write
from listenwell.training.embedded.reading import Reader, embed, turn_tensor
from listenwell.training.embedded.recipe import EmbeddedRecipe
from listenwell.training.embedded.writer import Writer
from listenwell.training.embedded.writer_graph import build_writer

COMMON = 12
"""In how many answers a word occurs before it counts as common."""

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
        write_heads(folder / HEADS, encoder, temperatures(recipe, reader, talks))
        write_bank(folder / BANK, make_bank(reader, talks.get("listenwell", ())))
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
    for name in HEAD_SIZES:
        arrays[f"{name}.weight"] = state[f"heads.{name}.weight"].numpy()
        arrays[f"{name}.bias"] = state[f"heads.{name}.bias"].numpy()
        arrays[f"{name}.temperature"] = np.float32(warmth.get(name, 1.0))
    np.savez(path, **arrays)


def temperatures(recipe: EmbeddedRecipe, reader: Reader, talks: Talks) -> dict[str, float]:
    """Return the temperature that makes each head of the dialogue tasks most honest.

    Fitted on every other validation item, so that the rest can judge (Guo et al. 2017).
    """
    known = {t: p for t, p in recipe.encoder.tasks.items() if t in ("dialogue", "strategy")}
    stage = recipe.encoder.model_copy(update={"tasks": known})
    items = make_items(stage, talks, Path(), reader.tokenizer, "valid")
    found: dict[str, float] = {}
    for head, task in (("emotion", "dialogue"), ("strategy", "strategy")):
        known_here = items.get(task, [])
        some = [known_here[row] for row in labelled(known_here, head)[0]][::2]
        if some:
            found[head] = _temperature(reader, head, some)
    return found


@torch.no_grad()
def _temperature(reader: Reader, head: str, items: Sequence[Item]) -> float:
    pooled = embed(reader.model, [item.text for item in items], reader.tokenizer.pad)
    scores = reader.model.tell(head, pooled, turn_tensor(items, head, range(len(items))))
    truth = torch.tensor(labelled(items, head)[1])
    tried = np.geomspace(0.3, 3.0, 60)
    losses = [float(F.cross_entropy(scores / t, truth)) for t in tried]
    return float(tried[int(np.argmin(losses))])


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
