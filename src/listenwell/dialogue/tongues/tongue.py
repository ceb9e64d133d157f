"""One language's authored dialogue: its words read from YAML, and looked for in what people type."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from listenwell.core.roman import WRITTEN_AS, romanised
from listenwell.core.spelling import any_of, fold
from listenwell.core.yaml_text import parse

LANGUAGES = ("es", "fr", "de", "pt", "hi")
"""Languages with an authored dialogue of their own, beside English."""

NEAR = 2
"""Words before a feeling (or behind it, as Hindi has it) within which a "no" denies it."""

CLOSE = 3
"""Words before a feeling within which a person is the one who has it."""
PEOPLE = ("family", "partner", "friends")
ALWAYS = frozenset({"grief", "loneliness"})
"""Feelings that are the person's own whoever stands before them: "my mother died"."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A feeling or a topic: the words that name it, what is said of it and asked about it.

    Attributes:
        called: Its name where it is told to the person, as on a page of a talk.
    """

    called: str
    words: re.Pattern[str]
    lines: tuple[str, ...]
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guided:
    """An exercise, named like the English one whose source it shares.

    Attributes:
        answers: What a step waits for: "ready" for a sign, "words" for an answer.
    """

    name: str
    title: str
    answers: str
    feelings: tuple[str, ...]
    words: re.Pattern[str]
    offer: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tongue:
    """Everything that is said and understood in one language.

    Attributes:
        limits: What it cannot do in this language, told once and early.
        latin: What is added to that where it is written in Latin letters by rule.
        whole: Moments that are the whole of a message; `within`: those told by a part of it.
        say: What is said at a moment, or to anything, by name.
        signs: What a message means to an exercise: yes, no, stop, again, resume, wish.
        denials: Words that deny a feeling; `denied_behind` says that they stand behind it.
        around: What is said around exercises, by moment.
    """

    code: str
    limits: str
    latin: str
    whole: Mapping[str, re.Pattern[str]]
    within: Mapping[str, re.Pattern[str]]
    signs: Mapping[str, re.Pattern[str]]
    say: Mapping[str, tuple[str, ...]]
    denials: frozenset[str]
    denied_behind: bool
    feelings: Mapping[str, Theme]
    topics: Mapping[str, Theme]
    exercises: tuple[Guided, ...]
    around: Mapping[str, tuple[str, ...]]

    def named(self, kind: str, plain: str) -> tuple[str, ...]:
        """Return the "feelings" or "topics" that a padded text names, in the order it names them."""
        themes: Mapping[str, Theme] = getattr(self, kind)
        found = []
        for name, theme in themes.items():
            places = [
                m
                for m in theme.words.finditer(plain)
                if kind == "topics" or not self._denied(name, plain, m)
            ]
            if places:
                found.append((places[0].start(), name))
        return tuple(name for _, name in sorted(found))

    def _denied(self, feeling: str, plain: str, match: re.Match[str]) -> bool:
        """Whether a feeling is denied, or that of somebody else."""
        before, behind = plain[: match.start()].split(), plain[match.end() :].split()
        near = behind[:NEAR] if self.denied_behind else before[-NEAR:]
        if not self.denials.isdisjoint(near):
            return True
        whose = f" {' '.join(before[-CLOSE:])} "
        theirs = any(self.topics[name].words.search(whose) for name in PEOPLE)
        return theirs and feeling not in ALWAYS

    def every_line(self) -> tuple[str, ...]:
        """Return all sentences that can be said, for whoever checks them."""
        themes = (*self.feelings.values(), *self.topics.values())
        groups = (*self.say.values(), *self.around.values())
        return (
            self.limits,
            *(line for group in groups for line in group),
            *(line for theme in themes for line in (*theme.lines, *theme.asks)),
            *(line for e in self.exercises for line in (e.offer, *e.steps)),
        )


@lru_cache(maxsize=len(LANGUAGES) + len(WRITTEN_AS))
def tongue_of(code: str) -> Tongue:
    """Return the authored dialogue of a language, by its code of two letters."""
    name = WRITTEN_AS.get(code, code)
    source = files("listenwell.dialogue").joinpath(f"tongues/{name}.yaml")
    content: dict[str, Any] = parse(source.read_text(encoding="utf-8"))
    return _tongue(code, content, romanised if code in WRITTEN_AS else str)


def _tongue(code: str, content: Mapping[str, Any], spell: Callable[[str], str]) -> Tongue:
    exercises = content["exercises"]
    return Tongue(
        code,
        spell(content["limits"].strip()),
        spell(content.get("latin", "").strip()),
        _moments(content["whole"]),
        _moments(content["within"]),
        _moments(content["signs"]),
        _lines(content["say"], spell),
        frozenset(map(fold, content["denials"].split())),
        bool(content.get("denied_behind")),
        _themes(content["feelings"], spell),
        _themes(content["topics"], spell),
        tuple(_guided(name, told, spell) for name, told in exercises.items()),
        _lines(content["around"], spell),
    )


def _moments(content: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    # Folded like what people type, except for the signs of regular expressions.
    kept = {name: re.split(r"(\\\w)", pattern) for name, pattern in content.items()}
    return {
        name: re.compile("".join(p if p.startswith("\\") else fold(p) for p in parts))
        for name, parts in kept.items()
    }


def _lines(
    content: Mapping[str, list[str]], spell: Callable[[str], str]
) -> dict[str, tuple[str, ...]]:
    return {name: tuple(map(spell, lines)) for name, lines in content.items()}


def _themes(
    content: Mapping[str, Mapping[str, Any]], spell: Callable[[str], str]
) -> dict[str, Theme]:
    return {
        name: Theme(
            spell(told["called"]),
            any_of(told["words"]),
            tuple(map(spell, told["lines"])),
            tuple(map(spell, told.get("asks", ()))),
        )
        for name, told in content.items()
    }


def _guided(name: str, told: Mapping[str, Any], spell: Callable[[str], str]) -> Guided:
    return Guided(
        name,
        spell(told["title"]),
        told["answers"],
        tuple(told["for"]),
        any_of(told["words"]),
        spell(told["offer"]),
        tuple(map(spell, told["steps"])),
    )
