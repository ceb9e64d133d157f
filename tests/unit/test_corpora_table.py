import json

import pytest

from listenwell.core.errors import ConfigError, CorpusError, UnknownNameError
from listenwell.corpora import table, transcript
from listenwell.corpora.conversation import Utterance
from listenwell.corpora.layouts import load_path
from listenwell.corpora.table import Columns


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def lines(path, *objects):
    return write(path, "".join(json.dumps(each) + "\n" for each in objects))


def said(conversation):
    return [(turn.role, turn.content) for turn in conversation.turns]


def test_mapped_columns_become_the_two_sides_and_the_labels(tmp_path):
    path = write(tmp_path / "my.csv", "q;a;feeling;part;how\nI won!;Well done;Proud;dev;Question\n")
    columns = Columns.parse(
        ["user=q", "assistant=a", "emotion=feeling", "split=part", "strategy=how"]
    )
    (conversation,) = table.load(path, columns).conversations

    assert conversation.turns == (
        Utterance("user", "I won!", emotion="proud"),
        Utterance("assistant", "Well done", strategy="Question"),
    )
    assert (conversation.emotion, conversation.split) == ("proud", "valid")


@pytest.mark.parametrize("header", ["Question,Answer", "prompt\tresponse", "input;output"])
def test_familiar_columns_need_no_mapping(tmp_path, header):
    mark = next(mark for mark in ",\t;" if mark in header)
    (conversation,) = load_path(
        write(tmp_path / "a.csv", f"{header}\nhi{mark}hello\n")
    ).conversations

    assert said(conversation) == [("user", "hi"), ("assistant", "hello")]


def test_unfamiliar_columns_are_named_with_the_option_that_helps(tmp_path):
    with pytest.raises(CorpusError, match=r"no familiar columns among foo, bar.*--map user="):
        load_path(write(tmp_path / "a.csv", "foo,bar\n1,2\n"))


def test_a_mapped_column_that_is_missing_is_named(tmp_path):
    with pytest.raises(CorpusError, match=r"no column 'frage'. It has foo, bar"):
        table.load(write(tmp_path / "a.csv", "foo,bar\n1,2\n"), Columns("frage", "bar"))


@pytest.mark.parametrize("pair", ["user", "user=", "=a"])
def test_a_mapping_that_is_no_pair_is_refused(pair):
    with pytest.raises((ConfigError, UnknownNameError)):
        Columns.parse([pair, "assistant=a"])


def test_a_mapping_of_something_unknown_suggests_the_nearest():
    with pytest.raises(UnknownNameError, match="Did you mean 'emotion'"):
        Columns.parse(["user=a", "assistant=b", "emotoin=c"])


def test_a_mapping_needs_both_sides():
    with pytest.raises(ConfigError, match="both user=COLUMN and assistant=COLUMN"):
        Columns.parse(["user=a"])


def test_an_emotion_outside_the_32_is_malformed(tmp_path):
    path = write(tmp_path / "a.csv", "user,assistant,emotion\na,b,sad\nc,d,meh\ne,f,\n")
    loaded = load_path(path)

    assert [c.emotion for c in loaded.conversations] == ["sad", None]
    assert "'meh'" in loaded.malformed[0].reason


@pytest.mark.parametrize(
    "turns",
    [
        pytest.param(
            {
                "messages": [
                    {"role": "user", "content": "hi"},
                    {"role": "assistant", "content": "yo"},
                ]
            },
            id="chat",
        ),
        pytest.param(
            {"turns": [{"speaker": "Human", "text": "hi"}, {"speaker": "Listener", "text": "yo"}]},
            id="speakers",
        ),
        pytest.param(
            {"conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "yo"}]},
            id="ShareGPT",
        ),
        pytest.param({"turns": ["hi", "yo"]}, id="texts"),
        pytest.param({"dialog": ["hi", "yo"]}, id="dialog"),
    ],
)
def test_turns_are_read_under_their_many_names(tmp_path, turns):
    (conversation,) = load_path(lines(tmp_path / "a.jsonl", turns)).conversations

    assert said(conversation) == [("user", "hi"), ("assistant", "yo")]


def test_system_messages_are_left_out_and_neighbours_of_one_side_joined(tmp_path):
    messages = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "hi"},
        {"role": "user", "content": "there"},
        {"role": "assistant", "content": "yo"},
    ]
    (conversation,) = load_path(lines(tmp_path / "a.jsonl", {"messages": messages})).conversations

    assert said(conversation) == [("user", "hi there"), ("assistant", "yo")]


def test_a_json_conversation_keeps_its_own_labels(tmp_path):
    record = {
        "id": "x-1", "split": "test", "emotion": "lonely", "situation": "alone", "topic": "home",
        "turns": [
            {"role": "user", "content": "hi", "emotion": "lonely"},
            {"role": "assistant", "content": "yo", "strategy": "Question"},
        ],
    }  # fmt: skip
    (conversation,) = load_path(lines(tmp_path / "a.jsonl", record)).conversations

    assert (conversation.id, conversation.split) == ("x-1", "test")
    assert (conversation.emotion, conversation.situation) == ("lonely", "alone")
    assert conversation.turns[1].strategy == "Question"


def test_bad_lines_are_skipped_and_reported_by_number(tmp_path):
    good = [json.dumps({"turns": ["hi", f"yo {n}"]}) for n in range(6)]
    bad = [
        '{"turns": [',
        '["hi"]',
        '{"turns": [{"role": "cat", "content": "miau"}]}',
        '{"turns": []}',
    ]
    text = "\n".join([*good[:3], *bad, "", *good[3:]]) + "\n"
    loaded = load_path(write(tmp_path / "a.jsonl", text))

    assert len(loaded.conversations) == 6
    assert [row.line for row in loaded.malformed] == [4, 5, 6, 7]
    assert "'cat'" in loaded.malformed[2].reason


def test_a_file_of_mostly_bad_lines_is_refused(tmp_path):
    with pytest.raises(CorpusError, match=r"2 of 3 rows cannot be read \(line 1: not JSON"):
        load_path(write(tmp_path / "a.jsonl", '{\n{\n{"turns": ["hi", "yo"]}\n'))


def test_a_first_line_with_other_fields_does_not_spoil_the_file(tmp_path):
    pair = {"question": "hi", "answer": "yo"}
    others = [pair | {"answer": f"yo {n}"} for n in range(3)]
    loaded = load_path(lines(tmp_path / "a.jsonl", {"version": "1"}, *others))

    assert len(loaded.conversations) == 3


def test_half_a_surrogate_pair_is_malformed_since_it_cannot_be_printed(tmp_path):
    text = '{"turns": ["\\ud83d", "yo"]}\n{"turns": ["a", "b"]}\n{"turns": ["c", "d"]}\n'

    assert load_path(write(tmp_path / "a.jsonl", text)).malformed[0].line == 1


def test_repeated_conversations_are_left_out(tmp_path):
    loaded = load_path(
        lines(tmp_path / "a.jsonl", {"turns": ["Hi!", "Yo"]}, {"turns": ["hi", "yo"]})
    )

    assert (len(loaded.conversations), loaded.duplicates) == (1, 1)


def test_an_unknown_suffix_lists_those_that_work(tmp_path):
    with pytest.raises(CorpusError, match=r"no reader for '.docx' files. Known: .csv"):
        load_path(write(tmp_path / "a.docx", "x"))


def test_a_transcript_is_divided_into_conversations_and_turns(tmp_path):
    text = "Human: hi\n\nAssistant: hello,\nyou\n---\nuser: I am sad\nBOT: Why?\n\n\nHuman: bye\n"
    loaded = load_path(write(tmp_path / "a.txt", text))

    assert [said(each) for each in loaded.conversations] == [
        [("user", "hi"), ("assistant", "hello, you")],
        [("user", "I am sad"), ("assistant", "Why?")],
        [("user", "bye")],
    ]


def test_a_text_without_speakers_is_no_transcript(tmp_path):
    with pytest.raises(CorpusError, match="does not begin with `Human:`"):
        transcript.load(write(tmp_path / "a.txt", "Once upon a time\n"))


@pytest.mark.parametrize(
    ("name", "content", "emotion"),
    [
        pytest.param(
            "test.csv",
            "conv_id,utterance_idx,context,prompt,speaker_idx,utterance,selfeval,tags\n"
            "c,1,proud,s,1,I won_comma_ yes,,\nc,2,proud,s,2,Great,,\n",
            "proud",
            id="EmpatheticDialogues",
        ),
        pytest.param(
            "any.json",
            json.dumps([{
                "emotion_type": "anger",
                "dialog": [
                    {"speaker": "seeker", "annotation": {}, "content": "Grr"},
                    {"speaker": "supporter", "annotation": {"strategy": "Question"}, "content": "?a"},
                ],
            }]),
            "angry",
            id="ESConv",
        ),
    ],
)  # fmt: skip
def test_a_copy_of_a_known_corpus_is_recognised_by_its_layout(tmp_path, name, content, emotion):
    (conversation,) = load_path(write(tmp_path / name, content)).conversations

    assert conversation.emotion == emotion
    assert len(conversation.turns) == 2
