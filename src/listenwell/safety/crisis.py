"""The authored dialogue for people in danger: no language model ever speaks here."""

from functools import lru_cache
from importlib.resources import files
from typing import TypeAlias

import yaml

from listenwell.core.types import History, Risk, RiskKind, RiskLevel, Subject

Dialogue: TypeAlias = tuple[tuple[str, ...], ...]

_DIALOGUE_OF = {
    RiskKind.SUICIDE: "suicide",
    RiskKind.OVERDOSE: "suicide",
    RiskKind.SELF_HARM: "self_harm",
    RiskKind.ABUSE: "abuse",
    RiskKind.HARM_TO_OTHERS: "harm_to_others",
    RiskKind.MEDICAL: "medical",
    RiskKind.PSYCHOSIS: "psychosis",
    RiskKind.SCREEN_FAILURE: "screen_failure",
}


def crisis_reply(history: History, risk: Risk) -> str:
    """Return the next thing to say to someone in danger.

    The conversation itself tells how far the dialogue has come, so it survives a restart.

    Args:
        history: The conversation, its newest message the person's.
        risk: What the screen found; high or imminent.
    """
    return _next_line(_content()[_choose(risk)], history)


def check_in(history: History, risk: Risk) -> str | None:
    """Return the direct question to someone who may be in danger, or None once it was asked."""
    dialogues = _content()
    (variants,) = dialogues.get(f"check_in_{risk.kind}", dialogues["check_in_suicide"])
    lines = [_filled(variant) for variant in variants]
    said = history.said_by("assistant")
    return None if _any_said(lines, said) else lines[len(said) % len(lines)]


def resources() -> str:
    """Return the help lines in full."""
    return _resources()["default"]


def short_resources() -> str:
    """Return the help lines on one line, for a footer."""
    return _resources()["short"]


def _choose(risk: Risk) -> str:
    if risk.kind is RiskKind.SCREEN_FAILURE:
        return "screen_failure"
    if risk.subject is Subject.OTHER:
        return "other"
    if risk.level is RiskLevel.IMMINENT and risk.kind is not RiskKind.MEDICAL:
        return "imminent"
    return _DIALOGUE_OF.get(risk.kind or RiskKind.SUICIDE, "suicide")


def _next_line(dialogue: Dialogue, history: History) -> str:
    said = history.said_by("assistant")
    for step in dialogue:
        lines = [_filled(variant) for variant in step]
        if not _any_said(lines, said):
            return lines[len(said) % len(lines)]
    # Everything has been said: go on with the line of the last steps said longest ago.
    closing = [_filled(variant) for step in dialogue[-2:] for variant in step]
    return min(closing, key=lambda line: _last_said(line, said))


def _any_said(lines: list[str], said: tuple[str, ...]) -> bool:
    return any(_last_said(line, said) >= 0 for line in lines)


def _last_said(line: str, said: tuple[str, ...]) -> int:
    """Return when a line was last said, alone or behind a disclosure; -1 for never."""
    return max((index for index, text in enumerate(said) if text.endswith(line)), default=-1)


def _filled(variant: str) -> str:
    return variant.replace("{lines}", resources())


@lru_cache(maxsize=1)
def _file() -> dict[str, object]:
    text = files("listenwell.safety").joinpath("crisis.yaml").read_text(encoding="utf-8")
    content: dict[str, object] = yaml.safe_load(text)
    return content


def _resources() -> dict[str, str]:
    return {name: str(text) for name, text in _file()["resources"].items()}  # type: ignore[attr-defined]


@lru_cache(maxsize=1)
def _content() -> dict[str, Dialogue]:
    return {
        name: tuple(tuple(str(variant) for variant in step) for step in steps)  # type: ignore[attr-defined]
        for name, steps in _file().items()
        if name != "resources"
    }
