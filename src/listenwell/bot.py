"""The Python API: a conversation in four lines."""

from collections.abc import Iterator
from pathlib import Path

from listenwell.backends.building import build, fallback
from listenwell.backends.language_models import language_model, transformers
from listenwell.backends.spec import AUTHORED, EMBEDDED, Report, Spec, chosen, unheard
from listenwell.core.errors import ConfigError
from listenwell.core.types import History, Message, Turn
from listenwell.dialogue.engine import Engine, pieces
from listenwell.dialogue.templates import Templates
from listenwell.embedded.files import find_files
from listenwell.embedded.models import load_models
from listenwell.generation.nearness import EncodedNearness
from listenwell.perception.acts import act_head_for
from listenwell.perception.reader import ActReader, EmbeddedReader, NoReader
from listenwell.perception.themes import head_for
from listenwell.safety.countries import country_code
from listenwell.safety.guard import RuleGuard
from listenwell.safety.guard_learned import LearnedGuard
from listenwell.safety.learned import LearnedJudge
from listenwell.safety.notices import Notices
from listenwell.safety.referrals import count_referral
from listenwell.safety.screen import RuleScreen
from listenwell.safety.settings import load_settings


def build_engine(
    generator: str = EMBEDDED,
    *,
    model: Path | None = None,
    templates: Path | None = None,
    read_emotions: bool = True,
    seed: int = 0,
    country: str | None = None,
    report: Report = unheard,
) -> Engine:
    """Put an engine together.

    Args:
        generator: What writes: "embedded", "authored" (or "templates", its old name),
            "transformers:FOLDER-OR-NAME", "openai:MODEL@URL" or "retrieval:CORPUS".
        model: With "embedded", a folder with another embedded model than the packaged one; or any language model:
            its folder, a training run's, an adapter's, or its name on the Hugging Face hub.
        templates: A YAML file with more templates.
        read_emotions: False switches emotion reading off.
        seed: The same seed gives the same conversation on the same machine.
        country: Where the person is, by any name, for help lines that work there.
        report: Told how far the index of a corpus has come, where one has to be made first.

    Raises:
        UnknownNameError: There is no such generator, corpus or country.
        ModelError: The model's files are missing or damaged; a server is not there, refuses the key
            or has no such model.
        CorpusError: The corpus is not on this machine, or cannot be read.
        ConfigError: The templates file or the generator's name cannot be used.
    """
    spec = Spec.parse(generator)
    if model and spec.kind not in {EMBEDDED, AUTHORED}:
        raise ConfigError(
            f"--model {model} and --generator {generator} both say what writes: choose one."
        )
    other = models = None
    if spec.kind != AUTHORED:
        other = language_model(model)
        models = load_models(find_files(None if other else model))
        if spec.kind == EMBEDDED and not other:
            models.load_ahead()
    authored = Templates.default()
    if templates:
        authored.read(templates)
    rules = RuleGuard()
    engine = Engine(RuleScreen(LearnedJudge()), NoReader(), None, rules, authored, seed)
    engine.written = LearnedGuard(rules)
    engine.country = country_code(country) if country else None
    if models is None:
        return engine
    engine.generator = transformers(other, models) if other else build(spec, models, report)
    engine.fallback = fallback(spec, models)
    engine.nearness = EncodedNearness(models.encoder, models.bank.sentences)
    acts = act_head_for(models.files)
    engine.reader = (
        EmbeddedReader(models.encoder, head_for(models.files), acts)
        if read_emotions
        else ActReader(models.encoder, acts)
    )
    return engine


class Listenwell:
    """One conversation.

    Example:
        >>> bot = Listenwell()                                          # doctest: +SKIP
        >>> print(bot.chat("I've been feeling anxious lately"))         # doctest: +SKIP
    """

    def __init__(
        self,
        generator: str | None = None,
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

        Generator, country, language and feelings are, unless given here, as `config.yaml` has them.
        """
        settings = load_settings().chosen(country).speaking(language)
        folder = Path(model) if model else None
        self._engine = build_engine(
            chosen(generator, folder, settings),
            model=folder,
            templates=Path(templates) if templates else None,
            read_emotions=read_emotions and settings.read_emotions,
            seed=seed,
            country=settings.country,
        )
        self._engine.language = settings.language or ""
        self._engine.helplines_days = settings.helplines_days
        self._notices = Notices(settings, self._engine.reads_emotions, self._engine.destination)
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
        return self._remember(self._engine.respond(self._history, text))

    def stream(self, text: str) -> Iterator[str]:
        """Answer a message in pieces, as soon as they may be shown; joined, they are the reply."""
        answering = self._engine.stream(self._history, text)
        while True:
            try:
                yield from pieces(next(answering))
            except StopIteration as ended:
                self._remember(ended.value.turn)
                return

    def _remember(self, turn: Turn) -> Turn:
        count_referral(turn)
        self._notices.hear(turn.user.content)
        self._turns.append(turn)
        self._history = self._history.add(turn.user, Message("assistant", turn.reply.text))
        return turn

    def reset(self) -> None:
        """Forget the conversation; templates stay."""
        self._turns.clear()
        self._history = History()
