"""`listenwell chat`: a conversation in the terminal, or over a pipe."""

import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.history import InMemoryHistory

from listenwell.cli import asides, options
from listenwell.cli.terminal import complain, stderr, stdout
from listenwell.core.errors import InputError, ListenwellError
from listenwell.core.types import History, Message
from listenwell.dialogue.engine import Engine, pieces
from listenwell.safety import crisis, disclosure

HELP = f"""/help       this list, and where to find a person to talk to
{asides.HELP}
/reset      forget this conversation and start over
/save       write it to a text file: /save or /save NAME
/quit       leave (Ctrl-D too)"""
KNOWN = f"/help {asides.COMMANDS} /reset /save /quit"
GOODBYE = "Take care of yourself. You can come back any time."
SECONDS_PER_WORD = 0.02
INDENT = "     "
WIDEST = 84
"""Characters a line in a wide terminal: longer lines are hard to read."""


def chat(
    generator: options.Generator = "embedded",
    model: options.Model = None,
    templates: options.Templates = None,
    no_emotions: options.NoEmotions = False,
    seed: options.Seed = 0,
) -> None:
    """Talk in the terminal. Nothing is kept unless you choose to."""
    engine = options.engine_from(generator, model, templates, no_emotions, seed)
    engine = replace(engine, memory=asides.remembered())
    told = disclosure.at_the_start(reads_emotions=engine.reads_emotions)
    stderr.print(f"{told} {disclosure.PRIVATE}", markup=False)
    stderr.print(f"{crisis.short_resources()}\n/help shows what you can do.\n", markup=False)
    history = History()
    for typed in _messages():
        text = asides.as_message(typed, history, engine)
        if text is None:
            continue
        if text.startswith("/"):
            if _leaves(text):
                break
            history = _command(text, history)
            continue
        history = _answer(engine, history, text)
    asides.close(history, engine)
    stderr.print(GOODBYE if sys.stdin.isatty() else "", end="\n" if sys.stdin.isatty() else "")


def _messages() -> Iterator[str]:
    """Yield what the person types; Ctrl-C drops a half-written line, then leaves."""
    if not sys.stdin.isatty():
        for raw in sys.stdin.buffer:
            yield raw.decode("utf-8", "replace").rstrip("\r\n")
        return
    session: PromptSession[str] = PromptSession(history=InMemoryHistory())
    while True:
        try:
            yield session.prompt("you  ")
        except KeyboardInterrupt:
            if not session.default_buffer.text:
                return
        except EOFError:
            return


def _leaves(text: str) -> bool:
    return text.split()[0] in {"/quit", "/exit", "/q"}


def _answer(engine: Engine, history: History, text: str) -> History:
    try:
        turn = engine.respond(history, text)
        _write(turn.reply.text)
    except KeyboardInterrupt:
        stderr.print("\n(stopped; say something else, or /quit)", markup=False)
        return history
    return history.add(turn.user, Message("assistant", turn.reply.text))


def _write(text: str) -> None:
    if not sys.stdout.isatty():
        print(text, flush=True)
        return
    width = min(stdout.width, WIDEST) - len(INDENT)
    for paragraph in text.splitlines():
        for line in textwrap.wrap(paragraph, width) or [""]:
            stdout.print(INDENT, end="")
            for piece in pieces(line):
                stdout.print(piece, end="", markup=False, soft_wrap=True)
                time.sleep(SECONDS_PER_WORD)
            stdout.print()
    stdout.print()


def _command(text: str, history: History) -> History:
    name, _, rest = text.partition(" ")
    try:
        if name == "/reset":
            stderr.print("Forgotten. We can start from the beginning.\n", markup=False)
            return History()
        if name == "/save":
            stderr.print(f"Saved to {_save(history, rest.strip())}.\n", markup=False)
        elif name == "/help":
            stderr.print(f"{HELP}\n\n{crisis.resources()}\n", markup=False)
        else:
            raise InputError(f"{name} is not a command. Known: {KNOWN}.")
    except ListenwellError as error:
        complain(str(error))
    return history


def _save(history: History, name: str) -> Path:
    """Write the conversation to a new file.

    Raises:
        InputError: There is nothing to save, the file exists, or it cannot be written.
    """
    if not history.messages:
        raise InputError("there is nothing to save yet.")
    path = Path(name or f"listenwell-{datetime.now():%Y-%m-%d-%H%M%S}.txt").expanduser()
    speakers = {"user": "you", "assistant": "Listenwell"}
    lines = [f"{speakers[m.role]}: {m.content}" for m in history.messages]
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write("\n\n".join(lines) + "\n")
    except FileExistsError as error:
        raise InputError(f"{path} exists already. Give another name: /save NAME.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}).") from error
    return path
