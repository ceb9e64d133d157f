"""The `listenwell` command: puts the commands together and turns errors into exit codes."""

import os
import sys
from typing import Annotated

import typer

from listenwell.cli import data
from listenwell.cli.ask import ask
from listenwell.cli.chat import chat
from listenwell.cli.evaluate import evaluate
from listenwell.cli.lines import read, reply, screen
from listenwell.cli.serve import serve
from listenwell.cli.terminal import complain
from listenwell.cli.train import train
from listenwell.core.errors import ListenwellError
from listenwell.version import __version__

app = typer.Typer(
    name="listenwell",
    help="An empathetic support chatbot. It is support, never therapy.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (chat, ask, serve, screen, reply, read, train, evaluate):
    app.command()(command)
app.add_typer(data.app, name="data")


def _version(asked: bool) -> None:
    if asked:
        print(f"listenwell {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """An empathetic support chatbot. It is support, never therapy."""


def main() -> None:
    """Run a command; a mistake of the caller's is one line on stderr and exit code 2."""
    try:
        app()
    except ListenwellError as error:
        complain(str(error))
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader went away (`listenwell … | head`): nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
