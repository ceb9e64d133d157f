"""What the next reply should do: never two questions in a row, no advice unasked, no life story."""

import pytest

from fakes import conversation
from listenwell.core.types import (
    History,
    Reading,
    Risk,
    RiskKind,
    RiskLevel,
    Signal,
    Stage,
    Strategy,
)
from listenwell.dialogue.planning import CHEER, NO_MORE_QUESTIONS, make_plan

SAFE = Risk()
ASKED = conversation("my cat is ill", "What is wrong?", "she does not eat")
TOLD = conversation("my cat is ill", "Poor thing.", "she does not eat")


def told(first: Strategy, second: Strategy = Strategy.REFLECTION, **shares: float) -> Reading:
    """Read a feeling, and one strategy as the likeliest before another."""
    likely = dict.fromkeys(Strategy, 0.01) | {first: 0.6, second: 0.3}
    return Reading(tuple(shares.items()), tuple(likely.items()))


def strategy(history: History, reading: Reading) -> Strategy:
    return make_plan(history, reading, SAFE).strategy


@pytest.mark.parametrize(
    "likeliest",
    [Strategy.QUESTION, Strategy.RESTATEMENT, Strategy.REFLECTION, Strategy.AFFIRMATION],
)
def test_what_a_listener_would_likeliest_do_is_planned(likeliest: Strategy):
    second = Strategy.AFFIRMATION if likeliest is Strategy.REFLECTION else Strategy.REFLECTION
    assert strategy(TOLD, told(likeliest, second)) is likeliest


def test_there_are_never_two_questions_in_a_row():
    reading = told(Strategy.QUESTION, Strategy.RESTATEMENT)
    assert strategy(TOLD, reading) is Strategy.QUESTION
    assert strategy(ASKED, reading) is Strategy.RESTATEMENT
    assert strategy(ASKED, Reading()) is not Strategy.QUESTION


@pytest.mark.parametrize(
    "said",
    [
        "what should I do?",
        "any advice for me",
        "can you help me decide",
        "how do I tell her",
        "What would you do",
    ],
)
def test_suggestions_come_once_they_are_asked_for(said: str):
    reading = told(Strategy.SUGGESTIONS)
    assert strategy(TOLD, reading) is Strategy.REFLECTION
    assert strategy(conversation("my cat is ill", "Poor thing.", said), reading) is (
        Strategy.SUGGESTIONS
    )
    # Asked for earlier is not asked for now.
    assert strategy(conversation(said, "Poor thing.", "she died"), reading) is Strategy.REFLECTION


@pytest.mark.parametrize(
    "unwanted", [Strategy.SELF_DISCLOSURE, Strategy.INFORMATION, Strategy.OTHERS]
)
@pytest.mark.parametrize("history", [TOLD, ASKED])
def test_what_a_machine_should_not_do_is_never_planned(history: History, unwanted: Strategy):
    assert strategy(history, told(unwanted)) is Strategy.REFLECTION


def test_without_told_strategies_it_asks_first_and_then_reflects_or_affirms():
    sad, glad = Reading((("sad", 1.0),)), Reading((("joyful", 1.0),))
    assert strategy(TOLD, sad) is Strategy.QUESTION
    assert strategy(conversation("hi"), Reading()) is Strategy.QUESTION
    assert strategy(ASKED, sad) is Strategy.REFLECTION
    assert strategy(ASKED, glad) is Strategy.AFFIRMATION


def test_risk_outranks_every_reading():
    signal = Signal("intent", RiskKind.SUICIDE, RiskLevel.HIGH, "die")
    for level, route in (
        (RiskLevel.NONE, "model"),
        (RiskLevel.LOW, "model"),
        (RiskLevel.MODERATE, "check_in"),
        (RiskLevel.HIGH, "crisis"),
        (RiskLevel.IMMINENT, "crisis"),
    ):
        plan = make_plan(TOLD, told(Strategy.AFFIRMATION, joyful=1.0), Risk(level, (signal,)))
        assert plan.route == ("crisis" if route == "crisis" else "model")
        assert (CHEER in plan.avoid) is (level > RiskLevel.NONE)


def test_cheer_is_out_of_place_when_someone_hurts():
    for shares, avoided in (({"sad": 0.6, "joyful": 0.4}, True), ({"joyful": 0.9}, False)):
        plan = make_plan(TOLD, told(Strategy.AFFIRMATION, **shares), SAFE)
        assert (CHEER in plan.avoid) is avoided


def test_cheer_stays_out_of_place_in_the_small_details_of_a_sad_story():
    detail = ("I see.", "i'd already bought a little hat")
    for before, avoided in (
        ("we lost the baby at eleven weeks", True),
        ("i'm so lonely here", True),
        ("we adopted a kitten", False),
        ("i'm going to be an auntie!", False),
    ):
        made = make_plan(conversation(before, *detail), Reading(), SAFE)
        assert (CHEER in made.avoid) is avoided, before
    glad = make_plan(
        conversation("i'm so lonely here", "I see.", "i got the job!!"), Reading(), SAFE
    )
    assert CHEER not in glad.avoid


def plan(*texts: str, **shares: float):
    return make_plan(conversation(*texts), Reading(tuple(shares.items())), SAFE)


def test_stages_follow_how_much_was_said_and_what_was_asked_for():
    assert plan("I lost my job").stage is Stage.EXPLORATION
    assert plan("I lost my job", "Oh.", "ok", "Mm.", "yes").stage is Stage.EXPLORATION
    told = ("I lost my job", "Oh.", "after nine years there", "Long.", "nobody has called me")
    assert plan(*told).stage is Stage.UNDERSTANDING
    assert plan("I lost my job. what should I do?").stage is Stage.COPING
    assert plan("just listen please. what can I even do").stage is not Stage.COPING


def test_ways_forward_come_after_a_yes_to_the_offer_only():
    offer = "Would it help to think about it, or would you rather keep talking?"
    assert plan("I lost my job", offer, "yes please").strategy is Strategy.SUGGESTIONS
    assert plan("I lost my job", offer, "no, not now").strategy is not Strategy.SUGGESTIONS
    assert plan("I lost my job", "I see.", "yes please").strategy is not Strategy.SUGGESTIONS


def test_questions_stop_for_good_when_asked_to():
    texts = ["I lost my job", "What happened?", "stop asking questions", "Okay."]
    for text in ("it was after nine years", "my boss cried", "I walked home"):
        made = plan(*texts, text)
        assert (made.asks, made.because.split("; ")[1]) == (False, NO_MORE_QUESTIONS)
        texts += [text, "I see."]
    assert plan(*texts, "you can ask me things again").asks


def test_questions_are_less_than_half_of_what_is_said():
    assert not plan("a", "Why?", "b", "Oh.", "c").asks
    assert plan("a", "Why?", "b", "Oh.", "c", "I see.", "d").asks


@pytest.mark.parametrize(
    ("text", "shares", "feeling"),
    [
        ("I'm so nervous", {"joyful": 0.9}, "fear"),
        ("I'm not nervous at all", {"joyful": 0.9}, "plain"),
        ("I'm proud and jealous", {}, "mixed"),
        ("she left", {"sad": 0.8}, "sadness"),
        ("the bus was late", {"sad": 0.1, "joyful": 0.1}, "plain"),
        ("I GOT THE JOB", {}, "gladness"),
        ("i was so axious all day", {}, "fear"),
        ("my girlfriend is fed up", {}, "plain"),
        ("I'm fed up", {}, "anger"),
        ("two more projects and I haven't had lunch", {"grateful": 0.6}, "plain"),
        ("we had a lovely lunch", {"grateful": 0.6}, "gladness"),
        ("it's raining", {"annoyed": 0.55}, "plain"),
        ("this sounds pathetic but i phoned the dentist", {"ashamed": 0.6}, "bright"),
        ("he cooked for us after my stressful day", {"grateful": 0.9}, "longing"),
        ("i was there for my dog and i did it too early", {"sad": 0.3}, "plain"),
    ],
)
def test_a_feeling_is_taken_from_the_words_before_the_reading(text, shares, feeling):
    assert plan(text, **shares).feeling == feeling


def test_a_feeling_that_was_named_lasts_a_while():
    texts = ["work is overwhelming me", "Oh."]
    assert plan(*texts, "two more projects today").feeling == "strain"
    for _ in range(5):
        texts += ["two more projects today", "Oh."]
    assert plan(*texts, "two more projects today").feeling == "plain"


def test_a_fear_that_turned_out_well_is_met_with_gladness():
    texts = ["I'm waiting for the clinic to call about a lump", "That's a long wait."]
    assert plan(*texts, "they called, it's nothing", anxious=0.7).feeling == "gladness"
    assert plan("they called, it's nothing", anxious=0.7).feeling == "fear"


def test_length_follows_the_persons():
    few, some, many = (plan(" ".join(["word"] * n)).words for n in (3, 10, 60))
    assert few < some < many <= 45


@pytest.mark.parametrize(
    ("texts", "topic"),
    [
        (("My best friend moved away",), "friends"),
        (("I failed my exam",), "study"),
        (("My dad died in march", "I'm sorry.", "my son says sell the house"), "loss"),
        (("I can't pay the rent", "Oh.", "it is so unfair"), "money"),
        (("the sky is blue",), ""),
    ],
)
def test_topics_are_picked_up_and_people_in_passing_do_not_change_them(texts, topic):
    assert plan(*texts).topic == topic


def test_a_feeling_is_not_read_out_of_a_figure_of_speech_or_a_good_face():
    assert plan("I thought I was dying, people were staring").topic == ""
    assert plan("I lost nine games in a row").topic != "conflict"
    assert plan("i tell my mum i'm having a great time").feeling != "gladness"
    assert plan("not in a sad way, just flat").feeling != "sadness"
    assert plan("i'm so happy i could cry").feeling == "gladness"


def test_envy_that_was_not_named_is_not_told_to_anybody():
    read = {"jealous": 0.9, "sad": 0.1}
    assert plan("she sits with the others at lunch now, every day", **read).feeling == ""
    assert plan("i'm jealous of my little sister and i hate it", **read).feeling == "envy"


def test_nerves_before_something_wished_for_are_mixed():
    told = ("i got the apprenticeship!!", "You got it!", "i'm a bit nervous about starting though")
    assert plan(*told, anxious=0.6, excited=0.4).feeling == "mixed"


def hurting(share: float, name: str = "sadness") -> Reading:
    return Reading(feelings=((name, share), ("gladness", 1 - share)))


def test_a_word_for_pain_in_what_hardly_hurts_is_only_a_word():
    alone = conversation("danced in the garage. alone")
    assert make_plan(alone, hurting(0.3), SAFE).feeling != "loneliness"
    assert make_plan(alone, hurting(0.6), SAFE).feeling == "loneliness"
    assert make_plan(alone, Reading(), SAFE).feeling == "loneliness", "where nothing was told"


def test_a_small_detail_of_what_surely_hurt_still_hurts():
    told = conversation("she is gone", "I'm so sorry.", "her coat hangs in the hall")
    quiet = hurting(0.62)
    assert make_plan(told, quiet, SAFE, before=(hurting(0.9),)).feeling == ""
    assert make_plan(told, quiet, SAFE, before=(hurting(0.3),)).feeling == "plain"
    laughing = conversation("she is gone", "I'm so sorry.", "her coat hangs in the hall lol")
    assert make_plan(laughing, quiet, SAFE, before=(hurting(0.9),)).feeling != ""


def test_of_ones_own_luck_the_word_is_believed():
    sad = Reading((("sad", 0.9),))
    assert (
        make_plan(conversation("i feel good. been trying since june"), sad, SAFE).feeling
        == "gladness"
    )
    assert make_plan(conversation("i'm happy for her"), sad, SAFE).feeling == "mixed"


def test_a_quiet_day_is_plain_and_an_animal_that_is_named_is_not_dead():
    sad = Reading((("sad", 0.9),))
    assert make_plan(conversation("quiet day"), sad, SAFE).feeling == "plain"
    dog = conversation("a man with a dog overtook me and still i was happy")
    assert make_plan(dog, Reading(), SAFE).feeling == "gladness"
    buried = conversation("we buried the dog and i'm happy it's over")
    assert make_plan(buried, Reading(), SAFE).feeling == "mixed"


def test_anger_at_one_is_not_kept_for_another():
    told = ("i resent him a bit", "Mm.", "we live far apart and i stay in to talk to him")
    assert plan(*told, lonely=0.4, sad=0.3, angry=0.1).feeling != "anger"
    assert plan(*told, angry=0.45, sad=0.3).feeling == "anger"
