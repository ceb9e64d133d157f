"""What would tell who somebody is: addresses, numbers, links, handles, names of professionals."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

REGIONS = ("US", "GB", "IN", "AU", "DE", "BR")
"""Countries in whose national form a number is looked for; an international one is always seen."""


@dataclass(frozen=True, slots=True)
class Particular:
    """Where something personal stands, and what may stand there instead."""

    kind: str
    start: int
    end: int
    instead: str


_PATTERNS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("link", re.compile(
        r"\b(?:https?://|www\.)\S+[\w/]|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|info|co\.uk)\b"
        r"(?:/\S*[\w/])?", re.I), "a link"),
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"), "an e-mail address"),
    ("phone", re.compile(
        r"\[phone number\]|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b|\b1-8\d\d-[\w-]{7,10}\b", re.I),
        "a phone number"),
    ("emergency", re.compile(
        r"\b(?:988|116[ -]?123|741[ -]?741)\b|"
        r"\b(?:call|dial|ring|text|phone)(?:ed|ing)? (?:911|999|112)\b", re.I), ""),
    ("handle", re.compile(r"(?<![\w.])@[A-Za-z_]\w{2,}|\b[ur]/[A-Za-z_]\w{2,}"), "someone"),
    ("name", re.compile(
        r"\bDr\.? ?(?!(?:Pepper|Phil|Who|Seuss|Dre|Oz|Strange|Martens)\b)(?:[A-Z]\. ?)?[A-Z][a-z]+"
        r"(?:[ -][A-Z][a-z]+)?"), "the doctor"),
)  # fmt: skip

# Titles that follow the names of people in these professions, as they sign.
_TITLES = (
    r"(?:Ph\.?D|Psy\.?D|Ed\.?D|DBH|M\.?D|M\.?A|M\.?S|M\.?Ed|M\.?S\.?W|LPCC?|LPC-?S|LMFT|MFT|LCSW|LICSW|"
    r"LMHC|LCPC|LMSW|NCC|CADC|RN|R\.?C\.?C|CCC)\.?"
)
_NAME = r"[A-Z][\w.'’-]+"
_SIGNATURES = (
    re.compile(rf"[\s,~–—-]*(?:{_NAME}[ ,]+){{1,4}}{_TITLES}(?:[ ,/]+{_TITLES})*\W*$"),
    re.compile(
        rf"[\s~–—-]*\b(?:(?:[Kk]ind|[Ww]arm|[Bb]est|[Ww]ith) )?(?:[Bb]est|[Rr]egards|[Ww]ishes|[Ss]incerely|"
        rf"[Ww]armly|[Cc]heers|[Bb]lessings|[Yy]ours),\s*{_NAME}(?: {_NAME}){{0,2}}\W*$"
    ),
    re.compile(rf"(?<=[.!?])\s*[~–—]+\s*{_NAME}(?: {_NAME}){{0,2}}\W*$"),
    re.compile(r"(?<=[.!?])\s+-\s?[A-Z][a-z]+\W*$"),
)
_INTRODUCTION = re.compile(
    rf"\b([Mm]y name is|[Tt]his is|I am|I'm) (?:Dr\.? )?{_NAME}(?: {_NAME}){{0,2}},? "
    r"(?:and |here|from |with |at )"
    r"[^.!?]*[.!?]\s*"
)


def find_particular(text: str) -> Particular | None:
    """Return the first link, address, number or handle, or None; a name is none of these."""
    return next((found for found in _find(text) if found.kind != "name"), None)


def hide_particulars(text: str) -> str:
    """Return the text with every particular replaced by plain words ("a link").

    Emergency numbers stay: "I called 911" tells of nobody in particular.
    """
    for found in reversed(list(_find(text))):
        if found.instead:
            head = text[: found.start]
            begins = not head or head.rstrip(" \n\"'”’)")[-1:] in ".!?"
            instead = found.instead.capitalize() if begins else found.instead
            text = head + instead + text[found.end :]
    return text


def without_signature(text: str) -> str:
    """Return a reply without its writer's name: signature at the end, introduction at the start."""
    head = _INTRODUCTION.match(text)
    if head and head.end() < len(text):
        text = text[head.end() :]
    for pattern in _SIGNATURES:
        text = pattern.sub("", text)
    return text.strip()


def _find(text: str) -> Iterator[Particular]:
    """Yield what was found in order of place, without overlaps."""
    found = [
        Particular(kind, match.start(), match.end(), instead)
        for kind, pattern, instead in _PATTERNS
        for match in pattern.finditer(text)
    ]
    found += _phones(text)
    end = 0
    for each in sorted(found, key=lambda p: (p.start, -p.end)):
        if each.start >= end:
            end = each.end
            yield each


def _phones(text: str) -> Iterator[Particular]:
    if sum(map(str.isdigit, text)) < 6:  # the search is slow, and few texts hold any number
        return
    for region in REGIONS:
        for match in phonenumbers.PhoneNumberMatcher(text, region):
            yield Particular("phone", match.start, match.end, "a phone number")
