"""The page about a run: curves, replies at each look, before and after, words; loads nothing."""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from statistics import fmean
from string import Template
from typing import Any

from listenwell.core.errors import InputError
from listenwell.corpora.catalogue import short_name
from listenwell.corpora.conversation import Conversation
from listenwell.corpora.writing import write_rows
from listenwell.training.watching.charts import Line, chart, shown
from listenwell.training.watching.run_folder import WORDS, Row, RunFolder, read_run
from listenwell.training.watching.words import cloud, count_words, most_used

REPORT = "report.html"
PEOPLE = "reference_"
"""What the names of figures of people's replies begin with."""
MOST_TALKS = 12
"""Contexts whose replies are shown; each at every look."""
MOST_LOOKS = 8
_SIDES = {"user": "person", "assistant": "listener"}


def write_report(run_folder: Path, conversations: Iterable[Conversation] = ()) -> Path:
    """Write `report.html` into a run's folder and return its path.

    Args:
        run_folder: Whatever the run has written so far is shown.
        conversations: What was learned from, to count its words; the counts are kept in the folder,
            so that a later report has them without the corpora.

    Raises:
        InputError: It is no run's folder, or the page cannot be written.
    """
    talks = list(conversations)
    if talks:
        write_rows(run_folder / WORDS, [count_words(talks)])
    path = run_folder / REPORT
    scratch = path.with_name(f".{REPORT}.part")
    try:
        scratch.write_text(render_report(read_run(run_folder)), encoding="utf-8")
        os.replace(scratch, path)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}).") from error
    return path


def render_report(run: RunFolder) -> str:
    """Return the page; a part that the run has not written yet is left out."""
    parts = [
        _curves(run), _comparison(run.comparison), _forgetting(run.forgetting),
        _memorisation(run.comparison), _lengths(run), _talks(run.samples), _clouds(run), _data(run.data),
    ]  # fmt: skip
    body = "\n".join(filter(None, parts)) or "<p>Nothing has been written down yet.</p>"
    source = files("listenwell.training.watching").joinpath("report.html").read_text("utf-8")
    title = f"Training: {run.name}"
    return Template(source).substitute(title=escape(title), about=_about(run), body=body)


def offsets(run: RunFolder) -> dict[str, int]:
    """Return the step of the whole run at which each stage begins."""
    lengths = [
        max(
            (int(row["step"]) for row in (*run.steps, *run.looks) if row["stage"] == stage),
            default=0,
        )
        for stage in run.stages
    ]
    return dict(zip(run.stages, accumulate(lengths, initial=0), strict=False))


def _about(run: RunFolder) -> str:
    facts = [str(run.recipe[key]) for key in ("model", "method") if run.recipe.get(key)]
    if facts and Path(facts[0]).is_dir():
        facts[0] = Path(facts[0]).name  # the page may be passed on
    if run.steps:
        last = run.steps[-1]
        facts.append(f"step {last['step']} of {last.get('steps', '?')} in {last['stage']}")
        if "seconds" in last:
            facts.append(f"{float(last['seconds']) / 60:.1f} minutes")
    facts.append("samples may quote the corpora: look at their terms before you pass this page on")
    return " · ".join(map(escape, facts))


def _curves(run: RunFolder) -> str:
    start = offsets(run)
    marks = [(at, stage) for stage, at in start.items()] if len(start) > 1 else []

    def points(rows: Iterable[Row], name: str) -> list[tuple[float, float]]:
        return [
            (start[str(row["stage"])] + row["step"], float(row[name]))
            for row in rows
            if name in row
        ]

    corpora = list(dict.fromkeys(str(row.get("corpus", "held out")) for row in run.looks))
    by_corpus = {
        name: [row for row in run.looks if row.get("corpus", "held out") == name]
        for name in corpora
    }
    loss = [Line("training", points(run.steps, "loss"))]
    loss += [Line(name, points(rows, "eval_loss"), dots=True) for name, rows in by_corpus.items()]
    perplexity = [
        Line(name, points(rows, "perplexity"), dots=True) for name, rows in by_corpus.items()
    ]
    drawn = "".join([
        chart("Loss", loss[:6], marks=marks),
        chart("Perplexity on held-out replies", perplexity[:6], marks=marks),
        chart("Learning rate", [Line("learning rate", points(run.steps, "learning_rate"))],
              marks=marks),
    ])  # fmt: skip
    return f"<h2>How it went</h2>{drawn}" if drawn else ""


def _comparison(comparison: Row) -> str:
    before, after = _figures(comparison.get("before")), _figures(comparison.get("after"))
    if not before and not after:
        return ""
    rows = "".join(
        f"<tr><td>{escape(name.replace('_', ' '))}<td class=n>{_cell(before.get(name))}"
        f"<td class=n>{_cell(after.get(name))}<td class=n>{_cell(after.get(PEOPLE + name), '')}"
        for name in dict.fromkeys((*before, *after))
        if not name.startswith(PEOPLE)
    )
    return (
        "<h2>Before and after</h2><p class=soft>The untouched base model beside the result, on rows that "
        "were not learned from; and people's own replies to the same, where that can be told.</p>"
        f"<table><tr><th>measure<th class=n>before<th class=n>after<th class=n>people{rows}</table>"
    )


def _forgetting(forgetting: Row) -> str:
    rows = [row for row in forgetting.get("rows") or () if _figures(row.get("perplexity"))]
    corpora = list(dict.fromkeys(name for row in rows for name in _figures(row["perplexity"])))
    if not corpora:
        return ""
    head = "".join(f"<th class=n>{escape(short_name(name))}" for name in corpora)
    lines = "".join(
        f"<tr><td>{escape(str(row.get('after')))}"
        + "".join(f"<td class=n>{_cell(_figures(row['perplexity']).get(name))}" for name in corpora)
        for row in rows
    )
    return (
        "<h2>What later stages made it forget</h2><p class=soft>Perplexity on each corpus after each stage; "
        f"a column that rises was forgotten.</p><table><tr><th>after{head}{lines}</table>"
    )


def _memorisation(comparison: Row) -> str:
    found = comparison.get("memorisation")
    if not isinstance(found, dict) or not found:
        return ""
    rows = "".join(f"<tr><td>{escape(name)}<td class=n>{value}" for name, value in _flat(found))
    return (
        "<h2>Learned by heart?</h2><p class=soft>Training rows beside held-out rows. Far better figures on "
        "training rows mean that they were learned by heart; they are no result.</p>"
        f"<table>{rows}</table>"
    )


def _lengths(run: RunFolder) -> str:
    """Show how long replies are at each look, beside those of people."""
    start = offsets(run)
    by_step: dict[int, list[Row]] = defaultdict(list)
    for row in run.samples:
        by_step[start.get(str(row["stage"]), 0) + int(row["step"])].append(row)
    replies = [(step, fmean(_words(r["reply"]) for r in rows)) for step, rows in by_step.items()]
    people = [
        (step, fmean(_words(r.get("reference", "")) for r in rows))
        for step, rows in by_step.items()
    ]
    lines = [Line("the model's", replies, dots=True)]
    if any(length for _, length in people):
        lines.append(Line("people's", people))
    drawn = chart("Words in a reply, at each look", lines)
    told = _told_lengths(run.comparison)
    return f"<h2>Length of replies</h2>{told}{drawn}" if drawn or told else ""


def _told_lengths(comparison: Row) -> str:
    sides = (_figures(comparison.get(side)).get("mean_words") for side in ("before", "after"))
    before, after = sides
    if before is None or after is None:
        return ""
    return f"<p>{shown(before)} words before training, {shown(after)} after.</p>"


def _talks(samples: Sequence[Row]) -> str:
    by_context: dict[str, list[Row]] = defaultdict(list)
    for row in samples:
        by_context[repr(row.get("context"))].append(row)
    talks = [_talk(rows) for rows in list(by_context.values())[:MOST_TALKS]]
    return f"<h2>What it replied</h2>{''.join(talks)}" if talks else ""


def _talk(rows: Sequence[Row]) -> str:
    context = rows[0].get("context")
    said = [
        _said(_SIDES.get(str(turn.get("role")), ""), turn.get("content"))
        for turn in (context if isinstance(context, list) else [])
        if isinstance(turn, dict)
    ]  # fmt: skip
    reference = rows[0].get("reference")
    people = [_said("people wrote", reference)] if reference else []
    step = max(1, -(-len(rows) // MOST_LOOKS))
    kept = rows[::-1][::step][::-1]  # the newest is always among them
    looks = [_said(f"{row['stage']} {row['step']}", row["reply"]) for row in kept]
    return f'<div class="talk">{"".join([*said, *people, "<hr>", *looks])}</div>'


def _said(who: str, text: object) -> str:
    return f'<p><span class="who">{escape(str(who))}</span> {escape(str(text))}</p>'


def _clouds(run: RunFolder) -> str:
    newest = [r for r in run.samples if (r["stage"], r["step"]) == _last_look(run.samples)]
    drawn = "".join([
        cloud("In contexts", run.words.get("contexts") or most_used(
            str(turn.get("content")) for row in run.samples
            for turn in row.get("context") or () if turn.get("role") == "user")),
        cloud("In people's replies", run.words.get("replies") or most_used(
            str(row.get("reference", "")) for row in run.samples)),
        cloud("In the model's newest replies", most_used(str(row["reply"]) for row in newest)),
    ])  # fmt: skip
    return f"<h2>Most used words</h2>{drawn}" if drawn else ""


def _last_look(samples: Sequence[Row]) -> tuple[object, object] | None:
    return (samples[-1]["stage"], samples[-1]["step"]) if samples else None


def _data(data: Row) -> str:
    rows = "".join(f"<tr><td>{escape(name)}<td class=n>{value}" for name, value in _flat(data))
    return f"<h2>What it learned from</h2><table>{rows}</table>" if rows else ""


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    """Yield (name, shown value) of nested values, each with the names above it."""
    for name, value in values.items():
        label = f"{prefix}{name}".replace("_", " ")
        if isinstance(value, dict):
            yield from _flat(value, f"{label}: ")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield label, shown(value)
        else:
            yield (
                label,
                escape(", ".join(map(str, value)) if isinstance(value, list) else str(value)),
            )


def _figures(value: object) -> dict[str, float]:
    if not isinstance(value, dict):
        return {}
    return {
        str(name): float(figure)
        for name, figure in value.items()
        if isinstance(figure, int | float)
    }


def _cell(value: float | None, missing: str = "–") -> str:
    return missing if value is None else shown(value)


def _words(text: object) -> int:
    return len(str(text).split())
