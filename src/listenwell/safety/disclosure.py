"""What people are told about what they are talking to, and when they are told again."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from listenwell.core.spelling import fold, spaced
from listenwell.safety.data import read_yaml
from listenwell.safety.jurisdictions import Jurisdiction, jurisdictions, strictest
from listenwell.safety.settings import Settings

START = (
    "You're talking with Listenwell, an AI. It listens and supports; it is not a person, it can't "
    "take the place of one, and it can be wrong. It may not suit everyone under 18."
)
EMOTIONS = "It reads how you seem to feel, to answer better; you can switch that off."
PRIVATE = "Everything stays on this machine."
REMOTE = "What you write goes to the machine that runs this page, and is not kept there."
"""Told in place of "everything stays on this machine" where other machines can reach the page."""
HERE = "To answer you, it gives what you write to another program on this computer."
SENT = (
    "To answer you, it sends what you write to {host}. If it sees that a life may be in danger, it "
    "answers by itself and sends nothing."
)
RETURN = "Good to have you back. As before: I'm Listenwell, an AI, not a person."
REPEAT = "You've been here a while, so once more: I'm an AI, not a person."
BREAK = (
    "You've been here a while, so once more: I'm an AI, not a person. This could be a good moment "
    "for a break. You can come back any time."
)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a person's words go so that they can be answered.

    Attributes:
        host: The address of the program that writes the replies, without a path.
        on_this_machine: Whether that is the computer that this program runs on.
    """

    host: str
    on_this_machine: bool


def at_the_start(*, reads_emotions: bool, destination: Destination | None = None) -> str:
    """Return what people are told before they write anything."""
    told = [START, EMOTIONS if reads_emotions else "", sent_to(destination)]
    return " ".join(filter(None, told))


def sent_to(destination: Destination | None) -> str:
    """Return who gets the person's words; nothing where they stay in this program."""
    if destination is None:
        return ""
    return HERE if destination.on_this_machine else SENT.format(host=destination.host)


def privacy(destination: Destination | None = None, *, local: bool = True) -> str:
    """Return what becomes of a person's words.

    Args:
        destination: Where they go to be answered.
        local: Whether the person sits at the machine that this program runs on.
    """
    if local:
        return sent_to(destination) or PRIVATE
    if destination is None or destination.on_this_machine:
        return REMOTE
    return f"{REMOTE} {sent_to(destination)}"


class Reason(StrEnum):
    """Why something has to be said now."""

    START = "start"
    RETURN = "return"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Something that has to be said, and why now."""

    reason: Reason
    text: str


@dataclass(frozen=True, slots=True)
class Times:
    """What of a conversation's course decides whether something has to be said.

    Attributes:
        told: When the person was last told that this is an AI; None for never.
        spoke: When they last wrote; None for never.
        minor: Whether they are known to be under 18.
    """

    told: datetime | None = None
    spoke: datetime | None = None
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """When something has to be said; None for never."""

    days_away: float | None
    every_hours: float | None
    minors_every_hours: float | None


def rules_of(settings: Settings) -> Rules:
    """Return the strictest rules of the jurisdictions that hold; settings can only shorten them."""
    known = jurisdictions()
    held = [known[name] for name in settings.jurisdictions or known]
    hours = strictest([settings.every_hours, *_each(held, "every_hours")])
    minors = [settings.minors_every_hours, *_each(held, "minors_every_hours"), hours]
    return Rules(
        strictest([settings.days_away, *_each(held, "days_away")]), hours, strictest(minors)
    )


def due(
    times: Times,
    settings: Settings,
    now: datetime,
    *,
    reads_emotions: bool = False,
    destination: Destination | None = None,
) -> Disclosure | None:
    """Return what has to be said before the next reply, or None.

    Args:
        times: The conversation's course so far.
        settings: Whose rules hold, and what the operator made shorter.
        now: The time; aware or naive like those of `times`.
        reads_emotions: Whether feelings are read, which belongs to what is said at the start.
        destination: Where the person's words go, which belongs there too.
    """
    rules = rules_of(settings)
    if times.told is None:
        told = at_the_start(reads_emotions=reads_emotions, destination=destination)
        return Disclosure(Reason.START, told)
    if times.spoke and _passed(now - times.spoke, rules.days_away, "days"):
        again = [RETURN, EMOTIONS if reads_emotions else "", sent_to(destination)]
        return Disclosure(Reason.RETURN, " ".join(filter(None, again)))
    hours = rules.minors_every_hours if times.minor else rules.every_hours
    if _passed(now - times.told, hours, "hours"):
        return Disclosure(Reason.REPEAT, BREAK if times.minor else REPEAT)
    return None


def _each(held: Iterable[Jurisdiction], field: str) -> list[float | None]:
    return [getattr(jurisdiction, field) for jurisdiction in held]


def _passed(since: timedelta, most: float | None, unit: str) -> bool:
    return most is not None and since >= timedelta(**{unit: most})


ANSWERS = (
    "I'm an AI called Listenwell, so there's no person on this side. I can still listen, for as "
    "long as you like. What were you hoping I'd be?",
    "No, I'm not a person. I'm a program that was taught to listen. What you say here still gets "
    "my whole attention.",
    "I'm software, not a human being. If you'd rather talk to a person, that makes sense, and I can "
    "show you where to find one.",
)


_SENTENCE = re.compile(r"[^.!?…;:।。！？؟\n]+[.!?…;:।。！？؟]*")
_NAME = re.compile(r"<([a-z]+)>")
_UNHEARD = re.compile("[\u0640\u064b-\u0655\u0670]")
"""Vowel signs and hamzas of Arabic, which people leave out."""
LONGEST = 4000
"""Characters of a message, from its end, in which a question is looked for."""


def asked_in(text: str) -> str:
    """Return the language in which somebody asks if they are talking to a machine, "" where none does.

    Example:
        >>> asked_in("Es-tu un robot ?")
        'fr'
    """
    said = [_plain(sentence) for sentence in _SENTENCE.findall(text[-LONGEST:])]
    return next((code for code, asks in _asks().items() if any(map(asks.search, said))), "")


def answers_in(code: str) -> tuple[str, ...]:
    """Return what whoever asks is told, in English where a language has no words for it."""
    return tuple(_kept().get(code, {}).get("answers", ANSWERS))


@lru_cache(maxsize=1)
def _kept() -> Mapping[str, Mapping[str, Any]]:
    kept: Mapping[str, Mapping[str, Any]] = read_yaml("asks.yaml")
    return kept


@lru_cache(maxsize=1)
def _asks() -> Mapping[str, re.Pattern[str]]:
    return {code: _asking(told["words"], told["asks"]) for code, told in _kept().items()}


def _asking(words: Mapping[str, str], asks: Iterable[str]) -> re.Pattern[str]:
    pattern = "|".join(asks)
    while _NAME.search(pattern):  # a list may name another
        pattern = _NAME.sub(lambda match: f"(?:{words[match[1]]})", pattern)
    return re.compile(_bare(pattern))


def _plain(sentence: str) -> str:
    words = _bare(spaced(re.sub("[，、،؟]", " ", sentence))).rstrip()
    return f"{words} ? " if re.search("[?？؟]", sentence) else f"{words} "


def _bare(text: str) -> str:
    return _UNHEARD.sub("", fold(text))
