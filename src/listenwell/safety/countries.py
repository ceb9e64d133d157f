"""Countries: how people name them, and their emergency numbers. Never guessed from an address."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from listenwell.core.errors import UnknownNameError
from listenwell.safety.data import read_yaml


@dataclass(frozen=True, slots=True)
class Country:
    """A country that can be chosen.

    Attributes:
        code: Two letters (ISO 3166).
        emergency: Its emergency numbers, the one to say first; empty where none is known for sure.
        names: How people write it, in lower case and in several languages.
        ambiguous: Names that mean other things too (a person called Chad).
        police: The number of the police, where the first emergency number is an ambulance's alone.
    """

    code: str
    name: str
    emergency: tuple[str, ...]
    names: frozenset[str]
    ambiguous: frozenset[str] = frozenset()
    police: str = ""


@lru_cache(maxsize=1)
def countries() -> dict[str, Country]:
    """Return every country by its code."""
    more = read_yaml("helplines/names.yaml")
    return {
        code: Country(
            code,
            row["name"],
            tuple(row["emergency"]),
            frozenset([*row.get("names", ()), *more.get(code, {}).get("names", ())]),
            frozenset([*row.get("ambiguous", ()), *more.get(code, {}).get("ambiguous", ())]),
            str(row.get("police", "")),
        )
        for code, row in read_yaml("helplines/countries.yaml").items()
    }


def emergency_numbers(country: str | None) -> tuple[str, ...]:
    """Return a country's emergency numbers, the one to say first; empty where none is known."""
    found = countries().get((country or "").upper())
    return found.emergency if found else ()


def police_number(country: str | None) -> str:
    """Return the number for somebody in danger from another; "" where it is the emergency number."""
    found = countries().get((country or "").upper())
    return found.police if found else ""


def country_code(text: str) -> str:
    """Return the code of a country that a setting or an option names.

    Raises:
        UnknownNameError: There is no such country in the directory.
    """
    code = text.strip().upper()
    names = {country.name.upper(): country.code for country in countries().values()}
    found = code if code in countries() else names.get(code) or country_named(text)
    if found is None:
        raise UnknownNameError.build("country", text, [c.name for c in countries().values()])
    return found


def country_named(text: str) -> str | None:
    """Return the code of the country in which somebody says they are, or None.

    Reads a bare answer ("uk", "Deutschland", "IE") and a sentence ("I'm in Ireland"). Of two
    countries, the one where the person is now counts; what stays unclear is None.
    """
    text = text[:MOST_READ]
    said = _plain(text)
    bare = re.sub(r"^(the|in|from|to|en|au|aux|in the|in den|in der|in die) ", "", said)
    if bare in _by_name():
        return _by_name()[bare]
    if len(said) == 2 and said not in _WORDS and said.upper() in countries():
        return said.upper()
    return _in_sentence(text, said)


_WORDS = frozenset(["ad", "ah", "al", "am", "as", "at", "be", "bf", "bj", "by", "cm", "co", "de", "do", "ed", "eh", "el", "en", "es", "et", "gf", "gg", "gm", "hi", "id", "in", "is", "it", "la", "ma", "me", "mh", "mm", "my", "na", "ne", "no", "np", "ok", "om", "or", "pa", "pm", "se", "si", "so", "to", "tu", "ye"])  # fmt: skip
"""Words that look like a country's code: nobody who answers "no" is in Norway."""
_PREPOSITIONS = (
    "in|en|em|au|aux|no|na|w|v|в|negli|nei|في",
    "to|nach|à",
    "from|aus|de|из",
)
"""Words of place, strongest first: where someone is, went to, comes from."""


def _in_sentence(text: str, said: str) -> str | None:
    for prepositions in _PREPOSITIONS:
        found = {
            _by_name()[match["name"]]
            for match in _placed(prepositions).finditer(said)
            if not _is_elsewhere(said[: match.start("name")])
        }
        if prepositions is _PREPOSITIONS[0]:
            # In capitals, a code behind "in" is a country ("I'm in IE"); in lower case, a word.
            found |= {
                match[1]
                for match in re.finditer(r"\bin (?:the )?([A-Z]{2})\b", text)
                if match[1] in countries() and not _is_elsewhere(text[: match.start(1)].lower())
            }
        if found:
            return found.pop() if len(found) == 1 else None
    if len(said.split()) > FEW_WORDS:
        return None
    named = {
        _by_name()[match["name"]]
        for match in _anywhere().finditer(said)
        if not _is_elsewhere(said[: match.start()])
    }
    return named.pop() if len(named) == 1 else None


def _is_elsewhere(before: str) -> bool:
    """Whether what stands before a name says that the person is not there, or no longer."""
    return bool(_ELSEWHERE.search(before[-40:]))


MOST_READ = 1000
"""Characters of a message that are read: where someone is stands early, and a flood costs nothing."""
FEW_WORDS = 4
"""A longer message that names a country without a word of place is about the country."""
_ELSEWHERE = re.compile(r"\b(\w*n't|not|never|left|leaving|fled|outside)"
                        r"( (been|be|living|lived|live|from|in|to|of|the|actually|really))* $")  # fmt: skip


def _plain(text: str) -> str:
    lowered = text.lower().replace("’", "'").strip()
    return _spelled(re.sub(r"\s+", " ", lowered).strip(" .!?,;:。！？،؟\"'"))


def _spelled(name: str) -> str:
    """Return a name as Arabic is typed: hamzas, and two letters that sound alike, are left out."""
    return name.translate(_ARABIC)


_ARABIC = str.maketrans("أإآىة", "اااي\u0647")


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    found = {}
    for code, country in countries().items():
        for name in map(_spelled, country.names | country.ambiguous):
            found[name] = code
            found[name.strip(".")] = code
    return found


@lru_cache(maxsize=4)
def _placed(prepositions: str) -> re.Pattern[str]:
    """A country behind a word of place; ambiguous names count here."""
    articles = r"(?:the |den |der |las |los |el |la )?"
    return re.compile(rf"\b(?:{prepositions}) {articles}(?P<name>{_alternatives(_by_name())})")


@lru_cache(maxsize=1)
def _anywhere() -> re.Pattern[str]:
    sure = [_spelled(name) for country in countries().values() for name in country.names]
    return re.compile(rf"(?P<name>{_alternatives(sure)})")


def _alternatives(names: Iterable[str]) -> str:
    return "|".join(_bounded(name) for name in sorted(names, key=len, reverse=True))


def _bounded(name: str) -> str:
    # Chinese and Japanese set no spaces between words, so a name has no boundaries there.
    return re.escape(name) if name[0] > "\u3000" else rf"(?<!\w){re.escape(name)}(?!\w)"
