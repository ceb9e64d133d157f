"""Which loader reads a file that was named by its path."""

from pathlib import Path

from listenwell.core.errors import CorpusError
from listenwell.corpora import (
    alpaca,
    context_response,
    empathetic_dialogues,
    esconv,
    table,
    transcript,
)
from listenwell.corpora.conversation import Loaded, Split
from listenwell.corpora.files import open_plain
from listenwell.corpora.records import layout

_HEAD = 1 << 16


def load_path(
    path: Path, columns: table.Columns | None = None, split: Split | None = None
) -> Loaded:
    """Read any conversations file: a known corpus's layout, or a person's own.

    Args:
        path: A CSV, TSV, JSON Lines, JSON or text file, also with `.gz`.
        columns: Which column holds what, for a table with unfamiliar names.
        split: The split of every conversation; by default the file's own, or by content.

    Raises:
        CorpusError: The file cannot be read, or is in no layout that is known.
    """
    if layout(path) == ".txt":
        return transcript.load(path, split)
    if columns is not None:
        return table.load(path, columns, split)
    head = _head(path)
    first = [name.strip() for name in head.partition("\n")[0].split(",")]
    if {"conv_id", "utterance_idx"} <= set(first):
        return empathetic_dialogues.load(path, split or _named_split(path))
    if first == ["Context", "Response"]:
        return context_response.load(path, split)
    if layout(path) == ".json" and '"dialog"' in head and '"speaker"' in head:
        return esconv.load(path, split)
    if all(f'"{name}"' in head for name in ("instruction", "input", "output")):
        return alpaca.load(path, split)
    return table.load(path, None, split)


def _head(path: Path) -> str:
    try:
        with open_plain(path) as stream:
            return stream.read(_HEAD).decode("utf-8-sig", "replace").replace("\r\n", "\n")
    except EOFError:
        return ""  # cut off; the loader says where
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror or error}).") from error


def _named_split(path: Path) -> Split:
    return table.SPLIT_NAMES.get(path.name.partition(".")[0].lower(), "test")
