"""The age gate: one question, the answer kept as a band of ages and never as an age or a birth date."""

import re
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from listenwell.core.home import home
from listenwell.safety.helplines import lines_for, spoken

OF_AGE = 18
OLDEST = 120
QUESTION = (
    "Before we start: how old are you? (Only whether you're old enough is kept, not your age.)"
)
AGAIN = "A number is enough, like 24. Or /quit to leave."
TOO_YOUNG = (
    "Thank you for telling me. I'm made for people of {minimum} and older, so I'm not the right one "
    "to talk with, and that's nothing about you. There are people who are glad to listen to someone "
    "your age, and you don't need a big reason:"
)
ASK_AGAIN_AFTER = 365 * 24 * 3600
"""Seconds after which a kept band is asked anew, because people grow older."""


class AgeBand(StrEnum):
    """As much of an age as is kept."""

    ADULT = "adult"
    MINOR = "minor"
    TOO_YOUNG = "too-young"


def read_age(text: str) -> int | None:
    """Return the age that an answer gives, or None when it gives none that a person can have."""
    found = re.fullmatch(r"\D{0,20}?(\d{1,3})\b\D{0,20}", text.strip())
    age = int(found[1]) if found else 0
    return age if 0 < age <= OLDEST else None


def band_of(age: int, minimum: int) -> AgeBand:
    """Return the band of an age; the age itself can then be forgotten."""
    if age < minimum:
        return AgeBand.TOO_YOUNG
    return AgeBand.ADULT if age >= OF_AGE else AgeBand.MINOR


def too_young(
    minimum: int,
    country: str | None,
    language: str = "en",
    say: Callable[[str], str] = str,
) -> str:
    """Return the words for somebody under the minimum age, with lines for young people.

    Args:
        minimum: The age.
        country: Where the person is, None where that is not known.
        language: Of the lines, two letters.
        say: Returns an English text in that language.
    """
    lines = spoken(lines_for(country, "youth"), language)
    return f"{say(TOO_YOUNG).format(minimum=minimum)}\n\n{lines}"


def kept_band() -> AgeBand | None:
    """Return the band kept on this machine; None where nothing is, or it is over a year old."""
    path = _file()
    try:
        if time.time() - path.stat().st_mtime > ASK_AGAIN_AFTER:
            return None
        return AgeBand(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None


def keep_band(band: AgeBand) -> None:
    """Keep a band for this person on this machine, so that nobody is asked twice."""
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{band}\n", encoding="utf-8")


def _file() -> Path:
    return home() / "age-band"
