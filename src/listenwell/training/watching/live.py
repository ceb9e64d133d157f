"""A run in the terminal: redrawn while its log grows."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from listenwell.training.watching.charts import shown
from listenwell.training.watching.run_folder import Row, RunFolder, read_run

BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH = 60
EVERY = 1.0


def watch(
    folder: Path, console: Console, *, once: bool = False, going: Callable[[], bool] = lambda: True
) -> None:
    """Show a run until it is finished, or until Ctrl-C.

    Args:
        folder: The run's.
        console: Where to draw.
        once: Draw what there is and return.
        going: Asked after each drawing; a test ends the watching with it.

    Raises:
        InputError: It is no run's folder.
    """
    run = read_run(folder)
    if once:
        console.print(draw(run))
        return
    with Live(draw(run), console=console, auto_refresh=False) as live:
        while going() and not finished(run):
            time.sleep(EVERY)
            run = read_run(folder)
            live.update(draw(run), refresh=True)


def finished(run: RunFolder) -> bool:
    """Whether the result has been measured, which a run does last."""
    return bool(run.comparison.get("after"))


def draw(run: RunFolder) -> RenderableType:
    """Return one picture of a run."""
    parts: list[RenderableType] = [_progress(run)]
    if run.steps:
        parts.append(_curves(run))
    if run.samples:
        parts.append(_newest(run.samples[-1]))
    return Panel(Group(*parts), title=Text(f"{run.name}"), title_align="left")


def sparkline(values: Sequence[float], width: int = WIDTH) -> str:
    """Return values as blocks, the mean of each stretch, from the lowest to the highest."""
    if not values:
        return ""
    step = max(1.0, len(values) / width)
    count = min(width, len(values))
    cut = [
        values[int(n * step) : max(int(n * step) + 1, int((n + 1) * step))] for n in range(count)
    ]
    means = [sum(part) / len(part) for part in cut]
    low, high = min(means), max(means)
    scale = (len(BLOCKS) - 1) / (high - low) if high > low else 0.0
    return "".join(BLOCKS[round((mean - low) * scale)] for mean in means)


def seconds_left(steps: Sequence[Row]) -> float | None:
    """Return the time to the end of the newest stage, by the speed of its newest rows."""
    stage = [row for row in steps if row["stage"] == steps[-1]["stage"] and "seconds" in row]
    recent = stage[-20:]
    if len(recent) < 2 or "steps" not in recent[-1]:
        return None
    done = recent[-1]["step"] - recent[0]["step"]
    spent = recent[-1]["seconds"] - recent[0]["seconds"]
    if done <= 0 or spent <= 0:  # a resumed run's clock begins anew
        return None
    return float(spent / done * (recent[-1]["steps"] - recent[-1]["step"]))


def _progress(run: RunFolder) -> RenderableType:
    if not run.steps:
        return Text("waiting for the first steps")
    last = run.steps[-1]
    step, steps = int(last["step"]), int(last.get("steps") or 0)
    left = seconds_left(run.steps)
    told = [f"{last['stage']}  step {step:,} of {steps:,}" if steps else f"step {step:,}"]
    if finished(run):
        told.append("finished")
    elif left is not None:
        told.append(f"{left / 60:.0f} min left in this stage")
    text = Text("  ·  ".join(told))
    return Group(text, ProgressBar(total=steps or None, completed=step, width=WIDTH), Text(""))


def _curves(run: RunFolder) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    for _ in range(3):
        table.add_column(no_wrap=True)
    last = run.steps[-1]
    rows = [("loss", [float(r["loss"]) for r in run.steps], last["loss"])]
    if run.looks:
        held_out = [float(r["eval_loss"]) for r in run.looks]
        rows.append(("held-out loss", held_out, held_out[-1]))
        perplexity = [float(r["perplexity"]) for r in run.looks if "perplexity" in r]
        if perplexity:
            rows.append(("perplexity", perplexity, perplexity[-1]))
    rates = [float(r["learning_rate"]) for r in run.steps if "learning_rate" in r]
    if rates:
        rows.append(("learning rate", rates, rates[-1]))
    for name, values, newest in rows:
        table.add_row(name, shown(float(newest)), Text(sparkline(values, WIDTH - 20)))
    return table


def _newest(row: Row) -> RenderableType:
    context = row.get("context")
    said = [
        Text(f"{turn.get('role')}: {turn.get('content')}", style="dim")
        for turn in (context if isinstance(context, list) else [])[-2:]
        if isinstance(turn, dict)
    ]
    reply = Text(f"reply at step {row['step']}: {row['reply']}")
    return Group(Text(""), *said, reply)
