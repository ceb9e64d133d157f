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


def step(history: History, tongue: Tongue, pick: Pick) -> str | None:
    """Return the next thing to say in an exercise, or None when the message is not about one."""
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
    return (_after_offer if place.index == OFFERED else _after_step)(place, text, tongue, pick)


def asked_for(
    history: History, feelings: tuple[str, ...], tongue: Tongue, pick: Pick
) -> str | None:
    """Answer somebody who wishes for an exercise: by its name it begins, otherwise it is offered."""
    plain = spaced(history.last_user)
    if not tongue.signs["wish"].search(plain):
        return None
    chosen = next((e for e in tongue.exercises if e.words.search(plain)), None)
    if chosen:
        return chosen.steps[0]
    fitting = fitting_for(history, feelings, tongue)
    return fitting.offer if fitting else pick(tongue.around["which"])


def fitting_for(history: History, feelings: tuple[str, ...], tongue: Tongue) -> Guided | None:
    """Return an exercise for what the person feels that was not spoken of yet."""
    said = " ".join(history.said_by("assistant"))
    fresh = (e for e in tongue.exercises if not any(line in said for line in (e.offer, e.steps[0])))
    return next((e for e in fresh if not e.feelings or set(e.feelings) & set(feelings)), None)


def done(history: History, tongue: Tongue) -> tuple[Guided, ...]:
    """Return the exercises that were gone through to the end."""
    said = history.said_by("assistant")
    return tuple(e for e in tongue.exercises if any(e.steps[-1] in text for text in said))


def was_offered(history: History, tongue: Tongue) -> bool:
    """Whether an exercise was spoken of in this conversation."""
    return _place(history, tongue) is not None


def _after_offer(place: _Place, text: str, tongue: Tongue, pick: Pick) -> str | None:
    if _means("no", text, tongue):
        return pick(tongue.around["declined"])
    return place.exercise.steps[0] if _means("yes", text, tongue) else None


def _after_step(place: _Place, text: str, tongue: Tongue, pick: Pick) -> str | None:
    if _means("again", text, tongue):
        return f"{pick(tongue.around['repeated'])} {place.exercise.steps[place.index]}"
    # Anything else than a sign is heard by what listens, and the exercise waits.
    goes_on = place.exercise.answers == "words" or _means("yes", text, tongue)
    return place.exercise.steps[place.index + 1] if goes_on else None


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
        here = False
    return None
