"""What the words around a match make of it: denied, past, made up, about someone else, or meant."""

import re
from dataclasses import dataclass, replace

from listenwell.core.types import RiskKind, RiskLevel, Signal, Subject
from listenwell.safety.normalise import Plain
from listenwell.safety.patterns import Language, Rule

BEFORE = 120
"""Letters before a match in which a denial or another person is looked for."""
_OF_THE_BODY = frozenset({RiskKind.EATING_DISORDER, RiskKind.MEDICAL, RiskKind.OVERDOSE})
_OF_THE_MIND = frozenset({RiskKind.HARM_TO_OTHERS, RiskKind.PSYCHOSIS})
"""Whose words name others without telling of their danger: "my neighbours put thoughts in my head"."""
_CLAUSE = re.compile(r"[.!?;]|\bbut\b|\baber\b|\bpero\b|\bmais\b|\bmas\b|\bно\b")
_ITALIAN_CLAUSE = re.compile(rf"{_CLAUSE.pattern}|\bma\b")
"""Where "ma" is "but"; in French it is "my"."""
_SENTENCE = re.compile(r"[.!?;]")
_OF_ANOTHER = re.compile(r"\b(?:him|her|them) ?sel(?:f|ves)\b")
"""Whom something is done to, in English: who cuts herself is not the one who writes."""
_TO_ME = re.compile(r"\b(?:me|my)\b")
_WITHOUT_ME = re.compile(
    r"\b(?:said|says|told me|tells me|thinks|shouted|yelled|reckons) (?:that )?(?:she|he|they|everyone|(?:my|the) \w+) ?"
    r"(?:d|would|s|is|are|ll|will)? ?(?:be )?(?:so |much )*(?:better off|happier) without me\b"
)
"""What another said of the person, which is no wish of theirs."""
_QUOTE = re.compile(r"[\"“”„«»「」]")


@dataclass(frozen=True, slots=True)
class Found:
    """A signal and whom it concerns; the rest is of its rule (see `Rule`)."""

    signal: Signal
    subject: Subject
    soft: bool = False
    not_under: RiskLevel = RiskLevel.NONE
    any_kind: bool = False


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
    signal = replace(signal, level=level)
    return Found(signal, subject, rule.soft, rule.not_under, rule.any_kind)


def _judged(rule: Rule, around: "_Around") -> tuple[RiskLevel, Subject]:
    if around.made_up:
        return RiskLevel.LOW, Subject.FICTION
    if around.denied:
        return min(rule.level, RiskLevel.LOW), Subject.SELF
    if around.wished_away:
        return min(rule.level, RiskLevel.MODERATE), Subject.SELF
    if around.past:
        return min(rule.level, RiskLevel.MODERATE), Subject.PAST
    if rule.subject:
        return rule.level, rule.subject
    if rule.kind in _OF_THE_MIND and around.mine_to_tell(rule.kind):
        return rule.level, Subject.SELF
    return rule.level, Subject.OTHER if around.other else Subject.SELF


class _Around:
    """The sentence and the clause that a match stands in."""

    def __init__(self, match: re.Match[str], text: Plain, language: Language) -> None:
        self._match, self._text, self._language = match, text, language
        before = text.text[max(0, match.start() - BEFORE) : match.start()]
        after = text.text[match.end() : match.end() + BEFORE]
        self.after = after
        clauses = _ITALIAN_CLAUSE if language.code == "it" else _CLAUSE
        self.clause = clauses.split(before)[-1]
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
    def wished_away(self) -> bool:
        """Whether another said of the person: "she said she'd be better off without me"."""
        return _WITHOUT_ME.search(self.sentence) is not None

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

    def mine_to_tell(self, kind: RiskKind) -> bool:
        """Whether the one who writes has the thought, or it is done to them."""
        if kind is RiskKind.PSYCHOSIS:
            return _TO_ME.search(self._match[0]) is not None
        mine = _last(self._language.aside("me"), self.clause)
        return mine > _last(self._language.aside("other"), self.clause)

    @property
    def other(self) -> bool:
        """Whether the nearest person named before the match is not the one who writes."""
        if _OF_ANOTHER.search(self._match[0]) and not self.says("me", self._match[0]):
            return True
        if self.says("other", self._match[0]) and not self.says("me", self._match[0]):
            return True
        if self.says("me", self._match[0]):
            return False
        others = _last(self._language.aside("other"), self.clause)
        return others >= 0 and others >= _last(self._language.aside("me"), self.clause)


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)
