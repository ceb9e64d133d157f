"""What every generator keeps to."""

import pytest

from fakes import Scripted, conversation
from listenwell.core.types import Plan, Reading, Strategy
from listenwell.dialogue.prompts import render
from listenwell.embedded.session import EmbeddedModel
from listenwell.generation.embedded import EmbeddedGenerator
from listenwell.generation.protocol import Generator

PLAN = Plan(Strategy.QUESTION, "general")


@pytest.fixture(params=["embedded", "scripted"])
def generator(request: pytest.FixtureRequest, model: EmbeddedModel) -> Generator:
    return EmbeddedGenerator(model) if request.param == "embedded" else Scripted("One.", "Two.")


@pytest.mark.parametrize(
    "said", ["I lost my keys again", "", "🙂", "long " * 300, "日本語だけです"]
)
def test_candidates_are_clean_sentences_with_finite_scores(generator: Generator, said: str):
    found = generator.propose(render(conversation(said), Reading(), PLAN), 4, seed=1)
    assert len(found) <= 4
    for candidate in found:
        assert candidate.text == candidate.text.strip()
        assert candidate.text
        assert "[" not in candidate.text
        assert "##" not in candidate.text
        assert candidate.log_probability < 0
        assert candidate.prior < 0


def test_the_same_seed_gives_the_same_candidates(generator: Generator):
    prompt = render(conversation("I lost my keys again"), Reading(), PLAN)
    assert generator.propose(prompt, 4, seed=3) == generator.propose(prompt, 4, seed=3)


def test_the_embedded_model_draws_differently_with_another_seed(model: EmbeddedModel):
    generator = EmbeddedGenerator(model)
    prompt = render(conversation("I lost my keys again"), Reading(), PLAN)
    drawn = {c.text for seed in range(3) for c in generator.propose(prompt, 4, seed)}
    assert len(drawn) > 4
