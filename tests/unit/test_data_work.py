"""Cleaning, repeats, leaks and pairs: what is taken out, what stays, and what is told."""

import json

import pytest
from typer.testing import CliRunner

pytest.importorskip("ftfy", reason="not installed: pip install '.[data]'")

from listenwell.cli.data import app
from listenwell.core.errors import ConfigError, CorpusError
from listenwell.core.types import Message
from listenwell.corpora.cleaning import clean, fix_encoding
from listenwell.corpora.conversation import Conversation, Synthetic, Utterance
from listenwell.corpora.duplicates import find_alike, find_leaks, without_alike
from listenwell.corpora.layouts import load_path
from listenwell.corpora.particulars import hide_particulars, without_signature
from listenwell.corpora.preferences import from_own, from_ratings, from_talks
from listenwell.corpora.writing import write_conversations

LETTER = (
    "Losing the garden you made with him must feel like losing him a second time. You might keep a "
    "cutting of the rose by the wall, or you might leave it all for whoever comes next. Either is a way "
    "of loving it, and nobody but you can say which."
)


def talk(*texts, name="c", split="train", **labels):
    roles = ("user", "assistant")
    turns = tuple(Utterance(roles[i % 2], text) for i, text in enumerate(texts))
    return Conversation(name, turns, split, **labels)


def only_reply(text):
    (conversation,) = clean([talk("Who am I without it?", text)]).conversations
    return conversation.turns[1].content


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("I donâ€™t know", "I don’t know"),
        ("the cafÃ© shut", "the café shut"),
        ("plain “quotes” stay", "plain “quotes” stay"),
    ],
)
def test_mojibake_is_repaired(before, after):
    assert fix_encoding(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Write to jo.b@post.example.org please", "Write to an e-mail address please"),
        ("Ring (202) 456-1414 at six", "Ring a phone number at six"),
        ("Ring +49 30 227 32152 at six", "Ring a phone number at six"),
        ("See https://example.org/a?b=1.", "See a link."),
        ("Dr. Amara Osei says I'm fine", "The doctor says I'm fine"),
        ('He wrote "Tea." Dr. Osei did.', 'He wrote "Tea." The doctor did.'),
        ("I told u/green_kettle about it", "I told someone about it"),
        ("I called 911 and cried", "I called 911 and cried"),
        ("We drank Dr Pepper in 2014, 3 cans", "We drank Dr Pepper in 2014, 3 cans"),
    ],
)
def test_particulars_become_plain_words_and_nothing_else_does(before, after):
    assert hide_particulars(before) == after


@pytest.mark.parametrize(
    "end",
    ["Robin Q. Lake, DBH, LPC, NCC", "Best wishes, Robin", "Sincerely, Robin Lake", "~Robin Lake", "- Robin"],
)  # fmt: skip
def test_a_letter_loses_its_signature(end):
    assert without_signature(f"{LETTER} {end}") == LETTER


def test_a_letter_loses_its_habits_and_a_talk_keeps_its_greeting():
    framed = f"Hi there! Thank you for your question. {LETTER} I hope this helps. Good luck to you!"

    assert only_reply(framed) == LETTER
    assert only_reply("Hello! How was the funeral?") == "Hello! How was the funeral?"


def test_a_sentence_that_sends_people_somewhere_goes_whole():
    assert only_reply("That is a lot. Call 988 now. I'm here.") == "That is a lot. I'm here."


def test_a_talk_ends_before_a_reply_that_nothing_is_left_of():
    done = clean([
        talk("One", "Two heavy days.", "Three", "www.example.org"), talk("Where?", "www.example.org"),
    ])  # fmt: skip

    assert [[t.content for t in c.turns] for c in done.conversations] == [
        ["One", "Two heavy days."]
    ]
    assert (done.shortened, done.dropped, done.changed["contact"]) == (1, 1, 2)


LONG = "My sister sold our mother's piano while I was at work and never told me about it at all"
REPLY = "She let it go without a word, and you came home to the empty wall where it had always been"


def test_repeats_are_found_and_the_measuring_row_is_kept():
    conversations = [
        talk(LONG, REPLY),
        talk(LONG.upper() + "!", REPLY, split="test"),
        talk(LONG + " honestly", REPLY + " before", split="valid"),
        talk(LONG, "Another answer to the same question is no repeat of the first one, of course"),
    ]

    alike = {(each.kind, each.one, each.other) for each in find_alike(conversations)}
    assert alike == {("exact", 0, 1), ("near", 2, 1)}
    assert [c.split for c in without_alike(conversations)] == ["test", "train"]
    leaks = find_leaks(conversations)
    assert (leaks.exact, leaks.near, leaks.openings) == (1, 1, 1)


def test_what_is_written_is_read_back_with_its_label(tmp_path):
    label = Synthetic("paraphrase", "tiny-3b", "2026-11-27")
    there = talk(LONG, REPLY, name="a~p1", situation="a piano", synthetic=label)
    write_conversations(tmp_path / "rows.jsonl", [there])

    assert load_path(tmp_path / "rows.jsonl").conversations == (there,)


def test_a_row_with_an_input_is_read_as_what_the_person_said(tmp_path):
    path = tmp_path / "psychology.json"
    path.write_text(json.dumps([
        {"instruction": "Answer as a psychologist.", "input": "I can't sleep.", "output": "Since when?"},
        {"instruction": "Why do I cry?", "input": "", "output": "What comes with it?"},
    ]))  # fmt: skip

    said = [c.turns[0].content for c in load_path(path).conversations]
    assert said == ["I can't sleep.", "Why do I cry?"]


def rating(said, reply, **rest):
    return json.dumps({"messages": [{"role": "user", "content": said}], "reply": reply, **rest})


def test_ratings_and_corrections_become_pairs(tmp_path):
    path = tmp_path / "ratings.jsonl"
    rows = [
        rating("My cat died", "Cheer up!", rating=1, correction="She was with you for years."),
        rating("I got the job", "You did it!", rating="up"),
        rating("I got the job", "Okay.", rating="down"),
        rating("I am tired", "Since when?", rating=5),
        rating("I am low", "Same.", correction="Same."),
        rating("Hm", "Yes?", rating=9),
        rating("Who?", "You know exactly who", rating=2, correction="http://example.org"),
    ]
    path.write_text("\n".join(rows))

    found = from_ratings(path, allow=lambda text: "http" not in text)
    assert [pair.as_row() for pair in found.pairs] == [
        {"prompt": [{"role": "user", "content": "My cat died"}],
         "chosen": "She was with you for years.", "rejected": "Cheer up!"},
        {"prompt": [{"role": "user", "content": "I got the job"}],
         "chosen": "You did it!", "rejected": "Okay."},
    ]  # fmt: skip
    assert found.left_out == {
        "not a rating": 1, "rated, without another to compare": 1, "both replies are the same": 1,
        "repeated": 0, "better reply refused": 1,
    }  # fmt: skip


def test_the_own_corpus_gives_its_training_pairs_only():
    train, test = from_own("train").pairs, from_own("test").pairs

    assert len(train) > len(test) > 0
    assert not {pair.prompt for pair in train} & {pair.prompt for pair in test}


def test_a_good_reply_meets_the_failed_one_to_the_likest_message():
    good = [talk("My landlord raised the rent again", "Again, and so soon after the last time.")]
    failed = [
        talk("My landlord raised the rent", "ok lol"), talk("The exam was hard", "whatever you say"),
    ]  # fmt: skip
    (pair,) = from_talks(good, failed).pairs

    assert (pair.chosen, pair.rejected) == (good[0].turns[1].content, "ok lol")
    assert pair.prompt == (Message("user", "My landlord raised the rent again"),)
    assert not from_talks([talk("Snow fell", "Did it?")], failed).pairs


def run(*arguments):
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert not result.exception, result.exception
    return json.loads(result.stdout)


def test_the_commands_clean_check_and_pair(tmp_path):
    raw, out = tmp_path / "raw.csv", tmp_path / "out" / "clean.jsonl"
    raw.write_text(
        "Context,Response\n" + f'"{LONG}","{LETTER} Robin Lake, LMFT"\n'
        + f'"{LONG}","{LETTER} Good luck to you!"\n"Why me?","I donâ€™t know, yet."\n'
    )  # fmt: skip

    found = run("clean", raw, "--out", out, "--json")
    assert found["texts_changed"] == {
        "encoding": 1, "spacing": 0, "signature": 1, "contact": 0, "particulars": 0, "habit": 1
    }  # fmt: skip
    assert (found["written"], found["dropped_repeats"]) == (2, 1)
    checked = run("check", out, "--json")
    assert not any(checked["texts_to_clean"].values()) and checked["conversations"] == 2

    assert run("pairs", "--own", "--out", tmp_path / "pairs.jsonl", "--json")["written"] > 1000
    row = json.loads((tmp_path / "pairs.jsonl").read_text().splitlines()[0])
    assert set(row) == {"prompt", "chosen", "rejected"}


def test_check_can_fail_a_build(tmp_path):
    path = tmp_path / "rows.jsonl"
    write_conversations(path, [talk(LONG, REPLY), talk(LONG, "Other", name="d", split="test")])

    assert CliRunner().invoke(app, ["check", str(path)]).exit_code == 0
    assert CliRunner().invoke(app, ["check", str(path), "--strict"]).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (["pairs", "--out", "x"], ConfigError, "give --ratings FILE"),
        (["clean", "nothing.csv", "--out", "x"], CorpusError, "cannot be read"),
        (["synthesize", "--out", "x", "--server", "ftp://a", "--model", "m"], ConfigError, "not an http"),
        (["augment", "listenwell", "--out", "x", "--server", "http://a"], ConfigError, "--model NAME"),
    ],
)  # fmt: skip
def test_mistakes_are_told(arguments, error, message):
    with pytest.raises(error, match=message):
        CliRunner().invoke(app, arguments, catch_exceptions=False)
