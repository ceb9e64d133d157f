"""One stage of a run: sequences, trainer, checkpoints, and looks at held-out rows on the way."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from torch.utils.tensorboard import SummaryWriter
from transformers import PrinterCallback, TrainingArguments
from transformers.integrations import TensorBoardCallback

from listenwell.core.errors import CorpusError, ModelError
from listenwell.corpora.catalogue import short_name
from listenwell.corpora.conversation import Conversation
from listenwell.generation.hub_models import Loaded
from listenwell.training.embedded.loop import Interrupted
from listenwell.training.lab.arguments import is_first, trainer_arguments
from listenwell.training.lab.batches import Ordered, Padding, run_order
from listenwell.training.lab.examples import (
    Cuts,
    Example,
    Pair,
    Shape,
    example_of,
    examples_of,
    tokenised,
)
from listenwell.training.lab.measures import replies
from listenwell.training.lab.recipe import Recipe, Stage, Training
from listenwell.training.lab.trainer import SupervisedTrainer
from listenwell.training.lab.watching import (
    LOG,
    SAMPLES,
    Journal,
    Show,
    Watching,
    ctrl_c,
    last_checkpoint,
)

CHECKPOINTS, EVENTS = "stages", "runs"


@dataclass(frozen=True, slots=True)
class Sequences:
    """What a stage learns from as tokens, and the rows that it is looked at with."""

    train: Sequence[Example]
    held_out: Sequence[Pair]
    cuts: Cuts


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stage stands in a run, and whom it tells."""

    recipe: Recipe
    stage: Stage
    folder: Path
    journal: Journal
    show: Show
    resume: bool = False

    @property
    def checkpoints(self) -> Path:
        """The folder of the stage's checkpoints."""
        return self.folder / CHECKPOINTS / self.stage.name

    @property
    def training(self) -> Training:
        """How the stage is trained."""
        return self.recipe.training_of(self.stage)


def make_sequences(
    place: Place, train: Sequence[Conversation], held_out: Sequence[Pair], loaded: Loaded
) -> Sequences:
    """Turn conversations into tokens.

    Raises:
        CorpusError: Nothing is left to learn from.
    """
    data, cuts = place.recipe.data, Cuts()
    shape = Shape(data.max_length, data.loss_on, loaded.seq2seq)
    examples = examples_of(train, loaded.tokenizer, shape, cuts)
    if not examples:
        raise CorpusError(
            f"{', '.join(place.stage.corpora)}: no reply fits into {data.max_length} tokens. Set a "
            "larger data.max_length."
        )
    return Sequences(examples, held_out, cuts)


def told(sequences: Sequences) -> dict[str, Any]:
    """Return what `data.json` says of a stage's sequences."""
    tokens = sum(len(example.ids) for example in sequences.train)
    return asdict(sequences.cuts) | {
        "examples": len(sequences.train),
        "tokens": tokens,
        "learned_tokens": sum(example.learned for example in sequences.train),
        "longest": max(len(example.ids) for example in sequences.train),
    }


def train_stage(place: Place, loaded: Loaded, model: Any, sequences: Sequences) -> Any:
    """Train a stage and return its trainer, whose model holds the best or the last weights.

    Raises:
        Interrupted: Ctrl-C, after saving.
        ModelError: The loss is not a number, the disk is full, or the checkpoint is unreadable.
    """
    training, seed = place.training, place.recipe.seed
    step = training.batch_size * training.accumulation
    steps = steps_of(training, len(sequences.train))
    lengths = [len(example.ids) for example in sequences.train]
    by_length = place.recipe.data.batching == "sorted"
    order = run_order(lengths, step, steps, seed, by_length=by_length)
    arguments = TrainingArguments(**trainer_arguments(training, steps, place.checkpoints, seed))
    watching = watcher(place, lengths)
    looking = replace_model(loaded, model)
    shape = Shape(place.recipe.data.max_length, seq2seq=loaded.seq2seq)
    held_out = tokenised(sequences.held_out, loaded.tokenizer, shape, Cuts())
    trainer = SupervisedTrainer(
        model=model,
        args=arguments,
        train_dataset=Ordered(sequences.train, order),
        held_out=[example_of(prompt, reply, shape) for _, prompt, reply in held_out],
        padding=Padding(loaded.tokenizer.pad_token_id),
        seq2seq=loaded.seq2seq,
        callbacks=[watching, *events(place)],
    )
    watching.note = lambda step, metrics: look(
        place, looking, sequences.held_out, step, metrics["eval_loss"]
    )
    fit(place, trainer, watching)
    return trainer


def steps_of(training: Training, examples: int) -> int:
    """Return how many steps a stage takes."""
    step = training.batch_size * training.accumulation
    steps = max(1, math.ceil(examples * training.epochs / step))
    return min(steps, training.max_steps or steps)


def fit(place: Place, trainer: Any, watching: Watching) -> None:
    """Train, from the last checkpoint where the run goes on; end with the best weights.

    Raises:
        Interrupted: Ctrl-C, after saving.
        ModelError: What went wrong, and what to do.
    """
    checkpoint = last_checkpoint(place.checkpoints) if place.resume else None
    trainer.remove_callback(PrinterCallback)
    step = int(checkpoint.name.rpartition("-")[2]) if checkpoint else 0
    place.journal.forget_after(place.stage.name, step, later_stages(place))
    with ctrl_c(watching.interrupted):
        try:
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        except (OSError, KeyError) as error:
            raise ModelError(
                f"{checkpoint or place.checkpoints}: {error}. Remove that folder and --resume from "
                "the one before it."
            ) from error
    if watching.interrupted:
        raise Interrupted
    if place.training.keep_best and trainer.state.best_model_checkpoint:
        trainer._load_best_model()


def later_stages(place: Place) -> frozenset[str]:
    """Return the names of the stages after this one."""
    names = [stage.name for stage in place.recipe.all_stages()]
    return frozenset(names[names.index(place.stage.name) + 1 :])


def watcher(place: Place, lengths: Sequence[int]) -> Watching:
    """Return what watches a stage that reads sequences of these lengths."""
    training = place.training
    step = training.batch_size * training.accumulation
    return Watching(
        place.journal,
        place.stage.name,
        epoch_steps=len(lengths) / step,
        step_tokens=step * sum(lengths) / len(lengths),
        show=place.show,
        patience=training.early_stopping,
    )


def events(place: Place) -> list[Any]:
    """Return what writes for TensorBoard; the first process alone does."""
    if not is_first():
        return []
    return [TensorBoardCallback(SummaryWriter(str(place.folder / EVENTS / place.stage.name)))]


def replace_model(loaded: Loaded, model: Any) -> Loaded:
    """Return the same tokenizer with a model that is being trained."""
    return replace(loaded, model=model)


def look(
    place: Place, loaded: Loaded, pairs: Sequence[Pair], step: int, loss: float, **more: float
) -> None:
    """Write down the held-out loss, and what the model replies now."""
    row = {"stage": place.stage.name, "step": step, "eval_loss": loss,
           "perplexity": math.exp(min(loss, 700)), "corpus": ", ".join(map(short_name, place.stage.corpora))}  # fmt: skip
    place.journal.add(LOG, row | more)
    settings = place.recipe.evaluation
    few = list(pairs[: settings.samples])
    if not (few and is_first()):
        return
    for item in replies(loaded, few, settings.max_new_tokens, place.recipe.seed):
        place.journal.add(SAMPLES, {
            "stage": place.stage.name, "step": step,
            "context": [{"role": m.role, "content": m.content} for m in item.pair.messages],
            "reference": item.pair.reply, "reply": item.reply,
        })  # fmt: skip
