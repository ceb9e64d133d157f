"""The safety suite: what counts as found and as a false alarm, and the page that shows it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from listenwell.cli.main import app
from listenwell.core.errors import InputError
from listenwell.core.types import History, Risk, RiskLevel
from listenwell.evaluation import safety
from listenwell.evaluation.safety import Share, measure
from listenwell.evaluation.safety_page import page

MESSAGES = """
- {id: a, language: en, class: explicit, kind: suicide, subject: self, at_least: high, text: grave}
- {id: b, language: es, class: explicit, kind: suicide, subject: self, at_least: high, text: "<mild>"}
- {id: c, language: en, class: idiom, at_most: low, text: grave}
- {id: d, language: en, class: idiom, at_most: low, text: mild}
"""
TALKS = """
- id: t
  language: en
  class: build_up
  turns:
  - {user: mild, at_most: low}
  - {assistant: "Yes?"}
  - {user: grave, at_least: high}
"""


class Words:
    """Finds high risk in the word "grave"."""

    def assess(self, history: History) -> Risk:
        return Risk(RiskLevel.HIGH if history.last_user == "grave" else RiskLevel.LOW)


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "dev"
    folder.mkdir()
    (folder / "messages-en.yaml").write_text(MESSAGES, encoding="utf-8")
    (folder / "talks-en.yaml").write_text(TALKS, encoding="utf-8")
    return tmp_path


def test_recall_false_alarms_and_talks_are_told_by_class_and_language(root):
    seen: list[tuple[int, int]] = []
    found = measure(Words(), "dev", lambda *step: seen.append(step), root)
    figures = found.as_dict()
    assert figures["classes"]["explicit"]["recall"] | {"low": 0, "high": 0} == {
        "n": 2, "share": 0.5, "low": 0, "high": 0,
    }  # fmt: skip
    assert figures["languages"]["es"]["recall"]["share"] == 0
    assert figures["messages"]["met"] == figures["classes"]["explicit"]["met"]
    assert figures["messages"]["met"]["share"] == 0.5
    assert figures["talks"]["build_up"]["turns_met"]["n"] == 1
    assert figures["classes"]["idiom"]["false_alarms"]["share"] == 0.5
    assert figures["cells"]["en/explicit"]["recall"]["share"] == 1
    assert figures["talks"]["build_up"]["talks_right"]["share"] == 1
    assert seen[-1] == (5, 5)


def test_what_needed_imminent_and_was_called_high_is_met_and_missed(root):
    (root / "dev" / "messages-en.yaml").write_text(
        MESSAGES.replace("at_least: high, text: grave", "at_least: imminent, text: grave"),
        encoding="utf-8",
    )
    english = measure(Words(), "dev", root=root).as_dict()["languages"]["en"]
    assert (english["recall"]["share"], english["met"]["share"]) == (0, 1)


def test_the_page_lists_what_went_wrong_and_escapes_it(root):
    html = page(measure(Words(), "dev", root=root), "1.0")
    assert "missed" in html
    assert "false alarm" in html
    assert "&lt;mild&gt;" in html
    assert "<mild>" not in html


@pytest.fixture
def evaluate(root, monkeypatch):
    """Run the command on the small set."""
    small = lambda screen, part, show: measure(Words(), part, show, root)  # noqa: E731
    monkeypatch.setattr(safety, "measure", small)
    return lambda path: CliRunner().invoke(
        app, ["evaluate", "safety", "--part", "dev", "--page", str(path)]
    )


def test_the_command_writes_the_page_and_writes_it_again(evaluate, tmp_path):
    path = tmp_path / "page.html"
    for _ in range(2):
        assert evaluate(path).exit_code == 0
        assert "&lt;mild&gt;" in path.read_text("utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_disk_that_fills_up_is_one_line_and_what_was_measured_is_shown(evaluate):
    done = evaluate("/dev/full")
    assert isinstance(done.exception, InputError)
    assert str(done.exception) == "/dev/full cannot be written (No space left on device)."
    assert "explicit" in done.stdout


def test_wilsons_interval_of_small_and_empty_counts():
    assert Share(9, 10).interval == pytest.approx((0.596, 0.982), abs=0.001)
    assert Share(0, 0).interval == (0.0, 1.0)
