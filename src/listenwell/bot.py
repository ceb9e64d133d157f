"""The Python API: a conversation in four lines."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Literal, cast

from listenwell.core.errors import ModelError, UnknownNameError
from listenwell.core.types import History, Message, Turn
from listenwell.dialogue.engine import Engine, pieces
from listenwell.dialogue.templates import Templates
from listenwell.embedded.files import MANIFEST, find_files
from listenwell.embedded.models import EmbeddedModels, load_models
from listenwell.generation.embedded import EmbeddedGenerator
from listenwell.generation.protocol import Generator
from listenwell.perception.reader import EmbeddedReader, EmotionReader, NoReader
from listenwell.safety.countries import country_code
from listenwell.safety.guard import RuleGuard
from listenwell.safety.learned import LearnedJudge
from listenwell.safety.notices import Notices
from listenwell.safety.referrals import count_referral
from listenwell.safety.screen import RuleScreen
from listenwell.safety.settings import load_settings

GENERATORS = ("embedded", "templates")


def build_engine(
    generator: str = "embedded",
    *,
    model: Path | None = None,
    templates: Path | None = None,
    read_emotions: bool = True,
    seed: int = 0,
    country: str | None = None,
) -> Engine:
    """Put an engine together.

    Args:
        generator: "embedded" for the language model, "templates" for authored replies only.
        model: A folder with another embedded model than the packaged one; or any language model:
            its folder, a training run's, an adapter's, or its name on the Hugging Face hub.
        templates: A YAML file with more templates.
        read_emotions: False switches emotion reading off.
        seed: The same seed gives the same conversation on the same machine.
        country: Where the person is, by any name, for help lines that work there.

    Raises:
        UnknownNameError: There is no such generator, or no such country.
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
        other = language_model(model)
        models = load_models(find_files(None if other else model))
        writer = _transformers(other, models) if other else EmbeddedGenerator(models)
        reader = EmbeddedReader(models.encoder) if read_emotions else reader
    chosen = country_code(country) if country else None
    return Engine(RuleScreen(LearnedJudge()), reader, writer, RuleGuard(), authored, seed, chosen)


def language_model(model: Path | None) -> str | None:
    """Return what transformers loads for a `--model`, or None where it is an embedded model."""
    if model is None or (model / MANIFEST).is_file():
        return None
    for folder in (model, model / "model"):
        if any((folder / name).is_file() for name in ("config.json", "adapter_config.json")):
            return str(folder)
    name = model.as_posix()
    return name if not model.exists() and _HUB_NAME.fullmatch(name) else None


_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


def _transformers(model: str, models: EmbeddedModels) -> Generator:
    """Return what writes with another language model; only then its libraries are imported."""
    try:
        back_end = import_module("listenwell.generation.transformers")
    except ModuleNotFoundError as error:
        raise ModelError(
            f"{model}: talking with another language model needs {error.name}: "
            "pip install 'listenwell[train]'."
        ) from error
    return cast("Generator", back_end.TransformersGenerator(model, models.encoder))


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
        country: str | None = None,
        language: str | None = None,
    ) -> None:
        """Load the model; see `build_engine` for the arguments and the errors.

        Language is what the first words are in; what the person writes goes before it.

        Country, language and feelings are, unless given here, as `config.yaml` has them.
        """
        settings = load_settings().chosen(country).speaking(language)
        self._engine = build_engine(
            generator,
            model=Path(model) if model else None,
            templates=Path(templates) if templates else None,
            read_emotions=read_emotions and settings.read_emotions,
            seed=seed,
            country=settings.country,
        )
        self._engine.language = settings.language or ""
        self._notices = Notices(settings, self._engine.reads_emotions)
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

    def notice(self) -> str | None:
        """Return what the law wants people told before the next reply, or None: show it to them.

        At the start, after days away, and every few hours: see `listenwell.safety.disclosure`.
        """
        return self._notices.before_reply()

    def chat(self, text: str) -> str:
        """Answer a message and remember both."""
        return self.respond(text).reply.text

    def respond(self, text: str) -> Turn:
        """Answer a message and return the whole turn."""
        turn = self._engine.respond(self._history, text)
        count_referral(turn)
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
