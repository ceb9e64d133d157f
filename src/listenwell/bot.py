"""The Python API: a conversation in four lines."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from listenwell.core.errors import UnknownNameError
from listenwell.core.types import History, Message, Turn
from listenwell.dialogue.engine import Engine, pieces
from listenwell.dialogue.templates import Templates
from listenwell.embedded.files import find_files
from listenwell.embedded.models import load_models
from listenwell.generation.embedded import EmbeddedGenerator
from listenwell.generation.protocol import Generator
from listenwell.perception.reader import EmbeddedReader, EmotionReader, NoReader
from listenwell.safety.guard import RuleGuard
from listenwell.safety.learned import LearnedJudge
from listenwell.safety.screen import RuleScreen

GENERATORS = ("embedded", "templates")


def build_engine(
    generator: str = "embedded",
    *,
    model: Path | None = None,
    templates: Path | None = None,
    read_emotions: bool = True,
    seed: int = 0,
) -> Engine:
    """Put an engine together.

    Args:
        generator: "embedded" for the language model, "templates" for authored replies only.
        model: A folder with another embedded model than the packaged one.
        templates: A YAML file with more templates.
        read_emotions: False switches emotion reading off.
        seed: The same seed gives the same conversation on the same machine.

    Raises:
        UnknownNameError: There is no such generator.
        ModelError: The model's files are missing or damaged.
        ConfigError: The templates file cannot be used.
    """
    if generator not in GENERATORS:
        raise UnknownNameError.build("generator", generator, GENERATORS)
    authored = Templates.default()
    if templates:
        authored.read(templates)
    writer: Generator | None = None
    reader: EmotionReader = NoReader()
    if generator == "embedded":
        models = load_models(find_files(model))
        writer = EmbeddedGenerator(models)
        reader = EmbeddedReader(models.encoder) if read_emotions else reader
    return Engine(RuleScreen(LearnedJudge()), reader, writer, RuleGuard(), authored, seed)


class Listenwell:
    """One conversation.

    Example:
        >>> bot = Listenwell()                                          # doctest: +SKIP
        >>> print(bot.chat("I've been feeling anxious lately"))         # doctest: +SKIP
    """

    def __init__(
        self,
        generator: Literal["embedded", "templates"] = "embedded",
        *,
        model: Path | str | None = None,
        templates: Path | str | None = None,
        read_emotions: bool = True,
        seed: int = 0,
    ) -> None:
        """Load the model; see `build_engine` for the arguments and the errors."""
        self._engine = build_engine(
            generator,
            model=Path(model) if model else None,
            templates=Path(templates) if templates else None,
            read_emotions=read_emotions,
            seed=seed,
        )
        self._turns: list[Turn] = []
        self._history = History()

    @property
    def history(self) -> History:
        """Everything said so far."""
        return self._history

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Every exchange, with its risk, reading, plan and timings."""
        return tuple(self._turns)

    @property
    def templates(self) -> Templates:
        """The authored replies by feeling; assign to add or replace some."""
        return self._engine.templates

    def chat(self, text: str) -> str:
        """Answer a message and remember both."""
        return self.respond(text).reply.text

    def respond(self, text: str) -> Turn:
        """Answer a message and return the whole turn."""
        turn = self._engine.respond(self._history, text)
        self._turns.append(turn)
        self._history = self._history.add(turn.user, Message("assistant", turn.reply.text))
        return turn

    def stream(self, text: str) -> Iterator[str]:
        """Answer a message in pieces; joined, they are the whole reply."""
        yield from pieces(self.respond(text).reply.text)

    def reset(self) -> None:
        """Forget the conversation; templates stay."""
        self._turns.clear()
        self._history = History()
