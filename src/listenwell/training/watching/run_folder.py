"""What a run has written so far; a missing part is empty, and half a line is not yet a line."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from listenwell.core.errors import InputError

LOG, SAMPLES = "log.jsonl", "samples.jsonl"
BEFORE_AFTER, FORGETTING = "before_after.json", "forgetting.json"
DATA, RECIPE, WORDS = "data.json", "recipe.yaml", "words.json"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Everything that a run has written down.

    Attributes:
        steps: Rows with a training loss.
        looks: Rows with a held-out loss.
        samples: Replies written at each look.
        comparison: The untouched base beside the result: "before", "after", "memorisation".
        forgetting: Of a run of several stages, each corpus's perplexity after each stage: "rows".
        words: How often words occur, by "contexts" and "replies".
    """

    folder: Path
    recipe: Row
    steps: Sequence[Row]
    looks: Sequence[Row]
    samples: Sequence[Row]
    comparison: Row
    forgetting: Row
    data: Row
    words: Mapping[str, Mapping[str, int]]

    @property
    def name(self) -> str:
        """What the run is called."""
        return str(self.recipe.get("name") or self.folder.name)

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages that have begun, in their order."""
        return tuple(dict.fromkeys(str(row["stage"]) for row in (*self.steps, *self.looks)))


def read_run(folder: Path) -> RunFolder:
    """Read a run's folder as it is now.

    Raises:
        InputError: There is no such folder, or nothing of a run in it.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder. Give the folder of a run, such as runs/embedded.")
    if not any((folder / name).exists() for name in (LOG, RECIPE, BEFORE_AFTER, DATA)):
        raise InputError(f"{folder}: not a run; it holds neither {LOG} nor {RECIPE}.")
    rows = _rows(folder / LOG, "stage", "step")
    return RunFolder(
        folder,
        _mapping(folder / RECIPE),
        [row for row in rows if _number(row.get("loss"))],
        [row for row in rows if _number(row.get("eval_loss"))],
        _rows(folder / SAMPLES, "stage", "step", "reply"),
        _mapping(folder / BEFORE_AFTER),
        _mapping(folder / FORGETTING),
        _mapping(folder / DATA),
        _mapping(folder / WORDS),
    )


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _rows(path: Path, *needed: str) -> list[Row]:
    """Return the rows of a file that have what is needed; a half-written one has not yet."""
    found: list[Row] = []
    for line in _text(path).splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict) and all(name in row for name in needed):
            found.append(row)
    return found


def _mapping(path: Path) -> dict[str, Any]:
    try:
        value = yaml.safe_load(_text(path))  # JSON is YAML, too
    except yaml.YAMLError:
        return {}
    return value if isinstance(value, dict) else {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
