"""Sentences that were judged as replies in conversations: what fits, and what is wrong.

Every line of `listenwell/judged.jsonl` holds a conversation, by its turn in our corpus or in full, and
sentences that might answer it with what a reader made of each: 0 wrong, 1 passable, 2 good; and its
split, where that is not told by its words or its situation.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from listenwell.core.errors import CorpusError
from listenwell.core.types import Message
from listenwell.corpora import own
from listenwell.corpora.conversation import SPLITS, Split
from listenwell.corpora.text import assign_split

JUDGED = own.FOLDER / "judged.jsonl"
JUDGEMENTS = ("wrong", "passable", "good")


@dataclass(frozen=True, slots=True)
class Judged:
    """A conversation and what might answer it.

    Attributes:
        messages: The conversation, its newest message the person's.
        told: Sentences with what a reader made of each, a place in `JUDGEMENTS`.
        split: The conversation's.
    """

    messages: tuple[Message, ...]
    told: tuple[tuple[str, int], ...]
    split: Split


def read_judged(path: Path = JUDGED) -> Iterator[Judged]:
    """Yield every conversation whose sentences were judged.

    Raises:
        CorpusError: The file is missing, or a line of it is not as it must be.
    """
    return read_lines(path, _judged, "judgement")


Line = TypeVar("Line")
Conversation: TypeAlias = tuple[tuple[Message, ...], Split]


def read_lines(
    path: Path, made: Callable[[Mapping[str, Any], Conversation], Line], what: str
) -> Iterator[Line]:
    """Yield what is made of every line and its conversation, which may be one of our corpus.

    Args:
        path: A file of JSON lines with "said", or with "id" and "turn".
        made: Makes it of a line, of its messages and its split; raises where it cannot.
        what: What a line holds, in a word.

    Raises:
        CorpusError: The file is missing, or a line of it is not as it must be.
    """
    rows = {row.id: row for row in own.read_rows()}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path}: cannot be read ({error}).") from error
    for number, line in enumerate(lines, start=1):
        try:
            content = json.loads(line)
            found = made(content, _conversation(content, rows))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise CorpusError(f"{path}: line {number} is no {what} ({error!r}).") from error
        yield found


def _judged(found: Mapping[str, Any], conversation: Conversation) -> Judged:
    told = tuple((str(text), int(label)) for text, label in found["told"])
    if not told or any(label not in range(len(JUDGEMENTS)) for _, label in told):
        raise ValueError("a sentence needs a label of 0, 1 or 2")
    return Judged(conversation[0], told, conversation[1])


def _conversation(found: Mapping[str, Any], rows: Mapping[str, own.Row]) -> Conversation:
    if "said" in found:
        messages = tuple(Message(role, text) for role, text in found["said"])
        return messages, _split(found, assign_split(messages[0].content))
    row = rows[found["id"]]
    turns = row.turns[: found["turn"] + 1]
    messages = tuple(Message(turn.role, turn.content) for turn in turns)
    return messages, _split(found, row.split)


def _split(found: Mapping[str, Any], usual: Split) -> Split:
    """Return what a conversation is for: as its line says, else by its words or its situation."""
    told: Split = found.get("split", usual)
    if told not in SPLITS:
        raise ValueError(f"{told!r} is no split")
    return told


def read_pairs() -> Iterator[Judged]:
    """Yield our corpus's pairs of a good and a poor reply likewise.

    Raises:
        CorpusError: A file of the corpus is damaged.
    """
    for message, pairs in groupby(own.read_pairs(), lambda pair: pair.message):
        found = list(pairs)
        told = [(pair.good, 2) for pair in found] + [(pair.poor, 0) for pair in found]
        yield Judged((Message("user", message),), tuple(told), found[0].split)
