"""A training run in a process of its own, for tests that kill it: FOLDER [resume|killed-at-N]."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import tiny
from listenwell.training.embedded.dialogues import collate, mixture, token_batches
from listenwell.training.embedded.loop import Progress, run
from listenwell.training.embedded.recipe import WriterStage
from listenwell.training.embedded.writer import (
    Writer,
    perplexity,
    validation_replies,
    weighted_loss,
)

STEPS = 24


def train_writer(
    folder: Path,
    *,
    resume: bool = False,
    show: Callable[[Progress], None] = lambda _: None,
    **changes: object,
) -> tuple[Writer, list[str]]:
    """Train the tiny writer for `STEPS` steps; return it and its loss at each step taken."""
    writer = tiny.writer()
    tokenizer = writer.tokenizer
    settings = {"warm_start": "none", "corpora": {"x": 6}, "keep_layers": [0], "warmup_steps": 2,
                "learning_rate": 0.01, "checkpoint_every": 4, "evaluate_every": 8,
                "average_decay": 0.5, "batch_tokens": 90}  # fmt: skip
    stage = WriterStage.model_validate(settings | changes)
    train = {"x": [talk for talk in tiny.talks() if talk.split == "train"]}
    ordered = mixture(train, stage.corpora, frozenset(), tokenizer, frozenset(), seed=1)
    batches = token_batches(ordered, stage.batch_tokens, seed=1)
    valid = validation_replies(tiny.talks(), tokenizer)
    losses: list[str] = []

    def loss_at(step: int):
        ids, weights = collate(batches[step % len(batches)], tokenizer.pad)
        loss = weighted_loss(writer.model, ids, weights)
        losses.append(f"{step} {float(loss.detach())!r}")
        return loss, {}, ids.numel()

    run("writer", writer.model, loss_at, STEPS, stage, folder, seed=1, resume=resume, show=show,
        evaluate=lambda: {"perplexity": perplexity(writer.model, valid, tokenizer)})  # fmt: skip
    return writer, losses


def main(folder: Path, words: list[str]) -> None:
    def show(progress: Progress) -> None:
        if f"killed-at-{progress.step}" in words:
            os.kill(os.getpid(), signal.SIGKILL)

    folder.mkdir(exist_ok=True)
    writer, losses = train_writer(folder, resume="resume" in words, show=show)
    for name, value in writer.model.state_dict().items():
        losses.append(f"{name} {value.double().sum().item()!r}")
    sys.stdout.write("\n".join(losses) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
