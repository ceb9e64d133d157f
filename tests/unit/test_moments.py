"""Ordinary turns: named rightly, answered in authored words, wishes kept."""

import re
from itertools import pairwise

import pytest

from fakes import FixedReader, conversation, engine, replies
from listenwell.core.types import History, Message
from listenwell.dialogue.intake import TEXT, kind_of
from listenwell.dialogue.offers import OFFERED
from listenwell.dialogue.templates import Templates


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hey there", "greeting"),
        ("how are you today?", "how_are_you"),
        ("thank you for listening", "thanks"),
        ("ok thanks bye", "goodbye"),
        ("gotta go, bye", "goodbye"),
        ("idk", "unsure"),
        ("i dont know what to say", "unsure"),
        ("kk", "little"),
        ("yeah exactly", "agrees"),
        ("not really", "disagrees"),
        ("hahaha", "laugh"),
        ("STOP ASKING QUESTIONS", "stop_questions"),
        ("so many questions...", "stop_questions"),
        ("just listen. dont fix it", "just_listen"),
        ("just say something that isn't a question", "stop_questions"),
        ("i don't want to talk actually. can you just stay", "stop_questions"),
        ("I don't want advice", "just_listen"),
        ("you already asked me that", "said_already"),
        ("you dont understand", "misunderstood"),
        ("that's not what I said", TEXT),
        ("you're useless", "bot_anger"),
        ("stupid bot", "bot_anger"),
        ("do you remember my sisters name?", "remember"),
        ("i love you", "affection"),
        ("you're a good listener", "praise"),
        ("what can you do?", "what_do"),
        ("should I stop taking my meds?", "medication"),
        ("how many mg of melatonin can I take", "medication"),
        ("do I have adhd?", "medical"),
        ("can I sue my landlord?", "legal"),
        ("can you write my essay for me", "homework"),
        ("write me a python script that sorts a list", "homework"),
        ("what is 12 times 8", "homework"),
        ("who should I vote for?", "politics"),
        ("do you believe in god?", "religion"),
        ("is it wrong to be gay?", "sexuality"),
        ("am I a bad person?", "bad_person"),
        ("I am 71", "age"),
        ("I am empty", TEXT),
        ("is it too soon?", "too_soon"),
        ("is this normal?", "normal"),
        ("nice weather today", "small_talk"),
        ("it's raining again", "small_talk"),
        ("are you there?", "here"),
        ("hi, i'm back", "back"),
        ("sorry for shouting", "apology"),
        ("sorry, rambling", "apology"),
        ("it's silly really", "minimises"),
        ("are you a therapist?", "profession"),
        ("is this private?", "private"),
        ("promise me it'll be ok", "promise"),
        ("do you ever get lonely?", "bot_feelings"),
        ("do you love me back?", "love_back"),
        ("should i leave him", "decide"),
        ("do you think he ever loved me", "about_them"),
        ("do you think i should say no next time?", TEXT),
        ("do you think it's back?", "forecast"),
        ("have you ever been to Rome?", "small_talk"),
        ("he's the one who's wrong right?", "about_them"),
        ("every answer is the same", "bot_anger"),
        ("you can ask questions again", "ask_again"),
        ("i might just skip tonight's dose", "medication"),
        ("is it ok to have wine with my hay fever tablets", "medication"),
        ("do you think i have ADHD?", "medical"),
        ("is that legal?", "legal"),
        ("actually i have to go", "goodbye"),
        ("thanks for listening anyway", "thanks"),
        ("...", "silence"),
        ("oggi sono molto triste", "italian"),
        ("мне очень грустно", "other_language"),
        ("मैं बहुत दुखी हूँ", "other_language"),
        # Stories that hold the same words are stories.
        ("My boss asked for one more thing and I told him I can't write code at night", TEXT),
        ("I voted for the first time with my grandmother, she cried", TEXT),
        ("my doctor changed my medication and I feel strange since", TEXT),
        ("I came out as gay to my brother last night", TEXT),
        ("we prayed together at her bedside", TEXT),
        ("thanks to her I passed", TEXT),
        ("ok so my sister called", TEXT),
        ("nobody asks because i make a joke before they can", TEXT),
        ("he promised me he'd come and he forgot", TEXT),
        ("my sister should leave him", TEXT),
        ("die Hard is my favourite film with my dad", TEXT),
    ],
)
def test_a_turn_is_named_for_what_it_is(text: str, kind: str):
    named = kind_of(text)
    assert named == kind or (kind == TEXT and named == "misunderstood" and "said" in text)


def test_every_moment_has_words():
    templates = Templates.default()
    for name in ("offer", "declined", "long_story", "greeting_again", "italian", "unreadable"):
        assert len(templates[name]) >= 2


def talk(*texts: str, **shares: float) -> list[str]:
    """Talk with an engine without a generator; return what it says."""
    bot = engine(reader=FixedReader(**shares) if shares else None)
    bot.generator = None
    return replies(bot, *texts)


def test_no_more_questions_is_kept_for_the_rest():
    texts = [f"it was a long day number {n} with my boss" for n in range(8)]
    said = talk("work is too much", "stop asking questions", "ok", "...", *texts, sad=0.9)
    assert not any("?" in text for text in said[1:])


def test_just_listen_is_kept_too():
    said = talk("my dad died", "just listen", "what should I do", "I can't even think", sad=0.9)
    assert not any(w in said[2] for w in ("Some people", "could", "try"))


@pytest.mark.parametrize("text", ["ok", "idk", "thanks", "lol", "...", "yeah", "no", "hi"])
def test_saying_the_same_again_and_again_never_brings_the_same_words(text: str):
    said = talk("I lost my job", *[text] * 8, sad=0.9)
    assert len(set(said)) == len(said)


def test_what_was_told_is_remembered_and_nothing_else():
    said = talk("My best friend moved away. She's called Maya.", "I miss her", "do you remember?")
    assert "Maya" in said[2]
    assert "in front" in talk("do you remember me?")[0] or "this" in talk("do you remember me?")[0]


def test_of_all_that_was_told_the_part_that_is_asked_about_is_recalled():
    texts = ["my sister Anna is getting married in june", "i wrote one page and i tore it up"]
    said = talk(*texts, "do you remember what i told you about my sister?")
    assert "Anna" in said[2]


def test_a_request_that_was_turned_down_is_turned_down_again_when_it_is_insisted_on():
    said = talk("can you write my essay on macbeth", "it's due tomorrow", "just the intro")
    assert said[0] != said[2]
    assert any(said[2] in replies for replies in (Templates.default()["homework"],))


def test_their_own_words_are_said_back_but_not_three_times_in_a_row():
    texts = ["my brother kept the spare key", "my sister sold the piano", "my uncle moved the chairs",
             "my aunt painted the hallway", "my cousin borrowed the ladder"]  # fmt: skip
    said = talk(*texts, sad=0.9)
    back = ["your" in text.lower() for text in said]
    assert 2 <= sum(back) < len(back)
    assert not any(all(back[at : at + 3]) for at in range(len(back) - 2))


def test_ways_forward_are_offered_once_after_a_while_and_not_after_a_no():
    texts = [f"my boss gave us one more thing to do, number {n}" for n in range(14)]
    said = talk("work is so stressful", *texts, annoyed=0.9)
    offers = [text for text in said if OFFERED.search(text)]
    assert len(offers) == 1
    assert said.index(offers[0]) >= 5


def test_a_reply_never_asks_twice_in_a_row():
    said = talk(*[f"my sister rang again, time number {n}" for n in range(12)], sad=0.9)
    asked = ["?" in text for text in said]
    assert not any(a and b for a, b in pairwise(asked))
    assert 0.3 <= sum(asked) / len(asked) <= 0.6
    assert len(set(said)) == len(said)


def test_gladness_is_never_said_over_pain():
    moves = Templates.default().moves
    glad = {
        m.text for m in moves if m.light or ("gladness" in m.feelings and "hurt" not in m.feelings)
    }
    told = [f"my dog died and I miss him, day {n}" for n in range(10)]
    assert not any(g in text for text in talk(*told, sad=0.9) for g in glad)


def test_nobody_asks_what_the_dead_know():
    told = ["my wife died in may", "she always left the radio on", "her name was Margaret",
            "the radio is off now and i can't sleep", "i feel so alone with it", "i keep her coat",
            "i can't throw the coat away", "i still set two plates"]  # fmt: skip
    said = talk(*told, sad=0.9)
    assert not any(re.search(r"(your wife|Margaret)\b[^.]*\?", text) for text in said)


def test_a_users_question_after_a_long_story_finds_it_was_read():
    (said,) = talk("and then my mother said that we could not stay there any more " * 12, sad=0.9)
    assert "read" in said


def test_the_engine_reads_wishes_from_the_whole_conversation():
    history = conversation("stop asking questions", "Okay. No more questions.", "fine")
    assert not engine().plan(history, FixedReader(sad=0.9).reading, engine().assess(history)).asks


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("You're just repeating what I say", "said_already"),
        ("lol i sound crazy", "minimises"),
        ("do you think i'm going mad?", "normal"),
        ("sorry that was rude", "apology"),
        ("ok im gonna try lying down again", "goodnight"),
        ("can we talk about something else", "change_subject"),
        ("that's not what I mean. I don't want to quit", "corrected"),
        ("that's not what i meant", "misunderstood"),
        ("how would you know what it's like", "bot_knows"),
        ("that's not really helpful", "bot_anger"),
        ("please don't tell me to call someone", "just_listen"),
        ("shut up with the questions", "stop_questions"),
        ("yeah maybe. idk", "unsure"),
        ("forget it", "little"),
        ("thank you for listening to me moan", "thanks"),
        ("she said she would forget it by Monday", TEXT),
    ],
)
def test_turns_that_people_take_in_the_middle_of_a_talk_are_named(text: str, kind: str):
    assert kind_of(text) == kind


def test_somebody_who_came_out_and_asks_whether_it_is_wrong_is_answered_about_that():
    bot = engine()
    history = History()
    for text in ("i think i might be gay", "do you think its wrong"):
        turn = bot.respond(history, text)
        history = history.add(turn.user).add(Message("assistant", turn.reply.text))
    assert turn.plan.move == "sexuality"
