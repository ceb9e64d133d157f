"""What people of many hands write, and the level that it needs: found once, and never lost again."""

from pathlib import Path

import pytest
import yaml

from listenwell.core.types import RiskLevel
from listenwell.safety.learned import LearnedJudge
from listenwell.safety.screen import RuleScreen

VOICES = Path(__file__).with_name("voices")
SCREEN = RuleScreen(LearnedJudge())


def said(bound: str) -> list[tuple[str, str]]:
    """Return what is bounded so, with its bound; talks are in `test_screen_talks.py`."""
    return [
        (entry["text"], entry[bound])
        for path in sorted(VOICES.glob("*.yaml"))
        if not path.name.startswith("talks")
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))
        if bound in entry
    ]


@pytest.mark.parametrize(("text", "level"), said("at_least"))
def test_what_people_in_danger_write_is_heard(text, level):
    assert SCREEN.assess_text(text).level >= RiskLevel[level.upper()]


@pytest.mark.parametrize(("text", "level"), said("at_most"))
def test_what_only_sounds_like_it_alarms_nobody(text, level):
    assert SCREEN.assess_text(text).level <= RiskLevel[level.upper()]
