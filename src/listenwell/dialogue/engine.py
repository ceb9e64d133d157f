"""The one path from a message to a reply; the safety branch is a line that can be seen."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from listenwell.core.errors import ListenwellError
from listenwell.core.types import (
    Candidate,
    History,
    Message,
    Plan,
    Prompt,
    Reading,
    Reply,
    Risk,
    RiskLevel,
    Strategy,
    Turn,
)
from listenwell.dialogue.exercises import guide
from listenwell.dialogue.intake import clean, kind_of
from listenwell.dialogue.memory import Memory
from listenwell.dialogue.planning import make_plan
from listenwell.dialogue.prompts import NO_PLAN, render
from listenwell.dialogue.templates import Templates
from listenwell.generation.protocol import Generator
from listenwell.generation.ranking import FEELING_WEIGHT, Ranked, rank
from listenwell.perception.reader import EmotionReader, NoReader
from listenwell.safety import crisis, disclosure
from listenwell.safety.guard import Guard
from listenwell.safety.screen import Screen, screening_failure
from listenwell.safety.streaming import judged

CANDIDATES = 8
ATTEMPTS = 2
"""How often candidates are drawn before an authored reply stands in."""
GOOD_ENOUGH = -0.5
"""The ranking's score below which an authored reply is better; chosen by reading talks of sixteen people."""
WEAK = "not-good-enough"
ADMITTED_CONTRADICTION = 0.5
"""A reply whose tone contradicts the feeling with more than this probability is not shown."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Why a turn came out as it did: every candidate, its marks, and what refused it."""

    turn: Turn
    ranked: tuple[Ranked, ...]
    refused: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Clock:
    """Wall time by stage."""

    started: float = field(default_factory=time.perf_counter)
    stages: list[tuple[str, float]] = field(default_factory=list)

    def mark(self, stage: str) -> None:
        now = time.perf_counter()
        spent = sum(seconds for _, seconds in self.stages)
        self.stages.append((stage, now - self.started - spent))

    def finished(self) -> tuple[tuple[str, float], ...]:
        total = time.perf_counter() - self.started
        return (*((s, round(t, 4)) for s, t in self.stages), ("total", round(total, 4)))


@dataclass(slots=True)
class Engine:
    """Everything between a message and a reply. Knows protocols only, and keeps no history."""

    screen: Screen
    reader: EmotionReader
    generator: Generator | None
    guard: Guard
    templates: Templates
    seed: int = 0
    country: str | None = None
    """Where the person chose to be, for help lines that work there: a code of two letters."""
    memory: Memory = field(default_factory=Memory)
    """What was kept from earlier conversations; nothing unless the person switched it on."""

    @property
    def reads_emotions(self) -> bool:
        """Whether feelings are read at all, which people are told at the start."""
        return not isinstance(self.reader, NoReader)

    def respond(self, history: History, text: str) -> Turn:
        """Answer one message.

        Args:
            history: What was said before, oldest first.
            text: The person's new message, exactly as it came.
        """
        return self.explain(history, text).turn

    def explain(self, history: History, text: str) -> Trace:
        """Answer one message and keep every reason for the choice."""
        clock = _Clock()
        user = Message("user", clean(text))
        history = history.add(user)
        risk = self.assess(history)
        clock.mark("screen")
        reading = self.read(history)
        clock.mark("read")
        plan = self.plan(history, reading, risk)
        reply, ranked, refused = self._reply(history, reading, plan, risk)
        clock.mark("reply")
        turn = Turn(user, risk, reading, plan, reply, clock.finished())
        return Trace(turn, tuple(ranked), tuple(refused))

    def assess(self, history: History) -> Risk:
        """Return the risk of a conversation; a screen that breaks counts as high risk."""
        try:
            return self.screen.assess(history)
        except Exception as error:  # whatever broke, it must never read as "fine"
            return screening_failure(error)

    def read(self, history: History) -> Reading:
        """Return how the person seems to feel; a message without words says nothing."""
        if kind_of(history.last_user) != "text":
            return Reading()
        return self.reader.read(render(history, Reading(), NO_PLAN))

    def plan(self, history: History, reading: Reading, risk: Risk) -> Plan:
        """Choose what to do; a message without words, and a user's own template, go first."""
        text = history.last_user
        kind = kind_of(text)
        if kind != "text" and risk.level < RiskLevel.HIGH:
            return Plan(Strategy.OTHERS, kind, "template")
        added = self.templates.added(text)
        plan = make_plan(history, reading, risk, added or self.templates.matching(text, reading))
        if plan.route == "model" and (added or self.generator is None):
            return Plan(plan.strategy, plan.move, "template", plan.avoid)
        return plan

    def _reply(
        self, history: History, reading: Reading, plan: Plan, risk: Risk
    ) -> tuple[Reply, list[Ranked], list[tuple[str, str]]]:
        # Someone in danger is answered by the authored dialogue, never by a language model.
        if plan.route == "crisis":
            return Reply(crisis.crisis_reply(history, risk, self.country), "crisis"), [], []
        asked = crisis.check_in(history, risk, self.country)
        if asked:
            return Reply(asked, "crisis"), [], []
        if disclosure.asks_what_it_is(history.last_user):
            return Reply(_unsaid(disclosure.ANSWERS, history), "disclosure"), [], []
        if guided := guide.step(history, risk, reading):
            return guided, [], []
        if recalled := self.memory.recalled(history):
            return Reply(recalled, "memory"), [], []
        if plan.route == "model":
            return self._from_model(history, reading, plan)
        return self._authored(history, plan), [], []

    def _from_model(
        self, history: History, reading: Reading, plan: Plan
    ) -> tuple[Reply, list[Ranked], list[tuple[str, str]]]:
        kept = self.memory.for_generator(self.generator)
        prompt = replace(render(history, reading, plan), memory=kept)
        refused: list[tuple[str, str]] = []
        for attempt in range(ATTEMPTS):
            proposed = self._propose(prompt, self.seed + len(history.messages) + 7919 * attempt)
            ranked = rank(proposed, history, reading, plan)
            for position, item in enumerate(ranked):
                reason = self._refuses(item, history)
                if reason is None:
                    reply = Reply(
                        item.candidate.text, self.generator.name if self.generator else ""
                    )
                    return reply, ranked[position:], refused
                refused.append((item.candidate.text, reason))
                if reason == WEAK:  # whatever comes after it is weaker still
                    return self._authored(history, plan), [], refused
        return self._authored(history, plan), [], refused

    def _authored(self, history: History, plan: Plan) -> Reply:
        return Reply(self.templates.pick(plan.move, history), "templates")

    def _propose(self, prompt: Prompt, seed: int) -> Sequence[Candidate]:
        if self.generator is None:
            return []
        try:
            return self.generator.propose(prompt, CANDIDATES, seed)
        except ListenwellError:
            # A generator that cannot be reached must not leave the person without an answer.
            return []

    def _refuses(self, item: Ranked, history: History) -> str | None:
        text, marks = item.candidate.text, dict(item.marks)
        verdict = judged(text, self.guard)
        if not verdict.allowed:
            return verdict.rule
        if text in history.said_by("assistant"):
            return "said-before"
        if marks.get("feeling", 0.0) < -FEELING_WEIGHT * ADMITTED_CONTRADICTION:
            return "contradicts-the-feeling"
        if marks.get("loss"):
            return "blind-to-the-loss"
        # A generator that does not tell relevance is taken at its word.
        if marks.get("relevance") and item.score < GOOD_ENOUGH:
            return WEAK
        return None


def pieces(text: str) -> Iterator[str]:
    """Yield a finished reply word by word, for a screen that shows it as it comes.

    Only text that the guard has passed whole is ever cut into pieces.
    """
    for index, word in enumerate(text.split(" ")):
        yield word if index == 0 else f" {word}"


def _unsaid(lines: Sequence[str], history: History) -> str:
    said = history.said_by("assistant")
    fresh = [line for line in lines if line not in said]
    return fresh[0] if fresh else lines[len(said) % len(lines)]
