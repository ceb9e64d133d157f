"""Days and moments as people write them, in the language that the caller says them in."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeAlias

Say: TypeAlias = Callable[[str], str]
"""Returns an English text in the person's language."""

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
DAY = "{day} {month}"
MOMENT = "{day} {month} {year}, {time}"


def named(day: date, say: Say = str) -> str:
    """Return a day of this year.

    Example:
        >>> named(date(2026, 11, 27))
        '27 Nov'
    """
    return say(DAY).format(day=day.day, month=_month(day, say))


def moment(at: datetime, say: Say = str) -> str:
    """Return when something was, as it was here."""
    here = at.astimezone()
    month, time = _month(here, say), f"{here:%H:%M}"
    return say(MOMENT).format(day=here.day, month=month, year=here.year, time=time)


def _month(day: date, say: Say) -> str:
    return say(MONTHS).split()[day.month - 1]
