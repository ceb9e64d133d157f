"""Sayings of danger whose letters are torn apart or run together: "w.a.n.t t.o d.i.e", "хо чу у ме реть"."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from listenwell.safety.data import disguises

_BETWEEN = " .-_*/+|·\t"
"""What may stand between torn letters. A comma and a new line part sentences."""
_SQUEEZE = str.maketrans("", "", _BETWEEN)
_TORN = 2
"""How many pieces more than words a saying must lie in to be taken for torn."""


@dataclass(frozen=True, slots=True)
class _Saying:
    """A saying, its letters without gaps, and of how many words it is; one of Chinese signs has none."""

    spelled: str
    letters: str
    words: int


@lru_cache(maxsize=1)
def _sayings() -> tuple[_Saying, ...]:
    """Return every saying, the longest first: the others may be parts of them."""
    languages: dict[str, str] = disguises()["torn"]
    said = [part.strip() for sayings in languages.values() for part in sayings.split(",")]
    made = [
        _Saying(one, one.replace(" ", ""), 0 if _is_chinese(one) else len(one.split()))
        for one in said
    ]
    return tuple(sorted(made, key=lambda one: -len(one.letters)))


def torn(text: str) -> list[tuple[int, int, str]]:
    """Return where sayings lie torn apart or run together in a text, in order, and how they are spelled.

    Args:
        text: In lower case, without accents and apostrophes.
    """
    letters = text.translate(_SQUEEZE)
    held = [one for one in _sayings() if one.letters in letters]
    if not held:
        return []
    places = [place for place, letter in enumerate(text) if letter not in _BETWEEN]
    found: list[tuple[int, int, str]] = []
    taken = bytearray(len(text))
    for saying in held:
        for start, end in _spans(saying, letters, places):
            if not taken[start] and not taken[end - 1] and _is_torn(saying, text, start, end):
                glued = start > 0 and text[start - 1].isalnum() and saying.words > 0
                found.append((start, end, " " * glued + saying.spelled))
                taken[start:end] = b"\1" * (end - start)
    return sorted(found)


def _spans(saying: _Saying, letters: str, places: list[int]) -> Iterator[tuple[int, int]]:
    """Yield where the letters of a saying stand in a text, whatever lies between them."""
    start = letters.find(saying.letters)
    while start >= 0:
        end = start + len(saying.letters)
        yield places[start], places[end - 1] + 1
        start = letters.find(saying.letters, end)


def _is_torn(saying: _Saying, text: str, start: int, end: int) -> bool:
    """Whether what lies there is the whole of some pieces, and other pieces than the saying's words."""
    pieces = len(text[start:end].translate(_AS_SPACE).split())
    if not saying.words:
        return pieces > 1
    if end < len(text) and text[end].isalnum():
        return False
    begins = start == 0 or not text[start - 1].isalnum()
    if not begins and not _after_i(text, start):
        return False
    return pieces >= saying.words + _TORN or pieces < saying.words


_AS_SPACE = str.maketrans(dict.fromkeys(_BETWEEN, " "))


def _after_i(text: str, start: int) -> bool:
    """Whether nothing but an "i" of its own is glued before a place: "iwanttodie"."""
    return text[start - 1] == "i" and (start == 1 or not text[start - 2].isalnum())


def _is_chinese(text: str) -> bool:
    return "一" <= text[0] <= "鿿"
