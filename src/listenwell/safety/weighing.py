"""What the words around a match make of it: denied, past, made up, about someone else, or meant."""

import re
from dataclasses import dataclass, replace

from listenwell.core.types import RiskKind, RiskLevel, Signal, Subject
from listenwell.safety.normalise import Plain
from listenwell.safety.patterns import Language, Rule

BEFORE = 120
"""Letters before a match in which a denial or another person is looked for."""
_OF_THE_BODY = frozenset({RiskKind.EATING_DISORDER, RiskKind.MEDICAL, RiskKind.OVERDOSE})
_CLAUSE = re.compile(r"[.!?;]|\bbut\b|\baber\b|\bpero\b|\bmais\b|\bmas\b|\bma\b|\bно\b")
_SENTENCE = re.compile(r"[.!?;]")
_QUOTE = re.compile(r"[\"“”„«»「」]")


@dataclass(frozen=True, slots=True)
class Found:
    """A signal, whom it concerns, and whether innocent messages share its words."""

    signal: Signal
    subject: Subject
    soft: bool = False


def weigh(rule: Rule, match: re.Match[str], text: Plain, language: Language) -> Found | None:
    """Return what a match stands for where it stands, or None where it stands for nothing."""
    around = _Around(match, text, language)
    if around.says("technical", match[0]) or around.says("things", around.clause):
        return None
    if rule.kind in _OF_THE_BODY and around.of_an_animal:
        return None
    if rule.kind is RiskKind.MEDICAL and around.says("mirth", around.sentence):
        return None  # "I laughed so hard my chest hurts"
    start, end = text.span(match.start(), match.end())
    signal = Signal(rule.name, rule.kind, rule.level, text.original[start:end], start, end)
    level, subject = _judged(rule, around)
    return Found(replace(signal, level=level), subject, rule.soft)


def _judged(rule: Rule, around: "_Around") -> tuple[RiskLevel, Subject]:
    if around.made_up:
        return RiskLevel.LOW, Subject.FICTION
    if around.denied:
        return min(rule.level, RiskLevel.LOW), Subject.SELF
    if around.past:
        return min(rule.level, RiskLevel.MODERATE), Subject.PAST
    if rule.subject:
        return rule.level, rule.subject
    return rule.level, Subject.OTHER if around.other else Subject.SELF


class _Around:
    """The sentence and the clause that a match stands in."""

    def __init__(self, match: re.Match[str], text: Plain, language: Language) -> None:
        self._match, self._text, self._language = match, text, language
        before = text.text[max(0, match.start() - BEFORE) : match.start()]
        after = text.text[match.end() : match.end() + BEFORE]
        self.after = after
        self.clause = _CLAUSE.split(before)[-1]
        sentence = _SENTENCE.split(before)[-1]
        self.sentence = sentence + match[0] + _SENTENCE.split(after)[0]

    def says(self, aside: str, where: str) -> bool:
        return self._language.aside(aside).search(where) is not None

    @property
    def of_an_animal(self) -> bool:
        """Whether it is told of a pet: "at the vet's, he's not eaten since sunday"."""
        return self.says("animals", self._text.text) and not self.says("me", self._match[0])

    @property
    def mine(self) -> bool:
        """Whether the match itself speaks of "I" or "myself", now."""
        return self.says("me", self._match[0]) or self.says("present", self._match[0])

    @property
    def denied(self) -> bool:
        if self.says("denied_after", self.after):
            return True
        return self.says("negated", self.clause) and not self.says("not_negation", self.clause)

    @property
    def past(self) -> bool:
        if self.says("present", self._match[0]) or self.says("again", self.sentence):
            return False
        return self.says("past", self.sentence) or (
            self.says("past", self._text.text) and self.says("safe", self._text.text)
        )

    @property
    def made_up(self) -> bool:
        """Whether it is told of a book, a game, a song or of work, and not of the person."""
        if self.says("fiction", self.sentence):
            return self.quoted or not self.owned
        return self.says("fiction", self._text.text) and (self.quoted or not self.mine)

    @property
    def owned(self) -> bool:
        """Whether "I want" or the like is part of the match, outside of a quotation."""
        meant = self.says("present", self._match[0]) or self.says("intends", self.clause)
        return meant and self.says("me", self.sentence)

    @property
    def quoted(self) -> bool:
        """Whether the match stands between quotation marks."""
        start, _ = self._text.span(self._match.start(), self._match.end())
        return len(_QUOTE.findall(self._text.original, 0, start)) % 2 == 1

    @property
    def other(self) -> bool:
        """Whether the nearest person named before the match is not the one who writes."""
        if self.says("other", self._match[0]) and not self.says("me", self._match[0]):
            return True
        if self.says("me", self._match[0]):
            return False
        others = _last(self._language.aside("other"), self.clause)
        return others >= 0 and others >= _last(self._language.aside("me"), self.clause)


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)
