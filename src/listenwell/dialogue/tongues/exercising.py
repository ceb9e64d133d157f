"""Goes through an exercise in another language: what is said next is a function of the conversation."""

from collections.abc import Callable
from dataclasses import dataclass

from listenwell.core.spelling import spaced
from listenwell.core.types import History
from listenwell.dialogue.tongues.tongue import Guided, Tongue

OFFERED = -1
"""The place before the first step: offered, and not yet agreed to."""
SHORT = 8
"""Words up to which a message may be a sign rather than something told."""
WAITING = "presence"
"""What is said, without a question, to whoever takes a while over a step; the step stays theirs."""

Pick = Callable[[tuple[str, ...]], str]
"""Chooses a line that was not said yet."""


@dataclass(frozen=True, slots=True)
class _Place:
    exercise: Guided
    index: int
    here: bool

    @property
    def finished(self) -> bool:
        return self.index == len(self.exercise.steps) - 1


def step(history: History, tongue: Tongue, pick: Pick, *, leaves: bool = False) -> str | None:
    """Return the next thing to say in an exercise, or None when the message is not about one.

    Args:
        history: The conversation, its newest message the person's.
        tongue: The language.
        pick: Chooses among lines that say the same.
        leaves: Whether the message is of a kind that leaves an exercise where it is, unless it ends it.
    """
    place = _place(history, tongue)
    if place is None or place.finished:
        return None
    text = history.last_user
    if not place.here:
        back = place.index > OFFERED and _means("resume", text, tongue)
        return (
            f"{pick(tongue.around['resumed'])} {place.exercise.steps[place.index]}"
            if back
            else None
        )
    if _means("stop", text, tongue):
        return pick(tongue.around["declined" if place.index == OFFERED else "stopped"])
    if leaves:
        return None
    return (_after_offer if place.index == OFFERED else _after_step)(place, text, tongue, pick)


def asked_for(history: History, needs: tuple[str, ...], tongue: Tongue, pick: Pick) -> str | None:
    """Answer somebody who wishes for an exercise: by its name it begins, otherwise it is offered."""
    plain = spaced(history.last_user)
    if not tongue.signs["wish"].search(plain) and not _chooses(history, tongue):
        return None
    if chosen := _named(plain, tongue):
        return chosen.steps[0]
    fitting = fitting_for(history, needs, tongue)
    return fitting.offer if fitting else pick(tongue.around["which"])


def fitting_for(history: History, needs: tuple[str, ...], tongue: Tongue) -> Guided | None:
    """Return the exercise that is most for what the person needs and was not spoken of yet.

    Args:
        history: The conversation; what was offered, done, stopped or declined in it is left out.
        needs: Feelings and topics, the first to be met first.
        tongue: The language.
    """
    said = " ".join(history.said_by("assistant"))
    fresh = [e for e in tongue.exercises if not any(line in said for line in (e.offer, e.steps[0]))]
    for need in needs:
        fitting = [e for e in fresh if need in e.feelings]
        if fitting:
            # As in English: the one that has it first, whatever their order in the language's file.
            return min(fitting, key=lambda e: (e.feelings.index(need), e.name))
    return None


def ended_before(history: History, tongue: Tongue) -> bool:
    """Whether the newest message answers the last step of an exercise."""
    place = _place(history, tongue)
    return place is not None and place.here and place.finished


def done(history: History, tongue: Tongue) -> tuple[Guided, ...]:
    """Return the exercises that were gone through to the end."""
    said = history.said_by("assistant")
    return tuple(e for e in tongue.exercises if any(e.steps[-1] in text for text in said))


def was_offered(history: History, tongue: Tongue) -> bool:
    """Whether an exercise was spoken of in this conversation."""
    return _place(history, tongue) is not None


def _chooses(history: History, tongue: Tongue) -> bool:
    """Whether a short message answers the list of exercises that was told right before it."""
    told = "".join(history.said_by("assistant")[-1:])
    listed = any(line in told for line in tongue.around["which"])
    text = history.last_user
    is_one = len(spaced(text).split()) <= SHORT and _named(spaced(text), tongue) is not None
    return listed and is_one and not _means("no", text, tongue)


def _named(plain: str, tongue: Tongue) -> Guided | None:
    """Return the exercise that most words of a message name: "4-7-8 breathing" is not any breathing."""
    counts = [sum(len(m[0].split()) for m in e.words.finditer(plain)) for e in tongue.exercises]
    most = max(counts)
    return tongue.exercises[counts.index(most)] if most else None


def _after_offer(place: _Place, text: str, tongue: Tongue, pick: Pick) -> str | None:
    if _means("no", text, tongue):
        return pick(tongue.around["declined"])
    return place.exercise.steps[0] if _means("yes", text, tongue) else None


def _after_step(place: _Place, text: str, tongue: Tongue, pick: Pick) -> str | None:
    if _means("again", text, tongue):
        return f"{pick(tongue.around['repeated'])} {place.exercise.steps[place.index]}"
    ready = _means("yes", text, tongue) and not _means("no", text, tongue)
    if place.exercise.answers == "words" or ready:
        return place.exercise.steps[place.index + 1]
    # "Not yet", or a shoulder that hurts, is waited for; a story is heard by what listens.
    plain = spaced(text)
    waits = len(plain.split()) <= SHORT and not tongue.signs["wish"].search(plain)
    return pick(tongue.say[WAITING]) if waits else None


def _means(sign: str, text: str, tongue: Tongue) -> bool:
    plain = spaced(text)
    return len(plain.split()) <= SHORT and tongue.signs[sign].search(plain) is not None


def _place(history: History, tongue: Tongue) -> _Place | None:
    here = True
    for text in reversed(history.said_by("assistant")):
        for exercise in tongue.exercises:
            for index, line in enumerate((exercise.offer, *exercise.steps), OFFERED):
                if line in text:
                    return _Place(exercise, index, here)
        here = here and text in tongue.say[WAITING]
    return None
