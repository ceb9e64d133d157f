"""A safety plan, built step by step in a conversation and kept in the person's own words.

The steps are those of the Safety Planning Intervention (Stanley, B., & Brown, G. K. (2012). Safety
Planning Intervention: A brief intervention to mitigate suicide risk. Cognitive and Behavioral
Practice, 19(2), 256-264), with the question after one thing worth living for that their printed
form adds.
"""

from dataclasses import dataclass, replace
from typing import Literal

from listenwell.core.types import History
from listenwell.safety.talk.words import Words, compiled, pieces_in, words_of

SHORT = 4
"""Words of a message that may mean "stop": in a longer one the word is part of the answer."""
STEPS = ("signs", "inside", "places", "ask", "pros", "around", "worth")
"""Warning signs; coping alone; people and places that distract; people to ask; professionals;
safer surroundings; worth living for."""


@dataclass(frozen=True, slots=True)
class SafetyPlan:
    """What the person said to each step; None where they passed it over."""

    answers: tuple[tuple[str, str | None], ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The steps that were not reached yet."""
        reached = {step for step, _ in self.answers}
        return tuple(step for step in STEPS if step not in reached)

    def as_text(self, words: Words | None = None) -> str:
        """Return the plan to print or keep; empty when nothing was answered."""
        titles = (words or words_of("en")).plan
        said = [f"{titles[step]}: {answer}" for step, answer in self.answers if answer]
        return "\n".join([titles["title"], *said]) if said else ""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """The next move of the plan; a finished plan comes with it."""

    move: str
    plan: SafetyPlan | None = None

    def text(self, words: Words) -> str:
        """Return the closing line with the plan in it."""
        plan = self.plan.as_text(words) if self.plan else ""
        (piece,) = words.variants("moves", self.move)
        return piece.filled({"plan": plan})


@dataclass(frozen=True, slots=True)
class _Making:
    """How far the making of a plan has come."""

    plan: SafetyPlan = SafetyPlan()
    going: Literal["no", "yes", "paused"] = "no"
    pending: str = ""
    offered: bool = False


def safety_plan(history: History, language: str = "en") -> SafetyPlan:
    """Return the plan that a conversation holds so far; it may be unfinished or empty."""
    return _making(history, words_of(language)).plan


def plan_text(history: History, language: str = "en") -> str:
    """Return the plan to print or keep, empty when there is none."""
    return safety_plan(history, language).as_text(words_of(language))


def next_line(history: History, words: Words) -> PlanLine | None:
    """Return the next line of a plan that is being made, or None when none is."""
    made = _making(history, words)
    if made.going == "paused":
        return PlanLine("plan_paused")
    if made.going != "yes":
        return None
    if made.plan.missing:
        return PlanLine(f"plan_{made.plan.missing[0]}")
    return PlanLine("plan_done", made.plan) if made.plan.as_text() else PlanLine("plan_paused")


def _making(history: History, words: Words) -> _Making:
    made = _Making()
    for message in history.messages:
        step = _after_reply if message.role == "assistant" else _after_message
        made = step(made, message.content, words)
    return made


def _after_reply(made: _Making, text: str, words: Words) -> _Making:
    names = [piece.name for piece in pieces_in(text)]
    asked = next((n.removeprefix("plan_") for n in names if n.removeprefix("plan_") in STEPS), "")
    going = made.going if asked and any(n.startswith("plan_") for n in names) else "no"
    return replace(made, pending=asked, going=going, offered="plan_offer" in names)


def _after_message(made: _Making, text: str, words: Words) -> _Making:
    plain = " ".join(text.casefold().replace("’", "'").split())
    if _matches(words, "start", plain) or (made.offered and words.heard("yes", plain)):
        return replace(made, going="yes")
    if not made.pending or made.going == "no":
        return made
    if len(plain.split()) <= SHORT and _matches(words, "stop", plain):
        return replace(made, going="paused")
    answer = None if _matches(words, "skip", plain) else " ".join(text.split())
    return replace(made, plan=SafetyPlan((*made.plan.answers, (made.pending, answer))))


def _matches(words: Words, name: str, plain: str) -> bool:
    return compiled(words.plan[name]).search(plain) is not None
