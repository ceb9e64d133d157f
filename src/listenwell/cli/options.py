"""The options that several commands share, and the engine they describe."""

from pathlib import Path
from typing import Annotated

import typer

from listenwell.dialogue.engine import Engine

Generator = Annotated[
    str, typer.Option("--generator", help="embedded (the language model) or templates.")
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
    generator: str = "embedded",
    model: Path | None = None,
    templates: Path | None = None,
    no_emotions: bool = False,
    seed: int = 0,
    country: str | None = None,
) -> Engine:
    """Build the engine that the options describe."""
    # Imported here so that `listenwell --help` does not load onnxruntime.
    from listenwell.bot import build_engine

    return build_engine(
        generator,
        model=model,
        templates=templates,
        read_emotions=not no_emotions,
        seed=seed,
        country=country,
    )
