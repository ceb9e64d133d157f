import pytest

from listenwell.core.types import Message
from listenwell.embedded.session import EmbeddedModel
from listenwell.embedded.tokens import MAX_CONTEXT, MAX_REPLY, tidy


@pytest.mark.parametrize(
    ("spaced", "written"),
    [
        ("i ' m so sorry . how long was he with you ?", "I'm so sorry. How long was he with you?"),
        ("don ' t worry , that ' s ok !", "Don't worry, that's ok!"),
        ("i think i ' ll go on monday", "I think I'll go on Monday"),
        ("it cost $ 5 . 50", "It cost $5.50"),
        ("no ! ! ! ! ! !", "No!!!"),
        ("the kids ' toys", "The kids' toys"),
        ("", ""),
    ],
)
def test_spaced_out_text_is_written_as_a_person_would(spaced: str, written: str):
    assert tidy(spaced) == written


def test_text_survives_being_cut_into_pieces(model: EmbeddedModel):
    text = "I'm so glad you told me. How did it go?"
    assert model.tokenizer.text(model.tokenizer.reply(text)) == text


def test_a_context_never_exceeds_what_the_model_reads(model: EmbeddedModel):
    tokens = model.tokenizer
    long = "word " * 400
    for messages in ([Message("user", long)], [Message("user", "hi"), Message("user", long)]):
        ids = tokens.context(messages)
        assert len(ids) <= MAX_CONTEXT
        assert (ids[0], ids[-1]) == (tokens.start, tokens.end)
    assert len(tokens.reply(long)) == MAX_REPLY


def test_a_long_message_keeps_its_beginning_and_its_end(model: EmbeddedModel):
    text = "my dog died " + "and so on " * 200 + "i feel empty"
    kept = model.tokenizer.text(model.tokenizer.context([Message("user", text)]))
    assert kept.startswith("My dog died")
    assert kept.endswith("I feel empty")


def test_old_turns_are_dropped_whole_and_the_newest_stays(model: EmbeddedModel):
    turns = [Message("user", f"turn {n} " + "filler " * 60) for n in range(4)]
    kept = model.tokenizer.text(model.tokenizer.context(turns)).lower()
    assert "turn 3" in kept
    assert "turn 0" not in kept
