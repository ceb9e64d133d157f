"""`listenwell chat`: a conversation in the terminal, or over a pipe."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.history import InMemoryHistory

from listenwell.cli import asides, options
from listenwell.cli.age import asked_band
from listenwell.cli.terminal import stderr
from listenwell.cli.typing import typed
from listenwell.core.errors import InputError, ListenwellError
from listenwell.core.types import History, Message, Risk, RiskLevel
from listenwell.dialogue.engine import Engine
from listenwell.dialogue.tongues.interface import told
from listenwell.perception.language import ENGLISH
from listenwell.perception.reader import NoReader
from listenwell.safety import crisis, disclosure
from listenwell.safety.age import AgeBand, too_young
from listenwell.safety.countries import countries
from listenwell.safety.helplines import Need, lines_for, spoken
from listenwell.safety.notices import Notices
from listenwell.safety.referrals import count_referral
from listenwell.safety.safety_plan import plan_text
from listenwell.safety.settings import Settings, load_settings
from listenwell.safety.talk.language import language_of

HELP = f"""/help       this list, and where to find a person to talk to
{asides.HELP}
/country    where you are, for lines that work there: /country Ireland
/emotions   stop reading how you seem to feel
/plan       your safety plan, if you made one: /plan, or /plan NAME to keep it as a text file
/reset      forget this conversation and start over
/save       write it to a text file: /save or /save NAME
/quit       leave (Ctrl-D too)"""
KNOWN = f"/help {asides.COMMANDS} /country /emotions /plan /reset /save /quit"
GOODBYE = "Take care of yourself. You can come back any time."


@dataclass(slots=True)
class _Talk:
    """What one conversation in the terminal knows."""

    engine: Engine
    settings: Settings
    notices: Notices
    history: History = field(default_factory=History)

    @property
    def written(self) -> str:
        """What is spoken, and how: what the person writes, until then what they chose."""
        return asides.code_of(self.engine.tongue(self.history))

    @property
    def language(self) -> str:
        """What is spoken, by two letters."""
        return self.written[:2]

    def told(self, text: str) -> str:
        """Return an English text in the language of the conversation."""
        return told(text, self.written)

    def say(self, text: str) -> None:
        """Say something beside the conversation, in its language."""
        stderr.print(self.told(text), markup=False)

    def in_danger(self, text: str) -> bool:
        return self.engine.assess(History((Message("user", text),))).level >= RiskLevel.HIGH


def chat(
    generator: options.Generator = None,
    model: options.AnyModel = None,
    templates: options.Templates = None,
    no_emotions: options.NoEmotions = False,
    seed: options.Seed = 0,
    country: options.Country = None,
    language: options.Language = None,
    config: options.Config = None,
) -> None:
    """Talk in the terminal. Nothing is kept unless you choose to."""
    settings = load_settings(config).chosen(country).speaking(language)
    engine = options.engine_from(generator, model, templates, no_emotions, seed, settings)
    engine = replace(
        engine,
        memory=asides.remembered(settings.language or ENGLISH),
        language=settings.language or "",
    )
    talk = _Talk(engine, settings, Notices(settings, engine.reads_emotions, engine.destination))
    private = "" if engine.destination else f" {disclosure.PRIVATE}"
    talk.say(f"{talk.notices.before_reply()}{private}")
    talk.say(f"{_short_lines(talk)}\n/help shows what you can do.\n")
    messages = _messages(talk)
    if not _may_talk(talk, messages):
        return
    for line in messages:
        text = asides.as_message(line, talk.history, talk.engine)
        if text is None:
            continue
        if text.startswith("/"):
            if _leaves(text):
                break
            _command(text, talk)
            continue
        _answer(talk, text)
    asides.close(talk.history, talk.engine)
    if sys.stdin.isatty():
        talk.say(GOODBYE)


def _may_talk(talk: _Talk, messages: Iterator[str]) -> bool:
    """Ask for the age where the settings want it; whoever is in danger is answered instead."""
    minimum = talk.settings.minimum_age
    if minimum is None:
        return True
    band, instead = asked_band(messages, minimum, talk.in_danger, talk.say)
    if band is AgeBand.TOO_YOUNG:
        country, days = talk.settings.country, talk.settings.helplines_days
        words = too_young(minimum, country, talk.language, talk.told, days)
        stderr.print(words, markup=False)
        return False
    if band is AgeBand.MINOR:
        talk.notices.take_as_minor()
    if instead and not _leaves(instead):
        _answer(talk, instead)
    return band is not None or (instead is not None and not _leaves(instead))


def _short_lines(talk: _Talk) -> str:
    country = talk.settings.country
    if country is not None:
        days = talk.settings.helplines_days
        return spoken(lines_for(country, Need.SUICIDE), talk.language, country, days)
    return crisis.short_resources() if talk.language == ENGLISH else crisis.resources(talk.language)


def _messages(talk: _Talk) -> Iterator[str]:
    """Yield what the person types; Ctrl-C drops a half-written line, then leaves."""
    if not sys.stdin.isatty():
        for raw in sys.stdin.buffer:
            yield raw.decode("utf-8", "replace").rstrip("\r\n")
        return
    session: PromptSession[str] = PromptSession(history=InMemoryHistory())
    while True:
        try:
            yield session.prompt(f"{_you(talk).rstrip(' :')}  ")
        except KeyboardInterrupt:
            if not session.default_buffer.text:
                return
        except EOFError:
            return


def _you(talk: _Talk) -> str:
    return talk.told("you:")


def _leaves(text: str) -> bool:
    return text.split()[0] in {"/quit", "/exit", "/q"}


def _answer(talk: _Talk, text: str) -> None:
    try:
        talk.notices.hear(text)
        due = talk.notices.before_reply()
        if due:
            talk.say(f"{due}\n")
        turn = typed(talk.engine.stream(talk.history, text)).turn
    except KeyboardInterrupt:
        talk.say("\n(stopped; say something else, or /quit)")
        return
    count_referral(turn)
    talk.history = talk.history.add(turn.user, Message("assistant", turn.reply.text))


def _command(text: str, talk: _Talk) -> None:
    name, _, rest = text.partition(" ")
    try:
        if name == "/reset":
            talk.history = History()
            talk.say("Forgotten. We can start from the beginning.\n")
        elif name == "/save":
            talk.say(f"Saved to {_save(talk, rest.strip())}.\n")
        elif name == "/plan":
            stderr.print(f"{_plan(talk, rest.strip())}\n", markup=False)
        elif name == "/help":
            lines = _short_lines(talk) if talk.settings.country else crisis.resources(talk.language)
            stderr.print(f"{talk.told(HELP)}\n\n{lines}\n", markup=False)
        elif name == "/country":
            _choose_country(talk, rest.strip())
        elif name == "/emotions":
            talk.engine = replace(talk.engine, reader=NoReader())
            talk.notices.reads_emotions = False
            talk.say("Switched off: how you seem to feel is no longer read.\n")
        else:
            raise InputError(f"{name} is not a command. Known: {KNOWN}.")
    except ListenwellError as error:
        asides.complain_in(talk.written, str(error))


def _choose_country(talk: _Talk, name: str) -> None:
    if not name:
        raise InputError("which country? For example: /country Ireland.")
    talk.settings = talk.settings.chosen(name)
    talk.engine = replace(talk.engine, country=talk.settings.country)
    if talk.language == ENGLISH:  # countries are named in English alone
        stderr.print(f"{countries()[str(talk.settings.country)].name}.", end=" ", markup=False)
    stderr.print(f"{_short_lines(talk)}\n", markup=False)


def _plan(talk: _Talk, name: str) -> str:
    """Return the safety plan to show; with a name, keep it in a new file.

    Raises:
        InputError: There is none yet, the file exists, or it cannot be written.
    """
    plan = plan_text(talk.history, language_of(talk.history, Risk()))
    if not plan:
        raise InputError('there is no safety plan yet. Say "safety plan" to make one together.')
    if name:
        _write_new(Path(name).expanduser(), f"{plan}\n", "/plan")
        return f"{talk.told('Saved to')} {name}."
    return plan


def _save(talk: _Talk, name: str) -> Path:
    """Write the conversation to a new file.

    Raises:
        InputError: There is nothing to save, the file exists, or it cannot be written.
    """
    if not talk.history.messages:
        raise InputError("there is nothing to save yet.")
    path = Path(name or f"listenwell-{datetime.now():%Y-%m-%d-%H%M%S}.txt").expanduser()
    speakers = {"user": _you(talk), "assistant": "Listenwell:"}
    lines = [f"{speakers[m.role]} {m.content}" for m in talk.history.messages]
    _write_new(path, "\n\n".join(lines) + "\n", "/save")
    return path


def _write_new(path: Path, text: str, command: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise InputError(f"{path} exists already. Give another name: {command} NAME.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}).") from error
