"""Reading the YAML files of authored content: the package's and a user's, errors in plain words."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from listenwell.core.errors import ConfigError
from listenwell.core.yaml_text import parse
from listenwell.dialogue.words import Phrases


def packaged(name: str) -> Any:
    """Return what one of the package's own YAML files in `moves/` holds."""
    lists: dict[Phrases, Phrases] = {}
    cues: dict[str, str] = {}

    def share(group: dict[str, Any]) -> dict[str, Any]:
        # Ten thousand groups are for a few hundred lists of feelings and say the same cues again and
        # again: each is kept once.
        for key in ("feeling", "when", "unless", "story"):
            value = group.get(key)
            if isinstance(value, list):
                phrases = Phrases([cues.setdefault(text, text) for text in value])
                group[key] = lists.setdefault(phrases, phrases)
        return group

    return parse(packaged_text(f"{name}.yaml"), share)


def packaged_text(file: str) -> str:
    """Return the text of one of the package's own files in `moves/`."""
    return files("listenwell.dialogue").joinpath(f"moves/{file}").read_text(encoding="utf-8")


@lru_cache(maxsize=8)
def lexicon(name: str) -> dict[str, tuple[str, ...]]:
    """Return a packaged list of words by name: "topics" or "feelings"."""
    return {str(key): tuple(map(str, words)) for key, words in packaged(name).items()}


@lru_cache(maxsize=1)
def worths() -> dict[str, float]:
    """Return how much better than most sentences were judged; see `training/worths.py`."""
    lines = (line.split(" ", 1) for line in packaged_text("worths.txt").splitlines())
    return {text: float(worth) for worth, text in lines}


@lru_cache(maxsize=1)
def often() -> tuple[int, dict[str, int]]:
    """Return how many messages were counted, and in how many each word is; see `training/often.py`."""
    total, *lines = packaged_text("often.txt").splitlines()
    return int(total), {word: int(count) for word, count in map(str.split, lines)}


def read_file(path: Path) -> Any:
    """Return what a user's file holds.

    Raises:
        ConfigError: The file is missing or not YAML.
    """
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: cannot be read as YAML ({error}).") from error
