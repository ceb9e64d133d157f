"""Small real parts for tests: a generator that says what it is told, and ways to talk to engines."""

from collections.abc import Sequence

from listenwell.core.errors import ModelError
from listenwell.core.types import Candidate, History, Message, Prompt, Reading
from listenwell.dialogue.engine import Engine
from listenwell.dialogue.templates import Templates
from listenwell.perception.reader import NoReader
from listenwell.safety.guard import Guard, RuleGuard
from listenwell.safety.screen import RuleScreen, Screen


class Scripted:
    """A generator that proposes fixed lines and remembers what it was asked."""

    name = "scripted"

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        self.prompts: list[Prompt] = []

    def propose(self, prompt: Prompt, count: int, seed: int) -> Sequence[Candidate]:
        self.prompts.append(prompt)
        return [Candidate(line, -2.0 - 0.01 * i, -2.5) for i, line in enumerate(self.lines)]


class Unreachable:
    """A generator that is never there."""

    name = "unreachable"

    def propose(self, prompt: Prompt, count: int, seed: int) -> Sequence[Candidate]:
        raise ModelError("nobody home")


class FixedReader:
    """Reads the same feeling into everything."""

    def __init__(self, **shares: float) -> None:
        self.reading = Reading(tuple(shares.items()))

    def read(self, prompt: Prompt) -> Reading:
        return self.reading


def engine(
    *lines: str, screen: Screen | None = None, guard: Guard | None = None, reader=None
) -> Engine:
    return Engine(
        screen or RuleScreen(),
        reader or NoReader(),
        Scripted(*lines),
        guard or RuleGuard(),
        Templates.default(),
    )


def conversation(*texts: str) -> History:
    """Alternate user and assistant, the user first."""
    roles = ("user", "assistant")
    return History(tuple(Message(roles[i % 2], text) for i, text in enumerate(texts)))


def replies(bot: Engine, *texts: str) -> list[str]:
    """Say texts to an engine, one after the other; return what it replied."""
    history, said = History(), []
    for text in texts:
        turn = bot.respond(history, text)
        history = history.add(turn.user, Message("assistant", turn.reply.text))
        said.append(turn.reply.text)
    return said


def answers(bot: Engine, *texts: str) -> list[str]:
    """Say texts to an engine; return what it replied, without what it says once of its limits."""
    return [said.partition("\n\n")[0] for said in replies(bot, *texts)]
