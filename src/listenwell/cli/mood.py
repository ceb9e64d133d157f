"""`listenwell mood` and `listenwell journal`: how it has been, for oneself."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from listenwell.cli import kept, options
from listenwell.cli.terminal import stderr
from listenwell.core.errors import InputError
from listenwell.core.home import home
from listenwell.dialogue.tongues.interface import told
from listenwell.perception.language import ENGLISH
from listenwell.storage import trends
from listenwell.storage.entries import HIGHEST, LOWEST, Entry, Kind
from listenwell.storage.store import exists

NOTHING = "Nothing kept yet. `listenwell mood 6` keeps how it is now, from 1 to 10."
NO_LINES = 'Nothing kept yet. `listenwell journal "a line"` keeps one.'
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
    language: options.Language = None,
) -> None:
    """Keep how you are, or look back over the weeks.

    It stays on this machine, encrypted.
    """
    spoken = kept.language_for(note, language)
    if score is not None:
        try:
            print(check_in(score, note, spoken))
        finally:  # whether it could be kept or not
            kept.answer_if_grave(note, spoken)
    elif undo:
        print(_undone(spoken))
    else:
        print(over_weeks(weeks, spoken, notes=notes, svg=svg))


def journal(
    text: Annotated[str | None, typer.Argument(help="A line to keep.")] = None,
    delete: Annotated[int, typer.Option("--delete", help="Delete the line of a number.")] = 0,
    language: options.Language = None,
) -> None:
    """Keep a private line, or read what you kept.

    Lines and summaries come numbered, so that one can be deleted.
    """
    spoken = kept.language_for(text or "", language)
    if text is not None:
        try:
            print(keep_line(text, spoken))
        finally:  # whether it could be kept or not
            kept.answer_if_grave(text, spoken)
    elif not exists(home()):
        print(told(NO_LINES, spoken))
    else:
        with kept.opened(spoken) as store:
            lines = (*store.entries(Kind.JOURNAL), *store.entries(Kind.SUMMARY))
            lines = tuple(sorted(lines, key=lambda entry: entry.at))
            if delete:
                store.delete(kept.numbered(lines, delete))
                print(told("Deleted.", spoken))
                return
        for number, entry in enumerate(lines, 1):
            print(f"{number}. {kept.dated(entry, spoken)}\n{_indented(entry.text)}\n")


def check_in(score: int, note: str = "", language: str = ENGLISH) -> str:
    """Keep a mood and return what is said to it.

    Raises:
        InputError: It is no number of the scale.
    """
    if not LOWEST <= score <= HIGHEST:
        raise InputError(f"a mood is a number from {LOWEST} to {HIGHEST}, not {score}.")
    with kept.opened(language) as store:
        store.add(Entry.now(Kind.MOOD, note.strip(), score))
    said = told(next(words for most, words in HEARD if score <= most), language)
    if score > HARD:
        return said
    found = kept.help_here(language)
    return f"{said}\n\n{found}" if "\n" in found else f"{said} {found}"


def keep_line(text: str, language: str = ENGLISH) -> str:
    """Keep a line of a journal and return what is said to it.

    Raises:
        InputError: There are no words.
    """
    if not text.strip():
        raise InputError("there are no words to keep.")
    with kept.opened(language) as store:
        store.add(Entry.now(Kind.JOURNAL, text.strip()))
    return told("Kept, for you alone.", language)


def over_weeks(
    weeks: int = 6, language: str = ENGLISH, *, notes: bool = False, svg: Path | None = None
) -> str:
    """Return how the last weeks went.

    Raises:
        InputError: The picture cannot be written.
    """
    if not exists(home()):
        return told(NOTHING, language)
    with kept.opened(language) as store:
        moods = store.entries(Kind.MOOD)
    if not moods:
        return told(NOTHING, language)
    today, say = datetime.now().astimezone().date(), partial(told, language=language)
    if svg:
        _write(svg, trends.picture(moods, today, weeks, say), language)
    table = trends.table(moods, today, weeks, say)
    noted = [m for m in moods if m.text] if notes else []
    lines = [f"{kept.dated(m, language)}  {m.score}  {m.text}" for m in noted]
    return "\n".join([table, "", *lines] if lines else [table])


def _undone(language: str) -> str:
    if not exists(home()):
        return told(NOTHING, language)
    with kept.opened(language) as store:
        moods = store.entries(Kind.MOOD)
        if not moods:
            return told(NOTHING, language)
        store.delete(moods[-1])
    score, at = moods[-1].score, kept.dated(moods[-1], language)
    return told("Deleted: {score}, {at}.", language).format(score=score, at=at)


def _write(path: Path, text: str, language: str) -> None:
    try:
        with path.expanduser().open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise InputError(f"{path} exists already. Give another name.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}).") from error
    words = told("Written to {path}. That file is not encrypted.", language)
    stderr.print(words.format(path=path), markup=False)


def _indented(text: str) -> str:
    return "\n".join(f"   {line}" for line in text.splitlines())
