import gzip
import json

import pytest

from listenwell.core.errors import CorpusError
from listenwell.corpora import context_response, empathetic_dialogues, esconv
from listenwell.corpora.conversation import Utterance
from listenwell.corpora.text import assign_split

ED_HEADER = "conv_id,utterance_idx,context,prompt,speaker_idx,utterance,selfeval,tags\n"
ED_TALK = (
    "c1,1,proud,I baked bread_comma_ alone.,7,I baked bread_comma_ all alone!,,\n"
    "c1,2,proud,I baked bread_comma_ alone.,9,How did it taste?,,\n"
    "c1,3,proud,I baked bread_comma_ alone.,7,Like my gran's.,,\n"
)


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def pairs(count):
    return "".join(f'"I worry, day {n}.","What worries you on day {n}?"\n' for n in range(count))


class TestEmpatheticDialogues:
    def test_commas_come_back_and_the_sides_are_told_apart(self, tmp_path):
        loaded = empathetic_dialogues.load(write(tmp_path / "a.csv", ED_HEADER + ED_TALK), "valid")

        (conversation,) = loaded.conversations
        assert conversation.turns[0] == Utterance("user", "I baked bread, all alone!", "proud")
        assert [turn.role for turn in conversation.turns] == ["user", "assistant", "user"]
        assert (conversation.situation, conversation.split) == ("I baked bread, alone.", "valid")

    def test_a_bare_double_quote_is_text(self, tmp_path):
        quoted = ED_TALK.replace("How did it", 'How "did it')
        loaded = empathetic_dialogues.load(write(tmp_path / "a.csv", ED_HEADER + quoted), "train")

        assert loaded.conversations[0].turns[1].content == 'How "did it taste?'

    def test_the_listener_stays_the_listener_when_the_first_utterance_is_lost(self, tmp_path):
        damaged = ED_TALK.replace("c1,1,", "c1,one,")
        loaded = empathetic_dialogues.load(write(tmp_path / "a.csv", ED_HEADER + damaged), "train")

        assert [turn.role for turn in loaded.conversations[0].turns] == ["assistant", "user"]
        assert loaded.malformed[0].line == 2

    def test_a_file_without_the_columns_is_refused(self, tmp_path):
        with pytest.raises(CorpusError, match="the header lacks conv_id"):
            empathetic_dialogues.load(write(tmp_path / "a.csv", "a,b\n1,2\n"), "train")


class TestContextResponse:
    def test_a_multi_line_quoted_answer_is_one_turn(self, tmp_path):
        text = 'Context,Response\nWhy me,"First, breathe.\n\nThen ""talk"" to someone."\n'
        (conversation,) = context_response.load(write(tmp_path / "a.csv", text)).conversations

        assert conversation.turns[1].content == 'First, breathe. Then "talk" to someone.'

    def test_all_answers_to_one_question_share_a_split(self, tmp_path):
        spellings = [f'"Why, me {n}?","a {k} {n}"' for n in range(60) for k in range(2)]
        spellings += [f"WHY me {n},b {n}" for n in range(60)]
        text = "Context,Response\n" + "\n".join(spellings) + "\n"
        conversations = context_response.load(write(tmp_path / "a.csv", text)).conversations

        splits = {}
        for each in conversations:
            splits.setdefault(each.turns[0].content.split()[-1].strip("?"), set()).add(each.split)
        assert len(conversations) == 180
        assert all(len(found) == 1 for found in splits.values())
        assert set.union(*splits.values()) == {"train", "valid", "test"}

    def test_repeated_rows_are_left_out_and_counted(self, tmp_path):
        text = "Context,Response\nWhy me?,Tell me.\nwhy me,tell me!\nWhy me?,Go on.\n"
        loaded = context_response.load(write(tmp_path / "a.csv", text))

        assert (len(loaded.conversations), loaded.duplicates, loaded.rows) == (2, 1, 3)

    def test_a_row_with_a_removed_telephone_number_is_skipped(self, tmp_path):
        text = "Context,Response\n" + pairs(3) + "Why?,Call [phone number] now.\n"
        loaded = context_response.load(write(tmp_path / "a.csv", text))

        assert [row.line for row in loaded.malformed] == [5]
        assert len(loaded.conversations) == 3

    def test_an_answer_without_a_word_is_skipped(self, tmp_path):
        text = "Context,Response\n" + pairs(3) + "such as sleep,0\n"

        assert (
            "no word" in context_response.load(write(tmp_path / "a.csv", text)).malformed[0].reason
        )

    def test_sentences_that_lost_their_break_are_parted(self, tmp_path):
        text = "Context,Response\nWhy?,You are not worthless.Seriously! See a Ph.D. or e.g.Mum.\n"
        (conversation,) = context_response.load(write(tmp_path / "a.csv", text)).conversations

        assert conversation.turns[1].content == (
            "You are not worthless. Seriously! See a Ph.D. or e.g.Mum."
        )

    def test_the_hub_export_in_json_lines_called_json_is_read(self, tmp_path):
        rows = [{"Context": f"Why {n}?", "Response": "Tell me."} for n in range(3)]
        text = "".join(json.dumps(row) + "\n" for row in rows)

        loaded = context_response.load(write(tmp_path / "combined_dataset.json", text))

        assert len(loaded.conversations) == 3

    def test_an_unpaired_quote_loses_its_row_and_not_the_next(self, tmp_path):
        bad = '"It began, and "then\n'
        text = "Context,Response\n" + pairs(3) + bad + '"After, that","Go on"\n'
        loaded = context_response.load(write(tmp_path / "a.csv", text))

        assert loaded.conversations[-1].turns[0].content == "After, that"
        assert [row.line for row in loaded.malformed] == [5]

    def test_the_rest_of_a_broken_row_is_not_taken_for_rows(self, tmp_path):
        bad = '"It began "badly\nonce, twice\nthrice, more\n'
        text = "Context,Response\n" + pairs(3) + bad + '"After","Go on"\n'
        loaded = context_response.load(write(tmp_path / "a.csv", text))

        assert len(loaded.conversations) == 4
        assert loaded.rows == 5

    def test_unquoted_rows_after_a_broken_one_are_kept(self, tmp_path):
        rows = "".join(f"Why {n}?,Tell me.\n" for n in range(200))
        text = 'Context,Response\n"It began "badly\n' + rows
        loaded = context_response.load(write(tmp_path / "a.csv", text))

        assert len(loaded.conversations) == 200

    def test_a_missing_column_is_named_beside_what_there_is(self, tmp_path):
        with pytest.raises(CorpusError, match=r"no column 'Response'. It has Context, Answer"):
            context_response.load(write(tmp_path / "a.csv", "Context,Answer\n1,2\n"))


def dialogue(*turns, **labels):
    dialog = [
        {"speaker": speaker, "annotation": {"strategy": name} if name else {}, "content": content}
        for speaker, name, content in turns
    ]
    return {"emotion_type": "", "problem_type": "", "situation": "", "dialog": dialog} | labels


TALK = (
    ("supporter", "Question", "What brings you here?"),
    ("seeker", None, "My job."),
    ("seeker", None, "I lost it."),
    ("supporter", "Greeting", "Oh."),
)


class TestESConv:
    def load(self, tmp_path, dialogues):
        return esconv.load(write(tmp_path / "esconv.json", json.dumps(dialogues, indent=1)))

    def test_the_seeker_is_the_user_and_consecutive_turns_are_joined(self, tmp_path):
        (conversation,) = self.load(tmp_path, [dialogue(*TALK)]).conversations

        assert [turn.role for turn in conversation.turns] == ["assistant", "user", "assistant"]
        assert conversation.turns[1].content == "My job. I lost it."

    def test_strategies_keep_their_eight_names_and_others_become_others(self, tmp_path):
        (conversation,) = self.load(tmp_path, [dialogue(*TALK)]).conversations

        assert [turn.strategy for turn in conversation.turns] == ["Question", None, "Others"]

    @pytest.mark.parametrize(
        ("noun", "emotion"), [("sadness", "sad"), ("fear", "afraid"), ("depression", None)]
    )
    def test_only_emotions_with_the_same_word_are_labelled(self, tmp_path, noun, emotion):
        found = self.load(tmp_path, [dialogue(*TALK, emotion_type=noun, problem_type="job crisis")])

        assert found.conversations[0].emotion == emotion
        assert found.conversations[0].topic == "job crisis"

    def test_the_split_follows_the_content_and_not_the_place_in_the_file(self, tmp_path):
        talks = [dialogue(*TALK, ("seeker", None, f"Bye {n}")) for n in range(80)]
        forwards = {c.id: c.split for c in self.load(tmp_path, talks).conversations}
        backwards = {c.id: c.split for c in self.load(tmp_path, talks[::-1][:50]).conversations}

        assert backwards.items() <= forwards.items()
        assert set(forwards.values()) == {"train", "valid", "test"}

    def test_a_malformed_dialogue_is_reported_by_the_line_it_begins_on(self, tmp_path):
        odd = dialogue(("narrator", None, "Once"), ("seeker", None, "Hi"))
        loaded = self.load(tmp_path, [dialogue(*TALK), odd, dialogue(*TALK, TALK[1])])

        lines = (tmp_path / "esconv.json").read_text().splitlines()
        assert len(loaded.conversations) == 2
        line = loaded.malformed[0].line
        assert "narrator" in "".join(lines[line - 1 : line + 8])
        assert lines[line - 1].strip() == "{"

    def test_a_dialogue_of_one_side_is_no_conversation(self, tmp_path):
        loaded = self.load(
            tmp_path, [dialogue(*TALK), dialogue(*TALK, TALK[1]), dialogue(TALK[0], TALK[0])]
        )

        assert "one side only" in loaded.malformed[0].reason

    def test_a_cut_off_file_is_an_error_that_names_the_line(self, tmp_path):
        text = json.dumps([dialogue(*TALK)] * 9, indent=1)
        path = write(tmp_path / "esconv.json", text[: len(text) // 2])

        with pytest.raises(CorpusError, match=r"cut off or damaged at line \d+"):
            esconv.load(path)


SPOILED = [
    pytest.param(b"", "no rows", id="empty"),
    pytest.param(b"Context,Response\n", "no rows", id="header only"),
    pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not UTF-8", id="binary"),
    pytest.param("Context,Response\nTschüss,ja\n".encode("latin-1"), "line 2", id="Latin-1"),
    pytest.param("Context,Response\na,b\n".encode("utf-16"), "not UTF-8", id="UTF-16"),
    pytest.param(b"Context,Response\na\x00,b\nc,\x00d\n", "NUL byte", id="NUL"),
    pytest.param(b"Context,Response\nonly\nthese\n", "1 columns instead of 2", id="short rows"),
    pytest.param(b'Context,Response\n"never closed,a\nb,c\n', "quote is not paired", id="quote"),
]


@pytest.mark.parametrize(("content", "message"), SPOILED)
def test_a_spoiled_table_is_refused_with_the_reason(tmp_path, content, message):
    path = tmp_path / "a.csv"
    path.write_bytes(content)

    with pytest.raises(CorpusError, match=message) as caught:
        context_response.load(path)
    assert str(path) in str(caught.value)


def test_a_folder_in_place_of_a_file_is_refused(tmp_path):
    with pytest.raises(CorpusError, match="directory"):
        context_response.load((tmp_path / "a.csv").mkdir() or tmp_path / "a.csv")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CorpusError, match="No such file"):
        esconv.load(tmp_path / "esconv.json")


def test_a_file_without_read_permission_is_refused(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)

    with pytest.raises(CorpusError, match="Permission denied"):
        context_response.load(tmp_path / "a.csv")


def test_a_gzip_file_reads_like_a_plain_one_and_a_cut_off_one_is_refused(tmp_path):
    packed = gzip.compress(("Context,Response\n" + pairs(400)).encode())
    path = tmp_path / "a.csv.gz"
    path.write_bytes(packed)
    assert len(context_response.load(path).conversations) == 400

    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(CorpusError, match="cut off or damaged"):
        context_response.load(path)


def test_a_plain_file_with_a_gzip_name_is_refused(tmp_path):
    with pytest.raises(CorpusError, match=r"[Nn]ot a gzipped file"):
        context_response.load(write(tmp_path / "a.csv.gz", "Context,Response\na,b\n"))


def test_an_endless_line_is_skipped_without_being_held_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("listenwell.corpora.files.MAX_LINE", 1000)
    text = "Context,Response\n" + pairs(3) + "x" * 5000 + "\nAfter,Go on\n"
    loaded = context_response.load(write(tmp_path / "a.csv", text))

    assert [row.line for row in loaded.malformed] == [5]
    assert len(loaded.conversations) == 4


def test_a_document_too_large_to_hold_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("listenwell.corpora.files.MAX_DOCUMENT", 1000)

    with pytest.raises(CorpusError, match="JSON Lines"):
        esconv.load(write(tmp_path / "a.json", "[" + " " * 2000))


@pytest.mark.parametrize("text", ['{"a": 1}', '"text"', "17", "{", "nonsense"])
def test_json_of_another_shape_is_refused(tmp_path, text):
    with pytest.raises(CorpusError, match="Expected a JSON list"):
        esconv.load(write(tmp_path / "a.json", text))


@pytest.mark.parametrize("text", ["[1, 2, 3]", '[{"dialog": "text"}]', '[{"dialog": [3, 4]}]'])
def test_json_items_of_another_shape_are_refused(tmp_path, text):
    with pytest.raises(CorpusError, match="rows cannot be read"):
        esconv.load(write(tmp_path / "a.json", text))


def test_deeply_nested_json_is_refused_rather_than_overflowing(tmp_path):
    with pytest.raises(CorpusError, match="not JSON"):
        esconv.load(write(tmp_path / "a.json", "[" * 100_000))


def test_a_given_split_is_kept(tmp_path):
    path = write(tmp_path / "a.csv", "Context,Response\n" + pairs(40))

    assert {c.split for c in context_response.load(path, "test").conversations} == {"test"}
    assert context_response.load(path).conversations[0].split == assign_split("I worry, day 0.")
