"""The exercises themselves: read from YAML, one file each, with the source of each."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from listenwell.core.errors import UnknownNameError
from listenwell.core.yaml_text import parse

LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an exercise comes from."""

    author: str
    year: int
    work: str
    link: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """One guided exercise.

    Attributes:
        answers: What a step waits for: "ready" for a sign that it was done, "words" for an answer.
        feelings: What it may be offered for, by the names in `en.yaml`.
        names: What it is called; whoever asks for it by such a name has agreed to it.
        asked: Words that a wish for it may be told by; then it is offered.
        steps: What is said, one step a turn.
        other_way: The same for people to whom attending to breath or body is unpleasant.
    """

    name: str
    title: str
    minutes: int
    answers: str
    feelings: tuple[str, ...]
    names: tuple[str, ...]
    asked: tuple[str, ...]
    source: Source
    why: str
    offer: str
    steps: tuple[str, ...]
    other_way: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feeling:
    """How a feeling that an exercise is for may be told."""

    name: str
    words: tuple[str, ...]
    emotions: frozenset[str]


@lru_cache(maxsize=1)
def exercises() -> tuple[Exercise, ...]:
    """Return every exercise, by name."""
    folder = files("listenwell.dialogue.exercises").joinpath(LANGUAGE)
    found = [file for file in folder.iterdir() if file.name.endswith(".yaml")]
    return tuple(
        _exercise(file.name.removesuffix(".yaml"), parse(file.read_text(encoding="utf-8")))
        for file in sorted(found, key=lambda file: file.name)
    )


def exercise_named(name: str) -> Exercise:
    """Return the exercise of a file name, a title or another name of its.

    Raises:
        UnknownNameError: There is none.
    """
    wanted = name.strip().lower()
    for exercise in exercises():
        dashed = wanted.replace(" ", "-")
        if dashed == exercise.name or wanted in (exercise.title.lower(), *exercise.names):
            return exercise
    raise UnknownNameError.build("exercise", name, [exercise.name for exercise in exercises()])


def phrases(kind: str) -> tuple[str, ...]:
    """Return what may be said at a moment around an exercise ("stopped")."""
    return tuple(_words()[kind])


@lru_cache(maxsize=1)
def feelings() -> tuple[Feeling, ...]:
    """Return the feelings that exercises are offered for, in the order they are looked for."""
    return tuple(
        Feeling(name, tuple(told.get("words", ())), frozenset(told.get("emotions", ())))
        for name, told in _words()["feelings"].items()
    )


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    source = files("listenwell.dialogue.exercises").joinpath(f"{LANGUAGE}.yaml")
    content: dict[str, Any] = parse(source.read_text(encoding="utf-8"))
    return content


def _exercise(name: str, told: dict[str, Any]) -> Exercise:
    return Exercise(
        name=name,
        title=told["title"],
        minutes=told["minutes"],
        answers=told["answers"],
        feelings=tuple(told["for"]),
        names=tuple(told["names"]),
        asked=tuple(told["asked"]),
        source=Source(**told["source"]),
        why=told["why"],
        offer=told["offer"],
        steps=tuple(told["steps"]),
        other_way=tuple(told.get("other_way", ())),
    )
