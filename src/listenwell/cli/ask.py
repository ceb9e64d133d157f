"""`listenwell ask`: answer one message and exit."""

from typing import Annotated

import typer

from listenwell.cli import options
from listenwell.cli.terminal import stderr
from listenwell.core.types import History
from listenwell.dialogue.tongues.interface import told as in_language
from listenwell.dialogue.trace import Trace
from listenwell.safety.disclosure import sent_to
from listenwell.safety.referrals import count_referral
from listenwell.safety.settings import load_settings


def ask(
    text: Annotated[str, typer.Argument(help="What you would like to say.")],
    explain: Annotated[
        bool, typer.Option("--explain", help="Show on stderr why this reply was chosen.")
    ] = False,
    generator: options.Generator = None,
    model: options.AnyModel = None,
    templates: options.Templates = None,
    no_emotions: options.NoEmotions = False,
    seed: options.Seed = 0,
    country: options.Country = None,
    language: options.Language = None,
    config: options.Config = None,
) -> None:
    """Answer one message and exit."""
    settings = load_settings(config).chosen(country).speaking(language)
    engine = options.engine_from(generator, model, templates, no_emotions, seed, settings)
    engine.language = settings.language or ""
    if engine.destination:
        told = in_language(sent_to(engine.destination), engine.language)
        stderr.print(told, markup=False)
    trace = engine.explain(History(), text) if explain else None
    turn = trace.turn if trace else engine.respond(History(), text)
    print(turn.reply.text)
    count_referral(turn)
    if trace:
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
    plan = turn.plan
    known = [
        plan.stage.value,
        plan.topic and f"topic {plan.topic}",
        plan.feeling,
        plan.meets and f"meets {plan.meets}",
    ]
    stderr.print(f"plan {' · '.join(filter(None, known))} · {plan.because}", markup=False)
    for note in trace.notes:
        stderr.print(f"note {note}", markup=False)
    for part in trace.parts:
        stderr.print(f"{part.maker} {part.fit:.1f}: {part.text}", markup=False)
    for signal in turn.risk.signals:
        stderr.print(f"signal {signal.rule} ({signal.level.label}): {signal.text}", markup=False)
    for item in trace.ranked:
        marks = " · ".join(f"{name} {mark:.2f}" for name, mark in item.marks if mark)
        source = "" if item.candidate.source == "written" else f" [{item.candidate.source}]"
        stderr.print(
            f"{item.score:6.2f}  {item.candidate.text}{source}\n        {marks}", markup=False
        )
    for text, reason in trace.refused:
        stderr.print(f"refused ({reason}): {text}", markup=False)
