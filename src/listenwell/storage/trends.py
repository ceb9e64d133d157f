"""How moods went over the weeks: a table for a terminal and a picture, both without judgement."""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from statistics import fmean

from listenwell.storage.dates import Say, named
from listenwell.storage.entries import HIGHEST, LOWEST, Entry

BARS = "▁▂▃▄▅▆▇█"
NOTHING = "·"
COLUMNS = "Mon Tue Wed Thu Fri Sat Sun mean"
LABEL = "Mood by day, 1 to 10, {weeks} weeks"
A_HALF = "0.5"
"""Tells what stands between a number and its tenths."""


def by_day(moods: Sequence[Entry]) -> dict[date, float]:
    """Return each day's mean mood, days as they were where the machine is."""
    scores: dict[date, list[int]] = defaultdict(list)
    for mood in moods:
        if mood.score is not None:
            scores[mood.at.astimezone().date()].append(mood.score)
    return {day: fmean(found) for day, found in scores.items()}


def table(moods: Sequence[Entry], until: date, weeks: int = 6, say: Say = str) -> str:
    """Return the last weeks as lines of text, the newest last: a number and a bar for each day."""
    days = by_day(moods)
    monday = until - timedelta(days=until.weekday())
    *names, mean = say(COLUMNS).split()
    rows = [" " * 10 + "".join(_right(name, 5) for name in names) + _right(mean, 8)]
    starts = [monday - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]
    began = min(days, default=until)
    for start in starts:
        if start + timedelta(days=6) < began:
            continue  # weeks before the first check-in
        found = [days.get(start + timedelta(days=n)) for n in range(7)]
        rows.append(_row(_right(named(start, say), 10), found, say(A_HALF)[1]))
    return "\n".join(rows)


def picture(moods: Sequence[Entry], until: date, weeks: int = 6, say: Say = str) -> str:
    """Return the last weeks as an SVG; a day without a check-in leaves a gap."""
    days = by_day(moods)
    first = until - timedelta(days=until.weekday() + 7 * (weeks - 1))
    points = [
        (n, score)
        for n in range(7 * weeks)
        if (score := days.get(first + timedelta(days=n))) is not None
    ]
    at = {n: f"{40 + 12 * n},{200 - 18 * score:.1f}" for n, score in points}
    lines = "".join(f'<polyline points="{at[n]} {at[n + 1]}"/>' for n, _ in points if n + 1 in at)
    dots = "".join(f'<circle r="3" transform="translate({place})"/>' for place in at.values())
    marks = "".join(
        f'<text x="8" y="{204 - 18 * score}">{score}</text>' for score in (LOWEST, 5, HIGHEST)
    )
    dates = "".join(
        f'<text x="{36 + 84 * week}" y="218">{named(first + timedelta(weeks=week), say)}</text>'
        for week in range(weeks)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {60 + 84 * weeks} 226" role="img" '
        f'aria-label="{say(LABEL).format(weeks=weeks)}" font-family="sans-serif" font-size="11">'
        f'<g fill="#444">{marks}{dates}</g><g fill="none" stroke="#2a6f6f" stroke-width="2">{lines}'
        f'</g><g fill="#2a6f6f">{dots}</g></svg>\n'
    )


def _right(text: str, width: int) -> str:
    """Return a text at the right of a column; signs that stand on a letter take no room."""
    shown = sum(unicodedata.category(sign) != "Mn" for sign in text)
    return " " * (width - shown) + text


def _row(label: str, found: list[float | None], mark: str) -> str:
    cells = "".join(f"{NOTHING if score is None else f'{score:.3g}':>5}" for score in found)
    bars = "".join(" " if score is None else _bar(score) for score in found)
    known = [score for score in found if score is not None]
    mean = f"{fmean(known):8.1f}" if known else f"{NOTHING:>8}"
    return f"{label}{f'{cells}{mean}'.replace('.', mark)}   {bars}".rstrip()


def _bar(score: float) -> str:
    share = (score - LOWEST) / (HIGHEST - LOWEST)
    return BARS[round(share * (len(BARS) - 1))]
