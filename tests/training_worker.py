"""A training run in a process of its own, for tests that kill it: FOLDER [resume|killed-at-N]."""

import os
import signal
import sys
from pathlib import Path

from listenwell.training.embedded.train import Progress, train
from unit.test_training_embedded import make_examples, make_talks, make_tokenizer, recipe, tiny


def main(folder: Path, words: list[str]) -> None:
    tokenizer = make_tokenizer()
    talks = make_talks()
    examples = {
        split: make_examples([t for t in talks if t.split == split], tokenizer)
        for split in ("train", "valid")
    }

    def show(progress: Progress) -> None:
        if f"killed-at-{progress.step}" in words:
            os.kill(os.getpid(), signal.SIGKILL)

    folder.mkdir(exist_ok=True)
    model = train(
        tiny(tokenizer), examples, tokenizer, recipe(epochs=4, checkpoint_every=4), folder,
        resume="resume" in words, show=show,
    )  # fmt: skip
    for name, value in model.state_dict().items():
        sys.stdout.write(f"{name} {value.double().sum().item()!r}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
