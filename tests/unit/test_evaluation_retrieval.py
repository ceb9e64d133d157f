"""Finding the true reply among a hundred, where it is known how far off it stands."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from listenwell.core.errors import CorpusError
from listenwell.corpora.conversation import Conversation, Utterance
from listenwell.embedded.writer import Context
from listenwell.evaluation.retrieval import retrieval

PAIRS = 100


def quiet(done: int, total: int) -> None:
    assert 0 < done <= total


def talks(count: int = PAIRS) -> list[Conversation]:
    return [
        Conversation(
            str(n), (Utterance("user", f"said {n}"), Utterance("assistant", f"reply {n}")), "valid"
        )
        for n in range(count)
    ]


class Circle:
    """An encoder that puts replies around a circle, and each context some places beside its own.

    Read together with its context, the right reply stands out by `surer` nats.
    """

    def __init__(self, off: float, surer: float = 0.0) -> None:
        self.off, self.surer = off, surer
        self.tokenizer = SimpleNamespace(reply=lambda text: text, context=lambda m: m[-1].content)

    def pool(self, texts: list[str]) -> np.ndarray:
        places = [int(text.split()[1]) + self.off * text.startswith("said") for text in texts]
        turned = 2 * math.pi * np.array(places) / PAIRS
        return np.stack((np.cos(turned), np.sin(turned)), 1).astype(np.float32) * 3

    def fits(self, messages, texts: list[str]) -> np.ndarray:
        own = messages[-1].content.replace("said", "reply")
        return np.array([self.surer * (text == own) for text in texts], np.float32)


class Judge:
    """A writer that finds each reply likelier by some nats after what it really answered."""

    def __init__(self, nats: float) -> None:
        self.nats = nats
        self.tokenizer = SimpleNamespace(
            opening=lambda: [],
            reply=lambda text: [int(text.split()[1])],
            context=lambda messages: [int(m.content.split()[1]) for m in messages],
        )

    def read(self, tokens: list[int]) -> Context:
        return Context(tuple(tokens), np.zeros(0, np.float32))

    def score(self, context: Context, openings, replies):
        # Some replies are likelier than others anywhere, which must not count.
        return [
            np.array([reply[0] * 7.0 % 13 + self.nats * (tuple(reply) == context.tokens)])
            for reply in replies
        ]


def measured(off: float, nats: float = 0.0, seed: int = 0, surer: float = 0.0) -> dict[str, float]:
    models = SimpleNamespace(encoder=Circle(off, surer), writer=Judge(nats))
    return retrieval(models, talks(), seed, quiet)


def test_what_is_nearest_is_found():
    assert measured(0.2) == {
        "p_at_1_of_100": 1.0, "p_at_1_of_100_encoder": 1.0, "p_at_1_of_100_together": 1.0,
        "mrr": 1.0, "replies": PAIRS,
    }  # fmt: skip


def test_reading_together_puts_right_what_is_nearly_right_and_nothing_that_is_far_off():
    found = measured(3.3, surer=100.0)
    assert (found["p_at_1_of_100_encoder"], found["p_at_1_of_100_together"]) == (0.0, 1.0)
    assert measured(25.3, surer=100.0)["p_at_1_of_100_together"] == 0.0


def test_the_writer_puts_right_what_the_encoder_has_nearly_right():
    found = measured(3.3, nats=100.0)
    assert (found["p_at_1_of_100_encoder"], found["p_at_1_of_100"]) == (0.0, 1.0)
    against = measured(0.2, nats=-100.0)
    assert (against["p_at_1_of_100_encoder"], against["p_at_1_of_100"]) == (1.0, 0.0)


@pytest.mark.parametrize(("off", "rank"), [(3.3, 7), (5.3, 11), (25.3, 51), (49.7, 100)])
def test_the_rank_is_how_many_stand_nearer_also_far_behind_the_short_list(off: float, rank: int):
    """Behind the short list every reply once ranked thirteenth, which flattered the mean."""
    found = measured(off)
    assert found["p_at_1_of_100"] == 0.0
    assert found["mrr"] == pytest.approx(1 / rank)


def test_the_same_seed_draws_the_same_hundred():
    more = talks(140)
    models = SimpleNamespace(encoder=Circle(30.3), writer=Judge(0.0))
    drawn = [retrieval(models, more, seed, quiet)["mrr"] for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_fewer_than_a_hundred_replies_are_too_few():
    models = SimpleNamespace(encoder=Circle(0.2), writer=Judge(0.0))
    with pytest.raises(CorpusError, match="99 replies; at least 100 are needed"):
        retrieval(models, talks(99), 0, quiet)
