"""`listenwell protocol`: the safety protocol, made from the settings that hold here."""

from datetime import date
from typing import Annotated

import typer

from listenwell.backends.spec import Spec, chosen
from listenwell.cli import options
from listenwell.safety import protocol as written
from listenwell.safety.referrals import counted
from listenwell.safety.settings import load_settings


def protocol(
    html: Annotated[bool, typer.Option("--html", help="Print a web page, not Markdown.")] = False,
    config: options.Config = None,
    no_emotions: options.NoEmotions = False,
    generator: options.Generator = None,
) -> None:
    """Print the safety protocol of this installation, to read or to publish."""
    settings = load_settings(config)
    reads = settings.read_emotions and not no_emotions
    writer = Spec.parse(chosen(generator, None, settings))
    running = written.Running(reads, referrals=counted(), destination=writer.destination)
    text = written.protocol(settings, running, date.today())
    print(written.page(text) if html else text)
