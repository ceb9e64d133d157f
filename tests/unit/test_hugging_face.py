"""The exported Hugging Face folders: the same figures as here, and ordinary use of them."""

import importlib.util
import json
import sys
from dataclasses import asdict

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from listenwell.cli.export import export as export_command
from listenwell.core.emotions import EMOTIONS
from listenwell.core.errors import ListenwellError, ModelError
from listenwell.core.types import Message, Strategy
from listenwell.embedded.files import write_manifest
from listenwell.embedded.heads import turn_bucket, views
from listenwell.embedded.tokens import WRITER_MARKERS, EncoderTokenizer, WriterTokenizer

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")
pytest.importorskip("safetensors")
pytest.importorskip("gguf")

from onnx import helper, numpy_helper  # noqa: E402
from tokenizers import pre_tokenizers  # noqa: E402

from listenwell.training.embedded.decoder import Decoder, DecoderShape  # noqa: E402
from listenwell.training.embedded.encoder import Encoder, EncoderShape  # noqa: E402
from listenwell.training.embedded.encoder_graph import build_encoder  # noqa: E402
from listenwell.training.embedded.hugging_face import export, read_weights  # noqa: E402
from listenwell.training.embedded.quantising import rounded  # noqa: E402
from listenwell.training.embedded.reading import BERT_MARKERS, word_pieces  # noqa: E402
from listenwell.training.embedded.vocabulary import Bpe, build_tokenizer  # noqa: E402
from listenwell.training.embedded.writer_graph import build_writer  # noqa: E402

CHAT = [
    {"role": "user", "content": "my  dog died, it’s so sad <|end|> [SEP]"},
    {"role": "assistant", "content": "i am sorry…"},
    {"role": "user", "content": "thanks"},
]
MESSAGES = [Message(turn["role"], " ".join(turn["content"].split())) for turn in CHAT]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PIECES = [*BERT_MARKERS, *LETTERS, *(f"##{c}" for c in LETTERS), *".,'", "dog", "sad", "died"]
CARD = "---\nlibrary_name: listenwell\npipeline_tag: text-generation\n---\n\n# tiny\n"


def _save(folder, **shapes):
    """Write the manifest of a packaged model anew."""
    write_manifest(folder, "tiny", shapes=shapes)


@pytest.fixture(scope="session")
def packaged(tmp_path_factory):
    """A packaged model with small random networks."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("packaged")
    raw = build_tokenizer(Bpe(tuple(sorted(pre_tokenizers.ByteLevel.alphabet())), ()))
    writer_shape = DecoderShape(
        raw.get_vocab_size(), layers=2, hidden=128, inner=192, heads=4, kv_heads=2
    )
    writer = Decoder(writer_shape)
    pieces = word_pieces(PIECES)
    encoder_shape = EncoderShape(
        len(PIECES), hidden=64, layers=2, heads=2, inner=96, positions=40, dropout=0.0
    )
    encoder = Encoder(encoder_shape)
    for model in (writer, encoder):
        for parameter in model.parameters():
            parameter.data += torch.randn_like(parameter) * 0.05
    state = encoder.state_dict()
    onnx.save(build_writer(writer.state_dict(), writer_shape), str(folder / "writer.onnx"))
    onnx.save(build_encoder(state, encoder_shape), str(folder / "encoder.onnx"))
    raw.save(str(folder / "writer-tokenizer.json"))
    pieces.save(str(folder / "encoder-tokenizer.json"))
    heads = {n.removeprefix("heads."): v.numpy() for n, v in state.items() if "heads." in n}
    np.savez(folder / "heads.npz", **heads, **{"emotion.temperature": np.float32(1.7)})
    (folder / "README.md").write_text(CARD)
    (folder / "bank.npz").write_bytes(b"not read here")
    (folder / "loss.png").write_bytes(b"picture")
    _save(folder, writer=asdict(writer_shape), encoder=asdict(encoder_shape))
    return folder


@pytest.fixture(scope="session")
def exported(packaged, tmp_path_factory):
    return export(packaged, tmp_path_factory.mktemp("exported"))


@pytest.fixture(scope="session")
def writer(packaged):
    shape = json.loads((packaged / "manifest.json").read_text())["shapes"]["writer"]
    model = Decoder(DecoderShape(**shape))
    model.load_state_dict(read_weights(packaged / "writer.onnx"))
    return model.eval()


@pytest.fixture(scope="session")
def encoder(packaged):
    shape = json.loads((packaged / "manifest.json").read_text())["shapes"]["encoder"]
    model = Encoder(EncoderShape(**shape))
    with np.load(packaged / "heads.npz") as arrays:
        heads = {f"heads.{n}": torch.from_numpy(arrays[n]) for n in arrays if "temp" not in n}
    model.load_state_dict(read_weights(packaged / "encoder.onnx") | heads)
    return model.eval()


@pytest.fixture(scope="session")
def transformers(tmp_path_factory):
    found = pytest.importorskip("transformers")
    with pytest.MonkeyPatch.context() as patch:
        cache = str(tmp_path_factory.mktemp("modules"))
        patch.setattr("transformers.dynamic_module_utils.HF_MODULES_CACHE", cache)
        yield found


@pytest.fixture(scope="session")
def reader(exported, transformers):
    spec = importlib.util.spec_from_file_location(
        "modeling_listenwell", exported / "encoder/modeling_listenwell.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.ListenwellReader.from_folder(exported / "encoder")


# Weights


@pytest.mark.parametrize("bits", [4, 8])
def test_weights_come_back_as_they_were_rounded(tmp_path, bits):
    from listenwell.training.embedded.graph import Graph, finish, value, write

    weight, bias = torch.randn(6, 64), torch.randn(6)
    g = Graph({"a.weight": weight, "a.bias": bias}, small=True)
    g.op("Add", g.times("x", "a.weight", bits), g.weight("a.bias"), name="y")
    ends = [value(name, onnx.TensorProto.FLOAT, [1, size]) for name, size in (("x", 64), ("y", 6))]
    write(finish(g, "graph", ends[:1], ends[1:]), tmp_path / "graph.onnx")

    found = read_weights(tmp_path / "graph.onnx")

    assert found.keys() == {"a.weight", "a.bias"}
    assert torch.equal(found["a.weight"], rounded(weight, bits))
    assert torch.equal(found["a.bias"], bias)


def _graph(path, **arrays):
    constants = [numpy_helper.from_array(value, name) for name, value in arrays.items()]
    onnx.save(helper.make_model(helper.make_graph([], "graph", [], [], constants)), str(path))


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({}, "holds no weights"),
        ({"a.weight.q": np.zeros((2, 1, 32), np.uint8)}, "no scales"),
        (
            {
                "a.weight.q": np.zeros((2, 1, 7), np.uint8),
                "a.weight.s": np.ones((2, 1), np.float32),
            },
            "not as blocks of 32",
        ),
        (
            {
                "a.weight.q": np.zeros((2, 1, 32), np.uint8),
                "a.weight.s": np.ones((2, 2), np.float32),
            },
            "not as blocks of 32",
        ),
    ],
    ids=["empty", "no scales", "strange block", "scales of another size"],
)
def test_a_graph_of_another_kind_is_refused(tmp_path, arrays, says):
    _graph(tmp_path / "graph.onnx", **arrays)
    with pytest.raises(ModelError, match=says):
        read_weights(tmp_path / "graph.onnx")


def test_a_file_that_is_no_graph_is_refused(tmp_path):
    (tmp_path / "graph.onnx").write_bytes(b"not a graph")
    for name in ("graph.onnx", "missing.onnx"):
        with pytest.raises(ModelError, match="not a readable ONNX graph"):
            read_weights(tmp_path / name)


# The writer


@torch.no_grad()
def test_llama_scores_as_the_writer_does(exported, writer, transformers):
    model = transformers.AutoModelForCausalLM.from_pretrained(exported / "writer")
    ids = torch.randint(0, writer.shape.vocabulary, (2, 300))
    ours = writer.scores(writer.hidden(ids))
    assert type(model).__name__ == "LlamaForCausalLM"
    assert torch.allclose(model(ids).logits, ours, atol=1e-4)
    assert float(ours.abs().max()) > 0.1


def _chat_ids(tokenizer, **options):
    return tokenizer.apply_chat_template(CHAT, return_dict=True, **options)["input_ids"]


def test_the_chat_template_writes_what_the_writer_was_trained_on(exported, packaged, transformers):
    from listenwell.embedded.tokens import read_tokenizer

    theirs = transformers.AutoTokenizer.from_pretrained(exported / "writer")
    ours = WriterTokenizer(read_tokenizer(packaged / "writer-tokenizer.json"))
    context = ours.context(MESSAGES)
    assert _chat_ids(theirs) == context
    assert _chat_ids(theirs, add_generation_prompt=True) == context + ours.opening()
    given = _chat_ids(
        theirs,
        add_generation_prompt=True,
        voice=True,
        emotion="sad",
        strategy="Reflection of feelings",
    )
    opening = ours.opening(voice=True, emotion="sad", strategy=Strategy.REFLECTION)
    assert given == context + opening


def test_the_chat_template_marks_what_the_listener_says(exported, transformers):
    tokenizer = transformers.AutoTokenizer.from_pretrained(exported / "writer")
    found = tokenizer.apply_chat_template(CHAT, return_dict=True, return_assistant_tokens_mask=True)
    said = [
        token
        for token, own in zip(found["input_ids"], found["assistant_masks"], strict=True)
        if own
    ]
    assert tokenizer.decode(said) == "i am sorry...<|end|>"


def test_the_chat_template_refuses_other_roles(exported, transformers):
    tokenizer = transformers.AutoTokenizer.from_pretrained(exported / "writer")
    with pytest.raises(Exception, match="user and assistant only, not system"):
        tokenizer.apply_chat_template([{"role": "system", "content": "Be kind."}])


def test_the_writer_answers_in_a_pipeline(exported, transformers):
    talk = transformers.pipeline("text-generation", model=str(exported / "writer"))
    transformers.set_seed(0)
    answer = talk(CHAT)[0]["generated_text"][-1]
    ids = talk.model.generate(**talk.tokenizer("<|user|>hi", return_tensors="pt"))[0][3:]
    assert answer["role"] == "assistant"
    assert answer["content"]
    assert len(ids) <= 64
    assert not set(ids.tolist()[:-1]) & set(range(len(WRITER_MARKERS)))


# The encoder


@torch.no_grad()
def test_bert_reads_as_the_encoder_does(exported, encoder, transformers):
    folder = exported / "encoder"
    model = transformers.AutoModel.from_pretrained(folder, add_pooling_layer=False)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    batch = tokenizer(
        ["my dog died", "sad"], ["i’m sorry", "why"], padding=True, return_tensors="pt"
    )
    states = model(**batch).last_hidden_state
    weight = batch["attention_mask"].unsqueeze(-1).float()
    ours = encoder(batch["input_ids"], batch["token_type_ids"], batch["attention_mask"].bool())
    assert torch.allclose((states * weight).sum(1) / weight.sum(1), ours, atol=1e-5)
    assert type(transformers.AutoModel.from_pretrained(folder)).__name__ == "BertModel"


@torch.no_grad()
@pytest.mark.parametrize(
    "chat",
    [CHAT, CHAT[:1], [*CHAT * 3], [{"role": "user", "content": LETTERS * 3}, {"role": "user", "content": " "}]],
    ids=["three turns", "one", "more than six", "too long"],
)  # fmt: skip
def test_the_reader_tells_what_the_heads_tell(packaged, encoder, reader, chat):
    from listenwell.embedded.tokens import read_tokenizer

    tokenizer = EncoderTokenizer(read_tokenizer(packaged / "encoder-tokenizer.json"))
    spoken = [m for m in chat if m["content"].strip()][-6:]
    messages = [Message(m["role"], " ".join(m["content"].split())) for m in spoken]

    def read(some: list[Message]) -> torch.Tensor:
        ids, segments = (torch.tensor([row]) for row in tokenizer.context(some))
        return encoder(ids, segments, torch.ones_like(ids, dtype=torch.bool))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("listenwell.embedded.tokens.ENCODER_CONTEXT", 40)
        pooled = read(messages)
        felt = torch.cat([read(view) for view in views(messages)]).mean(0, keepdim=True)
        apart = [read([message]) for message in messages[:2]]
        newest = read([m for m in messages if m.role == "user"][-1:])

    found = reader.read(chat)

    replied = len(messages) > 1 and messages[1].role == "assistant"
    empathy = {"emotional_reactions", "interpretations", "explorations"} if replied else set()
    risks = {name for name in found if name.startswith("risk_")}
    assert len(risks) == 5
    assert found.keys() == {"emotion", "strategy", "danger", *empathy, *risks}
    grave = encoder.tell("risk_high", newest).softmax(-1)[0]
    assert list(found["risk_high"].values()) == pytest.approx(grave.tolist(), abs=1e-5)
    if replied and len(messages) < 4:
        level = encoder.tell("explorations", apart[0], None, apart[1]).softmax(-1)[0]
        assert list(found["explorations"].values()) == pytest.approx(level.tolist(), abs=1e-5)
    feeling = (encoder.tell("emotion", felt) / 1.7).softmax(-1)[0]
    assert list(found["emotion"]) == list(EMOTIONS)
    assert list(found["emotion"].values()) == pytest.approx(feeling.tolist(), abs=1e-5)
    bucket = torch.tensor([turn_bucket(len([m for m in chat if m["content"].strip()]))])
    plan = encoder.tell("strategy", pooled, bucket).softmax(-1)[0]
    assert list(found["strategy"].values()) == pytest.approx(plan.tolist(), abs=1e-5)
    danger = encoder.tell("danger", pooled).softmax(-1)[0]
    assert list(found["danger"].values()) == pytest.approx(danger.tolist(), abs=1e-5)
    assert list(found["danger"]) == ["none", "distress", "suicidal"]


def test_the_emotion_pipeline_tells_what_the_reader_tells(exported, reader, transformers):
    folder = str(exported / "encoder/emotion")
    feel = transformers.pipeline("text-classification", model=folder, trust_remote_code=True)
    texts = ["my dog died, it’s so sad", "thanks [SEP]", LETTERS * 3]
    for text, told in zip(texts, feel(texts, top_k=None, batch_size=3), strict=True):
        read = reader.read([{"role": "user", "content": text}])["emotion"]
        assert {item["label"]: item["score"] for item in told} == pytest.approx(read, abs=1e-5)


def test_the_emotion_folder_never_loads_as_another_network(exported, transformers):
    folder = str(exported / "encoder/emotion")
    with pytest.raises(ValueError, match="trust_remote_code"):
        transformers.AutoModelForSequenceClassification.from_pretrained(
            folder, trust_remote_code=False
        )


def test_the_emotion_network_can_be_trained_on(exported, transformers):
    folder = str(exported / "encoder/emotion")
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        folder, trust_remote_code=True
    )
    found = model(input_ids=torch.tensor([[2, 5, 3]]), labels=torch.tensor([1]))
    found.loss.backward()
    assert model.classifier.weight.grad.abs().sum() > 0


# The folders


def test_an_export_holds_what_the_hub_needs_and_nothing_unfinished(exported):
    assert {path.name for path in exported.iterdir()} == {
        "writer", "encoder", "listenwell-export.json"
    }  # fmt: skip
    assert {path.name for path in (exported / "writer").iterdir()} == {
        "README.md", "config.json", "generation_config.json", "loss.png", "model.safetensors",
        "tokenizer.json", "tokenizer_config.json",
    }  # fmt: skip
    card = (exported / "encoder/README.md").read_text()
    assert "library_name: transformers\npipeline_tag: text-classification\n" in card
    assert "# tiny" in card


def test_an_earlier_or_broken_off_export_is_replaced(packaged, exported, tmp_path):
    out = tmp_path / "new" / "out"
    (export(packaged, out) / ".partial" / "writer").mkdir(parents=True)
    (out / "writer/model.safetensors").write_bytes(b"old")
    export(packaged, out)
    new = (out / "writer/model.safetensors").read_bytes()
    assert new == (exported / "writer/model.safetensors").read_bytes()
    assert not (out / ".partial").exists()


def test_a_folder_of_someone_elses_stays_as_it_is(packaged, tmp_path):
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(ModelError, match="holds files that no export wrote"):
        export(packaged, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_file_in_the_way_is_told(packaged, tmp_path):
    (tmp_path / "file").write_text("here")
    with pytest.raises(ModelError, match="cannot be written"):
        export(packaged, tmp_path / "file")


def _copy(packaged, folder):
    for file in packaged.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def test_shapes_are_implied_where_the_manifest_gives_none(packaged):
    from listenwell.training.embedded.unpacking import encoder_shape, writer_shape

    weights = read_weights(packaged / "writer.onnx")
    assert writer_shape(weights, {}) == DecoderShape(
        len(weights["embed_tokens.weight"]), layers=2, hidden=128, inner=192, heads=2, kv_heads=1
    )
    found = encoder_shape(read_weights(packaged / "encoder.onnx"), {"heads": 2})
    assert found == EncoderShape(len(PIECES), 64, 2, 2, 96, 40)


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda f: (f / "manifest.json").unlink(), "no embedded model here"),
        (lambda f: (f / "manifest.json").write_text("[]"), "manifest.json: damaged"),
        (lambda f: (f / "README.md").unlink(), "model card cannot be read"),
        (lambda f: (f / "writer.onnx").write_bytes(b"x"), "SHA-256"),
        (lambda f: ((f / "heads.npz").write_bytes(b"x"), _save(f)), "not a readable NPZ"),
        (lambda f: (np.savez(f / "heads.npz", a=1), _save(f, encoder={"heads": 2})), "`heads.a`"),
        (lambda f: _save(f, writer={"width": 3}), "not of the shape that is needed"),
        (lambda f: _save(f, writer={"layers": 3}), r"`layers.2\..*` is missing, but of this shape"),
        (
            lambda f: (
                build_tokenizer(Bpe(("a",), ())).save(str(f / "writer-tokenizer.json")),
                _save(f),
            ),
            "tokens, but writer-tokenizer.json has",
        ),
    ],
    ids=["none", "manifest", "card", "digest", "npz", "head", "field", "layers", "tokens"],
)
def test_a_damaged_model_is_refused_before_anything_is_written(packaged, tmp_path, break_it, says):
    folder = tmp_path / "model"
    folder.mkdir()
    break_it(_copy(packaged, folder))
    with pytest.raises(ModelError, match=says):
        export(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


# The command


def _command():
    app = typer.Typer()
    app.command()(export_command)
    return app


def test_the_command_prints_where_the_folders_are(packaged, tmp_path):
    out = tmp_path / "out"
    found = CliRunner().invoke(_command(), ["--out", str(out), "--model", str(packaged)])
    assert (found.exit_code, found.stdout) == (0, f"{out}\n")
    assert (out / "writer/config.json").exists()


def test_without_the_training_libraries_the_command_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.delitem(sys.modules, "listenwell.training.embedded.hugging_face", raising=False)
    monkeypatch.setitem(sys.modules, "safetensors", None)
    found = CliRunner().invoke(_command(), ["--out", str(tmp_path / "out")])
    assert isinstance(found.exception, ListenwellError)
    assert "pip install 'listenwell[train]'" in str(found.exception)
