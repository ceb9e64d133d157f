"""What every reader, screen and guard keeps to."""

import pytest

from fakes import FixedReader, conversation
from listenwell.core.emotions import EMOTIONS, PAINFUL, PLEASANT
from listenwell.core.types import Reading, Risk
from listenwell.dialogue.prompts import NO_PLAN, render
from listenwell.embedded.session import EmbeddedModel
from listenwell.perception.reader import EmbeddedReader, NoReader
from listenwell.safety.guard import RuleGuard, Verdict
from listenwell.safety.screen import RuleScreen


@pytest.mark.parametrize("kind", ["embedded", "none", "fixed"])
def test_a_reading_is_a_distribution_over_the_32_emotions_or_nothing(
    kind: str, model: EmbeddedModel
):
    readers = {"embedded": EmbeddedReader(model), "none": NoReader(), "fixed": FixedReader(sad=1.0)}
    prompt = render(conversation("my dog died", "oh no", "she was old"), Reading(), NO_PLAN)
    reading = readers[kind].read(prompt)
    assert {label for label, _ in reading.probabilities} <= set(EMOTIONS)
    if reading.probabilities:
        assert sum(share for _, share in reading.probabilities) == pytest.approx(1.0)


def test_the_embedded_reader_tells_joy_from_pain(model: EmbeddedModel):
    reader = EmbeddedReader(model)

    def mass(text: str, labels: frozenset[str]) -> float:
        return reader.read(render(conversation(text), Reading(), NO_PLAN)).mass(labels)

    assert mass("I got the job I always dreamed of!", PLEASANT) > 0.5
    assert mass("I am so scared of the dark cellar", PAINFUL) > 0.5


@pytest.mark.parametrize("screen", [RuleScreen()])
def test_a_screen_answers_every_history_with_a_risk(screen: RuleScreen):
    for texts in ((), ("",), ("hi",), ("hi", "hello", "I want to die")):
        assert isinstance(screen.assess(conversation(*texts)), Risk)


@pytest.mark.parametrize("guard", [RuleGuard()])
def test_a_guard_answers_every_text_with_a_verdict_and_names_why(guard: RuleGuard):
    for text in ("", "Hello.", "I love you.", "x" * 10_000, "\ud800"):
        verdict = guard.allows(text)
        assert isinstance(verdict, Verdict)
        assert verdict.allowed or verdict.rule
