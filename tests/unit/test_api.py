"""The four lines of the README, and what stands around them."""

import subprocess
import sys
from pathlib import Path

import pytest

from listenwell import Listenwell, __version__
from listenwell.core.errors import ModelError, UnknownNameError


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


def test_conversations_held_at_the_same_time_do_not_change_each_other():
    alone, beside, other = (Listenwell(seed=5) for _ in range(3))
    said = []
    for bot, interrupted in ((alone, False), (beside, True)):
        for text in ("my cat is ill", "she is old", "hm"):
            bot.chat(text)
            if interrupted:
                other.chat("my cat is well and I won the race")
        said.append(bot.history)
    assert said[0] == said[1]


def test_every_reply_says_which_part_wrote_it():
    bot = Listenwell()
    for text in ("I've been feeling anxious lately", "are you human?", "I want to die"):
        bot.chat(text)
    makers = [turn.reply.generator for turn in bot.turns]
    assert makers[0] in {"embedded", "templates"}
    assert makers[1:] == ["disclosure", "crisis"]


def test_emotion_reading_can_be_switched_off():
    bot = Listenwell(read_emotions=False)
    bot.chat("I am sad")
    assert bot.turns[0].reading.emotion is None
    assert bot.turns[0].reading.strategies == ()


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


def test_a_folder_without_a_model_is_told_with_what_would_mend_it(tmp_path: Path):
    with pytest.raises(ModelError, match="Reinstall"):
        Listenwell(model=tmp_path)


def test_the_changelog_s_newest_version_is_the_package_s():
    root = Path(__file__).parents[2]
    lines = (root / "CHANGELOG.md").read_text("utf-8").splitlines()
    versions = [line.split("[")[1].split("]")[0] for line in lines if line.startswith("## [")]
    assert next(v for v in versions if v != "Unreleased") == __version__


@pytest.mark.parametrize("text", ["you're just a computer", "ok but do you even care"])
def test_who_doubts_that_anyone_is_there_is_told_what_it_is(text: str):
    assert Listenwell("templates").respond(text).reply.generator == "disclosure"
