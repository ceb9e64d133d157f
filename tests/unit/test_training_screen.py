"""Fitting the screen's learned part, on messages and an encoder made up for it."""

import json
import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install '.[train]'")

from listenwell.core.spelling import counted_words
from listenwell.core.types import Message, RiskKind, RiskLevel, Subject
from listenwell.evaluation.safety_set import SAFETY_SET, load_messages, load_talks, read_talks
from listenwell.safety.learned import KINDS, LEVELS, Seen, hashed, judged, read_head
from listenwell.training.screen import head, texts
from listenwell.training.screen.common_words import counted
from listenwell.training.screen.texts import Example, collect

NOTHING, LOW, MODERATE, HIGH, IMMINENT = RiskLevel
GRAVE = "I will leap off the roof"
CALM = "the roof was mended"
UNKNOWN = 1


class Roof:
    """An encoder that knows one word: who leaps is in danger. It reads no 屋."""

    tokenizer = SimpleNamespace(
        unknown=UNKNOWN,
        context=lambda messages: (
            [UNKNOWN if "屋" in messages[-1].content else 5 + ("leap" in messages[-1].content)],
            [0],
        ),
    )

    def pool(self, texts) -> np.ndarray:
        return np.array([[ids[0] == 6] for ids, _ in texts], np.float32)

    def tell(self, name: str, pooled: np.ndarray) -> np.ndarray:
        if name == "risk_kind":
            return np.eye(len(KINDS))[KINDS.index(RiskKind.SELF_HARM)]
        yes = {"risk_subject": 0.1, "risk_imminent": 0.2}.get(name, 0.9) if pooled[0] else 0.05
        return np.array([1 - yes, yes], np.float32)


class Body(Roof):
    """Takes every danger for one of the body."""

    def tell(self, name: str, pooled: np.ndarray) -> np.ndarray:
        if name == "risk_kind":
            return np.eye(len(KINDS))[KINDS.index(RiskKind.MEDICAL)]
        return super().tell(name, pooled)


def examples() -> list[Example]:
    found = []
    for n in range(200):
        split = "valid" if n % 4 == 0 else "train"
        found += [
            Example(f"{GRAVE} {n}", HIGH, IMMINENT, 1, "authored", RiskKind.SUICIDE, split=split),
            Example(f"跳下去 屋 {n}", HIGH, IMMINENT, 1, "authored", RiskKind.SUICIDE, split=split),
            Example(f"{CALM} {n}", NOTHING, LOW, 1, "authored", split=split),
            Example(f"修好了 屋 {n}", NOTHING, LOW, 1, "authored", split=split),
            Example(f"a fine day {n}", NOTHING, LOW, 1, "own", split=split),
            Example(f"sad {n}", MODERATE, MODERATE, 1, "authored", RiskKind.ABUSE, split=split),
            Example(f"now, {GRAVE} {n}", IMMINENT, IMMINENT, 1, "authored", RiskKind.SUICIDE,
                    Subject.OTHER, split=split),
        ]  # fmt: skip
    asked = (Message("user", "hello"), Message("assistant", "Hello. What happened?"))
    found += [replace(example, before=asked) for example in found]
    return [replace(example, file="strangers") for example in found]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory):
    path: Path = tmp_path_factory.mktemp("screen") / "head.npz"
    some = examples()
    features = head.read(Roof(), some)
    pieces = head.fit_pieces(features, some)
    ways = [head.weigh(features, some, pieces, in_talk=in_talk) for in_talk in (False, True)]
    arrays = head.as_arrays(pieces, features.pressing, *ways)
    np.savez_compressed(path, **arrays, network="roof")
    return read_head(path)


@pytest.mark.parametrize(
    ("text", "level", "kind"),
    [(f"{GRAVE} 999", HIGH, RiskKind.SELF_HARM), (f"{CALM} 999", NOTHING, None),
     ("跳下去 屋 999", HIGH, RiskKind.SUICIDE), ("修好了 屋 999", NOTHING, None)],
    ids=["read", "harmless", "spelled where it cannot be read", "harmless there"],
)  # fmt: skip
def test_a_head_tells_new_messages_apart(trained, text, level, kind):
    found = judged(trained, Roof(), text, Seen())
    assert (found.level >= HIGH) == (level >= HIGH)
    assert found.subject is Subject.SELF
    assert kind in (None, found.kind)


def test_what_rules_saw_counts(trained):
    none, ruled = (
        trained.alone.shares(
            head.facts([0.0] * (len(LEVELS) + 1), np.zeros(len(LEVELS), np.float32), seen)
        )
        for seen in (Seen(), Seen(sure=HIGH))
    )
    upto = LEVELS.index(HIGH) + 1  # of what is graver than it saw a rule says nothing
    assert (ruled >= none - 1e-6)[:upto].all()


def test_grave_is_not_yet_imminent_and_only_what_is_known_teaches():
    grave = Example("x", HIGH, IMMINENT, 1, "authored")
    assert [grave.shows(level) for level in LEVELS] == [True, True, True, False]
    open_end = Example("x", MODERATE, IMMINENT, 1, "authored")
    assert open_end.shows(HIGH) is None


@pytest.mark.parametrize(
    ("example", "taught"),
    [(Example("x", IMMINENT, IMMINENT, 1, "authored", file="strangers-later"), True),
     (Example("x", HIGH, IMMINENT, 1, "talks", file="talks-strangers"), False),
     (Example("x", HIGH, IMMINENT, 1, "set"), False),
     (Example("x", HIGH, IMMINENT, 1, "authored", file="twins"), None),
     (Example("x", IMMINENT, IMMINENT, 1, "posts"), None),
     (Example("x", MODERATE, IMMINENT, 1, "authored", file="strangers"), None),
     (Example("x", NOTHING, LOW, 1, "authored", file="strangers"), None)],
    ids=["imminent", "grave", "of the set", "not told apart", "a post", "not grave", "harmless"],
)  # fmt: skip
def test_how_pressing_it_is_teaches_who_told_imminent_from_high(example, taught):
    assert example.teaches(IMMINENT) is taught
    assert example.teaches(MODERATE) is example.shows(MODERATE)


def test_letters_in_a_row_are_pieces_where_no_spaces_part_words():
    apart, joined = set(hashed("我想死")[0]), set(hashed("想死")[0])
    assert joined < apart
    assert set(hashed("undying")[0]) & set(hashed("dying")[0])
    values = hashed("nobody came")[1]
    assert float((values**2).sum()) == pytest.approx(1)


def test_no_message_that_the_screen_is_judged_by_is_trained_on():
    talks = load_talks("held", SAFETY_SET)
    held = {message.text for message in load_messages("held", SAFETY_SET)}
    # A bare "yep" is nobody's own: what it tells is in the question before it.
    held |= {t.user for talk in talks for t in talk.turns if t.user and len(t.user) >= 20}
    answers = {(asked.assistant, turn.user) for talk in talks
               for asked, turn in pairwise(talk.turns)}  # fmt: skip
    for example in collect(None):
        # "Constantly", as an answer to another question, is another message.
        if example.source == "own" or (example.before and len(example.text) < 20):
            asked = example.before[-1].content if example.before else ""
            assert (asked, example.text) not in answers
        else:
            assert example.text not in held


def test_some_lines_are_read_at_the_end_of_a_harmless_conversation():
    calm = [("en", Example(f"{CALM} {n}", NOTHING, LOW, 1, "authored")) for n in range(40)]
    grave = [("en", Example(f"{GRAVE} {n}", HIGH, IMMINENT, 1, "authored")) for n in range(40)]
    unseen = [("en", replace(line, text=f"unseen {line.text}", split="valid")) for _, line in calm]
    talk = (Message("user", f"{CALM} long ago"), Message("assistant", "By whom?"))
    found = list(texts._at_the_end(calm + grave + unseen, [talk], random.Random(0)))
    assert len(found) > 10
    assert {example.before == talk for example in found} == {True, False}
    for example in found:
        said = [message.content for message in example.before if message.role == "user"]
        assert 1 <= len(said) <= 3
        assert all(CALM in text for text in said)
        assert (example.lowest is HIGH) == (GRAVE in example.text)
        # What is kept from training is not read there before another line.
        assert not any("unseen" in text for text in said)


def test_some_lines_are_read_in_the_middle_of_a_harmless_message():
    calm = [("en", Example(f"{CALM} {n}", NOTHING, LOW, 1, "authored")) for n in range(40)]
    grave = [("en", Example(f"{GRAVE} {n}", HIGH, IMMINENT, 1, "authored")) for n in range(40)]
    unseen = [("en", replace(line, text=f"unseen {line.text}", split="valid")) for _, line in calm]
    found = list(texts._in_passing(calm + grave + unseen, random.Random(0)))
    assert len(found) == 8
    for example in found:
        first, middle, last = example.text.removesuffix(".").split(". ")
        assert CALM in first and CALM in last
        assert (GRAVE in middle) == (example.lowest is HIGH)
        assert "unseen" not in example.text


def test_a_body_in_danger_is_in_danger_now_unless_rules_tell_what_it_is(trained):
    assert judged(trained, Roof(), f"{GRAVE} 999", Seen()).level is HIGH
    assert judged(trained, Body(), f"{GRAVE} 999", Seen()).level is IMMINENT
    assert judged(trained, Body(), f"{CALM} 999", Seen()).level is NOTHING
    assert judged(trained, Body(), f"{GRAVE} 999", Seen(sure=HIGH)).level is HIGH


def test_nothing_is_learned_from_an_author_who_is_kept_whole():
    group = {"class": "everyday", "lines": "\n".join(f"a fine day {n}" for n in range(40))}
    assert {line.split for line in texts._of_group(group)} == {"train", "valid"}
    whole = list(texts._of_group({**group, "kept": "whole"}, "strangers"))
    assert {(line.split, line.kept, line.file) for line in whole} == {("valid", True, "strangers")}
    ends = {talk.turns[-1].text for talk in read_talks(texts.TALKS / texts.KEPT)}
    kept = [e for e in texts._of_talks(SAFETY_SET) if e.text in ends and len(e.text) > 60]
    assert {(e.split, e.kept) for e in kept} == {("valid", True)}
    assert {e.file for e in kept} <= texts.files_of_lines()


def test_conversations_teach_what_they_show_up_to_each_answer(tmp_path: Path):
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "talks-one.yaml").write_text(
        "- id: one\n  language: en\n  class: answers\n  turns:\n"
        "  - {user: I am so tired., at_most: moderate}\n"
        "  - {assistant: Are you thinking of ending your life?}\n"
        "  - {user: every day, at_least: high}\n"
        "  - {user: and tonight}\n"
    )
    (found,) = [e for e in texts._of_talks(tmp_path) if e.before[0].content == "I am so tired."]
    assert (found.text, found.lowest, found.highest) == ("every day", HIGH, IMMINENT)
    assert [message.role for message in found.before] == ["user", "assistant"]


def test_people_who_talked_with_us_before_were_in_no_danger():
    talks = read_talks(texts.TALKS)
    assert len(talks) > 200
    ours = [talk for talk in talks if not talk.id.startswith("strangers-")]
    told = [turn for talk in ours if talk.course == "everyday" for turn in talk.turns]
    assert {turn.at_most for turn in told if turn.user} <= {LOW, None}


def test_what_people_say_in_ordinary_corpora_is_harmless_at_first_and_later(tmp_path: Path):
    folder = tmp_path / "chitchat"
    folder.mkdir()
    turns = [f"what shall we eat {n}" if n % 2 == 0 else "soup" for n in range(8)]
    (folder / "self_dialogue.jsonl").write_text(json.dumps({"turns": turns}) + "\n")
    found = [e for e in collect(tmp_path) if e.source == "ordinary"]
    assert {e.highest for e in found} == {LOW}
    first, later = sorted(found, key=lambda e: len(e.before))
    assert (first.text, first.before) == (turns[0], ())
    assert [m.content for m in later.before] == turns[: turns.index(later.text)]
    assert [m.role for m in later.before[:2]] == ["user", "assistant"]


def test_the_counted_words_are_those_of_the_lines():
    """After lines were added: python -m listenwell.training.screen.common_words."""
    assert {code: tuple(words) for code, words in counted().items()} == counted_words()
