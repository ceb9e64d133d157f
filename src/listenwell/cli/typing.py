"""How a reply appears in the terminal: word by word, as it comes, in lines that are easy to read."""

import re
import sys
import time
from collections.abc import Generator
from typing import TypeVar

from listenwell.cli.terminal import stdout

SECONDS_PER_WORD = 0.02
INDENT = "     "
WIDEST = 84
"""Characters a line in a wide terminal: longer lines are hard to read."""

Found = TypeVar("Found")
_TOKEN = re.compile(r"\n|\S+")


def typed(reply: Generator[str, None, Found]) -> Found:
    """Show a reply as its sentences come, and return what it came to.

    A pipe gets it as one line once it is whole, as it always did.
    """
    shown: list[str] = []
    column = 0
    while True:
        try:
            shown.append(next(reply))
        except StopIteration as ended:
            _finish("".join(shown))
            found: Found = ended.value
            return found
        if sys.stdout.isatty():
            column = _type(shown[-1], column)


def _type(text: str, column: int) -> int:
    """Type words from a column on, and return the column where they end; 0 begins a line."""
    width = min(stdout.width, WIDEST) - len(INDENT)
    for word in _TOKEN.findall(text):
        if word == "\n" or (column and column + 1 + len(word) > width):
            stdout.print()
            column = 0
        if word == "\n":
            continue
        before = " " if column else INDENT
        stdout.print(f"{before}{word}", end="", markup=False, soft_wrap=True)
        column += len(word) + (1 if column else 0)
        time.sleep(SECONDS_PER_WORD)
    return column


def _finish(text: str) -> None:
    if sys.stdout.isatty():
        stdout.print("\n")
    else:
        print(text, flush=True)
