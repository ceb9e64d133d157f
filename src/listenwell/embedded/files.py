"""Where the embedded model's files are, and whether they are the ones that were shipped."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from listenwell.core.errors import ModelError

PACKAGED = Path(__file__).parent / "model"
GRAPH, TOKENIZER, MANIFEST = "model.onnx", "tokenizer.json", "manifest.json"


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A checked model folder."""

    name: str
    graph: Path
    tokenizer: Path


def find_files(folder: Path | None = None) -> ModelFiles:
    """Return the files of a model folder, the packaged one by default, after checking them.

    Raises:
        ModelError: A file is missing, or its SHA-256 is not the one in the manifest.
    """
    folder = folder or PACKAGED
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        name, expected = str(manifest["name"]), dict(manifest["sha256"])
    except OSError as error:
        raise ModelError(
            f"{folder}: no embedded model here ({MANIFEST}: {error.strerror}). {_REPAIR}"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder / MANIFEST}: damaged ({error}). {_REPAIR}") from error
    for file in (GRAPH, TOKENIZER):
        if sha256(folder / file) != expected.get(file):
            raise ModelError(
                f"{folder / file}: damaged or not the file that was shipped (its SHA-256 is not "
                f"the one in {MANIFEST}). {_REPAIR}"
            )
    return ModelFiles(name, folder / GRAPH, folder / TOKENIZER)


def write_manifest(folder: Path, name: str) -> None:
    """Write the checksums of a model folder."""
    digests = {file: sha256(folder / file) for file in (GRAPH, TOKENIZER)}
    text = json.dumps({"name": name, "sha256": digests}, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def sha256(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal.

    Raises:
        ModelError: The file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}). {_REPAIR}") from error


_REPAIR = "Reinstall the package (`pip install --force-reinstall listenwell`, or `make clean run`)."
