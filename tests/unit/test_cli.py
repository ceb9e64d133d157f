"""The command line, the way a person or a program calls it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from listenwell.embedded.files import find_files
from listenwell.evaluation.suites import SUITES

LISTENWELL = [sys.executable, "-c", "from listenwell.cli.main import main; main()"]


def run(
    *words: str, text: str | bytes = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    raw = text.encode() if isinstance(text, str) else text
    done = subprocess.run(
        [*LISTENWELL, *words],
        input=raw,
        capture_output=True,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "100"} | environment,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def request(name: str, *texts: str) -> str:
    roles = ("user", "assistant")
    turns = [{"role": roles[i % 2], "content": text} for i, text in enumerate(texts)]
    return json.dumps({"id": name, "turns": turns}) + "\n"


def test_ask_prints_one_reply_and_nothing_else():
    done = run("ask", "I lost my keys and my patience")
    assert done.returncode == 0
    assert done.stdout.strip()
    assert done.stderr == ""


def test_a_reply_does_not_wait_for_what_only_other_commands_need():
    code = (
        "import atexit, sys; from listenwell.cli.main import main;"
        "never = {'fastapi', 'uvicorn', 'prompt_toolkit', 'torch', 'listenwell.cli.data'};"
        "atexit.register(lambda: print(never & set(sys.modules)));"
        "sys.argv = ['listenwell', 'ask', '--generator', 'templates', 'hello']; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    reply, imported = done.stdout.splitlines()
    assert reply
    assert imported == "set()"


def test_ask_explains_its_choice_on_stderr():
    done = run("ask", "--explain", "My sister moved away and I miss her")
    assert "feeling" in done.stderr
    assert "specificity" in done.stderr


def test_screen_answers_each_line_with_level_signals_subject_and_route():
    done = run("screen", "--jsonl", text=request("a", "I want to die") + request("b", "hello"))
    first, second = lines(done)
    assert (first["id"], first["level"], first["route"]) == ("a", "high", "crisis")
    assert first["signals"][0]["text"] == "want to die"
    assert (first["signals"][0]["start"], first["signals"][0]["end"]) == (2, 13)
    assert (first["kind"], first["language"]) == ("suicide", "en")
    assert (second["level"], second["signals"], second["subject"]) == ("none", [], "self")
    assert second["kind"] is None
    assert second["route"] == "model"


def test_reply_and_read_answer_in_the_agreed_shape():
    text = request("x", "I got the job!", "What job?", "At the library")
    (answer,) = lines(run("reply", "--jsonl", text=text))
    assert answer.keys() == {
        "id", "reply", "level", "emotion", "strategy", "generator", "seconds",
    }  # fmt: skip
    (reading,) = lines(run("read", "--jsonl", text=text))
    assert len(reading["probabilities"]) == 32
    assert reading["emotion"] == max(reading["probabilities"], key=reading["probabilities"].get)


@pytest.mark.parametrize(
    "bad",
    [
        b"not json\n",
        b"[1, 2]\n",
        b'{"id": 1}\n',
        b'{"id": 1, "turns": [{"role": "wizard", "content": "x"}]}\n',
        b'{"id": 1, "turns": [{"role": "user", "content": 5}]}\n',
        b"\xff\xfe\x00\x01\n",
        b"[" * 100_000 + b"\n",
    ],
)
def test_a_bad_line_gets_an_error_in_its_place_and_the_rest_go_on(bad: bytes):
    done = run("screen", "--jsonl", text=bad + request("good", "hello").encode())
    assert done.returncode == 2
    first, second = lines(done)
    assert "line 1" in str(first["error"])
    assert second["level"] == "none"
    assert "Traceback" not in done.stderr


def test_unpaired_surrogates_nul_and_emptiness_are_answered():
    text = "".join(
        json.dumps({"id": n, "turns": [{"role": "user", "content": content}]}) + "\n"
        for n, content in enumerate(("\ud800 hello", "a\x00b", "", "🙂", "x" * 100_000))
    )
    done = run("reply", "--jsonl", "--generator", "templates", text=text)
    assert done.returncode == 0, done.stderr
    assert all(answer["reply"] for answer in lines(done))


def test_the_screen_reads_unpaired_surrogates_as_the_server_does_and_places_stay():
    done = run(
        "screen", "--jsonl", text=request("a", "\ud800 hi") + request("b", "\udc00 I want to die")
    )
    calm, grave = lines(done)
    assert done.returncode == 0
    assert (calm["level"], calm["signals"]) == ("none", [])
    assert grave["level"] == "high"
    assert "screen-failure" not in done.stdout
    found = grave["signals"]
    assert isinstance(found, list)
    assert any("\ufffd I want to die"[s["start"] : s["end"]] == s["text"] for s in found)


def test_chat_works_in_a_pipe_with_replies_only_on_stdout(tmp_path: Path):
    saved = tmp_path / "talk.txt"
    said = f"I feel lonely\n/nonsense\n/save {saved}\n/save {saved}\n/help\n/reset\n/quit\nnever\n"
    done = run("chat", "--generator", "templates", text=said)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert "an AI" in done.stderr
    assert "988" in done.stderr
    assert "/nonsense is not a command" in done.stderr
    assert "exists already" in done.stderr
    assert "\x1b[" not in done.stdout + done.stderr
    assert saved.read_text("utf-8").startswith("you: I feel lonely")
    assert "never" not in done.stdout


def test_chat_takes_binary_rubbish_kindly():
    done = run("chat", "--generator", "templates", text=bytes(range(128, 256)) + b"\nhello\n")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert len(done.stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("ask", "hi", "--generator", "embeded"), "Did you mean 'embedded'"),
        (("ask", "hi", "--model", "/nowhere"), "/nowhere"),
        (("ask", "hi", "--templates", "/nowhere.yaml"), "/nowhere.yaml"),
        (("evaluate", "perplexty"), "Did you mean 'perplexity'"),
        (("evaluate", "embeded"), "Did you mean 'embedded'"),
        (("evaluate", "zzz"), "Known: appropriateness, bias, conversation, crisis, embedded"),
        (("evaluate", "emotion", "--data", "/nowhere.csv"), "/nowhere.csv"),
        (("evaluate", "emotion", "--model", "/nowhere"), "/nowhere"),
        (("evaluate", "emotion", "--limit", "0"), "--limit"),
        (("evaluate", "safety", "--page", "/nope/x.html"), "/nope is no folder"),
        (("evaluate", "safety", "--page", "/dev/null/x.html"), "/dev/null is no folder"),
        (("evaluate", "safety", "--page", "/"), "/ is a folder"),
        (("evaluate", "safety", "--page", "/tmp/" + "x" * 300), "File name too long"),
        (("train", "embeded"), "Did you mean 'embedded'"),
        (("frobnicate",), "frobnicate"),
    ],
)
def test_a_caller_s_mistake_is_one_clear_message_and_exit_code_2(words, named: str):
    done = run(*words)
    assert done.returncode == 2
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_error():
    command = " ".join(["'" + word + "'" for word in LISTENWELL]) + " data list | head -n 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def release_file(path: Path, *talks: tuple[str, ...]) -> Path:
    """Write conversations in EmpatheticDialogues' layout: the emotion, then the turns."""
    rows = ["conv_id,utterance_idx,context,prompt,speaker_idx,utterance,selfeval,tags"]
    for n, (emotion, *turns) in enumerate(talks):
        for index, text in enumerate(turns):
            rows.append(f"c{n},{index + 1},{emotion},{turns[0]},{index % 2},{text},,")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_evaluate_measures_a_file_in_the_release_layout(tmp_path: Path):
    data = release_file(
        tmp_path / "two.csv",
        ("joyful", "I won the pie contest_comma_ at last!", "What pie was it?"),
        ("sad", "My old dog died this morning.", "I'm so sorry. How old was he?"),
    )
    found = json.loads(run("evaluate", "perplexity", "--json", "--data", str(data)).stdout)
    assert found["metrics"].keys() == {
        "perplexity_per_token", "perplexity_per_word", "bits_per_byte", "replies",
    }  # fmt: skip
    assert 1 < found["metrics"]["perplexity_per_token"] < 12_000
    assert found["metrics"]["replies"] == 2
    found = json.loads(run("evaluate", "emotion", "--json", "--data", str(data)).stdout)
    assert found["metrics"].keys() >= {"accuracy", "accuracy_first_turn", "macro_f1", "ece"}
    assert (found["suite"], found["version"]) == ("emotion", SUITES["emotion"].version)
    assert found["model_sha256"] == find_files().digest


def test_evaluate_without_json_prints_a_line_a_figure_and_keeps_to_the_limit(tmp_path: Path):
    talk = ("sad", "My old dog died this morning.", "I'm so sorry. How old was he?")
    data = release_file(tmp_path / "three.csv", talk, talk, talk)
    done = run("evaluate", "perplexity", "--data", str(data), "--limit", "1")
    title, *figures = done.stdout.splitlines()
    assert title.startswith("perplexity v")
    shown = {name: float(value) for name, value in (line.split() for line in figures)}
    assert shown["replies"] == 1


@pytest.mark.parametrize(
    ("suite", "talk", "named"),
    [
        ("perplexity", ("sad", "nobody answered this"), "no conversation holds a listener's reply"),
        ("retrieval", ("sad", "my dog died", "oh no"), "at least 100 are needed"),
        ("emotion", ("glum", "my dog died", "oh no"), "glum"),
        ("strategy", ("sad", "my dog died", "oh no"), "esconv"),
        ("empathy", ("sad", "my dog died", "oh no"), "epitome"),
    ],
)
def test_evaluate_without_what_it_needs_says_what_that_is(
    tmp_path: Path, suite: str, talk: tuple[str, ...], named: str
):
    data = release_file(tmp_path / "one.csv", talk)
    done = run("evaluate", suite, "--data", str(data))
    assert done.returncode == 2
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("name", ["new.html", "old.html"])
def test_a_page_that_may_not_be_written_is_refused_before_the_measurement(
    tmp_path: Path, name: str
):
    old = tmp_path / "old.html"
    old.touch(0o400)
    tmp_path.chmod(0o500)
    done = run("evaluate", "safety", "--page", str(tmp_path / name))
    tmp_path.chmod(0o700)
    assert done.returncode == 2
    assert "not yours to change" in done.stderr
    assert done.stdout == ""


def test_every_suite_is_named_in_the_help():
    told = " ".join(run("evaluate", "--help").stdout.replace("│", " ").split())
    assert all(suite in told for suite in SUITES)
