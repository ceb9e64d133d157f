"""The bank of the project's own replies: kept whole, and never a stranger's story retold."""

from pathlib import Path

import numpy as np
import pytest

from listenwell.core.errors import ModelError
from listenwell.core.types import Message
from listenwell.embedded.bank import BLOCK, STEPS, Bank, Rows, read_bank, write_bank
from listenwell.embedded.encoder import unit
from listenwell.embedded.files import BANK, ModelFiles
from listenwell.embedded.models import EmbeddedModels
from listenwell.generation.retrieval import NEAR_ENOUGH, invented, nearest, words

COMMON = frozenset(words("What was that like for you? How long is a lot? It's no one day."))


def bank(*entries: tuple[float, float, str], common: frozenset[str] = COMMON) -> Bank:
    """Build a bank whose messages and answers are at such cosines to the first axis."""

    def at(cosine: float) -> list[float]:
        return [cosine, (1 - cosine**2) ** 0.5]

    messages = np.array([at(near) for near, _, _ in entries], np.float32)
    vectors = np.array([at(fit) for _, fit, _ in entries], np.float32)
    return Bank(messages, vectors, tuple(reply for _, _, reply in entries), common)


ASKED = np.array([1.0, 0.0], np.float32)


def chosen(
    some: Bank, said: str = "my sister moved away and I rested", count: int = 3
) -> list[str]:
    found = nearest(some, ASKED, [Message("user", said)], count)
    return [some.replies[at] for at in found]


def test_a_bank_comes_back_from_its_file_as_it_was(tmp_path: Path):
    random = np.random.default_rng(0)
    vectors = unit(random.normal(size=(2, 3, 32)).astype(np.float32))
    replies = ("It’s a lot.", 'He said "no" — why?', "🙂 日本語")
    sentences = {"Tell me more.": vectors[0][0], "Take your time.": vectors[1][0]}
    priors = np.array([-1.5, -2.0, -3.25], np.float32)
    written = Bank(vectors[0], vectors[1], replies, frozenset({"lot", "it's"}), priors, sentences)
    write_bank(tmp_path / BANK, written)
    found = read_bank(ModelFiles("x", tmp_path, ""))
    assert (found.replies, found.common) == (replies, written.common)
    np.testing.assert_allclose(found.messages, written.messages, atol=0.5 / STEPS + 1e-6)
    np.testing.assert_allclose(found.vectors, written.vectors, atol=0.5 / STEPS + 1e-6)
    np.testing.assert_array_equal(found.priors, priors)
    assert list(found.sentences) == list(sentences)
    for text, vector in sentences.items():
        np.testing.assert_allclose(found.sentences[text], vector, atol=0.5 / STEPS + 1e-6)
    assert found.sentences.get("Never said.") is None


def test_rows_in_eight_bits_weigh_as_numbers_do_whatever_their_count():
    random = np.random.default_rng(0)
    other = random.normal(size=8).astype(np.float32)
    for count in (0, 1, BLOCK, 2 * BLOCK + 3):
        whole = random.integers(-48, 49, (count, 8)).astype(np.int8)
        expected = whole.astype(np.float32) / STEPS @ other
        np.testing.assert_allclose(Rows(whole) @ other, expected, atol=1e-5)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rubbish", b"not a bank"])
def test_a_damaged_bank_is_told_by_name(tmp_path: Path, content: bytes):
    (tmp_path / BANK).write_bytes(content)
    with pytest.raises(ModelError, match=r"bank\.npz: not a bank"):
        read_bank(ModelFiles("x", tmp_path, ""))


def test_the_bank_that_ships_holds_as_many_vectors_as_replies(models: EmbeddedModels):
    found = models.bank
    assert found.messages.whole.shape == found.vectors.whole.shape
    assert len(found.messages) == len(found.replies) > 100
    lengths = [np.linalg.norm(found.messages[at]) for at in range(len(found.messages))]
    np.testing.assert_allclose(lengths, 1.0, atol=0.05)
    assert all(reply.strip() for reply in found.replies)


def test_the_best_of_what_is_near_and_fits_comes_first():
    some = bank((0.9, 0.1, "How long?"), (0.8, 0.9, "What was that like?"), (0.6, 0.0, "A lot."))
    assert chosen(some) == ["What was that like?", "How long?", "A lot."]
    assert chosen(some, count=1) == ["What was that like?"]


def test_what_answered_something_else_is_not_proposed_however_well_it_would_fit():
    some = bank((NEAR_ENOUGH - 0.01, 1.0, "How long?"), (NEAR_ENOUGH + 0.01, 0.1, "A lot."))
    assert chosen(some) == ["A lot."]
    assert chosen(bank((0.0, 1.0, "How long?"))) == []


def test_a_reply_that_stands_in_the_bank_twice_is_proposed_once():
    assert chosen(bank((0.9, 0.9, "How long?"), (0.8, 0.8, "How long?"))) == ["How long?"]


@pytest.mark.parametrize(
    ("reply", "proposed"),
    [
        pytest.param("How long was Paul like that?", False, id="a name"),
        pytest.param("What was it like at the loch?", False, id="a place"),
        pytest.param("17 is a lot.", False, id="a number"),
        pytest.param("How is your brother?", False, id="a relative"),
        pytest.param("What was your sister like?", True, id="the person's own word"),
        pytest.param("A lot of sisters.", True, id="the person's own word inflected"),
        pytest.param("Resting is a lot.", True, id="the person's own verb"),
        pytest.param("It’s a lot.", True, id="a typographic apostrophe"),
    ],
)
def test_a_reply_with_a_stranger_s_detail_is_never_proposed(reply: str, proposed: bool):
    some = bank((1.0, 1.0, reply), common=COMMON | {"your", "of", "at", "the", "it"})
    assert (chosen(some) == [reply]) is proposed


def test_what_only_the_bot_said_is_no_word_of_the_person_s():
    some = bank((1.0, 1.0, "How is Paul?"))
    told = [Message("user", "he left"), Message("assistant", "Is it Paul?")]
    assert nearest(some, ASKED, told, 3) == []
    assert nearest(some, ASKED, [Message("user", "Paul left"), *told], 3) == [0]


def test_short_words_are_not_taken_for_each_other_s_inflections():
    assert invented("his cats", {"his", "category"}, frozenset()) == {"cats"}
    assert invented("the worries", {"the", "worry"}, frozenset()) == set()


def test_words_are_letters_and_numbers_in_lower_case():
    assert words("It’s 3 o'clock, Paul – a LOT!") == ["it's", "3", "o'clock", "paul", "a", "lot"]
