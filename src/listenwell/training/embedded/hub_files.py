"""What every Hugging Face folder is made of: tensors, JSON and a tokenizer."""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from tokenizers import Tokenizer, normalizers
from torch import Tensor

from listenwell.embedded.tokens import _PLAIN


def packaged_text(name: str) -> str:
    """Return a file that lies beside this one."""
    return files("listenwell.training.embedded").joinpath(name).read_text("utf-8")


def plain(tokenizer: Tokenizer) -> Tokenizer:
    """Return a copy that by itself reads typographic signs as plain ones, as serving does."""
    copy = Tokenizer.from_str(tokenizer.to_str())
    first = [normalizers.Replace(chr(sign), said) for sign, said in _PLAIN.items()]
    then = [copy.normalizer] if copy.normalizer else []
    copy.normalizer = normalizers.Sequence([*first, *then])
    return copy


def write_tokenizer(folder: Path, tokenizer: Tokenizer, settings: Mapping[str, Any]) -> None:
    """Write what `AutoTokenizer` loads: exactly this tokenizer, with these settings."""
    (folder / "tokenizer.json").write_text(tokenizer.to_str(pretty=True), encoding="utf-8")
    kind = {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False}
    write_json(folder / "tokenizer_config.json", {**kind, **settings})


def write_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write tensors, each with memory of its own, which safetensors demands."""
    save_file({n: t.clone().contiguous() for n, t in tensors.items()}, path, {"format": "pt"})


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON for people to read, too."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
