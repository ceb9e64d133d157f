import json

import pytest
from typer.testing import CliRunner

from listenwell.cli.data import app
from listenwell.core.errors import ConfigError, CorpusError, UnknownNameError

HEADER = "conv_id,utterance_idx,context,prompt,speaker_idx,utterance,selfeval,tags\n"


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("LISTENWELL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LISTENWELL_DATA", str(tmp_path))
    folder = tmp_path / "empathetic_dialogues"
    folder.mkdir()
    for split in ("train", "valid"):
        rows = "".join(
            f"{split}{n},1,{'sad' if n % 2 else 'proud'},It was [bold]{n}[/bold].,1,Day {n} :smile:,,\n"
            f"{split}{n},2,{'sad' if n % 2 else 'proud'},It was [bold]{n}[/bold].,2,Oh [red]{n},,\n"
            for n in range(10)
        )
        (folder / f"{split}.csv").write_text(HEADER + rows + "broken\n")
    return tmp_path


def run(*arguments, code=0):
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == code, result.exception
    return result


def fail(*arguments):
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    return result.exception


def test_list_tells_licence_and_place_of_every_corpus(data):
    out = run("list").stdout

    assert "CC BY-NC 4.0: non-commercial" in out
    assert any(
        line.startswith("esconv ") and line.endswith("not here") for line in out.splitlines()
    )


def test_list_for_machines_names_the_files(data):
    rows = {row["name"]: row for row in json.loads(run("list", "--json").stdout)}

    folder = data / "empathetic_dialogues"
    assert rows["empathetic_dialogues"]["files"] == [
        str(folder / "train.csv"), str(folder / "valid.csv")
    ]  # fmt: skip
    assert rows["esconv"]["folder"] is None


def test_stats_for_machines_hold_every_count():
    found = json.loads(run("stats", "EmpatheticDialogues", "--json").stdout)

    assert found["conversations"] == 20
    assert found["splits"] == {"train": 10, "valid": 10}
    assert found["malformed"] == 2
    assert found["across_splits"]["conversations"] == 10


def test_stats_draw_a_bar_for_each_emotion():
    lines = run("stats", "empathetic_dialogues").stdout.splitlines()

    (proud,) = [line for line in lines if line.startswith("proud")]
    assert proud.split() == ["proud", "10", "50.0%", "█" * 30]


def test_skipped_rows_are_told_by_line_on_stderr_only():
    result = run("stats", "empathetic_dialogues", "--json")

    assert "skipped 1 of 21 rows (line 22: 1 columns instead of 8)" in result.stderr
    assert "skipped" not in result.stdout


def test_output_in_a_pipe_has_no_escapes_and_no_trailing_space():
    for arguments in (
        ("list",),
        ("stats", "empathetic_dialogues"),
        ("show", "empathetic_dialogues"),
    ):
        out = run(*arguments).stdout
        assert "\x1b" not in out
        assert all(line == line.rstrip() for line in out.splitlines())


def test_corpus_text_is_printed_as_it_stands_and_not_as_markup():
    out = run("show", "empathetic_dialogues", "-n", "20").stdout

    assert "situation: It was [bold]3[/bold]." in out
    assert "user: Day 3 :smile:" in out
    assert "assistant: Oh [red]3" in out


def test_show_keeps_to_the_split_the_emotion_and_the_number():
    out = run(
        "show", "empathetic_dialogues", "--split", "valid", "--emotion", "sad", "-n", "4", "--json"
    ).stdout
    shown = [json.loads(line) for line in out.splitlines()]

    assert len(shown) == 4
    assert {(each["split"], each["emotion"]) for each in shown} == {("valid", "sad")}
    assert shown[0]["turns"][0]["role"] == "user"


def test_show_picks_the_same_for_one_seed_and_others_for_another():
    picked = [run("show", "empathetic_dialogues", "--seed", seed).stdout for seed in "001"]

    assert picked[0] == picked[1] != picked[2]


def test_show_reads_a_file_of_ones_own_by_its_columns(data):
    (data / "my.csv").write_text("question,reply to it\nWhy me?,Tell me.\n")
    out = run(
        "show", str(data / "my.csv"), "--map", "user=question", "--map", "assistant=reply to it"
    ).stdout

    assert "  user: Why me?\n  assistant: Tell me.\n" in out


def test_fetch_says_on_stderr_under_which_terms_and_prints_the_files(monkeypatch, data):
    from listenwell.cli import data as command
    from listenwell.corpora.download import Fetched

    def pretend(corpus, report, *, force):
        report("ESConv.json", 5, None)
        return Fetched(data, (data / "ESConv.json",), already_here=not force)

    monkeypatch.setattr(command, "fetch", pretend)
    result = run("fetch", "esconv")

    assert result.stdout == f"{data / 'ESConv.json'}\n"
    assert "non-commercial" in result.stderr
    assert "Already here" in result.stderr
    assert "Already here" not in run("fetch", "esconv", "--force").stderr


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (("show", "esconvv"), UnknownNameError, "Did you mean 'esconv'"),
        (("show", "empathetic_dialogues", "--emotion", "lonley"), UnknownNameError, "'lonely'"),
        (("show", "empathetic_dialogues", "--split", "dev"), UnknownNameError, "no split named"),
        (
            ("show", "empathetic_dialogues", "--split", "test", "--emotion", "sad"),
            CorpusError,
            "no conversation with split test and emotion sad",
        ),
        (("stats", "esconv"), CorpusError, "listenwell data fetch esconv"),
        (("stats", "esconv", "--map", "user=a"), CorpusError, "--map is for a file of your own"),
        (("stats", "x.csv", "--map", "user"), ConfigError, "not NAME=COLUMN"),
        (("fetch", "nothing"), UnknownNameError, "no corpus named 'nothing'"),
    ],
)
def test_a_mistake_is_told_by_what_and_which_and_what_would_work(arguments, kind, message):
    error = fail(*arguments)

    assert isinstance(error, kind)
    assert message in str(error)
