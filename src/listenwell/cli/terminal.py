"""How commands speak to a terminal: results on stdout, everything else on stderr."""

import sys

from rich.console import Console

# A terminal wraps at words; a pipe gets lines as they are.
stderr = Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())
stdout = Console(highlight=False)


def complain(message: str, label: str = "Error:") -> None:
    """Say on stderr what was wrong, in one paragraph."""
    if sys.stderr.isatty():
        stderr.print(label, style="bold red", end=" ", markup=False)
        stderr.print(message, markup=False)
    else:
        print(f"{label} {message}", file=sys.stderr)
