"""YAML that is JSON is read as JSON, whatever comments stand above it, and means the same."""

import pytest
import yaml

from listenwell.core.yaml_text import parse

JSON = '[\n{"a": ["x", "y"], "b": 1},\n{"a": []}\n]\n'


@pytest.mark.parametrize("head", ["", "# One.\n", "# One: [\n# {two\n"])
def test_json_below_comments_is_what_yaml_makes_of_it(head: str):
    assert parse(head + JSON) == yaml.safe_load(head + JSON)


def test_each_object_of_json_may_be_put_in_the_place_of_another():
    assert parse(f"# Said.\n{JSON}", each=lambda group: len(group["a"])) == [2, 0]


@pytest.mark.parametrize(
    "text", ["# only this\n", "", "[a, b]", "{a: 1} # so\n", "# x\n- a\n- b: c\n"]
)
def test_what_is_yaml_alone_is_read_as_yaml(text: str):
    assert parse(text) == yaml.safe_load(text)


def test_the_packages_cues_and_feelings_are_kept_once_each():
    from listenwell.dialogue.authored import packaged

    groups = packaged("situations")
    lists = [group[key] for group in groups for key in ("when", "feeling") if key in group]
    assert len(lists) > 1000
    assert len({id(one) for one in lists}) == len(set(lists))
