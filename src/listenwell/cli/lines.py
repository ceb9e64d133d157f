"""`listenwell screen|reply|read --jsonl`: one JSON object in, one JSON object out."""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer

from listenwell.cli import options
from listenwell.cli.terminal import complain
from listenwell.core.errors import InputError
from listenwell.core.types import History, Message
from listenwell.dialogue.intake import mended
from listenwell.dialogue.planning import route_of
from listenwell.safety.settings import load_settings

Jsonl = Annotated[
    bool, typer.Option("--jsonl", help='Read {"id", "turns": [{"role", "content"}]} lines.')
]
ROLES = ("user", "assistant")


def screen(jsonl: Jsonl = True) -> None:
    """Assess the danger in conversations read from stdin."""
    del jsonl
    engine = options.engine_from("authored")

    def answer(history: History) -> dict[str, Any]:
        risk = engine.assess(history)
        signals = [
            {"rule": s.rule, "kind": s.kind.value, "level": s.level.label, "text": s.text,
             "start": s.start, "end": s.end}
            for s in risk.signals
        ]  # fmt: skip
        return {
            "level": risk.level.label,
            "kind": risk.kind.value if risk.kind else None,
            "subject": risk.subject.value,
            "language": risk.language,
            "signals": signals,
            "route": route_of(risk),
        }

    _each_line(answer)


def reply(
    jsonl: Jsonl = True,
    generator: options.Generator = None,
    model: options.AnyModel = None,
    templates: options.Templates = None,
    no_emotions: options.NoEmotions = False,
    seed: options.Seed = 0,
    language: options.Language = None,
) -> None:
    """Answer conversations read from stdin."""
    del jsonl
    settings = load_settings().speaking(language)
    engine = options.engine_from(generator, model, templates, no_emotions, seed, settings)
    engine.language = settings.language or ""

    def answer(history: History) -> dict[str, Any]:
        if not history.messages or history.messages[-1].role != "user":
            raise InputError("the last turn must be the user's.")
        turn = engine.respond(History(history.messages[:-1]), history.messages[-1].content)
        return {
            "reply": turn.reply.text,
            "level": turn.risk.level.label,
            "emotion": turn.reading.emotion,
            "strategy": turn.plan.strategy.value,
            "generator": turn.reply.generator,
            "seconds": dict(turn.seconds)["total"],
        }

    _each_line(answer)


def read(jsonl: Jsonl = True, model: options.Model = None) -> None:
    """Read the feeling in conversations from stdin."""
    del jsonl
    engine = options.engine_from("embedded", model)

    def answer(history: History) -> dict[str, Any]:
        reading = engine.read(history)
        shares = {label: round(share, 6) for label, share in reading.probabilities}
        strength = round(reading.intensity, 4)
        return {"emotion": reading.emotion, "intensity": strength, "probabilities": shares}

    _each_line(answer)


def _each_line(answer: Callable[[History], dict[str, Any]]) -> None:
    """Answer every line; one that cannot be read gets an error in its place, and exit code 2."""
    failed = 0
    for number, raw in _stdin():
        found: dict[str, Any] = {"id": None}
        try:
            found["id"], history = _parse(raw)
            found |= answer(history)
        except InputError as error:
            failed += 1
            found["error"] = f"line {number}: {error}"
            complain(found["error"])
        print(json.dumps(found), flush=True)
    if failed:
        raise typer.Exit(2)


def _stdin() -> Iterator[tuple[int, bytes]]:
    for number, raw in enumerate(sys.stdin.buffer, 1):
        if raw.strip():
            yield number, raw


def _parse(raw: bytes) -> tuple[object, History]:
    try:
        row = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON in UTF-8 ({error}).") from error
    if not isinstance(row, dict) or not isinstance(row.get("turns"), list):
        raise InputError('expected {"id": …, "turns": [{"role": …, "content": …}]}.')
    return row.get("id"), History(tuple(_message(turn) for turn in row["turns"]))


def _message(turn: object) -> Message:
    if not isinstance(turn, dict) or turn.get("role") not in ROLES:
        role = turn.get("role") if isinstance(turn, dict) else turn
        raise InputError(f"a turn's role must be user or assistant, not {role!r}.")
    content = turn.get("content")
    if not isinstance(content, str):
        raise InputError(f"a turn's content must be text, not {content!r}.")
    return Message(turn["role"], mended(content))
