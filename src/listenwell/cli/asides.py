"""What a person can do beside talking in `listenwell chat`: exercises, moods, a journal, a summary."""

import sys

from listenwell.cli import kept
from listenwell.cli.mood import check_in, keep_line, over_weeks
from listenwell.cli.terminal import complain, stderr
from listenwell.core.errors import InputError, ListenwellError
from listenwell.core.home import home
from listenwell.core.spelling import tokens
from listenwell.core.types import History, Message, RiskLevel
from listenwell.dialogue.engine import Engine
from listenwell.dialogue.exercises.catalogue import exercise_named, exercises
from listenwell.dialogue.exercises.guide import invitation
from listenwell.dialogue.memory import Memory
from listenwell.dialogue.summary import Summary, summarise
from listenwell.dialogue.tongues.interface import told
from listenwell.dialogue.tongues.tongue import Tongue
from listenwell.perception.language import ENGLISH
from listenwell.storage.entries import Entry, Kind
from listenwell.storage.store import MEMORY_ON, is_on

HELP = """/exercises  what we could go through together: /exercise box-breathing
/mood       keep how it is, 1 to 10: /mood 6 slept a bit. Alone: the last weeks
/journal    keep a line for yourself: /journal it rained and I went out
/summary    a page of this talk; /summary keep keeps it"""
ONE_STEP = "One step at a time, and stop ends it: /exercise NAME"
COMMANDS = "/exercises /exercise /mood /journal /summary"
ENOUGH = 4
"""Messages of the person's after which a talk may be worth a summary."""


YES = "y yes"
"""What agrees, typed at a terminal; anything else does not."""


def code_of(tongue: Tongue | None) -> str:
    """Return the code of what is spoken, and of how it is written."""
    return tongue.code if tongue else ENGLISH


def complain_in(language: str, message: str) -> None:
    """Say what was wrong in a language; an error without words in it stays English as a whole."""
    words = told(message, language)
    complain(words, "Error:" if words == message else told("Error:", language))


def as_message(text: str, history: History, engine: Engine) -> str | None:
    """Return what is left to be answered of what was typed: None when it was dealt with here.

    A chosen exercise becomes a message like any other, so that what the screen finds in the
    conversation comes first. So do words of danger that were meant for a journal.
    """
    name, _, rest = text.partition(" ")
    if name not in COMMANDS.split():
        return text
    message = None
    try:
        message = _dealt_with(name, rest.strip(), history, engine)
    except ListenwellError as error:
        complain_in(code_of(engine.tongue(history)), str(error))
    # Whether it could be kept or not.
    grave = name in {"/mood", "/journal"} and kept.is_grave(rest)
    return rest.strip() if grave else message


def remembered(language: str = ENGLISH) -> Memory:
    """Return what was kept from earlier talks; a store that does not open stops nobody talking."""
    try:
        return kept.remembered(language)
    except (ListenwellError, EOFError, KeyboardInterrupt) as error:
        complain(f"nothing is remembered this time: {error or 'no passphrase was given.'}")
        return Memory()


def close(history: History, engine: Engine) -> None:
    """Offer a page to keep at the end of a talk, to a person at a terminal, once."""
    long_enough = len(history.said_by("user")) >= ENOUGH
    # Somebody in danger is not asked about keepsakes.
    if not (sys.stdin.isatty() and long_enough) or _is_risky(history, engine):
        return
    summary = summarise(history, engine.screen, engine.tongue(history))
    offer = "A short page of this talk, to keep or throw away? [y/N]"
    if not summary or not _agrees(offer, summary.language):
        return
    stderr.print(f"\n{summary.text()}\n", markup=False)
    if _agrees("Keep it? [y/N]", summary.language):
        try:
            stderr.print(_keep(summary), markup=False)
        except ListenwellError as error:
            complain(str(error))
    else:
        stderr.print(told("Thrown away.", summary.language), markup=False)


def _dealt_with(name: str, rest: str, history: History, engine: Engine) -> str | None:
    tongue = engine.tongue(history)
    match name:
        case "/exercise" if rest:
            return _exercise(rest, tongue)
        case "/exercises" | "/exercise":
            said = _list(tongue)
        case "/mood":
            said = _mood(rest, code_of(engine.tongue(history.add(Message("user", rest)))))
        case "/journal":
            said = keep_line(rest, code_of(engine.tongue(history.add(Message("user", rest)))))
        case _:
            said = _summary(rest, summarise(history, engine.screen, tongue))
    stderr.print(f"{said}\n", markup=False)
    return None


def _exercise(name: str, tongue: Tongue | None) -> str:
    """Return the words that ask for an exercise: in the person's language where it is there."""
    own = next((e for e in tongue.exercises if e.name == name), None) if tongue else None
    if own:
        asked = told("Let's do an exercise: {title}.", code_of(tongue))
        return asked.format(title=own.title)
    return invitation(exercise_named(name))


def _list(tongue: Tongue | None) -> str:
    if tongue:
        own = [f"  {e.name:<22} {e.title}" for e in tongue.exercises]
        return "\n".join([*own, told(ONE_STEP, tongue.code)])
    lines = [f"  {e.name:<22} {e.title}, about {e.minutes} minutes" for e in exercises()]
    return "\n".join([*lines, ONE_STEP])


def _mood(rest: str, language: str) -> str:
    if not rest:
        return over_weeks(language=language)
    score, _, note = rest.partition(" ")
    if not score.isdecimal():
        raise InputError(f"a mood is a number from 1 to 10, not {score!r}: /mood 6 slept a bit.")
    return check_in(int(score), note, language)


def _summary(rest: str, summary: Summary) -> str:
    if not summary:
        return told("There isn't enough yet for a page.", summary.language)
    if rest == "keep":
        return f"{summary.text()}\n\n{_keep(summary)}"
    how = told("Not kept. /summary keep keeps it.", summary.language)
    return f"{summary.text()}\n\n{how}"


def _keep(summary: Summary) -> str:
    with kept.opened(summary.language) as store:
        store.add(Entry.now(Kind.SUMMARY, summary.text()))
        if is_on(home(), MEMORY_ON) and (note := summary.note()):
            store.add(Entry.now(Kind.MEMORY, note))
            return f"{told('Kept, and remembered as:', summary.language)} {note}"
    return told("Kept. `listenwell journal` shows it.", summary.language)


def _is_risky(history: History, engine: Engine) -> bool:
    return engine.assess(history).level >= RiskLevel.HIGH


def _agrees(question: str, language: str) -> bool:
    agreeing = {*tokens(YES), *tokens(told(YES, language))}
    try:
        return " ".join(tokens(input(f"{told(question, language)} "))) in agreeing
    except (EOFError, KeyboardInterrupt):
        return False
