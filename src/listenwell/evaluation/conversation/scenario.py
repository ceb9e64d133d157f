"""A scripted person in an ordinary conversation, and what a fair reader demands of the answers."""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictStr,
    model_validator,
)

from listenwell.core.errors import ConfigError
from listenwell.evaluation.entries import Named, read_entries

SCENARIOS = Path(__file__).with_name("scenarios")
_NAMED = Named("a scenario", "scenarios", "- id:")
ADVICE_FROM = 3
"""The turn from which advice is not too early, even where nobody asked for it."""

Text: TypeAlias = Annotated[StrictStr, Field(min_length=1, pattern=r"\S")]
Feeling: TypeAlias = Literal[
    "fear", "sadness", "anger", "shame", "guilt", "loneliness", "strain", "jealousy", "hurt",
    "joy", "pride", "hope",
]  # fmt: skip
PLEASANT: frozenset[str] = frozenset({"joy", "pride", "hope"})


class Wish(StrEnum):
    """What a person asks of the way they are talked with; it holds until they ask otherwise."""

    STOP_ASKING = "stop_asking"
    ASK_AGAIN = "ask_again"
    JUST_LISTEN = "just_listen"


class Tone(Enum):
    """Whether what is told feels good or bad."""

    PLEASANT = auto()
    PAINFUL = auto()
    MIXED = auto()


@dataclass(frozen=True, slots=True)
class Stance:
    """What holds when a message is answered, from it and all before it.

    Attributes:
        questions: Whether asking is welcome.
        advice: Whether advice is.
    """

    questions: bool
    advice: bool
    tone: Tone


class Say(BaseModel):
    """One message of the person, and what the answer to it must be like.

    Attributes:
        any_of: Words of which the answer has at least one; `any` in the files, `*` for a stem.
        never: Words that the answer has none of.
        most: The most words of the answer.
        question: False where the answer must not ask.
        wish: What the person asks for from here on.
        advice: Whether the person asks for advice here.
        redirects: Whether the answer has to say plainly and kindly that it cannot do this.
        feels: The feeling from here on, where it changes; "mixed" where no tone is wrong.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    say: Text
    any_of: tuple[Text, ...] = Field((), alias="any")
    never: tuple[Text, ...] = ()
    most: int | None = Field(None, ge=1)
    question: Literal[False] | None = None
    wish: Wish | None = None
    advice: bool = False
    redirects: bool = False
    feels: Feeling | Literal["mixed"] | None = None


def _said(value: object) -> object:
    return {"say": value} if isinstance(value, str) else value


class Scenario(BaseModel):
    """A believable person's side of a conversation.

    Attributes:
        about: Who speaks, for whoever reads the file.
        feels: The feelings that may be named.
        named: Whether one of them has to be; else it is enough that none is contradicted.
        topic: Words that show that the matter was heard; one comes within the first answers.
        within: How many answers that are.
        questions: The least and the greatest share of answers that ask.
        neutral: Whether belief or politics is spoken of, so that no side may be taken.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    about: str = ""
    feels: tuple[Feeling, ...] = ()
    named: bool = True
    topic: tuple[Text, ...] = ()
    within: int = Field(3, ge=1, le=8)
    questions: tuple[float, float] = (0.0, 0.75)
    neutral: bool = False
    says: tuple[Annotated[Say, BeforeValidator(_said)], ...] = Field(min_length=2, max_length=8)

    @model_validator(mode="after")
    def _shares_in_order(self) -> Self:
        low, high = self.questions
        if not 0 <= low <= high <= 1:
            raise ValueError("the shares must rise from 0 to 1, such as [0, 0.5]")
        return self

    @property
    def stances(self) -> tuple[Stance, ...]:
        """What holds at each message."""
        questions, listens, asked, tone = True, False, False, tone_of(self.feels)
        found = []
        for number, said in enumerate(self.says, start=1):
            asked = asked or said.advice
            match said.wish:
                case Wish.STOP_ASKING:
                    questions = False
                case Wish.ASK_AGAIN:
                    questions = True
                case Wish.JUST_LISTEN:
                    listens, asked = True, said.advice
                case None:
                    pass
            tone = tone_of((said.feels,)) if said.feels else tone
            welcome = asked or (number >= ADVICE_FROM and not listens)
            found.append(Stance(questions, welcome, tone))
        return tuple(found)


def tone_of(feelings: tuple[str, ...]) -> Tone:
    """Return whether feelings are good or bad ones; none, both and "mixed" are neither."""
    kinds = {feeling in PLEASANT for feeling in feelings}
    if "mixed" in feelings or len(kinds) != 1:
        return Tone.MIXED
    return Tone.PLEASANT if kinds.pop() else Tone.PAINFUL


@lru_cache(maxsize=8)
def load_scenarios(folder: Path = SCENARIOS) -> tuple[Scenario, ...]:
    """Read every scenario, in the order of the files' names.

    Raises:
        ConfigError: There is none, a file is not a YAML list, an entry does not say what it must,
            or two have one id.
    """
    paths = sorted(folder.glob("*.yaml"))
    found = read_entries(Scenario, paths, _NAMED)
    if not found:
        raise ConfigError(f"{folder}: no scenario. Expected *.yaml files, each a list of them.")
    seen: set[str] = set()
    for scenario in found:
        if scenario.id in seen:
            raise ConfigError(f"{folder}: two scenarios are called {scenario.id!r}.")
        seen.add(scenario.id)
    return found
