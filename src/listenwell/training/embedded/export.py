"""Write the embedded model as one int8 ONNX graph that both reads a context and writes a reply.

Weights are stored as 8-bit integers with one scale for every 32 of them and multiplied by
onnxruntime's `MatMulNBits`; ordinary per-tensor int8 loses too much of MiniLM (see
docs/decisions/0003). The word embeddings and the output projection are one shared matrix.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from listenwell.core.errors import ModelError
from listenwell.training.embedded.network import Shape

OPSET = 20
BLOCK = 32
"""How many weights share one scale."""

Weights = Mapping[str, NDArray[np.float32]]


def quantise(weight: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Quantise a matrix to 8 bits, symmetric around 128, in blocks of its last axis.

    Args:
        weight: (rows, columns); columns a multiple of `BLOCK`.

    Returns:
        Integers (rows, columns / BLOCK, BLOCK) and scales (rows, columns / BLOCK).
    """
    blocks = weight.reshape(weight.shape[0], -1, BLOCK)
    scales = np.maximum(np.abs(blocks).max(-1), 1e-8).astype(np.float32) / 127
    return (np.rint(blocks / scales[..., None]) + 128).astype(np.uint8), scales


class _Graph:
    """Collects nodes and initializers; every method returns the name of what it made."""

    def __init__(self, weights: Weights, *, int8: bool) -> None:
        self.weights, self.int8 = weights, int8
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def op(
        self, kind: str, *inputs: str, name: str = "", domain: str = "", **attributes: Any
    ) -> str:
        name = name or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], domain=domain, **attributes))
        return name

    def constant(self, name: str, value: NDArray[Any] | np.generic) -> str:
        self.constants.setdefault(name, numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def shape(self, *sizes: int) -> str:
        return self.constant("shape_" + "_".join(map(str, sizes)), np.array(sizes, np.int64))

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def quantised(self, name: str) -> tuple[str, str]:
        if f"{name}.q" not in self.constants:
            integers, scales = quantise(self.weights[name])
            self.constant(f"{name}.q", integers)
            self.constant(f"{name}.s", scales)
        return f"{name}.q", f"{name}.s"

    def times(self, x: str, weight: str) -> str:
        """Multiply (…, columns) by a (rows, columns) weight, giving (…, rows)."""
        rows, columns = self.weights[weight].shape
        if not self.int8:
            return self.op("MatMul", x, self.constant(f"{weight}.T", self.weights[weight].T))
        integers, scales = self.quantised(weight)
        return self.op(
            "MatMulNBits", x, integers, scales, domain="com.microsoft",
            K=columns, N=rows, bits=8, block_size=BLOCK, accuracy_level=4,
        )  # fmt: skip

    def linear(self, x: str, name: str) -> str:
        return self.op("Add", self.times(x, f"{name}.weight"), self.weight(f"{name}.bias"))

    def norm(self, x: str, name: str) -> str:
        return self.op(
            "LayerNormalization", x, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"),
            axis=-1, epsilon=1e-12,
        )  # fmt: skip

    def embed_words(self, ids: str) -> str:
        if not self.int8:
            return self.op("Gather", self.weight("words.weight"), ids)
        integers, scales = self.quantised("words.weight")
        rows = self.op("Cast", self.op("Gather", integers, ids), to=TensorProto.FLOAT)
        centred = self.op("Sub", rows, self.constant("zero_point", np.float32(128)))
        wide = self.op("Unsqueeze", self.op("Gather", scales, ids), self.shape(-1))
        columns = self.weights["words.weight"].shape[1]
        return self.op("Reshape", self.op("Mul", centred, wide), self.shape(0, 0, columns))


def _layer(g: _Graph, x: str, bias: str, index: int, shape: Shape) -> tuple[str, str]:
    name, width = f"layers.{index}", shape.hidden // shape.heads

    def split(y: str) -> str:
        y = g.op("Reshape", y, g.shape(0, 0, shape.heads, width))
        return g.op("Transpose", y, perm=[0, 2, 1, 3])

    past = g.op("Gather", "past", g.constant(f"layer_{index}", np.int64(index)), axis=0)
    kept = []
    for part, which in (("key", 0), ("value", 1)):
        earlier = g.op("Gather", past, g.constant(f"part_{which}", np.int64(which)), axis=0)
        kept.append(g.op("Concat", earlier, split(g.linear(x, f"{name}.{part}")), axis=2))
    query = g.op("Mul", split(g.linear(x, f"{name}.query")),
                 g.constant("scale", np.float32(width**-0.5)))  # fmt: skip
    scores = g.op("MatMul", query, g.op("Transpose", kept[0], perm=[0, 1, 3, 2]))
    seen = g.op("MatMul", g.op("Softmax", g.op("Add", scores, bias), axis=-1), kept[1])
    seen = g.op("Transpose", seen, perm=[0, 2, 1, 3])
    seen = g.linear(g.op("Reshape", seen, g.shape(0, 0, shape.hidden)), f"{name}.attended")
    x = g.norm(g.op("Add", x, seen), f"{name}.attended_norm")
    inner = g.linear(g.op("Gelu", g.linear(x, f"{name}.up")), f"{name}.down")
    axis = g.shape(0)
    present = g.op("Concat", *(g.op("Unsqueeze", k, axis) for k in kept), axis=0)
    return g.norm(g.op("Add", x, inner), f"{name}.down_norm"), present


def build_graph(weights: Weights, shape: Shape, *, int8: bool = True) -> onnx.ModelProto:
    """Return the model as an ONNX graph.

    Inputs: `ids`, `positions`, `segments` (batch, length) int64; `mask` (batch, 1, length, past +
    length) bool; `past` (layers, 2, batch, heads, past, hidden / heads) float; `wanted` (k,)
    int64, indices into the flattened (batch × length) tokens whose scores are asked for.

    Outputs: `scores` (k, vocabulary); `present`, as `past` but longer; `pooled` (batch,
    hidden), the mean over this call's tokens, and `emotions` (batch, 32) from it: both are
    meaningful for a batch of one context.
    """
    g = _Graph(weights, int8=int8)
    x = g.op("Add", g.embed_words("ids"), g.op("Gather", g.weight("positions.weight"), "positions"))
    x = g.norm(g.op("Add", x, g.op("Gather", g.weight("segments.weight"), "segments")), "norm")
    bias = g.op("Where", "mask", g.constant("zero", np.float32(0)),
                g.constant("hidden_key", np.float32(-1e9)))  # fmt: skip
    presents = []
    for index in range(shape.layers):
        x, present = _layer(g, x, bias, index, shape)
        presents.append(g.op("Unsqueeze", present, g.shape(0)))
    g.op("Concat", *presents, name="present", axis=0)
    pooled = g.op("ReduceMean", x, g.shape(1), name="pooled", keepdims=0)
    g.op("Add", g.op("MatMul", pooled, g.constant("emotion.T", weights["emotion.weight"].T)),
         g.weight("emotion.bias"), name="emotions")  # fmt: skip
    flat = g.op("Gather", g.op("Reshape", x, g.shape(-1, shape.hidden)), "wanted")
    flat = g.norm(g.linear(flat, "transform"), "transform_norm")
    g.op("Add", g.times(flat, "words.weight"), g.weight("output_bias"), name="scores")
    return _model(g, shape)


def _model(g: _Graph, shape: Shape) -> onnx.ModelProto:
    def value(name: str, kind: int, sizes: Sequence[int | str]) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, kind, sizes)

    integer, real = TensorProto.INT64, TensorProto.FLOAT
    width = shape.hidden // shape.heads
    kept: list[int | str] = [shape.layers, 2, "batch", shape.heads]
    graph = helper.make_graph(
        g.nodes,
        "listenwell-embedded",
        [
            *(
                value(name, integer, ["batch", "length"])
                for name in ("ids", "positions", "segments")
            ),
            value("mask", TensorProto.BOOL, ["batch", 1, "length", "all"]),
            value("past", real, [*kept, "past", width]),
            value("wanted", integer, ["wanted"]),
        ],
        [
            value("scores", real, ["wanted", shape.vocabulary]),
            value("present", real, [*kept, "all", width]),
            value("emotions", real, ["batch", shape.emotions]),
            value("pooled", real, ["batch", shape.hidden]),
        ],
        list(g.constants.values()),
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="listenwell")


def write_graph(weights: Weights, shape: Shape, path: Path, *, int8: bool = True) -> None:
    """Build the graph and write it.

    Raises:
        ModelError: The disk cannot take it.
    """
    try:
        onnx.save(build_graph(weights, shape, int8=int8), str(path))
    except OSError as error:
        raise ModelError(f"{path}: cannot be written ({error.strerror or error}).") from error
