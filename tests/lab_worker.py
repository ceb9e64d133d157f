"""A lab run in a process of its own, for tests that kill it: MODEL DATA OUT STEP-TO-DIE-AT [still]."""

import os
import signal
import sys
from pathlib import Path

import torch

from listenwell.training.embedded.loop import Progress
from listenwell.training.lab.recipe import Recipe
from listenwell.training.lab.run import run

torch.set_num_threads(1)


def recipe(model: Path, **changes: object) -> Recipe:
    """Return a recipe of twelve steps with dropout, so that random numbers matter too."""
    settings = {
        "name": "tiny", "model": str(model), "method": "lora", "seed": 3,
        "data": {"corpora": ["empathetic_dialogues"], "max_length": 96},
        "training": {
            "max_steps": 12, "epochs": 9, "batch_size": 2, "learning_rate": 0.01, "log_every": 1,
            "evaluate_every": 4, "checkpoint_every": 4, "precision": "fp32",
        },
        "adapter": {"rank": 2, "dropout": 0.3},
        "evaluation": {"sequences": 4, "replies": 3, "samples": 1, "max_new_tokens": 8},
    }  # fmt: skip
    return Recipe.model_validate(settings | changes)


def main(model: Path, data: Path, out: Path, last: int, *words: str) -> None:
    def show(progress: Progress) -> None:
        if progress.steps and progress.step == last:
            os.kill(os.getpid(), signal.SIGKILL)

    changes = {"adapter": {"rank": 2, "dropout": 0.0}} if "still" in words else {}
    run(recipe(model, **changes), data, out, show=show)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), int(sys.argv[4]), *sys.argv[5:])
