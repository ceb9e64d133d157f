"""Measures of a model on labelled conversations; each suite is a function with a version."""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from listenwell.core.emotions import EMOTIONS
from listenwell.core.errors import CorpusError
from listenwell.core.types import History, Reading
from listenwell.corpora.conversation import Conversation
from listenwell.dialogue.prompts import NO_PLAN, prompts_and_replies, render
from listenwell.embedded.session import EmbeddedModel
from listenwell.perception.reader import EmbeddedReader

Metrics: TypeAlias = dict[str, float]
Show: TypeAlias = Callable[[int, int], None]

WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Suite:
    """A named, versioned measurement.

    Attributes:
        version: Raised whenever figures stop being comparable with earlier ones.
        measure: From a model and conversations to figures; told to report its progress.
    """

    name: str
    version: int
    about: str
    measure: Callable[[EmbeddedModel, Sequence[Conversation], Show], Metrics]


def perplexity(model: EmbeddedModel, conversations: Sequence[Conversation], show: Show) -> Metrics:
    r"""Measure how well the model foresees the listeners' replies.

    A word is a match of `\w+|[^\w\s]` in the reply, plus one end per reply; bytes are UTF-8,
    plus one per reply. The model writes lower case and its capitals are restored by rule, so it
    is scored on the lower-cased pieces of the reply; pieces beyond the longest reply that the
    model writes are not scored, and neither are their words and bytes.
    """
    pairs = [pair for c in conversations for pair in prompts_and_replies(c)]
    if not pairs:
        raise CorpusError("no conversation holds a listener's reply: nothing to measure.")
    nats = pieces = words = size = 0.0
    for index, (prompt, text) in enumerate(pairs):
        ids = model.tokenizer.reply(text)
        encoded = model.encode(model.tokenizer.context(prompt.messages))
        nats -= float(model.score(encoded, [ids])[0].sum())
        scored = (len(ids) - 1) / max(1, len(model.tokenizer.pieces(text)))
        pieces += len(ids)
        words += len(WORD.findall(text)) * scored + 1
        size += len(text.encode()) * scored + 1
        show(index + 1, len(pairs))
    return {
        "perplexity_per_token": math.exp(nats / pieces),
        "perplexity_per_word": math.exp(nats / words),
        "bits_per_byte": nats / size / math.log(2),
        "replies": len(pairs),
    }


def emotion(model: EmbeddedModel, conversations: Sequence[Conversation], show: Show) -> Metrics:
    """Measure how often the conversation's emotion is told right, of 32.

    `accuracy` and `macro_f1` see every turn up to the person's last one; `accuracy_first_turn`
    sees only the first.
    """
    reader = EmbeddedReader(model)
    labelled = [c for c in conversations if c.emotion and c.turns[0].role == "user"]
    if not labelled:
        raise CorpusError("no conversation is labelled with an emotion: nothing to measure.")
    told, first_right = [], 0
    for index, conversation in enumerate(labelled):
        messages = [turn.message for turn in conversation.turns]
        while messages[-1].role != "user":
            messages.pop()
        first = _read(reader, History((messages[0],)))
        whole = first if len(messages) == 1 else _read(reader, History(tuple(messages)))
        told.append((conversation.emotion or "", whole))
        first_right += first == conversation.emotion
        show(index + 1, len(labelled))
    return {
        "accuracy": sum(truth == guess for truth, guess in told) / len(told),
        "accuracy_first_turn": first_right / len(told),
        "macro_f1": macro_f1(told),
        "conversations": len(told),
    }


def _read(reader: EmbeddedReader, history: History) -> str:
    return reader.read(render(history, Reading(), NO_PLAN)).emotion or ""


def macro_f1(told: Sequence[tuple[str, str]]) -> float:
    """Return the mean F1 over the emotions that occur, from pairs of (truth, guess)."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for truth, guess in told:
        counts[truth][0] += truth == guess
        counts[truth][1] += 1
        counts[guess][2] += 1
    scores = [2 * hit / (real + said) for hit, real, said in counts.values() if real]
    return sum(scores) / len(scores)


SUITES: dict[str, Suite] = {
    suite.name: suite
    for suite in (
        Suite("perplexity", 1, "How well replies are foreseen", perplexity),
        Suite("emotion", 1, f"How often the emotion is told right, of {len(EMOTIONS)}", emotion),
    )
}
