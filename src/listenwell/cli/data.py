"""`listenwell data`: list, fetch, count, read and prepare the corpora."""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from listenwell.cli import data_work
from listenwell.cli.terminal import stderr, stdout
from listenwell.core.emotions import EMOTIONS
from listenwell.core.errors import CorpusError, UnknownNameError
from listenwell.corpora.catalogue import (
    find_corpus,
    find_files,
    load_corpus,
    looks_like_path,
)
from listenwell.corpora.conversation import SPLITS, Conversation, Loaded
from listenwell.corpora.corpus import CORPORA, Corpus
from listenwell.corpora.download import Report, fetch
from listenwell.corpora.layouts import load_path
from listenwell.corpora.statistics import Lengths, Statistics, summarise
from listenwell.corpora.table import Columns

PIPE_WIDTH = 160
"""Characters a line where there is no terminal to ask."""

app = typer.Typer(help="List, fetch, count, read and prepare the corpora.", no_args_is_help=True)
for command in (
    data_work.clean, data_work.check, data_work.augment, data_work.synthesize, data_work.pairs
):  # fmt: skip
    app.command()(command)

Name = Annotated[str, typer.Argument(help="A corpus, or the path of a file of your own.")]
DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Folder with local copies of corpora.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", help="Column of your file: user=question, assistant=answer."),
]


@app.command("list")
def list_corpora(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show which corpora are known, under which terms, and which are here."""
    rows = [(corpus, find_files(corpus, data_dir)) for corpus in CORPORA.values()]
    places = [str(found[0].path.parent) if found else None for _, found in rows]
    if as_json:
        print(json.dumps([
            _public(corpus) | {"folder": place, "files": [str(file.path) for file in found]}
            for (corpus, found), place in zip(rows, places, strict=True)
        ]))  # fmt: skip
        return
    table = _table("name", "what", "licence", "where")
    table.columns[0].no_wrap = True
    for (corpus, _), place in zip(rows, places, strict=True):
        licence = f"{corpus.licence}: {corpus.terms}"
        cells = (corpus.name, corpus.description, licence, place or "not here")
        table.add_row(*map(Text, cells))
    _print(table)


@app.command("fetch")
def fetch_corpus(
    name: Annotated[str, typer.Argument(help="A corpus from `listenwell data list`.")],
    force: Annotated[
        bool, typer.Option("--force", help="Fetch again, and accept a file that changed.")
    ] = False,
) -> None:
    """Fetch a corpus from its public home."""
    corpus = find_corpus(name)
    note = f"{corpus.title}: {corpus.licence} ({corpus.terms}). {corpus.citation}"
    stderr.print(note, markup=False)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    with Progress(*columns, console=stderr, disable=not stderr.is_terminal) as progress:
        fetched = fetch(corpus, _reporter(progress), force=force)
    if fetched.already_here:
        stderr.print("Already here, and unchanged.")
    for path in fetched.files:
        print(path)


@app.command()
def stats(
    name: Name,
    data_dir: DataDir = None,
    columns: Map = None,
    as_json: AsJson = False,
    html: Annotated[
        bool, typer.Option("--html", help="Write listenwell-corpus.html: pictures and checks.")
    ] = False,
) -> None:
    """Count what a corpus holds: turns, words, emotions, strategies, splits, repeats."""
    if html:
        print(_write_report(name))
        return
    found = summarise(_load(name, data_dir, columns))
    if as_json:
        print(json.dumps({"corpus": name, **asdict(found)}))
        return
    _print(_overview(found), Text(""), _sides({"user": found.user, "assistant": found.assistant}))
    for title, counts in (
        ("split", found.splits), ("emotion", found.emotions), ("strategy", found.strategies)
    ):  # fmt: skip
        if counts:
            _print(Text(""), _bars(title, counts))


@app.command()
def show(
    name: Name,
    data_dir: DataDir = None,
    columns: Map = None,
    split: Annotated[str | None, typer.Option("--split", help="train, valid or test.")] = None,
    emotion: Annotated[str | None, typer.Option("--emotion", help="One of the 32.")] = None,
    number: Annotated[int, typer.Option("-n", "--number", min=1, help="How many.")] = 3,
    seed: Annotated[int, typer.Option("--seed", help="Another seed picks others.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Print some conversations of a corpus, or of a file of your own."""
    _check_choice("split", split, SPLITS)
    _check_choice("emotion", emotion, EMOTIONS)
    fitting = _fitting(_load(name, data_dir, columns), split, emotion)
    if not fitting:
        asked = " and ".join(
            filter(None, (split and f"split {split}", emotion and f"emotion {emotion}"))
        )
        raise CorpusError(f"{name}: no conversation with {asked}. See: listenwell data stats.")
    picked = random.Random(seed).sample(fitting, min(number, len(fitting)))  # noqa: S311
    for conversation in picked:
        if as_json:
            print(json.dumps(asdict(conversation)))
        else:
            _print_conversation(conversation)


def _fitting(
    loaded: Iterable[Loaded], split: str | None, emotion: str | None
) -> Sequence[Conversation]:
    return [
        each
        for file in loaded
        for each in file.conversations
        if split in (None, each.split) and emotion in (None, each.emotion)
    ]


def _write_report(name: str) -> Path:
    """Write the page about the project's own corpus into the current folder.

    Raises:
        CorpusError: It is another corpus, or the file cannot be written.
    """
    from listenwell.corpora.own import read_pairs, read_rows
    from listenwell.corpora.quality import check
    from listenwell.corpora.report import render_report

    if name != "listenwell":
        raise CorpusError(f"--html is for the project's own corpus, listenwell, not {name!r}.")
    rows, pairs = read_rows(), read_pairs()
    path = Path("listenwell-corpus.html")
    try:
        path.write_text(render_report(rows, pairs, check(rows, pairs)), encoding="utf-8")
    except OSError as error:
        raise CorpusError(f"{path} cannot be written ({error.strerror}).") from error
    return path


def _load(name: str, data_dir: Path | None, columns: Sequence[str] | None) -> Sequence[Loaded]:
    """Read a corpus or a file, and say on stderr what was skipped."""
    if columns:
        if not looks_like_path(name):
            raise CorpusError(f"--map is for a file of your own; {name!r} is not the path of one.")
        loaded: Sequence[Loaded] = (load_path(Path(name).expanduser(), Columns.parse(columns)),)
    else:
        loaded = load_corpus(name, data_dir)
    for file in loaded:
        _report_skipped(file)
    return loaded


def _report_skipped(file: Loaded) -> None:
    if not file.malformed:
        return
    first = "; ".join(f"line {row.line}: {row.reason}" for row in file.malformed[:3])
    more = "; …" if len(file.malformed) > 3 else ""
    text = f"{file.path}: skipped {len(file.malformed):,} of {file.rows:,} rows ({first}{more})"
    stderr.print(Text(text))


def _check_choice(kind: str, value: str | None, known: Sequence[str]) -> None:
    if value is not None and value not in known:
        raise UnknownNameError.build(kind, value, known)


def _public(corpus: Corpus) -> dict[str, Any]:
    names = ("name", "title", "description", "licence", "terms", "language", "homepage", "citation")
    return {name: getattr(corpus, name) for name in names} | {
        "urls": [source.url for source in corpus.sources],
        "aliases": list(corpus.aliases),
    }


def _reporter(progress: Progress) -> Report:
    tasks: dict[str, TaskID] = {}

    def report(filename: str, received: int, total: int | None) -> None:
        if filename not in tasks:
            tasks[filename] = progress.add_task(filename, total=total)
        progress.update(tasks[filename], completed=received, total=total)

    return report


def _overview(found: Statistics) -> Table:
    across = found.across_splits
    table = _table("", "", right=(1,))
    for label, value in (
        ("conversations", f"{found.conversations:,}"),
        ("turns", f"{found.turns:,}"),
        ("turns per conversation", f"{found.mean_turns:.2f}"),
        ("words", f"{found.words:,}"),
        ("different words", f"{found.vocabulary:,}"),
        ("rows in the files", f"{found.rows:,}"),
        ("rows skipped as malformed", f"{found.malformed:,}"),
        ("rows left out as repeated", f"{found.duplicates:,}"),
        ("conversations in several splits", f"{across.conversations:,}"),
        ("opening messages in several splits", f"{across.openings:,}"),
        ("situations in several splits", f"{across.situations:,}"),
    ):
        table.add_row(label, value)
    table.show_header = False
    return table


def _sides(sides: dict[str, Lengths]) -> Table:
    table = _table("side", "turns", "words a turn", "median", "longest", right=(1, 2, 3, 4))
    for name, side in sides.items():
        numbers = (f"{side.turns:,}", f"{side.mean_words:.1f}", f"{side.median_words:.0f}")
        table.add_row(name, *numbers, f"{side.longest:,}")
    return table


def _bars(title: str, counts: dict[str, int]) -> Table:
    table = _table(title, "count", "share", "", right=(1, 2))
    total, most = sum(counts.values()), max(counts.values())
    for label, count in counts.items():
        bar = "█" * max(1, round(30 * count / most))
        table.add_row(Text(label), f"{count:,}", f"{count / total:.1%}", bar)
    return table


def _print_conversation(conversation: Conversation) -> None:
    labels = (conversation.split, conversation.emotion, conversation.topic)
    heading = " · ".join([conversation.id, *filter(None, labels)])
    _print(Text(heading, style="" if stdout.no_color else "bold"))
    if conversation.situation:
        _print(Text(f"  situation: {conversation.situation}"))
    for turn in conversation.turns:
        strategy = f" [{turn.strategy}]" if turn.strategy else ""
        _print(Text(f"  {turn.role}{strategy}: {turn.content}"))
    _print(Text(""))


def _table(*headings: str, right: Iterable[int] = ()) -> Table:
    style = "" if stdout.no_color else "bold"
    table = Table(box=None, header_style=style, pad_edge=False)
    for index, heading in enumerate(headings):
        table.add_column(heading, justify="right" if index in right else "left", overflow="fold")
    return table


def _print(*parts: Table | Text) -> None:
    """Print to stdout; text from a corpus arrives as `Text`, which no markup is read in."""
    for part in parts:
        if stdout.is_terminal:
            stdout.print(part)
        elif isinstance(part, Text):
            print(part.plain)
        else:
            _print_plain(part)


def _print_plain(table: Table) -> None:
    console = Console(width=PIPE_WIDTH, color_system=None, highlight=False)
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        print(line.rstrip())
