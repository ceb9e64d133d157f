"""A whole run of a lab recipe: corpora and a base model in, a measured model folder out."""

import gc
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from datasets.utils.logging import disable_progress_bar as quiet_datasets
from safetensors import SafetensorError
from transformers import set_seed

from listenwell.core.errors import ModelError
from listenwell.generation.hub_models import Loaded, find_device, load
from listenwell.training.embedded.loop import Progress
from listenwell.training.lab.arguments import is_first
from listenwell.training.lab.card import write_card
from listenwell.training.lab.comparing import (
    BEFORE_AFTER,
    FORGETTING,
    Comparison,
    read_json,
    write_json,
)
from listenwell.training.lab.corpora import Corpus, read_corpora
from listenwell.training.lab.examples import Shape
from listenwell.training.lab.export import save_adapter, save_merged, save_whole, write_formats
from listenwell.training.lab.methods import again, load_for, prepare, trainable_share
from listenwell.training.lab.preference import train_preference
from listenwell.training.lab.recipe import Recipe, read_yaml
from listenwell.training.lab.stages import (
    CHECKPOINTS,
    Place,
    make_sequences,
    replace_model,
    told,
    train_stage,
)
from listenwell.training.lab.watching import Journal, Show
from listenwell.training.watching.report import write_report

RECIPE, DATA, MODEL, ADAPTER, FINISHED = (
    "recipe.yaml", "data.json", "model", "adapter", "finished",
)  # fmt: skip

SUMMED = ("replies", "examples", "truncated_turns", "shortened", "dropped")
"""What `data.json` adds up over the stages."""


@dataclass(slots=True)
class Run:
    """What the parts of one run share."""

    recipe: Recipe
    folder: Path
    data_dir: Path | None
    journal: Journal
    show: Show

    def tell(self, text: str) -> None:
        """Show what is being done between steps."""
        self.show(Progress(text, 0, 0, 0.0, 0.0, 0.0, 0.0))


def run(
    recipe: Recipe, data_dir: Path | None, folder: Path, *, resume: bool = False,
    show: Show = lambda _: None,
) -> Path:  # fmt: skip
    """Train what a recipe describes and return the folder of the finished model.

    Raises:
        ConfigError: The recipe cannot be used with this model.
        CorpusError: A corpus is missing or has an empty split.
        ModelError: The model cannot be had, the loss is not a number, or the disk is full.
        Interrupted: Ctrl-C, after saving.
    """
    stages = recipe.all_stages()
    corpora = {stage.name: read_corpora(stage, recipe.data, data_dir, recipe.seed)
               for stage in stages}  # fmt: skip
    _begin(folder, recipe, resume=resume)
    quiet_datasets()
    set_seed(recipe.seed)
    given = Run(recipe, folder, data_dir, Journal(folder, writes=is_first()), show)
    given.tell(f"loading {recipe.model}")
    loaded = load_for(recipe)
    everything = list({c.name: c for some in corpora.values() for c in some}.values())
    shape = Shape(recipe.data.max_length, recipe.data.loss_on, loaded.seq2seq)
    comparison = Comparison.build(everything, recipe, shape)
    _before(given, loaded, comparison)
    finished = _train(given, loaded, corpora, comparison, resume=resume)
    if is_first():
        _after(given, finished, comparison)
        write_card(folder, recipe, finished)
        for name, text in write_formats(folder, recipe).items():
            given.tell(f"{name}: {text}")
        write_report(folder, [talk for corpus in everything for talk in corpus.train])
    return folder / MODEL


def _before(given: Run, loaded: Loaded, comparison: Comparison) -> None:
    """Measure the untouched base, once for a run however often it is resumed."""
    path = given.folder / BEFORE_AFTER
    if not is_first() or read_json(path):
        return
    if given.recipe.method != "qlora":  # 4-bit weights are where they belong already
        loaded.model.to(find_device())
    figures = comparison.everything(loaded, given.tell)
    if given.recipe.stages:
        _note_forgetting(given, "untouched", comparison.by_corpus(loaded))
    write_json(path, {"before": figures})


def _train(
    given: Run, loaded: Loaded, corpora: Mapping[str, list[Corpus]], comparison: Comparison,
    *, resume: bool,
) -> Loaded:  # fmt: skip
    """Train every stage that is not finished yet; return the result, merged and at rest."""
    recipe, stages = given.recipe, given.recipe.all_stages()
    places = [Place(recipe, s, given.folder, given.journal, given.show, resume) for s in stages]
    finished = [n for n, p in enumerate(places) if resume and (p.checkpoints / FINISHED).is_dir()]
    begun = finished[-1] + 1 if finished else 0
    if finished:
        model = again(recipe, loaded.model, places[finished[-1]].checkpoints / FINISHED)
    else:
        model = prepare(recipe, loaded)
    for place in places[begun:]:
        model = _one_stage(given, place, loaded, model, corpora[place.stage.name], comparison)
    del model
    gc.collect()
    return _finish(given, loaded, places[-1].checkpoints / FINISHED)


def _one_stage(
    given: Run, place: Place, loaded: Loaded, model: Any, corpora: Sequence[Corpus],
    comparison: Comparison,
) -> Any:  # fmt: skip
    """Train one stage, keep its result, and see what became of the earlier corpora."""
    trainable, whole = trainable_share(model)
    name, done = place.stage.name, place.checkpoints / FINISHED
    given.tell(f"{name}: training {trainable:,} of {whole:,} weights")
    held_out = [pair for c in corpora for pair in comparison.held_out[c.name]]
    if given.recipe.method == "dpo":
        trainer, counted = train_preference(place, loaded, model, held_out, given.data_dir)
    else:
        train = [c for corpus in corpora for c in corpus.train]
        sequences = make_sequences(place, train, held_out, loaded)
        counted = told(sequences)
        _note_data(given, name, counted)
        trainer = train_stage(place, loaded, model, sequences)
    _note_data(given, name, counted | {"processes": trainer.accelerator.num_processes})
    _keep(trainer, done)
    model = trainer.accelerator.unwrap_model(trainer.model)
    if trainer.is_fsdp_enabled:  # a sharded model is whole only in the folder
        model = again(given.recipe, load_for(given.recipe).model, done)
    if given.recipe.stages and is_first():
        found = comparison.by_corpus(replace_model(loaded, model.to(find_device())))
        _note_forgetting(given, name, found)
    return model


def _keep(trainer: Any, done: Path) -> None:
    """Save a stage's result whole or not at all; its checkpoints are no longer needed."""
    partial = done.with_name("partial")
    try:
        trainer.save_model(str(partial))
        trainer.accelerator.wait_for_everyone()
        if is_first():
            partial.rename(done)
            for checkpoint in done.parent.glob("checkpoint-*"):
                shutil.rmtree(checkpoint)
    except (OSError, SafetensorError) as error:
        raise ModelError(
            f"{partial} cannot be saved ({error}). The last checkpoint is untouched: free some "
            "space and go on with --resume."
        ) from error
    trainer.accelerator.wait_for_everyone()


def _finish(given: Run, loaded: Loaded, done: Path) -> Loaded:
    """Write the folders that others load, and return the model as they will have it."""
    folder, tokenizer = given.folder, loaded.tokenizer
    if is_first():
        given.tell("writing the model")
        if given.recipe.uses_adapter:
            save_adapter(done, folder / ADAPTER, tokenizer)
            save_merged(folder / ADAPTER, folder / MODEL, tokenizer)
        else:
            save_whole(done, folder / MODEL, tokenizer)
        result = load(str(folder / MODEL))
        result.model.to(find_device())
        return result
    return loaded


def _after(given: Run, finished: Loaded, comparison: Comparison) -> None:
    path = given.folder / BEFORE_AFTER
    figures = comparison.everything(finished, given.tell)
    by_heart = comparison.by_heart(finished, given.tell)
    write_json(path, read_json(path) | {"after": figures, "memorisation": by_heart})


def _note_data(given: Run, stage: str, counted: Mapping[str, Any]) -> None:
    """Write down what a stage learned from, with the sums of all stages on top."""
    if not is_first():
        return
    path = given.folder / DATA
    parts = dict(read_json(path).get("stages", {})) | {stage: counted}
    sums = {key: sum(part.get(key, 0) for part in parts.values()) for key in SUMMED}
    write_json(path, sums | {"stages": parts})


def _note_forgetting(given: Run, after: str, found: Mapping[str, float]) -> None:
    path = given.folder / FORGETTING
    rows = [row for row in read_json(path).get("rows", []) if row["after"] != after]
    write_json(path, {"rows": [*rows, {"after": after, "perplexity": found}]})


def _begin(folder: Path, recipe: Recipe, *, resume: bool) -> None:
    """Write what a run is, before its first step; refuse to mix two runs in one folder."""
    settings, path = recipe.model_dump(mode="json"), folder / RECIPE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists():
            _same_run(path, settings, resume=resume)
        if is_first():
            path.write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    except OSError as error:
        raise ModelError(f"{folder}: cannot be written ({error.strerror or error}).") from error


def _same_run(path: Path, settings: Mapping[str, Any], *, resume: bool) -> None:
    if not is_first():
        return  # the first of several processes judges, and ends the others where it refuses
    if not any((path.parent / name).exists() for name in (BEFORE_AFTER, CHECKPOINTS)):
        return  # refused or cut off before anything was done: there is nothing to mix with
    if not resume:
        raise ModelError(
            f"{path.parent} holds a run already. Go on with it by --resume, or give another --out."
        )
    earlier = read_yaml(path)
    changed = [key for key in settings if settings[key] != earlier.get(key)]
    if changed:
        raise ModelError(
            f"{path.parent}: `{changed[0]}` was {earlier.get(changed[0])!r} when this run began and "
            f"is {settings[changed[0]]!r} now. Resume with the same recipe, or use another --out."
        )
