"""Plain text transcripts: `Human: …` and `Assistant: …` blocks."""

import re
from collections.abc import Iterator
from pathlib import Path

from listenwell.corpora.conversation import (
    Conversation,
    Loaded,
    RowLog,
    Split,
    Utterance,
    merge_same_role,
)
from listenwell.corpora.files import read_lines
from listenwell.corpora.messages import ROLES
from listenwell.corpora.records import MalformedRow, Record, collect, usable_text
from listenwell.corpora.text import assign_split, digest

EXPECTED = "blocks that begin with `Human:` or `Assistant:`, conversations divided by a line `---`"

_LABEL = re.compile(rf"^({'|'.join(ROLES)})\s*:\s*(.*)$", re.IGNORECASE)
_DIVIDER = re.compile(r"^\s*(-{3,}|={3,}|\*{3,}|#{3,})\s*$")


def load(path: Path, split: Split | None = None) -> Loaded:
    """Read a transcript; a divider or two blank lines end a conversation.

    Raises:
        CorpusError: The file cannot be read, or holds no such blocks.
    """
    log = RowLog(str(path))
    return collect(path, log, _blocks(path, log), lambda r: _conversation(r, split), EXPECTED)


def _blocks(path: Path, log: RowLog) -> Iterator[Record]:
    """Yield one record for each conversation: its lines under their numbers."""
    lines: dict[str, object] = {}
    blank = start = 0
    for number, line in read_lines(path, log):
        blank = 0 if line.strip() else blank + 1
        if lines and (blank == 2 or _DIVIDER.match(line)):
            yield Record(start, lines)
            lines = {}
        elif line.strip() and not _DIVIDER.match(line):
            start = start if lines else number
            lines[str(number)] = line.strip()
    if lines:
        yield Record(start, lines)


def _conversation(record: Record, split: Split | None) -> Conversation:
    turns: list[Utterance] = []
    for number, line in record.values.items():
        label = _LABEL.match(str(line))
        text = label.group(2) if label else str(line)
        if not label and not turns:
            raise MalformedRow("it does not begin with `Human:` or `Assistant:`")
        role = ROLES[label.group(1).lower()] if label else turns[-1].role
        if text.strip():
            turns.append(Utterance(role, usable_text(f"line {number}", text)))
    merged = merge_same_role(turns)
    opening = next((turn.content for turn in merged if turn.role == "user"), None)
    if opening is None:
        raise MalformedRow("the user says nothing")
    name = digest("\n".join(turn.content for turn in merged))
    return Conversation(name, merged, split or assign_split(opening))
