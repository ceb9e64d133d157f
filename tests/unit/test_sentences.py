"""What of a small model's writing may be shown."""

import pytest

from fakes import conversation
from listenwell.core.types import Candidate
from listenwell.generation.sentences import fault, showable

SAID = "my best friend moved away and i feel lonely. her mother drove the car."


@pytest.mark.parametrize(
    "text",
    [
        "What was she like?",
        "What do you miss most about your friend?",
        "How long have you been friends?",
        "What did you do together?",
    ],
)
def test_safe_questions_about_what_was_said_are_taken(text: str):
    assert fault(text, Candidate(text, -0.8, -1.5, relevance=0.4), SAID) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("I'm sure she will come back.", "claims-or-advises"),
        ("Why are you lonely?", "claims-or-advises"),
        ("Have you tried to call her?", "not-a-safe-shape"),
        ("You are a good friend.", "not-a-safe-shape"),
        ("What was he like?", "speaks-of-nobody"),
        ("What kind of boat is it?", "names-what-was-not-said"),
        ("What did they say?", None),
    ],
)
def test_guesses_advice_and_strangers_are_not(text: str, why: str | None):
    said = SAID.replace("her mother", "his mother") if "he like" not in text else SAID
    assert fault(text, Candidate(text, -0.8, -1.5, relevance=0.4), said) == why


def test_off_topic_unlikely_and_answered_questions_are_not():
    asked = "How long have you been friends?"
    assert fault(asked, Candidate(asked, -0.8, relevance=0.1), SAID) == "off-topic"
    assert fault(asked, Candidate(asked, -1.6, relevance=0.4), SAID) == "unlikely"
    told = SAID + " we met ten years ago"
    assert fault(asked, Candidate(asked, -0.8, relevance=0.4), told) == "already-answered"


def test_what_people_wrote_is_taken_whole_and_only_about_what_was_said():
    near = Candidate(
        "You miss your friend. The car was too full.", relevance=0.6, source="retrieved"
    )
    far = Candidate("You miss the lighthouse.", relevance=0.6, source="retrieved")
    bare = Candidate("And so you did.", relevance=0.6, source="retrieved")
    history = conversation(SAID + " the car was too full")
    assert [text for text, _ in showable([near, far, bare], history)] == [near.text]
