"""Where the embedded models' files are, and whether they are the ones that were shipped."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from listenwell.core.errors import ModelError

PACKAGED = Path(__file__).parent / "model"
MANIFEST = "manifest.json"
WRITER, WRITER_TOKENIZER = "writer.onnx", "writer-tokenizer.json"
ENCODER, ENCODER_TOKENIZER = "encoder.onnx", "encoder-tokenizer.json"
HEADS, BANK = "heads.npz", "bank.npz"
FILES = (WRITER, WRITER_TOKENIZER, ENCODER, ENCODER_TOKENIZER, HEADS, BANK)


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A checked model folder.

    Attributes:
        digest: SHA-256 over the checksums of all files: two folders with one digest are alike.
    """

    name: str
    folder: Path
    digest: str

    def path(self, file: str) -> Path:
        """Return where one of `FILES` is."""
        return self.folder / file


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
    for file in FILES:
        if sha256(folder / file) != expected.get(file):
            raise ModelError(
                f"{folder / file}: damaged or not the file that was shipped (its SHA-256 is not "
                f"the one in {MANIFEST}). {_REPAIR}"
            )
    together = hashlib.sha256("".join(expected[file] for file in FILES).encode())
    return ModelFiles(name, folder, together.hexdigest())


def manifest_of(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder that `find_files` has checked."""
    content: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return content


def write_manifest(folder: Path, name: str, **more: Any) -> None:
    """Write the checksums of a model folder, and whatever else belongs to it."""
    digests = {file: sha256(folder / file) for file in FILES}
    text = json.dumps({"name": name, "sha256": digests, **more}, indent=2)
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
