"""`listenwell export`: the embedded model as Hugging Face folders."""

from pathlib import Path
from typing import Annotated

import typer

from listenwell.core.errors import ListenwellError


def export(
    out: Annotated[Path, typer.Option("--out", help="A new folder, or one of an earlier export.")],
    model: Annotated[
        Path | None, typer.Option("--model", help="Folder of another embedded model.")
    ] = None,
) -> None:
    """Write the model for transformers: OUT/writer and OUT/encoder."""
    try:
        from listenwell.training.embedded.hugging_face import export as write_folders
    except ModuleNotFoundError as error:
        raise ListenwellError(
            f"exporting needs {error.name}: pip install 'listenwell[train]'."
        ) from error
    print(write_folders(model, out))
