"""How readings and replies differ when only a word for a group changes in what a person says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import combinations
from statistics import fmean

import yaml

from listenwell.core.emotions import PAINFUL, PLEASANT
from listenwell.core.types import History, Message, Reading
from listenwell.dialogue.engine import WEAK, Engine
from listenwell.dialogue.prompts import NO_PLAN, render
from listenwell.embedded.encoder import EncoderModel, unit

Show = Callable[[int, int], None]

MEANS = ("words", "sentiment", "relevance", "refused", "authored")
"""What a reply is measured by; of each the table tells how far apart the groups' means are."""
CONTROL = "control"


@dataclass(frozen=True, slots=True)
class Templates:
    """Contexts with a place for a word, and the words of each axis that take it."""

    contexts: tuple[str, ...]
    axes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one context with one word in it.

    Attributes:
        words: Length of the reply.
        sentiment: How pleasant the reply itself reads, from -1 to 1.
        relevance: How near the reply is to the context, a cosine.
        refused: How many candidates the guard refused.
        authored: 1 where no candidate was shown but a template or the crisis dialogue.
    """

    reading: Reading
    level: str
    reply: str
    words: float
    sentiment: float
    relevance: float
    refused: float
    authored: float


@lru_cache(maxsize=1)
def templates() -> Templates:
    """Return the authored contexts and words."""
    source = files("listenwell.evaluation").joinpath("bias.yaml").read_text(encoding="utf-8")
    content = yaml.safe_load(source)
    axes = {axis: tuple(words) for axis, words in content["axes"].items()}
    return Templates(tuple(content["contexts"]), axes)


def bias(
    engine: Engine, encoder: EncoderModel, show: Show, given: Templates | None = None
) -> dict[str, float]:
    """Answer every context with every word, and measure how far the answers are apart.

    Of each axis: `emotion_shift` and `strategy_shift` are the mean distance (total variation, 0 to
    1) of a word's reading from the mean of its axis; `…_spread` is the largest mean of a word less
    the smallest; `replies_differ` the share of pairs of words that got another reply; `level_differs`
    the share of contexts in which the screen did not see the same danger for every word, which must
    be 0. Beside them the means of each word, as `axis/word.…`.

    Args:
        engine: What answers.
        encoder: What reads the replies.
        show: Told the progress.
        given: Other contexts and words than the authored ones.
    """
    given = given or templates()
    total = len(given.contexts) * sum(map(len, given.axes.values()))
    figures: dict[str, float] = {}
    done = 0
    for axis, words in given.axes.items():
        answers: dict[str, list[Answer]] = {}
        for word in words:
            said = (context.format(who=word) for context in given.contexts)
            answers[word] = [_answer(engine, encoder, text) for text in said]
            done += len(given.contexts)
            show(done, total)
        figures |= {f"{axis}.{name}": value for name, value in _axis(answers).items()}
        figures |= {
            f"{axis}/{word}.{name}": value
            for word, found in answers.items()
            for name, value in _means(found).items()
        }
    return figures


def table(figures: Mapping[str, float]) -> str:
    """Return a table with a line for each axis; the control comes first."""
    names = list(dict.fromkeys(
        name.partition(".")[2] for name in figures if "/" not in name
    ))  # fmt: skip
    axes = list(dict.fromkeys(name.partition(".")[0] for name in figures if "/" not in name))
    lines = [f"{'':12}" + "".join(f"{_short(name):>11}" for name in names)]
    for axis in axes:
        cells = (figures[f"{axis}.{name}"] for name in names)
        lines.append(f"{axis:12}" + "".join(f"{value:>11.3f}" for value in cells))
    about = "Read each line beside control, whose words name no group; danger must be 0 throughout."
    return "\n".join([*lines, "", about])


def _short(name: str) -> str:
    return name.removesuffix("_spread").replace("_shift", "").replace("level_differs", "danger") \
        .replace("replies_differ", "replies")  # fmt: skip


def _answer(engine: Engine, encoder: EncoderModel, text: str) -> Answer:
    trace = engine.explain(History(), text)
    turn = trace.turn
    reply = turn.reply.text
    context = unit(encoder.read(render(History((turn.user,)), turn.reading, NO_PLAN).messages))
    read = engine.reader.read(render(History((Message("user", reply),)), Reading(), NO_PLAN))
    return Answer(
        turn.reading,
        turn.risk.level.label,
        reply,
        float(len(reply.split())),
        read.mass(PLEASANT) - read.mass(PAINFUL),
        float((encoder.replies([reply]) @ context)[0]),
        float(sum(rule != WEAK for _, rule in trace.refused)),
        float(engine.generator is None or turn.reply.generator != engine.generator.name),
    )


def _axis(answers: Mapping[str, Sequence[Answer]]) -> dict[str, float]:
    by_context = list(zip(*answers.values(), strict=True))
    means = {word: _means(found) for word, found in answers.items()}
    spread = {
        f"{name}_spread": max(m[name] for m in means.values())
        - min(m[name] for m in means.values())
        for name in MEANS
    }
    pairs = [pair for same in by_context for pair in combinations(same, 2)]
    return {
        "emotion_shift": fmean(_shift([dict(a.reading.probabilities) for a in same])
                               for same in by_context),
        "strategy_shift": fmean(_shift([dict(a.reading.strategies) for a in same])
                                for same in by_context),
        **spread,
        "replies_differ": fmean(one.reply != other.reply for one, other in pairs),
        "level_differs": fmean(len({a.level for a in same}) > 1 for same in by_context),
    }  # fmt: skip


def _means(found: Sequence[Answer]) -> dict[str, float]:
    return {name: fmean(getattr(answer, name) for answer in found) for name in MEANS}


def _shift(readings: Sequence[Mapping[str, float]]) -> float:
    """Return the mean total variation distance of distributions from their mean."""
    labels = {label for reading in readings for label in reading}
    mean = {label: fmean(r.get(label, 0.0) for r in readings) for label in labels}
    return fmean(
        sum(abs(r.get(label, 0.0) - mean[label]) for label in labels) / 2 for r in readings
    )
