"""The project's own corpus keeps the promises of docs/voice.md and of its datasheet."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from listenwell.core.errors import CorpusError
from listenwell.core.types import Message, Strategy
from listenwell.corpora import own, quality
from listenwell.corpora.catalogue import load_corpus
from listenwell.corpora.own import FOLDER, Pair, Row, read_pairs, read_rows
from listenwell.corpora.report import render_report
from listenwell.embedded.encoder import unit
from listenwell.embedded.models import EmbeddedModels
from listenwell.safety.guard import RuleGuard
from listenwell.safety.screen import RuleScreen

DATA = os.environ.get("LISTENWELL_DATA", "")


@pytest.fixture(scope="module")
def rows() -> tuple[Row, ...]:
    return read_rows()


@pytest.fixture(scope="module")
def pairs() -> tuple[Pair, ...]:
    return read_pairs()


def test_every_check_passes(rows, pairs):
    assert quality.check(rows, pairs) == []


@pytest.mark.slow
def test_no_two_messages_mean_the_same_in_the_same_way(rows, pairs, models: EmbeddedModels):
    def embed(texts: Sequence[str]):
        context = models.encoder.tokenizer.context
        return unit(models.encoder.pool([context([Message("user", text)]) for text in texts]))

    opening = [(row.id, row.turns[0].content) for row in rows]
    opening += [(pair.id, pair.message) for pair in pairs]
    assert list(quality.near_in_meaning(opening, embed)) == []
    again = [("a", "the kettle broke this morning and then the bus was late as well")] * 2
    assert len(list(quality.near_in_meaning(again, embed))) == 1


def test_it_is_as_large_as_its_card_says(rows, pairs):
    card = (FOLDER / "README.md").read_text("utf-8")
    talks = sum(len(row.turns) > 2 for row in rows)
    for count in (talks, len(rows) - talks, len(pairs)):
        assert f"{count:,}" in card


def test_a_third_or_more_of_the_replies_ask_nothing_and_they_are_short(rows, pairs):
    said = [text for _, text in quality.replies(rows, pairs)]
    assert 0.35 <= sum("?" not in text for text in said) / len(said) <= 0.75
    assert sum(len(text.split()) for text in said) / len(said) < 25


def test_every_register_fault_strategy_and_decade_of_life_occurs(rows, pairs):
    items = (*rows, *pairs)
    assert len({item.register_ for item in items}) == 8
    assert len({pair.fault for pair in pairs}) == 12
    assert {t.strategy for r in rows for t in r.turns if t.role == "assistant"} == set(Strategy)
    assert {item.age // 10 for item in items} >= set(range(1, 9))
    assert len({item.situation for item in items}) >= 60
    assert max(Counter(item.register_ for item in items).values()) < 0.45 * len(items)


def test_the_screen_alarms_on_hardly_any_everyday_message(rows, pairs):
    """Crisis conversations are kept apart, so an alarm here is a false one: at most 0.5 %."""
    screen = RuleScreen()
    messages = [t.content for r in rows for t in r.turns if t.role == "user"]
    messages += [pair.message for pair in pairs]
    alarms = [text for text in messages if screen.assess_text(text).level >= 3]
    assert len(alarms) <= 0.005 * len(messages), alarms


# Read one by one: none claims or advises anything; the guard, which does not know that, is stricter.
STRICTER = {
    "lw-exam-failure-c002:1", "lw-being-trans-e013:1", "lw-moving-house-c006:5",
    "lw-raising-a-teenager-c003:1", "lw-sobriety-and-slips-c003:5",
    "lw-talking-to-the-bot-itself-p010:good",
}  # fmt: skip


def test_good_replies_never_claim_to_be_human_or_licensed_or_give_doses(rows, pairs):
    guard = RuleGuard()
    never = {"claims-to-be-human", "claims-a-licence", "medication", "contact"}
    found = {where for where, text in quality.replies(rows, pairs)
             if guard.allows(text).rule in never}  # fmt: skip
    assert found == STRICTER


def test_it_loads_by_name_like_any_other_corpus(rows, pairs):
    loaded = load_corpus("listenwell")
    assert sum(len(part.conversations) for part in loaded) == len(rows) + len(pairs)
    assert all(not part.malformed for part in loaded)


def test_the_schema_beside_the_data_is_the_one_that_is_checked():
    schema = json.loads((FOLDER / "schema.json").read_text("utf-8"))
    assert schema == {
        "conversations": Row.model_json_schema(),
        "pairs": Pair.model_json_schema(),
    }


def test_the_report_is_one_page_that_loads_nothing(rows, pairs):
    page = render_report(rows, pairs, [quality.Fault("opening", "<b>", "x & y")])
    assert "src=" not in page
    assert "http" not in page
    assert "<b>" not in page
    assert page.count("<svg") >= 9


def row(*turns: tuple[str, str], **changes: object) -> dict[str, object]:
    labels = {"user": {"emotion": "sad"}, "assistant": {"strategy": "Question", "stage": "action"}}
    return {
        "id": "lw-x-c001", "situation": "x", "topic": "y", "register": "plain", "age": 40,
        "split": "train", "turns": [{"role": r, "content": c} | labels[r] for r, c in turns],
    } | changes  # fmt: skip


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"age": 12}, "age"),
        ({"register": "posh"}, "register"),
        ({"id": "1"}, "id"),
        ({"turns": []}, "turns"),
        ({"extra": 1}, "extra"),
        ({"turns": [{"role": "user", "content": "x", "emotion": "glum"}] * 2}, "glum"),
    ],
)
def test_a_line_that_breaks_the_schema_is_named(tmp_path: Path, change, named: str):
    folder = tmp_path / "conversations"
    folder.mkdir()
    line = json.dumps(row(("user", "a"), ("assistant", "b")) | change)
    (folder / "train.jsonl").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=named):
        read_rows(tmp_path)
    with pytest.raises(CorpusError, match=named):
        own.load(folder / "train.jsonl", "train")


def test_each_check_finds_what_it_is_for():
    long = "the kettle broke this morning and then the bus was late as well"
    bad = [
        Row.model_validate(row(("user", long), ("assistant", "You should rest. Why? When?"))),
        Row.model_validate(
            row(("user", long), ("assistant", "w " * 60), id="lw-x-c002", split="test")
        ),
        Row.model_validate(
            row(("user", "mail me at a@b.org"), ("assistant", "Yes."), id="lw-x-c002")
        ),
    ]
    found = {fault.check for fault in quality.check(bad, [])}
    assert found >= {"id", "split", "length", "banned", "questions", "personal", "balance",
                     "near-duplicate"}  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(not DATA, reason="set LISTENWELL_DATA to a folder with public corpora")
def test_nothing_in_it_stands_in_a_public_corpus(rows, pairs):
    public = (
        turn.content
        for name in ("empathetic_dialogues", "esconv", "mental_health_counseling_conversations")
        for part in load_corpus(name, Path(DATA))
        for conversation in part.conversations
        for turn in conversation.turns
    )
    found = quality.overlaps(rows, pairs, public)
    assert [fault for fault in found if not fault.where.endswith(":poor")] == []


def test_a_phrase_in_too_many_replies_is_found():
    same = [
        Row.model_validate(
            row(
                ("user", f"message {n}"), ("assistant", "Tell me more about it."), id=f"lw-x-c00{n}"
            )
        )
        for n in range(4)
    ]
    assert "phrase" in {fault.check for fault in quality.check(same, [])}


def test_overlap_with_another_corpus_is_found():
    long = "the kettle broke this morning and then the bus was late as well"
    rows = [Row.model_validate(row(("user", long), ("assistant", "Yes.")))]
    assert quality.overlaps(rows, [], [f"well, {long}, she said"])
    assert not quality.overlaps(rows, [], ["something else that has nothing to do with it at all"])
