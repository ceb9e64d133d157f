"""The encoder in onnxruntime: one vector a text, whatever it is read together with."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from fakes import conversation
from listenwell.core.emotions import EMOTIONS
from listenwell.core.errors import ModelError
from listenwell.core.types import Message
from listenwell.corpora.labelled import EMPATHY
from listenwell.embedded.encoder import REMEMBERED, EncoderModel, Head, read_heads, unit
from listenwell.embedded.files import (
    ENCODER,
    ENCODER_TOKENIZER,
    HEADS,
    PACKAGED,
    WRITER,
    ModelFiles,
)
from listenwell.embedded.heads import TURN_BUCKETS, turn_bucket
from listenwell.embedded.models import EmbeddedModels

TEXTS = ["my cat is ill", "no", "I got the job " + "at the library " * 12, "why?", "it rained"]


@pytest.fixture
def encoder(models: EmbeddedModels) -> EncoderModel:
    return models.encoder


def cosines(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return (unit(left) * unit(right)).sum(-1)


def test_vectors_come_in_the_order_of_their_texts_whatever_the_batch(encoder: EncoderModel):
    pieces = [encoder.tokenizer.context([Message("user", text)]) for text in TEXTS]
    together = encoder.pool(pieces)
    assert together.shape == (len(TEXTS), len(together[0]))
    for batch in (1, 2):
        assert (cosines(encoder.pool(pieces, batch), together) > 0.995).all()
    backwards = encoder.pool(pieces[::-1])[::-1]
    assert (cosines(backwards, together) > 0.995).all()
    apart = unit(together) @ unit(together).T
    assert apart[~np.eye(len(TEXTS), dtype=bool)].max() < 0.995


def test_replies_are_unit_vectors(encoder: EncoderModel):
    found = encoder.replies(["I'm so sorry.", "", "No! " * 100])
    np.testing.assert_allclose(np.linalg.norm(found, axis=-1), 1.0, atol=1e-5)


@pytest.mark.parametrize(
    "head", ["emotion", "danger", "emotional_reactions", "explorations", "interpretations"]
)
def test_a_head_tells_probabilities(encoder: EncoderModel, head: str):
    said = encoder.read(conversation("my cat is ill").messages)
    reply = encoder.read([Message("assistant", "Oh no. What is wrong with her?")])
    shares = encoder.tell(head, said, reply=reply if head in EMPATHY else None)
    assert shares.shape == encoder.heads[head].bias.shape
    assert shares.min() >= 0
    assert shares.sum() == pytest.approx(1.0, abs=1e-5)


def test_the_strategy_head_is_told_how_many_turns_came_before(encoder: EncoderModel):
    pooled = encoder.read(conversation("my cat is ill").messages)
    told = [encoder.tell("strategy", pooled, turns=turns) for turns in (1, 30)]
    for shares in told:
        assert shares.sum() == pytest.approx(1.0, abs=1e-5)
    assert not np.allclose(told[0], told[1])


def test_a_higher_temperature_makes_a_head_less_sure_and_changes_no_order(encoder: EncoderModel):
    pooled = encoder.read(conversation("my cat is ill").messages)
    kept = encoder.heads
    found = kept["emotion"]
    try:
        encoder.heads = {"emotion": Head(found.weight, found.bias, found.temperature * 3)}
        milder = encoder.tell("emotion", pooled)
    finally:
        encoder.heads = kept
    sharper = encoder.tell("emotion", pooled)
    assert milder.max() < sharper.max()
    assert EMOTIONS[int(milder.argmax())] == EMOTIONS[int(sharper.argmax())]


def test_the_newest_contexts_are_remembered(encoder: EncoderModel, monkeypatch: pytest.MonkeyPatch):
    runs: list[int] = []
    run = encoder._run

    def counted(texts):
        runs.append(len(texts))
        return run(texts)

    monkeypatch.setattr(encoder, "_run", counted)
    cat, dog = (conversation(text).messages for text in ("a cat nobody knows", "a dog"))
    first = encoder.read(cat)
    assert np.array_equal(encoder.read(cat), first)
    assert len(runs) == 1
    encoder.read(dog)
    np.testing.assert_array_equal(encoder.read(cat), first)
    assert len(runs) == 2
    for number in range(REMEMBERED):
        encoder.read(conversation(f"dog {number}").messages)
    encoder.read(cat)
    assert len(runs) == 2 + REMEMBERED + 1


def test_who_said_it_makes_a_difference(encoder: EncoderModel):
    mine, yours = ([Message(role, "my cat is ill")] for role in ("user", "assistant"))
    assert not np.allclose(encoder.read(mine), encoder.read(yours), atol=1e-3)


def test_turns_fall_into_every_bucket_and_never_back():
    buckets = [turn_bucket(turns) for turns in range(100)]
    assert buckets == sorted(buckets)
    assert set(buckets) == set(range(TURN_BUCKETS))
    assert [turn_bucket(turns) for turns in (0, 1, 2, 24, 25)] == [0, 0, 1, 6, 7]


def test_heads_are_kept_with_their_temperatures(tmp_path: Path):
    path = tmp_path / HEADS
    np.savez(
        path,
        **{"a.weight": np.eye(2), "a.bias": np.zeros(2), "a.temperature": np.float32(1.5)},
    )
    assert read_heads(path)["a"].temperature == 1.5
    np.savez(path, **{"a.weight": np.eye(2)})
    with pytest.raises(ModelError, match=r"heads\.npz"):
        read_heads(path)


def test_another_graph_in_the_encoder_s_place_is_told(tmp_path: Path):
    for name in (ENCODER_TOKENIZER, HEADS):
        shutil.copy(PACKAGED / name, tmp_path)
    shutil.copy(PACKAGED / WRITER, tmp_path / ENCODER)
    with pytest.raises(ModelError, match=r"encoder\.onnx: not an encoder's graph"):
        EncoderModel(ModelFiles("x", tmp_path, ""))
