import json

import pytest

from listenwell.core.errors import CorpusError, UnknownNameError
from listenwell.core.home import home
from listenwell.corpora.catalogue import describe, find_corpus, find_files, load_corpus
from listenwell.corpora.corpus import CORPORA

ROWS = "Context,Response\nWhy me?,Tell me more.\n"
NAME = "mental_health_counseling_conversations"


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("LISTENWELL_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LISTENWELL_DATA", raising=False)
    return tmp_path / "home"


def put(folder, text=ROWS, filename="train.csv"):
    folder.mkdir(parents=True)
    (folder / filename).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("empathetic_dialogues", "empathetic_dialogues"),
        ("EmpatheticDialogues", "empathetic_dialogues"),
        ("facebook/empathetic_dialogues", "empathetic_dialogues"),
        ("Amod/mental_health_counseling_conversations", NAME),
        (NAME, NAME),
        ("ESConv", "esconv"),
        ("thu-coai/esconv", "esconv"),
    ],
)
def test_a_corpus_answers_to_its_public_names(name, found):
    assert find_corpus(name).name == found


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(UnknownNameError, match=r"no corpus named 'escov'. Did you mean 'esconv'"):
        load_corpus("escov")


def test_the_folder_given_wins_over_the_setting_and_the_home(tmp_path, monkeypatch, state):
    corpus = CORPORA[NAME]
    put(state / "data" / NAME)
    assert find_files(corpus)[0].path == state / "data" / NAME / "train.csv"

    monkeypatch.setenv("LISTENWELL_DATA", str(put(tmp_path / "env" / NAME).parent))
    assert find_files(corpus)[0].path == tmp_path / "env" / NAME / "train.csv"

    given = put(tmp_path / "given" / NAME).parent
    assert find_files(corpus, given)[0].path == given / NAME / "train.csv"


def test_a_folder_without_the_corpus_falls_through_to_the_next_place(tmp_path, state):
    put(state / "data" / NAME)

    assert load_corpus(NAME, tmp_path)[0].path == str(state / "data" / NAME / "train.csv")


def test_the_corpus_folder_itself_can_be_given(tmp_path):
    assert len(load_corpus(NAME, put(tmp_path / NAME))) == 1


def test_another_corpus_folder_is_not_taken_for_it_although_the_file_has_the_name(tmp_path):
    assert find_files(CORPORA["empathetic_dialogues"], put(tmp_path / NAME)) == ()


def test_each_file_is_loaded_on_its_own_with_its_split(tmp_path):
    header = "conv_id,utterance_idx,context,prompt,speaker_idx,utterance,selfeval,tags\n"
    folder = put(tmp_path / "empathetic_dialogues", header + "c,1,sad,s,1,Oh,,\n", "valid.csv")
    (folder / "train.csv").write_text(header + "d,1,sad,s,1,No,,\n")

    loaded = load_corpus("EmpatheticDialogues", tmp_path)
    assert [file.conversations[0].split for file in loaded] == ["train", "valid"]


def test_a_corpus_that_is_not_here_says_how_to_get_it():
    with pytest.raises(CorpusError, match=r"`listenwell data fetch esconv`.*--data-dir or LISTEN"):
        load_corpus("esconv")


@pytest.mark.parametrize("by", ["option", "setting"])
def test_a_data_folder_that_does_not_exist_is_told_by_its_origin(tmp_path, monkeypatch, by):
    monkeypatch.setenv("LISTENWELL_DATA", str(tmp_path / "no") if by == "setting" else "")
    option = tmp_path / "no" if by == "option" else None

    with pytest.raises(CorpusError, match=r"^(--data-dir|LISTENWELL_DATA) is .*not a folder"):
        load_corpus("esconv", option)


def test_the_path_of_a_file_is_loaded_as_a_corpus_of_ones_own(tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps({"turns": ["hi", "yo"]}))

    assert len(load_corpus(str(path))[0].conversations) == 1


def test_a_path_that_does_not_exist_is_told_as_a_file(tmp_path):
    with pytest.raises(CorpusError, match="No such file"):
        load_corpus(str(tmp_path / "mine.csv"))


def test_the_model_card_line_states_licence_terms_and_credit():
    line = describe("EmpatheticDialogues")

    assert "CC BY-NC 4.0 (non-commercial)" in line
    assert "Rashkin" in line
    assert describe("/data/mine.csv") == "mine.csv: a file of the trainer's own"


def test_the_home_is_the_setting_or_the_platforms_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LISTENWELL_HOME", "relative")
    assert home().is_absolute()

    monkeypatch.delenv("LISTENWELL_HOME")
    assert home().name.lower() == "listenwell"
