"""A person's own file: two columns of a table, or turns in JSON, each row a conversation."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Self

from listenwell.core.errors import ConfigError, UnknownNameError
from listenwell.corpora.conversation import (
    Conversation,
    Loaded,
    RowLog,
    Split,
    Synthetic,
    Utterance,
    merge_same_role,
)
from listenwell.corpora.csv_rows import shown
from listenwell.corpora.messages import find_turns, known_emotion, known_strategy, read_turns
from listenwell.corpora.records import MalformedRow, Record, collect, read_records
from listenwell.corpora.text import assign_split, digest

SPLIT_NAMES: dict[str, Split] = {
    "train": "train", "training": "train", "test": "test",
    "valid": "valid", "validation": "valid", "val": "valid", "dev": "valid",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a table holds what; `user` and `assistant` are what the two sides said."""

    user: str
    assistant: str
    emotion: str | None = None
    strategy: str | None = None
    situation: str | None = None
    topic: str | None = None
    split: str | None = None
    id: str | None = None

    @classmethod
    def parse(cls, pairs: Iterable[str]) -> Self:
        """Read a mapping as the command line gives it: `user=question`, `assistant=answer`.

        Raises:
            ConfigError: A pair has no `=`, or `user` or `assistant` is left out.
            UnknownNameError: A pair maps something that a conversation does not have.
        """
        known = [field.name for field in fields(cls)]
        given: dict[str, str] = {}
        for pair in pairs:
            name, equals, column = (part.strip() for part in pair.partition("="))
            if not equals or not column:
                raise ConfigError(f"--map {pair!r} is not NAME=COLUMN, such as user=question.")
            if name not in known:
                raise UnknownNameError.build("part of a conversation", name, known)
            given[name] = column
        if not {"user", "assistant"} <= given.keys():
            raise ConfigError("--map needs both user=COLUMN and assistant=COLUMN.")
        return cls(**given)

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that a table must have."""
        return tuple(name for field in fields(self) if (name := getattr(self, field.name)))


_PAIRS = (
    ("context", "response"), ("question", "answer"), ("prompt", "completion"),
    ("prompt", "response"), ("instruction", "output"), ("instruction", "response"),
    ("input", "output"), ("user", "assistant"), ("human", "assistant"), ("message", "reply"),
    ("questiontext", "answertext"), ("seeker_post", "response_post"),
)  # fmt: skip
"""Names of the two columns that need no mapping, in lower case."""


def guess_columns(names: Iterable[str]) -> Columns:
    """Choose the columns of a record that uses familiar names.

    Raises:
        MalformedRow: None of the names is familiar.
    """
    actual = {name.lower(): name for name in names}
    for user, assistant in _PAIRS:
        if user in actual and assistant in actual:
            labels = {name: actual.get(name) for name in ("emotion", "situation", "topic", "split")}
            return Columns(actual[user], actual[assistant], id=actual.get("id"), **labels)
    raise MalformedRow(
        f"no familiar columns among {shown(list(actual.values()))}; say which hold the two sides: "
        "--map user=COLUMN --map assistant=COLUMN"
    )


def load(
    path: Path,
    columns: Columns | None = None,
    split: Split | None = None,
    mend: Callable[[str], str] = str,
) -> Loaded:
    """Read a CSV, TSV, JSON Lines or JSON file; repeated conversations are left out.

    A record with a list of turns is read as it stands; any other needs the two columns.

    Args:
        path: The file.
        columns: Which column holds what; familiar names need none.
        split: The split of every conversation; by default the record's own, else by the first
            thing the user said, so that all answers to one question share a split.
        mend: Repairs a text, or raises `MalformedRow` for one that is beyond repair.

    Raises:
        CorpusError: The file cannot be read, lacks a column or is mostly malformed.
    """
    log = RowLog(str(path))
    chosen = columns

    def make(record: Record) -> Conversation:
        nonlocal chosen
        listed = find_turns(record.values) if columns is None else None
        if listed is not None:
            return _conversation(record, read_turns(listed), _LISTED, split, mend)
        chosen = chosen or guess_columns(record.values)
        return _conversation(record, _pair(record, chosen), chosen, split, mend)

    records = read_records(path, log, columns.named if columns else ())
    wanted = f"{columns.user!r} and {columns.assistant!r}" if columns else "two columns"
    return collect(path, log, records, make, f"a table with {wanted}, or JSON with `messages`")


_LISTED = Columns(
    "", "", emotion="emotion", situation="situation", topic="topic", split="split", id="id"
)
"""Where a JSON record with a list of turns keeps the rest."""


def _pair(record: Record, columns: Columns) -> list[Utterance]:
    strategy = known_strategy(record.label(columns.strategy))
    emotion = known_emotion(record.label(columns.emotion))
    return [
        Utterance("user", record.text(columns.user), emotion=emotion),
        Utterance("assistant", record.text(columns.assistant), strategy=strategy),
    ]


def _conversation(
    record: Record,
    turns: list[Utterance],
    columns: Columns,
    split: Split | None,
    mend: Callable[[str], str],
) -> Conversation:
    said = [replace(turn, content=mend(turn.content)) for turn in turns]
    opening = next((turn.content for turn in said if turn.role == "user"), None)
    if opening is None:
        raise MalformedRow("the user says nothing")
    return Conversation(
        record.label(columns.id) or digest("\n".join(turn.content for turn in said)),
        merge_same_role(said),
        split or _own_split(record.label(columns.split)) or assign_split(opening),
        emotion=known_emotion(record.label(columns.emotion)),
        situation=record.label(columns.situation),
        topic=record.label(columns.topic),
        synthetic=_synthetic(record.values.get("synthetic")),
    )


def _synthetic(value: object) -> Synthetic | None:
    """Read the label of a row that a program wrote; a label that says less is still one."""
    if not value:
        return None
    said = value if isinstance(value, dict) else {}
    return Synthetic(*(str(said.get(name, "unknown")) for name in ("method", "model", "date")))


def _own_split(label: str | None) -> Split | None:
    if label is None:
        return None
    if label.lower() not in SPLIT_NAMES:
        raise MalformedRow(f"the split is {label!r}, not train, valid or test")
    return SPLIT_NAMES[label.lower()]
