"""The `listenwell` command: finds the command asked for and turns errors into exit codes."""

import gc
import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from listenwell.cli.terminal import complain
from listenwell.core.errors import ListenwellError
from listenwell.version import __version__

# A command's module is imported when it is called, so that `ask` does not wait for the page's or
# the corpora's libraries.
COMMANDS = {
    "chat": "chat", "ask": "ask", "serve": "serve", "screen": "lines", "reply": "lines",
    "read": "lines", "train": "train", "watch": "watch", "evaluate": "evaluate",
    "export": "export", "data": "data", "helplines": "helplines", "referrals": "referrals",
    "protocol": "protocol", "mood": "mood", "journal": "mood",
    "memory": "memory",
}  # fmt: skip
"""The module of each command, in the order of `--help`."""


class _LazyGroup(TyperGroup):
    """Commands that are imported when they are asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names, in the order of `--help`."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command, or return None when there is none of the name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"listenwell.cli.{COMMANDS[cmd_name]}")
        if hasattr(module, "app"):
            app = module.app
        else:
            app = typer.Typer(add_completion=False, context_settings=_HELP)
            app.command(cmd_name)(getattr(module, cmd_name))
        found = typer.main.get_command(app)
        found.name = cmd_name
        return found


_HELP = {"help_option_names": ["-h", "--help"]}
app = typer.Typer(
    name="listenwell",
    cls=_LazyGroup,
    help="An empathetic support chatbot. It is support, never therapy.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings=_HELP,
)


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
    # Python looks for cycles after every 700 new objects: a tenth of a short command's time.
    gc.set_threshold(50_000, 10, 10)
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
