"""Measures whose right answer is known beforehand, on small parts made for it."""

import math
import sys
from pathlib import Path

import numpy as np
import pytest

from listenwell.core.emotions import EMOTIONS
from listenwell.core.errors import CorpusError, ListenwellError
from listenwell.core.types import Strategy
from listenwell.corpora.catalogue import find_corpus
from listenwell.corpora.conversation import Conversation, Utterance
from listenwell.corpora.labelled import EMPATHY, read_empathy
from listenwell.embedded.files import find_files
from listenwell.embedded.models import EmbeddedModels
from listenwell.embedded.tokens import WRITER_POSITIONS
from listenwell.embedded.writer import Context
from listenwell.evaluation import generation, reading, scoring
from listenwell.evaluation.suites import SUITES


def quiet(done: int, total: int) -> None:
    assert 0 < done <= total


def talk(*texts: str, **labels: object) -> Conversation:
    roles = ("user", "assistant")
    turns = tuple(Utterance(roles[i % 2], text) for i, text in enumerate(texts))
    return Conversation("c", turns, "valid", **labels)


def test_distinct_is_the_share_of_different_runs_of_words():
    assert generation.distinct([["a", "b", "a"], ["a", "b"]], 1) == 2 / 5
    assert generation.distinct([["a", "b", "a"], ["a", "b"]], 2) == 2 / 3
    assert generation.distinct([["a"]], 2) == 0


def test_replies_are_described_by_variety_sameness_and_length():
    same = generation.describe(["Oh no!"] * 30)
    assert same == {
        "dist_1": 3 / 90, "dist_2": 2 / 60, "generic_share": 1.0, "mean_words": 3.0,
    }  # fmt: skip
    varied = generation.describe([f"reply number {n}" for n in range(40)])
    assert varied["generic_share"] == 20 / 40
    assert varied["dist_1"] == 42 / 120


def test_accuracy_and_macro_f1_are_those_worked_out_by_hand():
    told = [("a", "a"), ("a", "a"), ("a", "b"), ("b", "b"), ("c", "a")]
    assert reading.accuracy(told) == 3 / 5
    # a: precision 2/3, recall 2/3; b: 1/2 and 1; c: never told.
    assert reading.macro_f1(told) == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)
    # A label that is only ever guessed is no label to be averaged over.
    assert reading.macro_f1([("a", "a"), ("a", "z")]) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("sure", "right", "error"),
    [
        ([0.75] * 4, [True, True, True, False], 0.0),
        ([1.0] * 4, [True] * 4, 0.0),
        ([1.0] * 4, [False] * 4, 1.0),
        ([0.9, 0.9, 0.2, 0.2], [True, False, False, False], 0.5 * 0.4 + 0.5 * 0.2),
        ([0.55, 0.65], [True, False], 0.5 * 0.45 + 0.5 * 0.65),
    ],
)
def test_calibration_error_is_how_far_confidence_is_from_being_right(sure, right, error: float):
    assert reading.calibration_error(sure, right) == pytest.approx(error)


class EvenWriter:
    """Finds every token as likely as every other."""

    def __init__(self, tokenizer) -> None:
        self.tokenizer = tokenizer

    def read(self, tokens) -> Context:
        return Context(tuple(tokens), np.zeros(0, np.float32))

    def score(self, context: Context, openings, replies):
        return [np.full(len(reply), -math.log(self.tokenizer.size)) for reply in replies]


def test_the_perplexity_of_a_writer_that_knows_nothing_is_its_vocabulary(models: EmbeddedModels):
    writer = EvenWriter(models.writer.tokenizer)
    reply = "I'm so sorry!"
    found = scoring.perplexity(writer, [talk("my dog died", reply)] * 3, quiet)
    tokens = len(writer.tokenizer.tokens(reply)) + 1
    assert found["perplexity_per_token"] == pytest.approx(writer.tokenizer.size)
    # I ' m so sorry ! and the end.
    assert found["perplexity_per_word"] == pytest.approx(writer.tokenizer.size ** (tokens / 7))
    assert found["bits_per_byte"] == pytest.approx(tokens * math.log2(writer.tokenizer.size) / 14)
    assert found["replies"] == 3


def test_a_reply_beyond_the_writer_s_places_is_left_out(models: EmbeddedModels):
    long = "no " * WRITER_POSITIONS
    found = scoring.perplexity(models.writer, [talk("hi", "Oh?"), talk("hi", long)], quiet)
    assert found["replies"] == 1
    with pytest.raises(CorpusError, match="nothing to measure"):
        scoring.perplexity(models.writer, [talk("hi", long)], quiet)


class TellingEncoder:
    """Feels what the newest message names, and tells the strategy by the turns it is told of."""

    def read(self, messages):
        return messages

    def feeling(self, messages):
        return self.tell("emotion", messages)

    def tell(self, head: str, pooled, turns: int | None = None, reply=None):
        if head == "emotion":
            shares = np.full(len(EMOTIONS), 0.2 / 31)
            shares[EMOTIONS.index(pooled[-1].content.split()[-1])] = 0.8
            return shares
        if head == "strategy":
            return np.eye(len(Strategy))[turns]
        return np.eye(3)[len(reply[-1].content) % 3]


def test_feelings_are_measured_on_the_first_turn_and_on_all_that_was_said():
    talks = [
        talk("I am sad", "Oh.", emotion="sad"),
        talk("I was sad", "Oh.", "now joyful", "Ah!", emotion="joyful"),
        talk("I am sad", "Oh.", "so angry", emotion="sad"),
        talk("I am proud", emotion="joyful"),
        talk("not labelled proud"),
    ]
    found = reading.emotion(TellingEncoder(), talks, quiet)
    assert found["conversations"] == 4
    assert found["accuracy"] == 2 / 4
    assert found["accuracy_first_turn"] == 2 / 4
    assert found["macro_f1"] == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert found["ece"] == pytest.approx(0.8 - 0.5)


def test_strategies_are_told_from_how_many_turns_came_before():
    def supporter(*strategies: Strategy) -> Conversation:
        turns = [Utterance("user", "hi")]
        for strategy in strategies:
            turns += [Utterance("assistant", "Oh.", strategy=strategy), Utterance("user", "so")]
        return Conversation("c", tuple(turns), "valid")

    told = [tuple(Strategy)[turns] for turns in (1, 3, 5)]
    right = reading.strategy(TellingEncoder(), [supporter(*told)], quiet)
    assert right == {"accuracy": 1.0, "macro_f1": 1.0, "replies": 3}
    half = reading.strategy(TellingEncoder(), [supporter(told[0], told[2])], quiet)
    assert half["accuracy"] == 0.5


def test_empathy_is_measured_by_mechanism_on_the_validation_split(tmp_path: Path):
    (tmp_path / "epitome").mkdir()
    for mechanism in EMPATHY:
        rows = ["seeker_post,response_post,level"]
        rows += [f"post {n},{'x' * (1 + n % 3)},{(1 + n % 3) % 3}" for n in range(90)]
        if mechanism == EMPATHY[0]:
            rows = [row.replace(",1", ",2") if row.endswith(",1") else row for row in rows]
        (tmp_path / "epitome" / f"{mechanism}.csv").write_text("\n".join(rows), encoding="utf-8")
    found = reading.empathy(TellingEncoder(), tmp_path, quiet)
    valid = [item for item in read_empathy(tmp_path) if item.split == "valid"]
    assert found["pairs"] == len(valid) / 3 > 0
    assert found[f"{EMPATHY[1]}_accuracy"] == found[f"{EMPATHY[2]}_macro_f1"] == 1.0
    assert found[f"{EMPATHY[0]}_accuracy"] < 1.0


def test_nothing_to_measure_is_told():
    with pytest.raises(CorpusError, match="no conversation is labelled"):
        reading.emotion(TellingEncoder(), [talk("hi", "Oh.")], quiet)
    with pytest.raises(CorpusError, match="no reply is labelled"):
        reading.strategy(TellingEncoder(), [talk("hi", "Oh.")], quiet)
    with pytest.raises(CorpusError, match="no conversation holds a listener's reply"):
        generation.generation(find_files(), [talk("hi")], 0, quiet)


def test_libraries_that_are_missing_are_told_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setitem(sys.modules, "sacrebleu", None)
    monkeypatch.setitem(sys.modules, "rouge_score", None)

    def never(done: int, total: int) -> None:
        raise AssertionError

    with pytest.raises(ListenwellError, match=r"listenwell\[evaluate\]"):
        generation.generation(find_files(), [talk("hi", "Oh.")], 0, never)


def test_what_is_written_is_measured_beside_what_people_wrote():
    pytest.importorskip("sacrebleu")
    pytest.importorskip("rouge_score")
    talks = [talk("my cat is ill", "Oh no!", "I want to die", "Please do not.")]
    found = generation.generation(find_files(), talks, 0, quiet)
    assert found["replies"] == 2
    assert found["authored_share"] >= 0.5
    assert found["reference_mean_words"] == 3.5
    assert 0 <= found["rouge_l"] <= 1
    assert 0 <= found["bleu"] <= 100
    same = generation.overlap(["how are you my friend"], ["how are you my friend"])
    assert (same["bleu"], same["rouge_l"]) == (pytest.approx(100), 1.0)


def test_every_suite_is_versioned_and_needs_only_corpora_that_are_known():
    for name, suite in SUITES.items():
        assert suite.name == name
        assert suite.version >= 1
        assert all(find_corpus(corpus).name == corpus for corpus in suite.corpora)
        assert suite.about
    parts = set().union(*(s.corpora for s in SUITES.values() if s.name != "embedded"))
    assert set(SUITES["embedded"].corpora) == parts
