"""The words of the terminal and of the page in other languages, found by their English."""

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from listenwell.core.roman import WRITTEN_AS, romanised
from listenwell.core.yaml_text import parse
from listenwell.dialogue.tongues.tongue import LANGUAGES
from listenwell.perception.language import ENGLISH

NAMES: Mapping[str, str] = {
    ENGLISH: "English", "es": "Español", "fr": "Français", "de": "Deutsch", "pt": "Português",
    "hi": "हिन्दी",
}  # fmt: skip
"""Every language of the interface, by the name that it has for itself."""


@lru_cache(maxsize=len(LANGUAGES) + len(WRITTEN_AS))
def interface(language: str) -> Mapping[str, str]:
    """Return what stands for each English text; nothing for English and unknown languages."""
    code = WRITTEN_AS.get(language, language)
    if code not in LANGUAGES:
        return {}
    source = files("listenwell.dialogue").joinpath("tongues/interface.yaml")
    rows: list[dict[str, str]] = parse(source.read_text(encoding="utf-8"))
    words = {row[ENGLISH]: row[code] for row in rows if code in row}
    return words if code == language else {en: _spelled(words[en], en) for en in words}


def _spelled(text: str, english: str) -> str:
    """Return Hindi in Latin letters; what begins small in English is a part of a sentence."""
    found = romanised(text)
    return found[0].lower() + found[1:] if english[0].islower() else found


def told(text: str, language: str) -> str:
    """Return a text with every part of it that has words in a language in that language.

    Example:
        >>> told("Start over", "de")
        'Von vorn'
    """
    known = interface(language)
    return _pattern(language).sub(lambda found: known[found[0]], text) if known else text


@lru_cache(maxsize=len(LANGUAGES) + len(WRITTEN_AS))
def _pattern(language: str) -> re.Pattern[str]:
    longest_first = sorted(interface(language), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
