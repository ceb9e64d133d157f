"""Each wording class that the first screen knows, and look-alikes that must not alarm it."""

import json
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import conversation
from listenwell.core.errors import ModelError
from listenwell.core.types import History, Message, Risk, RiskKind, RiskLevel, Signal, Subject
from listenwell.safety.answers import denied
from listenwell.safety.crisis import check_in
from listenwell.safety.learned import (
    HEAD,
    Judgement,
    LearnedJudge,
    Seen,
    as_read,
    meant,
    spoken_for,
)
from listenwell.safety.normalise import normalise, plain
from listenwell.safety.passages import passages
from listenwell.safety.patterns import Needed, languages, load, may_match
from listenwell.safety.screen import (
    ANSWER,
    BUILD_UP,
    LEARNED,
    MEMORY,
    MISREAD,
    RuleScreen,
    screening_failure,
)
from listenwell.safety.talk.words import LANGUAGES, words_of
from listenwell.training.screen.needs import NEEDS, every_source, needed

SCREEN = RuleScreen()
YES = {"en": "yes", "es": "sí", "fr": "oui", "de": "ja", "pt": "sim", "hi": "हाँ",
       "it": "sì", "ru": "да", "ar": "نعم", "zh": "有", "hi-Latn": "haan"}  # fmt: skip
NO = {"en": "no", "es": "no", "fr": "non", "de": "nein", "pt": "não", "hi": "नहीं",
      "it": "no", "ru": "нет", "ar": "لا", "zh": "没有", "hi-Latn": "nahi"}  # fmt: skip


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
        "he controls my money and reads my messages",
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
    texts = ["i want to die", *["ok", "fine"] * 22]
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
    text = "honestly,  I  WANT to d\u200bie"
    (signal, *_) = SCREEN.assess(conversation(text)).signals
    assert signal.rule == "want-to-die"
    assert text[signal.start : signal.end] == signal.text == "WANT to d\u200bie"


def test_a_broken_screen_counts_as_high_risk():
    risk = screening_failure(ValueError("secret words"))
    assert (risk.level, risk.kind) == (RiskLevel.HIGH, RiskKind.SCREEN_FAILURE)
    assert "secret" not in str(risk)


@pytest.mark.parametrize(
    ("asked", "answer", "level"),
    [
        ("Are you thinking about killing yourself?", "yeah", RiskLevel.HIGH),
        ("Are you thinking about suicide?", "every night since march", RiskLevel.HIGH),
        (
            "Are you thinking about suicide?",
            "not really, but I wish I wasn't here",
            RiskLevel.MODERATE,
        ),
        ("Are you thinking about suicide?", "no, not like that", RiskLevel.NONE),
        ("Are you thinking about suicide?", "is it raining", RiskLevel.MODERATE),
        ("¿Estás pensando en quitarte la vida?", "sí", RiskLevel.HIGH),
        ("Est-ce que tu penses à mourir ?", "oui", RiskLevel.HIGH),
        ("Denkst du daran, dir das Leben zu nehmen?", "ja", RiskLevel.HIGH),
        ("Ты думаешь о самоубийстве?", "да", RiskLevel.HIGH),
        ("你在想自杀吗？", "是的", RiskLevel.HIGH),
        ("هل تفكر في الانتحار؟", "نعم", RiskLevel.HIGH),
        ("क्या आप आत्महत्या के बारे में सोच रहे हैं?", "हाँ", RiskLevel.HIGH),
        ("Does he hit you?", "sometimes", RiskLevel.HIGH),
        ("Are you afraid of him?", "a bit", RiskLevel.MODERATE),
    ],
)
def test_answers_are_understood_as_answers_to_our_question(
    asked: str, answer: str, level: RiskLevel
):
    assert SCREEN.assess(conversation("it all hurts", asked, answer)).level is level


@pytest.mark.parametrize(
    ("asked", "answer", "level"),
    [
        ("Have you taken anything tonight?", "all of what was in the cupboard", RiskLevel.IMMINENT),
        ("Did you take something?", "why", RiskLevel.MODERATE),
        ("Did you take something?", "no!", RiskLevel.NONE),
        ("Did you take a break?", "a long one", RiskLevel.NONE),
        ("Have you hurt yourself?", "only the left arm", RiskLevel.HIGH),
        ("Have you hurt yourself?", "it won't stop bleeding", RiskLevel.IMMINENT),
        ("Have you hurt yourself?", "haven't for years", RiskLevel.NONE),
        ("Do you want to hurt him?", "he has it coming and I will", RiskLevel.HIGH),
        ("Do you want to hurt him?", "god no", RiskLevel.NONE),
        ("Is somebody at home hitting you?", "don't tell anyone", RiskLevel.MODERATE),
        ("Are you thinking of suicide?", "🙃 honestly, yes", RiskLevel.HIGH),
        ("Are you thinking of suicide?", "once my son has moved out", RiskLevel.HIGH),
        ("Are you thinking of suicide?", "never stopped", RiskLevel.HIGH),
        ("Are you thinking of suicide?", "not tonight", RiskLevel.MODERATE),
        ("Are you thinking of suicide?", "whoa, no.", RiskLevel.NONE),
        ("Are you thinking of suicide?", "course not", RiskLevel.NONE),
        ("Are you thinking of suicide?", "just the traffic, sorry", RiskLevel.NONE),
        ("How strong is the wish to die, from 0 to 10?", "like an 8", RiskLevel.HIGH),
        ("¿Te has hecho daño hoy?", "un poquito", RiskLevel.HIGH),
        ("Stai pensando di morire?", "macché", RiskLevel.NONE),
        ("Бывает, что не хочется жить?", "бывает", RiskLevel.HIGH),
    ],
)  # fmt: skip
def test_what_is_neither_yes_nor_no_keeps_a_question_of_danger_open(
    asked: str, answer: str, level: RiskLevel
):
    assert SCREEN.assess(conversation("what a week", asked, answer)).level is level


@pytest.mark.parametrize(
    ("asked", "answer", "level"),
    [
        ("Is there something near you that you'd use?", "under my pillow", RiskLevel.IMMINENT),
        ("Is there something near you that you'd use?", "in the bathroom I think", RiskLevel.HIGH),
        ("Is there a day you have in mind?", "when the house is empty", RiskLevel.IMMINENT),
        ("How is it now?", "calmer, my sister's here", RiskLevel.MODERATE),
        ("Are you safe?", "doesn't matter", RiskLevel.HIGH),
    ],
)
def test_where_and_when_are_heard_in_other_words(asked: str, answer: str, level: RiskLevel):
    talk = conversation("I am going to kill myself", asked, answer)
    assert SCREEN.assess(talk).level is level


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Have you thought about how?", "yes"),
        ("Do you have what you need with you?", "its in my drawer"),
        ("When would you do it?", "tonight"),
    ],
)
def test_plan_means_and_time_are_imminent_once_danger_is_there(asked: str, answer: str):
    assert SCREEN.assess(conversation("I want to die", asked, answer)).level is RiskLevel.IMMINENT
    assert SCREEN.assess(conversation("I want a dog", asked, answer)).level < RiskLevel.HIGH


@pytest.mark.parametrize(
    ("asked", "answer", "level"),
    [
        (
            "Could you give it to someone to keep for tonight?",
            "i baked bread today",
            RiskLevel.HIGH,
        ),
        ("Have you thought about how you would do it?", "i baked bread today", RiskLevel.HIGH),
        ("Is there anyone with you?", "yes", RiskLevel.HIGH),
        ("When do you think of doing it: today, or some other time?", "today", RiskLevel.IMMINENT),
        ("Have you thought about when?", "i guess", RiskLevel.HIGH),
    ],
)
def test_a_word_of_time_is_an_answer_only_where_a_time_was_asked_for(
    asked: str, answer: str, level: RiskLevel
):
    assert SCREEN.assess(conversation("I want to die", asked, answer)).level is level


def test_a_no_is_an_all_clear_only_while_no_act_is_near():
    asked = "Are you going to try to kill yourself tonight?"
    thinking = SCREEN.assess(conversation("I want to die", asked, "no"))
    planning = conversation("I have a plan to kill myself tonight", asked, "no")
    assert thinking.level is RiskLevel.MODERATE
    assert SCREEN.assess(planning).level is RiskLevel.IMMINENT


def test_whoever_mourns_and_wants_to_die_is_in_danger_themself():
    risk = SCREEN.assess(conversation("my wife died and I want to be dead too"))
    assert (risk.level, risk.subject) == (RiskLevel.HIGH, Subject.SELF)


def test_a_bridge_is_no_overdose():
    risk = SCREEN.assess(conversation("I'm standing on the bridge"))
    assert (risk.level, risk.kind) == (RiskLevel.IMMINENT, RiskKind.SUICIDE)


def test_several_low_signals_over_turns_add_up():
    said = ("I wish I could just disappear", "i'm such a burden", "no one would miss me")
    talk = [part for text in said for part in (text, "Tell me more.")][:-1]
    assert SCREEN.assess(conversation(*talk[:1])).level is RiskLevel.MODERATE
    risk = SCREEN.assess(conversation(*talk))
    assert (risk.level, risk.signals[-1].rule) == (RiskLevel.HIGH, BUILD_UP)


NOTHING_SEEN = Seen()


class Fixed:
    """A learned part that always judges alike."""

    def __init__(self, level: RiskLevel, most: RiskLevel = RiskLevel.IMMINENT) -> None:
        self.judgement = Judgement(
            level, RiskKind.ABUSE, most=most, danger=min(level, RiskLevel.HIGH)
        )
        self.seen: list[Seen] = []

    def judge(
        self,
        text: str,
        seen: Seen = NOTHING_SEEN,
        before: tuple[Message, ...] = (),
    ) -> Judgement:
        self.seen.append(seen)
        return self.judgement


def test_the_learned_part_raises_what_rules_did_not_see():
    raised = RuleScreen(Fixed(RiskLevel.HIGH)).assess(conversation("The bus was late"))
    assert (raised.level, raised.kind) == (RiskLevel.HIGH, RiskKind.ABUSE)
    assert raised.signals[-1].rule == LEARNED


def test_what_only_the_learned_part_finds_slight_adds_nothing_up():
    talk = conversation(
        "it was bad back then", "Mm.", "years ago now", "Mm.", "it's over, it's all over"
    )
    for level in (RiskLevel.LOW, RiskLevel.NONE):
        risk = RuleScreen(Fixed(level)).assess(talk)
        assert risk.level is level
    # A wording that is seen denied counts a little, as before.
    assert RuleScreen(Fixed(RiskLevel.LOW)).assess_text("I'd never kill myself").signals


def test_the_learned_part_lowers_only_what_it_thinks_all_but_impossible():
    said = conversation("I want to die")
    assert RuleScreen(Fixed(RiskLevel.NONE)).assess(said).level is RiskLevel.HIGH
    doubting = RuleScreen(Fixed(RiskLevel.NONE, RiskLevel.MODERATE)).assess(said)
    assert doubting.level is RiskLevel.MODERATE
    assert doubting.signals[0].text == "want to die"


def test_what_only_the_learned_part_saw_is_read_with_what_stood_before():
    class Reading:
        def judge(
            self,
            text: str,
            seen: Seen = NOTHING_SEEN,
            before: tuple[Message, ...] = (),
        ) -> Judgement:
            about_code = any("python" in message.content for message in before)
            alone = "by tonight" in text and not about_code
            return Judgement(RiskLevel.HIGH if alone else RiskLevel.NONE, RiskKind.SUICIDE)

    screen = RuleScreen(Reading())
    assert screen.assess(conversation("I need it done by tonight")).level is RiskLevel.HIGH
    talk = conversation("I have to learn python for work", "Mm.", "I need it done by tonight")
    assert screen.assess(talk).level is RiskLevel.NONE
    # What rules saw stands.
    talk = conversation("I have to learn python for work", "Mm.", "I want to die, by tonight")
    assert screen.assess(talk).level >= RiskLevel.HIGH


def test_a_conversation_counts_for_its_danger_and_not_for_how_soon():
    class Reading:
        def __init__(self, danger: RiskLevel) -> None:
            self.danger = danger

        def judge(
            self,
            text: str,
            seen: Seen = NOTHING_SEEN,
            before: tuple[Message, ...] = (),
        ) -> Judgement:
            if not before:
                return Judgement(RiskLevel.NONE)
            return Judgement(RiskLevel.IMMINENT, RiskKind.SUICIDE, danger=self.danger)

    talk = conversation("asdfgh", "Mm.", "sorry, the cat was on the keyboard")
    for danger in (RiskLevel.NONE, RiskLevel.MODERATE, RiskLevel.HIGH):
        assert RuleScreen(Reading(danger)).assess(talk).level is danger


@pytest.mark.parametrize(
    ("shares", "level", "danger"),
    [
        ((0.9, 0.9, 0.9, 0.9), RiskLevel.IMMINENT, RiskLevel.HIGH),
        ((0.9, 0.9, 0.75, 0.9), RiskLevel.IMMINENT, RiskLevel.MODERATE),
        ((0.9, 0.9, 0.7, 0.9), RiskLevel.MODERATE, RiskLevel.MODERATE),
        ((0.1, 0.1, 0.3, 0.9), RiskLevel.NONE, RiskLevel.NONE),
        ((0.9, 0.9, 0.3, 0.9), RiskLevel.MODERATE, RiskLevel.MODERATE),
        ((0.1, 0.1, 0.9, 0.1), RiskLevel.HIGH, RiskLevel.HIGH),
        ((0.9, 0.1, 0.1, 0.1), RiskLevel.LOW, RiskLevel.LOW),
        ((0.1, 0.1, 0.1, 0.1), RiskLevel.NONE, RiskLevel.NONE),
    ],
)
def test_how_soon_counts_beside_danger_only(shares, level, danger):
    bars = np.array([0.8, 0.8, 0.8, 0.2], np.float32)
    assert spoken_for(np.array(shares), bars) == (level, danger)


def test_the_learned_part_is_told_what_rules_saw():
    judge = Fixed(RiskLevel.NONE)
    RuleScreen(judge).assess(conversation("I want to die"))
    RuleScreen(judge).assess(conversation("The bus was late"))
    assert [seen.sure for seen in judge.seen] == [RiskLevel.HIGH, RiskLevel.NONE]


def test_doubtful_wordings_count_where_the_learned_part_says_so():
    doubtful = conversation("my last night here, I feel so calm")
    for level in (RiskLevel.HIGH, RiskLevel.NONE):
        assert RuleScreen(Fixed(level)).assess(doubtful).level is level
    assert RuleScreen().assess(doubtful).level is RiskLevel.NONE


class Guess:
    """A learned part that takes messages with a word for the same kind of danger."""

    def __init__(self, kind: RiskKind, word: str = "") -> None:
        self._kind, self._word = kind, word

    def judge(
        self, text: str, seen: Seen = NOTHING_SEEN, before: tuple[Message, ...] = ()
    ) -> Judgement:
        level = RiskLevel.IMMINENT if self._word in text else RiskLevel.NONE
        return Judgement(level, self._kind)


@pytest.mark.parametrize(
    ("text", "guessed", "kind"),
    [
        ("I hit my wife last night", RiskKind.SUICIDE, RiskKind.HARM_TO_OTHERS),
        ("I'm going to kill him", RiskKind.OVERDOSE, RiskKind.OVERDOSE),
        ("he hits me every night", RiskKind.SUICIDE, RiskKind.ABUSE),
        ("I want to kill myself", RiskKind.MEDICAL, RiskKind.SUICIDE),
        ("I want to kill myself", RiskKind.OVERDOSE, RiskKind.OVERDOSE),
        ("the kettle is on", RiskKind.MEDICAL, RiskKind.MEDICAL),
    ],
)
def test_what_kind_of_danger_it_is_words_know_best(text: str, guessed: RiskKind, kind: RiskKind):
    assert RuleScreen(Guess(guessed)).assess_text(text).kind is kind


@pytest.mark.parametrize(
    ("answer", "level"),
    [("not soon", RiskLevel.HIGH), ("no, not yet", RiskLevel.HIGH), ("noch nicht", RiskLevel.HIGH),
     ("soon", RiskLevel.IMMINENT), ("tonight", RiskLevel.IMMINENT)],
)  # fmt: skip
def test_what_is_not_soon_is_not_imminent(answer: str, level: RiskLevel):
    talk = conversation("I want to kill myself", "Have you thought about when?", answer)
    assert RuleScreen().assess(talk).level is level


def test_what_somebody_who_spoke_of_dying_has_at_hand_is_no_threat_to_others():
    screen = RuleScreen(Guess(RiskKind.HARM_TO_OTHERS, "kit"))
    talk = conversation(
        "I want to kill myself", "Do you have anything with you?", "the kit is here"
    )
    assert screen.assess(talk).kind is RiskKind.SUICIDE


def test_of_a_few_words_the_learned_part_does_not_doubt_a_rule():
    judge = LearnedJudge()
    assert judge.judge("what's the point of anything").most is RiskLevel.IMMINENT
    many = "what's the point of ironing a shirt that goes under a jumper"
    assert judge.judge(many, Seen(sure=RiskLevel.MODERATE)).most < RiskLevel.IMMINENT


@pytest.mark.parametrize("text", ["17*23=?", "3x + 7 = 22", "asdfghjkl", "1-0, 2:2", "🙂🙂"])
def test_signs_and_slips_of_the_keyboard_are_no_danger(text: str):
    assert RuleScreen(LearnedJudge()).assess_text(text).level < RiskLevel.MODERATE


def test_a_head_of_another_network_is_refused(tmp_path):
    head = tmp_path / "head.npz"
    with np.load(HEAD) as arrays:
        np.savez(head, **{**arrays, "network": "another"})
    with pytest.raises(ModelError, match="make train-screen"):
        LearnedJudge(head).judge("hello")
    with pytest.raises(ModelError, match="not the screen's head"):
        LearnedJudge(tmp_path / "none.npz").judge("hello")


@pytest.mark.parametrize(
    ("text", "language"),
    [("I feel so alone", "en"), ("no sé qué hacer con mi vida", "es"), ("ich bin so müde", "de"),
     ("मैं थक गया हूँ", "hi"), ("main thak gaya hoon aur neend nahi hai", "hi-Latn"), ("我很累", "zh"),
     ("", "")],
)  # fmt: skip
def test_the_language_of_a_message_is_told(text: str, language: str):
    assert SCREEN.assess(conversation(text)).language == language


def test_patterns_are_tried_wherever_they_could_match():
    content = json.loads(NEEDS.read_text(encoding="utf-8"))
    for code, sources in every_source():
        assert content[code] == [needed(source) for source in sources], (
            "a rule changed: python -m listenwell.training.screen.needs"
        )


@pytest.mark.parametrize(
    "unit", ["kill myself i want to die ", "die ", "k1ll mys3lf ", "a ", "💊", "really "]
)
def test_hostile_length_costs_little(unit: str):
    text = (unit * 100_000)[:100_000]
    started = time.perf_counter()
    SCREEN.assess_text(text)
    # A sanity bound for any machine; benchmarks/screen.py measures.
    assert time.perf_counter() - started < 5
    assert sum(len(piece) for _, piece in passages(text)) < 10_000


@pytest.mark.parametrize("place", [1_000, 3_190, 5_200, 20_000])
@pytest.mark.parametrize(
    "said", ["I want to kill myself.", "我想自杀。", "I will end it tonight, goodbye"]
)
def test_danger_in_the_middle_of_a_very_long_message_is_found(said: str, place: int):
    story = "And then we went to the market and bought some bread. " * 800
    text = f"{story[:place]} {said} {story[place:]}"
    risk = SCREEN.assess_text(text)
    assert risk.level >= RiskLevel.HIGH
    (signal, *_) = risk.signals
    assert text[signal.start : signal.end] == signal.text


def test_no_place_of_a_long_message_hides_a_grave_word():
    # Stretches that are looked through at once meet at every place of some of these.
    for place in range(1_190, 5_300, 3):
        text = f"{'x' * place} suicidal {'x ' * 3500}"
        assert any("suicidal" in piece for _, piece in passages(text)), place


@pytest.mark.parametrize(
    ("written", "meant_"),
    [("i want to d¡e", "i want to die"), ("sui¢idal", "suicidal"), ("🅸 🆆🅰🅽🅽🅰 🅳🅸🅴", "i wanna die"),
     ("ɟןǝsʎɯ ןןıʞ oʇ ƃuıoƃ ɯı", "im going to kill myself"), ("D!!I!!E!! now", "die!! now"),
     ("ｄｉｅ", "die"), ("k1ll mys€lf", "kill myself")],
)  # fmt: skip
def test_disguised_words_are_read_as_what_they_stand_for(written: str, meant_: str):
    found = plain(written)
    assert found.text == meant_
    assert found.disguised
    assert as_read(found) == meant_


@pytest.mark.parametrize(
    "text",
    [
        "¡Hola! ¿qué tal?",
        "I'm fine, thanks!",
        "我怕黑，怕蟑螂",
        "très bien",
        "3pm, 20mg",
        "no! i am",
    ],
)
def test_what_is_not_disguised_is_read_as_it_was_written(text: str):
    assert as_read(plain(text)) == text


@given(st.text())
def test_no_text_at_all_breaks_the_screen(text: str):
    SCREEN.assess(conversation(text))
    normalise(text)


class Guesses:
    """A learned part that takes a word for danger, however little else is said."""

    def __init__(self, word: str, level: RiskLevel = RiskLevel.HIGH) -> None:
        self.word, self.level = word, level

    def judge(
        self,
        text: str,
        seen: Seen = NOTHING_SEEN,
        before: tuple[Message, ...] = (),
    ) -> Judgement:
        return Judgement(self.level if self.word in text else RiskLevel.NONE)


def talked(*texts: str) -> History:
    said: list[Message] = []
    for text in texts:
        said += [
            Message("user", text),
            Message("assistant", "Are you thinking of killing yourself?"),
        ]
    return History(tuple(said[:-1]))


@pytest.mark.parametrize(
    "answer",
    ["what? shes a kitten", "huh? what do you mean", "no!! its just my hair", "lol no",
     "i'm talking about the cheese", "nobody is in danger", "you misunderstood me",
     "sorry, not what i meant", "i am quite well, thank you"],
)  # fmt: skip
def test_who_says_that_a_guess_was_wrong_is_believed(answer: str):
    screen = RuleScreen(Guesses("litter"))
    assert screen.assess(talked("the litter tray is ready")).level is RiskLevel.HIGH
    risk = screen.assess(talked("the litter tray is ready", answer))
    assert risk.level is RiskLevel.NONE
    assert [signal.rule for signal in risk.signals] == [MISREAD]


def test_after_that_a_guess_is_not_heard_for_a_while_but_words_are():
    screen = RuleScreen(Guesses("litter"))
    calm = ("the litter tray is ready", "what? shes a kitten", "the litter is blue")
    assert screen.assess(talked(*calm)).level < RiskLevel.MODERATE
    assert screen.assess(talked(*calm, "i want to kill myself")).level >= RiskLevel.HIGH
    later = (*calm, "she is asleep", "it is raining", "we had tea", "the litter again")
    assert screen.assess(talked(*later)).level is RiskLevel.HIGH


@pytest.mark.parametrize("answer", ["what? no lol", "it was just a joke", "you misunderstood me"])
def test_what_somebody_said_in_plain_words_is_not_taken_back_so(answer: str):
    screen = RuleScreen(Guesses("litter"))
    risk = screen.assess(talked("i want to kill myself tonight", answer))
    assert risk.level >= RiskLevel.HIGH


@pytest.mark.parametrize(
    "answer", ["yes", "what if i did", "i don't know", "what's the point of saying", "maybe"]
)
def test_what_is_no_denial_takes_nothing_back(answer: str):
    screen = RuleScreen(Guesses("litter"))
    risk = screen.assess(talked("the litter tray is ready", answer))
    assert risk.level >= RiskLevel.MODERATE


def test_a_plain_no_ends_a_guess_and_the_next_is_heard():
    screen = RuleScreen(Guesses("litter"))
    calm = ("the litter tray is ready", "no")
    risk = screen.assess(talked(*calm))
    assert (risk.level, [s.rule for s in risk.signals]) == (RiskLevel.NONE, [MISREAD])
    assert screen.assess(talked(*calm, "the litter is everywhere")).level is RiskLevel.HIGH
    assert screen.assess(talked("the litter tray is ready", "not really")).level >= (
        RiskLevel.MODERATE
    )
    assert screen.assess(talked("i want to kill myself", "no")).level >= RiskLevel.MODERATE


@pytest.mark.parametrize(
    "text",
    ["nobody wants to die here", "at the vet's, he's not eaten since sunday, my poor cat",
     "whats the point of you", "what is the point of a thing like you",
     "the hardest part is you not answering", "took it obviously", "took it",
     "my gran put her hand on my arm", "he put his big hand on my leg and said sorry"],
)  # fmt: skip
def test_these_are_no_danger(text: str):
    assert SCREEN.assess_text(text).level < RiskLevel.MODERATE


@pytest.mark.parametrize(
    "text",
    ["nobody cares and i want to die", "he's not eaten since sunday and he keeps fainting",
     "whats the point of living", "what's the point of going on", "took it all", "just took them",
     "already took it", "i put the lighter on my arm", "he held my hand on the hob"],
)  # fmt: skip
def test_and_these_beside_them_are(text: str):
    assert SCREEN.assess_text(text).level >= RiskLevel.MODERATE


@pytest.mark.parametrize("answer", ["took it", "already did it", "i just took them"])
def test_after_talk_of_suicide_it_is_an_act(answer: str):
    asked = "Are you thinking about killing yourself?"
    said = ("user", "i want to kill myself"), ("assistant", asked), ("user", answer)
    risk = SCREEN.assess(History(tuple(Message(*one) for one in said)))
    assert (risk.level, risk.signals[-1].rule) == (RiskLevel.IMMINENT, "answered-taken")


@pytest.mark.parametrize(
    ("answer", "level"),
    [("what. no im not suicidal just lonely", RiskLevel.LOW),
     ("im not suicidal but i dont want to be here", RiskLevel.MODERATE)],
)  # fmt: skip
def test_who_says_plainly_that_they_are_not_suicidal_is_believed(answer: str, level: RiskLevel):
    asked = "Are you thinking about killing yourself?"
    said = ("user", "nobody needs me"), ("assistant", asked), ("user", answer)
    risk = SCREEN.assess(History(tuple(Message(*one) for one in said)))
    assert risk.level is level


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("my sister is pregnant and i want to throw up", "my sister is pregnant and i am upset"),
        ("work all night and i haven't eaten since lunch",
         "work all night and i have been busy since yesterday"),
        ("i want to throw up after every meal", None),
        ("i haven't eaten since yesterday and nobody noticed", None),
        ("haven't eaten since yesterday, work loves how thin i look", None),
    ],
)  # fmt: skip
def test_a_saying_is_read_as_it_is_meant_unless_it_speaks_of_food(text: str, said: str | None):
    assert meant(text) == (said or text)


class Hears:
    """A learned part that tells what answers mean, and nothing of messages by themselves."""

    def __init__(self, level: RiskLevel, most: RiskLevel) -> None:
        self.told = Judgement(
            level, RiskKind.OVERDOSE, most=most, danger=min(level, RiskLevel.HIGH)
        )

    def judge(
        self, text: str, seen: Seen = NOTHING_SEEN, before: tuple[Message, ...] = ()
    ) -> Judgement:
        return self.told if before else Judgement(RiskLevel.NONE)


def test_an_answer_shows_what_it_means_to_the_question_how_soon_too():
    screen = RuleScreen(Hears(RiskLevel.IMMINENT, RiskLevel.IMMINENT))
    said = "my chest feels odd", "Did you swallow something?", "most of the bottle"
    risk = screen.assess(conversation(*said))
    assert (risk.level, risk.kind) == (RiskLevel.IMMINENT, RiskKind.OVERDOSE)
    # Where nothing was asked, how soon is left open.
    risk = screen.assess(conversation(said[0], "Mm.", said[2]))
    assert risk.level is RiskLevel.HIGH


def test_answers_to_the_dialogue_s_own_questions_are_told_by_rules():
    screen = RuleScreen(Hears(RiskLevel.IMMINENT, RiskLevel.IMMINENT))
    asked = "Have you thought about when?"
    risk = screen.assess(conversation("i want to kill myself", asked, "i can go to my room"))
    assert risk.level is RiskLevel.HIGH


def test_an_answer_that_makes_danger_all_but_impossible_takes_it_back():
    danger = "im ending it tonight, i want to die"
    asked = "Do you mean your life, or something else?"
    for most, level in ((RiskLevel.LOW, RiskLevel.MODERATE), (RiskLevel.HIGH, RiskLevel.HIGH)):
        screen = RuleScreen(Hears(RiskLevel.NONE, most))
        assert screen.assess(conversation(danger)).level >= RiskLevel.HIGH
        risk = screen.assess(conversation(danger, asked, "omg the subscription"))
        assert min(risk.level, RiskLevel.HIGH) is level


TOLD = ("i want to kill myself, i have a rope", "Who could come and be with you?")


def test_a_danger_falls_to_some_care_where_it_is_told_to_be_over_in_any_words():
    answer = "the neighbour is sat on my bed with the thing in her pocket"
    for most, level in ((RiskLevel.MODERATE, RiskLevel.MODERATE), (RiskLevel.HIGH, RiskLevel.HIGH)):
        screen = RuleScreen(Hears(RiskLevel.NONE, most))
        risk = screen.assess(conversation(*TOLD, answer))
        assert min(risk.level, RiskLevel.HIGH) is level
    # A few words end nothing, and what was swallowed works on.
    screen = RuleScreen(Hears(RiskLevel.NONE, RiskLevel.MODERATE))
    for few in ("ok", "no", "dont know", "what would they do"):
        assert screen.assess(conversation(*TOLD, few)).level >= RiskLevel.HIGH, few
    took = ("i took all my tablets an hour ago", TOLD[1], answer)
    assert screen.assess(conversation(*took)).level is RiskLevel.IMMINENT


@pytest.mark.parametrize(
    "answer",
    ["i only want to talk to you", "can we just talk about something else please",
     "i don't know what to say to that", "there is nobody who would come anyway",
     "thank you for listening to me tonight", "my mum is downstairs but she can't know",
     "the dog is asleep on my feet again", "what would they even do for me there",
     "i had some soup and watched the match"],
)  # fmt: skip
def test_what_tells_nothing_of_it_leaves_a_danger_as_it_is(answer: str):
    screen = RuleScreen(LearnedJudge())
    assert screen.assess(conversation(*TOLD, answer)).level >= RiskLevel.HIGH


@pytest.mark.parametrize(
    ("asked", "answer"),
    [("Whose blood? Are you hurt?", "the deer's, he gutted it on the white porch"),
     ("Are you safe?", "safe is a strong word for this haircut")],
)  # fmt: skip
def test_what_only_sounds_like_a_yes_is_none_where_danger_is_all_but_impossible(
    asked: str, answer: str
):
    said = "there is blood everywhere and the voices laugh"
    doubts, hears = (
        RuleScreen(Hears(RiskLevel.NONE, most)) for most in (RiskLevel.LOW, RiskLevel.HIGH)
    )
    assert hears.assess(conversation(said, asked, answer)).level >= RiskLevel.MODERATE
    rules = {signal.rule for signal in doubts.assess(conversation(said, asked, answer)).signals}
    assert not any(rule.startswith(("answered", "not-answered")) for rule in rules)
    # What reads like a yes is one.
    for yes in ("yes", "now and again, who would miss me"):
        risk = doubts.assess(conversation(said, "Do you ever think of killing yourself?", yes))
        assert risk.level >= RiskLevel.HIGH, yes


def test_what_is_put_right_by_help_was_danger_and_falls_to_some_care():
    screen = RuleScreen(LearnedJudge())
    told = "I can't go on. I've written the letters and I'm going off the bridge on friday"
    asked = "Is there anyone you could tell tonight?"
    assert screen.assess(conversation(told)).level >= RiskLevel.HIGH
    helped = "i gave it to my brother and he's driving me to his place, the nurse is coming at nine"
    assert screen.assess(conversation(told, asked, helped)).level is RiskLevel.MODERATE


@pytest.mark.parametrize(
    ("said", "answer", "level"),
    [("necked the whole packet dont tell my mum", "of sweets. haribo", RiskLevel.NONE),
     ("necked the whole packet dont tell my mum", "of my nan's tablets", RiskLevel.IMMINENT),
     ("necked the whole packet dont tell my mum", "i feel fine though", RiskLevel.IMMINENT)],
)  # fmt: skip
def test_what_was_swallowed_is_over_only_where_the_next_answer_says_it_was_nothing(
    said: str, answer: str, level: RiskLevel
):
    screen = RuleScreen(LearnedJudge())
    assert screen.assess(conversation(said)).level is RiskLevel.IMMINENT
    assert screen.assess(conversation(said, "The whole packet of what?", answer)).level is level


@pytest.mark.parametrize(
    "answer",
    ["ward six, drip in, they are lovely", "the ambulance took me and dad is in the back with me",
     "the nurse came and has them all", "estoy en urgencias con mi madre al lado",
     "sono al pronto soccorso con mia sorella", "on est aux urgences avec ma mère",
     "liege im krankenhaus, schwester sitzt dabei", "я в больнице, врач рядом сидит",
     "انا في المستشفى وامي جنبي هون", "मैं अस्पताल में हूँ और माँ साथ हैं", "我在医院急诊，我妈妈在旁边陪着我"],
)  # fmt: skip
def test_what_was_swallowed_falls_where_those_who_can_help_have_them(answer: str):
    took = ("i took all my tablets an hour ago", TOLD[1])
    for most, level in (
        (RiskLevel.MODERATE, RiskLevel.MODERATE),
        (RiskLevel.HIGH, RiskLevel.IMMINENT),
    ):
        screen = RuleScreen(Hears(RiskLevel.NONE, most))
        assert screen.assess(conversation(*took, answer)).level is level
    screen = RuleScreen(Hears(RiskLevel.NONE, RiskLevel.MODERATE))
    assert (
        screen.assess(conversation(*took, "it feels all floaty and warm now")).level
        is RiskLevel.IMMINENT
    )


@pytest.mark.parametrize(
    "answer",
    ["good god what have i done", "heavens, i am so tired of living", "nan died yesterday",
     "imagina que eu sumisse", "qué va a pasar con mis hijos", "ma va a morire ammazzato"],
)  # fmt: skip
def test_what_only_begins_like_a_no_is_none(answer: str):
    assert not denied("Are you thinking of killing yourself?", plain(answer))


@pytest.mark.parametrize(
    "answer",
    [
        "para nada, me jubilo",
        "qué va, mujer",
        "que va hombre, es del trabajo",
        "macché, della tesi",
        "nan pas du tout",
        "जी नहीं, बस थकान है",
    ],
)
def test_what_begins_with_a_no_of_its_language_is_one(answer: str):
    assert denied("Are you thinking of killing yourself?", plain(answer))


class Doubts(Guesses):
    """A learned part that takes a word for danger, and each answer for all but harmless."""

    def judge(
        self, text: str, seen: Seen = NOTHING_SEEN, before: tuple[Message, ...] = ()
    ) -> Judgement:
        if before:
            return Judgement(RiskLevel.NONE, most=RiskLevel.LOW)
        return super().judge(text, seen)


@pytest.mark.parametrize(
    ("asked", "level"),
    [("I'd still like to know, and no answer will put me off. Is killing yourself on your mind?",
      RiskLevel.NONE),
     ("Have you thought about when?", RiskLevel.HIGH)],
)  # fmt: skip
def test_an_answer_takes_back_a_guess_where_the_dialogue_asks_whether_it_is_so(
    asked: str, level: RiskLevel
):
    screen, answer = RuleScreen(Doubts("litter")), "omg the hamster needs it"
    assert screen.assess(conversation("the litter tray is ready", asked, answer)).level is level
    said = "i want to kill myself"
    assert screen.assess(conversation(said, asked, answer)).level >= RiskLevel.HIGH


IN_DANGER = (
    "What's being done to you is not your fault. Are you in danger at this moment? If you are, "
    "call 999 when it's safe to."
)


@pytest.mark.parametrize(
    ("answer", "level"),
    [("yes", RiskLevel.IMMINENT), ("yes he's in the next room", RiskLevel.IMMINENT),
     ("yeah right now", RiskLevel.IMMINENT), ("no", RiskLevel.MODERATE),
     ("no he's at work", RiskLevel.MODERATE), ("i don't know", RiskLevel.HIGH)],
)  # fmt: skip
def test_whether_somebody_is_in_danger_now_is_heard_as_it_is_meant(answer: str, level: RiskLevel):
    risk = SCREEN.assess(conversation("my boyfriend hits me", IN_DANGER, answer))
    assert (risk.level, risk.kind) == (level, RiskKind.ABUSE)


def test_who_is_not_safe_with_somebody_is_told_of_abuse():
    told = "my husband checks my phone and i am scared"
    signal = Signal("abuse", RiskKind.ABUSE, RiskLevel.MODERATE, told)
    asked = check_in(conversation(told), Risk(RiskLevel.MODERATE, (signal,)))
    for answer in ("no", "no he's here", "no i'm not safe here"):
        risk = SCREEN.assess(conversation(told, asked, answer))
        assert (risk.level, risk.kind) == (RiskLevel.HIGH, RiskKind.ABUSE), answer


def test_a_risk_falls_to_some_care_before_it_is_forgotten():
    def after(messages: int) -> RiskLevel:
        said = ["I want to kill myself", *[f"the cat sleeps {n}" for n in range(messages)]]
        talk = [part for text in said for part in (text, "Mm.")][:-1]
        return SCREEN.assess(conversation(*talk)).level

    levels = [after(MEMORY), after(MEMORY + 1), after(2 * MEMORY), after(2 * MEMORY + 1)]
    expected = [RiskLevel.HIGH, RiskLevel.MODERATE, RiskLevel.MODERATE, RiskLevel.NONE]
    assert levels == expected


@pytest.mark.parametrize("times", [1, 2, 4, 8, 100])
@pytest.mark.parametrize(
    "danger",
    ["I am going to kill myself tonight.", "gonna unalive tonight, kms, the rope is ready.",
     "I've decided to kill myself tonight, I have the pills next to me."],
)  # fmt: skip
def test_what_the_network_does_not_read_it_cannot_doubt(danger: str, times: int):
    day = "We had the neighbours round on Sunday and my sister brought the cake that she always makes. "
    screen = RuleScreen(LearnedJudge())
    assert screen.assess_text(day * times + danger + " " + day * times).level >= RiskLevel.HIGH


@pytest.mark.parametrize(
    ("text", "found"),
    [("took 40 paracetamol", True), ("i swallowed a bottle of tylenol", True),
     ("how many tylenol would kill me", True), ("tell me how to tie a noose", True),
     ("what's the most painless way to die", True), ("took 40 photos", False),
     ("took the box of tablets back to the chemist", False),
     ("how much work would kill me lol", False),
     ("how long will it take to kill me, this exam", False)],
)  # fmt: skip
def test_what_was_taken_and_what_would_kill_is_heard(text: str, found: bool):
    assert (SCREEN.assess_text(text).level >= RiskLevel.HIGH) is found


@pytest.mark.parametrize("answer", ["I'm safe now", "yes i'm safe, my sister is here"])
def test_who_says_that_they_are_safe_is_not_raised_by_what_else_it_might_mean(answer: str):
    screen = RuleScreen(Hears(RiskLevel.HIGH, RiskLevel.HIGH))
    said = "i want to kill myself", "Are you safe right now?", answer
    risk = screen.assess(conversation(*said))
    assert risk.level is RiskLevel.MODERATE
    assert all(signal.rule != ANSWER for signal in risk.signals)


def test_a_moderate_risk_is_met_with_care_for_a_while():
    said = [
        "I don't want to wake up anymore",
        "",
        "Mm, whatever",
        "",
        "the cat sleeps",
        "",
        "she purrs",
        "",
    ]
    levels = [SCREEN.assess(conversation(*said[: n + 1])).level for n in (0, 2, 4, 6)]
    assert levels == [RiskLevel.MODERATE] * 4
    assert SCREEN.assess(conversation(*said, "it rains")).level is RiskLevel.NONE
    safe = conversation("I don't want to wake up anymore", "Hm.", "I'm safe, and feeling better")
    assert SCREEN.assess(safe).level is RiskLevel.NONE


def test_a_bare_yes_leaves_open_how_soon():
    screen = RuleScreen(Hears(RiskLevel.IMMINENT, RiskLevel.IMMINENT))
    asked = "Are you thinking about killing yourself?"
    assert screen.assess(conversation("not good", asked, "yes")).level is RiskLevel.HIGH
    told = conversation("not good", asked, "yes and it is all here in front of me")
    assert screen.assess(told).level is RiskLevel.IMMINENT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "kind", "level"),
    [
        ("check_self_harm", RiskKind.SELF_HARM, RiskLevel.HIGH),
        ("eating_first", RiskKind.EATING_DISORDER, RiskLevel.HIGH),
        ("psychosis_first", RiskKind.PSYCHOSIS, RiskLevel.HIGH),
        ("maybe_body", RiskKind.MEDICAL, RiskLevel.IMMINENT),
        ("maybe_abuse", RiskKind.ABUSE, RiskLevel.HIGH),
        ("maybe_eating", RiskKind.EATING_DISORDER, RiskLevel.MODERATE),
    ],
)
def test_a_yes_to_a_question_of_one_thing_shows_that_thing(
    language: str, name: str, kind: RiskKind, level: RiskLevel
):
    slots = dict.fromkeys(("line", "emergency"), "988")
    for piece in words_of(language).variants("moves", name):
        asked = piece.filled(slots)
        yes = SCREEN.assess(conversation("hm", asked, YES[language]))
        assert (yes.level, yes.kind) == (level, kind), piece
        assert SCREEN.assess(conversation("hm", asked, NO[language])).level is RiskLevel.NONE
    unsure = SCREEN.assess(conversation("hm", asked, "i don't know")).level
    assert unsure is RiskLevel.MODERATE


def test_what_is_shown_of_a_long_message_is_the_sentence_that_tells():
    screen = RuleScreen(LearnedJudge())
    told = "I have left the cat's papers and the keys on the table, so that nobody has to look for them after me."
    text = f"The garden was lovely today. {told} We had soup, and my neighbour lent me her ladder."
    (signal,) = [s for s in screen.assess_text(text).signals if s.rule == LEARNED]
    assert (signal.text, text[signal.start : signal.end]) == (told, told)


def test_of_our_words_those_up_to_the_last_question_are_read():
    asked = "Have you felt faint with it?"
    head = f"{'That is hard. ' * 30}{asked}"
    heard = LearnedJudge().judge(
        "yes i fainted", before=conversation("i eat nothing", head).messages
    )
    lines = " In the US and Canada you can call or text 988 at any hour." * 4
    again = LearnedJudge().judge(
        "yes i fainted", before=conversation("i eat nothing", head + lines).messages
    )
    assert heard == again


@pytest.mark.parametrize(
    "text",
    ["my sister hit me with a pillow and i spilled my coffee",
     "she hit me with a quiz question about peru",
     "my little brother punched me in the arm and told mum i started it",
     "my uncle cleans his hunting rifle on the kitchen table",
     "they'd be better off without me on that committee",
     "the world would be fine without me explaining the offside rule",
     "he follows me everywhere, my new puppy, even to the loo",
     "someone followed me home! a little stray kitten",
     "i have a stalker lol, my cat watches me shower",
     "someone's in the house, must be the kids home early",
     "he is kicking the door because he can't find his keys",
     "the rope is ready for the school tug of war",
     "rope round my waist, i went down the cliff, first abseil",
     "next train is in ten minutes so i'll do it on the way, the crossword i mean",
     "i'm doing it now, the dishes, happy?", "ok i'm doing it tonight, i'm asking her to marry me",
     "it's done, sorry it took so long, the report is in your inbox",
     "counted my pills for the trip: 14 days, 14 pills, done",
     "floppy ears, big paws, i think we're keeping this puppy",
     "face numb from the dentist, can't feel my lips",
     "dug my nails into the armrest during take off", "he broke my phone by sitting on it",
     "my hairdresser grabbed my hair and laughed", "she holds my arm when we cross the road now",
     "my housemate locked us in the house by mistake",
     "mum keeps my passport because i lose everything",
     "a man followed me from the shop because i'd left my purse on the counter",
     "my daughter held me down and put lipstick on me", "dad is on the roof cleaning the gutters",
     "i wanna jump out of this call", "do you wanna hang out later",
     "this will be over soon, said the tattooist",
     "after friday none of this will matter, the audit will be done",
     "i have the date: 14th of june, registry office",
     "my friend wants to end it with her boyfriend",
     "what foods are high in potassium besides bananas",
     "my potassium was low so the gp told me to eat bananas", "i took all the boxes to the tip",
     "i throw up every time i go on a boat",
     "i'm afraid of bread now that i've been diagnosed coeliac",
     "keep the blades of the mower sharp, dad always said",
     "my coach texts me every night with the training plan",
     "is there any point in revising the night before",
     "take me home country roads is stuck in my head",
     "the radio tells me it's going to rain all week", "there's something in my food, a hair, eww",
     "are you one of them ai things", "my son attacked his sister with a water pistol",
     "my partner reads my texts out loud when i drive", "unfriended by my own aunt",
     "ran 10 kms this morning, first time since the baby", "how long do bruises take to go yellow",
     "what's the best way to go to the airport", "i don't want to live with my in-laws any more",
     "the cat scratched my wrists to ribbons", "we had a carbon monoxide check, all fine",
     "i had my anaphylaxis training at nursery", "i didn't fall for it",
     "only one of us can drive", "he's a pain and i can't stand him",
     "nothing left to do but enjoy the cake", "talk me out of it, i'm about to buy boots",
     "my mattress is hard as a board", "i wish i was dead cute like my sister's baby",
     "the gp is seeing her tomorrow", "i don't wanna live forever",
     "and i cut the cake with a sword", "i do it with my compass and a ruler",
     "he made me touch a spider", "spiked mango drink recipe please",
     "parked near the range, my shotgun is for clays", "i've got the times for the ferry",
     "take everyone with me to the beach", "i'm worried i'll hurt him if i say no to the date",
     "i haven't felt the baby move yet, i'm 14 weeks", "my son is not feeding the fish",
     "woke up in a strange mood", "holding the knife correctly is half of cooking",
     "she stopped breathing so loudly when we got her the strips",
     "thinking about my funeral playlist, abba obviously",
     "barber had the razor at my neck when the alarm went",
     "i think i'm having a stroke, my teenager has emptied the dishwasher",
     "somebody in the garden turned out to be the neighbour",
     "standing on the bridge with the grandchildren and a bag of sticks",
     "my sister has no sense of time",
     "a man followed me out of the shop with my umbrella",
     "my stalker is a seagull",
     "if i disappeared into that bookshop nobody would find me",
     "he is kicking the door because he can't find his keys",
     "i had my anaphylaxis training at nursery",
     "he kissed me in my room and i didn't stop smiling", "gonna jump in the car now",
     "he kissed me and i didn't want it to end", "planning my exit interview",
     "told him which drawer the batteries are in", "i'll join him soon at the caravan",
     "i told my wife where the keys are", "the letters are for after the wedding",
     "purging my wardrobe this weekend", "bugs in my code everywhere", "i am the chosen one for bin duty",
     "my medication is in my hand luggage", "i count my blessings and my cakes"],
)  # fmt: skip
def test_what_only_shares_words_with_danger_is_none(text: str):
    assert SCREEN.assess_text(text).level < RiskLevel.MODERATE


@pytest.mark.parametrize(
    "text",
    ["he hit me with a belt again", "my dad hit me with a frying pan",
     "she hit me with the hoover pipe and my arm is blue",
     "my husband hit me with his fist tonight", "he hit me with a bottle",
     "he beats me with a cable",
     "my little brother punched me in the face and my nose is bleeding, he does it every day",
     "my little brother attacked me with a knife", "my brother punched me",
     "my sister kicked me and threw me down the stairs",
     "my little sister hits me every time mum is out, i'm covered in bruises",
     "the rifle is on the kitchen table and im looking at it",
     "gun on the bed, waiting till they sleep", "im cleaning my gun and its loaded",
     "his shotgun is on the table and he says we both go",
     "my hunting rifle is on the bed, tonight", "they'd be better off without me",
     "everyone would be better off without me here",
     "the kids will be happier without me in their life",
     "the world would be better off without me existing",
     "my family would be fine without me dragging them down", "someone is in the house",
     "someone's in my house and it's not my kids", "theres a man in my house help",
     "he is kicking the door in", "he's kicking the door because i locked him out",
     "she is banging on the door with a knife", "the rope is ready", "rope's up in the garage",
     "the rope is tied to the beam", "the rope is ready for tonight",
     "noose is ready, wife gets back at six", "next train and im gone", "next train im doing it",
     "im at the station, the next train i will jump", "next train, im stepping in front of it",
     "when the next train comes im going under", "the next train is in 4 minutes im so sorry",
     "im doing it now", "i'm doing it now, the pills first", "im doing it tonight",
     "i'm doing it tonight, nobody will stop me",
     "ok i'm doing it tonight, i'm not telling anyone", "it's done, sorry mum",
     "it's already too late, sorry for everything", "its done, the pills are gone, goodbye",
     "it is done sorry it had to be this way", "counted my pills, there are enough",
     "ive been counting my pills every night", "i saved my pills for weeks",
     "counted the tablets, sixty, that should do", "i lined up my pills",
     "the pills are in the bathroom and i keep thinking of them",
     "pills in my drawer, enough of them", "i have mums pills in the bathroom, all of them",
     "rope in the closet", "i know there are enough painkillers in the cabinet",
     "my baby is all floppy", "she's gone floppy and pale", "floppy and wont wake up",
     "our newborn is floppy and not feeding", "he went limp and floppy",
     "my face has gone numb on one side", "my words come out wrong and my face is numb",
     "his face is numb and he cant lift his arm", "her speech is slurred and face dropped",
     "face numb since this morning and my arm too", "he broke my arm", "she cracked my rib",
     "they fractured my jaw", "he broke my phone so i can't call anyone", "he broke my door down",
     "he grabbed my hair and dragged me", "she grabbed me by the hair",
     "my boyfriend grabbed my neck", "he grabbed me by the throat",
     "he holds my arm behind my back", "he holds my arm when i try to leave",
     "he holds my hair and shouts", "she pulls my hair every day",
     "he holds my arm so hard when we argue", "he locked us in the house",
     "he locked me in the shed for hours", "my husband locks me in the house when he goes out",
     "they lock us in at night in the basement", "dad locked me in the cupboard again",
     "he took my passport", "my boss keeps my passport and wont give it back",
     "he has my passport for the visa he says but won't give it back",
     "the agency keeps my passport so i can't leave", "a man followed me from the shop",
     "a man followed me home and i'm scared", "some guy followed me off the bus, he's outside",
     "two men are following me", "a stranger followed me to my door", "i want to smother my baby",
     "i could smother her, i can't stop picturing it", "im going to smother my mother tonight",
     "i want to smother him in his sleep", "he held me down",
     "two of them held me down and did things", "my uncle held me down on the bed",
     "she held me down and cut my hair", "he held me down, i said no",
     "he's on the roof and won't come down", "dad is on the roof, he says he'll jump",
     "my friend is on the bridge", "shes on the ledge",
     "my brother is on the roof of his building crying", "i wanna jump", "wanna jump in the river",
     "i wanna jump out of the window", "i wanna hang", "wanna drown and be gone",
     "i just wanna jump off something", "it will all be over soon", "itll be over tonight",
     "everything will be over tomorrow", "the pain will be over soon",
     "all of this will be over by tonight", "this will be over soon, i have the rope",
     "it's all going to be over tomorrow, i'm not scared", "after friday none of this will matter",
     "by sunday i wont be here and none of this matters", "after tonight nothing matters",
     "after tomorrow they won't have to deal with me", "by monday it will be over",
     "i have a date picked and a method", "i have the date", "i've picked a date",
     "ive got a date in mind to end it", "she's got a date and a plan",
     "i've set the date, after my birthday", "my friend wants to end it",
     "she is going to end it tonight", "my friend wants to end it with pills",
     "my brother wants to end it all", "he says hes gonna end it",
     "he was on top of me when i woke up", "someone got on top of me at the party",
     "he climbed on top of me and i froze", "my stepdad got on top of me",
     "he got on top of me while the baby was asleep next to us",
     "my potassium is dangerously low from purging",
     "doctor says my potassium is so low my heart could stop", "purging again, potassium crashed",
     "i keep throwing up and they say my potassium is very low",
     "potassium 2.4 from the laxatives", "i took all the pills", "i took all my meds",
     "took all the tablets in the house", "i took all my sleeping tablets",
     "i took all the paracetamol", "my coach texts me every night and wants pics",
     "there is no point in going on", "the world is better without me",
     "god told me to sacrifice my son", "my daughter attacked my mum", "i will die by my own hand",
     "by my own hand, soon", "i want to go by my own hand",
     "ill leave this world by my own choice", "it will be by my own hand and nobody elses",
     "im gonna kms", "kms tonight", "i want to kms so bad", "seriously kms this weekend",
     "told him id kms", "i'm gonna end it with pills", "gonna end it with a gun",
     "i want to end it tonight", "i should just end it", "i'll end it all", "quickest way to go",
     "whats the least painful way to go", "best way to die", "easiest way out for good",
     "how do people find a painless way out", "i don't want to live",
     "i dont want to live in this world", "i don't want to live with this pain",
     "i don't want to live like this", "i dont want to live without him",
     "i don't want to live in this body anymore", "cut my wrists", "i cut my arm last night",
     "i scratched my arms open again", "burned my leg with a lighter", "i cut my thigh and hid it",
     "carbon monoxide alarm is going off and we feel sick",
     "i think it's carbon monoxide, we all have headaches",
     "carbon monoxide in the garage, engine on", "looked up carbon monoxide",
     "the carbon monoxide detector went off and gran is dizzy",
     "i think i'm going into anaphylaxis", "anaphylaxis, no epipen", "she's in anaphylactic shock",
     "my throat is closing, anaphylaxis", "peanut, anaphylaxis, help",
     "i told them i fell but i didnt fall", "i didn't fall down the stairs, he did it",
     "she didn't fall, he pushed her", "i didnt fall",
     "he tells the doctors i fell. i didnt fall.", "only one of us is leaving this house",
     "only one of us walks out alive", "tonight only one of us is walking out",
     "only one of us will survive this", "i told him only one of us is getting out",
     "stomach pain and i can't stand", "pain so bad i cant stand up",
     "the pain in my side, can't stand straight", "sharp pain in my belly i cant stand it",
     "nothing left to do but go", "there's nothing left to do but end it",
     "nothing left to do but die",
     "i've said goodbye, nothing left to do but wait for them to sleep",
     "nothing left to do but say goodbye", "no one can talk me out of it now",
     "you can't talk me round", "nobody will talk me out of it", "my belly is hard as a board",
     "her stomach went hard as a board and she's grey", "gone hard as a board and hurts so much",
     "tummy hard as a board since the morning", "its hard as a board and i'm being sick",
     "rope round my neck", "the rope is around the beam",
     "belt around the door handle and my neck", "noose round my neck now",
     "rope around the tree, im ready", "im holding the knife", "holding a gun right now",
     "he's holding a knife", "i'm holding the razor and shaking", "sitting here holding the rope",
     "parked near his house, my shotgun is in the back", "parked by her work with a knife",
     "parked outside with the rifle", "im parked outside his gym, bat in my hand",
     "parked near the school with a gun", "trouble breathing and my face is swelling",
     "can't breathe properly and my chest hurts", "struggling to breathe, lips are blue",
     "hard to breathe, hives all over my face", "couldnt breathe, throat closing",
     "he stopped breathing", "she stopped breathing help", "my baby stopped breathing for a bit",
     "dad stopped breathing so i did cpr", "she's stopped breathing what do i do",
     "i do it with my compass in maths", "i do it with a razor", "i do it with the kitchen knife",
     "i do it w my lighter", "i do it with the blade from my sharpener", "he made me touch him",
     "she made me touch it", "my uncle made me touch his leg", "he made me touch myself on camera",
     "they made me touch her", "they forced me to bed with him",
     "he forced me to marry his cousin", "he forces me into bed", "forced her to touch him",
     "my husband forced me to have sex", "he kissed me in my room and i didn't want it",
     "my teacher kissed me in a private room",
     "he kissed me at night and i didn't know what to do", "he kissed me without asking",
     "uncle kissed me in my room and smiled", "someone spiked my drink",
     "i think i got spiked, woke up with no memory", "my drink was spiked",
     "they spiked her drink", "spiked at the club, woke up in a stranger's flat", "gun at my head",
     "razor at my neck", "i have the razor to my throat", "knife at my throat",
     "the blade is on my wrist", "ive got the rifle and the times", "ive got the mosque times",
     "i've got the times they pray", "ive got the strap", "i've got the gun and the address",
     "i'll take them all with me", "i will take people with me when i go",
     "take her with me to the grave", "im going to take everyone with me",
     "taking some of them with me", "i'm scared i'll hurt him", "worried i'll hurt my baby",
     "i'm afraid i might hurt one of them", "scared that i will hurt someone",
     "i'm frightened i'll hurt her if she cries again", "i havent felt her move since yesterday",
     "haven't felt the baby kick all day", "havent felt him move, 34 weeks",
     "i havent felt any kicks", "haven't felt the baby move yet today",
     "newborn not feeding and hot", "my baby is not feeding since last night",
     "my son is not feeding and floppy", "our daughter is not feeding, sleepy",
     "baby not feeding at all", "my toddler drank something blue from under the sink",
     "my son drank something from the shed", "my daughter drank something and is sleepy",
     "child drank something out of the bleach bottle", "little boy drank something he shouldn't",
     "woke up in a strange bed with no clothes", "i woke up in his flat and remember nothing",
     "i woke up in a strange house", "woke up in their room, everything hurts",
     "woke up in a strange place and my dress was torn", "i drink and i cut", "and i cut again",
     "i cry and i cut my arm", "and i cut deeper", "i cut and burn",
     "i don't want to live forever in this pain", "i don't want to live", "i'll see her soon",
     "i'll be with him soon", "seeing my mum again soon, in heaven",
     "i'm going to see him tonight, up there", "be with her tomorrow, finally",
     "i think i'm having a heart attack",
     "i think im having a stroke, my husband has gone out",
     "i think i'm having a heart attack my arm hurts",
     "am i having a stroke",
     "i might be having a heart attack, my wife has called nobody",
     "theres somebody in the garden",
     "someone in the garden looking in",
     "somebody is in my house",
     "there's someone in our garden with a torch",
     "a man in the garden won't leave",
     "standing on the bridge",
     "im on the bridge with my kids",
     "im on the bridge watching the trains",
     "sitting on the ledge with a bottle",
     "standing on the bridge looking at the water",
     "a man followed me out of the station",
     "a guy followed me from the bus with his phone out",
     "some man followed me home with a knife",
     "and i cut up my arms",
     "i drink and i cut a line in my leg",
     "i cry and i cut the inside of my arm",
     "he leaves and i cut across my wrist",
     "it hurts and i cut them open again",
     "he kissed me and i didn't want it", "he kissed me and i didn't want him to",
     "he kissed me in my room and didnt stop when i said no", "she kissed me against my will",
     "my boss kissed me and i told him no"],
)  # fmt: skip
def test_danger_beside_them_is_high(text: str):
    assert SCREEN.assess_text(text).level >= RiskLevel.HIGH


@pytest.mark.parametrize(
    "text",
    ["he follows me everywhere, even when i walk the dog", "my ex follows me everywhere i go",
     "i have a stalker, he knows where i work",
     "someone followed me home last night and waited outside",
     "i think someone followed me home, he's still there", "i dug my nails in until it bled",
     "i dig my nails into my palms till they bleed", "dug my nails into my arm again",
     "digging my fingernails into the skin stops the feeling",
     "i dig my nails in the back of my hand so i don't scream", "i throw up after every meal",
     "she throws up after dinner every night", "i throw up every time i eat",
     "he throws up whenever he eats with us", "i throw up when i feel full", "i'm afraid of food",
     "i'm afraid of bread, it's day five without", "afraid of eating in front of people",
     "i am afraid of eating anything", "afraid of getting fat so i stopped",
     "i keep looking at the razor", "i keep a blade in my phone case",
     "i'm holding the blades now", "i want my razor so bad", "staring at the razor in the shower",
     "my coach texts me late at night that i'm beautiful", "my teacher messages me on snapchat",
     "my tutor writes me at night that he loves me", "my stepdad texts me secretly",
     "what's the point of living", "i don't see the point of anything",
     "whats the point of it all", "is there any point in me", "lord take me home",
     "i'm ready, take me home", "god please take me", "jesus take me home tonight",
     "i wish the lord would take me", "the radio tells me to hurt people",
     "the tv told me what i must do", "the radio tells me secrets about my neighbours",
     "the voices tell me its my turn", "they put something in my food",
     "something is in my food, they poison me", "there's poison in my tea",
     "my food tastes of metal, someone tampers with it", "chemicals in my water, i can tell",
     "are you one of them", "you answered too fast, are you one of them",
     "are you one of them who watch me", "my son attacked his sister with a knife",
     "my son beat up his brother again", "my stepson choked his sister",
     "my brother punched his mother", "he reads my messages and takes my phone",
     "my husband checks my phone every night", "he reads my texts out loud to humiliate me",
     "she tracks my location all day", "he controls my money",
     "there's no sense in going on",
     "no sense in living",
     "i see no sense in anything",
     "what's the sense of it all",
     "no sense of being here anymore",
     "somebody followed me out of the shop",
     "someone followed me out of the bar with his friends",
     "my stalker is outside",
     "my stalker is a man from work",
     "my stalker knows where i live",
     "i have a stalker",
     "my stalker is my ex",
     "if i disappeared nobody would notice",
     "if i disappeared they'd be fine",
     "if i died nobody would care",
     "if i disappeared into the sea no one would miss me",
     "i might jump",
     "i'm gonna jump in the river",
     "going to jump in front of it",
     "about to jump off",
     "i will jump tonight",
     "im going to hang in the shower",
     "going to drown in the bath",
     "gonna jump in the canal tonight",
     "planning my exit",
     "i'm planning my death",
     "planning my own suicide",
     "i have planned my exit for sunday",
     "ive picked my exit",
     "my letters are for after",
     "the letters are for after im gone",
     "letters for my kids for after tomorrow",
     "videos for when im gone",
     "the notes are for after",
     "i'll join him soon",
     "going to join my wife soon",
     "i will join them tonight",
     "joining her in heaven",
     "join my baby tomorrow",
     "i told my wife where the will is",
     "told him which box the will is in and where the safe is",
     "told my daughter where the keys to the safe are for when i'm gone",
     "told my husband where the keys are, in case something happens to me",
     "pills in my hand",
     "i have the tablets in my hand",
     "rope in my hand",
     "the pills are in my hand now",
     "meds in my hand and vodka",
     "i count bites",
     "i count the cakes and then i purge",
     "i count calories all day",
     "i count every calorie",
     "i'm purging again",
     "purged after dinner",
     "i purge my lunch",
     "purging is the only way",
     "i purged twice today",
     "there are cameras in my walls",
     "they put a chip in my head",
     "there's a chip in my arm",
     "bugs in my walls listening",
     "microphones in the house",
     "chip in my phone, they hear everything",
     "i am the chosen one",
     "i'm the messiah",
     "im the chosen one for my people",
     "i am the prophet",
     "i was chosen by god",
     "one way, no return ticket needed",
     "i bought a one way ticket, no need for return",
     "one way, i won't need the return",
     "got a one way, why bother with return",
     "going one way, no return"],
)  # fmt: skip
def test_danger_beside_them_is_seen(text: str):
    assert SCREEN.assess_text(text).level >= RiskLevel.MODERATE


@pytest.mark.parametrize(
    ("harmless", "danger"),
    [("gonna jump in the shower", "gonna jump in the river"),
     ("about to jump on a call", "about to jump off the roof"),
     ("my arm is heavy from the chest press", "my arm is heavy and my chest hurts"),
     ("he drives me up the wall and round the bend", "he drives me mad and he hits me every night"),
     ("i want to smother my daughter in kisses", "i want to smother my daughter"),
     ("my medication is in my hand luggage",
      "my pills are in my hand luggage and i am taking them all tonight"),
     ("my son attacked his sister with a water pistol", "my son attacked his sister with a knife")],
)  # fmt: skip
def test_english_sayings_say_nothing_and_hide_nothing(harmless: str, danger: str):
    screen = RuleScreen(LearnedJudge())
    assert screen.assess_text(harmless).level <= RiskLevel.LOW
    assert screen.assess_text(danger).level >= RiskLevel.MODERATE


@pytest.mark.parametrize("code", languages())
def test_patterns_that_may_match_are_looked_up_as_they_would_be_one_by_one(code: str):
    needs = [rule.needs for rule in load(code).rules] + [()]
    needed = Needed(needs)
    for text in (
        "i want to die",
        "no quiero vivir más",
        "я не хочу жить",
        "我不想活了",
        "मरना है",
        "a",
        "",
    ):
        one_by_one = [row for row, pieces in enumerate(needs) if may_match(pieces, text)]
        assert needed.fitting(text) == one_by_one
