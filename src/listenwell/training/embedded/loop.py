"""The training loop of both networks: resumable, deterministic given seed and device, visible."""

import json
import math
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from listenwell.core.errors import ModelError
from listenwell.training.embedded.recipe import Stage

CHECKPOINT, LOG = "checkpoint.pt", "log.jsonl"

LossAt: TypeAlias = Callable[[int], tuple[Tensor, Mapping[str, float], int]]
"""From a step to the loss to minimise, figures to log, and how many tokens were read."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a training run stands, for whoever shows it."""

    stage: str
    step: int
    steps: int
    loss: float
    learning_rate: float
    tokens_per_second: float
    seconds_left: float


class Interrupted(Exception):
    """The run was stopped by Ctrl-C after saving; resume it to go on."""


def find_device() -> torch.device:
    """Return the GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def autocast(device: torch.device) -> torch.autocast:
    """Return bfloat16 autocasting where the device is fast at it, and none elsewhere."""
    cpu = torch.cpu
    fast = device.type == "cuda" or cpu._is_amx_tile_supported() or cpu._is_avx512_bf16_supported()
    return torch.autocast(device.type, torch.bfloat16, enabled=fast)


def learning_rate(step: int, steps: int, stage: Stage) -> float:
    """Return the rate at a step: linear warm-up, then half a cosine to a twentieth."""
    if step < stage.warmup_steps:
        return stage.learning_rate * (step + 1) / stage.warmup_steps
    done = (step - stage.warmup_steps) / max(1, steps - stage.warmup_steps)
    return stage.learning_rate * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(1.0, done))))


def run(
    name: str,
    model: nn.Module,
    loss_at: LossAt,
    steps: int,
    stage: Stage,
    folder: Path,
    *,
    seed: int,
    evaluate: Callable[[], Mapping[str, float]],
    resume: bool = False,
    show: Callable[[Progress], None] = lambda _: None,
) -> None:
    """Train in place; the model ends with its averaged weights.

    Writes `log.jsonl` (loss, rate, speed, and validation figures of the averaged weights by step)
    and a checkpoint that replaces the last one only once it is whole.

    Raises:
        Interrupted: Ctrl-C; the checkpoint holds everything up to the last finished step.
        ModelError: The loss is not a number, or the checkpoint to resume from is unreadable.
    """
    optimizer = _optimizer(model, stage)
    average = {key: value.detach().clone() for key, value in model.state_dict().items()}
    again = resume and (folder / CHECKPOINT).exists()
    first = _restore(folder, model, optimizer, average) if again else 0
    _forget_after(folder / LOG, first)
    model.train()
    recent: list[float] = []
    tokens, started = 0, time.perf_counter()
    with _ctrl_c() as interrupted:
        for step in range(first, steps):
            # Seeding by step, not once, makes a resumed run draw the same dropout masks.
            torch.manual_seed(seed * 1_000_003 + step)
            rate = learning_rate(step, steps, stage)
            loss, figures, read = loss_at(step)
            _update(model, optimizer, loss, rate, step, stage)
            _average(average, model, min(stage.average_decay, (step + 1) / (step + 10)))
            done = step + 1
            recent.append(float(loss.detach()))
            tokens += read
            last = done == steps
            if done % 10 == 0 or last:
                spent = time.perf_counter() - started
                left = spent / len(recent) * (steps - done)
                mean = sum(recent[-50:]) / len(recent[-50:])
                speed = tokens / spent
                show(Progress(name, done, steps, mean, rate, speed, left))
                _log(folder, step=done, loss=round(mean, 4), rate=rate,
                     tokens_per_second=round(speed), **figures)  # fmt: skip
            if done % stage.evaluate_every == 0 or last:
                with averaged(model, average):
                    _log(folder, step=done, **evaluate())
            stop = bool(interrupted)
            if done % stage.checkpoint_every == 0 or last or stop:
                _save(folder, done, model, optimizer, average)
            if stop:
                raise Interrupted
    model.load_state_dict(average)
    model.eval()


@contextmanager
def averaged(model: nn.Module, average: Mapping[str, Tensor]) -> Iterator[None]:
    """Put the averaged weights in place for a while, in evaluation mode."""
    kept = {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(average)
    model.eval()
    try:
        yield
    finally:
        model.load_state_dict(kept)
        model.train()


def _optimizer(model: nn.Module, stage: Stage) -> torch.optim.AdamW:
    decayed = [p for p in model.parameters() if p.dim() > 1]
    plain = [p for p in model.parameters() if p.dim() <= 1]
    return torch.optim.AdamW(
        [{"params": decayed, "weight_decay": stage.weight_decay},
         {"params": plain, "weight_decay": 0.0}],
        lr=stage.learning_rate, betas=(0.9, 0.98), eps=1e-6, fused=True,
    )  # fmt: skip


def _update(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    loss: Tensor,
    rate: float,
    step: int,
    stage: Stage,
) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate
    if not torch.isfinite(loss):
        raise ModelError(
            f"the loss is {float(loss.detach())} at step {step}. Resume from the last checkpoint "
            f"with a smaller learning_rate than {stage.learning_rate}."
        )
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


@torch.no_grad()
def _average(average: dict[str, Tensor], model: nn.Module, decay: float) -> None:
    for name, value in model.state_dict().items():
        if value.is_floating_point():
            average[name].lerp_(value, 1 - decay)


def _forget_after(path: Path, step: int) -> None:
    """Drop the log's rows beyond the checkpoint: a run that was killed takes those steps again."""
    if path.exists():
        rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [row for row in rows if json.loads(row)["step"] <= step]
        path.write_text("".join(kept), encoding="utf-8")


def _log(folder: Path, **row: object) -> None:
    with (folder / LOG).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(row) + "\n")


def _save(
    folder: Path,
    step: int,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    average: Mapping[str, Tensor],
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
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    average: dict[str, Tensor],
) -> int:
    path = folder / CHECKPOINT
    try:
        state: dict[str, Any] = torch.load(path, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        average.update(state["average"])
        return int(state["step"])
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
