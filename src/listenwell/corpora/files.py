"""Opening corpus files: plain or gzip, always UTF-8, with errors that name file and line."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast
from zlib import error as ZlibError

from listenwell.core.errors import CorpusError
from listenwell.corpora.conversation import RowLog

MAX_LINE = 4 << 20
"""Bytes above which a line is taken for damage rather than text; the longest real one has 33 kB."""

MAX_DOCUMENT = 256 << 20
"""Bytes above which a file that must be read whole is refused; ESConv has 11 MB."""

_FAULTS = (UnicodeDecodeError, EOFError, ZlibError, OSError)


def read_lines(path: Path, log: RowLog | None = None) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line without its end).

    Args:
        path: A text file, or a gzip one when its name ends in `.gz`.
        log: Where an overlong line is noted before it is skipped; without one it is an error.

    Raises:
        CorpusError: The file is missing, is not UTF-8, or its compression is cut off.
    """
    number = 0
    try:
        with open_plain(path) as stream:
            while raw := stream.readline(MAX_LINE + 1):
                number += 1
                if len(raw) > MAX_LINE:
                    _skip_overlong(stream, raw, path, number, log)
                    continue
                yield number, raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
    except _FAULTS as error:
        raise _explain(path, number, error) from error


def read_text(path: Path) -> str:
    """Return a whole text file, for layouts that are one document.

    Raises:
        CorpusError: As for `read_lines`, or the file is too large to be one.
    """
    raw = b""
    try:
        with open_plain(path) as stream:
            raw = stream.read(MAX_DOCUMENT + 1)
        if len(raw) > MAX_DOCUMENT:
            raise CorpusError(
                f"{path}: larger than {MAX_DOCUMENT >> 20} MB, too large for one document. "
                "Write it as JSON Lines: one conversation a line."
            )
        return raw.decode("utf-8-sig")
    except _FAULTS as error:
        before = error.start if isinstance(error, UnicodeDecodeError) else len(raw)
        raise _explain(path, raw.count(b"\n", 0, before) + 1, error) from error


def open_plain(path: Path) -> BinaryIO:
    """Open a file for reading bytes, unpacked when its name ends in `.gz`."""
    if path.suffix == ".gz":
        return cast("BinaryIO", gzip.open(path, "rb"))
    return path.open("rb")


def _skip_overlong(
    stream: BinaryIO, raw: bytes, path: Path, number: int, log: RowLog | None
) -> None:
    reason = f"longer than {MAX_LINE >> 20} MB"
    if log is None:
        raise CorpusError(f"{path}: line {number} is {reason}; is this a text file?")
    log.rows += 1
    log.skip(number, reason)
    while raw and not raw.endswith(b"\n"):
        raw = stream.readline(MAX_LINE)


def _explain(path: Path, line: int, error: Exception) -> CorpusError:
    if isinstance(error, UnicodeDecodeError):
        return CorpusError(
            f"{path}: line {line} is not UTF-8 text ({error.reason}). Save the file as UTF-8."
        )
    if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile):
        return CorpusError(f"{path}: cannot be read ({error.strerror or error}).")
    return CorpusError(f"{path}: cut off or damaged after line {line} ({error}).")
