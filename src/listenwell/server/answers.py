"""From a conversation to what clients are sent. Whatever breaks, a person gets kind words."""

import json
import logging
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from listenwell.core.types import History, Strategy, Turn
from listenwell.dialogue.engine import Engine, pieces
from listenwell.dialogue.trace import Trace
from listenwell.safety.crisis import crisis_reply
from listenwell.safety.referrals import count_referral
from listenwell.safety.screen import screening_failure

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply and how it came about, in the words of the machine interfaces."""

    reply: str
    level: str
    emotion: str | None
    strategy: str
    generator: str
    seconds: float
    notice: str | None = None

    @classmethod
    def of(cls, turn: Turn) -> Self:
        """Return what of a turn is for clients."""
        return cls(
            reply=turn.reply.text,
            level=turn.risk.level.label,
            emotion=turn.reading.emotion,
            strategy=turn.plan.strategy.value,
            generator=turn.reply.generator,
            seconds=dict(turn.seconds)["total"],
        )


def answer(engine: Engine, history: History, text: str) -> Generator[str, None, Answer]:
    """Answer a message: yield the reply as soon as it may be shown, and return everything.

    An engine that breaks counts as danger, and help lines are shown, behind what was shown before.
    """
    started = time.perf_counter()
    shown: list[str] = []
    answering = engine.stream(history, text)
    try:
        while True:
            shown.append(next(answering))
            yield shown[-1]
    except StopIteration as ended:
        trace: Trace = ended.value
        for note in trace.notes:  # about hosts and generators, never about what was said
            _LOG.warning("%s", note)
        count_referral(trace.turn)
        return Answer.of(trace.turn)
    except Exception as error:  # the text may be in the error, so only its type is logged
        _LOG.error("the engine failed: %s", type(error).__name__)
        found = sorry(error, history, started, engine)
    if shown:
        shown.append("\n\n")
        yield shown[-1]
    yield found.reply
    return replace(found, reply="".join([*shown, found.reply]))


def sorry(error: Exception, history: History, started: float, engine: Engine) -> Answer:
    """Return the authored words for a fault on our side, with the lines of a chosen country."""
    risk = screening_failure(error)
    seconds = round(time.perf_counter() - started, 4)
    strategy = Strategy.OTHERS.value
    reply = crisis_reply(history, risk, engine.country, engine.helplines_days)
    return Answer(reply, risk.level.label, None, strategy, "crisis", seconds)


def as_json(found: Answer) -> dict[str, Any]:
    """Return the answer of `/api/chat`."""
    return asdict(found)


def as_events(answering: Generator[str, None, Answer], notice: str | None) -> Iterator[str]:
    """Yield the answer of `/api/chat` as server-sent events: pieces, then everything."""
    while True:
        try:
            sentence = next(answering)
        except StopIteration as ended:
            yield _event("done", as_json(replace(ended.value, notice=notice)))
            return
        for piece in filter(None, pieces(sentence)):
            yield _event("piece", {"text": piece})


def _event(name: str, content: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(content)}\n\n"
