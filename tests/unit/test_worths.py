"""How good authored sentences were judged wherever they were offered."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from listenwell.core.types import History, Message, Plan, Strategy
from listenwell.core.yaml_text import parse
from listenwell.corpora.judged import Judged
from listenwell.dialogue import repertoire
from listenwell.dialogue.authored import often as written_often
from listenwell.dialogue.authored import worths as written
from listenwell.dialogue.composing import Part, compose
from listenwell.dialogue.hearing import hear
from listenwell.dialogue.planning import CHEER
from listenwell.dialogue.repertoire import Move, Repertoire
from listenwell.training.often import often
from listenwell.training.worths import worths, write

ASKED = (Message("user", "hello"),)


def judged(*told: tuple[str, int]) -> Judged:
    return Judged(ASKED, told, "train")


def test_a_sentence_s_worth_is_how_it_was_judged_drawn_to_the_usual():
    moves = [Move("Good one.", Strategy.REFLECTION), Move("Bad one.", Strategy.REFLECTION),
             Move("Never told.", Strategy.REFLECTION)]  # fmt: skip
    found = worths(moves, [judged(("Good one.", 2), ("Bad one.", 0), ("Of nobody.", 2))] * 4)
    assert found == {"Good one.": pytest.approx(0.5), "Bad one.": pytest.approx(-0.5)}
    once = worths(moves, [judged(("Good one.", 2), ("Bad one.", 0))])
    assert 0 < once["Good one."] < found["Good one."]


def test_a_sentence_with_the_person_s_words_in_it_is_known_again():
    move = Move("{Mirror}. That's hard.", Strategy.RESTATEMENT, slots=frozenset({"Mirror"}))
    told = judged(("Your dog ran off. That's hard.", 2), ("It rained.", 0))
    assert list(worths([move], [told])) == [move.text]


def test_worths_are_written_and_read(tmp_path: Path):
    write(tmp_path / "worths.txt", {"b. c": 0.25, "a": -0.5})
    assert (tmp_path / "worths.txt").read_text("utf-8") == "0.25 b. c\n-0.50 a\n"


def test_the_package_s_worths_are_of_its_moves_and_reach_them():
    texts = {move.text for move in Repertoire.default()}
    assert set(written()) <= texts
    assert len({move.worth for move in Repertoire.default()}) > 20
    assert all(-1 <= worth <= 1.5 for worth in written().values())


def test_of_two_sentences_that_fit_alike_the_better_judged_is_said(
    monkeypatch: pytest.MonkeyPatch,
):
    moves = Repertoire()
    worths = {"That was judged poor.": -0.5, "This was judged good.": 0.9}
    monkeypatch.setattr(repertoire, "worths", lambda: worths)
    content = f"[{{strategy: reflection, lines: {list(worths)}}}]"
    moves.add(Path("m.yaml"), parse(content))
    history = History((Message("user", "the bus was late again"),))
    plan = Plan(Strategy.REFLECTION, "general", asks=False)
    *_, part = compose(history, hear(history), plan, moves)
    assert part.text == "This was judged good."


@pytest.mark.parametrize(
    ("text", "holds"), [('[{"a": 1}]', [{"a": 1}]), ("[a, b]", ["a", "b"]), ("a: 1", {"a": 1})]
)
def test_what_is_json_and_what_is_only_yaml_are_read_alike(text: str, holds: object):
    assert parse(text) == holds


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ({"That ran late.": 0.9, "How late was it?": 0.9}, "That ran late. How late was it?"),
        ({"That ran late.": 0.9, "How late was it?": 0.2}, "That ran late."),
        ({"That ran late.": 0.1, "How late was it?": 0.1}, "That ran late."),
    ],
)
def test_a_question_that_would_be_wrong_is_not_asked(marks: dict[str, float], said: str):
    moves = Repertoire()
    content = """
- {strategy: reflection, when: [late bus], lines: That ran late.}
- {strategy: question, when: [late bus], lines: How late was it?}
"""
    moves.add(Path("m.yaml"), parse(content))
    history = History((Message("user", "a late bus?"),))
    plan = Plan(Strategy.QUESTION, "general", asks=True)

    def told(texts):
        return [marks.get(text, 0.0) for text in texts]

    parts = compose(history, hear(history), plan, moves, appropriate=told)
    assert " ".join(part.text for part in parts) == said


def test_what_jests_is_kept_from_somebody_in_pain():
    moves = Repertoire()
    moves.add(
        Path("m.yaml"),
        parse(
            "[{strategy: reflection, when: [hat], light: true, lines: Hats improve most things.},"
            " {strategy: reflection, lines: I am here.}]"
        ),
    )
    history = History((Message("user", "a hat?"),))
    plan = Plan(Strategy.REFLECTION, "general", asks=False)
    (part,) = compose(history, hear(history), plan, moves)
    assert part.text == "Hats improve most things."
    (part,) = compose(history, hear(history), replace(plan, avoid=frozenset({CHEER})), moves)
    assert part.text == "I am here."


def test_the_same_words_are_said_back_with_one_tail_of_a_kind():
    moves = Repertoire()
    tails = "['{Mirror}. One.', '{Mirror}. Two.', '{Mirror}. Three.', '{Mirror}. Four.']"
    moves.add(Path("m.yaml"), parse(f"[{{strategy: restatement, lines: {tails}}}]"))
    history = History((Message("user", "my sister rearranged the whole kitchen"),))
    plan = Plan(Strategy.RESTATEMENT, "general", asks=False)
    looked_at: list[str] = []

    def told(texts):
        looked_at.extend(texts)
        return [1.0 for _ in texts]

    compose(history, hear(history), plan, moves, appropriate=told)
    assert len(looked_at) == 1


def test_until_some_of_their_words_were_taken_up_they_are_said_first():
    moves = Repertoire()
    content = (
        "- {strategy: reflection, theme: waits, lines: [That can be long., It goes on and on.]}"
    )
    moves.add(Path("m.yaml"), parse(content))
    plan = Plan(Strategy.REFLECTION, "general", asks=False, themes=("waits",))
    first = History((Message("user", "the surgery still has not rung me back"),))
    parts = compose(first, hear(first), plan, moves)
    assert parts[0].text == "The surgery still has not rung you back."
    assert parts[1].text in {"That can be long.", "It goes on and on."}
    reply = " ".join(part.text for part in parts)
    later = first.add(Message("assistant", reply), Message("user", "my sister rang twice"))
    (part,) = compose(later, hear(later), plan, moves)
    assert part.text in {"That can be long.", "It goes on and on."}


def test_a_question_about_something_else_is_not_asked_after_what_was_told():
    moves = Repertoire()
    content = """
- {strategy: reflection, theme: waits, lines: That can be long.}
- {strategy: question, theme: waits, lines: How long has it been?}
- {strategy: question, theme: money, lines: What does it cost you?}
"""
    moves.add(Path("m.yaml"), parse(content))
    history = History((Message("user", "no answer?"),))
    plan = Plan(Strategy.QUESTION, "general", asks=True, themes=("waits", "money"))

    def told(texts):
        return [0.5 if "cost" in text else 0.4 for text in texts]

    parts = compose(history, hear(history), plan, moves, appropriate=told)
    assert [part.text for part in parts] in (
        ["That can be long."],
        ["That can be long.", "How long has it been?"],
    )


def test_somebody_is_not_called_dead_whose_brother_died():
    moves = Repertoire.default()
    history = History((Message("user", "my wife won a cruise, her brother died last year"),))
    plan = Plan(Strategy.REFLECTION, "general", asks=False, topic="loss", feeling="sadness")
    for seed in range(8):
        parts = compose(history, hear(history), plan, moves, seed=seed)
        assert "sorry about your wife" not in " ".join(part.text for part in parts)


@pytest.mark.parametrize(
    ("text", "plan", "said"),
    [
        ("7 down, six letters?", {"feeling": "plain"}, "A river bird."),
        ("7 down, six letters?", {"feeling": "bright", "avoid": frozenset({CHEER})}, "A river bird."),
        ("7 down, six letters?", {"feeling": ""}, "That's a hard one to be stuck with."),
        # In a sad talk a plain detail may still weigh.
        ("7 down, six letters?", {"feeling": "plain", "avoid": frozenset({CHEER})},
         "That's a hard one to be stuck with."),
        ("7 down, i am so sad", {"feeling": "gladness"}, "That's a hard one to be stuck with."),
    ],
)  # fmt: skip
def test_nothing_that_hurts_is_said_where_nothing_does(text: str, plan: dict[str, Any], said: str):
    moves = Repertoire()
    content = """
- {strategy: reflection, when: [down], lines: "That's a hard one to be stuck with."}
- {strategy: reflection, lines: A river bird.}
"""
    moves.add(Path("m.yaml"), parse(content))
    history = History((Message("user", text),))
    doing = replace(Plan(Strategy.REFLECTION, "general", asks=False), **plan)
    *_, part = compose(history, hear(history), doing, moves)
    assert part.text == said


def test_a_cue_that_tells_much_goes_before_one_that_is_said_of_anything():
    moves = Repertoire()
    content = """
- {strategy: reflection, when: [again], lines: Not the first time.}
- {strategy: reflection, when: [the heron], lines: It stood there.}
"""
    moves.add(Path("m.yaml"), parse(content))
    history = History((Message("user", "the heron again?"),))
    plan = Plan(Strategy.REFLECTION, "general", asks=False)
    for seed in range(10):
        parts = compose(history, hear(history), plan, moves, seed=seed)
        assert parts[0].text == "It stood there."


def test_how_often_words_are_said_is_counted_by_message():
    assert often(["the heron the heron", "The heron!", "a heron", "the"]) == "4\nheron 3\nthe 3\n"
    total, counts = written_often()
    assert total > 10_000
    assert counts["the"] > counts["again"] >= 3


def test_a_writer_is_asked_only_where_no_authored_question_fits_well():
    asked: list[str] = []

    def written():
        asked.append("asked")
        return [Part("What did she want?", "embedded")]

    moves = Repertoire()
    moves.add(
        Path("m.yaml"),
        parse("[{strategy: question, when: [about the piano, my sister rang], lines: 'Which?'}]"),
    )
    plan = Plan(Strategy.QUESTION, "general", asks=True)
    history = History((Message("user", "my sister rang about the piano"),))
    compose(history, hear(history), plan, moves, written)
    assert asked == []
    other = History((Message("user", "the tram was late"),))
    *_, part = compose(other, hear(other), plan, moves, written)
    assert (asked, part.text) == (["asked"], "What did she want?")
