"""A reply that is shown while it is written: each sentence passes first, and a torn one is ended well."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from listenwell.core.errors import ListenwellError
from listenwell.core.types import History, Plan, Prompt, Reading
from listenwell.dialogue.composing import Part
from listenwell.dialogue.planning import NO_MORE_QUESTIONS
from listenwell.generation.protocol import LiveGenerator
from listenwell.generation.ranking import blind_to_loss, contradiction
from listenwell.safety.guard import Guard, Verdict
from listenwell.safety.streaming import released, sentences

ADMITTED_CONTRADICTION = 0.5
"""A reply whose tone contradicts the feeling with more than this probability is not shown."""
TRIES = 2
"""How often a reply is asked for when its very first sentence is refused."""
ENOUGH = 10
"""Words from which a reply that broke off stands as it is, where it need not ask anything."""
NEXT_SEED = 7919

Found = TypeVar("Found")


@dataclass(slots=True)
class Fitting:
    """A guard that also refuses what does not fit this person, and remembers what it refused."""

    guard: Guard
    history: History
    reading: Reading
    plan: Plan
    refused: list[tuple[str, str]] = field(default_factory=list)

    def allows(self, text: str) -> Verdict:
        """Return the verdict on a sentence, alone or behind the ones before it."""
        verdict = self.guard.allows(text)
        if verdict.allowed and (reason := self._misfit(text)):
            verdict = Verdict(False, reason)
        if not verdict.allowed:
            self.refused.append((text.strip(), verdict.rule))
        return verdict

    def _misfit(self, text: str) -> str | None:
        if any(text.strip() in said for said in self.history.said_by("assistant")):
            return "said-before"
        if contradiction(text, self.reading) > ADMITTED_CONTRADICTION:
            return "contradicts-the-feeling"
        if blind_to_loss(text, self.history):
            return "blind-to-the-loss"
        if "?" in text and self.plan.because.endswith(NO_MORE_QUESTIONS):
            return "asked-not-to-ask"
        if text.count("?") > 1:
            return "asks-twice"
        said = [sentence.strip().casefold() for sentence in sentences([text])]
        return "repeats-itself" if len(set(said)) < len(said) else None


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was shown of a reply.

    Attributes:
        whole: Whether it came to an end, its own or the plan's.
        why: Why it did not, in a few words for whoever asks.
    """

    text: str
    whole: bool
    why: str = ""


def speak(
    generator: LiveGenerator, prompt: Prompt, seed: int, guard: Guard
) -> Generator[str, None, Spoken]:
    """Yield the sentences of a reply as they pass, and return what came of it.

    It ends with the sentence that reaches the plan's words: what would follow is never asked for.
    """
    why = ""
    for attempt in range(TRIES):
        shown: list[str] = []
        gap = ""
        passing = released(generator.stream(prompt, seed + NEXT_SEED * attempt), guard)
        try:
            while _words(shown) < prompt.plan.words:
                sentence = gap + next(passing)
                gap = sentence if sentence.isspace() else ""
                if not gap:  # an empty line at the end is none
                    shown.append(sentence if shown else sentence.lstrip())
                    yield shown[-1]
            return Spoken("".join(shown), whole=True)
        except StopIteration as ended:
            verdict: Verdict = ended.value
            why = f"{generator.name} was refused: {verdict.rule}"
            if shown:
                return Spoken("".join(shown), verdict.allowed, "" if verdict.allowed else why)
        except ListenwellError as error:
            return Spoken("".join(shown), whole=False, why=f"{generator.name}: {error}")
        finally:
            passing.close()
    return Spoken("", whole=False, why=why)


def narrowed(plan: Plan, shown: str) -> Plan:
    """Return what is left of a plan once a part of the reply was shown."""
    return replace(plan, asks=plan.asks and "?" not in shown)


def ending(parts: Sequence[Part], plan: Plan, shown: str) -> Part | None:
    """Return what ends a reply that broke off: nothing, where what was shown can stand alone."""
    if "?" in shown:
        return None
    if plan.asks and (question := next((part for part in parts if "?" in part.text), None)):
        return question
    return next(iter(parts), None) if len(shown.split()) < ENOUGH else None


def drained(pieces: Generator[str, None, Found]) -> Found:
    """Return what a reply came to, without showing it on the way."""
    while True:
        try:
            next(pieces)
        except StopIteration as ended:
            found: Found = ended.value
            return found


def _words(shown: Sequence[str]) -> int:
    return len("".join(shown).split())
