"""Training, export and resuming on a tiny random model; left out where torch is not installed."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[train]'")

from listenwell.core.errors import ConfigError, ModelError  # noqa: E402
from listenwell.core.types import Message  # noqa: E402
from listenwell.corpora.conversation import Conversation, Utterance  # noqa: E402
from listenwell.embedded.files import find_files, write_manifest  # noqa: E402
from listenwell.embedded.session import EmbeddedModel  # noqa: E402
from listenwell.embedded.tokens import SPECIAL, EmbeddedTokenizer  # noqa: E402
from listenwell.training.embedded.examples import (  # noqa: E402
    Example,
    batches,
    build_tokenizer,
    collate,
    make_examples,
    prune_vocabulary,
)
from listenwell.training.embedded.export import quantise, write_graph  # noqa: E402
from listenwell.training.embedded.network import PrefixLM, Shape, warm_start  # noqa: E402
from listenwell.training.embedded.recipe import EmbeddedRecipe, read_recipe  # noqa: E402
from listenwell.training.embedded.train import (  # noqa: E402
    CHECKPOINT,
    Interrupted,
    learning_rate,
    train,
    validate,
)

ROOT = Path(__file__).parents[2]
TEXTS = (
    ("The kettle broke this morning", "Oh no, before your tea?"),
    ("I planted beans with my son", "What did he say when they came up?"),
    ("Nobody came to the meeting", "You waited there alone."),
    ("The train was late again", "How late was it this time?"),
)


def make_talks() -> list[Conversation]:
    return [
        Conversation(
            f"{split}-{n}",
            (
                Utterance("user", said, emotion="sad"),
                Utterance("assistant", reply),
                Utterance("user", "yes, and then I went home"),
                Utterance("assistant", "That was a long day."),
            ),
            split,
            emotion="sad",
        )
        for split in ("train", "valid")
        for n, (said, reply) in enumerate(TEXTS)
    ]


def make_tokenizer() -> EmbeddedTokenizer:
    words = {
        word for pair in TEXTS for text in pair for word in re.findall(r"\w+|\S", text.lower())
    }
    more = ["yes", "and", "then", "i", "went", "home", "that", "was", "a", "long", "day"]
    return EmbeddedTokenizer(build_tokenizer([*SPECIAL, *sorted(words | set(more))]))


def tiny(tokenizer: EmbeddedTokenizer) -> PrefixLM:
    torch.manual_seed(0)
    return PrefixLM(Shape(tokenizer.size, hidden=64, layers=2, heads=2, inner=64))


@pytest.fixture
def talks() -> list[Conversation]:
    return make_talks()


@pytest.fixture
def tokenizer() -> EmbeddedTokenizer:
    return make_tokenizer()


@pytest.fixture
def examples(talks, tokenizer) -> dict[str, list[Example]]:
    return {
        split: make_examples([t for t in talks if t.split == split], tokenizer)
        for split in ("train", "valid")
    }


def recipe(**changes: object) -> EmbeddedRecipe:
    settings = {
        "method": "embedded", "corpora": ["x"], "batch_size": 2, "epochs": 2, "warmup_steps": 1,
        "checkpoint_every": 2, "evaluate_every": 4, "learning_rate": 0.01,
    }  # fmt: skip
    return EmbeddedRecipe.model_validate(settings | changes)


def test_a_reply_token_never_sees_what_comes_after_it(talks, tokenizer):
    model = tiny(tokenizer).eval()
    (example, *_) = make_examples(talks[:1], tokenizer)
    batch = collate([example], tokenizer.listener, tokenizer.pad)
    changed = batch.ids.clone()
    changed[0, -1] = tokenizer.unknown
    with torch.no_grad():
        before, _ = model.hidden(batch.ids, batch.positions, batch.segments, batch.mask)
        after, _ = model.hidden(changed, batch.positions, batch.segments, batch.mask)
    assert torch.allclose(before[0, :-1], after[0, :-1], atol=1e-6)
    changed = batch.ids.clone()
    changed[0, 1] = tokenizer.unknown
    with torch.no_grad():
        after, _ = model.hidden(changed, batch.positions, batch.segments, batch.mask)
    assert not torch.allclose(before[0, 0], after[0, 0], atol=1e-6)


def test_padding_does_not_change_what_is_learned(talks, tokenizer):
    model = tiny(tokenizer).eval()
    examples = make_examples(talks[:2], tokenizer)
    alone = collate(examples[:1], tokenizer.listener, tokenizer.pad)
    together = collate(examples, tokenizer.listener, tokenizer.pad)
    with torch.no_grad():
        one, _ = model.hidden(alone.ids, alone.positions, alone.segments, alone.mask)
        many, _ = model.hidden(together.ids, together.positions, together.segments, together.mask)
    length = alone.ids.shape[1]
    assert torch.allclose(one[0], many[0, :length], atol=1e-5)


def test_each_listener_reply_becomes_one_example_with_its_emotion(talks, tokenizer):
    examples = make_examples(talks[:1], tokenizer)
    assert len(examples) == 2
    assert {e.emotion for e in examples} == {27}
    assert examples[0].reply[-1] == tokenizer.end


def test_an_epoch_holds_every_example_once_and_is_the_same_for_a_seed(talks, tokenizer):
    examples = make_examples(talks, tokenizer)
    flat = [e for part in batches(examples, 3, seed=1) for e in part]
    assert sorted(map(str, flat)) == sorted(map(str, examples))
    assert batches(examples, 3, seed=1) == batches(examples, 3, seed=1)


def test_training_lowers_the_loss_and_logs_it(examples, tokenizer, tmp_path: Path):
    model = tiny(tokenizer)
    before = validate(model, examples["valid"], tokenizer).perplexity
    trained = train(model, examples, tokenizer, recipe(epochs=8, average_decay=0.5), tmp_path)
    assert validate(trained, examples["valid"], tokenizer).perplexity < before / 2
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert any("perplexity" in row for row in rows)
    assert any("loss" in row for row in rows)


def test_ctrl_c_saves_and_resuming_reaches_the_weights_of_an_unbroken_run(
    examples, tokenizer, tmp_path: Path
):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir(), broken.mkdir()
    settings = recipe(epochs=6, checkpoint_every=1000)
    straight = train(tiny(tokenizer), examples, tokenizer, settings, whole)

    def press_ctrl_c(progress) -> None:
        if progress.step == 10:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(Interrupted):
        train(tiny(tokenizer), examples, tokenizer, settings, broken, show=press_ctrl_c)
    assert torch.load(broken / CHECKPOINT, weights_only=True)["step"] == 10
    mended = train(tiny(tokenizer), examples, tokenizer, settings, broken, resume=True)
    for name, value in straight.state_dict().items():
        assert torch.equal(value, mended.state_dict()[name]), name


def test_a_full_disk_leaves_the_last_checkpoint_whole(
    examples, tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    train(tiny(tokenizer), examples, tokenizer, recipe(max_steps=2), tmp_path)
    kept = (tmp_path / CHECKPOINT).read_bytes()

    def full(state: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(ModelError, match="No space left"):
        train(tiny(tokenizer), examples, tokenizer, recipe(max_steps=4), tmp_path)
    assert (tmp_path / CHECKPOINT).read_bytes() == kept
    assert not list(tmp_path.glob("*.partial"))


def test_resuming_from_nothing_or_from_rubbish_is_told(talks, tokenizer, tmp_path: Path):
    examples = {"train": make_examples(talks, tokenizer), "valid": []}
    with pytest.raises(ModelError, match="no checkpoint"):
        train(tiny(tokenizer), examples, tokenizer, recipe(), tmp_path, resume=True)
    (tmp_path / CHECKPOINT).write_bytes(b"\x00rubbish")
    with pytest.raises(ModelError, match="cannot resume"):
        train(tiny(tokenizer), examples, tokenizer, recipe(), tmp_path, resume=True)


def test_a_loss_that_is_not_a_number_stops_the_run(talks, tokenizer, tmp_path: Path):
    examples = {"train": make_examples(talks, tokenizer), "valid": []}
    model = tiny(tokenizer)
    with torch.no_grad():
        model.words.weight.fill_(float("nan"))
    with pytest.raises(ModelError, match="at step 0"):
        train(model, examples, tokenizer, recipe(), tmp_path)


def test_the_exported_graph_gives_the_network_s_own_scores(talks, tokenizer, tmp_path: Path):
    model = tiny(tokenizer).eval()
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    raw = tokenizer._tokenizer.to_str()
    (tmp_path / "tokenizer.json").write_text(raw, encoding="utf-8")
    context = tokenizer.context([Message("user", "The kettle broke this morning")])
    reply = tokenizer.reply("Oh no, before your tea?")
    (example,) = make_examples(
        [Conversation("c", (Utterance("user", "The kettle broke this morning"),
                            Utterance("assistant", "Oh no, before your tea?")), "train")],
        tokenizer,
    )  # fmt: skip
    batch = collate([example], tokenizer.listener, tokenizer.pad)
    with torch.no_grad():
        hidden, _ = model.hidden(batch.ids, batch.positions, batch.segments, batch.mask)
        scores = model.scores(hidden[0, len(context) :]).log_softmax(-1)
        expected = scores[torch.arange(len(reply)), torch.tensor(reply)].numpy()
        emotions = model.emotions(hidden, batch.context)[0].numpy()
    for int8, tolerance in ((False, 1e-4), (True, 0.1)):
        write_graph(weights, model.shape, tmp_path / "model.onnx", int8=int8)
        write_manifest(tmp_path, "tiny")
        exported = EmbeddedModel(find_files(tmp_path))
        encoded = exported.encode(context)
        found = exported.score(encoded, [reply, reply[:3]])
        np.testing.assert_allclose(found[0], expected, rtol=tolerance / 10, atol=tolerance)
        np.testing.assert_allclose(found[1], expected[:3], rtol=tolerance / 10, atol=tolerance)
        np.testing.assert_allclose(encoded.emotions, emotions, rtol=tolerance / 10, atol=tolerance)
        # Stepping with kept keys and values says the same as scoring at once.
        past, pieces = encoded.past, [tokenizer.listener, *reply]
        for index, target in enumerate(reply):
            step, past = exported.step(np.array([pieces[index]]), index, past)
            assert step[0, target] == pytest.approx(
                found[0][index], abs=tolerance, rel=tolerance / 10
            )


def test_quantising_a_block_loses_at_most_half_a_step():
    weight = np.random.default_rng(0).normal(size=(8, 64)).astype(np.float32)
    integers, scales = quantise(weight)
    restored = (integers.astype(np.float32) - 128) * scales[..., None]
    assert np.abs(restored.reshape(weight.shape) - weight).max() <= scales.max() / 2 + 1e-6


def test_the_vocabulary_keeps_markers_characters_and_the_most_used(tokenizer):
    full = build_tokenizer(["[PAD]", "[UNK]", "tea", "cup", "milk", "a", "##a", "b", "##b"])
    kept = prune_vocabulary(full, ["tea tea cup", "tea milk cup"], size=12)
    assert kept[:6] == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[USR]", "[BOT]"]
    assert {"a", "##a", "tea", "cup"} <= set(kept)
    assert len(kept) == 12


def test_every_weight_of_the_stack_comes_from_the_warm_start():
    shape = Shape(vocabulary=3, hidden=8, layers=1, heads=2, inner=16, positions=4)
    model = PrefixLM(shape)
    bert = {
        "embeddings.word_embeddings.weight": torch.arange(40.0).view(5, 8),
        "embeddings.position_embeddings.weight": torch.full((6, 8), 2.0),
        "embeddings.token_type_embeddings.weight": torch.full((2, 8), 3.0),
        "embeddings.LayerNorm.weight": torch.full((8,), 4.0),
        "embeddings.LayerNorm.bias": torch.full((8,), 5.0),
    }
    sizes = {"intermediate.dense": (16, 8), "output.dense": (8, 16)}
    for part in (
        "attention.self.query", "attention.self.key", "attention.self.value",
        "attention.output.dense", "intermediate.dense", "output.dense",
    ):  # fmt: skip
        rows, columns = sizes.get(part, (8, 8))
        bert[f"encoder.layer.0.{part}.weight"] = torch.full((rows, columns), 6.0)
        bert[f"encoder.layer.0.{part}.bias"] = torch.full((rows,), 7.0)
    for part in ("attention.output.LayerNorm", "output.LayerNorm"):
        bert[f"encoder.layer.0.{part}.weight"] = torch.full((8,), 8.0)
        bert[f"encoder.layer.0.{part}.bias"] = torch.full((8,), 9.0)
    warm_start(model, bert, [4, None, 0])
    assert model.words.weight[0, 0] == 32
    assert model.words.weight[1, 0] == 16
    for name, value in model.layers.state_dict().items():
        assert value.flatten()[0] in (6.0, 7.0, 8.0, 9.0), name
    del bert["encoder.layer.0.output.dense.bias"]
    with pytest.raises(KeyError):
        warm_start(model, bert, [4, None, 0])


def test_the_rate_warms_up_and_then_falls():
    settings = recipe(warmup_steps=10, learning_rate=1.0)
    rates = [learning_rate(step, 100, settings) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == pytest.approx(1.0)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] == pytest.approx(0.05, abs=0.01)


@pytest.mark.parametrize("path", sorted((ROOT / "recipes").glob("*.yaml")), ids=lambda p: p.stem)
def test_every_recipe_in_the_project_can_be_read(path: Path):
    assert read_recipe(path).corpora


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("method: embedded\ncorpora: [x]\nepoch: 3", "epoch"),
        ("method: embedded\ncorpora: [x]\nepochs: -1", "epochs"),
        ("method: embedded", "corpora"),
        ("{", "not YAML"),
        ("", "the file"),
    ],
)
def test_a_bad_recipe_names_the_key(tmp_path: Path, text: str, named: str):
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=named):
        read_recipe(path)


@pytest.mark.slow
def test_a_run_killed_outright_resumes_to_the_weights_of_an_unbroken_one(tmp_path: Path):
    """kill -9 between two checkpoints costs the steps since the last one, and nothing else."""

    def run(folder: str, *words: str) -> subprocess.CompletedProcess[str]:
        worker = ROOT / "tests" / "training_worker.py"
        command = [sys.executable, str(worker), str(tmp_path / folder), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert run("broken", "killed-at-10").returncode == -signal.SIGKILL
    resumed, unbroken = run("broken", "resume"), run("whole")
    assert resumed.returncode == 0, resumed.stderr
    assert resumed.stdout == unbroken.stdout != ""
