"""Goes through an exercise with a person: what is said next is a function of the conversation.

No state is kept anywhere. The steps that were said tell how far an exercise has come, so it goes
on after a restart, on another machine, or when the page is loaded again.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from listenwell.core.types import History, Reading, Reply, Risk, RiskLevel
from listenwell.dialogue.exercises.answers import Meaning, is_short, meaning
from listenwell.dialogue.exercises.catalogue import Exercise, exercises, feelings, phrases
from listenwell.dialogue.intake import kind_of
from listenwell.safety.screen import SAID_EARLIER

Track: TypeAlias = Literal["steps", "other_way"]
MAKER = "exercises"
OFFERED = -1
"""The place before the first step: offered, and not yet agreed to."""
RECENT = 3
"""How many of the person's messages tell what to offer."""
_EXPLICIT = frozenset({
    Meaning.YES, Meaning.RESUME, Meaning.STOP, Meaning.WORSE, Meaning.BODY, Meaning.OTHER_WAY,
    Meaning.DONE, Meaning.UNCLEAR,
})  # fmt: skip
"""What is answered even while someone may be in danger: what they say about the exercise itself."""

_SIGNS = frozenset({Meaning.YES, Meaning.RESUME, Meaning.DONE})

_LEAVING = frozenset({"empty", "unreadable", "goodbye", "thanks"})
"""Kinds of messages that leave an exercise where it is."""

_WISH = (
    r"\b(let'?s|can|could|may|shall|would|want|need|like|please|show|give|guide|teach|help|how about|"
    r"do you (have|know)|is there|are there|what|which)\b"
)
_UNWILLING = re.compile(r"\b(don'?t|do not|no|not|never|hate|can'?t|tried|without)\b")
_UNWILLING_TO = re.compile(
    r"\b(don'?t|do not|not|never|hate|no)\b.{0,20}\b(exercises?|technique)\b"
)
_LISTS = re.compile(
    r"\b(which|what|list( the)?|all( the)?|show( me)?( the)?|any) (\w+ )?exercises\b"
)
_GENERAL = re.compile(
    rf"{_WISH}.{{0,30}}\b(an|any|some|a|the|guided|calming|short) (\w+ )?(exercises?|technique)\b|"
    r"\bhelp me (to )?(calm|settle|relax|breathe|sleep|fall asleep|wind down|ground)\b|"
    r"\b(something|anything|a way) (i can do )?to (calm|settle|relax|ground|quiet|fall asleep)\b|"
    r"\bcalm me down\b"
)  # fmt: skip
_ONLY_LISTEN = re.compile(
    r"\bjust listen\b|\b(no|not|don'?t (want|need)) (\w+ )?(advice|exercises?|tips|fixing)\b"
)


@dataclass(frozen=True, slots=True)
class Place:
    """How far an exercise has come.

    Attributes:
        index: The step said last, or `OFFERED`.
        here: Whether the person's newest message answers it; otherwise it was interrupted.
    """

    exercise: Exercise
    track: Track
    index: int
    here: bool

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps of the way that was taken."""
        return self.exercise.steps if self.track == "steps" else self.exercise.other_way

    @property
    def finished(self) -> bool:
        """Whether the last step was said."""
        return self.index == len(self.steps) - 1


def step(history: History, risk: Risk, reading: Reading | None = None) -> Reply | None:
    """Return the next thing to say in an exercise, or None when the message is not about one.

    Args:
        history: The conversation, its newest message the person's.
        risk: What the screen found; in danger nothing is offered and nothing goes on.
        reading: How the person seems to feel, for the choice of what to offer when they ask.
    """
    if risk.level >= RiskLevel.HIGH:
        return None
    text = history.last_user
    place = place_in(history) if kind_of(text) not in _LEAVING else None
    if place and not place.finished:
        said = meaning(text)
        if _is_fresh(risk) and said not in _EXPLICIT:
            return None
        answer = (
            _going_on(place, said, history) if place.here else _coming_back(place, said, history)
        )
        if answer:
            return Reply(answer, MAKER)
    asked = None if _is_fresh(risk) else _asked_for(history, reading or Reading())
    return Reply(asked, MAKER) if asked else None


def offer(history: History, reading: Reading, risk: Risk) -> Reply | None:
    """Return the offer of an exercise that fits, or None: once a conversation, and never in danger.

    When it is time to offer something is for the planner to say.
    """
    said = history.said_by("assistant")
    unwelcome = any(_ONLY_LISTEN.search(text.lower()) for text in history.said_by("user"))
    if risk.level >= RiskLevel.MODERATE or unwelcome or any(_found(text) for text in said):
        return None
    fitting = _fitting(history, reading)
    return Reply(fitting.offer, MAKER) if fitting else None


def place_in(history: History) -> Place | None:
    """Return how far the exercise has come that was spoken of last, or None."""
    here, other = True, False
    for text in reversed(history.said_by("assistant")):
        found = _found(text)
        if found:
            exercise, track, index = found
            return Place(exercise, "other_way" if other else track, index, here)
        other = other or text in phrases("other_way_offer")
        here = here and (other or _keeps_its_place(text))
    return None


def done(history: History) -> tuple[Exercise, ...]:
    """Return the exercises that were gone through to the end."""
    found = [_found(text) for text in history.said_by("assistant")]
    ends = [Place(*place, here=False) for place in found if place]
    return tuple(dict.fromkeys(place.exercise for place in ends if place.finished))


def invitation(exercise: Exercise) -> str:
    """Return the words in which a person asks for an exercise, for a command that stands for them."""
    return f"Let's do an exercise: {exercise.title}."


def _is_fresh(risk: Risk) -> bool:
    """Whether what was said just now is worrying, and not only what was said before it."""
    if risk.level < RiskLevel.MODERATE:
        return False
    before = risk.signals and all(signal.rule == SAID_EARLIER for signal in risk.signals)
    return not before


def _going_on(place: Place, said: Meaning, history: History) -> str | None:
    """Answer a message that comes right after a step or an offer."""
    if said in {Meaning.BODY, Meaning.OTHER_WAY} and _about_the_way(place, said, history):
        return _another_way(place, history)
    answered = _about_the_exercise(place, said, history)
    if answered:
        return answered
    follow = _after_an_offer if place.index == OFFERED else _after_a_step
    return follow(place, said, history)


def _about_the_exercise(place: Place, said: Meaning, history: History) -> str | None:
    match said:
        case Meaning.STOP:
            return _phrase("declined" if place.index == OFFERED else "stopped", history)
        case Meaning.WORSE:
            return _phrase("worse", history)
        case Meaning.UNCLEAR:
            # It may be about the exercise or about life. The question is one that the screen knows.
            return _phrase("unclear", history)
        case Meaning.WHY:
            return f"{place.exercise.why}\n\n{_phrase('explained', history)}"
        case Meaning.HOW_LONG:
            return _phrase("how_long", history).replace("{minutes}", str(place.exercise.minutes))
        case _:
            return None


def _after_an_offer(place: Place, said: Meaning, history: History) -> str | None:
    if said in _SIGNS or _names(place.exercise, history.last_user):
        return place.steps[0]
    return _phrase("declined", history) if said is Meaning.NO else None


def _after_a_step(place: Place, said: Meaning, history: History) -> str | None:
    waits_for_words = place.exercise.answers == "words"
    match said:
        case Meaning.PAUSE:
            # Someone who tells what happened in the same breath is answered by what listens.
            return _phrase("paused", history) if is_short(history.last_user) else None
        case Meaning.WAIT:
            return _phrase("held" if waits_for_words else "waiting", history)
        case Meaning.AGAIN:
            return f"{_phrase('repeated', history)} {place.steps[place.index]}"
        case Meaning.NO | Meaning.HURTS if not waits_for_words:
            return _phrase("waiting" if said is Meaning.NO else "hurts", history)
        case _ if waits_for_words or said in _SIGNS:
            return place.steps[place.index + 1]
        case _:
            # Anything else than a sign is heard by what listens, and the exercise waits.
            return None


def _coming_back(place: Place, said: Meaning, history: History) -> str | None:
    """Answer a message that comes after an exercise was interrupted."""
    if said is not Meaning.RESUME or place.index == OFFERED:
        return None
    return f"{_phrase('resumed', history)} {place.steps[place.index]}"


def _about_the_way(place: Place, said: Meaning, history: History) -> bool:
    """Whether an aversion is to the exercise: "I hate my body" may answer what a step asked."""
    if place.exercise.answers == "ready" or said is Meaning.OTHER_WAY or place.index == OFFERED:
        return True
    about_attending = re.search(r"focus|notic|breath|touch", history.last_user.lower())
    return bool(place.exercise.other_way and about_attending)


def _another_way(place: Place, history: History) -> str:
    if not place.exercise.other_way or place.track == "other_way":
        return _phrase("no_other_way", history)
    if place.index == OFFERED:
        return _phrase("other_way_offer", history)
    return f"{_phrase('other_way', history)} {place.exercise.other_way[0]}"


def _asked_for(history: History, reading: Reading) -> str | None:
    """Answer somebody who asks for an exercise: by name it begins, otherwise it is offered."""
    text = history.last_user.lower().replace("’", "'")
    chosen = next((e for e in exercises() if _names(e, text)), None)
    listed = any(_is_the_list(said) for said in history.said_by("assistant")[-1:])
    if chosen and (listed or re.search(_WISH, text)) and not _UNWILLING.search(text):
        return chosen.steps[0]
    if _UNWILLING_TO.search(text):
        return None
    if _LISTS.search(text):
        return _the_list(history)
    wished = re.search(_WISH, text) and not _UNWILLING.search(text) and len(text.split()) <= 14
    hinted = [e for e in exercises() if any(_has(text, word) for word in e.asked)]
    if wished and hinted and "exercise" in text:
        return hinted[0].offer
    if not _GENERAL.search(text):
        return None
    fitting = hinted[0] if hinted else _fitting(history, reading)
    return fitting.offer if fitting else _the_list(history)


def _fitting(history: History, reading: Reading) -> Exercise | None:
    """Return an exercise for what the person feels that was not spoken of yet."""
    spoken_of = {found[0] for text in history.said_by("assistant") if (found := _found(text))}
    for feeling in _feelings_of(history, reading):
        fitting = [e for e in exercises() if feeling in e.feelings and e not in spoken_of]
        if fitting:
            return min(fitting, key=lambda e: e.feelings.index(feeling))
    return None


def _feelings_of(history: History, reading: Reading) -> list[str]:
    recent = history.said_by("user")[-RECENT:]
    told = [
        feeling.name
        for text in reversed(recent)
        for feeling in feelings()
        if any(_has(text.lower(), word) for word in feeling.words)
    ]
    return told or [f.name for f in feelings() if reading.emotion in f.emotions]


def _names(exercise: Exercise, text: str) -> bool:
    return any(_has(text.lower(), name) for name in (exercise.title.lower(), *exercise.names))


def _has(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


def _the_list(history: History) -> str:
    titles = ", ".join(exercise.title[0].lower() + exercise.title[1:] for exercise in exercises())
    return _phrase("which", history).replace("{list}", titles)


def _is_the_list(text: str) -> bool:
    return text.startswith(tuple(_start(line) for line in phrases("which")))


def _start(line: str) -> str:
    """Return a line up to where something is filled in."""
    return line.partition("{")[0]


def _phrase(kind: str, history: History) -> str:
    """Return a line that was not said yet; when all were, the one whose turn it is."""
    said = history.said_by("assistant")
    lines = phrases(kind)
    fresh = [line for line in lines if not any(text.startswith(_start(line)) for text in said)]
    return fresh[0] if fresh else lines[len(said) % len(lines)]


def _keeps_its_place(text: str) -> bool:
    lasting = (*phrases("waiting"), *phrases("hurts"))
    starts = (_start(line) for line in phrases("how_long"))
    return text in lasting or text.startswith((*starts, *(e.why for e in exercises())))


def _found(text: str) -> tuple[Exercise, Track, int] | None:
    """Return which step of which exercise a reply was, alone or behind a few words."""
    return next((place for line, place in _lines() if text.endswith(line)), None)


@lru_cache(maxsize=1)
def _lines() -> tuple[tuple[str, tuple[Exercise, Track, int]], ...]:
    tracks: tuple[Track, ...] = ("steps", "other_way")
    return tuple(
        (line, (exercise, track, index))
        for exercise in exercises()
        for track in tracks
        for index, line in enumerate((exercise.offer, *getattr(exercise, track)), OFFERED)
    )
