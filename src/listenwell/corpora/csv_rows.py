"""Rows of a quoted table, with recovery: an unpaired quote loses its row, not the whole file."""

import csv
from collections import deque
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from listenwell.core.errors import CorpusError
from listenwell.corpora.conversation import RowLog
from listenwell.corpora.files import read_lines

NEAR = 50
"""How many lines a broken quoted row may go on for; beyond, what follows is taken for rows."""


class _Feed:
    """Hands lines to `csv.reader`, and takes back those of a row that could not be read."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self._returned: deque[tuple[int, str]] = deque()
        self.taken: list[tuple[int, str]] = []

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else next(self._lines)
        self.taken.append(line)
        return line[1] + "\n"

    def take_back(self) -> int:
        """Return what follows the failed row's first line, from where a row can begin again.

        A quoted row may go on for many lines, which are no rows: those up to the next quoted line
        or the file's end are dropped, if that is near. The number of dropped lines is returned.
        """
        first, *rest = self.taken
        dropped = 0
        if first[1].startswith('"'):
            near = chain(self._returned, islice(self._lines, max(0, NEAR - len(rest))))
            rest += list(near)
            self._returned.clear()
            starts = (index for index, line in enumerate(rest) if line[1].startswith('"'))
            dropped = next(starts, len(rest) if len(rest) < NEAR else 0)
        self._returned.extendleft(reversed(rest[dropped:]))
        return dropped


def read_rows(
    path: Path, log: RowLog, required: tuple[str, ...] = ()
) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield (line, cell by column name) for each row below the header.

    The delimiter is a comma, semicolon or tab, whichever the header uses most.

    Raises:
        CorpusError: A required column is missing, or the file cannot be read.
    """
    lines = read_lines(path, log)
    first = next(lines, None)
    if first is None:
        return
    feed = _Feed(chain([first], lines))
    rows = _records(feed, log, max(",;\t", key=first[1].count))
    header = [name.strip() for name in next(rows, (1, []))[1]]
    _check_header(path, header, required)
    for line, cells in rows:
        if len(cells) == len(header):
            yield line, dict(zip(header, cells, strict=True))
        else:
            log.rows += 1
            log.skip(line, f"{len(cells)} columns instead of {len(header)}")


def _records(feed: _Feed, log: RowLog, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    while True:
        feed.taken.clear()
        try:
            cells = next(csv.reader(feed, delimiter=delimiter, strict=True))
        except StopIteration:
            return
        except csv.Error as error:
            dropped = feed.take_back()
            lost = f"; {dropped} more lines lost" if dropped else ""
            log.rows += 1
            log.skip(feed.taken[0][0], f"a quote is not paired: {error}{lost}")
            continue
        if cells:
            yield feed.taken[0][0], cells


def _check_header(path: Path, header: list[str], required: tuple[str, ...]) -> None:
    missing = [name for name in required if name not in header]
    if missing:
        raise CorpusError(
            f"{path}: no column {' or '.join(map(repr, missing))}. It has {shown(header)}."
        )


def shown(columns: list[str]) -> str:
    """Return column names for a message; a binary file's are cut short and escaped."""
    names = ", ".join(ascii(name[:40])[1:-1] for name in columns[:12])
    return names + (", …" if len(columns) > 12 else "")
