"""What the crisis dialogue tells of the directory of lines: a sentence with a line, a number."""

import re
from dataclasses import replace
from functools import lru_cache, partial

from listenwell.safety.countries import country_named, emergency_numbers, police_number
from listenwell.safety.helplines import MOST_DAYS, Need, lines_for, spoken
from listenwell.safety.talk.words import Words

_PLACED = re.compile(
    r"\b(i'?m|i am|i live|live|living|here) (in|from) |\b(vivo|estoy) en |\bj'habite |"
    r"\bje suis (en|au) |\bich (bin|lebe|wohne) in |\b(moro|estou) n|"
    r"\b(vivo|abito|sono|sto) (in|negli|nei) |\bя (живу )?(в|из) |我(人|现在)?(住)?在|(أعيش|اعيش|ساكنة?|انا|أنا) (في|ب)",
)
_BARE = re.compile(
    r"\W*(?!us\b)(?:uk|[^\W\x00-\x7f]{2}|[\w.]{3,}( [\w.]+)?|[\w.]+ [\w.]+)\W*", re.IGNORECASE
)
"""Nothing but a name. Two letters alone are a word of the net's more often than a country's code."""
MOST_WORDS = 36
"""Words of a sentence with two lines; of a longer one, the first line alone is said."""


@lru_cache(maxsize=4096)
def country_in(text: str, *, asked: bool) -> str | None:
    """Return the country that somebody says they are in.

    Args:
        text: What they wrote.
        asked: Whether they were asked for it just before; else only a bare name or "I'm in …"
            counts, because a friend may be in another country.
    """
    plain = text.casefold().replace("’", "'")
    if asked or _BARE.fullmatch(plain) or _PLACED.search(plain):
        return country_named(text)
    return None


def line(
    country: str | None,
    need: str,
    words: Words,
    *,
    written: bool = False,
    most_days: int = MOST_DAYS,
) -> str:
    """Return a sentence or two with lines for a need.

    Args:
        country: Two letters; None where it is not known.
        need: As `lines_for` takes it.
        words: Of the language to say it in.
        written: Only ways without a voice, for somebody who cannot call.
        most_days: As `spoken` takes it.
    """
    if country is None:
        return words.contacts.get(f"{need}_nowhere", words.contacts["nowhere"])
    lines = lines_for(country, need)
    if written:
        silent = (
            one
            for one in lines
            if (one.text or one.chat or one.whatsapp)
            and (need not in {Need.ABUSE, Need.SEXUAL_VIOLENCE} or one.needs[0] is not Need.YOUTH)
        )  # a child's line is no grown-up's
        lines = tuple(replace(one, call=()) for one in silent)
        if not lines:
            return words.contacts["chats"]
    say = partial(spoken, language=words.language, country=country, most_days=most_days)
    said = say(lines)
    return said if len(said.split()) <= MOST_WORDS else say(lines[:1])


def card(country: str | None, words: Words, most_days: int = MOST_DAYS) -> str:
    """Return a country's lines and emergency number, of all countries where it is not known."""
    everywhere = words.contacts["card"]
    if country is None:
        return everywhere
    said = spoken(lines_for(country, Need.SUICIDE), words.language, country, most_days)
    if any(number in said for number in emergency_numbers(country)):
        return said
    return f"{said}\n{everywhere.splitlines()[-1]}"  # which ends with immediate danger


def emergency(country: str | None, words: Words, *, violence: bool = False) -> str:
    """Return the emergency number, as it stands in a sentence; of the police where another is the danger."""
    police = police_number(country) if violence else ""
    numbers = (police,) if police else emergency_numbers(country)
    return words.contacts["number"].format(numbers[0]) if numbers else words.contacts["emergency"]
