"""The person's own words, turned round only where that is certain to be right."""

import pytest

from listenwell.dialogue.echo import of_others, of_self, restated


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("my dad keeps asking me about it", "your dad keeps asking you about it"),
        ("My brother sold the tools without asking me.", "your brother sold the tools without asking you"),
        ("i dont want to lose her", "you don't want to lose her"),
        ("I guess I'm scared of disappointing them", "you're scared of disappointing them"),
        ("I miss my old team a lot", "you miss your old team a lot"),
        ("My mother was proud while I was ill", "your mother was proud while you were ill"),
    ],
)  # fmt: skip
def test_sure_sentences_are_turned(text: str, turned: str):
    assert restated(text) == turned


@pytest.mark.parametrize(
    "text",
    [
        "my dad said you were right",
        "my wife and I we fought",
        "my mom is like so mean lol",
        "what does my dad want?",
        "MY DAD KEEPS ASKING ABOUT IT",
        "my dad",
        "my dad keeps asking about it and",
        "my brother wants to die",
        "my sister is 9",
        "the cat sat on the mat",
        "so basically my dad " + "and then " * 30,
    ],
)
def test_unsure_sentences_are_left_alone(text: str):
    assert restated(text) == ""


def test_others_and_self_are_told_apart():
    assert of_self("my dad keeps asking about it") == ""
    assert of_others("I miss my old team a lot") == ""
