"""What a run tells while it goes on: progress, the log, sample replies; and what stops it."""

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from listenwell.training.embedded.loop import Progress

LOG, SAMPLES = "log.jsonl", "samples.jsonl"
COMPLETE = "complete"
"""The file that is written last into a checkpoint; one without it was cut off."""

Show = Callable[[Progress], None]
Note = Callable[[int, Mapping[str, float]], None]
"""Told the step and the held-out figures."""


class Journal:
    """The files of a run that grow by rows, and the clock that goes on over resumed runs."""

    def __init__(self, folder: Path, *, writes: bool) -> None:
        """Remember where.

        Args:
            folder: The run's.
            writes: False for all but the first of several processes.
        """
        self.folder, self._writes = folder, writes
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since this process began."""
        return time.monotonic() - self._started

    def add(self, name: str, row: Mapping[str, Any]) -> None:
        """Append one row."""
        if self._writes:
            with (self.folder / name).open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")

    def forget_after(self, stage: str, step: int, later: frozenset[str]) -> None:
        """Drop what a run that was killed wrote after its last checkpoint.

        Args:
            stage: The stage that goes on.
            step: The checkpoint's.
            later: Stages after it.
        """
        for name in (LOG, SAMPLES):
            path = self.folder / name
            if self._writes and path.exists():
                rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
                kept = [row for row in rows if _stays(row, stage, step, later)]
                path.write_text("".join(kept), encoding="utf-8")


def _stays(row: str, stage: str, step: int, later: frozenset[str]) -> bool:
    try:
        found = json.loads(row)
    except ValueError:  # cut off by the kill
        return False
    if found["stage"] in later:
        return False
    return bool(found["stage"] != stage or found["step"] <= step)


class Watching(TrainerCallback):  # type: ignore[misc]
    """Writes the log, shows progress, marks whole checkpoints and obeys Ctrl-C."""

    def __init__(
        self, journal: Journal, stage: str, *, epoch_steps: float, step_tokens: float, show: Show,
        patience: int | None,
    ) -> None:  # fmt: skip
        self._journal, self._stage, self._show = journal, stage, show
        self._epoch_steps, self._patience = epoch_steps, patience
        self._step_tokens = step_tokens
        self._first_step = 0
        self.interrupted: list[bool] = []
        self.note: Note = lambda step, metrics: None

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Remember where a resumed run begins, for the time that is left."""
        self._first_step, self._began = state.global_step, time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Stop after a whole step when somebody pressed Ctrl-C."""
        if self.interrupted:
            control.should_save = control.should_training_stop = True

    def on_log(
        self, args: Any, state: Any, control: Any, logs: Mapping[str, Any], **_: Any
    ) -> None:
        """Write a row and show it."""
        if "loss" not in logs or "learning_rate" not in logs:
            return
        step, steps = state.global_step, state.max_steps
        row = {
            "stage": self._stage,
            "step": step,
            "steps": steps,
            "loss": float(logs["loss"]),
            "learning_rate": float(logs["learning_rate"]),
            "epoch": round(step / self._epoch_steps, 4),
            "seconds": round(self._journal.seconds, 2),
        }
        self._journal.add(LOG, row)
        spent = time.monotonic() - self._began
        done = max(1, step - self._first_step)
        left = spent / done * (steps - step)
        self._show(Progress(self._stage, step, steps, row["loss"], row["learning_rate"],
                            self._step_tokens * done / max(spent, 1e-9), left))  # fmt: skip

    def on_evaluate(
        self, args: Any, state: Any, control: Any, metrics: Mapping[str, float], **_: Any
    ) -> None:
        """Write down how it goes; end the stage when nothing has got better for long."""
        self.note(state.global_step, metrics)
        losses = [row["eval_loss"] for row in state.log_history if "eval_loss" in row]
        if self._patience is not None and losses:
            since = len(losses) - 1 - losses.index(min(losses))
            control.should_training_stop |= since >= self._patience

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Mark the checkpoint as whole, once everything else of it is written."""
        if state.is_world_process_zero:
            folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
            (folder / COMPLETE).write_text("", encoding="utf-8")


def last_checkpoint(folder: Path) -> Path | None:
    """Return the newest whole checkpoint of a stage, or None."""
    found = [
        path
        for path in folder.glob("checkpoint-*")
        if (path / COMPLETE).is_file() and path.name.rpartition("-")[2].isdigit()
    ]
    return max(found, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


@contextmanager
def ctrl_c(asked: list[bool]) -> Iterator[None]:
    """Collect Ctrl-C instead of raising it, so that a step is never cut in half."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: asked.append(True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
