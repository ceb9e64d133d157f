"""Moods, journal, summary and memory: chosen by the person, seen by them, gone when they say so."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer.testing

from fakes import Scripted, conversation, engine
from listenwell.cli import asides, main
from listenwell.core.errors import ListenwellError
from listenwell.core.types import History, Message, Risk
from listenwell.dialogue.memory import Memory
from listenwell.dialogue.summary import summarise
from listenwell.safety.screen import RuleScreen
from listenwell.storage import keys, trends
from listenwell.storage.entries import Entry, Kind
from listenwell.storage.store import Store

SCREEN = RuleScreen()
ENGINE = engine("What was that like?", "And then?")


def listenwell(*words: str, code: int = 0) -> str:
    done = typer.testing.CliRunner().invoke(main.app, words)
    # `main` turns these errors into exit code 2; here it is left out.
    assert code == (2 if isinstance(done.exception, ListenwellError) else done.exit_code), done
    return done.output + str(done.exception or "")


def kept_in(home: Path) -> bytes:
    files = [file for file in home.rglob("*") if file.is_file()] if home.exists() else []
    return b"".join(file.read_bytes() for file in files)


def entries(home: Path, kind: Kind) -> list[str]:
    with Store.open(home) as store:
        return [entry.text for entry in store.entries(kind)]


def said(*texts: str) -> History:
    return History(tuple(Message("user", text) for text in texts))


# Moods


def test_a_mood_is_kept_with_its_note_and_shown_over_the_weeks(private_home: Path):
    assert "Nothing kept yet" in listenwell("mood")
    assert not private_home.exists()  # looking makes nothing
    out = listenwell("mood", "6", "--note", "walked by the river")
    assert "encrypted" in out  # told once, the first time
    assert "encrypted" not in listenwell("mood", "8")
    shown = listenwell("mood", "--notes")
    assert re.search(r"\b7\b", shown)  # the day's mean
    assert "walked by the river" in shown
    assert b"river" not in kept_in(private_home)
    assert "Deleted: 8" in listenwell("mood", "--undo")
    assert "river" in listenwell("mood", "--notes")


@pytest.mark.parametrize("score", ["0", "11"])
def test_a_mood_off_the_scale_is_refused(score: str, private_home: Path):
    assert "from 1 to 10" in listenwell("mood", score, code=2)
    assert not private_home.exists()


def test_a_very_low_mood_and_a_grave_note_are_answered_with_where_help_is():
    assert "988" in listenwell("mood", "1")
    assert "988" not in listenwell("mood", "5", "--note", "long day")
    assert "988" in listenwell("mood", "5", "--note", "I want to kill myself")
    assert "988" in listenwell("journal", "I don't want to be alive anymore")


def test_the_help_shown_is_where_the_person_said_they_are(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LISTENWELL_COUNTRY", "Ireland")
    out = listenwell("mood", "1")
    assert "988" not in out
    assert "116 123" in out


def moods(*days_and_scores: tuple[int, int]) -> list[Entry]:
    noon = datetime(2026, 11, 25, 12, tzinfo=UTC)
    return [
        Entry(Kind.MOOD, noon - timedelta(days=back), "", score) for back, score in days_and_scores
    ]


def test_the_table_has_a_row_a_week_a_number_a_day_and_says_nothing_of_its_own():
    lines = trends.table(moods((0, 1), (1, 10), (1, 8), (9, 5)), date(2026, 11, 25), 2).splitlines()
    assert lines[0].split() == trends.COLUMNS.split()
    assert lines[1].split()[:9] == ["16", "Nov", "5", "·", "·", "·", "·", "·", "·"]
    assert lines[2].split()[:5] == ["23", "Nov", "·", "9", "1"]
    assert lines[2].endswith("▇▁")
    assert not re.search(r"better|worse|improv|trend", "\n".join(lines))


def test_weeks_before_the_first_check_in_are_left_out():
    assert len(trends.table(moods((0, 4), (8, 4)), date(2026, 11, 25), 6).splitlines()) == 3


def test_the_picture_joins_only_days_that_follow_each_other(tmp_path: Path):
    svg = trends.picture(moods((0, 4), (1, 6), (5, 2)), date(2026, 11, 25), 2)
    root = ElementTree.fromstring(svg)
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert (tags.count("circle"), tags.count("polyline")) == (3, 1)
    assert root.get("aria-label")
    listenwell("mood", "5")
    path = tmp_path / "weeks.svg"
    assert "not encrypted" in listenwell("mood", "--svg", str(path))
    ElementTree.parse(path)
    assert "exists already" in listenwell("mood", "--svg", str(path), code=2)


# A journal


def test_lines_are_numbered_and_deleted_from_the_bytes(private_home: Path):
    for line in ("the first line", "the second line"):
        listenwell("journal", line)
    shown = listenwell("journal")
    assert shown.index("1.") < shown.index("the first line") < shown.index("2.")
    listenwell("journal", "--delete", "1")
    assert entries(private_home, Kind.JOURNAL) == ["the second line"]
    assert "no number 7" in listenwell("journal", "--delete", "7", code=2)


# Memory


def test_memory_is_off_at_first_and_nothing_is_made_by_asking(private_home: Path):
    assert "Memory is off" in listenwell("memory", "show")
    assert "Memory is off" in listenwell("memory", "off")
    assert "memory is off" in listenwell("memory", "add", "I have a dog, Biscuit", code=2)
    assert not private_home.exists()
    assert asides.remembered() == Memory()


def test_memory_is_visible_editable_and_deletable(private_home: Path):
    listenwell("memory", "on")
    listenwell("memory", "add", "I have a dog, Biscuit")
    listenwell("memory", "add", "Exams in May")
    assert asides.remembered() == Memory(("I have a dog, Biscuit", "Exams in May"))
    listenwell("memory", "edit", "2", "Exams in June")
    assert "2. Exams in June" in listenwell("memory", "show")
    listenwell("memory", "delete", "1")
    assert entries(private_home, Kind.MEMORY) == ["Exams in June"]
    listenwell("memory", "off")
    assert asides.remembered() == Memory()  # kept, and not used
    assert "Exams in June" in listenwell("memory", "show")
    listenwell("memory", "delete", "--all")
    assert entries(private_home, Kind.MEMORY) == []
    assert "say what to delete" in listenwell("memory", "delete", code=2)


def test_everything_is_deleted_with_its_key(private_home: Path):
    listenwell("mood", "4", "--note", "rain")
    listenwell("memory", "on")
    listenwell("memory", "delete", "--everything")
    assert kept_in(private_home) == b""
    assert "Nothing kept yet" in listenwell("mood")


def test_a_passphrase_locks_and_unlocks(private_home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(keys, "SCRYPT", {"n": 2**10, "r": 8, "p": 1})
    listenwell("journal", "a quiet line")
    monkeypatch.setenv("LISTENWELL_PASSPHRASE", "three quiet rivers")
    listenwell("memory", "lock")
    assert "a quiet line" in listenwell("journal")
    assert "your passphrase" in listenwell("memory", "show")
    monkeypatch.setenv("LISTENWELL_PASSPHRASE", "something else")
    assert "does not open" in listenwell("journal", code=2)
    monkeypatch.setenv("LISTENWELL_PASSPHRASE", "three quiet rivers")
    listenwell("memory", "unlock")
    monkeypatch.delenv("LISTENWELL_PASSPHRASE")
    assert "a quiet line" in listenwell("journal")


class Local(Scripted):
    stays_here = True


@pytest.mark.parametrize(
    ("generator", "may_leave", "seen"),
    [(Local, False, True), (Scripted, False, False), (Scripted, True, True)],
    ids=["on this machine", "elsewhere or unknown", "elsewhere and allowed"],
)
def test_only_a_generator_that_may_sees_what_is_remembered(generator, may_leave, seen):
    bot = engine("What was that like?")
    bot.generator = generator("What was that like?")
    bot.memory = Memory(("Biscuit is my dog",), may_leave)
    bot.respond(History(), "we went to the sea today")
    (prompt,) = bot.generator.prompts
    assert prompt.memory == (("Biscuit is my dog",) if seen else ())
    assert "Biscuit" not in str(prompt.messages)


def test_without_memory_no_generator_is_told_anything():
    bot = engine("What was that like?")
    bot.respond(History(), "we went to the sea today")
    assert bot.generator.prompts[0].memory == ()


def test_asked_what_it_remembers_it_shows_all_of_it_and_nothing_else():
    bot = engine("What was that like?")
    bot.memory = Memory(("Biscuit is my dog", "Exams in May"))
    turn = bot.respond(History(), "do you remember me?")
    assert turn.reply.generator == "memory"
    assert "• Biscuit is my dog\n• Exams in May" in turn.reply.text
    assert bot.respond(History(), "I remember the sea").reply.generator != "memory"
    assert ENGINE.respond(History(), "do you remember me?").reply.generator != "memory"
    grave = bot.respond(History(), "do you remember me? I want to kill myself")
    assert grave.reply.generator == "crisis"


def test_a_broken_store_stops_nobody_from_talking(private_home: Path, capsys):
    listenwell("memory", "on")
    file = private_home / "kept.db"
    file.write_bytes(file.read_bytes()[:5000])
    assert asides.remembered() == Memory()
    assert "nothing is remembered this time" in capsys.readouterr().err


# A summary


TALK = conversation(
    "I'm so anxious about my exam on Friday", "That's close.",
    "My mother keeps asking about it and I can't sleep", "Asking.",
    "I'm not angry with her. Talking to my sister helped a bit.", "Your sister.",
    "I'll write to the teacher tomorrow", "To the teacher.",
)  # fmt: skip


def test_a_summary_says_only_what_the_person_said():
    summary = summarise(TALK, SCREEN)
    assert set(summary.topics) == {"study", "family", "sleep"}
    assert summary.feelings == ("anxious",)  # "not angry" is not a feeling that was named
    assert summary.helped == ("Talking to my sister helped a bit.",)
    assert summary.intended == ("I'll write to the teacher tomorrow",)
    theirs = " ".join(TALK.said_by("user"))
    for sentence in (*summary.words, *summary.helped, *summary.intended):
        assert sentence in theirs
        assert f"“{sentence}”" in summary.text()
    for theirs_not in TALK.said_by("assistant"):
        assert theirs_not not in summary.text()


@pytest.mark.parametrize(
    ("text", "named"),
    [("I've been tired and so lonely since May", ("tired", "lonely")), ("The flat is empty", ()),
     ("My sister was sad about it", ()), ("I lost my keys and never felt ashamed", ())],
)  # fmt: skip
def test_a_feeling_is_named_only_when_it_is_the_persons_own(text: str, named: tuple[str, ...]):
    assert summarise(said(text), SCREEN).feelings == named


@pytest.mark.parametrize(
    "text",
    ["nothing helped at all this week", "would it help if I wrote to my boss", "I wish it helped",
     "my pills never made me feel better"],
)  # fmt: skip
def test_what_did_not_help_is_not_told_as_help(text: str):
    assert summarise(said(text), SCREEN).helped == ()


def test_sentences_of_danger_are_left_off_and_it_is_said_so():
    grave = said(
        "I'm anxious about my job. I'm going to kill myself tonight.", "My job is all I had"
    )
    summary = summarise(grave, SCREEN)
    assert summary.left_out
    assert "kill" not in summary.text()
    assert "left off this page on purpose" in summary.text()
    assert "kill" not in summary.note()

    class Broken:
        def assess(self, history: History) -> Risk:
            raise KeyError

    assert not summarise(grave, Broken())  # what cannot be screened is not written down


def test_a_talk_of_nothing_gives_no_page():
    assert not summarise(said("hi", "ok", "the weather"), SCREEN)
    assert not summarise(History(), SCREEN)


# Beside a talk


def aside(text: str, history: History = TALK) -> str | None:
    return asides.as_message(text, history, ENGINE)


def test_what_is_said_is_passed_on_and_other_commands_too():
    assert aside("hello") == "hello"
    assert aside("/save x.txt") == "/save x.txt"


def test_an_exercise_is_chosen_by_name_and_begins(capsys):
    message = aside("/exercise worry-time")
    assert message is not None
    assert ENGINE.respond(TALK, message).reply.generator == "exercises"
    assert aside("/exercises") is None
    assert "worry-time" in capsys.readouterr().err
    assert aside("/exercise yoga") is None
    assert "no exercise named 'yoga'" in capsys.readouterr().err


def test_a_chosen_exercise_does_not_come_before_help():
    history = conversation("I want to kill myself", "Are you safe?")
    message = aside("/exercise box-breathing", history)
    assert message is not None
    assert ENGINE.respond(history, message).reply.generator == "crisis"


def test_mood_and_journal_are_kept_and_not_talked_about(private_home: Path):
    assert aside("/mood 6 slept a bit") is None
    assert aside("/journal it rained and I went out") is None
    assert entries(private_home, Kind.MOOD) == ["slept a bit"]
    assert entries(private_home, Kind.JOURNAL) == ["it rained and I went out"]


@pytest.mark.parametrize(
    "text", ["/journal I want to kill myself", "/mood 2 I want to kill myself"]
)
@pytest.mark.parametrize("broken", [False, True])
def test_danger_in_a_journal_is_answered_even_if_it_cannot_be_kept(
    text: str, broken: bool, private_home: Path
):
    if broken:
        private_home.mkdir()
        (private_home / "kept.db").write_bytes(b"broken")
    message = aside(text)
    assert message is not None
    assert ENGINE.respond(History(), message).reply.generator == "crisis"


def test_a_summary_is_kept_only_when_asked(private_home: Path, capsys):
    aside("/summary")
    assert "Not kept" in capsys.readouterr().err
    assert not private_home.exists()
    aside("/summary keep")
    assert entries(private_home, Kind.SUMMARY)[0].startswith("What you talked about:")
    assert entries(private_home, Kind.MEMORY) == []  # memory is off
    listenwell("memory", "on")
    aside("/summary keep")
    (note,) = entries(private_home, Kind.MEMORY)
    assert "anxious" in note


def test_over_a_pipe_nothing_is_asked_at_the_end(private_home: Path, capsys):
    asides.close(TALK, ENGINE)
    assert capsys.readouterr().err == ""
    assert not private_home.exists()


@pytest.mark.parametrize(
    ("answers", "kept"), [(["y", "y"], 1), (["y", "n"], 0), (["n"], 0), ([""], 0)]
)
def test_at_a_terminal_the_person_keeps_or_throws_away(
    answers: list[str], kept: int, private_home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    left = iter(answers)
    monkeypatch.setattr("builtins.input", lambda question: next(left))
    asides.close(TALK, ENGINE)
    assert list(left) == []
    assert private_home.exists() == bool(kept)


def test_somebody_in_danger_is_not_asked_about_keepsakes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: pytest.fail("asked"))
    asides.close(TALK.add(Message("user", "I'm going to kill myself tonight")), ENGINE)
