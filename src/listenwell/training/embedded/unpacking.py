"""Reading a packaged model back: weights from its ONNX graphs, and the shapes they imply."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from tokenizers import Tokenizer
from torch import Tensor, nn

from listenwell.core.errors import ModelError
from listenwell.embedded.files import (
    ENCODER,
    ENCODER_TOKENIZER,
    HEADS,
    MANIFEST,
    WRITER,
    WRITER_TOKENIZER,
    ModelFiles,
    find_files,
)
from listenwell.embedded.session import read_arrays
from listenwell.embedded.tokens import read_tokenizer
from listenwell.training.embedded.decoder import Decoder, DecoderShape, llama_shape
from listenwell.training.embedded.encoder import Encoder, EncoderShape
from listenwell.training.embedded.quantising import BLOCK

CARD = "README.md"

Shape = TypeVar("Shape")
Weights: TypeAlias = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class Network(Generic[Shape]):
    """One network of a packaged model."""

    weights: Weights
    shape: Shape
    tokenizer: Tokenizer


@dataclass(frozen=True, slots=True)
class Packaged:
    """A packaged model, checked: every weight is there and of the size that its shape asks for."""

    name: str
    card: str
    writer: Network[DecoderShape]
    encoder: Network[EncoderShape]
    heads: Weights


def read_weights(graph: Path) -> dict[str, Tensor]:
    """Return all weights of a graph by their names in the torch module, as float32.

    Raises:
        ModelError: The file is missing, damaged, or not a graph that this project wrote.
    """
    try:
        parts = {part.name: part for part in onnx.load(str(graph)).graph.initializer}
    except Exception as error:  # protobuf raises its own kinds for any bad file
        raise ModelError(f"{graph}: not a readable ONNX graph ({error}).") from error
    found: dict[str, Tensor] = {}
    for name, part in parts.items():
        if name.endswith(".q"):
            weight = name.removesuffix(".q")
            if f"{weight}.s" not in parts:
                raise ModelError(f"{graph}: `{weight}` has integers but no scales (`{weight}.s`).")
            scales = numpy_helper.to_array(parts[f"{weight}.s"])
            found[weight] = _unpacked(graph, weight, numpy_helper.to_array(part), scales)
        elif name.endswith((".weight", ".bias")):
            found[name] = torch.from_numpy(numpy_helper.to_array(part).astype(np.float32))
    if not found:
        raise ModelError(f"{graph}: holds no weights; it is not a graph that Listenwell wrote.")
    return found


def _unpacked(graph: Path, name: str, whole: NDArray[Any], scales: NDArray[np.float32]) -> Tensor:
    """Return a matrix: integer * scale by rows, or (integer - 2^(bits - 1)) * scale by blocks."""
    if whole.dtype == np.int8 and whole.ndim == 2 and scales.shape == whole.shape[1:]:
        return torch.from_numpy((whole * scales).T.astype(np.float32))
    kinds = {BLOCK: 8, BLOCK // 2: 4}
    bits = kinds.get(whole.shape[-1]) if whole.ndim == 3 else None
    if bits is None or whole.dtype != np.uint8 or scales.shape != whole.shape[:2]:
        raise ModelError(
            f"{graph}: `{name}` is stored as {whole.dtype} {whole.shape} with scales "
            f"{scales.shape}, not as blocks of {BLOCK} weights of 8 or 4 bits, nor as rows of 8."
        )
    if bits == 4:
        whole = np.stack((whole & 15, whole >> 4), -1).reshape(*whole.shape[:2], BLOCK)
    centred = whole.astype(np.float32) - np.float32(2 ** (bits - 1))
    matrix = centred * scales[..., None].astype(np.float32)
    return torch.from_numpy(matrix.reshape(len(whole), -1))


def read_packaged(folder: Path) -> Packaged:
    """Read a packaged model.

    Raises:
        ModelError: A file is missing or damaged, or files do not belong together.
    """
    files = find_files(folder)
    try:
        card = files.path(CARD).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{files.path(CARD)}: the model card cannot be read ({error}).") from error
    heads = _read_heads(files.path(HEADS))
    writer = _network(files, WRITER, WRITER_TOKENIZER, writer_shape, Decoder, {})
    encoder = _network(files, ENCODER, ENCODER_TOKENIZER, encoder_shape, Encoder, heads)
    return Packaged(files.name, card, writer, encoder, heads)


def read_encoder(
    files: ModelFiles, labels: Mapping[str, int]
) -> tuple[Network[EncoderShape], Weights]:
    """Read an encoder that stands by itself, and its heads.

    Args:
        files: Its folder.
        labels: How many labels each of its heads tells apart.

    Raises:
        ModelError: A file is missing or damaged, or files do not belong together.
    """
    heads = _read_heads(files.path(HEADS))
    module = partial(Encoder, heads=labels)
    return _network(files, ENCODER, ENCODER_TOKENIZER, encoder_shape, module, heads), heads


def _read_heads(path: Path) -> dict[str, Tensor]:
    try:
        arrays = read_arrays(path)
        return {name: torch.from_numpy(value.astype(np.float32)) for name, value in arrays.items()}
    except Exception as error:  # numpy and zipfile raise their own kinds for any bad file
        raise ModelError(f"{path}: not a readable NPZ file ({error}).") from error


def _network(
    files: ModelFiles,
    graph: str,
    tokenizer: str,
    shape_of: Callable[[Weights, Mapping[str, Any]], Any],
    module: Callable[[Any], nn.Module],
    heads: Weights,
) -> Network[Any]:
    """Read one network; every weight must be there, and of the size that its shape asks for."""
    path = files.path(graph)
    weights = read_weights(path)
    try:
        # An encoder by itself comes without one.
        found = files.path(MANIFEST)
        manifest = json.loads(found.read_text(encoding="utf-8")) if found.exists() else {}
        shape = shape_of(weights, manifest.get("shapes", {}).get(path.stem, {}))
        with torch.device("meta"):
            needed = module(shape).state_dict()
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise ModelError(f"{path}: not of the shape that is needed ({error!r}).") from error
    told = {f"heads.{n}": v for n, v in heads.items() if not n.endswith(".temperature")}
    _check_sizes(path, {**weights, **told}, needed)
    text = read_tokenizer(files.path(tokenizer))
    size = text.get_vocab_size()
    if size != shape.vocabulary:
        raise ModelError(f"{path}: {shape.vocabulary} tokens, but {tokenizer} has {size}.")
    return Network(weights, shape, text)


def _check_sizes(path: Path, here: Weights, needed: Weights) -> None:
    for name in sorted(needed.keys() | here.keys()):
        found, wanted = (tuple(p[name].shape) if name in p else "missing" for p in (here, needed))
        if found != wanted:
            raise ModelError(f"{path}: `{name}` is {found}, but of this shape it is {wanted}.")


def writer_shape(weights: Weights, given: Mapping[str, Any]) -> DecoderShape:
    """Return the writer's shape: what the manifest gives, else what the weights imply."""
    vocabulary = weights["embed_tokens.weight"].shape[0]
    return replace(llama_shape(weights, vocabulary, _layers(weights)), **given)


def encoder_shape(weights: Weights, given: Mapping[str, Any]) -> EncoderShape:
    """Return the encoder's shape: what the manifest gives, else what the weights imply."""
    vocabulary, hidden = weights["words.weight"].shape
    implied = {
        "vocabulary": vocabulary,
        "hidden": hidden,
        "layers": _layers(weights),
        "inner": weights["layers.0.up.weight"].shape[0],
        "positions": weights["positions.weight"].shape[0],
    }
    return EncoderShape(**(implied | dict(given)))


def _layers(weights: Weights) -> int:
    return len({name.split(".")[1] for name in weights if name.startswith("layers.")})
