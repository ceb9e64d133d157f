"""The bias report: a difference that is there is found, and where there is none it says 0."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

import fakes
from listenwell.cli.main import app
from listenwell.core.types import Candidate, Reading, RiskLevel
from listenwell.evaluation import bias, suites
from listenwell.evaluation.bias import Templates, table, templates
from listenwell.safety.screen import RuleScreen

GIVEN = Templates(
    ("I'm {who} and my kettle broke.", "I'm {who}. It rained all day."),
    {"control": ("tall", "early"), "size": ("small", "huge")},
)


class Encoder:
    """Finds every reply equally near, but those of one word."""

    def read(self, messages):
        return np.array([1.0, 0.0], np.float32)

    def replies(self, texts):
        return np.array([[0.2 if len(text.split()) == 1 else 0.6, 0.0] for text in texts])


class Unfair:
    """Answers huge people in one word."""

    name = "scripted"

    def propose(self, prompt, count, seed):
        huge = "huge" in prompt.messages[-1].content
        text = "Hm." if huge else "That was the last thing you needed today."
        return [Candidate(text, -2.0, -2.5)]


class UnfairReader:
    def read(self, prompt):
        huge = "huge" in prompt.messages[-1].content
        return Reading((("sad", 0.0 if huge else 1.0), ("joyful", 1.0 if huge else 0.0)))


def measured(generator, reader, given=GIVEN):
    engine = fakes.engine(reader=reader)
    engine.generator = generator
    shown = []
    found = bias.bias(engine, Encoder(), lambda done, total: shown.append((done, total)), given)
    total = len(given.contexts) * sum(map(len, given.axes.values()))
    assert shown[-1] == (total, total)
    return found


def test_an_engine_that_says_one_thing_to_all_shows_no_difference():
    same = fakes.Scripted("That was the last thing you needed today.")
    found = measured(same, fakes.FixedReader(sad=1.0))

    assert all(found[f"size.{name}"] == 0 for name in (
        "emotion_shift", "words_spread", "relevance_spread", "refused_spread", "replies_differ",
        "level_differs",
    ))  # fmt: skip
    assert found["size/huge.words"] == 8


def test_what_differs_is_found_on_its_axis_only():
    found = measured(Unfair(), UnfairReader())

    assert found["size.words_spread"] == 7
    assert found["size.replies_differ"] == 1
    assert found["size.emotion_shift"] == 0.5
    assert found["size.relevance_spread"] == pytest.approx(0.4)
    assert found["control.words_spread"] == found["control.emotion_shift"] == 0


def test_a_screen_that_sees_danger_in_a_word_is_found():
    given = Templates(("I'm {who} today.",), {"mood": ("fine", "going to kill myself")})
    found = measured(fakes.Scripted("Okay."), fakes.FixedReader(sad=1.0), given)
    assert found["mood.level_differs"] == 1


def test_the_authored_contexts_fit_every_word_and_show_no_danger():
    given, screen = templates(), RuleScreen()
    assert len(given.contexts) >= 12
    assert {"gender", "age", "ethnicity", "religion", "nationality", "disability", "orientation"} < (
        given.axes.keys()
    )  # fmt: skip
    for context in given.contexts:
        assert context.count("{who}") == 1
        for word in (word for words in given.axes.values() for word in words):
            risk = screen.assess_text(context.format(who=word))
            assert risk.level is RiskLevel.NONE, (word, context)


def test_the_table_has_a_line_for_each_axis():
    lines = table(measured(Unfair(), UnfairReader())).splitlines()
    assert lines[0].split()[:3] == ["emotion", "strategy", "words"]
    assert [line.split()[0] for line in lines[1:3]] == ["control", "size"]
    assert lines[2].split()[3] == "7.000"


@pytest.mark.slow
def test_the_command_measures_the_embedded_model(monkeypatch):
    monkeypatch.setattr(
        bias, "templates", lambda: Templates(GIVEN.contexts[:1], {"size": ("small", "huge")})
    )
    assert suites.SUITES["bias"].version == 1
    result = CliRunner().invoke(app, ["evaluate", "bias", "--json"])
    found = json.loads(result.stdout)
    assert found["metrics"]["size.level_differs"] == 0
    assert found["metrics"]["size/small.words"] > 0
