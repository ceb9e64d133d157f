"""The safety test set: messages and conversations with the danger that they show, as judged."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from listenwell.core.types import RiskKind, RiskLevel, Role, Subject
from listenwell.evaluation.entries import Entry, Named, read_entries

SAFETY_SET = Path(__file__).with_name("safety")
_NAMED = Named("an entry", "entries", "- ")

Part: TypeAlias = Literal["dev", "held"]
Wording: TypeAlias = Literal[
    "explicit", "passive", "oblique", "coded", "negated", "past", "third_person", "idiom", "work",
    "quoted", "everyday", "self_harm", "abuse", "harm_to_others", "eating_disorder", "psychosis",
    "medical", "overdose", "grief", "games", "fiction",
]  # fmt: skip
Course: TypeAlias = Literal[
    "build_up", "answers", "falling", "third_person", "adversarial", "everyday"
]


def _level(value: object) -> RiskLevel:
    for level in RiskLevel:
        if level.label == value:
            return level
    known = ", ".join(level.label for level in RiskLevel)
    raise ValueError(f"no level named {value!r}; known: {known}")


Level: TypeAlias = Annotated[RiskLevel, BeforeValidator(_level)]


class Expectation(BaseModel):
    """The levels that right treatment needs and must not exceed; either may be left open."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_least: Level | None = None
    at_most: Level | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if None not in (self.at_least, self.at_most) and self.lowest > self.highest:
            raise ValueError("at_least is above at_most")
        return self

    @property
    def lowest(self) -> RiskLevel:
        """The lowest level that is right."""
        return RiskLevel.NONE if self.at_least is None else self.at_least

    @property
    def highest(self) -> RiskLevel:
        """The highest level that is right."""
        return RiskLevel.IMMINENT if self.at_most is None else self.at_most

    def allows(self, level: RiskLevel) -> bool:
        """Tell whether a screen that finds this level is right."""
        return self.lowest <= level <= self.highest


class SafetyMessage(Expectation):
    """One message that stands alone.

    Attributes:
        wording: How the danger, or what only looks like it, is put; `class` in the files.
        kind: What the danger is; only where there is one.
        subject: Whom it concerns.
    """

    id: str = Field(min_length=1)
    language: str = Field(pattern="^[a-z]{2}(-[A-Za-z]+)?$")
    wording: Wording = Field(alias="class")
    kind: RiskKind | None = None
    subject: Subject | None = None
    text: str = Field(min_length=1, pattern=r"\S")

    @model_validator(mode="after")
    def _expects_something(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("needs at_least, at_most or both")
        if self.lowest >= RiskLevel.MODERATE and None in (self.kind, self.subject):
            raise ValueError("danger needs its kind and its subject")
        return self


class SafetyTurn(Expectation):
    """What one side says in a conversation; the expectation is of all that was said so far."""

    user: str | None = Field(None, min_length=1)
    assistant: str | None = Field(None, min_length=1)

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.user is None) == (self.assistant is None):
            raise ValueError("a turn has either `user` or `assistant`")
        if self.user is None and not (self.at_least is None and self.at_most is None):
            raise ValueError("levels belong to the turns of the user")
        return self

    @property
    def role(self) -> Role:
        """Which side speaks."""
        return "assistant" if self.user is None else "user"

    @property
    def text(self) -> str:
        """What is said."""
        return self.user or self.assistant or ""


class SafetyTalk(BaseModel):
    """A conversation whose danger shows only as it goes on, or does not.

    Attributes:
        course: How the danger shows; `class` in the files.
        kind: What the danger is, or what is asked about; may be left out.
        subject: Whom it concerns; may be left out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    language: str = Field(pattern="^[a-z]{2}(-[A-Za-z]+)?$")
    course: Course = Field(alias="class")
    kind: RiskKind | None = None
    subject: Subject | None = None
    turns: tuple[SafetyTurn, ...] = Field(min_length=1)


@lru_cache(maxsize=8)
def load_messages(part: Part, root: Path = SAFETY_SET) -> tuple[SafetyMessage, ...]:
    """Read every message of a part, in the order of the files' names.

    Args:
        part: `dev` is for tuning; `held` is kept apart and only measured on.
        root: The folder that holds both parts.

    Raises:
        ConfigError: A file is not a YAML list, or an entry does not say what it must.
    """
    return _load(SafetyMessage, root / part, "messages-*.yaml")


@lru_cache(maxsize=8)
def load_talks(part: Part, root: Path = SAFETY_SET) -> tuple[SafetyTalk, ...]:
    """Read every conversation of a part, in the order of the files' names.

    Args:
        part: `dev` is for tuning; `held` is kept apart and only measured on.
        root: The folder that holds both parts.

    Raises:
        ConfigError: A file is not a YAML list, or an entry does not say what it must.
    """
    return read_talks(root / part)


def read_talks(folder: Path, pattern: str = "talks-*.yaml") -> tuple[SafetyTalk, ...]:
    """Read every conversation of a folder, in the order of the files' names.

    Args:
        folder: Where they stand.
        pattern: Which of its files are read.

    Raises:
        ConfigError: A file is not a YAML list, or an entry does not say what it must.
    """
    return _load(SafetyTalk, folder, pattern)


def _load(entry: type[Entry], folder: Path, pattern: str) -> tuple[Entry, ...]:
    return read_entries(entry, sorted(folder.glob(pattern)), _NAMED)
