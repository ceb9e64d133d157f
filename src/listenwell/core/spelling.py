"""Words however they are spelled: without accents, in small letters, found by lists that people can read."""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

# \w knows no vowel signs of Devanagari.
_TOKEN = re.compile(r"[^\s.,;:!?…।\"“”„«»()\[\]{}¿¡*/\\|<>=+&%$#@~^_'’‘`´-]+")


def fold(text: str) -> str:
    """Return a text in small letters without accents, its Devanagari without dots below.

    Example:
        >>> fold("Estoy FATAL, ¿y tú?")
        'estoy fatal, ¿y tu?'
    """
    plain = unicodedata.normalize("NFKD", text.lower()).replace("ß", "ss").replace("’", "'")
    plain = plain.replace("\u0901", "\u0902")  # हाँ and हां are one word
    return "".join(c for c in plain if not ("\u0300" <= c <= "\u036f" or c == "\u093c"))


def tokens(text: str) -> list[str]:
    """Return a text's words, folded."""
    return _TOKEN.findall(fold(text))


def spaced(text: str) -> str:
    """Return a text's words, folded, between single spaces, one before and one after.

    Example:
        >>> spaced("¡No sé QUÉ hacer!")
        ' no se que hacer '
    """
    return f" {' '.join(tokens(text))} "


def any_of(listed: str) -> re.Pattern[str]:
    """Return what finds words in a spaced text: `llor*` may go on, `sin+ganas` is a phrase.

    Example:
        >>> bool(any_of("llor* sin+ganas").search(" estoy llorando "))
        True
    """
    parts = (
        re.escape(re.sub(r"['-]", "+", fold(word))).replace(r"\+", " ").replace(r"\*", r"\S*")
        for word in listed.split()
    )
    return re.compile(rf"(?<= )(?:{'|'.join(parts)})(?= )")


@lru_cache(maxsize=1)
def counted_words() -> Mapping[str, tuple[str, ...]]:
    """Return the words that tell each language of Latin letters apart, the commonest first.

    They are counted in the project's own texts (`training/screen/common_words.py`).
    """
    text = files("listenwell.core").joinpath("common_words.json").read_text(encoding="utf-8")
    content: Mapping[str, str] = json.loads(text)
    return {code: tuple(words.split()) for code, words in content.items()}
