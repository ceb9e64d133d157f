"""Conversations written as JSON Lines, which every loader of a person's own file reads back."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from listenwell.core.errors import CorpusError
from listenwell.corpora.conversation import Conversation


def as_row(conversation: Conversation) -> dict[str, Any]:
    """Return a conversation as JSON values; what is not known is left out."""
    turns = [
        {name: value for name, value in asdict(turn).items() if value is not None}
        for turn in conversation.turns
    ]
    labels = {
        name: value
        for name, value in asdict(conversation).items()
        if value is not None and name != "turns"
    }
    return labels | {"turns": turns}


def write_conversations(path: Path, conversations: Iterable[Conversation]) -> int:
    """Write a file that is whole or not there, and return how many rows it has.

    Raises:
        CorpusError: It cannot be written.
    """
    return write_rows(path, map(as_row, conversations))


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write JSON Lines; an earlier file is replaced when the new one is whole.

    Raises:
        CorpusError: It cannot be written.
    """
    scratch = path.with_name(f".{path.name}.part")
    count = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with scratch.open("w", encoding="utf-8") as stream:
            for row in rows:
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
        os.replace(scratch, path)
    except OSError as error:
        raise CorpusError(f"{path} cannot be written ({error.strerror}).") from error
    finally:
        scratch.unlink(missing_ok=True)
    return count
