"""Recipes say everything that decides a model, and a mistake in one is told by its key."""

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[train]'")
pytest.importorskip("gguf")

from listenwell.core.errors import ConfigError  # noqa: E402
from listenwell.corpora.catalogue import find_corpus  # noqa: E402
from listenwell.training.embedded.encoder_tasks import TASKS  # noqa: E402
from listenwell.training.embedded.recipe import read_recipe  # noqa: E402
from listenwell.training.embedded.run import corpora_of  # noqa: E402

RECIPES = sorted((Path(__file__).parents[2] / "recipes").glob("embedded*.yaml"))
GOOD = {
    "method": "embedded",
    "encoder": {"tasks": {"dialogue": 1}},
    "writer": {"corpora": {"listenwell": 1}, "keep_layers": [0]},
}


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_recipe_in_the_project_asks_only_for_what_there_is(path: Path):
    recipe = read_recipe(path)
    assert all(find_corpus(name).name == name for name in corpora_of(recipe))
    assert all(set(part.tasks) <= set(TASKS) for part in recipe.encoder.rounds())
    assert set(recipe.writer.late) <= set(recipe.writer.corpora)
    assert recipe.writer.keep_layers == sorted(set(recipe.writer.keep_layers))


def test_a_permissive_recipe_uses_no_corpus_with_a_non_commercial_term():
    (path,) = (path for path in RECIPES if "permissive" in path.stem)
    for name in corpora_of(read_recipe(path)):
        assert "non-commercial" not in find_corpus(name).terms


def test_a_recipe_needs_the_corpora_of_its_tasks_too(tmp_path: Path):
    path = tmp_path / "r.yaml"
    tasks = {"encoder": {"dialogues": ["listenwell"], "tasks": {"strategy": 1, "situation": 1}}}
    path.write_text(json.dumps(GOOD | tasks), encoding="utf-8")
    assert corpora_of(read_recipe(path)) == ["listenwell", "esconv", "empathetic_dialogues"]


def test_later_rounds_change_what_it_names_and_keep_the_rest(tmp_path: Path):
    path = tmp_path / "r.yaml"
    then = [{"learning_rate": 1e-5, "tasks": {"told": 2}}, {"tasks": {"told": 1}, "keep": 0.5}]
    first = {"tasks": {"dialogue": 1}, "max_steps": 7, "vocabulary": 300, "then": then}
    path.write_text(json.dumps(GOOD | {"encoder": first}), encoding="utf-8")
    recipe = read_recipe(path)
    one, two, three = recipe.encoder.rounds()
    assert (one.tasks, one.max_steps, one.learning_rate) == ({"dialogue": 1}, 7, 4e-4)
    assert (two.tasks, two.max_steps, two.learning_rate) == ({"told": 2}, None, 1e-5)
    assert (two.vocabulary, two.batch_size) == (300, one.batch_size)
    assert (three.tasks, three.learning_rate) == ({"told": 1}, one.learning_rate)
    assert "empathetic_dialogues" in corpora_of(recipe)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"epochs": 3}, "epochs"),
        ({"method": "lora"}, "method"),
        ({"encoder": {}}, r"encoder\.tasks"),
        ({"encoder": {"tasks": {}}}, r"encoder\.tasks"),
        ({"encoder": {"tasks": {"dialogue": 1}, "batch_size": 1}}, r"encoder\.batch_size"),
        ({"encoder": {"tasks": {"dialogue": 1}, "learning_rate": 0}}, r"encoder\.learning_rate"),
        ({"writer": {"keep_layers": [0]}}, r"writer\.corpora"),
        ({"writer": {"corpora": {"x": 1}, "keep_layers": []}}, r"writer\.keep_layers"),
        (
            {"writer": {"corpora": {"x": 1}, "keep_layers": [0], "quantise_from": 2}},
            r"writer\.quantise_from",
        ),
        (
            {"writer": {"corpora": {"x": 1}, "keep_layers": [0], "max_steps": 0}},
            r"writer\.max_steps",
        ),
    ],
)
def test_a_bad_recipe_names_the_key(tmp_path: Path, change: dict[str, object], named: str):
    path = tmp_path / "bad.yaml"
    path.write_text(json.dumps(GOOD | change), encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"bad\.yaml: `{named}`"):
        read_recipe(path)


@pytest.mark.parametrize(
    ("content", "named"),
    [(b"{", "not YAML"), (b"\xff\xfe\x00", "not YAML"), (b"", "the file"), (b"- a", "the file")],
)
def test_a_file_that_is_no_recipe_is_told(tmp_path: Path, content: bytes, named: str):
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=named):
        read_recipe(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_recipe(tmp_path / "none.yaml")
