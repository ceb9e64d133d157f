"""How commands open what a person keeps, and what they say when something grave is written down."""

import getpass
import os
import sys
from functools import partial

from listenwell.cli.terminal import stderr
from listenwell.core.errors import InputError, ListenwellError, StorageError
from listenwell.core.home import home
from listenwell.core.types import History, Message, RiskLevel
from listenwell.dialogue.memory import Memory
from listenwell.dialogue.tongues.interface import told
from listenwell.dialogue.tongues.tongue import LANGUAGES
from listenwell.perception.language import ENGLISH, spoken_in
from listenwell.safety import crisis
from listenwell.safety.helplines import Need, lines_for, spoken
from listenwell.safety.screen import RuleScreen, screening_failure
from listenwell.safety.settings import Settings, load_settings
from listenwell.storage.dates import moment
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
GRAVE = (
    "That sounds like a lot to hold alone, and this notebook can't answer you. A person can:"
    "\n\n{help}\n\n"
    "To talk here: listenwell chat"
)


def language_for(text: str = "", chosen: str | None = None) -> str:
    """Return the language to speak: of what somebody wrote down, else what they chose.

    Args:
        text: What they wrote, "" for nothing.
        chosen: What an option names; it goes before the settings.

    Raises:
        UnknownNameError: The option names none that is spoken.
    """
    start = _settings().speaking(chosen).language or ENGLISH
    return spoken_in([text] if text else [], start)


def opened(language: str = ENGLISH) -> Store:
    """Open the person's store, or make it, and say so once, in a language.

    Raises:
        StorageError: It cannot be opened.
    """
    folder = home()
    new = not exists(folder)
    store = Store.open(folder, _passphrase(language, new=new))
    if new:
        stderr.print(told(FIRST, language).format(folder=folder), markup=False)
    return store


def remembered(language: str = ENGLISH) -> Memory:
    """Return what was kept from earlier conversations, if the person switched that on."""
    if not is_on(home(), MEMORY_ON):
        return Memory()
    with opened(language) as store:
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


def answer_if_grave(text: str, language: str = ENGLISH) -> None:
    """Show where a person can be found, to somebody who wrote down something grave."""
    if is_grave(text):
        words = told(GRAVE, language).format(help=help_here(language))
        stderr.print(f"\n{words}", markup=False)


def help_here(language: str = ENGLISH) -> str:
    """Return where a person can be found: where somebody said they are, or anywhere."""
    settings, spoken_here = _settings(), language[:2]
    if country := settings.country:
        lines = lines_for(country, Need.SUICIDE)
        return spoken(lines, spoken_here, country, settings.helplines_days)
    if spoken_here in LANGUAGES:
        return crisis.resources(spoken_here)
    return crisis.short_resources()


def numbered(entries: tuple[Entry, ...], number: int) -> Entry:
    """Return the entry of a number, counted from 1.

    Raises:
        InputError: There is none.
    """
    if not 1 <= number <= len(entries):
        known = f"They go from 1 to {len(entries)}." if entries else "There is nothing kept yet."
        raise InputError(f"there is no number {number}. {known}")
    return entries[number - 1]


def dated(entry: Entry, language: str = ENGLISH) -> str:
    """Return when an entry was kept, as it was here."""
    return moment(entry.at, partial(told, language=language))


def asked_passphrase(language: str = ENGLISH) -> str:
    """Ask for a new passphrase, twice.

    Raises:
        StorageError: The two are not the same, or nothing was given.
    """
    first, once_more = told("New passphrase:", language), told("Once more:", language)
    given = os.environ.get(ASKED_IN) or getpass.getpass(f"{first} ")
    again = os.environ.get(ASKED_IN) or getpass.getpass(f"{once_more} ")
    if not given or given != again:
        raise StorageError("the two passphrases are not the same, or empty. Nothing was changed.")
    return given


def _settings() -> Settings:
    try:
        return load_settings()
    except ListenwellError:  # a broken settings file must not cost anybody the numbers
        return Settings()


def _passphrase(language: str, *, new: bool) -> str | None:
    if new or not needs_passphrase(home()):
        return None
    given = os.environ.get(ASKED_IN)
    asked = f"{told('Passphrase:', language)} "
    return given or (getpass.getpass(asked) if sys.stdin.isatty() else None)
