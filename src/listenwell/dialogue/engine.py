"""The one path from a message to a reply; the safety branch is a line that can be seen."""

from collections.abc import Generator as Pieces
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

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
    Turn,
)
from listenwell.dialogue.asked import asked
from listenwell.dialogue.composing import AUTHORED, Near, Part, compose
from listenwell.dialogue.corrected import Corrected, corrected
from listenwell.dialogue.exercises import guide
from listenwell.dialogue.hearing import hear
from listenwell.dialogue.intake import clean, kind_of
from listenwell.dialogue.live import (
    ADMITTED_CONTRADICTION,
    NEXT_SEED,
    Fitting,
    drained,
    ending,
    narrowed,
    speak,
)
from listenwell.dialogue.meeting import meet
from listenwell.dialogue.memory import Memory
from listenwell.dialogue.moments import GIVES_WAY, HELD, moment_plan, remembered
from listenwell.dialogue.planning import BRIGHT, GLADNESS, NO_MORE_QUESTIONS, make_plan
from listenwell.dialogue.prompts import CONTEXT_TURNS, NO_PLAN, render
from listenwell.dialogue.templates import GENERAL, Templates
from listenwell.dialogue.tongues import speaking
from listenwell.dialogue.tongues.tongue import Tongue
from listenwell.dialogue.trace import Clock, Draft, Trace
from listenwell.generation.nearness import Nearness
from listenwell.generation.protocol import (
    Elsewhere,
    Generator,
    LiveGenerator,
    Multilingual,
    Sifting,
    Wanted,
)
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
from listenwell.safety.helplines import MOST_DAYS
from listenwell.safety.screen import Screen, screening_failure
from listenwell.safety.streaming import judged

LOOKED_BACK = 4
"""How many earlier messages of the person's may be read again for what lasts."""
CANDIDATES = 8
FEW = 3
"""The same in another language than English, where authored words stand in for what is refused."""
ATTEMPTS = 2
"""How often candidates are drawn before an authored reply stands in."""
GOOD_ENOUGH = -0.5
"""The ranking's score below which an authored reply is better; chosen by reading talks of sixteen people."""
WEAK = "not-good-enough"
WRITTEN_WELL = 1.2
"""How good a sentence of a small model must be as a reply, from 0 to 2, to be shown."""
DANGER_STAYS = "what was said in danger is not sent anywhere"


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
    fallback: Generator | None = None
    """What writes when the generator fails, or may not be given what was said."""
    nearness: Nearness | None = None
    """Tells which authored sentences belong to what was said; without it, chance decides among them."""
    written: Guard | None = None
    """What looks at a generator's own sentences, stricter than at authored ones; `guard` where it is None."""
    helplines_days: int = MOST_DAYS
    """Days after which a help line that was checked is due again, and not said alone."""
    weighs_all: bool = False
    """Whether what cannot be shown is weighed, too, for whoever asks why; the reply is the same."""

    @property
    def _stricter(self) -> Guard:
        """What looks at a generator's own sentences."""
        return self.written or self.guard

    @property
    def reads_emotions(self) -> bool:
        """Whether feelings are read at all, which people are told at the start."""
        return not isinstance(self.reader, NoReader)

    @property
    def destination(self) -> disclosure.Destination | None:
        """Where the person's words go to be answered, which people are told at the start."""
        if not isinstance(self.generator, Elsewhere):
            return None
        return disclosure.Destination(self.generator.host, self.generator.on_this_machine)

    def respond(self, history: History, text: str) -> Turn:
        """Answer one message.

        Args:
            history: What was said before, oldest first.
            text: The person's new message, exactly as it came.
        """
        return drained(self.stream(history, text)).turn

    def explain(self, history: History, text: str) -> Trace:
        """Answer one message and keep every reason for the choice."""
        return drained(replace(self, weighs_all=True).stream(history, text))

    def stream(self, history: History, text: str) -> Pieces[str, None, Trace]:
        """Answer one message; yield what may be shown as soon as it may, and return the reasons.

        Joined, what is yielded is the reply. Nothing is taken back once it was yielded.
        """
        clock = Clock()
        user = Message("user", clean(text))
        history = history.add(user)
        risk = self.assess(history)
        clock.mark("screen")
        reading = self.read(history)
        clock.mark("read")
        plan = self.plan(history, reading, risk)
        draft = self._authored(history, reading, plan, risk)
        if draft is None:
            draft = yield from self._generated(history, reading, plan)
        else:
            yield draft.reply.text
        clock.mark("reply")
        turn = Turn(user, risk, reading, plan, draft.reply, clock.finished())
        ranked, refused = tuple(draft.ranked), tuple(draft.refused)
        return Trace(turn, ranked, refused, draft.parts, tuple(draft.notes))

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
        move = added or self.templates.matching(text, reading)
        told = self._corrected(history)
        before = self._read_before(history)
        plan = make_plan(told.history, reading, risk, move, before, told.denied)
        if plan.route == "crisis":
            return plan
        if not added and (tongue := self.tongue(history)):
            return speaking.plan_in(tongue, history, risk, plan)
        if plan.route != "model":
            return plan
        if added:
            return replace(plan, route="template")
        moment = moment_plan(history, plan, kind_of(text))
        met = asked(history, self._acts)
        if met.kind and (moment is None or moment.move in GIVES_WAY):
            return replace(plan, meets=met.kind)
        # What was all said once already is not said again; the authored moves go further.
        if moment and (moment.move in HELD or self.templates.unsaid(moment.move, history)):
            return moment
        return plan

    def _corrected(self, history: History) -> Corrected:
        """Return what is to be answered: the conversation as the person put it right."""
        return corrected(history, self.templates.moves, self._acts)

    def _acts(self, history: History) -> Mapping[str, float]:
        """Return how likely the newest message does each dialogue act."""
        return dict(self.read(history).acts)

    def _read_before(self, history: History) -> Iterator[Reading]:
        """Yield how the person seemed to feel at their last few messages, the newest first."""
        messages = history.messages[:-1]
        ends = [end for end, said in enumerate(messages, start=1) if said.role == "user"]
        for end in ends[-LOOKED_BACK:][::-1]:
            yield self.read(History(messages[:end]))

    def _authored(self, history: History, reading: Reading, plan: Plan, risk: Risk) -> Draft | None:
        """Return the words that people wrote for this moment, or None where a generator may write."""
        # Someone in danger is answered by the authored dialogue, never by a language model.
        if grave := self._in_danger(history, plan, risk):
            return Draft(Reply(grave, "crisis"))
        asked = disclosure.asked_in(history.last_user)
        tongue = self.tongue(history) if plan.language != ENGLISH else None
        # A dialogue in the language of the question has words of its own for it.
        if asked and not (tongue and tongue.code == asked and plan.move == "real"):
            return Draft(Reply(_unsaid(disclosure.answers_in(asked), history), "disclosure"))
        if tongue:
            return self._in_tongue(tongue, history, plan, risk)
        if guided := guide.step(history, risk, reading):
            return Draft(guided)
        if recalled := self.memory.recalled(history):
            return Draft(Reply(recalled, "memory"))
        if plan.move == "offer" and (put := guide.offer(history, reading, risk)):
            return Draft(put)
        if plan.route == "template":
            return self._from_template(history, plan)
        return None

    def _in_danger(self, history: History, plan: Plan, risk: Risk) -> str | None:
        if plan.route == "crisis":
            return crisis.crisis_reply(history, risk, self.country, self.helplines_days)
        return crisis.check_in(history, risk, self.country, self.helplines_days)

    def _in_tongue(self, tongue: Tongue, history: History, plan: Plan, risk: Risk) -> Draft:
        """Let a generator of many languages write where a story is answered, else authored words."""
        draft = Draft(Reply("", ""))
        if self._may_write_in(tongue, history, plan, risk):
            prompt = render(history, Reading(), plan)
            for candidate in self._propose(prompt, self.seed + len(history.messages), draft, FEW):
                reason = speaking.refuses(tongue, history, plan, candidate.text)
                if reason is None:
                    return replace(draft, reply=Reply(candidate.text, self._name()))
                draft.refused.append((candidate.text, reason))
        text = speaking.reply_in(tongue, history, risk, plan, alone=not self._speaks_many)
        return replace(draft, reply=Reply(text, speaking.MAKER))

    @property
    def _speaks_many(self) -> bool:
        return isinstance(self.generator, Multilingual) and self.generator.speaks_many

    def _may_write_in(self, tongue: Tongue, history: History, plan: Plan, risk: Risk) -> bool:
        if not self._speaks_many:
            return False
        if isinstance(self.generator, Elsewhere) and self._told_of_danger(history):
            return False
        return speaking.may_write(tongue, history, risk, plan)

    def _from_template(self, history: History, plan: Plan) -> Draft:
        if plan.move == "remember" and (told := remembered(history)):
            return Draft(Reply(told, "templates"))
        text = next(
            (t for t in self.templates.unsaid(plan.move, history) if plan.asks or "?" not in t),
            self.templates.pick(plan.move, history),
        )
        return Draft(Reply(text, "templates"))

    def _generated(
        self, history: History, reading: Reading, plan: Plan
    ) -> Pieces[str, None, Draft]:
        if isinstance(self.generator, Elsewhere) and self._told_of_danger(history):
            draft = self._in_place(history, reading, plan, DANGER_STAYS)
        elif isinstance(self.generator, LiveGenerator):
            return (yield from self._live(history, reading, plan, self.generator))
        else:
            draft = self._from_model(history, reading, plan)
        yield draft.reply.text
        return draft

    def _told_of_danger(self, history: History) -> bool:
        """Whether anything that a generator would see was said while there was danger."""
        said = history.messages
        seen = [n for n, message in enumerate(said, 1) if message.content.strip()][-CONTEXT_TURNS:]
        return any(
            self.assess(History(said[:n])).level >= RiskLevel.HIGH
            for n in seen
            if said[n - 1].role == "user"
        )

    def _live(
        self, history: History, reading: Reading, plan: Plan, generator: LiveGenerator
    ) -> Pieces[str, None, Draft]:
        """Show a reply as it is written; where it fails, what was shown stays and is ended."""
        kept = self.memory.for_generator(generator)
        prompt = replace(render(history, reading, plan), memory=kept)
        guard = Fitting(self._stricter, history, reading, plan)
        spoken = yield from speak(generator, prompt, self.seed + len(history.messages), guard)
        if not spoken.text:
            draft = self._in_place(history, reading, plan, spoken.why)
            draft.refused[:0] = guard.refused
            yield draft.reply.text
            return draft
        draft = Draft(Reply(spoken.text, generator.name), refused=guard.refused)
        if not spoken.whole:
            draft.notes.append(spoken.why)
            if part := self._ending(history, reading, plan, spoken.text):
                yield f" {part.text}"
                maker = "templates" if part.maker == AUTHORED else "embedded"
                draft.parts = (part,)
                draft.notes.append(f"{maker} wrote the end")
                whole = f"{spoken.text} {part.text}"
                draft.reply = Reply(whole, f"{generator.name}+{maker}")
        return draft

    def _in_place(self, history: History, reading: Reading, plan: Plan, why: str) -> Draft:
        """Return what the fallback says where the generator said nothing."""
        draft = replace(self, generator=self.fallback)._from_model(history, reading, plan)
        draft.notes += [why, f"{draft.reply.generator} answered in its place"]
        return draft

    def _ending(self, history: History, reading: Reading, plan: Plan, shown: str) -> Part | None:
        """Return what ends a reply of which a part was shown, unlike it and unlike all before."""
        plan = narrowed(plan, shown)
        told = history.add(Message("assistant", shown))
        small = replace(self, generator=self.fallback)
        written = partial(small._questions, history, reading, plan, Draft(Reply("", "")), told)
        moves = self.templates.moves
        near, apt = self._looks(history)
        parts = compose(told, hear(history), plan, moves, written, self.seed, near, apt)
        part = ending(parts, plan, shown)
        fits = part and judged(f"{shown} {part.text}", self.guard).allowed
        return part if fits else None

    def _from_model(self, history: History, reading: Reading, plan: Plan) -> Draft:
        """Take what a generator wrote where it is good enough, around it what people wrote."""
        draft = Draft(Reply("", ""))
        sifts = isinstance(self.generator, Sifting)
        if sifts and not self.weighs_all:
            return self._composed(history, reading, plan, draft)
        for attempt in range(ATTEMPTS if self._writes(plan) else 0):
            self._rank(history, reading, plan, draft, attempt)
            fine = [item for item in draft.ranked if self._admits(item, history, plan, draft)]
            # A generator that does not tell relevance writes whole replies, and is taken at its word.
            whole = next((item for item in fine if not item.candidate.relevance), None)
            if whole:
                return replace(draft, reply=Reply(whole.candidate.text, self._name()))
            if sifts or any(item.candidate.relevance for item in draft.ranked):
                break
        return self._composed(history, reading, plan, draft)

    def _rank(
        self, history: History, reading: Reading, plan: Plan, draft: Draft, attempt: int = 0
    ) -> None:
        """Let the generator propose replies, and put them in order."""
        kept = self.memory.for_generator(self.generator)
        prompt = replace(render(history, reading, plan), memory=kept)
        seed = self.seed + len(history.messages) + NEXT_SEED * attempt
        proposed = self._propose(prompt, seed, draft, wanted=partial(_can_be_shown, history))
        draft.ranked = rank(proposed, history, reading, plan)

    def _composed(self, history: History, reading: Reading, plan: Plan, draft: Draft) -> Draft:
        if plan.meets and (parts := self._met(history, plan)):
            text = " ".join(part.text for part in parts)
            return replace(draft, reply=Reply(text, "templates"), parts=parts)
        written = cache(partial(self._questions, history, reading, plan, draft, history))
        moves = self.templates.moves
        stands = self._corrected(history)
        told, heard = stands.history, hear(stands.history, stands.denied)
        near, apt = self._looks(history)
        # What is refused is mostly their own harsh words said back: next comes a reply without them.
        tries = [(written, heard), (None, heard), (None, replace(heard, mirrored=""))]
        for sentences, words in tries:
            parts = compose(told, words, plan, moves, sentences, self.seed, near, apt)
            text = " ".join(part.text for part in parts)
            if parts and judged(text, self.guard).allowed:
                authored = all(part.maker == AUTHORED for part in parts)
                maker = "templates" if authored else self._name()
                return replace(draft, reply=Reply(text, maker), parts=parts)
        glad = plan.feeling in {GLADNESS, BRIGHT}
        name = GENERAL if plan.move == GLADNESS and not glad else plan.move
        return replace(draft, reply=Reply(self.templates.pick(name, history), "templates"))

    def _met(self, history: History, plan: Plan) -> tuple[Part, ...]:
        """Return a reply that meets what was asked or put right; nothing where the guard refuses all."""
        near, apt = self._looks(history)

        stands = self._corrected(history)

        def about(told: History, plan: Plan) -> tuple[Part, ...]:
            heard = hear(told, stands.denied)
            return compose(told, heard, plan, self.templates.moves, None, self.seed, near, apt)

        met = asked(history, self._acts)
        lines = partial(self.templates.unsaid, history=history)
        for some in (met, replace(met, rest=""), replace(met, rest="", slots={})):
            parts = meet(some, stands.history, plan, lines, about)
            if parts and judged(" ".join(part.text for part in parts), self.guard).allowed:
                return parts
        return ()

    def _questions(
        self, history: History, reading: Reading, plan: Plan, draft: Draft, told: History
    ) -> list[Part]:
        """Return the questions of the generator that may be shown after what was told.

        One that sifts is only asked here, where no authored question fits: writing takes longest.
        """
        if isinstance(self.generator, Sifting) and not draft.ranked and self._writes(plan):
            self._rank(history, reading, plan, draft)
        candidates = [item.candidate for item in draft.ranked]
        found = [
            Part(text, found.source)
            for text, found in showable(candidates, told)
            if "?" in text and self._admits_sentence(text, told, reading)
        ]
        _, apt = self._looks(told)
        if apt is None:
            return found
        marks = apt([part.text for part in found])
        return [part for part, mark in zip(found, marks, strict=True) if mark >= WRITTEN_WELL]

    def _writes(self, plan: Plan) -> bool:
        """Whether the generator is asked: of one that sifts only questions are taken."""
        sifts = isinstance(self.generator, Sifting)
        return self.generator is not None and (not sifts or (plan.asks and not plan.meets))

    def _looks(self, history: History) -> tuple[Near | None, Near | None]:
        """Return what tells how near sentences are here, and how good they would be as replies."""
        if self.nearness is None:
            return None, None
        messages = render(history, Reading(), NO_PLAN).messages
        return partial(self.nearness.of, messages), partial(self.nearness.appropriate, messages)

    def _name(self) -> str:
        return self.generator.name if self.generator else "templates"

    def _propose(
        self,
        prompt: Prompt,
        seed: int,
        draft: Draft,
        count: int = CANDIDATES,
        wanted: Wanted | None = None,
    ) -> Sequence[Candidate]:
        if self.generator is None:
            return []
        try:
            if wanted and not self.weighs_all and isinstance(self.generator, Sifting):
                return self.generator.propose_of(prompt, count, seed, wanted)
            return self.generator.propose(prompt, count, seed)
        except ListenwellError as error:
            # A generator that cannot be reached must not leave the person without an answer.
            draft.notes.append(f"{self.generator.name}: {error}")
            return []

    def _admits(self, item: Ranked, history: History, plan: Plan, draft: Draft) -> bool:
        reason = self._refuses(item, history, plan)
        if reason:
            draft.refused.append((item.candidate.text, reason))
        return reason is None

    def _admits_sentence(self, text: str, history: History, reading: Reading) -> bool:
        return (
            judged(text, self._stricter).allowed
            and not blind_to_loss(text, history)
            and contradiction(text, reading) <= ADMITTED_CONTRADICTION
            and not any(text in said for said in history.said_by("assistant"))
        )

    def _refuses(self, item: Ranked, history: History, plan: Plan) -> str | None:
        text, marks = item.candidate.text, dict(item.marks)
        verdict = judged(text, self._stricter)
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


def _can_be_shown(history: History, candidate: Candidate) -> bool:
    """Whether a sentence of a small model's may be a part of the reply, whatever it weighs."""
    return any("?" in sentence for sentence, _ in showable([candidate], history))


def _unsaid(lines: Sequence[str], history: History) -> str:
    said = history.said_by("assistant")
    asked = bool(said) and "?" in said[-1]
    fresh = sorted((line for line in lines if line not in said), key=lambda s: asked and "?" in s)
    return fresh[0] if fresh else lines[len(said) % len(lines)]
