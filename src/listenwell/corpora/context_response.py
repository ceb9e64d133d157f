"""Questions and answers of counselling sites as `Context,Response`, the hub's usual layout."""

import re
from pathlib import Path

from listenwell.corpora import table
from listenwell.corpora.conversation import Loaded, Split
from listenwell.corpora.records import MalformedRow

COLUMNS = table.Columns(user="Context", assistant="Response")

# The export dropped line breaks: "worthless.Seriously, the". Both sides are words, so that
# "e.g." and "Ph.D" stay as they are.
_LOST_BREAK = re.compile(r"(?<=[a-z]{2}[.!?])(?=[A-Z][a-z])")
_REMOVED = re.compile(r"\[(?:phone number|email|e-mail|link|name|address)\]", re.IGNORECASE)


def load(path: Path, split: Split | None = None) -> Loaded:
    """Read `Context,Response` rows, as CSV or JSON Lines, one conversation each.

    Repeated rows are left out. All answers to one question share a split, which depends on the
    question's letters and digits only. Rows with a placeholder such as `[phone number]` are
    skipped: a model would learn to send people to it.

    Raises:
        CorpusError: The file is missing, lacks a column or is mostly malformed.
    """
    return table.load(path, COLUMNS, split, _mend)


def _mend(text: str) -> str:
    removed = _REMOVED.search(text)
    if removed:
        raise MalformedRow(f"{removed.group()} stands where something was removed")
    if not any(map(str.isalpha, text)):
        raise MalformedRow(f"{text[:20]!r} holds no word")
    return _LOST_BREAK.sub(" ", text)
