"""He and she in the place of "they": only where one person is spoken of, and only in sentences that come out right."""

import re

import pytest

from fakes import conversation
from listenwell.dialogue.hearing import hear
from listenwell.dialogue.pronouns import forms, pronoun_of, spoken_of
from listenwell.dialogue.repertoire import Repertoire


@pytest.mark.parametrize(
    ("said", "pronoun"),
    [
        (["my dad died", "he taught me to drive"], "he"),
        (["Mum's in hospital again"], "she"),
        (["my sister rang", "he shouted at her"], ""),
        (["my dad and his friends"], ""),
        (["my wife and I", "we argued"], ""),
        (["the rain came in"], ""),
        ([], ""),
    ],
)
def test_it_is_known_where_one_person_is_spoken_of(said: list[str], pronoun: str):
    assert pronoun_of(said) == pronoun
    assert not said or hear(conversation("  ".join(said))).pronoun == pronoun


@pytest.mark.parametrize(
    ("text", "he"),
    [
        ("You loved them, and that love has nowhere to go.", "You loved him, and that love has nowhere to go."),
        ("Do they know what it's like?", "Does he know what it's like?"),
        ("They're not here, and you still set their place.", "He's not here, and you still set his place."),
        ("What would they have said?", "What would he have said?"),
        ("They know you won't refuse.", "He knows you won't refuse."),
        ("They still have your key.", "He still has your key."),
        ("That was theirs to say.", "That was his to say."),
        ("Were they there?", "Was he there?"),
        # Several, things in the plural, and verbs that are not sure to come out right stay.
        ("None of them has the kettle.", "None of them has the kettle."),
        ("People forget that they were young.", "People forget that they were young."),
        ("The boxes are shut, and they smell of home.", "The boxes are shut, and they smell of home."),
        ("They come in and sit down.", "They come in and sit down."),
        ("They grumble.", "They grumble."),
        ("No wonder.", "No wonder."),
    ],
)  # fmt: skip
def test_a_sentence_speaks_of_him_where_that_comes_out_right(text: str, he: str):
    assert spoken_of(text, "he") == he
    assert spoken_of(text, "") == text
    assert {text, he} <= forms(text)


def test_no_authored_sentence_comes_out_with_a_verb_in_the_plural():
    wrong = re.compile(
        r"\b(?:he|she) (?:are|were|have|do|go|know|want|say|need|aren't|weren't|don't)\b"
    )
    for move in Repertoire.default():
        for pronoun in ("he", "she"):
            said = spoken_of(move.text, pronoun)
            before = wrong.search(move.text.lower())
            found = wrong.search(said.lower())
            inverted = found and re.search(
                r"(?:did|does|do|would|could|can|will|might|should|let|had|didn't|won't|if) (?:he|she) ", said.lower()
            )  # fmt: skip
            assert found is None or before or inverted, said
