"""The authored words of the crisis dialogue by language, and finding them again in a conversation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal, TypeAlias

from listenwell.core.errors import UnknownNameError
from listenwell.core.roman import WRITTEN_AS, romanised
from listenwell.safety.data import read_yaml

SPOKEN = ("en", "es", "fr", "de", "pt", "hi")
"""Languages in which all is said that is said here; in the others, what is said to people in danger."""
LANGUAGES = (*SPOKEN, "it", "ru", "ar", "zh", *WRITTEN_AS)
"""Languages of the crisis dialogue."""
Section: TypeAlias = Literal["moves", "whole", "short"]
SECTIONS: tuple[Section, ...] = ("moves", "whole", "short")
"""`moves` lead the talk on; `whole` answers what was heard, alone; `short` does before a move."""

_SLOT = re.compile(r"\{(\w+)\}")
_OF_PLAN = ("start", "skip", "stop")
"""Patterns among the words of the safety plan."""
_ENDS = ("।", "?", ".", "!")


@dataclass(frozen=True, slots=True)
class Piece:
    """One authored variant.

    Attributes:
        name: Of the move, or of what it reacts to.
        mark: Its longest part without a slot, by which it is known again.
    """

    section: Section
    name: str
    number: int
    text: str

    @property
    def slots(self) -> frozenset[str]:
        """The names of what has to be filled in."""
        return frozenset(_SLOT.findall(self.text))

    @property
    def mark(self) -> str:
        """The longest part that is always the same."""
        return max(_SLOT.sub("\0", self.text).split("\0"), key=len).strip()

    def filled(self, slots: Mapping[str, str]) -> str:
        """Return the text with its slots filled."""
        return _SLOT.sub(lambda match: slots[match[1]], self.text)


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that is said and understood in one language."""

    language: str
    hear: Mapping[str, str]
    pieces: Mapping[tuple[Section, str], tuple[Piece, ...]]
    contacts: Mapping[str, str]
    plan: Mapping[str, str]

    def heard(self, name: str, plain: str) -> re.Match[str] | None:
        """Return where a message says something, by the name of its pattern."""
        pattern = self.hear.get(name)
        return compiled(pattern).search(plain) if pattern else None

    def variants(self, section: Section, name: str) -> tuple[Piece, ...]:
        """Return what can be said under a name; empty where this language has nothing."""
        return self.pieces.get((section, name), ())


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern when it is first needed: all languages together take seconds."""
    return re.compile(pattern)


def known_language(name: str) -> str:
    """Return the code of a language that everything is written in.

    Raises:
        UnknownNameError: It is not.
    """
    if name.lower() not in SPOKEN:
        raise UnknownNameError.build("language", name, SPOKEN)
    return name.lower()


@lru_cache(maxsize=len(LANGUAGES))
def words_of(language: str) -> Words:
    """Return a language's words; English where there are none of it."""
    language = language if language in LANGUAGES else "en"
    content: dict[str, Any] = read_yaml(f"talk/words/{WRITTEN_AS.get(language, language)}.yaml")
    if language in WRITTEN_AS:
        content = _romanised(content)
    pieces = {
        (section, str(name)): tuple(
            Piece(section, str(name), number, str(text).strip())
            for number, text in enumerate(texts)
        )
        for section in SECTIONS
        for name, texts in content[section].items()
    }
    hear = {
        name: "|".join(f"(?:{pattern})" for pattern in patterns)
        for name, patterns in content["hear"].items()
    }
    return Words(language, hear, pieces, content["contacts"], content["plan"])


def _romanised(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said in Latin letters; what is understood stays."""
    said = {
        str(section): {
            name: [_spelled(str(text), inside=False) for text in texts]
            for name, texts in content[section].items()
        }
        for section in SECTIONS
    }
    contacts = {
        name: _spelled(text, inside=not text.rstrip().endswith(_ENDS) and "\n" not in text)
        for name, text in content["contacts"].items()
    }
    plan = {
        name: text if name in _OF_PLAN else romanised(text)
        for name, text in content["plan"].items()
    }
    return {**content, **said, "contacts": contacts, "plan": plan}


def _spelled(text: str, *, inside: bool) -> str:
    """Return a text in Latin letters, with capitals where sentences begin and not in one that it stands in."""
    spelled = romanised(text, begins=not inside and not text[0].isascii())
    return re.sub(r"(\{line\} )(\w)", lambda match: match[1] + match[2].upper(), spelled)


@lru_cache(maxsize=4096)
def pieces_in(text: str) -> tuple[Piece, ...]:
    """Return the authored pieces that a reply was made of, in the order they were said."""
    spans = [
        (found.start(), -found.end(), piece)
        for mark, piece in _known()
        if mark in text and (found := _pattern(piece.text).search(text))
    ]
    # A short piece may stand in a longer one by chance: the longest from the left are what was said.
    said, reached = [], 0
    for start, end, piece in sorted(spans, key=lambda span: span[:2]):
        if start >= reached:
            said.append(piece)
            reached = -end
    return tuple(said)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """Return what finds a piece again, whatever its slots were filled with."""
    parts = (re.escape(part) for part in _SLOT.sub("\0", text).split("\0"))
    return re.compile("(?s:.+?)".join(parts))


@lru_cache(maxsize=1)
def _known() -> tuple[tuple[str, Piece], ...]:
    everything = (
        piece
        for language in LANGUAGES
        for variants in words_of(language).pieces.values()
        for piece in variants
    )
    return tuple((piece.mark, piece) for piece in everything)
