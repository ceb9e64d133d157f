"""A causal model as an ONNX graph of 8-bit weights: one step, with what was read before given in."""

import shutil
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from transformers import DynamicCache

from listenwell.core.errors import ModelError
from listenwell.generation.hub_models import load

GRAPH = "model.onnx"
AGREEMENT = 0.98
"""The cosine between scores of the graph and of the model below which a graph is not given out."""
_TRIED = (3, 5, 7, 11, 13, 17)


class _Step(nn.Module):
    """A model as a function of tensors: ids, presence, and each layer's keys and values."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, present: Tensor, *past: Tensor) -> tuple[Tensor, ...]:
        cache = DynamicCache()
        for layer in range(len(past) // 2):
            cache.update(past[2 * layer], past[2 * layer + 1], layer)
        count, total = ids.shape[1], present.shape[1]
        places = (present.cumsum(1) - 1).clamp(min=0)[:, total - count :]
        rows = torch.arange(count)[:, None] + (total - count)
        seen = (torch.arange(total)[None, :] <= rows)[None, None] & present.bool()[:, None, None, :]
        mask = torch.where(seen, 0.0, torch.finfo(torch.float32).min)
        out = self.model(input_ids=ids, attention_mask=mask, position_ids=places,
                         past_key_values=cache, use_cache=True)  # fmt: skip
        kept = [tensor for layer in cache.layers for tensor in (layer.keys, layer.values)]
        return (out.logits, *kept)


def write_onnx(source: Path, target: Path) -> dict[str, float]:
    """Write `model.onnx` with 8-bit weights beside the tokenizer, after comparing it.

    Inputs are `ids`, `present` (both batch × length; `present` covers the past too) and
    `past_0_key`, `past_0_value` …; outputs `scores` and the same names from `now_`.

    Args:
        source: A finished model's folder.
        target: A new folder.

    Returns:
        The agreement with the model, and the size in bytes.

    Raises:
        ModelError: The architecture cannot be exported, or the graph scores differently.
    """
    loaded = load(str(source))
    if loaded.seq2seq:
        raise ModelError(f"{source}: ONNX export is for causal models; this one is seq2seq.")
    target.mkdir(parents=True, exist_ok=True)
    whole, final = target / "whole.onnx", target / GRAPH
    model = loaded.model.eval()
    try:
        _export(model, whole)
        quantize_dynamic(whole, final, weight_type=QuantType.QInt8, per_channel=True)
    except Exception as error:  # the exporter raises many kinds
        shutil.rmtree(target)
        raise ModelError(
            f"{source}: a {model.config.model_type} cannot be exported to ONNX here ({error}). The "
            "Hugging Face folder is whole and stays."
        ) from error
    finally:
        whole.unlink(missing_ok=True)
    loaded.tokenizer.save_pretrained(target)
    agreement = _compare(model, final)
    if agreement < AGREEMENT:
        shutil.rmtree(target)
        raise ModelError(
            f"{source}: 8 bits change this model too much (cosine {agreement:.3f} between scores, "
            f"{AGREEMENT} is wanted). Use the Hugging Face folder."
        )
    return {"cosine": agreement, "bytes": float(final.stat().st_size)}


def _export(model: Any, path: Path) -> None:
    step = _Step(model)
    layers, past = _empty_past(model, 2)
    ids = torch.tensor([list(_TRIED[:3])])
    given = (ids, torch.ones(1, 5, dtype=torch.long), *past)
    names = [f"{n}_{part}" for n in range(layers) for part in ("key", "value")]
    axes = {"ids": {0: "batch", 1: "new"}, "present": {0: "batch", 1: "all"}}
    axes |= {f"past_{name}": {0: "batch", 2: "past"} for name in names}
    axes |= {f"now_{name}": {0: "batch", 2: "all"} for name in names}
    axes["scores"] = {0: "batch", 1: "new"}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            step, given, str(path), dynamo=False, opset_version=17, dynamic_axes=axes,
            input_names=["ids", "present", *(f"past_{name}" for name in names)],
            output_names=["scores", *(f"now_{name}" for name in names)],
        )  # fmt: skip


def _empty_past(model: Any, length: int) -> tuple[int, list[Tensor]]:
    """Return how many layers there are, and keys and values of `length` made-up tokens."""
    ids = torch.tensor([list(_TRIED[:length] or _TRIED[:1])])
    with torch.no_grad():
        cache = model(input_ids=ids, use_cache=True).past_key_values
    kept = [
        tensor[:, :, :length] for layer in cache.layers for tensor in (layer.keys, layer.values)
    ]
    return len(cache.layers), kept


def _compare(model: Any, path: Path) -> float:
    """Return the cosine between the graph's scores and the model's, reading in two steps."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    ids = np.array([list(_TRIED)], np.int64)
    _, past = _empty_past(model, 0)
    feed = {f"past_{n // 2}_{('key', 'value')[n % 2]}": t.numpy() for n, t in enumerate(past)}
    first = session.run(None, {"ids": ids[:, :4], "present": np.ones((1, 4), np.int64), **feed})
    feed = {f"past_{n // 2}_{('key', 'value')[n % 2]}": t for n, t in enumerate(first[1:])}
    then = session.run(None, {"ids": ids[:, 4:], "present": np.ones((1, 6), np.int64), **feed})
    with torch.no_grad():
        exact = model(input_ids=torch.from_numpy(ids)).logits.numpy().ravel()
    near = np.concatenate((first[0], then[0]), 1).ravel()
    return float(exact @ near / (np.linalg.norm(exact) * np.linalg.norm(near)))
