"""What a person has said: whose feelings they are, what is meant, and however it is written."""

import pytest

from fakes import conversation
from listenwell.core.types import History, Message
from listenwell.dialogue.hearing import MANY, feelings_in, hear, topics_in
from listenwell.dialogue.words import has, padded


def test_negations_that_are_written_out_are_found_like_short_ones():
    plain = padded("I do not sleep. I can not eat, and I am tired.")
    assert has(plain, "don't sleep") and has(plain, "can't eat") and has(plain, "i'm tired")
    assert has(plain, "do not sleep"), "a user's own move may be written either way"


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("my dad cried when he saw the garden", ()),
        ("i cried when i saw the garden", ("sadness",)),
        ("she finds me exhausting", ()),
        ("if i'm happy it will be taken away", ()),
        ("she grabbed my finger and i died", ()),
        ("i can't stop crying", ("sadness",)),
        ("my ex says i read too much into it", ()),
        ("they said he's just happy", ()),
        ("she's so happy with him", ()),
        ("i'm just happy", ("gladness",)),
        ("he looks like a disappointed solicitor", ()),
        ("i have a broken leg", ()),
        ("it was a sad day", ("sadness",)),
        ("i'm a sad old man", ("sadness",)),
        ("i was too proud to say it", ()),
        ("i'm just blank", ("numbness",)),
    ],
)
def test_only_the_persons_own_feelings_are_named(said: str, named: tuple[str, ...]):
    assert feelings_in(padded(said)) == named


def test_how_somebody_else_looks_is_kept_apart():
    assert hear(conversation("i said she looked tired")).of_others == {"tired"}
    assert hear(conversation("she's tired and i'm tired")).of_others == frozenset()
    assert hear(conversation("i was tired")).of_others == frozenset()


@pytest.mark.parametrize(
    ("said", "likened"),
    [
        ("my string screams like a kettle on high notes", {"kettle"}),
        ("i feel like a failure", set()),
        ("he treats me like a child", set()),
        ("like a kettle. i bought a kettle", set()),
    ],
)
def test_what_something_is_only_like_is_kept_apart(said: str, likened: set[str]):
    assert hear(conversation(said)).likened == likened


def test_what_something_is_like_names_no_topic():
    assert topics_in(padded("he eats like a horse at work")) == ("work",)
    assert "pet" not in topics_in(padded("she sleeps like a cat"))


def test_a_quiet_day_is_nothing_sad():
    assert hear(conversation("nothing much going on, slow day")).dull


@pytest.mark.parametrize(
    ("said", "good"),
    [
        ("she was so happy, she told my aunt", False),
        ("i'm so happy", True),
        ("he cheered and i passed", True),
    ],
)
def test_anothers_joy_is_no_news_of_ones_own(said: str, good: bool):
    assert hear(conversation(said)).good_news is good


@pytest.mark.parametrize(
    ("said", "relieved"),
    [
        ("the scan came back and it was nothing", True),
        ("i was sure it was nothing", False),
        ("they said it's nothing, the scan is clear", True),
    ],
)
def test_what_was_only_hoped_is_no_relief(said: str, relieved: bool):
    before = conversation("i have a scan at the hospital and i'm scared", "Go on.", said)
    assert hear(before).relieved is relieved


def test_a_funeral_named_in_passing_is_no_new_loss():
    assert topics_in(padded("same as dads funeral, he picked the songs")) != ("loss",)
    assert "loss" in topics_in(padded("it was dad's funeral on monday"))


def test_what_is_quoted_is_not_felt():
    assert hear(conversation('she told them I am "exhausting"')).feelings == ()


@pytest.mark.parametrize(
    ("said", "topic", "told"),
    [
        ("three years ago today my dad passed", "loss", True),
        ("my sister passed her exam", "loss", False),
        ("she grabbed my finger and i died", "loss", False),
        ("we lost one last year at 10 weeks", "child_loss", True),
        ("i took no sides in the divorce", "breakup", False),
        ("he left me a voicemail", "breakup", False),
        ("he left me in march", "breakup", True),
        ("my brother and i haven't spoken since dad's funeral", "loss", False),
        ("since dad's funeral i can't sleep", "loss", True),
    ],
)
def test_a_death_or_a_parting_is_told_from_words_like_it(said: str, topic: str, told: bool):
    assert (topic in topics_in(padded(said))) is told


def test_somebody_who_was_like_a_friend_is_not_the_friend():
    assert hear(conversation("my grandad was my best friend")).person != "your best friend"


def test_what_turned_out_well_is_no_fear_in_the_same_message_either():
    assert hear(conversation("the biopsy came back and its benign")).relieved
    assert not hear(conversation("the biopsy is on friday")).relieved


def test_an_offer_of_work_is_one_matter():
    assert hear(conversation("cant decide between two job offers")).topic != MANY
    assert hear(conversation("my exams, my rent, my divorce, and work on top")).topic == MANY


@pytest.mark.parametrize(
    ("texts", "topic"),
    [
        (("my sister won't talk to me", "i drive past her road to get to work"), "family"),
        (("my sister won't talk to me", "i dread going to work"), "work"),
        (("my boss shouted at me again",), "work"),
        (("he threw my soup out", "mama's food is for the dogs, he said to my kids"), "parenting"),
    ],
)  # fmt: skip
def test_work_and_animals_named_in_passing_do_not_change_what_a_talk_is_about(
    texts: tuple[str, ...], topic: str
):
    said = [Message("user", text) for text in texts]
    assert hear(History(tuple(said))).topic == topic


@pytest.mark.parametrize(
    ("text", "feelings"),
    [
        ("wearing them round the house, the cat is scared of them", ()),
        ("she thinks im mad at her", ()),
        ("im mad at her", ("anger",)),
        ("mum was terrified", ()),
    ],
)
def test_what_others_feel_or_take_us_to_feel_is_not_the_person_s(
    text: str, feelings: tuple[str, ...]
):
    assert feelings_in(padded(text)) == feelings
