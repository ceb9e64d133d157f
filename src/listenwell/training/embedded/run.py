"""A whole run of an embedded recipe: corpora in, a checked model folder with its card out."""

import json
import random
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch

from listenwell.core.errors import CorpusError, ModelError
from listenwell.corpora.catalogue import load_corpus
from listenwell.corpora.conversation import Conversation
from listenwell.embedded.files import GRAPH, TOKENIZER, write_manifest
from listenwell.training.embedded.card import write_card
from listenwell.training.embedded.examples import Example
from listenwell.training.embedded.export import write_graph
from listenwell.training.embedded.network import PrefixLM
from listenwell.training.embedded.prepare import Prepared, prepare, split_examples
from listenwell.training.embedded.recipe import EmbeddedRecipe, Finish, read_recipe
from listenwell.training.embedded.train import (
    CHECKPOINT,
    Interrupted,
    Progress,
    Validation,
    train,
    validate,
)

__all__ = ["Interrupted", "run"]


def run(
    recipe_path: Path,
    data_dir: Path | None,
    folder: Path,
    *,
    resume: bool = False,
    show: Callable[[Progress], None] = lambda _: None,
) -> Path:
    """Train what a recipe describes and return the folder of the finished model.

    Raises:
        ConfigError: The recipe cannot be used.
        CorpusError: A corpus is missing, damaged, or has no training split.
        ModelError: The warm start or the checkpoint cannot be used, or the disk is full.
        Interrupted: Ctrl-C, after saving.
    """
    recipe = read_recipe(recipe_path)
    loaded = {name: _load(name, data_dir) for name in _corpora(recipe)}
    prepared = prepare(recipe, [c for name in recipe.corpora for c in loaded[name]])
    _begin(folder, recipe, prepared, resume=resume)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = train(
        prepared.model.to(device), prepared.examples, prepared.tokenizer, recipe, folder,
        resume=resume, show=show,
    )  # fmt: skip
    found = {
        "after the first stage": validate(model, prepared.examples["valid"], prepared.tokenizer)
    }
    if recipe.finish:
        model = _finish(model, recipe, recipe.finish, loaded, prepared, folder, resume, show)
        last = validate(model, prepared.examples["valid"], prepared.tokenizer)
        found["after the finishing stage"] = last
    return _publish(model, recipe, prepared, folder, found)


def _corpora(recipe: EmbeddedRecipe) -> list[str]:
    finish = recipe.finish.corpora if recipe.finish else {}
    return list(dict.fromkeys([*recipe.corpora, *finish]))


def _load(name: str, data_dir: Path | None) -> list[Conversation]:
    found = [c for loaded in load_corpus(name, data_dir) for c in loaded.conversations]
    if not any(c.split == "train" for c in found):
        raise CorpusError(f"the corpus {name!r} has no training conversations here.")
    return found


def _finish(
    model: PrefixLM,
    recipe: EmbeddedRecipe,
    finish: Finish,
    loaded: Mapping[str, Sequence[Conversation]],
    prepared: Prepared,
    folder: Path,
    resume: bool,
    show: Callable[[Progress], None],
) -> PrefixLM:
    """Train on the mixture of the finishing stage, in a folder of its own inside the run's."""
    mixture: list[Example] = []
    for name, share in finish.corpora.items():
        whole = split_examples(loaded[name], prepared.tokenizer)["train"]
        picker = random.Random(f"{recipe.seed} {name}")  # noqa: S311  not cryptography
        mixture += picker.sample(whole, min(len(whole), round(share * len(whole))))
    stage = recipe.model_copy(update={
        "epochs": finish.epochs, "learning_rate": finish.learning_rate,
        "average_decay": finish.average_decay, "warmup_steps": 20, "seed": recipe.seed + 1000,
    })  # fmt: skip
    inner = folder / "finish"
    inner.mkdir(exist_ok=True)
    again = resume and (inner / CHECKPOINT).exists()
    if not again:
        (inner / "log.jsonl").unlink(missing_ok=True)
    examples = {"train": mixture, "valid": prepared.examples["valid"]}
    return train(model, examples, prepared.tokenizer, stage, inner, resume=again, show=show)


def _publish(
    model: PrefixLM,
    recipe: EmbeddedRecipe,
    prepared: Prepared,
    folder: Path,
    found: Mapping[str, Validation],
) -> Path:
    finished = folder / "model"
    finished.mkdir(exist_ok=True)
    weights = {name: value.cpu().numpy() for name, value in model.state_dict().items()}
    write_graph(weights, model.shape, finished / GRAPH)
    shutil.copy(folder / TOKENIZER, finished / TOKENIZER)
    write_manifest(finished, recipe.name)
    write_card(finished, folder, recipe, prepared.examples, found)
    return finished


def _begin(folder: Path, recipe: EmbeddedRecipe, prepared: Prepared, *, resume: bool) -> None:
    """Write what a run is, before its first step; refuse to mix two runs in one folder."""
    settings = recipe.model_dump(mode="json")
    written = folder / "recipe.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if resume and written.exists():
            earlier = json.loads(written.read_text(encoding="utf-8"))
            changed = sorted(k for k in settings if settings[k] != earlier.get(k))
            if changed:
                raise ModelError(
                    f"{folder}: `{changed[0]}` was {earlier.get(changed[0])!r} when this run began "
                    f"and is {settings[changed[0]]!r} now. Resume with the same recipe, or use "
                    "another --out."
                )
        elif not resume:
            (folder / "log.jsonl").unlink(missing_ok=True)
        written.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
        (folder / TOKENIZER).write_text(prepared.tokenizer_json, encoding="utf-8")
    except OSError as error:
        raise ModelError(f"{folder}: cannot be written ({error.strerror or error}).") from error
