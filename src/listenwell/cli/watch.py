"""`listenwell watch`: a training run in the terminal, or as a page."""

from pathlib import Path
from typing import Annotated

import typer

from listenwell.cli.terminal import stdout


def watch(
    run: Annotated[Path, typer.Argument(help="The folder of a run, such as runs/embedded.")],
    report: Annotated[
        bool, typer.Option("--report", help="Write report.html into the folder instead.")
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="Draw once and leave.")] = False,
) -> None:
    """Follow a training run until it is finished; Ctrl-C leaves it running."""
    if report:
        from listenwell.training.watching.report import write_report

        print(write_report(run))
        return
    from listenwell.training.watching.live import watch as follow

    try:
        follow(run, stdout, once=once or not stdout.is_terminal)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
