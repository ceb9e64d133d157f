"""`listenwell ask`: answer one message and exit."""

from typing import Annotated

import typer
from rich.table import Table

from listenwell.cli import options
from listenwell.cli.terminal import stderr
from listenwell.core.types import History
from listenwell.dialogue.engine import Trace


def ask(
    text: Annotated[str, typer.Argument(help="What you would like to say.")],
    explain: Annotated[
        bool, typer.Option("--explain", help="Show on stderr why this reply was chosen.")
    ] = False,
    generator: options.Generator = "embedded",
    model: options.Model = None,
    templates: options.Templates = None,
    no_emotions: options.NoEmotions = False,
    seed: options.Seed = 0,
) -> None:
    """Answer one message and exit."""
    engine = options.engine_from(generator, model, templates, no_emotions, seed)
    trace = engine.explain(History(), text)
    print(trace.turn.reply.text)
    if explain:
        _show(trace)


def _show(trace: Trace) -> None:
    turn = trace.turn
    feeling = turn.reading.emotion or "not read"
    stderr.print(
        f"\nrisk {turn.risk.level.label} · feeling {feeling} {turn.reading.confidence:.0%} · "
        f"strategy {turn.plan.strategy} · by {turn.reply.generator} · "
        f"{dict(turn.seconds)['total']:.2f} s",
        markup=False,
    )
    for signal in turn.risk.signals:
        stderr.print(f"signal {signal.rule} ({signal.level.label}): {signal.text}", markup=False)
    if trace.ranked:
        names = [name for name, _ in trace.ranked[0].marks]
        table = Table("score", *names, "candidate")
        for item in trace.ranked:
            marks = [f"{mark:.2f}" for _, mark in item.marks]
            table.add_row(f"{item.score:.2f}", *marks, item.candidate.text)
        stderr.print(table)
    for text, reason in trace.refused:
        stderr.print(f"refused ({reason}): {text}", markup=False)
