"""`listenwell train` from a recipe to models that answer, on tiny random warm starts."""

import json
import signal
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[train]'")
pytest.importorskip("onnx")
pytest.importorskip("gguf")
pytest.importorskip("matplotlib")
pytest.importorskip("sacrebleu")
pytest.importorskip("rouge_score")

import tiny  # noqa: E402
from listenwell.core.errors import ModelError  # noqa: E402
from listenwell.embedded.files import FILES, MANIFEST, find_files  # noqa: E402
from listenwell.training.embedded.loop import CHECKPOINT, Interrupted, Progress  # noqa: E402
from listenwell.training.embedded.run import run as train  # noqa: E402
from unit.test_cli import run  # noqa: E402


@pytest.fixture
def starts(tmp_path: Path) -> tuple[Path, Path]:
    return tiny.bert_folder(tmp_path / "bert"), tiny.llama_folder(tmp_path / "llama")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tiny.release_folder(tmp_path / "data")


@pytest.fixture
def recipe(tmp_path: Path, starts: tuple[Path, Path]) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(tiny.recipe(*starts), encoding="utf-8")
    return path


@pytest.mark.slow
def test_two_steps_give_models_that_answer_with_a_card_and_a_picture(
    tmp_path: Path, recipe: Path, data: Path
):
    out = tmp_path / "run"
    done = run("train", str(recipe), "--data-dir", str(data), "--out", str(out))
    assert done.returncode == 0, done.stderr
    model = Path(done.stdout.strip())
    assert model == out / "model"
    assert {p.name for p in model.iterdir()} == {"README.md", "loss.png", MANIFEST, *FILES}
    assert find_files(model).name == "tiny"
    card = (model / "README.md").read_text("utf-8")
    assert "CC BY-NC 4.0" in card
    assert all(card.count(f"| {tone} |") > 10 for tone in ("negative", "positive", "mixed"))
    assert "$" not in card.split("## What they say")[0]
    for name in ("encoder", "writer"):
        log = [json.loads(line) for line in (out / name / "log.jsonl").read_text().splitlines()]
        assert max(row["step"] for row in log) == 2
    assert json.loads((out / "recipe.json").read_text("utf-8"))["name"] == "tiny"
    answered = run("ask", "The kettle broke", "--model", str(model))
    assert answered.returncode == 0
    assert answered.stdout.strip()


@pytest.mark.slow
def test_an_interrupted_run_goes_on_where_it_was_and_gives_the_same_files(
    tmp_path: Path, recipe: Path, data: Path
):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    expected = (train(recipe, data, whole) / MANIFEST).read_text("utf-8")

    def press_ctrl_c(progress: Progress) -> None:
        if progress.stage == "writer":
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(Interrupted):
        train(recipe, data, broken, show=press_ctrl_c)
    assert not (broken / "model" / MANIFEST).exists()
    before = (broken / "encoder" / CHECKPOINT).stat().st_mtime_ns
    finished = train(recipe, data, broken, resume=True)
    # Every file's checksum is in there.
    assert (finished / MANIFEST).read_text("utf-8") == expected
    assert find_files(finished).name == "tiny"
    # The encoder had finished: it was not trained again.
    assert (broken / "encoder" / CHECKPOINT).stat().st_mtime_ns == before


def test_another_recipe_does_not_go_on_in_the_same_folder(
    tmp_path: Path, starts: tuple[Path, Path], recipe: Path, data: Path
):
    out = tmp_path / "run"
    out.mkdir()
    (out / "recipe.json").write_text(tiny.recipe(*starts, seed=8), encoding="utf-8")
    with pytest.raises(ModelError, match=r"`(encoder|seed)` was .*another --out"):
        train(recipe, data, out, resume=True)


@pytest.mark.slow
def test_a_warm_start_that_is_not_one_is_told(
    tmp_path: Path, starts: tuple[Path, Path], recipe: Path, data: Path
):
    (starts[0] / "model.safetensors").write_bytes(b"not tensors")
    done = run("train", str(recipe), "--data-dir", str(data), "--out", str(tmp_path / "run"))
    assert done.returncode == 2
    assert "warm start cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_missing_corpus_is_told_with_how_to_get_it(tmp_path: Path, recipe: Path):
    done = run("train", str(recipe), "--out", str(tmp_path / "run"))
    assert done.returncode == 2
    assert "not on this machine" in done.stderr


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, recipe: Path, data: Path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be written"):
        train(recipe, data, tmp_path / "file" / "run")
