"""The four lines of the README, and what stands around them."""

import subprocess
import sys
from pathlib import Path

import pytest

from listenwell import Listenwell, __version__
from listenwell.core.errors import ListenwellError, ModelError, UnknownNameError
from listenwell.embedded.files import PACKAGED, find_files


def test_four_lines_hold_a_conversation():
    bot = Listenwell()
    first = bot.chat("I've been feeling anxious lately")
    second = bot.chat("It's mostly at night, before work")
    assert first
    assert second != first
    assert [m.role for m in bot.history.messages] == ["user", "assistant"] * 2
    assert bot.turns[0].reply.text == first
    bot.reset()
    assert bot.history.messages == ()


def test_streamed_pieces_are_the_reply():
    bot = Listenwell("templates")
    assert "".join(bot.stream("I feel sad")) == bot.history.messages[-1].content


def test_the_same_seed_gives_the_same_conversation():
    said = [[Listenwell(seed=5).chat(t) for t in ("my cat is ill", "hm")] for _ in range(2)]
    assert said[0] == said[1]


def test_emotion_reading_can_be_switched_off():
    bot = Listenwell(read_emotions=False)
    bot.chat("I am sad")
    assert bot.turns[0].reading.emotion is None


def test_an_unknown_generator_is_named_with_what_would_work():
    with pytest.raises(UnknownNameError, match=r"embeded.*Did you mean 'embedded'"):
        Listenwell("embeded")  # type: ignore[arg-type]


def test_importing_the_package_loads_no_training_library():
    code = (
        "import sys, listenwell, listenwell.cli.main;"
        "print({'torch','transformers','datasets','peft','trl','matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("damage", ["missing", "truncated", "manifest", "swapped", "no-folder"])
def test_a_damaged_model_is_told_by_name(tmp_path: Path, damage: str):
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("manifest.json", "model.onnx", "tokenizer.json"):
        (folder / name).write_bytes((PACKAGED / name).read_bytes())
    match damage:
        case "missing":
            (folder / "model.onnx").unlink()
        case "truncated":
            (folder / "model.onnx").write_bytes((PACKAGED / "model.onnx").read_bytes()[:1000])
        case "manifest":
            (folder / "manifest.json").write_text("{", encoding="utf-8")
        case "swapped":
            (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
        case _:
            folder = tmp_path / "nowhere"
    with pytest.raises(ModelError, match=r"Reinstall"):
        find_files(folder)
    with pytest.raises(ListenwellError):
        Listenwell(model=folder)


def test_the_changelog_s_newest_version_is_the_package_s():
    root = Path(__file__).parents[2]
    lines = (root / "CHANGELOG.md").read_text("utf-8").splitlines()
    versions = [line.split("[")[1].split("]")[0] for line in lines if line.startswith("## [")]
    assert next(v for v in versions if v != "Unreleased") == __version__
