"""What every generator keeps to."""

import numpy as np
import pytest

from fakes import Scripted, conversation
from listenwell.core.types import Plan, Reading, Strategy
from listenwell.dialogue.prompts import render
from listenwell.embedded.models import EmbeddedModels
from listenwell.generation.corpus_replies import CorpusReplies
from listenwell.generation.embedded import EmbeddedGenerator, Sampling
from listenwell.generation.protocol import Generator

PLAN = Plan(Strategy.QUESTION, "general")


@pytest.fixture(params=["embedded", "retrieval", "scripted"])
def generator(request: pytest.FixtureRequest, models: EmbeddedModels) -> Generator:
    if request.param == "retrieval":
        return CorpusReplies("ours", models.bank, models.encoder)
    return EmbeddedGenerator(models) if request.param == "embedded" else Scripted("One.", "Two.")


@pytest.mark.parametrize(
    "said", ["I lost my keys again", "", "🙂", "long " * 300, "日本語だけです"]
)
def test_candidates_are_clean_sentences_with_finite_scores(generator: Generator, said: str):
    found = generator.propose(render(conversation(said), Reading(), PLAN), 4, seed=1)
    assert len(found) <= 4 + Sampling().retrieved
    for candidate in found:
        assert candidate.text == candidate.text.strip()
        assert candidate.text
        assert "<|" not in candidate.text
        assert "Ġ" not in candidate.text
        assert -np.inf < candidate.log_probability < 0
        assert -np.inf < candidate.prior < 0
        assert -1.001 <= candidate.relevance <= 1.001
        assert candidate.source in ("written", "retrieved")


def test_the_same_seed_gives_the_same_candidates_whatever_was_asked_before(generator: Generator):
    keys = conversation("I lost my keys again", "Where were they?", "On the train")
    prompt = render(keys, Reading(), PLAN)
    first = generator.propose(prompt, 4, seed=3)
    assert generator.propose(prompt, 4, seed=3) == first
    for other in ("I won", "I lost my keys again"):
        generator.propose(render(conversation(other), Reading(), PLAN), 4, seed=3)
        assert generator.propose(prompt, 4, seed=3) == first


def test_the_embedded_model_draws_differently_with_another_seed(models: EmbeddedModels):
    generator = EmbeddedGenerator(models)
    prompt = render(conversation("I lost my keys again"), Reading(), PLAN)
    drawn = {c.text for seed in range(3) for c in generator.propose(prompt, 4, seed)}
    assert len(drawn) > 4


def test_the_embedded_model_says_what_it_wrote_and_what_it_remembered(models: EmbeddedModels):
    prompt = render(conversation("I lost my keys again"), Reading(), PLAN)
    for retrieved in (0, 2):
        found = EmbeddedGenerator(models, Sampling(retrieved=retrieved)).propose(prompt, 3, seed=1)
        sources = [candidate.source for candidate in found]
        assert sources.count("written") <= 3
        assert sources.count("retrieved") <= retrieved
