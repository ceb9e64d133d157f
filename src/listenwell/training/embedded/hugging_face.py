"""The packaged model as Hugging Face folders, for whoever fine-tunes, converts or hosts it.

The architectures are stock ones (Llama and BERT), so nothing but configurations, names of tensors
and tokenizers has to be written, and transformers is not needed for it.
"""

import re
import shutil
from pathlib import Path

from safetensors import SafetensorError

from listenwell.core.errors import ModelError
from listenwell.embedded.files import PACKAGED
from listenwell.training.embedded.hub_encoder import CODE, write_encoder
from listenwell.training.embedded.hub_files import write_json
from listenwell.training.embedded.hub_writer import write_writer
from listenwell.training.embedded.unpacking import Packaged, read_packaged, read_weights

__all__ = ["export", "read_weights", "write_encoder", "write_writer"]

MARK, PARTIAL = "listenwell-export.json", ".partial"
"""What tells a folder that `export` wrote, and where in it unfinished work lies."""

_WRITER_USE = """
## With transformers

```python
from transformers import pipeline

talk = pipeline("text-generation", model="writer")
talk([{"role": "user", "content": "I finally got the job!"}])
```

`talk.tokenizer.apply_chat_template(messages, add_generation_prompt=True, voice=True,
emotion="joyful", strategy="Question")` opens a reply as Listenwell itself does. It is the language
model alone: **no risk screen, no guard and no crisis dialogue stand around it here.**
"""
_ENCODER_USE = f"""
## With transformers

`{CODE}` in this folder reads feelings, strategies, empathy and danger; its beginning shows how.
Feelings alone: `pipeline("text-classification", model="encoder/emotion", trust_remote_code=True)`.
**What it says of danger is a hint and never a screen.**
"""


def export(model: Path | None, out: Path) -> Path:
    """Write a packaged model as `out/writer` and `out/encoder`.

    Args:
        model: The model's folder; the packaged one if None.
        out: A new or empty folder, or one of an earlier export, which is replaced.

    Raises:
        ModelError: The model is damaged, or the folder cannot or must not be written.
    """
    folder = model or PACKAGED
    found = read_packaged(folder)
    partial = out / PARTIAL
    try:
        _claim(out, found.name)
        if partial.exists():
            shutil.rmtree(partial)
        _write(found, partial)
        for name in ("writer", "encoder"):
            for picture in folder.glob("*.png"):
                shutil.copy(picture, partial / name)
            if (out / name).exists():
                (out / name).rename(partial / f"{name}-before")
            (partial / name).rename(out / name)
        shutil.rmtree(partial)
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{out}: cannot be written ({error}).") from error
    return out


def _write(found: Packaged, folder: Path) -> None:
    part, card = found.writer, _card(found.card, "text-generation") + _WRITER_USE
    write_writer(folder / "writer", part.weights, part.shape, part.tokenizer, card)
    card = _card(found.card, "text-classification") + _ENCODER_USE
    read = found.encoder
    write_encoder(folder / "encoder", read.weights, read.shape, read.tokenizer, card, found.heads)


def _claim(out: Path, name: str) -> None:
    """Mark a folder as an export's, before anything else is in it."""
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise ModelError(
            f"{out}: holds files that no export wrote, and stays as it is. Give --out a new or "
            "empty folder, or one of an earlier export."
        )
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / MARK, {"model": name})


def _card(card: str, task: str) -> str:
    """Return a model card whose front matter tells the hub how this folder is loaded."""
    for key, said in (("library_name", "transformers"), ("pipeline_tag", task)):
        card = re.sub(rf"^{key}: .*$", f"{key}: {said}", card, count=1, flags=re.MULTILINE)
    return card
