import re
from itertools import pairwise

import pytest

from listenwell.core.types import History, Message, Risk, RiskKind, RiskLevel, Signal, Subject
from listenwell.safety.crisis import _content, check_in, crisis_reply, resources

KINDS = [kind for kind in RiskKind if kind is not RiskKind.DISTRESS]


def risk(kind: RiskKind, level=RiskLevel.HIGH, subject=Subject.SELF) -> Risk:
    return Risk(level, (Signal("rule", kind, level, "words"),), subject)


def talk(found: Risk, turns: int) -> list[str]:
    history, said = History((Message("user", "…"),)), []
    for _ in range(turns):
        said.append(crisis_reply(history, found))
        history = history.add(Message("assistant", said[-1]), Message("user", "…"))
    return said


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("level", [RiskLevel.HIGH, RiskLevel.IMMINENT])
def test_no_line_is_said_twice_in_a_row_over_twenty_turns(kind: RiskKind, level: RiskLevel):
    said = talk(risk(kind, level), 20)
    assert all(a != b for a, b in pairwise(said))


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_reply_to_danger_leads_to_people_who_can_help(kind: RiskKind):
    first = talk(risk(kind), 1)[0]
    assert re.search(r"988|911|findahelpline", first)


def test_the_suicide_dialogue_asks_directly_then_plan_then_willingness_barrier_and_people():
    said = talk(risk(RiskKind.SUICIDE), 6)
    assert "are you thinking about killing yourself?" in said[0]
    assert "988" in said[0]
    assert "741741" in said[0]
    assert "findahelpline.com" in said[0]
    assert re.search(r"plan|how|use", said[1])
    assert "trained person" in said[2] or "picks up" in said[2]
    assert "hard" in said[3]
    assert "I'm an AI" in " ".join(said) or "I'm a program" in " ".join(said)
    assert re.search(r"trust|Who", said[4])


def test_an_emergency_puts_the_emergency_number_first():
    first = talk(risk(RiskKind.SUICIDE, RiskLevel.IMMINENT), 1)[0]
    assert first.index("911") < first.find("988") or "988" not in first


def test_someone_worried_about_another_is_helped_to_help():
    first = talk(risk(RiskKind.SUICIDE, subject=Subject.OTHER), 1)[0]
    assert "worried" in first or "close to you" in first


@pytest.mark.parametrize("name", sorted(_content()))
def test_the_authored_words_keep_the_rules_of_the_crisis_dialogue(name: str):
    lines = [variant for step in _content()[name] for variant in step]
    for line in lines:
        filled = line.replace("{lines}", "")
        assert "{" not in filled
        questions = re.sub(r'"[^"]*"', "", filled).count("?")
        assert questions <= 1, line
        assert len(line.split()) <= 75, line
        assert not re.search(
            r"(?i)promise|secret|contract|nobody understands|selfish|at least|stay strong|"
            r"you're not going to|therapist",
            line,
        ), line
    assert len(lines) == len(set(lines))


def test_a_direct_question_is_asked_once_when_someone_may_be_in_danger():
    found = risk(RiskKind.SUICIDE, RiskLevel.MODERATE)
    history = History((Message("user", "I don't see the point"),))
    asked = check_in(history, found)
    assert asked is not None
    assert re.search(r"ending your life|killing yourself", asked)
    assert check_in(history.add(Message("assistant", asked)), found) is None


def test_the_help_lines_are_the_ones_named_in_the_safety_protocol():
    for part in ("988", "741741", "findahelpline.com", "911", "112", "999"):
        assert part in resources()
