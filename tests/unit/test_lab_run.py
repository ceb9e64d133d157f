"""A run of the lab: from a recipe to a measured folder, whatever interrupts it."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[train]'")
for library in ("transformers", "peft", "trl", "accelerate", "tensorboard", "datasets"):
    pytest.importorskip(library)

import tiny_hub  # noqa: E402
from lab_worker import recipe  # noqa: E402
from listenwell.core.errors import ConfigError, ModelError  # noqa: E402
from listenwell.training.embedded.loop import Interrupted, Progress  # noqa: E402
from listenwell.training.lab.run import run  # noqa: E402
from listenwell.training.lab.trainer import SupervisedTrainer  # noqa: E402

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]
WORKER = Path(__file__).parents[1] / "lab_worker.py"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_hub.folder(tmp_path_factory.mktemp("hub") / "gpt2")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_hub.corpora(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, model: Path, data: Path) -> Path:
    out = tmp_path_factory.mktemp("whole") / "run"
    run(recipe(model), data, out)
    return out


def rows(out: Path, name: str = "log.jsonl") -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / name).read_text("utf-8").splitlines()]


def learned(out: Path) -> list[tuple[object, ...]]:
    """Return everything a log says but the clock."""
    return [tuple((k, v) for k, v in row.items() if k != "seconds") for row in rows(out)]


def test_a_run_leaves_what_others_read(whole: Path):
    log = [row for row in rows(whole) if "loss" in row]
    assert [row["step"] for row in log] == list(range(1, 13))
    assert set(log[0]) == {"stage", "step", "steps", "loss", "learning_rate", "epoch", "seconds"}
    looks = [row for row in rows(whole) if "eval_loss" in row]
    assert [row["step"] for row in looks] == [4, 8, 12]
    assert set(looks[0]) == {"stage", "step", "eval_loss", "perplexity", "corpus"}
    samples = rows(whole, "samples.jsonl")
    assert set(samples[0]) == {"stage", "step", "context", "reference", "reply"}
    counted = json.loads((whole / "data.json").read_text())
    assert counted["examples"] > 0
    assert {"truncated_turns", "dropped"} <= set(counted)
    assert list((whole / "runs").rglob("events*"))


def test_before_and_after_are_both_measured_and_told_in_the_card(whole: Path):
    figures = json.loads((whole / "before_after.json").read_text())
    assert set(figures["before"]) == set(figures["after"])
    assert figures["after"]["perplexity_per_token"] < figures["before"]["perplexity_per_token"]
    for name in ("bleu", "rouge_l", "dist_2", "relevance", "guard_refused", "bits_per_byte",
                 "empathy_explorations"):  # fmt: skip
        assert name in figures["after"]
    assert figures["memorisation"]["train_perplexity"] > 1
    card = (whole / "model" / "README.md").read_text("utf-8")
    assert f"{figures['before']['bits_per_byte']:.4g}" in card
    assert f"{figures['after']['bits_per_byte']:.4g}" in card
    assert "non-commercial" in card
    assert "$" not in card.split("## What it says")[0]


def test_the_finished_folder_is_what_transformers_loads(whole: Path):
    from transformers import pipeline

    talk = pipeline("text-generation", model=str(whole / "model"))
    said = talk([{"role": "user", "content": "My kettle broke"}], max_new_tokens=4)
    assert said[0]["generated_text"][-1]["role"] == "assistant"
    assert "generation" in (whole / "model" / "chat_template.jinja").read_text("utf-8")


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_as_if_it_had_not_been(
    tmp_path: Path, whole: Path, model: Path, data: Path
):
    out = tmp_path / "run"
    words = [sys.executable, str(WORKER), str(model), str(data), str(out), "7"]
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    assert rows(out)[-1]["step"] == 7
    # A checkpoint that was being written when the run died must not be taken for a whole one.
    (out / "stages" / "lora" / "checkpoint-6").mkdir()
    run(recipe(model), data, out, resume=True)
    assert learned(out) == learned(whole)
    after = [json.loads((path / "before_after.json").read_text()) for path in (out, whole)]
    assert after[0] == after[1]


def test_ctrl_c_saves_and_the_run_goes_on(tmp_path: Path, whole: Path, model: Path, data: Path):
    out = tmp_path / "run"

    def press(progress: Progress) -> None:
        if progress.step == 5:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(Interrupted):
        run(recipe(model), data, out, show=press)
    assert (out / "stages" / "lora" / "checkpoint-6" / "complete").is_file()
    run(recipe(model), data, out, resume=True)
    assert learned(out) == learned(whole)


def test_a_full_disk_leaves_the_last_good_checkpoint(
    tmp_path: Path, model: Path, data: Path, monkeypatch: pytest.MonkeyPatch
):
    out, save = tmp_path / "run", SupervisedTrainer._save_rng_state

    def full(self, folder: str) -> None:
        if folder.endswith("-8"):
            raise OSError(28, "No space left on device")
        save(self, folder)

    monkeypatch.setattr(SupervisedTrainer, "_save_rng_state", full)
    with pytest.raises(ModelError, match=r"checkpoint-8 cannot be saved .*No space.*--resume"):
        run(recipe(model), data, out)
    left = {path.name for path in (out / "stages" / "lora").iterdir()}
    assert left == {"checkpoint-4"}


def test_a_loss_that_is_no_number_stops_the_run_and_says_where(
    tmp_path: Path, model: Path, data: Path
):
    training = recipe(model).training.model_dump() | {"learning_rate": 1e30, "max_gradient": 1e30}
    with pytest.raises(ModelError, match=r"loss is (nan|inf) at step \d+ of 12.*learning_rate"):
        run(recipe(model, training=training), data, tmp_path / "run")


def test_another_recipe_does_not_go_on_in_the_same_folder(whole: Path, model: Path, data: Path):
    with pytest.raises(ModelError, match=r"holds a run already"):
        run(recipe(model), data, whole)
    with pytest.raises(ModelError, match=r"`seed` was 3 .* and is 4 now"):
        run(recipe(model, seed=4), data, whole, resume=True)


def test_a_run_that_was_refused_may_be_tried_again_otherwise(
    tmp_path: Path, model: Path, data: Path
):
    out = tmp_path / "run"
    with pytest.raises(ConfigError, match="places for 128 tokens"):
        run(recipe(model, data=recipe(model).data.model_dump() | {"max_length": 500}), data, out)
    run(recipe(model), data, out)
    assert (out / "model").is_dir()


@pytest.mark.slow
def test_two_processes_learn_what_one_learns(tmp_path: Path, model: Path, data: Path):
    still = {"adapter": {"rank": 2, "dropout": 0.0}}
    run(recipe(model, **still), data, tmp_path / "one")
    words = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2",
             str(WORKER), str(model), str(data), str(tmp_path / "two"), "-1", "still"]  # fmt: skip
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    one, two = (
        [row["loss"] for row in rows(tmp_path / name) if "loss" in row] for name in ("one", "two")
    )
    assert len(two) == 12
    counted = json.loads((tmp_path / "two" / "data.json").read_text())
    assert counted["stages"]["lora"]["processes"] == 2
    assert two == pytest.approx(one, abs=2e-4)
    looks = [
        [r["eval_loss"] for r in rows(tmp_path / n) if "eval_loss" in r] for n in ("one", "two")
    ]
    assert looks[1] == pytest.approx(looks[0], abs=2e-4)
