"""The options that several commands share, and the engine they describe."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from listenwell.cli.terminal import stderr
from listenwell.dialogue.engine import Engine
from listenwell.safety.settings import Settings

if TYPE_CHECKING:
    from listenwell.backends.spec import Report

Generator = Annotated[
    str | None,
    typer.Option(
        "--generator",
        help="What writes: embedded (the default), authored, transformers:MODEL, "
        "openai:MODEL@URL or retrieval:CORPUS (or LISTENWELL_GENERATOR).",
    ),
]
Model = Annotated[Path | None, typer.Option("--model", help="Folder of another embedded model.")]
AnyModel = Annotated[
    Path | None,
    typer.Option(
        "--model",
        help="Another model: an embedded one's folder, a training run, a Hugging Face folder or "
        "adapter, or a name on the hub.",
    ),
]
Templates = Annotated[
    Path | None, typer.Option("--templates", help="YAML file with more authored replies.")
]
Config = Annotated[
    Path | None,
    typer.Option("--config", help="Settings file; default config.yaml in LISTENWELL_HOME."),
]
Country = Annotated[
    str | None,
    typer.Option(
        "--country", help="Where you are, for help lines that work there (or LISTENWELL_COUNTRY)."
    ),
]
Language = Annotated[
    str | None,
    typer.Option(
        "--language",
        help="What you would like to speak: en, es, fr, de, pt or hi (or LISTENWELL_LANGUAGE).",
    ),
]
NoEmotions = Annotated[bool, typer.Option("--no-emotions", help="Switch emotion reading off.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same replies.")]


def engine_from(
    generator: str | None = None,
    model: Path | None = None,
    templates: Path | None = None,
    no_emotions: bool = False,
    seed: int = 0,
    settings: Settings = Settings(),  # noqa: B008  # frozen
) -> Engine:
    """Build the engine that the options describe; what they leave open is as in the settings."""
    # Imported here so that `listenwell --help` does not load onnxruntime.
    from listenwell.backends.building import credit
    from listenwell.backends.spec import Spec, chosen
    from listenwell.bot import build_engine

    writer = chosen(generator, model, settings)
    with _progress() as report:
        engine = build_engine(
            writer,
            model=model,
            templates=templates,
            read_emotions=settings.read_emotions and not no_emotions,
            seed=seed,
            country=settings.country,
            report=report,
        )
    engine.helplines_days = settings.helplines_days
    if told := credit(Spec.parse(writer)):
        stderr.print(told, markup=False)
    return engine


@contextmanager
def _progress() -> Iterator["Report"]:
    """Give what shows how far the index of a corpus has come; nothing where none is made."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=stderr, disable=not stderr.is_terminal) as progress:
        tasks: list[TaskID] = []

        def report(done: int, of: int) -> None:
            if not tasks:
                tasks.append(progress.add_task("Reading the corpus", total=of))
            progress.update(tasks[0], completed=done)

        yield report
