"""The age gate: one question, the answer kept as a band of ages and never as an age or a birth date."""

import re
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from listenwell.core.home import home
from listenwell.safety.helplines import MOST_DAYS, lines_for, spoken

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

_UNITS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
_NUMBERS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
"""English numbers from ten; smaller ones are too often no number at all, as in "no one"."""
_IN_WORDS = re.compile(rf"\b({'|'.join(_NUMBERS)})(?:[ -]({'|'.join(_UNITS)}))?\b")


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


# What stands around the one number of an answer, in the languages that are spoken here.
_ANSWER = re.compile(r"\D{0,24}?(\d{1,3})\b\D{0,24}")
_BELOW = _any(
    r"\b(?:under|below|less than|younger than)(?: the age of)? \d|\bu-?\d|<\s?\d",
    r"\d (?:and|or) (?:under|younger|below)\b",
    r"\bnot (?:yet|quite) (?:\w+ )?\d|(?:\bnot|n't) (?:\w+ )?\d.*\byet\b|\d,? not yet\b",
    r"\b(?:unter|jünger als|weniger als|noch (?:nicht|keine)) \d",
    r"\b(?:menos de|menor (?:de|que)|más joven que|mais novo que) \d",
    r"\b(?:a[uú]n|todav[ií]a) no\b|\bainda n[aã]o\b|\bpas encore\b",
    r"\b(?:moins de|plus jeune que) \d",
    r"\d (?:saal )?se (?:kam|chh?ot[aie])\b|\babhi\b.*\bnah[ie]n?\b",
    r"\d (?:साल )?से (?:कम|छोट)|अभी.*नह",
)
_ABOVE = _any(
    r"\b(?:over|above|more than|older than|at least)(?: the age of)? \d|[>+]\s?\d|\d\s?\+",
    r"\d (?:and|or) (?:over|older|above|up)\b|\d plus\b",
    r"\b(?:über|älter als|mehr als|mindestens) \d",
    r"\b(?:m[aá]s de|mayor (?:de|que)|al menos|mais de|maior de|pelo menos|plus de|au moins) \d",
    r"\d (?:saal )?se (?:z[iy]+[aā]da|jyada|upar|bad[aie])\b|\d (?:साल )?से (?:ज|ऊपर|अधिक|बड)",
)
_SOON = _any(
    r"(?:\balmost|\bnearly|\bturning|\babout to (?:be|turn)|\bwill be|\bgonna be|\bgoing to be|'ll be)\b.*\d",
    r"^(?!.*\bturned\b).*\d(?: years old)? (?:in|next|soon|tomorrow)\b",
    r"\b(?:fast|bald|beinahe) \d|\b(?:casi|quase|presque|bientôt)\b",
)
_NO_AGE = _any(
    r"(?:^[-−–] ?| [-−–])\d",  # "-5"
    r"\b(?:won'?t|refuse|tell|telling|guess|never)\b",
    r"(?:\bnot|n't) (?:even |really |actually |a day |over |under |older than |younger than )*\d"
    r"(?!.*\byet\b)",
    r"(?<!noch )\bnicht \d|(?<!n )(?<!a )\bno tengo \d|(?<!ainda )\bn[aã]o tenho \d|\bn'ai pas \d",
    # What is had and counted is no age; but "I have 17 years" is one.
    r"\b(?:have|has|had|got|tengo|j'ai|tenho|habe?)(?: (?:got|only|just|about))? \d+ "
    r"(?!years?\b(?! ago)|yrs?\b|a[nñ]os\b|ans\b|(?:and|y|et|e|now|ya|já|but|pero)\b)\w",
    r"\bmy \d|\d year olds\b|\d ?(?:kids?|child|babies|sons?\b|daughter|sibling|brother|sister|dogs?\b|cats?\b|pets?\b)",
    r"\d ?(?:kinder|hij[oa]s|filh[oa]s|enfants|bach?che|बच्च)",
    r"\d (?:hours?|days?|weeks?|months?|times|years? ago)\b|\b(?:mother|father|mum|mom|dad) (?:of|to)\b",
    r"\b(?:he|she|they)(?:'s|'re| is| are) .*\d",
    r"\b(?:my|our) (?:\w+ )?(?:son|daughter|kid|child|baby|brother|sister|mum|mom|dad|friend)s?\b.*\d",
)
"""An answer with a number in it that is not how old the person is; it is asked about again."""


class AgeBand(StrEnum):
    """As much of an age as is kept."""

    ADULT = "adult"
    MINOR = "minor"
    TOO_YOUNG = "too-young"


def read_age(text: str) -> int | None:
    """Return the age that an answer gives, or None when it gives none that a person can have.

    Somebody who says only that they are below an age, or not there yet, is read as a year below it.

    Example:
        >>> read_age("I'm 17 and a half"), read_age("under 18"), read_age("I have 2 kids")
        (17, 17, None)
    """
    answer = _plain(text)
    found = _ANSWER.fullmatch(answer)
    age = int(found[1]) if found else 0
    if not 0 < age <= OLDEST or _NO_AGE.search(answer):
        return None
    return _meant(age, answer) or None


def _plain(text: str) -> str:
    answer = " ".join(text.casefold().replace("’", "'").split())
    return _IN_WORDS.sub(lambda m: str(_NUMBERS[m[1]] + _UNITS.get(m[2] or "", 0)), answer)


def _meant(age: int, answer: str) -> int | None:
    # A bound tells the band only where all ages beyond it are of one: "under 30" and "over 5" do not.
    if _BELOW.search(answer):
        return age - 1 if age <= OF_AGE else None
    if _ABOVE.search(answer):
        return age if age >= OF_AGE else None
    return age - 1 if _SOON.search(answer) else age


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
    helplines_days: int = MOST_DAYS,
) -> str:
    """Return the words for somebody under the minimum age, with lines for young people.

    Args:
        minimum: The age.
        country: Where the person is, None where that is not known.
        language: Of the lines, two letters.
        say: Returns an English text in that language.
        helplines_days: Days after which a help line that was checked is due again.
    """
    lines = spoken(lines_for(country, "youth"), language, country, helplines_days)
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
