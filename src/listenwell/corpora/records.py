"""Records of a file, whatever its layout: named values and the line they begin on."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from listenwell.core.errors import CorpusError
from listenwell.corpora.conversation import Conversation, Loaded, RowLog
from listenwell.corpora.csv_rows import read_rows
from listenwell.corpora.files import read_lines, read_text
from listenwell.corpora.text import digest, find_flaw, letters_and_digits, tidy

JSON_KINDS = {
    dict: "an object",
    list: "a list",
    str: "text",
    bool: "a truth value",
    type(None): "null",
}


class MalformedRow(Exception):
    """A record does not say what it must; the message is the reason it is counted under."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a table or one object of a JSON file."""

    line: int
    values: Mapping[str, object]

    def text(self, name: str) -> str:
        """Return a value that must be text, tidied.

        Raises:
            MalformedRow: It is missing, empty, not text or cannot be printed.
        """
        if name not in self.values:
            raise MalformedRow(f"`{name}` is missing")
        return usable_text(name, self.values[name])

    def label(self, name: str | None) -> str | None:
        """Return a value that may be missing or empty, tidied."""
        value = self.values.get(name) if name else None
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        return usable_text(str(name), value)


def usable_text(name: str, value: object) -> str:
    """Return a value from outside as tidied text.

    Raises:
        MalformedRow: It is not text, empty, or cannot be printed.
    """
    if not isinstance(value, str):
        raise MalformedRow(f"`{name}` is {kind_of(value)}, not text")
    flaw = find_flaw(value)
    if flaw:
        raise MalformedRow(f"`{name}` {flaw}")
    return tidy(value)


def kind_of(value: object) -> str:
    """Say what a JSON value is, as a person would."""
    return JSON_KINDS.get(type(value), "a number")


def collect(
    path: Path,
    log: RowLog,
    records: Iterable[Record],
    make: Callable[[Record], Conversation],
    expected: str,
) -> Loaded:
    """Make a conversation of each record; count and skip malformed and repeated ones.

    Args:
        path: The file, for messages.
        log: The counter that `records` was read with.
        records: What the file holds.
        make: Builds a conversation or raises `MalformedRow`.
        expected: The layout, for the message when there is nothing to read.

    Raises:
        CorpusError: Nothing, or less than half of the file, could be read.
    """
    seen: dict[str, Conversation] = {}
    duplicates = 0
    for record in records:
        log.rows += 1
        try:
            conversation = make(record)
        except MalformedRow as reason:
            log.skip(record.line, str(reason))
            continue
        key = content_key(conversation)
        duplicates += key in seen
        seen.setdefault(key, conversation)
    log.check(expected)
    return Loaded(tuple(seen.values()), log.rows, tuple(log.malformed), duplicates, str(path))


def content_key(conversation: Conversation) -> str:
    """Return the same name for conversations that differ only in case, spacing or punctuation."""
    said = (f"{turn.role}:{letters_and_digits(turn.content)}" for turn in conversation.turns)
    return digest("\n".join(said))


def read_records(path: Path, log: RowLog, required: Iterable[str] = ()) -> Iterator[Record]:
    """Yield the records of a CSV, TSV, JSON Lines or JSON file, told apart by its name.

    Args:
        path: The file; `.gz` after its suffix is understood.
        log: Where unreadable rows are noted.
        required: Columns that a table must have.

    Raises:
        CorpusError: The suffix is unknown, a column is missing, or the file cannot be read.
    """
    match layout(path):
        case ".csv" | ".tsv":
            for line, cells in read_rows(path, log, tuple(required)):
                yield Record(line, cells)
        case ".jsonl" | ".ndjson":
            yield from _read_json_lines(path, log)
        case ".json":
            yield from _read_json(path, log)
        case other:
            raise CorpusError(
                f"{path}: no reader for {other!r} files. Known: .csv, .tsv, .jsonl, .json, .txt, "
                "each also with .gz."
            )


def layout(path: Path) -> str:
    """Return the suffix that tells the layout, in lower case and without `.gz`."""
    return (path.with_suffix("") if path.suffix == ".gz" else path).suffix.lower()


def _read_json_lines(path: Path, log: RowLog) -> Iterator[Record]:
    for number, line in read_lines(path, log):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            log.rows += 1
            log.skip(number, f"not JSON ({error})")
            continue
        yield from _as_record(number, value, log)


def _read_json(path: Path, log: RowLog) -> Iterator[Record]:
    """Read a JSON list; hub exports call JSON Lines `.json` too, so that is read as well."""
    text = read_text(path)
    start = len(text) - len(text.lstrip())
    if not text.strip():
        return
    if text[start] == "{" and _is_lines(text):
        yield from _read_json_lines(path, log)
        return
    if text[start] != "[":
        kind = "one JSON object" if text[start] == "{" else "neither a JSON list nor objects"
        raise CorpusError(f"{path}: {kind}. Expected a JSON list of objects, or one object a line.")
    for line, value in _list_items(path, text, start):
        yield from _as_record(line, value, log)


def _is_lines(text: str) -> bool:
    try:
        return (
            isinstance(json.loads(text.strip().partition("\n")[0]), dict) and "\n" in text.strip()
        )
    except (ValueError, RecursionError):
        return False


def _list_items(path: Path, text: str, start: int) -> Iterator[tuple[int, object]]:
    """Yield (line, item) of a JSON list; damage is an error, since what follows is lost."""
    decoder = json.JSONDecoder()
    line, counted, at = 1, 0, _skip_space(text, start + 1)
    try:
        while text[at : at + 1] != "]":
            line, counted = line + text.count("\n", counted, at), at
            value, end = decoder.raw_decode(text, at)
            yield line, value
            at = _skip_space(text, end)
            if text[at : at + 1] == ",":
                at = _skip_space(text, at + 1)
            elif text[at : at + 1] != "]":
                raise json.JSONDecodeError("Expecting ',' or ']'", text, at)
    except (ValueError, RecursionError) as error:
        where = error.lineno if isinstance(error, json.JSONDecodeError) else line
        raise CorpusError(
            f"{path}: cut off or damaged at line {where}: not JSON ({error})."
        ) from error


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _as_record(line: int, value: object, log: RowLog) -> Iterator[Record]:
    if isinstance(value, dict):
        yield Record(line, value)
        return
    log.rows += 1
    log.skip(line, f"{kind_of(value)} instead of an object")
