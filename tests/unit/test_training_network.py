"""The screen's own network: what it learns from, that it learns, and what is shipped of it."""

import copy
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[train]'")
pytest.importorskip("onnx")
pytest.importorskip("gguf")
pytest.importorskip("sklearn")

import typer  # noqa: E402

import tiny  # noqa: E402
from listenwell.core.errors import ConfigError, ModelError  # noqa: E402
from listenwell.core.types import Message, RiskKind, RiskLevel, Subject  # noqa: E402
from listenwell.embedded.encoder import EncoderModel  # noqa: E402
from listenwell.embedded.files import ENCODER, ENCODER_TOKENIZER, HEADS  # noqa: E402
from listenwell.safety.learned import (  # noqa: E402
    KINDS,
    READ,
    looked_at,
    network_files,
    pieces_of,
    read_from,
)
from listenwell.training.embedded.encoder import Encoder  # noqa: E402
from listenwell.training.embedded.loop import CHECKPOINT, LOG  # noqa: E402
from listenwell.training.embedded.recipe import Stage  # noqa: E402
from listenwell.training.screen import network  # noqa: E402
from listenwell.training.screen.network import (  # noqa: E402
    UNKNOWN,
    make_batches,
    make_items,
    new_network,
    times,
    train,
)
from listenwell.training.screen.texts import Example  # noqa: E402

NOTHING, LOW, MODERATE, HIGH, IMMINENT = RiskLevel
STAGE = Stage(warm_start="none", learning_rate=0.003, warmup_steps=2, checkpoint_every=10,
              evaluate_every=1000, average_decay=0.5)  # fmt: skip
GRAVE, CALM = "the kettle broke", "that was a long day"


def packaged() -> SimpleNamespace:
    """Return a packaged model as far as its encoder goes."""
    reader = tiny.reader()
    state = reader.model.state_dict()
    heads = {name.removeprefix("heads."): value for name, value in state.items()
             if name.startswith("heads.")}  # fmt: skip
    weights = {name: value for name, value in state.items() if not name.startswith("heads.")}
    parts = SimpleNamespace(weights=weights, shape=reader.model.shape, tokenizer=reader.raw)
    return SimpleNamespace(encoder=parts, heads=heads)


def examples(count: int = 120) -> list[Example]:
    found = []
    for n in range(count):
        split = "valid" if n % 4 == 0 else "train"
        grave = f"{GRAVE} and then" if n % 3 else GRAVE
        found += [
            Example(grave, HIGH, IMMINENT, 3, "authored", RiskKind.ABUSE, Subject.OTHER, split,
                    kept=split == "valid"),
            Example(CALM, NOTHING, LOW, 3, "authored", split=split, kept=split == "valid"),
        ]  # fmt: skip
    return found


def begun(folder: Path, *, passes: int = 60, resume: bool = False) -> Encoder:
    """Return a small network that was trained on the examples."""
    whole = packaged()
    model, tokenizer = new_network(whole.encoder, whole.heads), tiny.encoder_tokenizer()
    learned, measured = network.read(examples(), tokenizer, {})
    train(model, tokenizer, learned, measured, folder, stage=STAGE, passes=passes, resume=resume)
    return model


def test_only_what_is_known_is_learned():
    grave = Example(GRAVE, HIGH, IMMINENT, 3, "set", RiskKind.ABUSE, Subject.OTHER)
    open_end = Example(GRAVE, MODERATE, IMMINENT, 3, "authored")
    over = Example(GRAVE, LOW, MODERATE, 3, "authored", RiskKind.ABUSE)
    tokenizer = tiny.encoder_tokenizer()
    told = [(i.levels, i.kind, i.other) for i in make_items([grave, open_end, over], tokenizer)]
    assert told == [
        ((1, 1, 1, 0), KINDS.index(RiskKind.ABUSE), 1),
        ((1, 1, UNKNOWN, UNKNOWN), UNKNOWN, UNKNOWN),
        ((1, UNKNOWN, 0, 0), UNKNOWN, UNKNOWN),
    ]
    assert list(READ.values()) == [LOW, MODERATE, HIGH, IMMINENT]


def test_what_we_said_before_is_read_as_ours():
    before = (Message("user", CALM), Message("assistant", "that was"))
    tokenizer = tiny.encoder_tokenizer()
    (alone,) = make_items([Example(GRAVE, HIGH, IMMINENT, 3, "talks")], tokenizer)
    (item,) = make_items([Example(GRAVE, HIGH, IMMINENT, 3, "talks", before=before)], tokenizer)
    assert len(item.segments) == len(item.pieces) > len(alone.pieces)
    assert set(alone.segments) == {0}
    assert 0 < sum(item.segments) < len(item.pieces) - len(alone.pieces) + 1
    assert item.levels == alone.levels


def test_what_it_cannot_read_is_left_out():
    unread = Example("ϠϠϠ ϠϠϠϠ ϠϠ", HIGH, IMMINENT, 3, "authored")
    assert not list(make_items([unread], tiny.encoder_tokenizer()))


def test_every_text_is_read_once_a_pass_and_no_step_is_too_long():
    items = list(make_items(examples(), tiny.encoder_tokenizer())) * 20
    batches = make_batches(items, 2, seed=3)
    assert sorted(row for batch in batches for row in batch) == sorted([*range(len(items))] * 2)
    longest = [max(len(items[row].pieces) for row in batch) * len(batch) for batch in batches]
    assert max(longest) <= network.PIECES
    assert batches == make_batches(items, 2, seed=3) != make_batches(items, 2, seed=4)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, Path]:
    work = tmp_path_factory.mktemp("work")
    model = begun(work)
    network.publish(model, packaged().encoder.tokenizer.to_str(), work / "network")
    return model, work


def test_it_learns_and_what_is_shipped_tells_the_same(trained):
    model, work = trained
    files = network_files(work / "network")
    assert {path.name for path in files.folder.iterdir()} == {ENCODER, ENCODER_TOKENIZER, HEADS}
    shipped = EncoderModel(files, threads=1)
    grave, calm = (
        shipped.pool([pieces_of(shipped.tokenizer, looked_at(text))])[0] for text in (GRAVE, CALM)
    )
    high = list(READ).index("risk_high")
    assert read_from(shipped, grave)[high] > 1 > -1 > read_from(shipped, calm)[high]
    assert int(np.argmax(shipped.tell("risk_kind", grave))) == KINDS.index(RiskKind.ABUSE)
    texts = list(make_items(examples(1), shipped.tokenizer))
    with torch.no_grad():
        own = model(*network._tensors(texts, shipped.tokenizer, 0.0, torch.device("cpu"))).numpy()
    # Weights and what they multiply are rounded: near, not equal.
    assert np.abs(own - np.stack([grave, calm])).mean() < 0.02 * np.abs(own).mean()
    (*_, last) = (json.loads(row) for row in (work / LOG).read_text().splitlines())
    assert last["auc_risk_high"] == 1.0


def test_so_much_as_is_asked_is_kept_of_what_it_began_as(trained):
    model, _ = trained
    start = {name: torch.zeros_like(value) for name, value in model.state_dict().items()}
    for share in (0.0, 0.25, 1.0):
        mixed = copy.deepcopy(model)
        network.keep_of(mixed, start, share)
        for name, value in model.state_dict().items():
            assert torch.allclose(mixed.state_dict()[name], value * (1 - share)), name


def test_a_finished_run_that_is_resumed_is_the_same(trained, tmp_path: Path):
    model, work = trained
    (tmp_path / CHECKPOINT).write_bytes((work / CHECKPOINT).read_bytes())
    (tmp_path / LOG).write_bytes((work / LOG).read_bytes())
    again = begun(tmp_path, resume=True)
    for name, value in model.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name


def test_a_network_s_digest_changes_with_each_of_its_files(trained, tmp_path: Path):
    _, work = trained
    digests = {network_files(work / "network").digest}
    for file in (ENCODER, ENCODER_TOKENIZER, HEADS):
        folder = tmp_path / file
        folder.mkdir()
        for path in (work / "network").iterdir():
            (folder / path.name).write_bytes(path.read_bytes() + b" " * (path.name == file))
        digests.add(network_files(folder).digest)
    assert len(digests) == 4


def test_nothing_to_learn_from_and_no_room_are_told(tmp_path: Path):
    whole = packaged()
    model = new_network(whole.encoder, whole.heads)
    with pytest.raises(ModelError, match="no text to learn danger from"):
        train(model, tiny.encoder_tokenizer(), [], [], tmp_path, stage=STAGE)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelError, match="cannot be written"):
        network.publish(model, "{}", tmp_path / "file")


def test_a_network_goes_on_from_a_shipped_one(trained):
    model, work = trained
    encoder, heads = network._begin(work / "network", None)
    again = new_network(encoder, heads).state_dict()
    assert again.keys() == model.state_dict().keys()
    for name, value in model.state_dict().items():
        # Matrices come back as they were rounded, everything else as it was.
        assert (again[name] - value).abs().mean() <= 0.1 * value.abs().mean(), name


def test_how_often_a_text_is_read_its_file_tells_before_its_source():
    line = Example(CALM, NOTHING, LOW, 3, "authored", file="strangers")
    often = {"strangers": 3.0, "authored": 0.5, network.REST: 0.1}
    other, ordinary = replace(line, file="es"), replace(line, file="", source="ordinary")
    assert [times(e, often) for e in (line, other, ordinary)] == [3.0, 0.5, 0.1]
    assert times(line, {}) == 1.0
    items = list(make_items([line, *[other] * 40], tiny.encoder_tokenizer(), often))
    for seed in range(3):
        rows = [row for batch in make_batches(items, 2, seed) for row in batch]
        assert rows.count(0) == 6
        assert 20 < len(rows) - 6 < 60  # half of forty, twice


@pytest.mark.parametrize(
    "text", ["strangers", "strangers=", "strangers=often", "strangers=-1", "strangers=inf",
             "strangers=nan", "nobody=2", "=2", ""],
)  # fmt: skip
def test_what_cannot_be_read_so_often_is_told(text: str):
    with pytest.raises(ConfigError, match=r"--often .*: NAME=TIMES .* strangers"):
        network.read_often([text])


def test_the_command_tells_what_is_missing(tmp_path: Path):
    app = typer.Typer()
    app.command()(network.main)
    (tmp_path / "empty").mkdir()
    for options, why in (
        (["--model", str(tmp_path)], "no embedded model here"),
        (["--from", str(tmp_path / "empty")], "encoder.onnx"),
        (["--often", "nobody=2"], "nobody=2"),
    ):
        found = CliRunner().invoke(app, [*options, "--work", str(tmp_path / "work")])
        assert (found.exit_code, why in found.output) == (2, True), found.output
