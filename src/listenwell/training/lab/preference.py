"""Preference tuning: a stage that learns which of two replies people found better (DPO, TRL)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from datasets import Dataset
from trl import DPOConfig, DPOTrainer

from listenwell.core.errors import CorpusError
from listenwell.generation.hub_models import Loaded
from listenwell.training.lab.arguments import trainer_arguments
from listenwell.training.lab.examples import Cuts, Pair, Shape
from listenwell.training.lab.measures import foresight
from listenwell.training.lab.methods import load_for
from listenwell.training.lab.pairs import as_rows, divide, read_pairs
from listenwell.training.lab.stages import (
    Place,
    events,
    fit,
    look,
    replace_model,
    steps_of,
    watcher,
)
from listenwell.training.lab.trainer import Guarded


class PreferenceTrainer(Guarded, DPOTrainer):  # type: ignore[misc]
    """TRL's trainer on prompts that are tokens already, the same as serving's."""

    def _prepare_dataset(self, dataset: Any, *_: Any, **__: Any) -> Any:
        return dataset


def train_preference(
    place: Place, loaded: Loaded, model: Any, held_out: Sequence[Pair], data_dir: Path | None
) -> tuple[Any, dict[str, Any]]:
    """Train on pairs; return the trainer, and what `data.json` says of the pairs.

    Raises:
        CorpusError: The pairs cannot be used.
        Interrupted: Ctrl-C, after saving.
        ModelError: The loss is not a number, or the disk is full.
    """
    recipe, training = place.recipe, place.training
    settings = recipe.preference
    if settings is None:
        raise CorpusError("method dpo needs `preference.pairs`.")
    cuts, length = Cuts(), recipe.data.max_length
    parts = divide(read_pairs(settings.pairs, data_dir), settings.held_out)
    rows, kept = (as_rows(part, loaded.tokenizer, length, cuts) for part in parts)
    if not (rows and kept):
        raise CorpusError(f"no pair fits into {length} tokens. Set a larger data.max_length.")
    steps = steps_of(training, len(rows))
    arguments = DPOConfig(
        **trainer_arguments(training, steps, place.checkpoints, recipe.seed),
        beta=settings.beta,
        max_length=length,
    )
    watching = watcher(place, [sum(map(len, row.values())) for row in rows])
    trainer = PreferenceTrainer(
        model=model,
        ref_model=None if recipe.uses_adapter else load_for(recipe).model,
        args=arguments,
        train_dataset=Dataset.from_list(rows),
        eval_dataset=Dataset.from_list(kept),
        processing_class=loaded.tokenizer,
        callbacks=[watching, *events(place)],
    )
    looking, shape = replace_model(loaded, model), Shape(length, seq2seq=loaded.seq2seq)

    def note(step: int, metrics: Mapping[str, float]) -> None:
        perplexity = foresight(looking, held_out, shape)["perplexity_per_token"]
        look(place, looking, held_out, step, metrics["eval_loss"], perplexity=perplexity,
             accuracy=metrics["eval_rewards/accuracies"])  # fmt: skip

    watching.note = note
    fit(place, trainer, watching)
    return trainer, asdict(cuts) | {"examples": len(rows), "held_out_pairs": len(kept)}
