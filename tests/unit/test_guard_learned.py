"""The guard's second look: what its head refuses beside the rules, and that it fails closed."""

import numpy as np
import pytest

from fakes import FixedReader, engine
from listenwell.bot import build_engine
from listenwell.core.errors import ModelError
from listenwell.core.types import History
from listenwell.corpora import own
from listenwell.evaluation.guard import OK, guard, load_sentences
from listenwell.safety.guard import RuleGuard, checked
from listenwell.safety.guard_learned import HEAD, LearnedGuard, ending, read_head
from listenwell.safety.streaming import judged

RULES = RuleGuard()
GUARD = LearnedGuard(RULES)


def test_it_refuses_twice_what_the_rules_refuse_of_sentences_new_to_both():
    found = guard(RULES, GUARD)
    assert found["whole.forbidden"] >= 2 * found["rules.forbidden"]
    assert found["whole.ok"] <= found["rules.ok"] + 0.25
    assert sum(len(texts) for texts in load_sentences().values()) >= 200
    assert OK in load_sentences()


def test_replies_of_our_corpus_pass():
    replies = [
        turn.content
        for row in own.read_rows()
        if row.split == "test"
        for turn in row.turns
        if turn.role == "assistant"
    ]
    refused = sum(
        judged(text, RULES).allowed and not judged(text, GUARD).allowed for text in replies[:500]
    )
    assert refused <= 25


def test_the_rules_are_asked_first_and_name_what_they_refuse():
    assert GUARD.allows("I'm a real person, you know.").rule == "claims-to-be-human"


@pytest.mark.parametrize(
    "text", ["Mm.", "Of course.", "What happened?", "I'm so sorry. How long was she with you?"]
)
def test_ordinary_words_of_listening_pass(text: str):
    assert GUARD.allows(text).allowed


def test_only_the_last_two_sentences_are_looked_at():
    assert ending("One. Two! Three? Four.") == "Three? Four."
    assert ending("no end") == "no end"


def test_a_missing_or_foreign_head_refuses(tmp_path):
    missing = LearnedGuard(RULES, tmp_path / "none.npz")
    assert checked(missing, "How was your day at the sea?").rule == "guard-failure:ModelError"
    with np.load(HEAD) as arrays:
        content = {name: arrays[name] for name in arrays.files}
    foreign = tmp_path / "foreign.npz"
    np.savez(foreign, **{**content, "network": "another"})
    with pytest.raises(ModelError, match="another network"):
        LearnedGuard(RULES, foreign).allows("How was your day at the sea?")
    damaged = tmp_path / "damaged.npz"
    damaged.write_bytes(HEAD.read_bytes()[:200])
    with pytest.raises(ModelError, match="not the guard's head"):
        read_head(damaged)


def test_a_generator_s_sentences_are_looked_at_and_authored_ones_by_rules_alone():
    assert isinstance(build_engine("authored").written, LearnedGuard)
    said = next(
        text
        for label, texts in load_sentences().items()
        if label != OK
        for text in texts
        if judged(text, RULES).allowed and not judged(text, GUARD).allowed
    )
    talking = engine(said, reader=FixedReader())
    talking.written = GUARD
    assert said not in talking.respond(History(), "I had a long day at work").reply.text
