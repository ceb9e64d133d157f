"""EmpatheticDialogues in the layout of its release (Rashkin et al. 2019, arXiv:1811.00207)."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from listenwell.core.emotions import EMOTIONS
from listenwell.corpora.conversation import (
    Conversation,
    Loaded,
    RowLog,
    Split,
    Utterance,
    merge_same_role,
)
from listenwell.corpora.files import read_lines
from listenwell.corpora.text import find_flaw, tidy

COLUMNS = (
    "conv_id", "utterance_idx", "context", "prompt", "speaker_idx", "utterance", "selfeval", "tags",
)  # fmt: skip
EXPECTED = f"the release layout, unquoted, with the columns {','.join(COLUMNS)}"


class _Row(NamedTuple):
    conversation: str
    number: int
    emotion: str
    situation: str
    speaker: str
    text: str


def load(path: Path, split: Split) -> Loaded:
    """Read one file of the release into conversations.

    The release writes commas as `_comma_` and does not quote, so a bare double quote is text and
    a row is split on every comma.

    Raises:
        CorpusError: The file is missing, lacks a column, or is mostly malformed.
    """
    log = RowLog(str(path))
    rows = list(_rows(path, log))
    log.check(EXPECTED)
    conversations = tuple(
        _conversation(name, sorted(group, key=lambda row: row.number), split)
        for name, group in groupby(rows, key=lambda row: row.conversation)
    )
    return Loaded(conversations, log.rows, tuple(log.malformed), path=str(path))


def _rows(path: Path, log: RowLog) -> Iterator[_Row]:
    lines = read_lines(path, log)
    header = next(lines, (0, ""))[1].split(",")
    missing = [name for name in COLUMNS[:6] if name not in header]
    if missing:
        log.rows = 1
        log.skip(1, f"the header lacks {', '.join(missing)}")
        return
    for number, line in lines:
        if not line.strip():
            continue
        log.rows += 1
        reason, row = _parse(line.split(","))
        if row is None:
            log.skip(number, reason)
        else:
            yield row


def _parse(cells: list[str]) -> tuple[str, _Row | None]:
    if not 6 <= len(cells) <= len(COLUMNS):
        return f"{len(cells)} columns instead of {len(COLUMNS)}", None
    conversation, index, emotion, situation, speaker, text = (c.strip() for c in cells[:6])
    if not index.isdecimal():
        return f"utterance_idx is {index!r}, not a number", None
    if emotion not in EMOTIONS:
        return f"context is {emotion!r}, not one of the 32 emotions", None
    flaw = find_flaw(text)
    if flaw:
        return f"the utterance {flaw}", None
    row = _Row(conversation, int(index), emotion, _plain(situation), speaker, _plain(text))
    return "", row


def _plain(text: str) -> str:
    return tidy(text.replace("_comma_", ","))


def _conversation(name: str, rows: list[_Row], split: Split) -> Conversation:
    # Utterance 1 is the speaker's. Where it is malformed and gone, 2 is the listener's.
    opener, opens = rows[0].speaker, rows[0].number % 2 == 1
    turns = merge_same_role([
        Utterance("user", row.text, emotion=row.emotion)
        if (row.speaker == opener) == opens
        else Utterance("assistant", row.text)
        for row in rows
    ])  # fmt: skip
    return Conversation(name, turns, split, emotion=rows[0].emotion, situation=rows[0].situation)
