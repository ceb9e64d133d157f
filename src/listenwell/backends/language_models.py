"""Which of a person's words name a language model that transformers loads."""

import re
from importlib import import_module
from pathlib import Path
from typing import cast

from listenwell.core.errors import ModelError
from listenwell.embedded.files import MANIFEST
from listenwell.embedded.models import EmbeddedModels
from listenwell.generation.protocol import Generator

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


def language_model(model: Path | None) -> str | None:
    """Return what transformers loads for a `--model`, or None where it is an embedded model."""
    if model is None or (model / MANIFEST).is_file():
        return None
    for folder in (model, model / "model"):
        if any((folder / name).is_file() for name in ("config.json", "adapter_config.json")):
            return str(folder)
    name = model.as_posix()
    return name if not model.exists() and _HUB_NAME.fullmatch(name) else None


def transformers(model: str, models: EmbeddedModels) -> Generator:
    """Return what writes with another language model; only then its libraries are imported.

    Raises:
        ModelError: It cannot be had, or the libraries are not installed.
    """
    try:
        back_end = import_module("listenwell.generation.transformers")
    except ModuleNotFoundError as error:
        raise ModelError(
            f"{model}: talking with another language model needs {error.name}: "
            "pip install 'listenwell[train]'."
        ) from error
    return cast("Generator", back_end.TransformersGenerator(model, models.encoder))
