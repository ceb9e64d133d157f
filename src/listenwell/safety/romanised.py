"""Danger told in Latin letters where the language has its own: pinyin, Arabizi, Russian, Japanese.

Only what is grave is written in the language's own letters, so that its rules and the learned part
read it; the rest of a message stays as it is. The wordings stand in `disguises.yaml`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from listenwell.safety.data import disguises
from listenwell.safety.patterns import compiled, expand, may_match


@dataclass(frozen=True, slots=True)
class _Wording:
    """A pattern, pieces of which one is in every match, and the template of how it is written."""

    source: str
    needs: tuple[str, ...]
    written: str


def native(text: str) -> list[tuple[re.Pattern[str], str]]:
    """Return what is to be written in its own letters in a text of Latin ones: patterns, and their templates."""
    return [
        (compiled(one.source), one.written) for one in _wordings() if may_match(one.needs, text)
    ]


@lru_cache(maxsize=1)
def _wordings() -> tuple[_Wording, ...]:
    content = disguises()["romanised"]
    return tuple(
        _Wording(expand(one["reads"], content["groups"]), tuple(one["needs"]), one["as"])
        for one in content["patterns"]
    )
