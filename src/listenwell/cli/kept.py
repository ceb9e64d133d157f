"""How commands open what a person keeps, and what they say when something grave is written down."""

import getpass
import os
import sys

from listenwell.cli.terminal import stderr
from listenwell.core.errors import InputError, ListenwellError, StorageError
from listenwell.core.home import home
from listenwell.core.types import History, Message, RiskLevel
from listenwell.dialogue.memory import Memory
from listenwell.safety import crisis
from listenwell.safety.helplines import Need, lines_for, spoken
from listenwell.safety.screen import RuleScreen, screening_failure
from listenwell.safety.settings import load_settings
from listenwell.storage.entries import Entry, Kind
from listenwell.storage.store import (
    MEMORY_ON,
    MEMORY_REMOTE,
    Store,
    exists,
    is_on,
    needs_passphrase,
)

ASKED_IN = "LISTENWELL_PASSPHRASE"
"""The environment variable that gives the passphrase to programs."""
FIRST = (
    "This is the first thing you keep. It stays on this machine, encrypted, in {folder}.\n"
    "`listenwell memory delete --everything` removes all of it."
)


def opened() -> Store:
    """Open the person's store, or make it, and say so once.

    Raises:
        StorageError: It cannot be opened.
    """
    folder = home()
    new = not exists(folder)
    store = Store.open(folder, _passphrase(new=new))
    if new:
        stderr.print(FIRST.format(folder=folder), markup=False)
    return store


def remembered() -> Memory:
    """Return what was kept from earlier conversations, if the person switched that on."""
    if not is_on(home(), MEMORY_ON):
        return Memory()
    with opened() as store:
        notes = tuple(entry.text for entry in store.entries(Kind.MEMORY))
        return Memory(notes, may_leave=store.setting(MEMORY_REMOTE))


def is_grave(text: str) -> bool:
    """Whether words that somebody writes down for themselves speak of danger."""
    history = History((Message("user", text),))
    try:
        risk = RuleScreen().assess(history)
    except Exception as error:  # whatever broke, it must never read as "fine"
        risk = screening_failure(error)
    return risk.level >= RiskLevel.MODERATE


def answer_if_grave(text: str) -> None:
    """Show where a person can be found, to somebody who wrote down something grave."""
    if is_grave(text):
        stderr.print(
            "\nThat sounds like a lot to hold alone, and this notebook can't answer you. A person can:"
            f"\n\n{help_here()}\n\nTo talk here: listenwell chat",
            markup=False,
        )


def help_here() -> str:
    """Return where a person can be found: where somebody said they are, or anywhere."""
    try:
        country = load_settings().country
    except ListenwellError:  # a broken settings file must not cost anybody the numbers
        country = None
    return spoken(lines_for(country, Need.SUICIDE)) if country else crisis.short_resources()


def numbered(entries: tuple[Entry, ...], number: int) -> Entry:
    """Return the entry of a number, counted from 1.

    Raises:
        InputError: There is none.
    """
    if not 1 <= number <= len(entries):
        known = f"They go from 1 to {len(entries)}." if entries else "There is nothing kept yet."
        raise InputError(f"there is no number {number}. {known}")
    return entries[number - 1]


def dated(entry: Entry) -> str:
    """Return when an entry was kept, as it was here."""
    at = entry.at.astimezone()
    return f"{at.day} {at:%b %Y, %H:%M}"


def asked_passphrase() -> str:
    """Ask for a new passphrase, twice.

    Raises:
        StorageError: The two are not the same, or nothing was given.
    """
    given = os.environ.get(ASKED_IN) or getpass.getpass("New passphrase: ")
    again = os.environ.get(ASKED_IN) or getpass.getpass("Once more: ")
    if not given or given != again:
        raise StorageError("the two passphrases are not the same, or empty. Nothing was changed.")
    return given


def _passphrase(*, new: bool) -> str | None:
    if new or not needs_passphrase(home()):
        return None
    given = os.environ.get(ASKED_IN)
    return given or (getpass.getpass("Passphrase: ") if sys.stdin.isatty() else None)
