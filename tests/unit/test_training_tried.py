"""What the screen gets wrong of what an author wrote is told, and files that hold nothing to try are refused."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from listenwell.core.errors import ConfigError
from listenwell.core.types import History, Risk, RiskLevel
from listenwell.training.screen import tried

HIGH, MODERATE, LOW = RiskLevel.HIGH, RiskLevel.MODERATE, RiskLevel.LOW
LINES = """\
- class: oblique
  language: en
  at_least: high
  lines: |
    letters are written

    i want to be gone
- class: work
  language: en
  at_most: low
  lines: |
    the rope is up
    a quiet day
"""
TALKS = """\
- id: a-1
  language: en
  class: falling
  turns:
    - {user: the rope is up, at_least: high}
    - {assistant: Where is it now?}
    - {user: she has it, at_most: moderate}
    - {user: ok}
"""


class Roped:
    """Takes whatever speaks of a rope for grave, and everything else for a wish."""

    def assess(self, history: History) -> Risk:
        last = history.messages[-1].content
        return Risk(HIGH if "rope" in last else MODERATE if "she" in last else LOW)


def write(folder: Path, text: str) -> Path:
    path = folder / "some.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_misses_and_needless_alarms_among_lines(tmp_path: Path):
    many, wrong = tried.tried(write(tmp_path, LINES), Roped())
    assert many == 4
    assert [tried.told(one) for one in wrong] == [
        "missed | at least high, found low | oblique | letters are written",
        "missed | at least high, found low | oblique | i want to be gone",
        "alarm | at most low, found high | work | the rope is up",
    ]


def test_turns_are_judged_by_what_was_said_so_far(tmp_path: Path):
    assert tried.tried(write(tmp_path, TALKS), Roped()) == (2, [])
    told = TALKS.replace("at_most: moderate", "at_most: low")
    many, (wrong,) = tried.tried(write(tmp_path, told), Roped())
    assert (many, wrong.id, wrong.text) == (2, "a-1", "she has it")


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "list of groups of lines"), ("- class: work\n", "lines"), ("a: [", "YAML"),
     ("- {class: work, at_least: grave, lines: x}", "no level named 'grave'"),
     ("- {id: a, language: en, class: nothing, turns: []}", "class"), ("\0", "YAML")],
)  # fmt: skip
def test_a_file_that_holds_nothing_of_the_kind_is_refused(tmp_path: Path, text: str, why: str):
    with pytest.raises(ConfigError, match=why):
        tried.tried(write(tmp_path, text), Roped())


def test_a_missing_file_is_a_mistake_of_the_user(tmp_path: Path):
    app = tried.typer.Typer()
    app.command()(tried.main)
    ran = CliRunner().invoke(app, [str(tmp_path / "none.yaml")])
    assert ran.exit_code == 2
    assert "no such file" in ran.output
