"""Which language a message is in, told cheaply: by its script, else by its commonest words."""

import re
from collections.abc import Mapping
from functools import lru_cache

from listenwell.core.spelling import fold
from listenwell.safety.data import common_words

SCRIPTS: Mapping[str, re.Pattern[str]] = {
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
}
"""Languages whose letters tell them."""
_WORD = re.compile(r"[a-z]+")
_READ = 400


def language_of(text: str) -> str:
    """Return the likeliest language of a plain text, "" where nothing tells."""
    head = text[:_READ]
    for code, script in SCRIPTS.items():
        if len(script.findall(head)) * 4 > len(head.replace(" ", "")):
            return code
    words = _WORD.findall(head)
    scores = {code: sum(word in common for word in words) for code, common in _plain().items()}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] else ""


@lru_cache(maxsize=1)
def _plain() -> Mapping[str, frozenset[str]]:
    """Return the common words as they stand in a plain text."""
    return {code: frozenset(map(fold, words)) for code, words in common_words().items()}
