"""`listenwell memory`: what is remembered between conversations. Off until you switch it on."""

from typing import Annotated

import typer

from listenwell.cli import kept
from listenwell.cli.terminal import complain
from listenwell.core.errors import InputError
from listenwell.core.home import home
from listenwell.dialogue.tongues.interface import told
from listenwell.storage.entries import Entry, Kind
from listenwell.storage.store import (
    MEMORY_ON,
    MEMORY_REMOTE,
    Store,
    delete_everything,
    exists,
    is_on,
    needs_passphrase,
)

app = typer.Typer(
    help="What is remembered between conversations. Off until you switch it on.",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
WITH_WORDS = "Kept in {folder}, encrypted, locked with your passphrase."
WITH_KEY = "Kept in {folder}, encrypted, locked with a key file on this machine."
NOTHING = "There was nothing kept."
Number = Annotated[int, typer.Argument(help="Its number, as `show` tells it.")]


@app.command()
def on(
    remote: Annotated[
        bool, typer.Option("--remote", help="A model on another machine may see it too.")
    ] = False,
) -> None:
    """Remember between conversations what you let it keep."""
    with _opened() as store:
        store.switch(MEMORY_ON, on=True)
        store.switch(MEMORY_REMOTE, on=remote)
    where = "A model on another machine may see it." if remote else "It never leaves this machine."
    _say(f"Memory is on. {where} See it with `listenwell memory show`.")


@app.command()
def off() -> None:
    """Stop remembering. What was kept stays until you delete it."""
    if exists(home()):
        with _opened() as store:
            store.switch(MEMORY_ON, on=False)
            store.switch(MEMORY_REMOTE, on=False)
    _say("Memory is off. What was kept is not used; `listenwell memory delete --all` removes it.")


@app.command()
def show() -> None:
    """Show all that is remembered."""
    _say("Memory is on." if is_on(home(), MEMORY_ON) else "Memory is off.")
    if is_on(home(), MEMORY_REMOTE):
        _say("A model on another machine may see it.")
    if not exists(home()):
        return
    _say(WITH_WORDS if needs_passphrase(home()) else WITH_KEY, folder=home())
    with _opened() as store:
        for number, note in enumerate(store.entries(Kind.MEMORY), 1):
            print(f"{number}. {note.text}  ({kept.dated(note, kept.language_for())})")


@app.command()
def add(text: Annotated[str, typer.Argument(help="A line to remember.")]) -> None:
    """Remember a line of your own."""
    if not is_on(home(), MEMORY_ON):
        raise InputError("memory is off. Switch it on first: listenwell memory on.")
    with _opened() as store:
        store.add(Entry.now(Kind.MEMORY, _line(text)))
    _say("Remembered.")
    kept.answer_if_grave(text, kept.language_for(text))


@app.command()
def edit(
    number: Number, text: Annotated[str, typer.Argument(help="The line as it should be.")]
) -> None:
    """Change a line; the old one is gone."""
    with _opened() as store:
        store.rewrite(kept.numbered(store.entries(Kind.MEMORY), number), _line(text))
    _say("Changed.")


@app.command()
def delete(
    number: Annotated[int, typer.Argument(help="Its number, as `show` tells it.")] = 0,
    all_: Annotated[bool, typer.Option("--all", help="Every remembered line.")] = False,
    everything: Annotated[
        bool, typer.Option("--everything", help="Moods, journal, summaries, memory, and the key.")
    ] = False,
) -> None:
    """Delete a line, all of them, or everything you ever kept."""
    if everything:
        found = delete_everything(home())
        _say("Everything is deleted, and its key." if found else NOTHING)
        return
    if not (number or all_):
        raise InputError("say what to delete: a number, --all or --everything.")
    if not exists(home()):
        _say(NOTHING)
        return
    with _opened() as store:
        notes = store.entries(Kind.MEMORY)
        store.delete(*(notes if all_ else [kept.numbered(notes, number)]))
    _say("Deleted.")


@app.command()
def lock() -> None:
    """Lock everything kept with a passphrase, asked for now and each time it is opened."""
    with _opened() as store:
        store.relock(kept.asked_passphrase(kept.language_for()))
    _say("Locked with your passphrase. If it is forgotten, nobody can open it, not even you.")


@app.command()
def unlock() -> None:
    """Take the passphrase off; a key file on this machine opens it then."""
    if not needs_passphrase(home()):
        complain("it is not locked with a passphrase.")
        raise typer.Exit(2)
    with _opened() as store:
        store.relock(None)
    _say("Unlocked: a key file on this machine opens it now.")


def _opened() -> Store:
    return kept.opened(kept.language_for())


def _say(text: str, **parts: object) -> None:
    print(told(text, kept.language_for()).format(**parts))


def _line(text: str) -> str:
    line = " ".join(text.split())
    if not line:
        raise InputError("there are no words to keep.")
    return line
