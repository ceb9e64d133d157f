"""The reply to a message that asks or puts right: a line that meets it, and what speaks to the matter."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from listenwell.core.types import History, Plan
from listenwell.dialogue.asked import LEAVING, PUTS_RIGHT, Asked, instead, is_grave, sentences
from listenwell.dialogue.composing import SPECIFIC, WELL_ALONE, Part
from listenwell.dialogue.mirror import mirror
from listenwell.dialogue.planning import BRIGHT, CHEER, GLADNESS, PLAIN
from listenwell.dialogue.words import fixed_part, tokens

TOLD_ENOUGH = 4
"""Words beside a question from which something is said to them, too."""
GO_ON, NOTED = "go_on", "noted"
LIGHT, OF_DECIDING, OF_PLAY = (
    "_light",
    frozenset({"choose", "should"}),
    frozenset({"what_think", "fact", "guess", "plan"}),
)
OWNED = frozenset({"put_right", "told_already", "unclear", "not_so_bad"})
"""Acts after which what else was told is taken up, to show that it is read now."""
ALONE_SAID = frozenset({LEAVING})
"""Acts after which nothing else is said: somebody goes."""

Lines = Callable[[str], Sequence[str]]
"""The lines of a kind that were not said yet, those to begin with first."""
Compose = Callable[[History, Plan], Sequence[Part]]


def meet(
    met: Asked, history: History, plan: Plan, lines: Lines, compose: Compose
) -> tuple[Part, ...]:
    """Return the pieces of a reply, in order; none where every line of its kind was said.

    Args:
        met: What the newest message asks or puts right.
        history: The conversation as it was put right.
        plan: What the reply would do otherwise.
        lines: Gives authored lines by kind.
        compose: Composes a reply about the matter.
    """
    about = None if met.kind in ALONE_SAID else _about(met, history, plan, compose)
    # What hands the matter back needs nothing behind it, and what answers nothing before it.
    line = _line(met, replace(plan, asks=plan.asks and about is None), lines, history)
    if line is None:
        return ()
    lead = Part(line, group=(met.kind,))
    owned = _fresh(met.first, lines, history) if met.first else []
    first = tuple(Part(one, group=(met.first,)) for one in owned[:1])
    if about is None and met.kind == "put_right":
        about = _go_on(met, lines, history)
    return (*first, lead, about) if about else (*first, lead)


def _line(met: Asked, plan: Plan, lines: Lines, history: History) -> str | None:
    """Return a line of the kind: one with their words where it has them, else one without."""
    slots = {**met.slots, **{k.upper(): v[:1].upper() + v[1:] for k, v in met.slots.items()}}
    for kind in [met.kind + LIGHT] * _is_light(met, plan, history) + [met.kind]:
        fresh = [line for line in _fresh(kind, lines, history) if plan.asks or "?" not in line]
        with_words = [line.format_map(slots) for line in fresh if "{" in line] if slots else []
        without = [line for line in fresh if "{" not in line]
        if with_words or without:
            return next(iter([*with_words, *without]))
    return None


def _is_light(met: Asked, plan: Plan, history: History) -> bool:
    """Whether a small thing is asked on a good day, which wants no grave weighing."""
    if CHEER in plan.avoid or is_grave(history.last_user):
        return False
    return met.kind in OF_DECIDING or (met.kind in OF_PLAY and plan.feeling in {BRIGHT, GLADNESS})


def _fresh(kind: str, lines: Lines, history: History) -> list[str]:
    """Return the lines of a kind that were not said with other words in them either, turned by chance."""
    said = history.said_by("assistant")
    fresh = [line for line in lines(kind) if not any(fixed_part(line) in reply for reply in said)]
    at = zlib.crc32(history.last_user.encode()) % len(fresh) if fresh else 0
    return fresh[at:] + fresh[:at]


def _about(met: Asked, history: History, plan: Plan, compose: Compose) -> Part | None:
    """Return what speaks to what else was told: to a correction, first of all their own words."""
    said = _read_now(met.rest) if met.kind in OWNED else None
    if met.kind == "not_so_bad":  # no sorrow is to be heard
        return said
    return said or _about_the_matter(met, history, plan, compose)


def _about_the_matter(met: Asked, history: History, plan: Plan, compose: Compose) -> Part | None:
    """Return a statement that takes up what else was told, or None where nothing surely fits it."""
    if len(tokens(met.rest)) < TOLD_ENOUGH:
        return None
    corrects = met.kind in PUTS_RIGHT
    told = history if corrects else instead(history, met.rest)
    parts = [
        p for p in compose(told, replace(plan, asks=False)) if "?" not in p.text and not p.bare
    ]
    sure = (p for p in parts if p.group[1:] and p.fit >= SPECIFIC and p.mark >= WELL_ALONE)
    # After a correction a plain kind word shows more than none; what claims much may miss again.
    hurts = corrects and plan.feeling not in {PLAIN, BRIGHT, GLADNESS}
    plain = (p for p in parts if hurts and not p.group[1:] and p.mark >= WELL_ALONE)
    return next(sure, None) or next(plain, None)


def _read_now(rest: str) -> Part | None:
    """Return what a correction tells, in the person's own words: they were read now.

    What is so instead is told first, so the first sentence that may be said back is.
    """
    for sentence in sentences(rest):
        if said := mirror(sentence):
            return Part(f"{said[:1].upper()}{said[1:]}.", group=("restatement",), bare=said)
    return None


def _go_on(met: Asked, lines: Lines, history: History) -> Part | None:
    """Return what follows a word of regret where no words can be taken up; nobody is asked twice."""
    kind = NOTED if len(tokens(met.rest)) >= TOLD_ENOUGH else GO_ON
    return next((Part(line, group=(kind,)) for line in _fresh(kind, lines, history)), None)
