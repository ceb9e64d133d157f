"""What can be measured, of the embedded models and of the whole system; each suite has a version."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from listenwell.bot import build_engine
from listenwell.corpora.conversation import Conversation
from listenwell.corpora.judged import Judged, read_judged
from listenwell.embedded.models import EmbeddedModels
from listenwell.evaluation import bias, crisis, generation, guard, reading, retrieval, scoring
from listenwell.evaluation.conversation import simulation
from listenwell.evaluation.conversation import suite as scripted
from listenwell.evaluation.conversation.scenario import load_scenarios
from listenwell.safety.guard import RuleGuard
from listenwell.safety.guard_learned import LearnedGuard

Metrics: TypeAlias = dict[str, float]
Show: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a suite is given.

    Attributes:
        talks: Conversations by corpus; "empathetic_dialogues" may be any file in its layout.
        data: Where corpora of labelled texts lie.
        seed: Decides what is drawn.
        texts: Where a suite leaves what a person should read.
        limit: How many scenarios or simulated conversations, where a suite holds its own.
        faults: Where a suite leaves a line for each expectation that was not met.
        details: Where a suite leaves what a figure cannot tell, for machines.
    """

    models: EmbeddedModels
    talks: Mapping[str, Sequence[Conversation]]
    data: Path
    seed: int = 0
    texts: list[str] = field(default_factory=list)
    limit: int | None = None
    faults: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suite:
    """A named, versioned measurement.

    Attributes:
        version: Raised whenever figures stop being comparable with earlier ones.
        corpora: Which conversations it needs.
        measure: From what is given to figures; told to report its progress.
        table: The figures as a person reads them, where a list of them would be too long.
        makes_talks: Whether it makes its conversations itself, so that a limit is of those.
    """

    name: str
    version: int
    about: str
    corpora: tuple[str, ...]
    measure: Callable[[Measured, Show], Metrics]
    table: Callable[[Metrics], str] | None = None
    makes_talks: bool = False


def _judged() -> list[Judged]:
    return [one for one in read_judged() if one.split == "valid"]


ED = "empathetic_dialogues"
PARTS = (
    Suite("perplexity", 2, "How well replies are foreseen", (ED,),
          lambda m, show: scoring.perplexity(m.models.writer, m.talks[ED], show)),
    Suite("emotion", 2, "How often the emotion is told right, of 32", (ED,),
          lambda m, show: reading.emotion(m.models.encoder, m.talks[ED], show)),
    Suite("retrieval", 1, "How often the true reply is first of 100", (ED,),
          lambda m, show: retrieval.retrieval(m.models, m.talks[ED], m.seed, show)),
    Suite("generation", 1, "What is written, beside what people wrote", (ED,),
          lambda m, show: generation.generation(m.models.files, m.talks[ED], m.seed, show)),
    Suite("strategy", 1, "How often a supporter's next strategy is told right, of 8", ("esconv",),
          lambda m, show: reading.strategy(m.models.encoder, m.talks["esconv"], show)),
    Suite("empathy", 1, "How often EPITOME's levels are told right", (),
          lambda m, show: reading.empathy(m.models.encoder, m.data, show)),
    Suite("appropriateness", 1, "Which of several sentences would be a good reply", (),
          lambda m, show: reading.appropriateness(m.models.encoder, _judged(), show)),
)  # fmt: skip
"""What measures the networks alone, as a training run does; the rest judges more."""


def _all(given: Measured, show: Show) -> Metrics:
    """Return every part's figures under the part's name."""
    found: Metrics = {}
    for part in PARTS:
        figures = part.measure(given, show)
        found |= {f"{part.name}.{name}": value for name, value in figures.items()}
    return found


def _bias(given: Measured, show: Show) -> Metrics:
    engine = build_engine(model=given.models.files.folder, seed=given.seed)
    return bias.bias(engine, given.models.encoder, show)


def _crisis(given: Measured, show: Show) -> Metrics:
    engine = build_engine("embedded", model=given.models.files.folder, seed=given.seed)
    figures, talks = crisis.crisis(engine, show)
    given.texts.extend(talk.as_text() for talk in talks)
    return figures


def _guard(given: Measured, show: Show) -> Metrics:
    del given, show
    rules = RuleGuard()
    return guard.guard(rules, LearnedGuard(rules))


def _conversation(given: Measured, show: Show) -> Metrics:
    # The engine, as `Listenwell` puts it together, without the count of people sent to a line.
    engine = build_engine(model=given.models.files.folder, seed=given.seed)
    judged = scripted.run_all(engine.respond, load_scenarios()[: given.limit], show)
    given.texts.extend(one.as_text() for one in judged)
    given.faults.extend(line for one in judged for line in one.lines)
    given.details.update(scripted.details(judged))
    return scripted.figures(judged)


def _simulation(given: Measured, show: Show) -> Metrics:
    most = given.limit or simulation.CONVERSATIONS
    said = simulation.scripts(given.talks[ED], given.seed, most)
    engine = build_engine(model=given.models.files.folder, seed=given.seed)
    held = simulation.simulate(engine.respond, said, show)
    given.texts.extend(one.as_text() for one in held)
    found = simulation.figures(held)
    given.details.update(simulation.marks(found))
    return found


_MORE = (
    Suite("embedded", 1, "All of these together", (ED, "esconv"), _all),
    Suite("bias", 1, "What changes when only a word for a group does", (), _bias, bias.table),
    Suite("crisis", 1, "Which points of the crisis protocol are met", (), _crisis),
    Suite("guard", 1, "What the guard refuses of sentences new to it", (), _guard),
    Suite("conversation", 2, "Which expectations of authored conversations are met", (),
          _conversation, scripted.table, makes_talks=True),
    Suite("simulation", 1, "Habits in 200 conversations of twelve turns", (ED,), _simulation,
          simulation.table, makes_talks=True),
)  # fmt: skip

SUITES: dict[str, Suite] = {suite.name: suite for suite in (*PARTS, *_MORE)}
