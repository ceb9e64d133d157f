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
    Turn,
)
from listenwell.dialogue.composing import AUTHORED, Part, compose
from listenwell.dialogue.exercises import guide
from listenwell.dialogue.hearing import hear
from listenwell.dialogue.intake import clean, kind_of
from listenwell.dialogue.memory import Memory
from listenwell.dialogue.moments import moment_plan, remembered
from listenwell.dialogue.planning import NO_MORE_QUESTIONS, make_plan
from listenwell.dialogue.prompts import NO_PLAN, render
from listenwell.dialogue.templates import Templates
from listenwell.dialogue.tongues import speaking
from listenwell.dialogue.tongues.tongue import Tongue
from listenwell.generation.protocol import Generator, Multilingual
from listenwell.generation.ranking import (
    FEELING_WEIGHT,
    Ranked,
    blind_to_loss,
    contradiction,
    rank,
)
from listenwell.generation.sentences import showable
from listenwell.perception.language import ENGLISH
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
    """Why a turn came out as it did: every candidate, its marks, what refused it, and the pieces."""

    turn: Turn
    ranked: tuple[Ranked, ...]
    refused: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...] = ()


@dataclass(slots=True)
class _Draft:
    """A reply on its way, with what was looked at for it."""

    reply: Reply
    ranked: list[Ranked] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    parts: tuple[Part, ...] = ()


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
    language: str = ""
    """What the person chose to speak; what they write goes before it."""

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
        draft = self._reply(history, reading, plan, risk)
        clock.mark("reply")
        turn = Turn(user, risk, reading, plan, draft.reply, clock.finished())
        return Trace(turn, tuple(draft.ranked), tuple(draft.refused), draft.parts)

    def assess(self, history: History) -> Risk:
        """Return the risk of a conversation; a screen that breaks counts as high risk."""
        try:
            return self.screen.assess(history)
        except Exception as error:  # whatever broke, it must never read as "fine"
            return screening_failure(error)

    def read(self, history: History) -> Reading:
        """Return how the person seems to feel; a message without words says nothing."""
        if kind_of(history.last_user) in {"empty", "silence", "emoji", "unreadable"}:
            return Reading()
        if self.tongue(history):
            # The reader learned from English, and would guess.
            return Reading()
        return self.reader.read(render(history, Reading(), NO_PLAN))

    def tongue(self, history: History) -> Tongue | None:
        """Return the authored dialogue to answer from; None for English."""
        return speaking.tongue_for(history, self.language)

    def plan(self, history: History, reading: Reading, risk: Risk) -> Plan:
        """Choose what to do; a user's own template and ordinary moments go before a story."""
        text = history.last_user
        added = self.templates.added(text)
        plan = make_plan(history, reading, risk, added or self.templates.matching(text, reading))
        if plan.route == "crisis":
            return plan
        if not added and (tongue := self.tongue(history)):
            return speaking.plan_in(tongue, history, risk, plan)
        if plan.route != "model":
            return plan
        if added:
            return replace(plan, route="template")
        moment = moment_plan(history, plan, kind_of(text))
        # What was all said once already is not said again; the authored moves go further.
        if moment and self.templates.unsaid(moment.move, history):
            return moment
        return plan

    def _reply(self, history: History, reading: Reading, plan: Plan, risk: Risk) -> _Draft:
        # Someone in danger is answered by the authored dialogue, never by a language model.
        if grave := self._in_danger(history, plan, risk):
            return _Draft(Reply(grave, "crisis"))
        if plan.language != ENGLISH and (tongue := self.tongue(history)):
            return self._in_tongue(tongue, history, plan, risk)
        if disclosure.asks_what_it_is(history.last_user):
            return _Draft(Reply(_unsaid(disclosure.ANSWERS, history), "disclosure"))
        if guided := guide.step(history, risk, reading):
            return _Draft(guided)
        if recalled := self.memory.recalled(history):
            return _Draft(Reply(recalled, "memory"))
        if plan.move == "offer" and (put := guide.offer(history, reading, risk)):
            return _Draft(put)
        if plan.route == "template":
            return self._from_template(history, plan)
        return self._from_model(history, reading, plan)

    def _in_danger(self, history: History, plan: Plan, risk: Risk) -> str | None:
        if plan.route == "crisis":
            return crisis.crisis_reply(history, risk, self.country)
        return crisis.check_in(history, risk, self.country)

    def _in_tongue(self, tongue: Tongue, history: History, plan: Plan, risk: Risk) -> _Draft:
        """Let a generator of many languages write where a story is answered, else authored words."""
        draft = _Draft(Reply("", ""))
        many = isinstance(self.generator, Multilingual) and self.generator.speaks_many
        if many and speaking.may_write(tongue, history, risk, plan):
            prompt = render(history, Reading(), plan)
            for candidate in self._propose(prompt, self.seed + len(history.messages)):
                reason = speaking.refuses(tongue, history, plan, candidate.text)
                if reason is None:
                    return replace(draft, reply=Reply(candidate.text, self._name()))
                draft.refused.append((candidate.text, reason))
        text = speaking.reply_in(tongue, history, risk, plan)
        return replace(draft, reply=Reply(text, speaking.MAKER))

    def _from_template(self, history: History, plan: Plan) -> _Draft:
        if plan.move == "remember" and (told := remembered(history)):
            return _Draft(Reply(told, "templates"))
        text = next(
            (t for t in self.templates.unsaid(plan.move, history) if plan.asks or "?" not in t),
            self.templates.pick(plan.move, history),
        )
        return _Draft(Reply(text, "templates"))

    def _from_model(self, history: History, reading: Reading, plan: Plan) -> _Draft:
        """Take what a generator wrote where it is good enough, around it what people wrote."""
        draft = _Draft(Reply("", ""))
        kept = self.memory.for_generator(self.generator)
        prompt = replace(render(history, reading, plan), memory=kept)
        for attempt in range(ATTEMPTS if self.generator else 0):
            proposed = self._propose(prompt, self.seed + len(history.messages) + 7919 * attempt)
            draft.ranked = rank(proposed, history, reading, plan)
            fine = [item for item in draft.ranked if self._admits(item, history, plan, draft)]
            # A generator that does not tell relevance writes whole replies, and is taken at its word.
            whole = next((item for item in fine if not item.candidate.relevance), None)
            if whole:
                return replace(draft, reply=Reply(whole.candidate.text, self._name()))
            if any(item.candidate.relevance for item in draft.ranked):
                break
        return self._composed(history, reading, plan, draft)

    def _composed(self, history: History, reading: Reading, plan: Plan, draft: _Draft) -> _Draft:
        candidates = [item.candidate for item in draft.ranked]
        written = [
            Part(text, found.source)
            for text, found in showable(candidates, history)
            if self._admits_sentence(text, history, reading)
        ]
        heard = hear(history)
        for sentences in (written, []) if written else ([],):
            parts = compose(history, heard, plan, self.templates.moves, sentences, self.seed)
            text = " ".join(part.text for part in parts)
            if parts and judged(text, self.guard).allowed:
                authored = all(part.maker == AUTHORED for part in parts)
                maker = "templates" if authored else self._name()
                return replace(draft, reply=Reply(text, maker), parts=parts)
        return replace(draft, reply=Reply(self.templates.pick(plan.move, history), "templates"))

    def _name(self) -> str:
        return self.generator.name if self.generator else "templates"

    def _propose(self, prompt: Prompt, seed: int) -> Sequence[Candidate]:
        if self.generator is None:
            return []
        try:
            return self.generator.propose(prompt, CANDIDATES, seed)
        except ListenwellError:
            # A generator that cannot be reached must not leave the person without an answer.
            return []

    def _admits(self, item: Ranked, history: History, plan: Plan, draft: _Draft) -> bool:
        reason = self._refuses(item, history, plan)
        if reason:
            draft.refused.append((item.candidate.text, reason))
        return reason is None

    def _admits_sentence(self, text: str, history: History, reading: Reading) -> bool:
        return (
            judged(text, self.guard).allowed
            and not blind_to_loss(text, history)
            and contradiction(text, reading) <= ADMITTED_CONTRADICTION
            and not any(text in said for said in history.said_by("assistant"))
        )

    def _refuses(self, item: Ranked, history: History, plan: Plan) -> str | None:
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
        if "?" in text and plan.because.endswith(NO_MORE_QUESTIONS):
            return "asked-not-to-ask"
        # A generator that does not tell relevance is taken at its word.
        if item.candidate.relevance and item.score < GOOD_ENOUGH:
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
    asked = bool(said) and "?" in said[-1]
    fresh = sorted((line for line in lines if line not in said), key=lambda s: asked and "?" in s)
    return fresh[0] if fresh else lines[len(said) % len(lines)]
