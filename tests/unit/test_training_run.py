"""`listenwell train` from a recipe to a model that answers, on a tiny random warm start."""

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[train]'")

from safetensors.torch import save_file  # noqa: E402

from listenwell.training.embedded.examples import build_tokenizer  # noqa: E402
from unit.test_cli import run  # noqa: E402

HIDDEN, INNER = 384, 1536


@pytest.fixture
def warm_start(tmp_path: Path) -> Path:
    """A random one-layer encoder with a tokenizer, in the layout of a hub folder."""
    folder = tmp_path / "encoder"
    folder.mkdir()
    letters = [chr(code) for code in range(33, 127)]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{c}" for c in letters)]
    words += [
        "my",
        "dog",
        "died",
        "the",
        "kettle",
        "broke",
        "oh",
        "no",
        "how",
        "old",
        "was",
        "he",
        "what",
        "happened",
    ]
    build_tokenizer(list(dict.fromkeys(words))).save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    size = len(set(words))
    tensors = {
        "embeddings.word_embeddings.weight": torch.randn(size, HIDDEN) * 0.02,
        "embeddings.position_embeddings.weight": torch.randn(512, HIDDEN) * 0.02,
        "embeddings.token_type_embeddings.weight": torch.randn(2, HIDDEN) * 0.02,
        "embeddings.LayerNorm.weight": torch.ones(HIDDEN),
        "embeddings.LayerNorm.bias": torch.zeros(HIDDEN),
    }
    for part, (rows, columns) in {
        "attention.self.query": (HIDDEN, HIDDEN),
        "attention.self.key": (HIDDEN, HIDDEN),
        "attention.self.value": (HIDDEN, HIDDEN),
        "attention.output.dense": (HIDDEN, HIDDEN),
        "intermediate.dense": (INNER, HIDDEN),
        "output.dense": (HIDDEN, INNER),
    }.items():
        tensors[f"encoder.layer.0.{part}.weight"] = torch.randn(rows, columns) * 0.02
        tensors[f"encoder.layer.0.{part}.bias"] = torch.zeros(rows)
    for part in ("attention.output.LayerNorm", "output.LayerNorm"):
        tensors[f"encoder.layer.0.{part}.weight"] = torch.ones(HIDDEN)
        tensors[f"encoder.layer.0.{part}.bias"] = torch.zeros(HIDDEN)
    save_file(tensors, str(folder / "model.safetensors"))
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "empathetic_dialogues"
    folder.mkdir(parents=True)
    header = "conv_id,utterance_idx,context,prompt,speaker_idx,utterance,selfeval,tags"
    for split in ("train", "valid"):
        rows = [header]
        for n, (said, reply) in enumerate((("my dog died", "oh no"), ("the kettle broke", "how"))):
            rows.append(f"{split}{n},1,sad,{said},1,{said},,")
            rows.append(f"{split}{n},2,sad,{said},2,{reply},,")
        (folder / f"{split}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder.parent


def recipe(warm_start: Path, more: str = "") -> str:
    return (
        f"method: embedded\nname: tiny\nwarm_start: {warm_start}\ncorpora: [empathetic_dialogues]\n"
        f"vocabulary: 300\nlayers: 1\nmax_steps: 2\nwarmup_steps: 1\nbatch_size: 2\n{more}"
    )


@pytest.mark.slow
def test_two_steps_give_a_model_that_answers_with_a_card_and_a_picture(
    tmp_path: Path, warm_start: Path, data: Path
):
    path = tmp_path / "tiny.yaml"
    finish = "finish: {corpora: {empathetic_dialogues: 1.0}, epochs: 1}\n"
    path.write_text(recipe(warm_start, finish), encoding="utf-8")
    out = tmp_path / "run"
    done = run("train", str(path), "--data-dir", str(data), "--out", str(out))
    assert done.returncode == 0, done.stderr
    model = Path(done.stdout.strip())
    assert {p.name for p in model.iterdir()} == {
        "README.md", "loss.png", "manifest.json", "model.onnx", "tokenizer.json",
    }  # fmt: skip
    card = (model / "README.md").read_text("utf-8")
    assert "CC BY-NC 4.0" in card
    assert "after the finishing stage" in card
    assert card.count("| negative |") == 12
    assert "$name" not in card
    assert json.loads((out / "recipe.json").read_text("utf-8"))["name"] == "tiny"
    answered = run("ask", "my dog died", "--model", str(model))
    assert answered.returncode == 0
    assert answered.stdout.strip()
    other = recipe(warm_start).replace("seed", "x") + "epochs: 9\n"
    path.write_text(other, encoding="utf-8")
    mixed = run("train", str(path), "--data-dir", str(data), "--out", str(out), "--resume")
    assert mixed.returncode == 2
    assert "another --out" in mixed.stderr


@pytest.mark.slow
def test_a_warm_start_that_is_not_one_is_told(tmp_path: Path, warm_start: Path, data: Path):
    (warm_start / "model.safetensors").write_bytes(b"not tensors")
    path = tmp_path / "tiny.yaml"
    path.write_text(recipe(warm_start), encoding="utf-8")
    done = run("train", str(path), "--data-dir", str(data), "--out", str(tmp_path / "run"))
    assert done.returncode == 2
    assert "warm start cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_missing_corpus_is_told_with_how_to_get_it(tmp_path: Path, warm_start: Path):
    path = tmp_path / "tiny.yaml"
    path.write_text(recipe(warm_start), encoding="utf-8")
    done = run("train", str(path), "--out", str(tmp_path / "run"))
    assert done.returncode == 2
    assert "not on this machine" in done.stderr
