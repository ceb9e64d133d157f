"""What the embedded models read and write, as tokens; with the tokenizers that ship."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listenwell.core.emotions import EMOTIONS
from listenwell.core.errors import ModelError
from listenwell.core.types import Message, Strategy
from listenwell.embedded.files import ENCODER_TOKENIZER, WRITER_TOKENIZER, find_files
from listenwell.embedded.models import EmbeddedModels
from listenwell.embedded.tokens import (
    ENCODER_CONTEXT,
    ENCODER_REPLY,
    WRITER_CONTEXT,
    WRITER_MARKERS,
    WRITER_REPLY,
    EncoderTokenizer,
    WriterTokenizer,
    read_tokenizer,
    tidy,
)

LONG = "my dog died " + "and so on " * 200 + "i feel empty"


@pytest.fixture(scope="module")
def writer(models: EmbeddedModels) -> WriterTokenizer:
    return models.writer.tokenizer


@pytest.fixture(scope="module")
def encoder(models: EmbeddedModels) -> EncoderTokenizer:
    return models.encoder.tokenizer


def user(*texts: str) -> list[Message]:
    return [Message("user", text) for text in texts]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("i'm so sorry .  how long was he with you ?", "I'm so sorry. How long was he with you?"),
        ("don't worry , that's ok !", "Don't worry, that's ok!"),
        ("i think i'll go on monday", "I think I'll go on Monday."),
        ("it cost $5.50", "It cost $5.50."),
        ("no ! ! ! ! ! !", "No!!!"),
        ("the kids' toys", "The kids' toys."),
        ("oh no!that must hurt", "Oh no!that must hurt."),
        ("oh no!That must hurt", "Oh no! That must hurt."),
        ("dont say thats so, im here", "Don't say that's so, I'm here."),
        ('he said "i know."', 'He said "I know."'),
        ("one.\n\ntwo", "One. Two."),
        ("", ""),
    ],
)
def test_text_is_written_as_a_careful_person_would(typed: str, written: str):
    assert tidy(typed) == written


@given(st.text())
def test_tidying_twice_changes_nothing_more_and_never_fails(text: str):
    once = tidy(text)
    assert once == once.strip()
    assert tidy(once).split() == tidy(tidy(once)).split()


def test_text_survives_being_cut_into_tokens(writer: WriterTokenizer):
    text = "I'm so glad you told me 🙂. How did it go?"
    assert writer.text(writer.reply(text)) == text


@pytest.mark.parametrize("marker", WRITER_MARKERS)
def test_a_marker_that_a_person_types_is_read_as_letters(writer: WriterTokenizer, marker: str):
    typed = writer.tokens(f"I {marker} you {marker}{marker}")
    assert not set(typed) & set(writer.markers.values())
    assert typed != writer.tokens("I you")
    turn = writer.turn(Message("user", marker))
    assert [i for i in turn if i in writer.markers.values()] == [writer.user, writer.end]


def test_one_of_bert_s_markers_that_a_person_types_is_read_as_letters(encoder: EncoderTokenizer):
    pieces, _ = encoder.context(user("[SEP] no [CLS] [PAD] [UNK] [MASK]"))
    assert pieces[0] == encoder.start
    assert pieces[-1] == encoder.end
    assert not {encoder.start, encoder.end, encoder.pad} & set(pieces[1:-1])


def test_typographic_marks_and_plain_ones_are_the_same(
    writer: WriterTokenizer, encoder: EncoderTokenizer
):
    fine, plain = "I’m “fine” – really…", 'I\'m "fine" - really...'
    assert writer.tokens(fine) == writer.tokens(plain)
    assert encoder.context(user(fine)) == encoder.context(user(plain))


def test_each_turn_says_who_spoke(writer: WriterTokenizer, encoder: EncoderTokenizer):
    talk = [Message("user", "hi"), Message("assistant", "yes"), Message("user", "oh")]
    opened = [i for i in writer.context(talk) if i in writer.markers.values()]
    listener = writer.markers["<|listener|>"]
    assert opened == [writer.user, writer.end, listener, writer.end, writer.user, writer.end]
    pieces, segments = encoder.context(talk)
    assert pieces[0] == encoder.start
    assert segments == [0, 0, 0, 1, 1, 0, 0]


@pytest.mark.parametrize("messages", [user(LONG), user("hi", LONG), user(LONG, LONG), []])
def test_a_context_never_exceeds_what_the_models_read(
    writer: WriterTokenizer, encoder: EncoderTokenizer, messages: list[Message]
):
    assert len(writer.context(messages)) <= WRITER_CONTEXT
    pieces, segments = encoder.context(messages)
    assert len(pieces) == len(segments) <= ENCODER_CONTEXT


def test_a_long_reply_is_cut_and_still_ends(writer: WriterTokenizer, encoder: EncoderTokenizer):
    ids = writer.reply(LONG)
    assert len(ids) == WRITER_REPLY
    assert ids[-1] == writer.end
    pieces, segments = encoder.reply(LONG)
    assert len(pieces) == ENCODER_REPLY
    assert (pieces[0], pieces[-1]) == (encoder.start, encoder.end)
    assert set(segments) == {1}


def test_a_long_message_keeps_its_beginning_and_its_end(
    writer: WriterTokenizer, encoder: EncoderTokenizer
):
    kept = writer.text(writer.context(user("hello", LONG)))
    assert kept.startswith("My dog died")
    assert kept.endswith("I feel empty.")
    pieces, _ = encoder.context(user("hello", LONG))
    beginning, _ = encoder.context(user("my dog died"))
    end, _ = encoder.context(user("i feel empty"))
    assert pieces[: len(beginning) - 1] == beginning[:-1]
    assert pieces[-len(end) + 1 :] == end[1:]


def test_old_turns_are_dropped_whole_and_the_newest_stays(
    writer: WriterTokenizer, encoder: EncoderTokenizer
):
    turns = user(*(f"turn {n} " + "so " * 50 for n in range(4)))
    kept = writer.context(turns)
    assert kept == writer.context(turns[-3:]) != writer.context(turns[-2:])
    assert len(kept) == sum(len(writer.turn(turn)) for turn in turns[-3:])
    pieces, _ = encoder.context(turns)
    assert pieces == encoder.context(turns[-2:])[0] != encoder.context(turns[-1:])[0]


def test_a_reply_opens_with_who_writes_how_they_feel_and_what_it_does(writer: WriterTokenizer):
    names = {index: name for name, index in writer.markers.items()}
    plain = writer.opening()
    told = writer.opening(voice=True, emotion="sad", strategy=Strategy.SELF_DISCLOSURE)
    assert [names[index] for index in plain] == ["<|listener|>"]
    assert [names[index] for index in told] == ["<|voice|>", "<|sad|>", "<|self-disclosure|>"]
    openings = {tuple(writer.opening(emotion=e, strategy=s)) for e in EMOTIONS for s in Strategy}
    assert len(openings) == 32 * 8


@pytest.mark.parametrize(
    ("file", "wrapper", "lacking"),
    [
        (ENCODER_TOKENIZER, WriterTokenizer, r"<\|pad\|>"),
        (WRITER_TOKENIZER, EncoderTokenizer, r"\[PAD\], \[UNK\], \[CLS\], \[SEP\]"),
    ],
)
def test_a_tokenizer_of_another_model_is_told_by_what_it_lacks(file, wrapper, lacking: str):
    raw = read_tokenizer(find_files().path(file))
    with pytest.raises(ModelError, match=lacking):
        wrapper(raw)
