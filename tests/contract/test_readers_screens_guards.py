"""What every reader, screen and guard keeps to."""

import pytest

from fakes import FixedReader, conversation
from listenwell.core.emotions import EMOTIONS, PAINFUL, PLEASANT
from listenwell.core.types import Reading, Risk, Strategy
from listenwell.dialogue.prompts import NO_PLAN, render
from listenwell.embedded.models import EmbeddedModels
from listenwell.perception.reader import EmbeddedReader, NoReader
from listenwell.safety.guard import RuleGuard, Verdict
from listenwell.safety.screen import RuleScreen


@pytest.mark.parametrize("kind", ["embedded", "none", "fixed"])
def test_a_reading_is_a_distribution_over_the_32_emotions_or_nothing(
    kind: str, models: EmbeddedModels
):
    embedded = EmbeddedReader(models.encoder)
    readers = {"embedded": embedded, "none": NoReader(), "fixed": FixedReader(sad=1.0)}
    prompt = render(conversation("my dog died", "oh no", "she was old"), Reading(), NO_PLAN)
    reading = readers[kind].read(prompt)
    assert {label for label, _ in reading.probabilities} <= set(EMOTIONS)
    if reading.probabilities:
        assert sum(share for _, share in reading.probabilities) == pytest.approx(1.0)


def test_the_embedded_reader_tells_joy_from_pain(models: EmbeddedModels):
    reader = EmbeddedReader(models.encoder)

    def mass(text: str, labels: frozenset[str]) -> float:
        return reader.read(render(conversation(text), Reading(), NO_PLAN)).mass(labels)

    assert mass("I got the job I always dreamed of!", PLEASANT) > 0.5
    assert mass("I am so scared of the dark cellar", PAINFUL) > 0.5


def test_the_embedded_reader_tells_strategies_too_and_counts_the_turns_it_no_longer_sees(
    models: EmbeddedModels,
):
    reader = EmbeddedReader(models.encoder)
    newest = ("I moved", "Oh?", "Alone", "And now?", "It is quiet", "Quiet.")
    short = render(conversation(*newest), Reading(), NO_PLAN)
    long = render(conversation(*("Hello",) * 30, *newest), Reading(), NO_PLAN)
    assert short.messages == long.messages
    assert (short.turns, long.turns) == (6, 36)
    told = [dict(reader.read(prompt).strategies) for prompt in (short, long)]
    for shares in told:
        assert list(shares) == list(Strategy)
        assert sum(shares.values()) == pytest.approx(1.0, abs=1e-5)
    # The same six turns are read both times: only how many came before tells them apart.
    assert told[0] != told[1]


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
