"""The encoder as an ONNX graph with weights of few bits."""

import numpy as np
import onnx
from onnx import TensorProto

from listenwell.training.embedded.encoder import EncoderShape
from listenwell.training.embedded.graph import Graph, Weights, finish, value
from listenwell.training.embedded.quantising import WORD_BITS


def build_encoder(
    weights: Weights, shape: EncoderShape, *, small: bool = True, whole: bool = False
) -> onnx.ModelProto:
    """Return the encoder as a graph.

    Args:
        weights: Its module's state.
        shape: Its shape.
        small: Whether matrices are stored in 8 bits, or as they are.
        whole: Whether they are multiplied as integers, faster and a little less exact.

    Inputs: `ids`, `segments` (batch, length) int64; `present` (batch, length) bool.
    Output: `pooled` (batch, hidden), the mean hidden state.
    """
    g = Graph(weights, small=small, whole=whole)
    length = g.op("Gather", g.op("Shape", "ids"), g.constant("one", np.int64(1)))
    places = g.op("Range", g.constant("first", np.int64(0)), length, g.constant("one", np.int64(1)))
    x = g.op("Add", g.embed("words.weight", "ids"),
             g.op("Gather", g.weight("positions.weight"), places))  # fmt: skip
    x = _norm(g, g.op("Add", x, g.op("Gather", g.weight("segments.weight"), "segments")), "norm")
    seen = g.op("Where", "present", g.constant("zero", np.float32(0)),
                g.constant("unseen", np.float32(-1e4)))  # fmt: skip
    bias = g.op("Unsqueeze", seen, g.shape(1, 2))
    for index in range(shape.layers):
        x = _layer(g, x, bias, index, shape)
    weight = g.op("Unsqueeze", g.op("Cast", "present", to=TensorProto.FLOAT), g.shape(-1))
    total = g.op("ReduceSum", g.op("Mul", x, weight), g.shape(1), keepdims=0)
    g.op("Div", total, g.op("ReduceSum", weight, g.shape(1), keepdims=0), name="pooled")
    inputs = [value(name, TensorProto.INT64, ["batch", "length"]) for name in ("ids", "segments")]
    inputs.append(value("present", TensorProto.BOOL, ["batch", "length"]))
    output = value("pooled", TensorProto.FLOAT, ["batch", shape.hidden])
    return finish(g, "listenwell-encoder", inputs, [output])


def _linear(g: Graph, x: str, name: str) -> str:
    return g.op("Add", g.times(x, f"{name}.weight", WORD_BITS), g.weight(f"{name}.bias"))


def _norm(g: Graph, x: str, name: str) -> str:
    return g.op(
        "LayerNormalization", x, g.weight(f"{name}.weight"), g.weight(f"{name}.bias"),
        axis=-1, epsilon=1e-12,
    )  # fmt: skip


def _layer(g: Graph, x: str, bias: str, index: int, shape: EncoderShape) -> str:
    name, width = f"layers.{index}", shape.hidden // shape.heads

    def split(part: str, perm: list[int]) -> str:
        y = _linear(g, x, f"{name}.{part}")
        return g.op("Transpose", g.op("Reshape", y, g.shape(0, 0, shape.heads, width)), perm=perm)

    query, key, kept = split("query", [0, 2, 1, 3]), split("key", [0, 2, 3, 1]), [0, 2, 1, 3]
    scaled = g.op("Mul", query, g.constant("scale", np.float32(width**-0.5)))
    shares = g.op("Softmax", g.op("Add", g.op("MatMul", scaled, key), bias), axis=-1)
    seen = g.op("Transpose", g.op("MatMul", shares, split("value", kept)), perm=[0, 2, 1, 3])
    seen = _linear(g, g.op("Reshape", seen, g.shape(0, 0, shape.hidden)), f"{name}.attended")
    x = _norm(g, g.op("Add", x, seen), f"{name}.attended_norm")
    inner = _linear(g, g.op("Gelu", _linear(g, x, f"{name}.up")), f"{name}.down")
    return _norm(g, g.op("Add", x, inner), f"{name}.down_norm")
