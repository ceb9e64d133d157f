"""Each wording class that the first screen knows, and look-alikes that must not alarm it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import conversation
from listenwell.core.types import RiskKind, RiskLevel, Subject
from listenwell.safety.normalise import normalise
from listenwell.safety.screen import RuleScreen, screening_failure

SCREEN = RuleScreen()


def level(text: str) -> RiskLevel:
    return SCREEN.assess(conversation(text)).level


@pytest.mark.parametrize(
    "text",
    [
        "I want to die",
        "i'm going to kill myself",
        "I have been having suicidal thoughts",
        "There's no reason to go on living",
        "everyone would be better off without me",
        "I've been cutting myself again",
        "I gave away my guitar and said my goodbyes",
        "the pills are in my drawer and I keep looking at them",
        "my husband threatened to kill me",
        "I'm going to kill my boss",
    ],
)
def test_direct_and_common_indirect_wording_is_high(text: str):
    assert level(text) >= RiskLevel.HIGH


@pytest.mark.parametrize(
    "text",
    [
        "I'm going to kill myself tonight",
        "I just took all my pills",
        "I'm standing on the bridge",
        "this is my goodbye note",
        "I think I'm having a heart attack",
    ],
)
def test_a_plan_or_an_act_under_way_is_imminent(text: str):
    assert level(text) is RiskLevel.IMMINENT


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to wake up tomorrow",
        "I don't see the point anymore",
        "I wish I could just disappear",
        "he hits me when he's drunk",
        "I tried to kill myself ten years ago",
        "I haven't eaten for four days",
    ],
)
def test_passive_past_and_abuse_are_moderate(text: str):
    assert level(text) is RiskLevel.MODERATE


@pytest.mark.parametrize(
    "text",
    [
        "kms",
        "k1ll mys3lf",
        "k i l l  m y s e l f",
        "I want to unalive myself",
        "I want to dіe",  # a Cyrillic i
        "I want to dieeeee",
        "I wa\u200bnt to di\u200be",
        "I WANT TO DIE",
        "ｉ ｗａｎｔ ｔｏ ｄｉｅ",
    ],
)
def test_disguised_wording_is_seen_through(text: str):
    assert level(text) >= RiskLevel.HIGH


@pytest.mark.parametrize(
    "text",
    [
        "quiero morir",
        "je veux mourir",
        "ich will nicht mehr leben",
        "quero morrer",
        "voglio morire",
        "मैं मरना चाहता हूँ",
        "main marna chahta hoon",
        "أريد أن أموت",
        "我想死",
        "я хочу умереть",
    ],
)
def test_direct_wording_in_other_languages_is_high(text: str):
    assert level(text) >= RiskLevel.HIGH


@pytest.mark.parametrize(
    "text",
    [
        "this homework is killing me",
        "I'm dead tired",
        "I'm dying to see you",
        "I could murder a sandwich",
        "how do I kill the process on port 8000",
        "I want to die of embarrassment",
        "I'd never hurt myself",
        "I would never kill myself",
        "In my novel the character kills himself",
        "My grandmother wants to die at home, she's 94",
        "I failed my exam and I feel so stupid",
        "My dad died last week",
        "I hurt my leg playing football",
        "I'm scared of dying",
        "my job is suicide for my social life, haha",
        "",
    ],
)
def test_look_alikes_and_everyday_pain_do_not_alarm(text: str):
    assert level(text) <= RiskLevel.LOW


def test_danger_to_someone_else_is_told_apart():
    risk = SCREEN.assess(conversation("my sister says she wants to kill herself"))
    assert (risk.level, risk.subject) == (RiskLevel.HIGH, Subject.OTHER)


def test_a_yes_to_our_own_question_is_high():
    asked = "Are you thinking about killing yourself?"
    risk = SCREEN.assess(conversation("it all hurts", asked, "yeah"))
    assert risk.level is RiskLevel.HIGH
    assert SCREEN.assess(conversation("it all hurts", "Is it raining?", "yeah")).level == 0


def test_levels_fall_slowly_and_faster_when_someone_says_they_are_safe():
    said = conversation("i want to die", "I'm here.", "i don't know")
    assert SCREEN.assess(said).level is RiskLevel.HIGH
    safe = conversation("i want to die", "I'm here.", "no, i'm safe now")
    assert SCREEN.assess(safe).level is RiskLevel.MODERATE
    texts = ["i want to die", *["ok", "fine"] * 12]
    assert SCREEN.assess(conversation(*texts[:-1])).level is RiskLevel.NONE


def test_a_no_to_calling_is_not_a_no_to_danger():
    call = "Would you be willing to call now?"
    talk = ["I want to die", call, "no I can't call", "What makes it hard?", "my sister maybe"]
    for length in (3, 5):
        assert SCREEN.assess(conversation(*talk[:length])).level is RiskLevel.HIGH
    asked = "Are you thinking about killing yourself?"
    denied = SCREEN.assess(conversation("I want to die", asked, "no, I just hate today"))
    assert denied.level is RiskLevel.MODERATE


def test_signals_name_the_rule_and_the_words():
    (signal, *_) = SCREEN.assess(conversation("honestly, I want to die")).signals
    assert (signal.rule, signal.text) == ("intent", "want to die")


def test_a_broken_screen_counts_as_high_risk():
    risk = screening_failure(ValueError("secret words"))
    assert (risk.level, risk.kind) == (RiskLevel.HIGH, RiskKind.SCREEN_FAILURE)
    assert "secret" not in str(risk)


@given(st.text())
def test_no_text_at_all_breaks_the_screen(text: str):
    SCREEN.assess(conversation(text))
    normalise(text)
