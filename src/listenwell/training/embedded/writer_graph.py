"""The writer as an ONNX graph with 4-bit weights, made for several replies to one context.

A context's keys and values are handed in once (`prefix`) and shared by all replies of a batch;
only what the replies themselves have written (`past`) is kept for each. With eight replies to a
long context this saves seven copies of it at every step.
"""

import numpy as np
import onnx
from onnx import TensorProto

from listenwell.embedded.tokens import WRITER_POSITIONS
from listenwell.training.embedded.decoder import DecoderShape, rotary
from listenwell.training.embedded.graph import CONTRIB, Graph, Weights, finish, value
from listenwell.training.embedded.quantising import WORD_BITS, WRITER_BITS


def build_writer(weights: Weights, shape: DecoderShape, *, small: bool = True) -> onnx.ModelProto:
    """Return the writer as a graph.

    Inputs: `ids`, `positions` (batch, length) int64; `bias` (length, past + length) float, 0
    where a token may look and -1e4 where not; `prefix` (layers, 2, 1, kv_heads, prefix, width);
    `past` (layers, 2, batch, kv_heads, past, width); `wanted` (k,) int64, indices into the
    flattened (batch × length) tokens whose scores are asked for.

    Outputs: `scores` (k, vocabulary); `present`, as `past` but longer.
    """
    g = Graph(weights, small=small)
    cos, sin = rotary(WRITER_POSITIONS, shape)
    half = shape.width // 2
    g.constant("cos", cos[:, :half].numpy())
    g.constant("sin", sin[:, :half].numpy())
    group = shape.heads // shape.kv_heads
    bias = g.op("Tile", "bias", g.shape(group, 1))
    sizes = _key_counts(g)
    x = g.embed("embed_tokens.weight", "ids")
    presents = []
    for index in range(shape.layers):
        x, present = _layer(g, x, bias, sizes, index, shape)
        presents.append(present)
    g.op("Concat", *presents, name="present", axis=0)
    flat = g.op("Gather", g.op("Reshape", x, g.shape(-1, shape.hidden)), "wanted")
    normed = _norm(g, flat, "norm.weight", shape)
    scores = g.times(normed, "embed_tokens.weight", WORD_BITS)
    g.op("Identity", scores, name="scores")
    return _finished(g, shape)


def _key_counts(g: Graph) -> str:
    """Return [prefix, past + length], how the attention scores are divided."""
    prefix = g.op("Slice", g.op("Shape", "prefix"), g.shape(4), g.shape(5))
    own = g.op("Slice", g.op("Shape", "bias"), g.shape(1), g.shape(2))
    return g.op("Concat", prefix, own, axis=0)


def _norm(g: Graph, x: str, name: str, shape: DecoderShape) -> str:
    return g.op("SimplifiedLayerNormalization", x, g.weight(name), axis=-1, epsilon=shape.epsilon)


def _layer(
    g: Graph, x: str, bias: str, sizes: str, index: int, shape: DecoderShape
) -> tuple[str, str]:
    name = f"layers.{index}"
    y = _norm(g, x, f"{name}.input_layernorm.weight", shape)
    query = _turned(g, g.times(y, f"{name}.q_proj.weight", WRITER_BITS))
    key = _turned(g, g.times(y, f"{name}.k_proj.weight", WRITER_BITS))
    new = g.times(y, f"{name}.v_proj.weight", WRITER_BITS)
    seen, present = _attend(g, (query, key, new), bias, sizes, index, shape)
    x = g.op("Add", x, g.times(seen, f"{name}.o_proj.weight", WRITER_BITS))
    y = _norm(g, x, f"{name}.post_attention_layernorm.weight", shape)
    gate = g.times(y, f"{name}.gate_proj.weight", WRITER_BITS)
    gate = g.op("Mul", gate, g.op("Sigmoid", gate))
    inner = g.op("Mul", gate, g.times(y, f"{name}.up_proj.weight", WRITER_BITS))
    return g.op("Add", x, g.times(inner, f"{name}.down_proj.weight", WRITER_BITS)), present


def _turned(g: Graph, x: str) -> str:
    return g.op("RotaryEmbedding", x, "positions", "cos", "sin", domain=CONTRIB, interleaved=0)


def _attend(
    g: Graph, parts: tuple[str, str, str], bias: str, sizes: str, index: int, shape: DecoderShape
) -> tuple[str, str]:
    """Attend to the shared prefix and to a reply's own tokens; return also its keys and values."""

    def split(y: str, heads: int) -> str:
        y = g.op("Reshape", y, g.shape(0, 0, heads, shape.width))
        return g.op("Transpose", y, perm=[0, 2, 1, 3])

    at = g.constant(f"layer_{index}", np.int64(index))
    shared = [_part(g, g.op("Gather", "prefix", at, axis=0), which) for which in (0, 1)]
    before = g.op("Gather", "past", at, axis=0)
    own = [
        g.op("Concat", _part(g, before, which), split(part, shape.kv_heads), axis=2)
        for which, part in enumerate(parts[1:])
    ]
    query = split(parts[0], shape.heads)
    # The query heads that share a key head are stacked along the length: no key is repeated.
    query = g.op("Reshape", query, g.shape(0, shape.kv_heads, -1, shape.width))
    query = g.op("Mul", query, g.constant("scale", np.float32(shape.width**-0.5)))
    far = g.op("MatMul", query, g.op("Transpose", shared[0], perm=[0, 1, 3, 2]))
    near = g.op("MatMul", query, g.op("Transpose", own[0], perm=[0, 1, 3, 2]))
    scores = g.op("Concat", far, g.op("Add", near, bias), axis=-1)
    shares = g.op("Softmax", scores, axis=-1)
    to_far, to_near = g.ops("Split", shares, sizes, names=("", ""), axis=-1)
    seen = g.op("Add", g.op("MatMul", to_far, shared[1]), g.op("MatMul", to_near, own[1]))
    length = g.constant("heads_and_length", np.array([0, shape.heads, -1, shape.width], np.int64))
    seen = g.op("Transpose", g.op("Reshape", seen, length), perm=[0, 2, 1, 3])
    seen = g.op("Reshape", seen, g.shape(0, 0, shape.hidden))
    kept = g.op("Concat", *(g.op("Unsqueeze", part, g.shape(0)) for part in own), axis=0)
    return seen, g.op("Unsqueeze", kept, g.shape(0))


def _part(g: Graph, pair: str, which: int) -> str:
    return g.op("Gather", pair, g.constant(f"part_{which}", np.int64(which)), axis=0)


def _finished(g: Graph, shape: DecoderShape) -> onnx.ModelProto:
    integer, real = TensorProto.INT64, TensorProto.FLOAT
    tokens = ["batch", "length"]

    def kept(batch: int | str, length: str) -> list[int | str]:
        return [shape.layers, 2, batch, shape.kv_heads, length, shape.width]

    inputs = [
        value("ids", integer, tokens),
        value("positions", integer, tokens),
        value("bias", real, ["length", "all"]),
        value("prefix", real, kept(1, "prefix")),
        value("past", real, kept("batch", "past")),
        value("wanted", integer, ["wanted"]),
    ]
    outputs = [
        value("scores", real, ["wanted", shape.vocabulary]),
        value("present", real, kept("batch", "all")),
    ]
    return finish(g, "listenwell-writer", inputs, outputs)
