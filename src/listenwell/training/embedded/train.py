"""Train the embedded model: resumable, deterministic given seed and device, visible while it runs."""

import json
import math
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional as F

from listenwell.core.errors import ModelError
from listenwell.embedded.tokens import EmbeddedTokenizer
from listenwell.training.embedded.examples import IGNORED, Batch, Example, batches, collate
from listenwell.training.embedded.network import PrefixLM
from listenwell.training.embedded.recipe import EmbeddedRecipe

CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a training run stands, for whoever shows it."""

    step: int
    steps: int
    loss: float
    learning_rate: float
    tokens_per_second: float
    seconds_left: float


@dataclass(frozen=True, slots=True)
class Validation:
    """The model on examples it does not learn from.

    Attributes:
        perplexity: Of the next word piece of the reply.
        emotion_accuracy: Share of contexts whose emotion is told right.
    """

    perplexity: float
    emotion_accuracy: float


class Interrupted(Exception):
    """The run was stopped by Ctrl-C after saving; resume it to go on."""


def learning_rate(step: int, steps: int, recipe: EmbeddedRecipe) -> float:
    """Return the rate at a step: linear warm-up, then half a cosine to a twentieth."""
    if step < recipe.warmup_steps:
        return recipe.learning_rate * (step + 1) / recipe.warmup_steps
    done = (step - recipe.warmup_steps) / max(1, steps - recipe.warmup_steps)
    return recipe.learning_rate * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(1.0, done))))


def loss_of(model: PrefixLM, batch: Batch, emotion_weight: float) -> tuple[torch.Tensor, float]:
    """Return the loss to minimise, and its language-model part in nats per piece."""
    hidden, _ = model.hidden(batch.ids, batch.positions, batch.segments, batch.mask)
    spoken = batch.targets != IGNORED
    language = F.cross_entropy(model.scores(hidden[spoken]), batch.targets[spoken])
    total = language
    if (batch.emotions != IGNORED).any():
        logits = model.emotions(hidden, batch.context)
        total = total + emotion_weight * F.cross_entropy(logits, batch.emotions)
    return total, float(language.detach())


@torch.no_grad()
def validate(
    model: PrefixLM, examples: Sequence[Example], tokenizer: EmbeddedTokenizer
) -> Validation:
    """Measure perplexity per piece and emotion accuracy; the model is left in its mode."""
    was_training, device = model.training, next(model.parameters()).device
    model.eval()
    nats, pieces, right, known = 0.0, 0, 0, 0
    for start in range(0, len(examples), 64):
        part = examples[start : start + 64]
        batch = collate(part, tokenizer.listener, tokenizer.pad).to(device)
        hidden, _ = model.hidden(batch.ids, batch.positions, batch.segments, batch.mask)
        spoken = batch.targets != IGNORED
        scores = model.scores(hidden[spoken])
        nats += float(F.cross_entropy(scores, batch.targets[spoken], reduction="sum"))
        pieces += int(spoken.sum())
        told = model.emotions(hidden, batch.context).argmax(-1)
        labelled = batch.emotions != IGNORED
        right += int((told == batch.emotions)[labelled].sum())
        known += int(labelled.sum())
    model.train(was_training)
    return Validation(math.exp(nats / max(1, pieces)), right / max(1, known))


def train(
    model: PrefixLM,
    examples: Mapping[str, Sequence[Example]],
    tokenizer: EmbeddedTokenizer,
    recipe: EmbeddedRecipe,
    folder: Path,
    *,
    resume: bool = False,
    show: Callable[[Progress], None] = lambda _: None,
) -> PrefixLM:
    """Train on `examples["train"]` and return the model with averaged weights.

    Writes `log.jsonl` (loss, rate, speed and validation figures by step) and a checkpoint that
    replaces the last one only once it is whole.

    Raises:
        Interrupted: Ctrl-C; the checkpoint holds everything up to the last finished step.
        ModelError: The loss is not a number, or the checkpoint to resume from is unreadable.
    """
    device = next(model.parameters()).device
    per_epoch = math.ceil(len(examples["train"]) / recipe.batch_size)
    steps = min(recipe.max_steps or math.inf, max(1, round(per_epoch * recipe.epochs)))
    steps = int(steps)
    optimizer = _optimizer(model, recipe)
    average = {name: value.detach().clone() for name, value in model.state_dict().items()}
    step = _restore(folder, model, optimizer, average) if resume else 0
    model.train()
    recent: list[float] = []
    tokens, started = 0, time.perf_counter()
    with _ctrl_c() as interrupted:
        for part in _epochs(examples["train"], recipe, per_epoch, step, steps):
            # Seeding by step, not once, makes a resumed run draw the same dropout masks.
            torch.manual_seed(recipe.seed * 1_000_003 + step)
            rate = learning_rate(step, steps, recipe)
            batch = collate(part, tokenizer.listener, tokenizer.pad).to(device)
            loss = _update(model, optimizer, batch, rate, recipe, step)
            _average(average, model, min(recipe.average_decay, (step + 1) / (step + 10)))
            step += 1
            recent.append(loss)
            tokens += sum(len(e.context) + len(e.reply) for e in part)
            if step % 10 == 0 or step == steps:
                speed = tokens / (time.perf_counter() - started)
                left = (time.perf_counter() - started) / len(recent) * (steps - step)
                mean = sum(recent[-50:]) / len(recent[-50:])
                show(Progress(step, steps, mean, rate, speed, left))
                _log(folder, step=step, loss=round(mean, 4), rate=rate, tokens_per_second=speed)
            if step % recipe.evaluate_every == 0 or step == steps:
                found = _with_average(model, average, examples["valid"], tokenizer, recipe)
                _log(folder, step=step, perplexity=found.perplexity, emotion=found.emotion_accuracy)
            stop = bool(interrupted)
            if step % recipe.checkpoint_every == 0 or step == steps or stop:
                _save(folder, step, model, optimizer, average)
            if stop:
                raise Interrupted
    model.load_state_dict(average)
    return model.eval()


def _optimizer(model: PrefixLM, recipe: EmbeddedRecipe) -> torch.optim.AdamW:
    decayed = [p for p in model.parameters() if p.dim() > 1]
    plain = [p for p in model.parameters() if p.dim() <= 1]
    return torch.optim.AdamW(
        [{"params": decayed, "weight_decay": recipe.weight_decay},
         {"params": plain, "weight_decay": 0.0}],
        lr=recipe.learning_rate, betas=(0.9, 0.98), eps=1e-6,
    )  # fmt: skip


def _update(
    model: PrefixLM,
    optimizer: torch.optim.Optimizer,
    batch: Batch,
    rate: float,
    recipe: EmbeddedRecipe,
    step: int,
) -> float:
    for group in optimizer.param_groups:
        group["lr"] = rate
    loss, language = loss_of(model, batch, recipe.emotion_weight)
    if not torch.isfinite(loss):
        raise ModelError(
            f"the loss is {float(loss.detach())} at step {step}. Resume from the last checkpoint with a "
            f"smaller learning_rate than {recipe.learning_rate}."
        )
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return language


def _epochs(
    examples: Sequence[Example], recipe: EmbeddedRecipe, per_epoch: int, start: int, end: int
) -> Iterator[list[Example]]:
    for epoch in range(start // per_epoch, math.ceil(end / per_epoch)):
        first = epoch * per_epoch
        parts = batches(examples, recipe.batch_size, recipe.seed + epoch)
        yield from parts[max(0, start - first) : end - first]


@torch.no_grad()
def _average(average: dict[str, torch.Tensor], model: PrefixLM, decay: float) -> None:
    for name, value in model.state_dict().items():
        average[name].lerp_(value, 1 - decay)


def _with_average(
    model: PrefixLM,
    average: Mapping[str, torch.Tensor],
    examples: Sequence[Example],
    tokenizer: EmbeddedTokenizer,
    recipe: EmbeddedRecipe,
) -> Validation:
    kept = {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(average)
    found = validate(model, examples[: recipe.evaluate_examples], tokenizer)
    model.load_state_dict(kept)
    return found


def _log(folder: Path, **row: object) -> None:
    with (folder / "log.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(row) + "\n")


def _save(
    folder: Path,
    step: int,
    model: PrefixLM,
    optimizer: torch.optim.Optimizer,
    average: Mapping[str, torch.Tensor],
) -> None:
    state = {
        "step": step,
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "average": dict(average),
    }
    partial = folder / f"{CHECKPOINT}.partial"
    try:
        torch.save(state, partial)
        os.replace(partial, folder / CHECKPOINT)
    except (OSError, RuntimeError) as error:
        partial.unlink(missing_ok=True)
        raise ModelError(
            f"{folder / CHECKPOINT}: cannot be saved ({error}). The last whole checkpoint is "
            "untouched: free some space and resume."
        ) from error


def _restore(
    folder: Path,
    model: PrefixLM,
    optimizer: torch.optim.Optimizer,
    average: dict[str, torch.Tensor],
) -> int:
    path = folder / CHECKPOINT
    try:
        state: dict[str, Any] = torch.load(path, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        average.update(state["average"])
        return int(state["step"])
    except FileNotFoundError as error:
        raise ModelError(f"{path}: no checkpoint to resume from. Leave --resume out.") from error
    except Exception as error:  # torch raises many kinds for a damaged or foreign file
        raise ModelError(f"{path}: cannot resume from it ({error}).") from error


@contextmanager
def _ctrl_c() -> Iterator[list[bool]]:
    """Collect Ctrl-C instead of raising it, so that a step is never cut in half."""
    asked: list[bool] = []
    try:
        before = signal.signal(signal.SIGINT, lambda *_: asked.append(True))
    except ValueError:  # not the main thread: nobody can press Ctrl-C here
        yield asked
        return
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
