"""The training loop: what it learns, saves, logs and says, and what stops it."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[train]'")
pytest.importorskip("gguf")

from torch import nn  # noqa: E402

from listenwell.core.errors import ModelError  # noqa: E402
from listenwell.training.embedded.loop import (  # noqa: E402
    CHECKPOINT,
    LOG,
    Interrupted,
    Progress,
    averaged,
    learning_rate,
    run,
)
from listenwell.training.embedded.recipe import Stage  # noqa: E402
from training_worker import STEPS, train_writer  # noqa: E402

WORKER = Path(__file__).parents[1] / "training_worker.py"


class Small:
    """A network with dropout that learns to add two numbers, and notes what was asked of it."""

    def __init__(self) -> None:
        torch.set_num_threads(1)
        torch.manual_seed(0)
        self.model = nn.Sequential(nn.Linear(2, 16), nn.Dropout(0.5), nn.Linear(16, 1))
        self.losses: list[float] = []
        self.evaluated: list[bool] = []

    def loss_at(self, step: int):
        x = torch.tensor([[step % 3, step % 5]], dtype=torch.float32)
        loss = (self.model(x) - x.sum()).square().mean()
        self.losses.append(float(loss.detach()))
        return loss, {"shown": step}, 7

    def evaluate(self) -> dict[str, float]:
        self.evaluated.append(self.model.training)
        return {"figure": float(self.model(torch.ones(1, 2)).detach())}

    def train(
        self,
        folder: Path,
        steps: int = 20,
        *,
        resume: bool = False,
        show: Callable[[Progress], None] = lambda _: None,
        **changes: object,
    ) -> None:
        folder.mkdir(exist_ok=True)
        settings = {"warm_start": "x", "warmup_steps": 1, "learning_rate": 0.01,
                    "checkpoint_every": 4, "evaluate_every": 8}  # fmt: skip
        stage = Stage.model_validate(settings | changes)
        run("small", self.model, self.loss_at, steps, stage, folder, seed=3, resume=resume,
            show=show, evaluate=self.evaluate)  # fmt: skip

    def weights(self) -> list[float]:
        return [float(x) for p in self.model.parameters() for x in p.detach().flatten()]


def rows(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / LOG).read_text("utf-8").splitlines()]


def test_training_lowers_the_loss_and_the_perplexity_that_it_logs(tmp_path: Path):
    _, losses = train_writer(tmp_path)
    values = [float(line.split()[1]) for line in losses]
    assert len(values) == STEPS
    assert sum(values[-4:]) < sum(values[:4]) / 2
    measured = [row["perplexity"] for row in rows(tmp_path) if "perplexity" in row]
    assert len(measured) == 3
    assert measured[-1] < measured[0]


def test_the_log_and_whoever_looks_on_are_told_the_same(tmp_path: Path):
    seen: list[Progress] = []
    small = Small()
    small.train(tmp_path, 25, show=seen.append)
    assert [(p.stage, p.step, p.steps) for p in seen] == [("small", n, 25) for n in (10, 20, 25)]
    assert seen[-1].seconds_left == 0
    assert all(p.tokens_per_second > 0 for p in seen)
    logged = [row for row in rows(tmp_path) if "loss" in row]
    assert [row["step"] for row in logged] == [10, 20, 25]
    assert [row["shown"] for row in logged] == [9, 19, 24]
    assert logged[0]["loss"] == pytest.approx(sum(small.losses[:10]) / 10, abs=1e-3)
    assert [row["step"] for row in rows(tmp_path) if "figure" in row] == [8, 16, 24, 25]
    assert set(small.evaluated) == {False}


def test_a_new_run_begins_a_new_log(tmp_path: Path):
    for _ in range(2):
        Small().train(tmp_path, 10)
        assert [row["step"] for row in rows(tmp_path) if "loss" in row] == [10]


def test_the_same_seed_trains_the_same_network_dropout_and_all(tmp_path: Path):
    first, second = Small(), Small()
    first.train(tmp_path / "first")
    torch.manual_seed(99)
    second.train(tmp_path / "second")
    assert first.losses == second.losses
    assert first.weights() == second.weights()


def test_ctrl_c_saves_and_resuming_goes_on_as_if_nothing_had_been(tmp_path: Path):
    whole, broken = Small(), Small()
    whole.train(tmp_path / "whole", 30, checkpoint_every=1000)

    def press_ctrl_c(progress: Progress) -> None:
        if progress.step == 10:
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(Interrupted):
        broken.train(tmp_path / "broken", 30, show=press_ctrl_c, checkpoint_every=1000)
    assert signal.getsignal(signal.SIGINT) is before
    assert torch.load(tmp_path / "broken" / CHECKPOINT, weights_only=True)["step"] == 10
    mended = Small()
    mended.train(tmp_path / "broken", 30, resume=True, checkpoint_every=1000)
    assert broken.losses + mended.losses == whole.losses
    assert mended.weights() == whole.weights()
    steps = [row["step"] for row in rows(tmp_path / "broken") if "loss" in row]
    assert steps == [10, 20, 30]


@pytest.mark.slow
def test_a_run_killed_outright_resumes_to_the_losses_of_an_unbroken_one(tmp_path: Path):
    """kill -9 between two checkpoints costs the steps since the last one, and nothing else."""

    def start(folder: str, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(WORKER), str(tmp_path / folder), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert start("broken", "killed-at-10").returncode == -signal.SIGKILL
    resumed, unbroken = start("broken", "resume"), start("whole")
    assert resumed.returncode == unbroken.returncode == 0, resumed.stderr + unbroken.stderr
    # The last whole checkpoint was that of step 8.
    assert resumed.stdout.splitlines() == unbroken.stdout.splitlines()[8:]


def test_a_finished_run_that_is_resumed_takes_no_step_and_has_the_same_weights(tmp_path: Path):
    done, again = Small(), Small()
    done.train(tmp_path)
    again.train(tmp_path, resume=True)
    assert again.losses == []
    assert again.weights() == done.weights()


def test_resuming_where_nothing_was_saved_begins(tmp_path: Path):
    small = Small()
    small.train(tmp_path, resume=True)
    assert len(small.losses) == 20


@pytest.mark.parametrize("content", [b"", b"\x00rubbish", b"PK\x03\x04"])
def test_a_damaged_checkpoint_is_told_by_name(tmp_path: Path, content: bytes):
    (tmp_path / CHECKPOINT).write_bytes(content)
    with pytest.raises(ModelError, match=r"checkpoint\.pt: cannot resume"):
        Small().train(tmp_path, resume=True)


def test_a_truncated_or_foreign_checkpoint_is_told_by_name(tmp_path: Path):
    Small().train(tmp_path)
    content = (tmp_path / CHECKPOINT).read_bytes()
    (tmp_path / CHECKPOINT).write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelError, match="cannot resume"):
        Small().train(tmp_path, resume=True)
    (tmp_path / CHECKPOINT).write_bytes(content)
    other = Small()
    other.model = nn.Linear(2, 1)
    with pytest.raises(ModelError, match="cannot resume"):
        other.train(tmp_path, resume=True)


def test_a_full_disk_leaves_the_last_checkpoint_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    Small().train(tmp_path, 4)
    kept = (tmp_path / CHECKPOINT).read_bytes()

    def full(state: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(ModelError, match="No space left"):
        Small().train(tmp_path, 8)
    assert (tmp_path / CHECKPOINT).read_bytes() == kept
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_loss_that_is_not_a_number_stops_the_run_before_it_spoils_a_weight(
    tmp_path: Path, value: float
):
    small = Small()
    right = small.loss_at

    def broken(step: int):
        loss, figures, read = right(step)
        return loss * (value if step == 6 else 1.0), figures, read

    small.loss_at = broken
    with pytest.raises(ModelError, match=r"at step 6.*smaller learning_rate than 0\.01"):
        small.train(tmp_path)
    assert all(abs(weight) < 1e3 for weight in small.weights())
    assert torch.load(tmp_path / CHECKPOINT, weights_only=True)["step"] == 4


def test_the_network_ends_with_its_averaged_weights(tmp_path: Path):
    newest, mean = Small(), Small()
    newest.train(tmp_path / "newest", average_decay=0.0)
    mean.train(tmp_path / "mean", average_decay=0.9)
    assert newest.losses == mean.losses
    assert newest.weights() != mean.weights()
    saved = torch.load(tmp_path / "mean" / CHECKPOINT, weights_only=True)
    raw = [float(x) for value in saved["model"].values() for x in value.flatten()]
    assert raw == newest.weights()
    assert not mean.model.training


def test_averaged_weights_are_in_place_only_for_a_while():
    small = Small()
    kept = small.weights()
    zeros = {name: torch.zeros_like(value) for name, value in small.model.state_dict().items()}
    with pytest.raises(RuntimeError), averaged(small.model, zeros):
        assert set(small.weights()) == {0.0}
        assert not small.model.training
        raise RuntimeError
    assert small.weights() == kept
    assert small.model.training


def test_a_run_outside_the_main_thread_does_without_ctrl_c(tmp_path: Path):
    small = Small()
    thread = threading.Thread(target=small.train, args=(tmp_path,))
    thread.start()
    thread.join()
    assert len(small.losses) == 20


def test_the_rate_warms_up_and_then_falls_to_a_twentieth():
    stage = Stage(warm_start="x", warmup_steps=10, learning_rate=1.0)
    rates = [learning_rate(step, 100, stage) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[10] == pytest.approx(1.0)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] == pytest.approx(0.05)
