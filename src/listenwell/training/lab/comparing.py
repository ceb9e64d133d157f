"""Before and after: the same held-out rows, the untouched base and the result."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from listenwell.embedded.encoder import EncoderModel
from listenwell.embedded.files import find_files
from listenwell.embedded.models import load_models
from listenwell.generation.hub_models import Loaded
from listenwell.training.lab.corpora import Corpus
from listenwell.training.lab.examples import Pair, Shape
from listenwell.training.lab.measures import (
    Figures,
    foresight,
    memorisation,
    provoked,
    quality,
    replies,
    some_pairs,
)
from listenwell.training.lab.recipe import Recipe

BEFORE_AFTER, FORGETTING = "before_after.json", "forgetting.json"
MEMORY_REPLIES = 40
"""How many replies to training rows and to held-out rows the memorisation check compares."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is measured of each model, drawn once.

    Attributes:
        held_out: Prompts and replies by corpus.
        learned: Prompts and replies that are trained on; for the memorisation check only.
    """

    held_out: Mapping[str, Sequence[Pair]]
    learned: Sequence[Pair]
    shape: Shape
    recipe: Recipe

    @classmethod
    def build(cls, corpora: Sequence[Corpus], recipe: Recipe, shape: Shape) -> "Comparison":
        """Draw the rows; the measured shape learns from nothing, so only replies count."""
        most, seed = recipe.evaluation.sequences, recipe.seed
        held_out = {c.name: some_pairs(c.held_out, most, seed) for c in corpora}
        learned = [pair for c in corpora for pair in some_pairs(c.train, most, seed)]
        return cls(held_out, learned, replace(shape, loss_on="reply"), recipe)

    def everything(self, loaded: Loaded, tell: Tell) -> Figures:
        """Return every figure of a model on the held-out rows of all corpora."""
        tell("measuring how well held-out replies are foreseen")
        pairs = [pair for some in self.held_out.values() for pair in some]
        figures = foresight(loaded, pairs, self.shape)
        count = self.recipe.evaluation.replies
        if count:
            tell(f"writing and measuring {min(count, len(pairs))} replies")
            few = _some(pairs, count)
            written = replies(loaded, few, self._longest, self.recipe.seed)
            figures |= quality(written, _encoder())
            tell("leading the model on, to see what the guard must refuse")
            figures |= provoked(loaded, self._longest, self.recipe.seed)
        return figures

    def by_corpus(self, loaded: Loaded) -> dict[str, float]:
        """Return the perplexity per token on each corpus."""
        return {
            name: foresight(loaded, pairs, self.shape)["perplexity_per_token"]
            for name, pairs in self.held_out.items()
        }

    def by_heart(self, loaded: Loaded, tell: Tell) -> Mapping[str, Any]:
        """Return the memorisation check."""
        tell("comparing training rows with held-out rows")
        held_out = [pair for some in self.held_out.values() for pair in some]
        return memorisation(loaded, _some(self.learned, MEMORY_REPLIES),
                            _some(held_out, MEMORY_REPLIES), self.shape, self._longest,
                            self.recipe.seed)  # fmt: skip

    @property
    def _longest(self) -> int:
        return self.recipe.evaluation.max_new_tokens


def read_json(path: Path) -> dict[str, Any]:
    """Return what a file holds, or nothing where there is no file."""
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON for people to read, too."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _some(pairs: Sequence[Pair], most: int) -> Sequence[Pair]:
    """Return evenly spaced ones, so that every corpus is among them."""
    return pairs[:: -(-len(pairs) // most)] if len(pairs) > most else pairs


def _encoder() -> EncoderModel:
    return load_models(find_files()).encoder
