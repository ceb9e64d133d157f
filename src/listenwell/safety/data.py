"""Reads the YAML files that stand beside this package's code."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from listenwell.core.spelling import counted_words
from listenwell.core.yaml_text import parse


def read_yaml(name: str) -> Any:
    """Return the content of a packaged file, named from `safety/` on."""
    text = files("listenwell.safety").joinpath(*name.split("/")).read_text(encoding="utf-8")
    return parse(text)


@lru_cache(maxsize=1)
def disguises() -> Mapping[str, Any]:
    """Return how danger is disguised: four modules read a part of the same file each."""
    content: Mapping[str, Any] = read_yaml("disguises.yaml")
    return content


@lru_cache(maxsize=1)
def common_words() -> Mapping[str, frozenset[str]]:
    """Return words by which a language of Latin letters is told apart, by its code."""
    chosen: Mapping[str, str] = read_yaml("common_words.yaml")
    counted = counted_words()
    return {code: frozenset((*words.split(), *counted[code])) for code, words in chosen.items()}
