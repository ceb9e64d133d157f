"""`listenwell memory`: what is remembered between conversations. Off until you switch it on."""

from typing import Annotated

import typer

from listenwell.cli import kept
from listenwell.cli.terminal import complain
from listenwell.core.errors import InputError
from listenwell.core.home import home
from listenwell.storage.entries import Entry, Kind
from listenwell.storage.store import (
    MEMORY_ON,
    MEMORY_REMOTE,
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
Number = Annotated[int, typer.Argument(help="Its number, as `show` tells it.")]


@app.command()
def on(
    remote: Annotated[
        bool, typer.Option("--remote", help="A model on another machine may see it too.")
    ] = False,
) -> None:
    """Remember between conversations what you let it keep."""
    with kept.opened() as store:
        store.switch(MEMORY_ON, on=True)
        store.switch(MEMORY_REMOTE, on=remote)
    where = "A model on another machine may see it." if remote else "It never leaves this machine."
    print(f"Memory is on. {where} See it with `listenwell memory show`.")


@app.command()
def off() -> None:
    """Stop remembering. What was kept stays until you delete it."""
    if exists(home()):
        with kept.opened() as store:
            store.switch(MEMORY_ON, on=False)
            store.switch(MEMORY_REMOTE, on=False)
    print("Memory is off. What was kept is not used; `listenwell memory delete --all` removes it.")


@app.command()
def show() -> None:
    """Show all that is remembered."""
    state = "on" if is_on(home(), MEMORY_ON) else "off"
    remote = ", and a model on another machine may see it" if is_on(home(), MEMORY_REMOTE) else ""
    lock = "your passphrase" if needs_passphrase(home()) else "a key file on this machine"
    print(f"Memory is {state}{remote}.")
    if not exists(home()):
        return
    print(f"Kept in {home()}, encrypted, locked with {lock}.")
    with kept.opened() as store:
        for number, note in enumerate(store.entries(Kind.MEMORY), 1):
            print(f"{number}. {note.text}  ({kept.dated(note)})")


@app.command()
def add(text: Annotated[str, typer.Argument(help="A line to remember.")]) -> None:
    """Remember a line of your own."""
    if not is_on(home(), MEMORY_ON):
        raise InputError("memory is off. Switch it on first: listenwell memory on.")
    with kept.opened() as store:
        store.add(Entry.now(Kind.MEMORY, _line(text)))
    print("Remembered.")
    kept.answer_if_grave(text)


@app.command()
def edit(
    number: Number, text: Annotated[str, typer.Argument(help="The line as it should be.")]
) -> None:
    """Change a line; the old one is gone."""
    with kept.opened() as store:
        store.rewrite(kept.numbered(store.entries(Kind.MEMORY), number), _line(text))
    print("Changed.")


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
        print("Everything is deleted, and its key." if found else "There was nothing kept.")
        return
    if not (number or all_):
        raise InputError("say what to delete: a number, --all or --everything.")
    if not exists(home()):
        print("There was nothing kept.")
        return
    with kept.opened() as store:
        notes = store.entries(Kind.MEMORY)
        store.delete(*(notes if all_ else [kept.numbered(notes, number)]))
    print("Deleted.")


@app.command()
def lock() -> None:
    """Lock everything kept with a passphrase, asked for now and each time it is opened."""
    with kept.opened() as store:
        store.relock(kept.asked_passphrase())
    print("Locked with your passphrase. If it is forgotten, nobody can open it, not even you.")


@app.command()
def unlock() -> None:
    """Take the passphrase off; a key file on this machine opens it then."""
    if not needs_passphrase(home()):
        complain("it is not locked with a passphrase.")
        raise typer.Exit(2)
    with kept.opened() as store:
        store.relock(None)
    print("Unlocked: a key file on this machine opens it now.")


def _line(text: str) -> str:
    line = " ".join(text.split())
    if not line:
        raise InputError("there are no words to keep.")
    return line
