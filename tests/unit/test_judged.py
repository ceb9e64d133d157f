"""Sentences that were judged as replies, and how well the shipped encoder judges them."""

from pathlib import Path

import pytest

from listenwell.core.errors import CorpusError
from listenwell.core.types import Message
from listenwell.corpora import own
from listenwell.corpora.judged import JUDGEMENTS, Judged, read_judged, read_pairs
from listenwell.embedded.models import EmbeddedModels
from listenwell.evaluation.reading import appropriateness


def test_every_judgement_is_of_what_a_person_said_and_none_of_the_corpus_s_test_part():
    found = list(read_judged())
    assert len(found) > 1000
    assert all(one.messages[-1].role == "user" for one in found)
    assert {label for one in found for _, label in one.told} == set(range(len(JUDGEMENTS)))
    first = {row.turns[0].content for row in own.read_rows() if row.split == "test"}
    assert first.isdisjoint(one.messages[0].content for one in found)


def test_a_pair_s_good_reply_is_good_and_its_poor_one_wrong():
    found = list(read_pairs())
    assert sum(len(one.told) for one in found) == 2 * len(own.read_pairs())
    assert {label for one in found for _, label in one.told} == {0, 2}


def test_a_conversation_may_stand_in_the_file_in_full(tmp_path: Path):
    path = tmp_path / "judged.jsonl"
    path.write_text('{"said": [["user", "hello"]], "told": [["Hi.", 2], ["No.", 0]]}\n', "utf-8")
    (only,) = read_judged(path)
    assert only.messages == (Message("user", "hello"),)
    assert only.told == (("Hi.", 2), ("No.", 0))


def test_a_line_may_say_what_it_is_for(tmp_path: Path):
    path = tmp_path / "judged.jsonl"
    line = '{"said": [["user", "hi"]], "split": "valid", "told": [["Hello.", 2]]}'
    path.write_text(line + "\n", encoding="utf-8")
    (only,) = read_judged(path)
    assert only.split == "valid"


@pytest.mark.parametrize(
    "line",
    ["[]", "{", '{"id": "nobody", "turn": 0, "told": [["Hi.", 1]]}', '{"said": [["user", "a"]]}',
     '{"said": [["user", "a"]], "told": [["Hi.", 3]]}', '{"said": [["user", "a"]], "told": []}',
     '{"said": [["user", "a"]], "split": "dev", "told": [["Hi.", 1]]}'],
)  # fmt: skip
def test_a_damaged_line_is_named(tmp_path: Path, line: str):
    path = tmp_path / "judged.jsonl"
    path.write_text(f"{line}\n", "utf-8")
    with pytest.raises(CorpusError, match="line 1"):
        list(read_judged(path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(CorpusError, match="nowhere"):
        list(read_judged(tmp_path / "nowhere.jsonl"))


def test_the_encoder_orders_sentences_better_than_chance(models: EmbeddedModels):
    talks = [one for one in read_judged() if one.split == "valid"][:40]
    found = appropriateness(models.encoder, talks, lambda done, of: None)
    assert found["pairs_ordered"] > 0.6
    assert found["wrong_first"] < found["wrong"]
    assert found["good_first"] > found["good"]
    assert 30 < found["conversations"] <= 40


def test_judgements_of_nothing_are_refused(models: EmbeddedModels):
    with pytest.raises(CorpusError, match="nothing"):
        appropriateness(models.encoder, [Judged((Message("user", "a"),), (("b", 1),), "valid")],
                        lambda done, of: None)  # fmt: skip
