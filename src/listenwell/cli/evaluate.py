"""`listenwell evaluate`: measure a model."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from listenwell.cli import options
from listenwell.cli.terminal import stderr
from listenwell.core.errors import UnknownNameError

if TYPE_CHECKING:
    from listenwell.corpora.conversation import Conversation


def evaluate(
    suite: Annotated[str, typer.Argument(help="perplexity or emotion.")],
    data: Annotated[
        Path | None, typer.Option("--data", help="A file in EmpatheticDialogues' layout.")
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="Folder with local copies of corpora.")
    ] = None,
    model: options.Model = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Measure on the first N conversations.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure the model on a file, or on EmpatheticDialogues' validation split."""
    from listenwell.embedded.files import find_files, sha256
    from listenwell.embedded.session import load_model
    from listenwell.evaluation.suites import SUITES

    if suite not in SUITES:
        raise UnknownNameError.build("suite", suite, SUITES)
    files = find_files(model)
    conversations = _conversations(data, data_dir)[:limit]
    with Progress(console=stderr, transient=True) as progress:
        task = progress.add_task(suite, total=None)
        metrics = SUITES[suite].measure(
            load_model(files),
            conversations,
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    found = {
        "suite": suite,
        "version": SUITES[suite].version,
        "model": files.name,
        "model_sha256": sha256(files.graph),
        "data": str(data) if data else "empathetic_dialogues valid",
        "seed": 0,
        "metrics": metrics,
    }
    _print(found, as_json=as_json)


def _conversations(data: Path | None, data_dir: Path | None) -> "Sequence[Conversation]":
    from listenwell.corpora import empathetic_dialogues
    from listenwell.corpora.catalogue import load_corpus

    if data is not None:
        return empathetic_dialogues.load(data, "valid").conversations
    loaded = load_corpus("empathetic_dialogues", data_dir)
    return [c for part in loaded for c in part.conversations if c.split == "valid"]


def _print(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(found))
        return
    print(f"{found['suite']} v{found['version']} · {found['model']} · {found['data']}")
    for name, value in found["metrics"].items():
        print(f"  {name:22} {value:.4g}")
