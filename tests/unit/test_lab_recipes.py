"""Every recipe of the project says what it means, and runs on a tiny model of its own kind."""

import json
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[train]'")
for library in ("transformers", "peft", "trl", "accelerate", "tensorboard", "datasets"):
    pytest.importorskip(library)

import tiny_hub  # noqa: E402
from listenwell.core.errors import ConfigError, CorpusError, ModelError, UnknownNameError  # noqa: E402
from listenwell.training.lab.recipe import parse_changes, read_recipe  # noqa: E402
from listenwell.training.lab.run import run  # noqa: E402

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]
FOLDER = Path(__file__).parents[2] / "recipes"
KINDS = {
    "distilgpt2-empathetic": "gpt2", "gpt2-counseling": "gpt2", "gpt2-sequential": "gpt2",
    "gpt-neo-125m-lora": "gpt_neo", "gpt-neo-1.3b-lora": "gpt_neo",
    "gpt-neo-2.7b-lora": "gpt_neo", "gpt-j-6b-lora": "gptj", "dialogpt": "dialogpt",
    "gpt2-medium": "gpt2", "llama-lora": "llama", "mistral-7b-qlora": "mistral",
    "dpo-feedback": "gpt2", "empathetic-multilingual": "llama", "smollm2-support": "llama",
}  # fmt: skip
LONG = "a file of long replies"
SMALL: dict[str, Any] = {
    "data.max_length": 96, "data.max_conversations": 20, "training.max_steps": 2,
    "training.batch_size": 2, "training.accumulation": 1, "training.log_every": 1,
    "evaluation.sequences": 4, "evaluation.replies": 2, "evaluation.samples": 1,
    "evaluation.max_new_tokens": 6,
}  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_hub.corpora(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hub")


def test_every_recipe_of_the_lab_is_tried_below():
    assert {p.stem for p in FOLDER.glob("*.yaml")} - set(KINDS) == {
        "embedded", "embedded-permissive",
    }  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_a_recipe_runs_on_a_tiny_model_of_its_kind(
    name: str, tmp_path: Path, hub: Path, data: Path
):
    kind = KINDS[name]
    model = hub / kind
    if not model.exists():
        tiny_hub.folder(model, kind)
    changes = SMALL | {"model": str(model)} | CORPORA.get(name, lambda data: {})(data)
    recipe = read_recipe(FOLDER / f"{name}.yaml", changes)
    finished = run(recipe, data, tmp_path / "run")
    log = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").open()]
    assert {row["stage"] for row in log} == {stage.name for stage in recipe.all_stages()}
    assert all(row["step"] <= 2 for row in log)
    assert (finished / "README.md").is_file()
    assert (tmp_path / "run" / "adapter" / "adapter_config.json").is_file() == recipe.uses_adapter


CORPORA: dict[str, Any] = {
    "gpt2-sequential": lambda data: {"stages": [
        {"name": "counselling", "corpora": ["mental_health_counseling_conversations"]},
        {"name": "questions", "corpora": [tiny_hub.questions(data)], "epochs": 1},
        {"name": "curated", "corpora": [tiny_hub.curated(data)], "learning_rate": 1e-3},
    ]},
    # bitsandbytes needs a GPU; the same adapter on whole weights is what can be tried here.
    "mistral-7b-qlora": lambda data: {
        "method": "lora", "data.corpora": ["empathetic_dialogues"],
    },
    "gpt2-medium": lambda data: {"data.corpora": ["empathetic_dialogues"]},
    "llama-lora": lambda data: {"data.corpora": ["empathetic_dialogues"]},
    "smollm2-support": lambda data: {"data.corpora": ["empathetic_dialogues", "listenwell"]},
    "empathetic-multilingual": lambda data: {
        "data.corpora": ["empathetic_dialogues", tiny_hub.languages(data)],
    },
    "dpo-feedback": lambda data: {"preference.pairs": [tiny_hub.preferences(data)]},
}  # fmt: skip


def test_sequential_stages_tell_what_the_later_made_the_earlier_forget(
    tmp_path: Path, hub: Path, data: Path
):
    model = hub / "gpt2"
    if not model.exists():
        tiny_hub.folder(model, "gpt2")
    changes = SMALL | {"model": str(model)} | CORPORA["gpt2-sequential"](data)
    out = tmp_path / "run"
    run(read_recipe(FOLDER / "gpt2-sequential.yaml", changes), data, out)
    rows = json.loads((out / "forgetting.json").read_text())["rows"]
    assert [row["after"] for row in rows] == ["untouched", "counselling", "questions", "curated"]
    assert all(len(row["perplexity"]) == 3 for row in rows)
    assert "What is forgotten" in (out / "model" / "README.md").read_text("utf-8")
    counted = json.loads((out / "data.json").read_text())
    assert set(counted["stages"]) == {"counselling", "questions", "curated"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"modle": "gpt2"}, r"`modle`: there is no such key. Did you mean `model`\?"),
        ({"data.max_lenght": 9}, r"`data.max_lenght`: .* Did you mean `max_length`\?"),
        ({"training.epoch": 9}, r"`training.epoch`: .* Did you mean `epochs`\?"),
        ({"training.learning_rate": 0}, r"`training.learning_rate`: .*greater than 0"),
        ({"method": "lorra"}, r"`method`: .*'lora'"),
        ({"data.corpora": []}, "at least one corpus"),
        ({"preference": {"pairs": ["x"]}}, "for method dpo"),
        ({"method": "dpo"}, "needs `preference`"),
        ({"stages": [{"name": "a", "corpora": ["x"]}]}, "either `stages` or"),
        ({"model.name": "x"}, "cannot be set"),
    ],
)
def test_a_mistake_in_a_recipe_is_told_by_its_key(change: dict[str, Any], said: str):
    with pytest.raises(ConfigError, match=said):
        read_recipe(FOLDER / "distilgpt2-empathetic.yaml", change)


def test_values_on_the_command_line_are_yaml():
    assert parse_changes(["a.b=[x, y]", "c=1e-5", "d=null"]) == {
        "a.b": ["x", "y"], "c": "1e-5", "d": None,
    }  # fmt: skip
    with pytest.raises(ConfigError, match="expected key=value"):
        parse_changes(["epochs"])


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"data.corpora": ["empathetic_dialog"]}, UnknownNameError, "empathetic_dialogues"),
        ({"data.corpora": ["esconv"]}, CorpusError, "not on this machine"),
        ({"data.valid_split": "test"}, CorpusError, r"split 'test' is empty here \(train 6"),
        ({"data.max_length": 500}, ConfigError, "has places for 128 tokens"),
        (
            {"data.max_length": 16, "data.corpora": [LONG]},
            CorpusError,
            "fits into 16 tokens. Set a larger data.max_length",
        ),
        ({"model": "/nowhere/at-all"}, ModelError, "neither a folder here nor"),
        ({"method": "last_layers", "last_layers": 9}, ConfigError, "the model has 3"),
        ({"method": "qlora"}, ModelError, "cannot be done here.*method=lora"),
        ({"method": "lora", "adapter.targets": ["nothing"]}, ConfigError, "not layers of this"),
    ],
)
def test_what_cannot_be_trained_is_told_with_what_would_help(
    change: dict[str, Any], error: type[Exception], said: str, tmp_path: Path, hub: Path, data: Path
):
    model = hub / "gpt2"
    if not model.exists():
        tiny_hub.folder(model, "gpt2")
    changes = SMALL | {"model": str(model)} | change
    if change.get("data.corpora") == [LONG]:
        changes["data.corpora"] = [tiny_hub.long_replies(tmp_path)]
    recipe = read_recipe(FOLDER / "distilgpt2-empathetic.yaml", changes)
    with pytest.raises(error, match=said):
        run(recipe, data, tmp_path / "run")


def test_a_model_without_a_padding_sign_is_trained_and_one_without_an_end_is_refused(
    tmp_path: Path, data: Path
):
    bare = tiny_hub.folder(tmp_path / "bare", pad=False)
    recipe = read_recipe(FOLDER / "distilgpt2-empathetic.yaml", SMALL | {"model": str(bare)})
    finished = run(recipe, data, tmp_path / "run")
    assert json.loads((finished / "tokenizer_config.json").read_text())["pad_token"] == tiny_hub.END
    settings = bare / "tokenizer_config.json"
    kept = {k: v for k, v in json.loads(settings.read_text()).items() if k != "eos_token"}
    settings.write_text(json.dumps(kept))
    with pytest.raises(ModelError, match="no end sign"):
        run(recipe, data, tmp_path / "other")
