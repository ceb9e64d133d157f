"""The writer in onnxruntime: what it scores does not depend on how it was asked."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from fakes import conversation
from listenwell.core.errors import ModelError
from listenwell.core.types import Strategy
from listenwell.embedded.files import ENCODER, PACKAGED, WRITER, WRITER_TOKENIZER, ModelFiles
from listenwell.embedded.models import EmbeddedModels
from listenwell.embedded.writer import WriterModel

TALK = conversation("my cat is ill", "Oh no, what is wrong?", "she does not eat").messages
REPLIES = ("I'm so sorry.", "Poor thing! Has a vet seen her yet?", "No.")
CLOSE = {"atol": 0.02, "rtol": 0.01}
"""Activations are rounded to 8 bits on the way, so sums in another order differ a little."""


@pytest.fixture
def writer(models: EmbeddedModels) -> WriterModel:
    return models.writer


def asked(writer: WriterModel) -> tuple[list[list[int]], list[list[int]]]:
    tokenizer = writer.tokenizer
    openings = [
        tokenizer.opening(),
        tokenizer.opening(voice=True, emotion="sad", strategy=Strategy.QUESTION),
        tokenizer.opening(emotion="afraid"),
    ]
    return openings, [tokenizer.reply(text) for text in REPLIES]


def forget(writer: WriterModel) -> None:
    writer.read([])


def test_a_context_read_at_once_and_one_grown_turn_by_turn_score_alike(writer: WriterModel):
    openings, replies = asked(writer)
    forget(writer)
    at_once = writer.score(writer.read(writer.tokenizer.context(TALK)), openings, replies)
    forget(writer)
    for length in range(1, len(TALK)):
        writer.read(writer.tokenizer.context(TALK[:length]))
    grown = writer.score(writer.read(writer.tokenizer.context(TALK)), openings, replies)
    for left, right in zip(at_once, grown, strict=True):
        np.testing.assert_array_equal(left, right)


def test_a_context_that_shares_only_its_beginning_is_read_anew_from_there(writer: WriterModel):
    openings, replies = asked(writer)
    other = conversation("my cat is fine", "Good!").messages
    forget(writer)
    expected = writer.score(writer.read(writer.tokenizer.context(other)), openings, replies)
    writer.read(writer.tokenizer.context(TALK))
    found = writer.score(writer.read(writer.tokenizer.context(other)), openings, replies)
    for left, right in zip(expected, found, strict=True):
        np.testing.assert_array_equal(left, right)


def test_a_context_read_twice_is_not_read_again(writer: WriterModel):
    first = writer.read(writer.tokenizer.context(TALK))
    again = writer.read(writer.tokenizer.context(TALK))
    assert again.tokens == first.tokens
    np.testing.assert_array_equal(again.prefix, first.prefix)
    assert first.prefix.shape[4] == len(first.tokens)


def test_the_context_changes_what_is_likely(writer: WriterModel):
    openings, replies = asked(writer)
    cat = writer.read(writer.tokenizer.context(TALK))
    nothing = writer.read([])
    here, anywhere = (writer.score(c, openings, replies) for c in (cat, nothing))
    assert not np.allclose(here[1], anywhere[1], atol=0.1)


def test_a_batch_scores_each_reply_as_if_it_were_alone(writer: WriterModel):
    openings, replies = asked(writer)
    context = writer.read(writer.tokenizer.context(TALK))
    together = writer.score(context, openings, replies)
    assert [len(part) for part in together] == [len(reply) for reply in replies]
    for opening, reply, scores in zip(openings, replies, together, strict=True):
        (alone,) = writer.score(context, [opening], [reply])
        np.testing.assert_allclose(scores, alone, **CLOSE)


def test_stepping_says_what_scoring_at_once_says(writer: WriterModel):
    openings, replies = asked(writer)
    context = writer.read(writer.tokenizer.context(TALK))
    expected = writer.score(context, openings, replies)
    for opening, reply, scores in zip(openings, replies, expected, strict=True):
        past, tokens = writer.start(1), np.array([opening])
        for target, score in zip(reply, scores, strict=True):
            found, past = writer.step(tokens, context, past)
            # Whole numbers of 8 bits are multiplied in another way for one row than for several
            # where a CPU has only AVX2; elsewhere both agree to a hundredth.
            assert found[0, target] == pytest.approx(score, abs=0.02, rel=0.08)
            tokens = np.array([[target]])


def test_probabilities_sum_to_one_and_no_marker_but_the_end_gets_any(writer: WriterModel):
    tokenizer = writer.tokenizer
    context = writer.read(tokenizer.context(TALK))
    openings = np.array([tokenizer.opening(), tokenizer.opening(voice=True)])
    found, _ = writer.step(openings, context, writer.start(2))
    shares = np.exp(found)
    np.testing.assert_allclose(shares.sum(-1), 1.0, atol=1e-4)
    silent = [i for i in tokenizer.markers.values() if i != tokenizer.end]
    assert (shares[:, silent] == 0).all()
    assert (shares[:, tokenizer.end] > 0).all()


def test_threads_that_share_a_writer_get_the_scores_of_their_own_contexts(writer: WriterModel):
    openings, replies = asked(writer)
    contexts = [
        writer.tokenizer.context(conversation(said).messages) for said in ("hi", "my dog", "no")
    ] * 4

    def score(tokens: list[int]) -> np.ndarray:
        return np.concatenate(writer.score(writer.read(tokens), openings, replies))

    expected = [score(tokens) for tokens in contexts]
    with ThreadPoolExecutor(4) as pool:
        for left, right in zip(expected, pool.map(score, contexts), strict=True):
            np.testing.assert_array_equal(left, right)


def test_another_graph_in_the_writer_s_place_is_told(tmp_path: Path):
    shutil.copy(PACKAGED / WRITER_TOKENIZER, tmp_path)
    shutil.copy(PACKAGED / ENCODER, tmp_path / WRITER)
    with pytest.raises(ModelError, match=r"writer\.onnx: not a writer's graph"):
        WriterModel(ModelFiles("x", tmp_path, ""))
