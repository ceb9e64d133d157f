"""Which passages of a message are looked at: all of it, or of a very long one where it is grave."""

import re
from collections.abc import Iterator

WHOLE = 6_000
"""Letters up to which a message is read whole."""
_ENDS, _BEFORE, _AFTER, _MOST = 1_200, 160, 240, 14
_STEP, _OVERLAP = 2_000, 24
"""Letters that are looked through at once, and how many of them again with those that follow."""
_BOUND = r"\bdie\b|\bend (?:it|my)|dead\b|\bgun\b|\brope\b|jump (?:off|in front)|\bkms\b"
"""Grave words that are parts of harmless ones."""
_PLAIN = (
    "kill|suicid|overdos|hang my|myself|pills|goodbye|wake up|noose|unaliv|sewerslide|cutting|rape|chok|breath|voices|"
    "mori|matar|muer|mourir|tuer|finir|sterben|umbring|leben|morr|viver|vivere|ucci|marna|jaan|jeena|khud|"
    "умер|уби|жить|покончи|मर|आत्मह|जीना|موت|انتحار|أنتحر|نفسي|死|自杀|自殺|不想活"
)
_GRAVE = re.compile(f"{_BOUND}|{_PLAIN}")
_LETTERS = (*_PLAIN.split("|"), "die", "end ", "dead", "gun", "rope", "jump ", "kms")
"""Of which a text must hold one for a grave word to be in it: found much faster than the pattern."""


def passages(text: str) -> list[tuple[int, str]]:
    """Return passages and where each begins, so that time does not grow with hostile texts.

    Of a message longer than `WHOLE` they are its beginning, its end, and what stands around grave
    words in between, each passage once however often it is repeated.
    """
    if len(text) <= WHOLE:
        return [(0, text)]
    found = [(0, text[:_ENDS])]
    seen: set[str] = set()
    first, end = _ENDS - _OVERLAP, len(text) - _ENDS + _OVERLAP
    last = first
    low = text.lower()
    low = low if len(low) == len(text) else text
    for begin in _stretches(low, first, end):
        stop = min(begin + _STEP + _OVERLAP, end)
        while len(found) <= _MOST and (match := _GRAVE.search(low, max(begin, last), stop)):
            key = text[match.start() - 12 : match.end() + 20]
            if key in seen:
                last = match.end() + 20
                continue
            seen.add(key)
            start, last = max(last, match.start() - _BEFORE), match.end() + _AFTER
            found.append((start, text[start:last]))
    return [*found, (len(text) - _ENDS, text[-_ENDS:])]


def _stretches(text: str, first: int, end: int) -> Iterator[int]:
    """Yield where the stretches of a part of a text begin in which a grave word may be."""
    for begin in range(first, end, _STEP):
        stretch = text[begin : begin + _STEP + _OVERLAP]
        if any(letters in stretch for letters in _LETTERS):
            yield begin
