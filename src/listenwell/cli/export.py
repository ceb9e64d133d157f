"""`listenwell export`: models in the forms that other programs load, and on the hub."""

from pathlib import Path
from typing import Annotated

import typer

from listenwell.cli.terminal import stderr
from listenwell.core.errors import ConfigError, ListenwellError, UnknownNameError

FORMS = ("folder", "adapter", "onnx", "gguf")


def export(
    out: Annotated[
        Path | None,
        typer.Option("--out", help="A new folder, or one of an earlier export."),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option("--model", help="An embedded model, a training run, a model or an adapter."),
    ] = None,
    form: Annotated[
        str,
        typer.Option("--as", help="folder, adapter, onnx (8 bits) or gguf (16 bits)."),
    ] = "folder",
    push: Annotated[
        str | None, typer.Option("--push", help="Publish what was written: a name on the hub.")
    ] = None,
) -> None:
    """Write a model for other programs; the embedded one becomes OUT/writer and OUT/encoder."""
    from listenwell.backends.language_models import language_model

    if form not in FORMS:
        raise UnknownNameError.build("form", form, FORMS)
    try:
        other = language_model(model)
        written = _embedded(model, out, form) if other is None else _other(other, out, form, push)
        if push:
            from listenwell.training.lab.export import push as publish

            stderr.print(publish(written, push), markup=False)
    except ModuleNotFoundError as error:
        raise ListenwellError(
            f"exporting needs {error.name}: pip install 'listenwell[train]'."
        ) from error
    print(written)


def _embedded(model: Path | None, out: Path | None, form: str) -> Path:
    from listenwell.training.embedded.hugging_face import export as write_folders

    if form != "folder":
        raise ConfigError(f"the embedded model is written as folders only, not as {form}.")
    if out is None:
        raise ConfigError("say where to: --out DIR.")
    return write_folders(model, out)


def _other(source: str, out: Path | None, form: str, push: str | None) -> Path:
    from listenwell.training.lab.export import export_as

    folder = Path(source)
    if form == "adapter" and folder.name == "model" and (folder.parent / "adapter").is_dir():
        folder = folder.parent / "adapter"
    if out is None:
        if push and form in ("folder", "adapter"):
            return folder
        raise ConfigError("say where to: --out DIR.")
    stderr.print(export_as(form, folder, out), markup=False)
    return out
