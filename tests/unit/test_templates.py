from pathlib import Path

import pytest

from fakes import conversation, engine
from listenwell.core.errors import ConfigError
from listenwell.core.types import History, Reading
from listenwell.dialogue.templates import Templates
from listenwell.safety.guard import RuleGuard

SAD = Reading((("sad", 0.9),))


def test_the_six_feelings_are_there():
    names = set(Templates.default())
    assert names >= {"anxiety", "stress", "sadness", "loneliness", "overwhelm", "general"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I'm so anxious about tomorrow", "anxiety"),
        ("work stress is eating me", "stress"),
        ("I feel alone", "loneliness"),
        ("it's all too much", "overwhelm"),
        ("the weather changed", "general"),
        ("the word lonelyhearts is not lone", "general"),
    ],
)
def test_words_find_their_template(text: str, name: str):
    assert Templates.default().matching(text, Reading()) == name


def test_a_feeling_finds_its_template_where_no_word_does():
    assert Templates.default().matching("she is gone", SAD) == "sadness"


def test_what_a_user_adds_answers_by_itself():
    bot = engine("What?")
    bot.templates["grief"] = ["Tell me about them."]
    turn = bot.respond(History(), "the grief comes in waves")
    assert (turn.reply.text, turn.reply.generator) == ("Tell me about them.", "templates")
    assert bot.respond(History(), "I had soup").reply.generator == "scripted"


def test_what_a_user_adds_never_outranks_danger():
    bot = engine("What?")
    bot.templates["die"] = ["Cheer up."]
    assert bot.respond(History(), "I want to die").reply.generator == "crisis"


def test_one_line_of_yaml_adds_a_feeling(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("grief: [Tell me about them.]\n", encoding="utf-8")
    templates = Templates.default()
    templates.read(file)
    assert templates.added("my grief") == "grief"


@pytest.mark.parametrize(
    "content", ["grief: []", "grief: hello", "- a\n- b", "grief: {whne: [x]}", "a: [1]", ": : :"]
)
def test_a_bad_templates_file_says_what_is_wrong(tmp_path: Path, content: str):
    file = tmp_path / "bad.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"bad\.yaml"):
        Templates.default().read(file)


def test_no_line_comes_twice_before_all_have_come():
    templates, said = Templates.default(), []
    for _ in templates["sadness"]:
        said.append(templates.pick("sadness", conversation(*[t for s in said for t in ("x", s)])))
    assert sorted(said) == sorted(templates["sadness"])


def test_the_general_template_cannot_be_taken_away():
    with pytest.raises(ConfigError, match="general"):
        del Templates.default()["general"]


LANGUAGES = {"italian"}
"""The guard reads English only; what says so in other languages is not a generator's."""


@pytest.mark.parametrize(
    "reply",
    [
        reply
        for name, replies in Templates.default().items()
        if name not in LANGUAGES
        for reply in replies
    ],
)
def test_every_authored_reply_passes_the_guard_and_asks_at_most_once(reply: str):
    assert RuleGuard().allows(reply).allowed, reply
    assert reply.count("?") <= 1
    assert len(reply.split()) <= 45


def test_a_folder_adds_replies_and_moves_and_replaces_files_of_the_same_name(tmp_path: Path):
    (tmp_path / "mine.yaml").write_text("grief: [Tell me about them.]\n", encoding="utf-8")
    group = "- strategy: question\n  topic: work\n  lines: [What is the office like?]\n"
    (tmp_path / "work.yaml").write_text(group, encoding="utf-8")
    templates = Templates.default()
    before = len(templates.moves)
    templates.read(tmp_path)
    assert templates.added("my grief") == "grief"
    assert "What is the office like?" in [move.text for move in templates.moves]
    assert len(templates.moves) < before


def test_a_folder_without_yaml_is_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"no \.yaml file"):
        Templates.default().read(tmp_path)


def test_a_users_words_for_a_moment_take_the_place_of_ours(tmp_path: Path):
    file = tmp_path / "mine.yaml"
    file.write_text("thanks: [Any time at all.]\n", encoding="utf-8")
    bot = engine("What?")
    bot.templates.read(file)
    assert bot.respond(History(), "thank you").reply.text == "Any time at all."
    assert bot.respond(History(), "she never says thanks").reply.generator == "scripted"
