"""Which passages of a message are looked at: all of it, or of a very long one where it is grave."""

import re

WHOLE = 6_000
"""Letters up to which a message is read whole."""
_ENDS, _BEFORE, _AFTER, _MOST = 1_200, 160, 240, 14
_GRAVE = re.compile(
    r"kill|\bdie\b|suicid|\bend (?:it|my)|dead\b|overdos|hang my|myself|pills|goodbye|wake up|"
    r"\bgun\b|\brope\b|noose|jump (?:off|in front)|unaliv|sewerslide|\bkms\b|cutting|rape|chok|breath|voices|mori|matar|muer|mourir|tuer|finir|sterben|umbring|"
    r"leben|morr|viver|vivere|ucci|marna|jaan|jeena|khud|умер|уби|жить|покончи|मर|आत्मह|जीना|"
    r"موت|انتحار|أنتحر|نفسي|死|自杀|自殺|不想活"
)


def passages(text: str) -> list[tuple[int, str]]:
    """Return passages and where each begins, so that time does not grow with hostile texts.

    Of a message longer than `WHOLE` they are its beginning, its end, and what stands around grave
    words in between, each passage once however often it is repeated.
    """
    if len(text) <= WHOLE:
        return [(0, text)]
    found = [(0, text[:_ENDS])]
    seen: set[str] = set()
    last = _ENDS
    low = text.lower()
    low = low if len(low) == len(text) else text
    for match in _GRAVE.finditer(low, _ENDS, len(text) - _ENDS):
        if match.start() < last:
            continue
        key = text[match.start() - 12 : match.end() + 20]
        if key in seen:
            last = match.end() + 20
            continue
        seen.add(key)
        start, last = max(last, match.start() - _BEFORE), match.end() + _AFTER
        found.append((start, text[start:last]))
        if len(found) > _MOST:
            break
    return [*found, (len(text) - _ENDS, text[-_ENDS:])]
