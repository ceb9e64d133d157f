"""Counts how often people were given a help line, by month and kind, and nothing else about them."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from listenwell.core.errors import ListenwellError
from listenwell.core.home import home
from listenwell.core.types import Turn
from listenwell.safety.helplines import names_contact

_LOG = logging.getLogger(__name__)
PATIENCE = 5.0
"""Seconds to wait for another process that is counting at the same moment."""


@dataclass(frozen=True, slots=True)
class Referrals:
    """How many referrals there were in a month."""

    month: str
    kind: str
    count: int


def is_referral(turn: Turn) -> bool:
    """Whether a turn led somebody in danger to a line or an emergency number."""
    return turn.reply.generator == "crisis" and names_contact(turn.reply.text)


def count_referral(turn: Turn, now: datetime | None = None) -> None:
    """Count a turn if it is a referral. A count that fails is logged and never stops a reply."""
    if not is_referral(turn):
        return
    month = (now or datetime.now(UTC)).strftime("%Y-%m")
    try:
        with _open() as database:
            database.execute(
                "INSERT INTO referrals VALUES (?, ?, 1) "
                "ON CONFLICT (month, kind) DO UPDATE SET count = count + 1",
                (month, str(turn.risk.kind or "unknown")),
            )
    except (OSError, sqlite3.Error) as error:
        _LOG.error("a referral was not counted: %s", type(error).__name__)


def counted() -> tuple[Referrals, ...]:
    """Return every count, by month and kind.

    Raises:
        ListenwellError: The file of the counts cannot be read.
    """
    if not file().exists():
        return ()
    try:
        with _open() as database:
            rows = database.execute("SELECT month, kind, count FROM referrals ORDER BY month, kind")
            return tuple(Referrals(*row) for row in rows)
    except (OSError, sqlite3.Error) as error:
        raise ListenwellError(
            f"{file()} cannot be read as the counts of referrals ({error})."
        ) from error


def file() -> Path:
    """Return where the counts are kept; nothing may be there yet."""
    return home() / "referrals.sqlite"


@contextmanager
def _open() -> Iterator[sqlite3.Connection]:
    """Open the counts for one transaction: SQLite keeps it whole, whatever else crashes or counts."""
    file().parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(file(), timeout=PATIENCE)
    try:
        with database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS referrals "
                "(month TEXT, kind TEXT, count INTEGER NOT NULL, PRIMARY KEY (month, kind))"
            )
            yield database
    finally:
        database.close()
