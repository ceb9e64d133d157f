"""Words however they are spelled: without accents, in small letters, found by lists that people can read."""

import re
import unicodedata

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
