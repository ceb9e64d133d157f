"""The authored patterns, read by language; each is compiled when a message first may match it."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from itertools import islice
from typing import Any

from listenwell.core.types import RiskKind, RiskLevel, Subject
from listenwell.core.yaml_text import parse

MOST = 3
"""How many matches of one pattern are weighed; hostile texts hold thousands."""
_GAP = r"[^.!?;。।\n]{0,40}?"
_GROUP = re.compile(r"\{([a-z]\w*)\}")
_NOTHING = r"(?!)"
_SOFT = "~"
_GRAM = 3
"""By how many of their first letters needed pieces are looked up."""


@dataclass(frozen=True)
class Rule:
    """One pattern of a kind of danger.

    Attributes:
        needs: One of these pieces is in every text that matches; compiling costs far more than
            looking for them. Empty where there is no telling.
        soft: Whether innocent messages share its wordings.
        not_under: The level under which the learned part may not lower what it found, however
            harmless the rest of the message reads.
        any_kind: Whether its doubtful wordings fit many kinds of danger.
        subject: Whom the danger concerns whatever the words around say, or None.
    """

    name: str
    kind: RiskKind
    level: RiskLevel
    source: str
    needs: tuple[str, ...] = ()
    soft: bool = False
    not_under: RiskLevel = RiskLevel.NONE
    any_kind: bool = False
    subject: Subject | None = None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self.source)

    def find(self, text: str) -> Iterator[re.Match[str]]:
        """Yield where the pattern is in a plain text, the first few times."""
        return islice(self.pattern.finditer(text), MOST)


def may_match(needs: Collection[str], text: str) -> bool:
    """Whether a pattern that needs one of some pieces may match a text."""
    return not needs or any(map(text.__contains__, needs))


class Needed:
    """Tells which of many patterns may match a text, as `may_match` does for one.

    Thousands of pieces are looked up by their first letters, since few of those are in any text.
    """

    def __init__(self, needs: Sequence[Collection[str]]) -> None:
        """Index what each pattern needs, in the patterns' order."""
        self._always = [row for row, pieces in enumerate(needs) if not pieces]
        self._rows: dict[str, dict[str, list[int]]] = {}
        for row, pieces in enumerate(needs):
            for piece in pieces:
                self._rows.setdefault(piece[:_GRAM], {}).setdefault(piece, []).append(row)

    def fitting(self, text: str) -> list[int]:
        """Return the places of the patterns that may match a text, in order."""
        found = set(self._always)
        for gram in _grams(text):
            for piece, rows in self._rows.get(gram, _NONE).items():
                if piece in text:
                    found.update(rows)
        return sorted(found)


_NONE: Mapping[str, list[int]] = {}


@lru_cache(maxsize=8)
def _grams(text: str) -> frozenset[str]:
    """Return everything in a text that is as long as a piece's first letters, or shorter."""
    return frozenset(
        text[start : start + size]
        for size in range(1, _GRAM + 1)
        for start in range(len(text) - size + 1)
    )


@dataclass(frozen=True)
class Language:
    """The rules of one language, and what turns a match aside."""

    code: str
    rules: tuple[Rule, ...]
    asides: Mapping[str, str]
    groups: Mapping[str, str]

    @cached_property
    def _needed(self) -> Needed:
        return Needed([rule.needs for rule in self.rules])

    def rules_for(self, text: str) -> list[Rule]:
        """Return the rules whose pattern may match a plain text."""
        return [self.rules[row] for row in self._needed.fitting(text)]

    def aside(self, name: str) -> re.Pattern[str]:
        """Return the pattern for one way in which danger is denied, past, or told of others."""
        return compiled(self.asides.get(name, _NOTHING))


@lru_cache(maxsize=512)
def compiled(source: str) -> re.Pattern[str]:
    """Return a pattern that is compiled when it is first needed, and kept: `re` keeps too few."""
    return re.compile(source)


def expand(pattern: str, groups: Mapping[str, str]) -> str:
    """Return a pattern as a regular expression: groups by name and `…` written out."""
    for _ in range(2):  # a group may name another
        pattern = _GROUP.sub(lambda match: groups[match[1]], pattern)
    return pattern.replace("…", _GAP)


def languages() -> tuple[str, ...]:
    """Return the codes of every language that has rules, English first."""
    return tuple(_index())


def languages_of(text: str, told: str) -> list[Language]:
    """Return the languages whose rules are tried on a plain text.

    Args:
        text: The text.
        told: The code of the language that it seems to be in.
    """
    codes, needed = _indexed()
    fitting = {codes[row] for row in needed.fitting(text)} | {told}
    return [load(code) for code in codes if code in fitting]


@lru_cache(maxsize=1)
def _indexed() -> tuple[tuple[str, ...], Needed]:
    index = _index()
    return tuple(index), Needed(list(index.values()))


@lru_cache(maxsize=32)
def load(code: str) -> Language:
    """Read one language's rules."""
    content = _read(code)
    groups: dict[str, str] = content["groups"]
    rules = tuple(
        Rule(
            name=rule["name"],
            kind=RiskKind(rule["kind"]),
            level=RiskLevel[rule["level"].upper()],
            source=source,
            needs=tuple(needs),
            soft=rule["soft"],
            not_under=RiskLevel[rule.get("not_under", "none").upper()],
            any_kind=rule.get("any_kind", False),
            subject=Subject(rule["subject"]) if "subject" in rule else None,
        )
        for (rule, source), needs in zip(sources(code), needs()[code], strict=True)
    )
    asides = {name: expand(text, groups) for name, text in content["context"].items()}
    return Language(code, rules, asides, groups)


def sources(code: str) -> list[tuple[dict[str, Any], str]]:
    """Return each pattern of a language as a regular expression, with the rule it belongs to."""
    content = _read(code)
    return [
        ({"soft": line.startswith(_SOFT), **rule}, expand(line.lstrip(_SOFT), content["groups"]))
        for rule in content["rules"]
        for line in map(str.strip, rule["patterns"].splitlines())
        if line
    ]


@lru_cache(maxsize=1)
def _index() -> Mapping[str, tuple[str, ...]]:
    return {language: tuple(map(str, pieces)) for language, pieces in _read("index").items()}


@lru_cache(maxsize=1)
def needs() -> Mapping[str, list[list[str]]]:
    """Return which pieces the patterns of every language, and of the guard, need, in their order."""
    content: dict[str, list[list[str]]] = json.loads(_text("needs.json"))
    return content


@lru_cache(maxsize=32)
def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = parse(_text(f"{name}.yaml"))
    return content


def _text(name: str) -> str:
    return files("listenwell.safety").joinpath(f"rules/{name}").read_text(encoding="utf-8")
