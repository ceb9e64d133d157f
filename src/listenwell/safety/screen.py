"""The screen on what people write: how much danger a conversation shows, and which words say so.

This first screen is made of authored rules. It knows nothing of replies.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Protocol

import yaml

from listenwell.core.types import History, Risk, RiskKind, RiskLevel, Signal, Subject
from listenwell.safety.normalise import normalise

MEMORY = 10
"""How many of the person's messages after a grave one are still met with care, unless they say
that they are safe."""
BEFORE = 90
"""Characters before a match in which a negation or another person is looked for."""

SAID_EARLIER = "said-earlier"
_SELF = r"(my ?sel+f|me ?self|mysel|myslef|him ?self|her ?self|them ?sel(f|ves))"
_AFFIRMED = re.compile(
    r"^\W*(yes+|yeah|yea|yep|yup|ya|i am|i do|i have|maybe|sort of|kind of|kinda|sometimes|"
    r"a (bit|little)|i think so|i guess( so)?|probably|both|mhm|si|oui|ja|sim)\b(?!,? but not)"
)
_SAFE = re.compile(
    r"\b(i'?m|i am|i feel) (safe|(okay|ok|better|fine) now)\b|"
    r"\bnot (going to|gonna) (hurt|kill|do anything)|\bi don'?t want to (die|hurt myself|kill)"
)
# A plain "no" means safe only as the answer to our direct question: "no, I can't call" does not.
_DENIED = re.compile(
    r"^\W*(no+|nope|nah|not really|never|god no|of course not|i'?m not)\b(?!.*can)"
)
_ASKED = re.compile(r"(killing yourself|suicide|end(ing)? your life|hurt(ing)? yourself).{0,30}\?")


class Screen(Protocol):
    """Assesses the danger in a conversation."""

    def assess(self, history: History) -> Risk:
        """Return the risk of the conversation so far; its newest message is the person's."""
        ...


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    kind: RiskKind
    level: RiskLevel
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Rules:
    rules: tuple[_Rule, ...]
    negated: re.Pattern[str]
    not_negation: re.Pattern[str]
    other_person: re.Pattern[str]
    fiction: re.Pattern[str]
    past: re.Pattern[str]
    technical: re.Pattern[str]


class RuleScreen:
    """Authored rules over normalised text, with memory of what was said before."""

    def __init__(self) -> None:
        self._rules = _load_rules()

    def assess(self, history: History) -> Risk:
        """Return the risk; it rises at once and falls slowly."""
        held, calm = Risk(), 0
        for index, message in enumerate(history.messages):
            if message.role != "user":
                continue
            so_far = History(history.messages[: index + 1])
            now = _strongest([self.assess_text(message.content), _answer_to_question(so_far)])
            calm = 0 if now.level >= RiskLevel.HIGH else calm + 1
            held = _remember(now, held if calm <= MEMORY else Risk(), so_far)
        return held

    def assess_text(self, text: str) -> Risk:
        """Return the risk of one message by itself."""
        plain = normalise(text)
        found = [
            weighed
            for rule in self._rules.rules
            for match in rule.pattern.finditer(plain)
            if (weighed := self._weigh(rule, match, plain)) is not None
        ]
        if not found:
            return Risk()
        signals = tuple(signal for signal, _ in found)
        gravest = max(found, key=lambda pair: (pair[0].level, pair[1] is Subject.SELF))
        return Risk(gravest[0].level, signals, gravest[1])

    def _weigh(
        self, rule: _Rule, match: re.Match[str], plain: str
    ) -> tuple[Signal, Subject] | None:
        """Lower a match that is denied, past, made up or about someone else."""
        before = plain[max(0, match.start() - BEFORE) : match.start()]
        signal = Signal(rule.name, rule.kind, rule.level, match[0])
        if self._rules.technical.search(match[0]):
            return None
        clause = re.split(r"[.!?\n]", before)[-1]
        if self._rules.fiction.search(plain) and not re.search(r"\bi (want|am|wanna)\b", match[0]):
            return replace(signal, level=RiskLevel.LOW), Subject.FICTION
        if self._rules.negated.search(clause) and not self._rules.not_negation.search(clause):
            return replace(signal, level=RiskLevel.LOW), Subject.SELF
        if self._rules.other_person.search(clause):
            return signal, Subject.OTHER
        if self._rules.past.search(plain):
            return replace(signal, level=min(rule.level, RiskLevel.MODERATE)), Subject.PAST
        return signal, Subject.SELF


def screening_failure(error: Exception) -> Risk:
    """Return the risk that stands for a screen that broke: never "fine"."""
    signal = Signal("screen-failure", RiskKind.SCREEN_FAILURE, RiskLevel.HIGH, type(error).__name__)
    return Risk(RiskLevel.HIGH, (signal,))


def _strongest(risks: Iterable[Risk]) -> Risk:
    return max(risks, key=lambda risk: risk.level, default=Risk())


def _answer_to_question(history: History) -> Risk:
    """A bare "yes" to our own question about suicide is as grave as the words themselves."""
    said = history.said_by("assistant")
    if said and _ASKED.search(said[-1].lower()):
        answer = normalise(history.last_user)
        if _AFFIRMED.search(answer):
            text = answer[:40]
            signal = Signal("answered-yes", RiskKind.SUICIDE, RiskLevel.HIGH, text)
            return Risk(RiskLevel.HIGH, (signal,))
    return Risk()


def _remember(now: Risk, earlier: Risk, history: History) -> Risk:
    """Return the risk after a message: it rises at once and falls when the person is safe."""
    if now.level >= earlier.level or earlier.level < RiskLevel.MODERATE:
        return now
    if earlier.level is RiskLevel.MODERATE and not _held_down(earlier):
        return now
    level = RiskLevel.MODERATE if _says_safe(history) else earlier.level
    if now.level >= level:
        return now
    signals = tuple(replace(s, rule=SAID_EARLIER) for s in earlier.signals)
    return Risk(level, (*now.signals, *signals), earlier.subject)


def _held_down(risk: Risk) -> bool:
    """Whether a moderate risk is what is left of a grave one."""
    return any(s.rule == SAID_EARLIER and s.level >= RiskLevel.HIGH for s in risk.signals)


def _says_safe(history: History) -> bool:
    text, said = normalise(history.last_user), history.said_by("assistant")
    asked = bool(said) and _ASKED.search(said[-1].lower()) is not None
    return _SAFE.search(text) is not None or (asked and _DENIED.search(text) is not None)


@lru_cache(maxsize=1)
def _load_rules() -> _Rules:
    source = files("listenwell.safety").joinpath("rules.yaml").read_text(encoding="utf-8")
    content = yaml.safe_load(source)
    rules = tuple(
        _Rule(
            f"{rule['name']}",
            RiskKind(rule["kind"]),
            RiskLevel[rule["level"].upper()],
            re.compile(pattern.replace("{self}", _SELF)),
        )
        for rule in content["rules"]
        for pattern in rule["patterns"]
    )
    asides = ("negated", "not_negation", "other_person", "fiction", "past", "technical")
    return _Rules(rules, *(re.compile(content[name]) for name in asides))
