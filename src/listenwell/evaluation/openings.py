"""What the model answers to fifty openings: the table that a person reads before shipping it."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import yaml

from listenwell.core.types import History
from listenwell.dialogue.engine import Engine


@dataclass(frozen=True, slots=True)
class Answered:
    """An opening, its tone as its writer meant it, and what came back."""

    tone: str
    opening: str
    emotion: str
    reply: str
    generator: str


@lru_cache(maxsize=1)
def openings() -> tuple[tuple[str, str], ...]:
    """Return (tone, opening) for each of the fifty."""
    source = files("listenwell.evaluation").joinpath("openings.yaml")
    content = yaml.safe_load(source.read_text(encoding="utf-8"))
    return tuple((tone, text) for tone, texts in content.items() for text in texts)


def answer_openings(engine: Engine) -> list[Answered]:
    """Answer each opening as the first message of a conversation of its own."""
    answered = []
    for tone, text in openings():
        turn = engine.respond(History(), text)
        emotion = turn.reading.emotion or ""
        answered.append(Answered(tone, text, emotion, turn.reply.text, turn.reply.generator))
    return answered
