"""How commands speak to a terminal: results on stdout, everything else on stderr."""

import sys

from rich.console import Console

# A terminal wraps at words; a pipe gets lines as they are.
stderr = Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())
stdout = Console(highlight=False)


def complain(message: str) -> None:
    """Say on stderr what was wrong, in one paragraph."""
    if sys.stderr.isatty():
        stderr.print("[bold red]Error:[/bold red]", end=" ")
        stderr.print(message, markup=False)
    else:
        print(f"Error: {message}", file=sys.stderr)
