"""Rows of `instruction`, `input` and `output`, the layout of instruction-tuning sets."""

from pathlib import Path

from listenwell.corpora.conversation import Conversation, Loaded, RowLog, Split, Utterance
from listenwell.corpora.records import MalformedRow, Record, collect, read_records
from listenwell.corpora.text import assign_split, digest

EXPECTED = "objects with `instruction`, `input` and `output`"


def load(path: Path, split: Split | None = None) -> Loaded:
    """Read a JSON, JSON Lines or CSV file; repeated rows are left out.

    The person's words stand in `input`, and `instruction` tells a model what to do with them; it is
    left out. Where `input` is empty the instruction is what the person said.

    Args:
        path: The file.
        split: The split of every conversation; by default all answers to one text share one.

    Raises:
        CorpusError: The file is missing, cut off or mostly malformed.
    """
    log = RowLog(str(path))
    return collect(path, log, read_records(path, log), lambda r: _conversation(r, split), EXPECTED)


def _conversation(record: Record, split: Split | None) -> Conversation:
    said = record.label("input") or record.text("instruction")
    answer = record.text("output")
    if not any(map(str.isalpha, said)) or not any(map(str.isalpha, answer)):
        raise MalformedRow("one side holds no word")
    turns = (Utterance("user", said), Utterance("assistant", answer))
    return Conversation(digest(f"{said}\n{answer}"), turns, split or assign_split(said))
