"""What a recipe's corpora hold for it: training rows, held-out rows, and whose terms apply."""

import random
from dataclasses import dataclass
from pathlib import Path

from listenwell.core.errors import CorpusError
from listenwell.corpora.catalogue import load_corpus
from listenwell.corpora.conversation import SPLITS, Conversation
from listenwell.training.lab.recipe import Data, Stage


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus as one run uses it."""

    name: str
    train: tuple[Conversation, ...]
    held_out: tuple[Conversation, ...]


def read_corpora(stage: Stage, data: Data, data_dir: Path | None, seed: int) -> list[Corpus]:
    """Read what a stage learns from.

    Raises:
        UnknownNameError: A corpus is not known.
        CorpusError: One is not here, or has nothing in a split that the recipe names.
    """
    most = stage.max_conversations or data.max_conversations
    return [_read(name, data, data_dir, seed, most) for name in stage.corpora]


def _read(name: str, data: Data, data_dir: Path | None, seed: int, most: int | None) -> Corpus:
    found = [c for loaded in load_corpus(name, data_dir) for c in loaded.conversations]
    parts = {split: [c for c in found if c.split == split] for split in SPLITS}
    for key in ("train_split", "valid_split"):
        if not parts[getattr(data, key)]:
            counts = ", ".join(f"{split} {len(some):,}" for split, some in parts.items())
            raise CorpusError(
                f"{name}: the split {getattr(data, key)!r} is empty here ({counts}). Set "
                f"data.{key} to one that holds conversations, add the file that is missing, or give a "
                "file of your own a `split` column."
            )
    train = parts[data.train_split]
    if most is not None and most < len(train):
        train = random.Random(f"{seed} {name}").sample(train, most)  # noqa: S311
    return Corpus(name, tuple(train), tuple(parts[data.valid_split]))
