"""Help lines by country and need: which there are, how to say them, and which are due for a check."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from listenwell.core.errors import UnknownNameError
from listenwell.core.roman import WRITTEN_AS, romanised
from listenwell.safety.countries import countries, country_named, emergency_numbers
from listenwell.safety.data import read_yaml

__all__ = [
    "FALLBACKS",
    "Line",
    "Need",
    "country_named",
    "due",
    "every_line",
    "is_sure",
    "known_contacts",
    "lines_for",
    "names_contact",
    "need_named",
    "spoken",
]  # fmt: skip

MOST_DAYS = 180
"""Days after which a checked entry is due again, unless the settings say otherwise."""
WAYS_SAID = 2
"""Lines that are said at once: more is a wall to someone in distress."""
SHORT_NOTE = 20
"""Characters of a note that are said too: "Scotland", "in French"."""


class Need(StrEnum):
    """What somebody may need a line for."""

    SUICIDE = "suicide"
    CRISIS = "crisis"
    ABUSE = "abuse"
    SEXUAL_VIOLENCE = "sexual_violence"
    YOUTH = "youth"
    LGBTQ = "lgbtq"
    VETERANS = "veterans"
    SUBSTANCE = "substance"
    EATING_DISORDER = "eating_disorder"
    ELDERLY = "elderly"
    PERINATAL = "perinatal"
    MEDICAL = "medical"


@dataclass(frozen=True, slots=True)
class Line:
    """One service that can be called or written to.

    Attributes:
        country: Where it answers; None for everywhere.
        call: Numbers to call, the usual one first.
        text: Number to text, with its keyword: "HOME to 741741".
        chat: Where to write, without "https://".
        hours: "24/7", or in words; None where they are not known.
        source: What the entry has to agree with: the operator's own page.
        date_checked: When a person last compared it with the source; None for never.
        verified: Whether it agreed.
    """

    service: str
    country: str | None
    needs: tuple[Need, ...]
    url: str
    source: str
    call: tuple[str, ...] = ()
    text: str | None = None
    whatsapp: str | None = None
    chat: str | None = None
    hours: str | None = None
    languages: tuple[str, ...] = ()
    note: str | None = None
    date_checked: date | None = None
    verified: bool = False


FALLBACKS = (
    Line(
        "Find A Helpline",
        None,
        (),
        "https://findahelpline.com",
        "https://findahelpline.com",
        chat="findahelpline.com",
        note="lines all over the world",
    ),
    Line(
        "IASP directory of crisis centres",
        None,
        (),
        "https://www.iasp.info/crisis-centres-helplines/",
        "https://www.iasp.info",
        chat="iasp.info/crisis-centres-helplines",
        note="lines all over the world",
    ),
)
"""Directories of the whole world: what is left where no line is known, or where one may be wrong."""

_INSTEAD = {
    "self_harm": Need.SUICIDE,
    "overdose": Need.MEDICAL,
    "psychosis": Need.CRISIS,
    "harm_to_others": Need.CRISIS,
}
"""Kinds of danger that have no lines of their own name."""


def lines_for(country: str | None, need: str) -> tuple[Line, ...]:
    """Return the lines of a country for a need, the best first.

    Never empty and never an error, because someone in danger may be waiting: where a country has
    no line for the need, its crisis lines stand in, and where it has none, the world's directories.

    Args:
        country: A code of two letters, chosen by the person; None when they have not.
        need: A `Need`, or a kind of danger as the screen names it.
    """
    wanted = _INSTEAD.get(need, need)
    known = _lines_of((country or "").upper())
    for tried in (wanted, Need.SUICIDE, Need.CRISIS):
        found = [line for line in known if tried in line.needs]
        if found:
            return tuple(sorted(found, key=lambda line: line.needs.index(Need(tried))))
    return FALLBACKS


def has_line(country: str | None, need: str) -> bool:
    """Whether a country has a line of its own for a need."""
    return any(need in line.needs for line in _lines_of((country or "").upper()))


def spoken(
    lines: Sequence[Line],
    language: str = "en",
    country: str | None = None,
    most_days: int = MOST_DAYS,
) -> str:
    """Return one or two sentences that say how to reach the first lines.

    Beside an entry that nobody has verified, or not lately, stand the world's directory and the
    emergency number.

    Args:
        lines: What `lines_for` found.
        language: Of the sentence, two letters, or "hi-Latn"; English where it is not known.
        country: Where the person is, for the emergency number where there are no lines.
        most_days: After which an entry was not verified lately.
    """
    if language in WRITTEN_AS:
        return romanised(spoken(lines, WRITTEN_AS[language], country, most_days))
    words = _words().get(language[:2].lower(), _words()["en"])
    own = sorted(
        (line for line in lines if line.country),
        key=lambda line: language[:2].lower() not in line.languages,
    )
    country = own[0].country if own else country
    number = " / ".join(emergency_numbers(country)) or words["emergency"]
    if not own:
        return raised(words["nowhere"].format(emergency=number))
    chosen = _with_a_written_way(own)
    stop = words.get("stop", ". ")
    said = raised(words["or"].join(_way(line, words) for line in chosen)) + stop
    if all(is_sure(line, date.today(), most_days) for line in chosen):
        return said.strip()
    return said + raised(words["fallback"].format(emergency=number))


def is_sure(line: Line, today: date, most_days: int = MOST_DAYS) -> bool:
    """Whether a person verified an entry, and lately enough."""
    if not line.verified or line.date_checked is None:
        return False
    return (today - line.date_checked).days <= most_days


def due(today: date, most_days: int = MOST_DAYS) -> tuple[Line, ...]:
    """Return every entry that has to be checked: never verified, or too long ago."""
    return tuple(line for line in every_line() if not is_sure(line, today, most_days))


def every_line() -> Iterator[Line]:
    """Yield all lines, country by country."""
    for code in countries():
        yield from _lines_of(code)


def need_named(text: str) -> Need:
    """Return the need of a name.

    Raises:
        UnknownNameError: There is no such need.
    """
    name = text.strip().lower().replace("-", "_").replace(" ", "_").replace("+", "")
    if name not in list(Need):
        raise UnknownNameError.build("need", text, [str(known) for known in Need])
    return Need(name)


@lru_cache(maxsize=1)
def known_contacts() -> frozenset[str]:
    """Return every number (digits only) and host of the directory: what a reply may hold."""
    found = {number for country in countries().values() for number in country.emergency}
    for line in (*every_line(), *FALLBACKS):
        found |= {host(url) for url in (line.url, line.source, line.chat) if url}
        for number in (*line.call, line.text, line.whatsapp):
            found |= _digits(number or "")
    return frozenset(found)


def names_contact(text: str) -> bool:
    """Whether a text holds a number or an address of the directory."""
    numbers = {re.sub(r"\D", "", number) for number in _NUMBER.findall(text)}
    hosts = {host(address) for address in _ADDRESS.findall(text.lower())}
    return bool((numbers | hosts) & known_contacts())


def host(address: str) -> str:
    """Return the host of an address, without "www."."""
    url = address if "//" in address else f"//{address}"
    return (urlsplit(url).hostname or "").removeprefix("www.")


_NUMBER = re.compile(r"\d+(?:[ .-]\d+)*")
_ADDRESS = re.compile(r"(?<![a-z0-9-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+")
_KEYWORD = re.compile(r"(?P<word>\w+) to (?P<number>[\d -]+)")


def _digits(number: str) -> set[str]:
    """Return a number as people may write it: whole, without an area code, without the leading 1."""
    dialled = number.partition(",")[0]
    whole = re.sub(r"\D", "", dialled)
    found = {whole, *(re.sub(r"\D", "", part) for part in re.split(r"[()]", dialled))}
    if len(whole) == 11 and whole.startswith("1"):
        found.add(whole[1:])
    return found - {""}


@lru_cache(maxsize=256)
def _lines_of(code: str) -> tuple[Line, ...]:
    if code not in countries():
        return ()
    name = f"{code}.yaml"
    if not files("listenwell.safety").joinpath("helplines", name).is_file():
        return ()
    return tuple(_line(code, row) for row in read_yaml(f"helplines/{name}"))


def _line(country: str, row: dict[str, Any]) -> Line:
    needs = tuple(Need(need) for need in row["needs"])
    lists = {name: tuple(row.get(name, ())) for name in ("call", "languages")}
    return Line(**{**row, **lists, "needs": needs, "country": country})


def _with_a_written_way(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines to say: the first, and where it takes only calls, one that can be written to."""
    first, *rest = lines
    rest = [line for line in rest if line.needs[0] == first.needs[0]]
    if not first.text:
        rest.sort(key=lambda line: not line.text)
    return [first, *rest][:WAYS_SAID]


def _way(line: Line, words: dict[str, str]) -> str:
    if line.text and line.call and line.text == line.call[0]:
        way = words["call_or_text"].format(call=line.call[0])
    else:
        ways = [_said(words, "call", line.call[0] if line.call else None)]
        ways.append(_said(words, "text", _keyword(line.text, words)))
        if not line.call and not line.text:
            ways += [_said(words, name, getattr(line, name)) for name in ("whatsapp", "chat")]
        way = words["or"].join(filter(None, ways))
    about = [line.service]
    if line.note and len(line.note) <= SHORT_NOTE and words is _words()["en"]:
        about.append(line.note)
    if line.hours == "24/7":
        about.append(words["any_hour"])
    return f"{way} ({words.get('comma', ', ').join(about)})"


def _said(words: dict[str, str], way: str, contact: str | None) -> str:
    return words[way].format(**{way: contact}) if contact else ""


def _keyword(text: str | None, words: dict[str, str]) -> str | None:
    found = _KEYWORD.fullmatch(text or "")
    return words["keyword"].format(**found.groupdict()) if found else text


def raised(text: str) -> str:
    """Return a text with a capital first; the name of a site stays as it is."""
    return text if text.startswith("findahelpline") else text[:1].upper() + text[1:]


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = read_yaml("helplines/words.yaml")
    return found
