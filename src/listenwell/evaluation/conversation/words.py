"""What the checks listen for: word lists and patterns, read once from `words.yaml`."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from statistics import fmean
from typing import Any

import yaml

STOCK = 5
"""Conversations from which a sentence used in all of them is stock."""

_BETWEEN = re.compile(r"(?<=[.!?…])\s+")


@cache
def _content() -> dict[str, Any]:
    source = files("listenwell.evaluation.conversation").joinpath("words.yaml")
    content: dict[str, Any] = yaml.safe_load(source.read_text(encoding="utf-8"))
    return content


def plain(text: str) -> str:
    """Return a text with straight apostrophes and single spaces."""
    return " ".join(text.replace("’", "'").replace("‘", "'").split())


def find(words: Iterable[str], text: str) -> str:
    """Return the first of some words that a text has, as written there, or an empty string.

    A star at a word's end stands for the rest of it: "fail*" finds "failed".
    """
    match = _compiled(tuple(words)).search(plain(text))
    return match[0] if match else ""


@cache
def _compiled(words: tuple[str, ...]) -> re.Pattern[str]:
    parts = (re.escape(plain(word)).replace(r"\*", r"\w*") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


def listed(name: str) -> tuple[str, ...]:
    """Return one of the lists of words."""
    return tuple(_content()[name])


def naming(feeling: str) -> tuple[str, ...]:
    """Return the words that name a feeling."""
    return tuple(_content()["feelings"][feeling])


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Return one of the patterns."""
    return re.compile(_content()["patterns"][name], re.IGNORECASE)


def matched(name: str, text: str) -> str:
    """Return what a pattern finds in a text, or an empty string."""
    match = pattern(name).search(plain(text))
    return match[0].strip() if match else ""


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return _BETWEEN.split(plain(text))


def is_generic(text: str) -> bool:
    """Whether a reply says nothing but what fits any message."""
    return _is_all(text, "generic", "minimal")


def is_minimal(text: str) -> bool:
    """Whether a reply is only a sign of listening, such as "I'm with you."."""
    return _is_all(text, "minimal")


def _is_all(text: str, *names: str) -> bool:
    said = [sentence.strip(" .!?…,") for sentence in sentences(text)]
    return all(any(pattern(name).fullmatch(one) for name in names) for one in said)


def stock_share(conversations: Sequence[Sequence[str]]) -> float:
    """Return the share of replies of which every sentence is used in five conversations or more.

    It shows what fits anything without a list of what that might be.
    """
    heard = Counter(
        sentence
        for replies in conversations
        for sentence in {s.casefold() for reply in replies for s in sentences(reply)}
    )
    return fmean(
        all(heard[s.casefold()] >= STOCK for s in sentences(reply))
        for replies in conversations
        for reply in replies
    )


def count(text: str) -> int:
    """Return the number of words."""
    return len(text.split())


def questions(text: str) -> int:
    """Return how many questions a text asks."""
    return len(re.findall(r"\?+", text))
