"""Disclosure duties by jurisdiction, and the strictest of several."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from listenwell.safety.data import read_yaml


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """What one law asks for; None where it sets no such duty.

    Attributes:
        law: Its name, and where it stands.
        at_start: People are told before they begin that this is an AI.
        days_away: They are told again when they come back after as many days.
        every_hours: They are told again as often while they go on.
        minors_every_hours: The same for people known to be minors.
        emotion_notice: Emotion reading has to be announced, or may not be done unannounced.
    """

    name: str
    law: str
    at_start: bool
    days_away: float | None
    every_hours: float | None
    minors_every_hours: float | None
    emotion_notice: bool


@lru_cache(maxsize=1)
def jurisdictions() -> dict[str, Jurisdiction]:
    """Return every jurisdiction that is known, by its name in the settings."""
    return {name: Jurisdiction(**row) for name, row in read_yaml("disclosures.yaml").items()}


def strictest(values: Iterable[float | None]) -> float | None:
    """Return the shortest of some intervals; None where none is set."""
    return min((value for value in values if value is not None), default=None)
