"""`listenwell evaluate`: measure the embedded models, and the whole system in conversation."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress, TimeRemainingColumn

from listenwell.cli import options
from listenwell.cli.terminal import stderr
from listenwell.core.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from listenwell.corpora.conversation import Conversation


def evaluate(
    suite: Annotated[
        str,
        typer.Argument(
            help="emotion, perplexity, retrieval, generation, strategy, empathy, appropriateness; embedded, all of "
            "these; bias; crisis; guard; conversation; simulation; or safety."
        ),
    ],
    data: Annotated[
        Path | None, typer.Option("--data", help="A file in EmpatheticDialogues' layout.")
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="Folder with local copies of corpora.")
    ] = None,
    model: options.Model = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=1,
            help="Measure on the first N conversations or scenarios; hold N simulated ones.",
        ),
    ] = None,
    seed: options.Seed = 0,
    show: Annotated[
        bool, typer.Option("--show", help="Print the conversations held in full, first.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    part: Annotated[str, typer.Option(help="safety: dev or held.")] = "held",
    page: Annotated[Path | None, typer.Option(help="safety: write a page, too.")] = None,
) -> None:
    """Measure the models on a file, or on the validation splits of public corpora."""
    from listenwell.corpora.catalogue import data_folder
    from listenwell.embedded.files import find_files
    from listenwell.embedded.models import load_models
    from listenwell.evaluation.suites import SUITES, Measured

    if suite == "safety":
        _safety(part, page, as_json=as_json)
        return
    if suite not in SUITES:
        raise UnknownNameError.build("suite", suite, (*SUITES, "safety"))
    files, chosen = find_files(model), SUITES[suite]
    first = None if chosen.makes_talks else limit
    talks = {name: _conversations(name, data, data_dir)[:first] for name in chosen.corpora}
    given = Measured(load_models(files), talks, data_folder(data_dir), seed, limit=limit)
    columns = (*Progress.get_default_columns()[:3], TimeRemainingColumn())
    with Progress(*columns, console=stderr, transient=True) as progress:
        task = progress.add_task(suite, total=None)
        metrics = chosen.measure(
            given, lambda done, total: progress.update(task, completed=done, total=total)
        )
    found = {
        "suite": suite,
        "version": chosen.version,
        "model": files.name,
        "model_sha256": files.digest,
        "data": str(data) if data else ", ".join(f"{name} valid" for name in chosen.corpora),
        "seed": seed,
        "metrics": metrics,
        **({"details": given.details} if given.details else {}),
    }
    if show:
        print("\n\n".join(given.texts), file=sys.stderr if as_json else sys.stdout)
    if given.faults and not as_json:
        print("\n".join(given.faults), end="\n\n")
    _print(found, chosen.table, as_json=as_json)


def _safety(part: str, page: Path | None, *, as_json: bool) -> None:
    """Measure the screen on the project's own set of messages and conversations."""
    from listenwell.evaluation import safety, safety_page
    from listenwell.safety.learned import LearnedJudge
    from listenwell.safety.screen import RuleScreen
    from listenwell.version import __version__

    if part not in ("dev", "held"):
        raise UnknownNameError.build("part", part, ("dev", "held"))
    if page:
        _require_writable(page)
    screen = RuleScreen(LearnedJudge())
    with Progress(console=stderr, transient=True) as progress:
        task = progress.add_task("safety", total=None)
        report = safety.measure(
            screen,
            "held" if part == "held" else "dev",
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    found = {"suite": "safety", "version": safety.VERSION, "part": part, **report.as_dict()}
    if as_json:
        print(json.dumps(found))
    else:
        _print_safety(found, part)
    if page:  # last: should it fail now, what was measured is shown already
        with _writing(page):
            page.write_text(safety_page.page(report, __version__), encoding="utf-8")


def _require_writable(page: Path) -> None:
    """Refuse a page that could not be written, before minutes are spent on what is to stand there."""
    folder = page.parent
    with _writing(page):
        if not folder.is_dir():
            raise InputError(f"{page} cannot be written: {folder} is no folder. Make it first.")
        if page.is_dir():
            raise InputError(f"{page} is a folder. Name a file in it: {page / 'safety.html'}.")
        place, needed = (page, os.W_OK) if page.exists() else (folder, os.W_OK | os.X_OK)
        if not os.access(place, needed):
            raise InputError(f"{page} cannot be written: {place} is not yours to change.")


@contextmanager
def _writing(page: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"{page} cannot be written ({error.strerror or error}).") from error


def _print_safety(found: dict[str, Any], part: str) -> None:
    for title in ("classes", "languages", "talks"):
        print(f"{title} ({part})")
        for name, row in found[title].items():
            cells = "  ".join(f"{key} {_share(value)}" for key, value in row.items() if value["n"])
            print(f"  {name:16} {cells}")


def _share(value: dict[str, Any]) -> str:
    return f"{value['share']:.3f} [{value['low']:.3f}, {value['high']:.3f}] of {value['n']}"


def _conversations(
    corpus: str, data: Path | None, data_dir: Path | None
) -> "Sequence[Conversation]":
    from listenwell.corpora import empathetic_dialogues
    from listenwell.corpora.catalogue import load_corpus

    if data is not None and corpus == "empathetic_dialogues":
        return empathetic_dialogues.load(data, "valid").conversations
    loaded = load_corpus(corpus, data_dir)
    return [c for part in loaded for c in part.conversations if c.split == "valid"]


def _print(
    found: dict[str, Any], table: Callable[[dict[str, float]], str] | None, *, as_json: bool
) -> None:
    if as_json:
        print(json.dumps(found))
        return
    print(f"{found['suite']} v{found['version']} · {found['model']} · {found['data']}")
    if table:
        print(table(found["metrics"]))
        return
    for name, value in found["metrics"].items():
        print(f"  {name:34} {value:.4g}")
