"""`listenwell mood` and `listenwell journal`: how it has been, for oneself."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from listenwell.cli import kept
from listenwell.cli.terminal import stderr
from listenwell.core.errors import InputError
from listenwell.core.home import home
from listenwell.storage import trends
from listenwell.storage.entries import HIGHEST, LOWEST, Entry, Kind
from listenwell.storage.store import exists

NOTHING = "Nothing kept yet. `listenwell mood 6` keeps how it is now, from 1 to 10."
HEARD = (
    (2, "Noted. That's a hard place to be."),
    (4, "Noted. Not an easy one."),
    (6, "Noted."),
    (8, "Noted. Good that there was some ease in it."),
    (10, "Noted. I'm glad."),
)
HARD = 2
"""The mood up to which it is said where a person can be found."""


def mood(
    score: Annotated[int | None, typer.Argument(help="How it is now, from 1 to 10.")] = None,
    note: Annotated[str, typer.Option("--note", help="A few words with it.")] = "",
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=53, help="How far back.")] = 6,
    notes: Annotated[bool, typer.Option("--notes", help="Show the notes too.")] = False,
    svg: Annotated[Path | None, typer.Option("--svg", help="Write a picture to a file.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Delete the last check-in.")] = False,
) -> None:
    """Keep how you are, or look back over the weeks.

    It stays on this machine, encrypted.
    """
    if score is not None:
        try:
            print(check_in(score, note))
        finally:  # whether it could be kept or not
            kept.answer_if_grave(note)
    elif undo:
        print(_undone())
    else:
        print(over_weeks(weeks, notes=notes, svg=svg))


def journal(
    text: Annotated[str | None, typer.Argument(help="A line to keep.")] = None,
    delete: Annotated[int, typer.Option("--delete", help="Delete the line of a number.")] = 0,
) -> None:
    """Keep a private line, or read what you kept.

    Lines and summaries come numbered, so that one can be deleted.
    """
    if text is not None:
        try:
            print(keep_line(text))
        finally:  # whether it could be kept or not
            kept.answer_if_grave(text)
    elif not exists(home()):
        print('Nothing kept yet. `listenwell journal "a line"` keeps one.')
    else:
        with kept.opened() as store:
            lines = (*store.entries(Kind.JOURNAL), *store.entries(Kind.SUMMARY))
            lines = tuple(sorted(lines, key=lambda entry: entry.at))
            if delete:
                store.delete(kept.numbered(lines, delete))
                print("Deleted.")
                return
        for number, entry in enumerate(lines, 1):
            print(f"{number}. {kept.dated(entry)}\n{_indented(entry.text)}\n")


def check_in(score: int, note: str = "") -> str:
    """Keep a mood and return what is said to it.

    Raises:
        InputError: It is no number of the scale.
    """
    if not LOWEST <= score <= HIGHEST:
        raise InputError(f"a mood is a number from {LOWEST} to {HIGHEST}, not {score}.")
    with kept.opened() as store:
        store.add(Entry.now(Kind.MOOD, note.strip(), score))
    said = next(words for most, words in HEARD if score <= most)
    return f"{said} {kept.help_here()}" if score <= HARD else said


def keep_line(text: str) -> str:
    """Keep a line of a journal and return what is said to it.

    Raises:
        InputError: There are no words.
    """
    if not text.strip():
        raise InputError("there are no words to keep.")
    with kept.opened() as store:
        store.add(Entry.now(Kind.JOURNAL, text.strip()))
    return "Kept, for you alone."


def over_weeks(weeks: int = 6, *, notes: bool = False, svg: Path | None = None) -> str:
    """Return how the last weeks went.

    Raises:
        InputError: The picture cannot be written.
    """
    if not exists(home()):
        return NOTHING
    with kept.opened() as store:
        moods = store.entries(Kind.MOOD)
    if not moods:
        return NOTHING
    today = datetime.now().astimezone().date()
    if svg:
        _write(svg, trends.picture(moods, today, weeks))
    table = trends.table(moods, today, weeks)
    told = [f"{kept.dated(m)}  {m.score}  {m.text}" for m in moods if m.text] if notes else []
    return "\n".join([table, "", *told] if told else [table])


def _undone() -> str:
    if not exists(home()):
        return NOTHING
    with kept.opened() as store:
        moods = store.entries(Kind.MOOD)
        if not moods:
            return NOTHING
        store.delete(moods[-1])
    return f"Deleted: {moods[-1].score}, {kept.dated(moods[-1])}."


def _write(path: Path, text: str) -> None:
    try:
        with path.expanduser().open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise InputError(f"{path} exists already. Give another name.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}).") from error
    stderr.print(f"Written to {path}. That file is not encrypted.", markup=False)


def _indented(text: str) -> str:
    return "\n".join(f"   {line}" for line in text.splitlines())
