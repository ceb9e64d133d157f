"""The guard on what is shown: every sentence is looked at, and a guard that breaks refuses."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from itertools import islice
from typing import Any, Protocol

from listenwell.core.yaml_text import parse
from listenwell.safety import crisis, helplines
from listenwell.safety.contacts import contacts_in
from listenwell.safety.patterns import compiled, may_match, needs
from listenwell.safety.readings import disguised, fold, turned, unreadable, upright

GUARD = "guard"
"""What its patterns go by in `rules/needs.json`."""
LONGEST = 4000
"""Characters; a longer reply is refused unread."""

_MARKS = str.maketrans("“”„«»", '"""""')
_QUOTED = re.compile(r"(?<![A-Za-z0-9])\"[^\"]{1,120}\"")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a text may be shown and, where not, the rule it broke."""

    allowed: bool
    rule: str = ""


class Guard(Protocol):
    """Decides whether a text may be shown."""

    def allows(self, text: str) -> Verdict:
        """Return the verdict on a whole reply."""
        ...


@dataclass(frozen=True)
class Wording:
    """One pattern of a rule, compiled when a sentence first may match it.

    Attributes:
        needs: One of these pieces is in every text that matches.
    """

    source: str
    needs: tuple[str, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self.source)

    def said_in(self, reading: str) -> bool:
        """Whether a plain text says it."""
        return may_match(self.needs, reading) and self.pattern.search(reading) is not None


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that must not be said."""

    name: str
    refuse: tuple[Wording, ...]
    harmless: str
    manner: bool

    def broken_by(self, reading: str) -> bool:
        """Whether a plain text says it."""
        if not self._said_in(reading):
            return False
        return not self.harmless or self._said_in(compiled(self.harmless).sub(" ", reading))

    def _said_in(self, reading: str) -> bool:
        return any(wording.said_in(reading) for wording in self.refuse)


class RuleGuard:
    """Authored rules over a reply, read in every way that a person could read it."""

    def __init__(self, known: frozenset[str] | None = None) -> None:
        """Load the rules.

        Args:
            known: The contacts that may be named, as `known_contacts` reads them from help lines;
                by default those of the directory and of the crisis dialogue's card.
        """
        self._rules = _rules()
        self._given = known

    @cached_property
    def _known(self) -> frozenset[str]:
        """The contacts that may be named, read when a reply first names one."""
        if self._given is not None:
            return self._given
        cards = known_contacts(f"{crisis.resources()}\n{crisis.short_resources()}")
        return cards | helplines.known_contacts()

    def allows(self, text: str) -> Verdict:
        """Refuse a reply that breaks a rule anywhere, within a sentence or across several."""
        if not text.strip():
            return Verdict(False, "empty")
        if len(text) > LONGEST:
            return Verdict(False, "too-long")
        return Verdict(not (rule := self._broken(text)), rule)

    def _broken(self, text: str) -> str:
        plain = upright(text)
        bare = _QUOTED.sub(" ", text.translate(_MARKS))
        unquoted = plain if bare == text else upright(bare)
        said = (*plain, *turned(text))
        for rule in self._rules:
            if any(map(rule.broken_by, unquoted if rule.manner else said)):
                return rule.name
        if self._names_a_stranger(text):
            return "contact"
        if unreadable(text):
            return "unreadable"
        return "disguised" if disguised(text) else ""

    def _names_a_stranger(self, text: str) -> bool:
        upright_ones = contacts_in(text) | contacts_in(fold(text))
        if not all(map(self._is_known, upright_ones)):
            return True
        # A known contact is known backwards too, or turning a reply would make it a stranger's.
        unknown = text.lower()
        for contact in sorted(upright_ones, key=len, reverse=True):
            unknown = unknown.replace(contact, " ")
        turned_ones = frozenset[str]().union(*map(contacts_in, turned(unknown)))
        return any(
            contact not in self._known and contact[::-1] not in self._known
            for contact in turned_ones
        )

    def _is_known(self, contact: str) -> bool:
        """Whether a number is in the directory, or the host of an address; a mailbox never is."""
        return contact in self._known or (
            "@" not in contact and helplines.host(contact) in self._known
        )


def checked(guard: Guard, text: str) -> Verdict:
    """Ask the guard; one that raises has refused."""
    try:
        return guard.allows(text)
    except Exception as error:  # whatever broke, an unchecked sentence is never shown
        return Verdict(False, f"guard-failure:{type(error).__name__}")


def known_contacts(lines: str) -> frozenset[str]:
    """Return the contacts that help lines name, so that a reply may name them too."""
    # A directory may give a short number without a "call" before it.
    return contacts_in(lines) | frozenset(re.findall(r"\b\d{3,6}\b", lines))


def sources() -> list[str]:
    """Return every pattern that is refused, in the order of the rules."""
    return [line for entry in _content()["rules"] for line in _lines(entry["refuse"])]


@lru_cache(maxsize=1)
def _rules() -> tuple[Rule, ...]:
    wordings = (
        Wording(source, tuple(pieces))
        for source, pieces in zip(sources(), needs()[GUARD], strict=True)
    )
    return tuple(
        Rule(
            entry["rule"],
            tuple(islice(wordings, len(_lines(entry["refuse"])))),
            "|".join(f"(?:{line})" for line in _lines(entry.get("harmless", ""))),
            bool(entry.get("manner")),
        )
        for entry in _content()["rules"]
    )


def _lines(patterns: str) -> list[str]:
    """Return each pattern of some as a regular expression: words by name written out."""
    words = _content()["words"]
    return [
        re.sub(r"<([a-z]+)>", lambda found: words.get(found[1], found[0]), line)
        for line in patterns.splitlines()
    ]


@lru_cache(maxsize=1)
def _content() -> Any:
    return parse(files("listenwell.safety").joinpath("guard.yaml").read_text(encoding="utf-8"))
