"""The project's own corpus: the schema of its lines, and reading them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from listenwell.core.emotions import EMOTIONS
from listenwell.core.errors import CorpusError
from listenwell.core.types import Strategy
from listenwell.corpora.conversation import Conversation, Loaded, RowLog, Split, Utterance
from listenwell.corpora.files import read_lines

FOLDER = Path(__file__).parent / "listenwell"
EXPECTED = "JSON Lines as listenwell/schema.json describes"

Stage = Literal["exploration", "comforting", "action"]
Register = Literal[
    "texting", "plain", "formal", "rambling", "terse", "second_language", "dialect", "typos"
]
Fault = Literal[
    "generic", "advice_too_early", "false_cheer", "question_barrage", "lecture",
    "misread_feeling", "therapist_speak", "invented_memory", "minimising", "self_centred",
    "taking_sides", "overpromise",
]  # fmt: skip


class Turn(BaseModel):
    """One turn: the person's with an emotion, the listener's with a strategy and a stage."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Literal["user", "assistant"]
    content: str = Field(min_length=1)
    emotion: str | None = None
    strategy: Strategy | None = None
    stage: Stage | None = None

    @model_validator(mode="after")
    def _labelled(self) -> "Turn":
        if self.role == "user" and self.emotion not in EMOTIONS:
            raise ValueError(f"a user's turn needs one of the 32 emotions, not {self.emotion!r}")
        if self.role == "assistant" and (self.strategy is None or self.stage is None):
            raise ValueError("a listener's turn needs a strategy and a stage")
        return self


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^lw-[a-z0-9-]+-[cep]\d{3}$")
    situation: str = Field(pattern=r"^[a-z-]+$")
    topic: str = Field(pattern=r"^[a-z-]+$")
    register_: Register = Field(alias="register")
    age: int = Field(ge=16, le=95)
    split: Split


class Row(_Item):
    """One conversation, or one exchange of a message and a reply."""

    turns: tuple[Turn, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _alternating(self) -> "Row":
        wanted = ["user", "assistant"] * (len(self.turns) // 2)
        if [turn.role for turn in self.turns] != wanted:
            raise ValueError("turns must alternate, the user first and the assistant last")
        return self


class Pair(_Item):
    """A message with a good and a poor reply, and what is wrong with the poor one."""

    message: str = Field(min_length=1)
    emotion: str
    good: str = Field(min_length=1)
    strategy: Strategy
    stage: Stage
    poor: str = Field(min_length=1)
    fault: Fault


Line = TypeVar("Line", bound=BaseModel)


def load(path: Path, split: Split) -> Loaded:
    """Read one file of conversations and exchanges, or of pairs, whose good half is an exchange.

    Raises:
        CorpusError: The file is missing or mostly malformed.
    """
    log = RowLog(str(path))
    if path.parent.name == "pairs":
        rows = [_exchange(pair) for pair in _lines(path, Pair, log)]
    else:
        rows = list(_lines(path, Row, log))
    log.check(EXPECTED)
    found = tuple(_conversation(row) for row in rows if row.split == split)
    return Loaded(found, log.rows, tuple(log.malformed))


def read_rows(folder: Path = FOLDER) -> tuple[Row, ...]:
    """Return every conversation and exchange, strictly.

    Raises:
        CorpusError: A file is missing, or any line breaks the schema.
    """
    return tuple(_strict(folder / "conversations", Row))


def read_pairs(folder: Path = FOLDER) -> tuple[Pair, ...]:
    """Return every pair, strictly.

    Raises:
        CorpusError: A file is missing, or any line breaks the schema.
    """
    return tuple(_strict(folder / "pairs", Pair))


def _strict(folder: Path, kind: type[Line]) -> Iterator[Line]:
    for path in sorted(folder.glob("*.jsonl")):
        log = RowLog(str(path))
        yield from _lines(path, kind, log)
        if log.malformed:
            first = log.malformed[0]
            raise CorpusError(f"{path}: line {first.line}: {first.reason}")


def _lines(path: Path, kind: type[Line], log: RowLog) -> Iterator[Line]:
    for number, line in read_lines(path):
        log.rows += 1
        try:
            yield kind.model_validate(json.loads(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            log.skip(number, f"`{where}`: {first['msg']}")
        except ValueError as error:
            log.skip(number, f"not JSON ({error})")


def _exchange(pair: Pair) -> Row:
    turns = (
        Turn(role="user", content=pair.message, emotion=pair.emotion),
        Turn(role="assistant", content=pair.good, strategy=pair.strategy, stage=pair.stage),
    )
    head = pair.model_dump(by_alias=True, include=set(_Item.model_fields))
    return Row(**head, turns=turns)


def _conversation(row: Row) -> Conversation:
    turns = tuple(
        Utterance(turn.role, turn.content, turn.emotion, turn.strategy) for turn in row.turns
    )
    return Conversation(
        row.id, turns, row.split, turns[0].emotion, row.situation.replace("-", " "), row.topic
    )
