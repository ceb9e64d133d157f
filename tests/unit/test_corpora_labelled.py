import csv

import pytest

from listenwell.core.errors import CorpusError
from listenwell.corpora.labelled import (
    DANGER,
    EMPATHY,
    Post,
    Rated,
    read_empathy,
    read_posts,
    read_posts_abroad,
)

RISK = {
    "sdcnl_train.csv": ("text", [("I watch the rain all day", "depression")]),
    "twitter_intent.csv": ("text", [("New kettle arrived", "0")]),
    "depression_severity.csv": ("text", [("My bus was late", "minimum"), ("So flat", "mild")]),
    "dreaddit_train.csv": ("post", [("Three deadlines at once", "yes"), ("Fed the ducks", "no")]),
    "sad_train.csv": ("post", [("The boiler broke again", "financial problem")]),
}


def write(path, header, rows):
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def epitome(folder, *rows):
    """Write `rows` of post, response and level as all three of EPITOME's files."""
    header = ("sp_id", "rp_id", "seeker_post", "response_post", "level", "rationales")
    for mechanism in EMPATHY:
        cells = [(n, n, *row, "") for n, row in enumerate(rows)]
        write(folder / "epitome" / f"{mechanism}.csv", header, cells)
    return folder


def risk(folder, names=tuple(RISK)):
    for name in names:
        column, rows = RISK[name]
        write(folder / "risk" / name, (column, "label"), rows)
    return folder


class TestEmpathy:
    def test_a_pair_has_its_level_in_each_of_the_three_mechanisms(self, tmp_path):
        data = epitome(tmp_path, ("My plant wilted", "That stings", "2"))

        assert list(read_empathy(data)) == [
            Rated("My plant wilted", "That stings", mechanism, 2, "train") for mechanism in EMPATHY
        ]

    def test_a_quoted_text_over_several_lines_is_one(self, tmp_path):
        data = epitome(tmp_path, ('He said "no",\n\nthen left.', "And\nyou?", "0"))

        rated = next(read_empathy(data))
        assert (rated.post, rated.response) == ('He said "no", then left.', "And you?")

    def test_a_posts_pairs_share_a_split_and_about_a_tenth_is_valid(self, tmp_path):
        rows = [(f"Post {n}{end}", f"Reply {end}", "1") for n in range(300) for end in (".", "!")]
        splits = {}
        for rated in read_empathy(epitome(tmp_path, *rows)):
            splits.setdefault(rated.post.rstrip(".!"), set()).add(rated.split)

        assert len(splits) == 300
        assert all(len(found) == 1 for found in splits.values())
        assert 15 < sum(found == {"valid"} for found in splits.values()) < 60

    @pytest.mark.parametrize("level", ["3", "", "high"])
    def test_a_wrong_level_is_told_by_file_and_line(self, tmp_path, level):
        data = epitome(tmp_path, ("Two\nlines", "Yes", "1"), ("Then", "No", level))

        with pytest.raises(CorpusError, match=rf"{EMPATHY[0]}.csv: line 4: `level` is '{level}'"):
            list(read_empathy(data))

    def test_a_missing_file_is_told_by_its_path(self, tmp_path):
        data = epitome(tmp_path, ("Post", "Reply", "1"))
        gone = data / "epitome" / f"{EMPATHY[2]}.csv"
        gone.unlink()

        with pytest.raises(CorpusError) as told:
            list(read_empathy(data))
        assert str(gone) in str(told.value)

    def test_a_missing_column_is_told_beside_what_there_is(self, tmp_path):
        write(tmp_path / "epitome" / f"{EMPATHY[0]}.csv", ("seeker_post", "level"), [("a", "1")])

        with pytest.raises(CorpusError, match="no column 'response_post'"):
            list(read_empathy(tmp_path))


class TestPosts:
    def test_every_label_stands_for_one_of_the_three(self, tmp_path):
        found = {post.text: post.shows for post in read_posts(risk(tmp_path))}

        assert found == {
            "I watch the rain all day": "distress", "New kettle arrived": "none",
            "My bus was late": "none", "So flat": "distress",
            "Three deadlines at once": "distress", "Fed the ducks": "none",
            "The boiler broke again": "distress",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("name", "label"), [("sdcnl_train.csv", "suicide"), ("twitter_intent.csv", "1")]
    )
    def test_the_gravest_labels_stand_for_the_gravest_level(self, tmp_path, name, label):
        write(tmp_path / "risk" / name, ("text", "label"), [("Made up", label)])

        (post,) = read_posts(tmp_path)
        assert DANGER[post.shows] == max(DANGER.values())

    def test_files_that_are_not_here_are_left_out(self, tmp_path):
        (post,) = read_posts(risk(tmp_path, ["sad_train.csv"]))

        assert post == Post("The boiler broke again", "distress", post.split)

    def test_a_quoted_text_over_several_lines_is_one_and_a_blank_one_none(self, tmp_path):
        rows = [("First,\n\nthen  second", "0"), (" \n ", "0")]
        write(tmp_path / "risk" / "twitter_intent.csv", ("text", "label"), rows)

        assert [post.text for post in read_posts(tmp_path)] == ["First, then second"]

    def test_one_text_has_one_split_in_every_file(self, tmp_path):
        texts = [f"Day {n} went by" for n in range(200)]
        for name, label in (("dreaddit_train.csv", "no"), ("sad_train.csv", "work")):
            rows = [(text, label) for text in texts]
            write(tmp_path / "risk" / name, ("post", "label"), rows)
        splits = {}
        for post in read_posts(tmp_path):
            splits.setdefault(post.text, set()).add(post.split)

        assert all(len(found) == 1 for found in splits.values())
        assert set.union(*splits.values()) == {"train", "valid"}

    def test_an_unknown_label_is_told_by_line_and_with_what_is_known(self, tmp_path):
        rows = [("Fine,\nthanks", "no"), ("Well", "maybe")]
        write(tmp_path / "risk" / "dreaddit_train.csv", ("post", "label"), rows)

        with pytest.raises(CorpusError, match=r"line 4: unknown label 'maybe'. Known: yes, no."):
            list(read_posts(tmp_path))

    def test_a_folder_without_any_names_the_files_that_would_do(self, tmp_path):
        with pytest.raises(CorpusError, match="no labelled posts here") as told:
            list(read_posts(tmp_path))
        assert all(f"risk/{name}" in str(told.value) for name in RISK)


class TestAbroad:
    def test_texts_of_every_language_are_read(self, tmp_path):
        (tmp_path / "brighter").mkdir()
        for language, text in (("deu", "Der Bus kam, spät"), ("esp", "Llovió")):
            write(tmp_path / "brighter" / "train" / f"{language}.csv", ("id", "text"), [(1, text)])
        assert list(read_posts_abroad(tmp_path)) == ["Der Bus kam, spät", "Llovió"]

    def test_where_there_are_none_nothing_is_read(self, tmp_path):
        assert list(read_posts_abroad(tmp_path)) == []

    def test_a_file_without_texts_is_told(self, tmp_path):
        (tmp_path / "brighter").mkdir()
        write(tmp_path / "brighter" / "train" / "deu.csv", ("id", "words"), [(1, "Regen")])
        with pytest.raises(CorpusError, match="text"):
            list(read_posts_abroad(tmp_path))
