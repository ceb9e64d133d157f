"""The page and the terminal view of a run, from whatever the run has written so far."""

import json
import re
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from listenwell.cli.main import app
from listenwell.core.errors import InputError
from listenwell.corpora.conversation import Conversation, Utterance
from listenwell.training.watching import live
from listenwell.training.watching.charts import Line, chart, shown
from listenwell.training.watching.report import offsets, write_report
from listenwell.training.watching.run_folder import read_run
from listenwell.training.watching.words import count_words

CONTEXT = [{"role": "user", "content": "The <b>kettle</b> broke"}]


def step(stage, n, **more):
    return {"stage": stage, "step": n, "steps": 20, "loss": 3.0 - n / 10, "learning_rate": 1e-5 * n,
            "epoch": n / 20, "seconds": 2.0 * n} | more  # fmt: skip


def look(stage, n, loss):
    return {"stage": stage, "step": n, "eval_loss": loss, "perplexity": 2**loss, "corpus": stage}


def sample(stage, n, reply):
    return {"stage": stage, "step": n, "context": CONTEXT, "reference": "Before your tea?",
            "reply": reply}  # fmt: skip


def lines(path: Path, rows: list[dict[str, object]], end: str = "") -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + end, encoding="utf-8")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "recipe.yaml").write_text("name: tiny & small\nmodel: gpt2\nmethod: lora\n")
    rows = [step("one", n) for n in range(1, 11)] + [look("one", 10, 2.5)]
    rows += [step("two", n) for n in range(1, 6)] + [look("two", 5, 2.0)]
    lines(tmp_path / "log.jsonl", rows, '{"stage": "two", "st')
    samples = [sample("one", 10, "Oh no."), sample("two", 5, "Was it <i>the</i> kettle?")]
    lines(tmp_path / "samples.jsonl", samples)
    (tmp_path / "data.json").write_text('{"examples": 1204, "truncated_turns": 7}')
    (tmp_path / "forgetting.json").write_text(
        '{"rows": [{"after": "one", "perplexity": {"/home/ada/one.jsonl": 12.5}}]}'
    )
    return tmp_path


def finish(run: Path) -> None:
    (run / "before_after.json").write_text(json.dumps({
        "before": {"perplexity": 41.25, "mean_words": 31.0}, "after": {"perplexity": 19.5,
        "mean_words": 17.0, "reference_mean_words": 14.5}, "memorisation": {"train": {"rouge_l": 0.25}},
    }))  # fmt: skip


def test_the_page_shows_everything_and_loads_nothing(run):
    finish(run)
    talk = Conversation("c", (Utterance("user", "My kettle, my kettle!"), Utterance("assistant", "Tea?")),
                        "train")  # fmt: skip
    page = write_report(run, [talk]).read_text("utf-8")

    assert "Training: tiny &amp; small" in page
    for title in ("Loss", "Perplexity on held-out replies", "Learning rate", "Words in a reply"):
        assert f'aria-label="{title}' in page
    for text in ("41.2", "19.5", "31 words before training, 17 after", "1,204", "12.5", "rouge l"):
        assert text in page
    assert "The &lt;b&gt;kettle&lt;/b&gt; broke" in page and "<i>the</i>" not in page
    assert not re.search(r"""(?:src|href)\s*=|url\(|@import|https?://|<script""", page)
    assert "one.jsonl" in page and "/home/ada" not in page
    assert "<td>mean words<td class=n>31<td class=n>17<td class=n>14.5" in page
    # Kept, so that the page can be written anew without the corpora.
    assert '<li style="font-size:1.73em" title="2">kettle</li>' in page
    assert "kettle" in write_report(run).read_text("utf-8")


def test_an_early_run_has_an_early_page(tmp_path):
    (tmp_path / "recipe.yaml").write_text("name: [half")
    assert "Nothing has been written down yet" in write_report(tmp_path).read_text("utf-8")
    (tmp_path / "log.jsonl").write_text("nonsense\n[1]\n" + json.dumps(step("one", 1)) + "\n")
    page = write_report(tmp_path).read_text("utf-8")
    assert "<circle" in page and "Before and after" not in page


def test_a_folder_that_is_no_run_is_told(tmp_path):
    with pytest.raises(InputError, match="not a run; it holds neither"):
        read_run(tmp_path)
    with pytest.raises(InputError, match="is no folder"):
        write_report(tmp_path / "nowhere")


def test_stages_follow_one_another_and_half_a_line_waits(run):
    found = read_run(run)
    assert offsets(found) == {"one": 0, "two": 10}
    assert len(found.steps) == 15
    with (run / "log.jsonl").open("a") as stream:
        stream.write('ep": 6, "loss": 1.0}\n')
    assert len(read_run(run).steps) == 16


def test_charts_leave_out_what_is_no_number_and_name_the_last_value():
    svg = chart("Loss", [Line("a", [(0, 1.0), (1, float("nan")), (2, 0.5)]), Line("b", [])])
    assert "a ends at 0.5" in svg and "nan" not in svg
    assert svg.count("<polyline") == 1
    assert chart("Loss", [Line("a", [])]) == ""
    many = chart("Loss", [Line("a", [(n, 1.0) for n in range(10_000)])])
    assert len(many) < 12_000 and 'y="' in many


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.0000213, "2.13e-05"), (1.2678, "1.27"), (1204.4, "1,204")]
)
def test_figures_are_short(value, text):
    assert shown(value) == text


def test_words_of_every_text_are_not_counted():
    talk = Conversation("c", (Utterance("user", "I don’t know, the beans!"),), "train")
    assert count_words([talk]) == {"contexts": {"beans": 1}, "replies": {}}


def drawn(folder: Path) -> str:
    console = Console(width=90, color_system=None)
    with console.capture() as captured:
        live.watch(folder, console, once=True)
    return captured.get()


def test_the_terminal_shows_how_it_goes(run):
    text = drawn(run)
    # Five steps of twenty are done, at two seconds each.
    assert "two  step 5 of 20  ·  0 min left in this stage" in text
    assert "held-out loss" in text and "█" in text and "▁" in text
    assert "reply at step 5: Was it <i>the</i> kettle?" in text
    finish(run)
    assert "finished" in drawn(run)


def test_watching_follows_the_log_until_the_run_is_finished(run, monkeypatch):
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        if len(slept) == 2:
            finish(run)

    monkeypatch.setattr(live.time, "sleep", sleep)
    with open("/dev/null", "w") as nowhere:
        live.watch(run, Console(file=nowhere))
    assert len(slept) == 2


def test_time_left_goes_by_the_newest_rows_of_the_stage():
    rows = [
        step("one", 5, seconds=999.0),
        step("two", 1, seconds=0.0),
        step("two", 5, seconds=20.0),
    ]
    assert live.seconds_left(rows) == 75.0
    assert live.seconds_left([step("one", 5, seconds=50.0), step("one", 6, seconds=1.0)]) is None


def test_blocks_are_means_from_lowest_to_highest():
    assert live.sparkline([1, 1, 3, 3], width=2) == "▁█"
    assert live.sparkline([2, 2], width=9) == "▁▁"


def test_the_command_writes_the_page_or_draws_once(run):
    assert (
        CliRunner()
        .invoke(app, ["watch", str(run), "--report"])
        .stdout.strip()
        .endswith("report.html")
    )
    assert "step 5 of 20" in CliRunner().invoke(app, ["watch", str(run)]).stdout
