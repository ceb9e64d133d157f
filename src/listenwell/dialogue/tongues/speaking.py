"""What is said in another language: the plan of a turn, and the authored words for it."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from listenwell.core.roman import WRITTEN_AS
from listenwell.core.types import History, Plan, Risk, RiskLevel, Stage, Strategy
from listenwell.dialogue.hearing import Heard
from listenwell.dialogue.planning import CHEER, UNDERSTOOD, may_ask, stage_of
from listenwell.dialogue.tongues import exercising
from listenwell.dialogue.tongues.hearing import Told, hear
from listenwell.dialogue.tongues.tongue import LANGUAGES, Tongue, tongue_of
from listenwell.perception.language import language_of, spoken_in
from listenwell.safety.guard_tongues import allows_in

MAKER = "tongues"
GLADNESS, NIGHT = "gladness", "sleep"
FEW, MANY = 4, 7
"""Words up to which a message gets one sentence back, and from which it gets two that tell."""
CALM = range(4, 15)
"""Words of a message after which an exercise may be offered."""
RAW = frozenset({"loss", "partner"})
"""Topics in the middle of which none is."""
LEAVING = frozenset({"stop_questions", "just_listen", "bot_anger", "misunderstood", "medical"})
"""Moments over which nobody is led on to the next step: they are answered, and the exercise waits."""
_WIDER = {
    "advice": "ideas", "little": "presence", "silence": "presence", "unsure": "presence",
    "agrees": "heard", "disagrees": "heard", "laugh": "presence",
}  # fmt: skip
"""What goes on where the words of a moment were all said."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """One turn: what was heard, and what was said before and so is not said again.

    Attributes:
        at: Where in a list to begin.
        rested: Whether an exercise has just come to its end.
    """

    tongue: Tongue
    told: Told
    plan: Plan
    said: str
    at: int
    rested: bool

    def unsaid(self, lines: Sequence[str], *, asks: bool) -> tuple[str, ...]:
        """Return lines not said yet, beginning at another one in every conversation."""
        fresh = [line for line in lines if line not in self.said and (asks or "?" not in line)]
        start = self.at % len(fresh) if fresh else 0
        return (*fresh[start:], *fresh[:start])

    def pick(self, lines: Sequence[str]) -> str:
        """Return a line not said yet; when all were, the one said longest ago."""
        fresh = self.unsaid(lines, asks=True)
        return fresh[0] if fresh else min(lines, key=self.said.rfind)


def tongue_for(history: History, start: str = "") -> Tongue | None:
    """Return the authored dialogue of the language spoken, or None for English and unknown ones.

    Args:
        history: The conversation, its newest message the person's.
        start: The language that the person chose beforehand.
    """
    code = spoken_in(history.said_by("user"), start)
    return tongue_of(code) if code in LANGUAGES or code in WRITTEN_AS else None


def plan_in(tongue: Tongue, history: History, risk: Risk, plan: Plan) -> Plan:
    """Return what to do, by the same stages as in English: listen first, advice when it is asked.

    Args:
        tongue: The language.
        history: The conversation, its newest message the person's.
        risk: What the screen found, below high.
        plan: What was planned by English words, which are not there.
    """
    told = hear(history, tongue)
    heard = told.heard
    stage, why = stage_of(history, heard)
    asks, why_asks = may_ask(history, heard)
    feeling = next(iter((*heard.feelings, *heard.earlier_feelings)), "")
    tender = risk.level > RiskLevel.NONE or (feeling and feeling != GLADNESS)
    return replace(
        plan,
        strategy=_strategy(stage, told, asks=asks),
        move=told.moment or "general",
        route="template",
        avoid=frozenset({CHEER}) if tender else frozenset(),
        stage=stage,
        topic=heard.topic,
        feeling=feeling,
        asks=asks,
        because=f"{why}; {why_asks}; prepared sentences in {tongue.code}",
        language=tongue.code,
    )


def reply_in(
    tongue: Tongue, history: History, risk: Risk, plan: Plan, *, alone: bool = True
) -> str:
    """Return the reply; what the language cannot do is told once, with the first of them.

    Args:
        tongue: The language.
        history: The conversation, its newest message the person's.
        risk: What the screen found, below high.
        plan: What `plan_in` returned.
        alone: Whether nothing but these words is there, and no model that speaks the language.
    """
    turn = _turn(tongue, history, plan)
    text = _exercise(turn, history, risk) or _moment(turn) or _composed(turn)
    if tongue.limits in turn.said or not alone:
        return text
    limits = f"{tongue.limits} {tongue.latin}" if tongue.code in WRITTEN_AS else tongue.limits
    return f"{text}\n\n{limits}"


def may_write(tongue: Tongue, history: History, risk: Risk, plan: Plan) -> bool:
    """Whether a story is to be answered, and neither a moment nor an exercise has words of its own."""
    turn = _turn(tongue, history, plan)
    if tongue.code in WRITTEN_AS:
        return False
    return not turn.told.moment and _exercise(turn, history, risk) is None


def refuses(tongue: Tongue, history: History, plan: Plan, text: str) -> str | None:
    """Return why a generated reply may not be shown, or None."""
    if language_of(text) != tongue.code:
        return "another-language"
    if text in history.said_by("assistant"):
        return "said-before"
    if text.count("?") > plan.asks:
        return "asks-too-much"
    return allows_in(tongue.code, text).rule or None


def _turn(tongue: Tongue, history: History, plan: Plan) -> _Turn:
    said = " ".join(history.said_by("assistant"))
    first = next(iter(history.said_by("user")), "")
    at = zlib.crc32(first.encode()) + len(history.messages)
    rested = exercising.ended_before(history, tongue)
    return _Turn(tongue, hear(history, tongue), plan, said, at, rested)


def _exercise(turn: _Turn, history: History, risk: Risk) -> str | None:
    if turn.told.moment in {"real", "goodbye"} or risk.level >= RiskLevel.MODERATE:
        return None
    leaves = turn.told.moment in LEAVING
    going_on = exercising.step(history, turn.tongue, turn.pick, leaves=leaves)
    if going_on or leaves:
        return going_on
    needs = _needs(turn.told.heard)
    if wished := exercising.asked_for(history, needs, turn.tongue, turn.pick):
        return wished
    if exercising.was_offered(history, turn.tongue) or not _is_time(turn):
        return None
    fitting = exercising.fitting_for(history, needs, turn.tongue)
    return fitting.offer if fitting else None


def _needs(heard: Heard) -> tuple[str, ...]:
    """Return what an exercise may be for: a bad night, then what is felt, then what it is about."""
    needs = (*heard.feelings, *heard.earlier_feelings, heard.topic)
    return tuple(sorted(needs, key=lambda need: need != NIGHT))


def _is_time(turn: _Turn) -> bool:
    """Whether it is time to offer, once, something to do."""
    heard, plan = turn.told.heard, turn.plan
    if turn.told.moment == "advice":
        # First an idea to whoever asks for one; an exercise to whoever asks again.
        return any(idea in turn.said for idea in turn.tongue.say["advice"])
    ready = plan.stage is Stage.UNDERSTANDING and plan.asks and not heard.only_listen
    # Not in the middle of something raw: a feeling named just now, a long message, a death.
    raw = heard.feelings or heard.length not in CALM or heard.topic in RAW or turn.told.moment
    hurts = plan.feeling not in {"", GLADNESS, "grief"}
    return ready and hurts and not raw and heard.turns >= UNDERSTOOD + 4


def _moment(turn: _Turn) -> str | None:
    name = turn.told.moment
    if not name:
        return None
    wider = turn.tongue.say[_WIDER[name]] if name in _WIDER else ()
    for lines in (turn.tongue.say.get(name, ()), wider):
        if fresh := turn.unsaid(lines, asks=turn.plan.asks):
            return fresh[0]
    return None


def _composed(turn: _Turn) -> str:
    """Put a reply together: something that shows what was heard, and a question where one may be."""
    lines, questions = _statements(turn), _questions(turn) if turn.plan.asks else ()
    if turn.told.heard.length <= FEW:
        # Few words get few: a feeling is answered, anything else is asked about.
        parts = lines[:1] if turn.told.heard.feelings or not questions else questions[:1]
    else:
        many = 2 if turn.told.heard.length >= MANY and not questions else 1
        parts = (*lines[:many], *questions[:1])
    return " ".join(parts) or turn.pick(turn.tongue.say["presence"])


def _statements(turn: _Turn) -> tuple[str, ...]:
    tongue, heard = turn.tongue, turn.told.heard
    groups = [tongue.feelings[name].lines for name in heard.feelings[:1]]
    groups += [tongue.topics[heard.topic].lines] if heard.fresh else []
    light = turn.plan.feeling == GLADNESS or turn.rested
    found = tuple(fresh[0] for lines in groups if (fresh := turn.unsaid(lines, asks=False)))
    # What would fit any message is said where nothing else fits this one.
    return found or turn.unsaid(tongue.say["presence" if light else "heard"], asks=False)[:1]


def _questions(turn: _Turn) -> tuple[str, ...]:
    tongue, heard = turn.tongue, turn.told.heard
    groups = []
    if turn.plan.feeling == GLADNESS:
        groups.append(tongue.feelings[GLADNESS].asks)
    elif heard.topic and (heard.fresh or turn.plan.stage is not Stage.EXPLORATION):
        groups.append(tongue.topics[heard.topic].asks)
    stages = ("open", "deeper")
    first = stages if turn.plan.stage is Stage.EXPLORATION else stages[::-1]
    groups += [tongue.say[name] for name in first]
    return tuple(fresh[0] for lines in groups if (fresh := turn.unsaid(lines, asks=True)))


def _strategy(stage: Stage, told: Told, *, asks: bool) -> Strategy:
    if told.moment and told.moment != "advice":
        return Strategy.OTHERS
    if stage is Stage.COPING:
        return Strategy.SUGGESTIONS
    if told.heard.feelings:
        return Strategy.REFLECTION
    return Strategy.QUESTION if asks else Strategy.AFFIRMATION
