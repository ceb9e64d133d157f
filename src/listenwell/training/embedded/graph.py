"""Building ONNX graphs with weights of few bits: what the encoder's and the writer's share.

Weights are stored with one scale for every 32 of them and multiplied by onnxruntime's
`MatMulNBits`, or with one for every row and multiplied as integers, which is faster where many
word pieces are read at once; one scale for a whole matrix loses too much (docs/decisions/0003, 0039).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

from listenwell.core.errors import ModelError
from listenwell.training.embedded.quantising import BLOCK, WORD_BITS, quantise, quantise_rows

OPSET = 20
CONTRIB = "com.microsoft"

Weights = Mapping[str, Tensor]
Sizes = Sequence[int | str]


def packed(weight: Tensor, bits: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return a matrix as `MatMulNBits` stores it.

    Returns:
        Integers, (rows, blocks, block) for 8 bits and (rows, blocks, block / 2) for 4, the
        earlier weight in the low half of a byte; and scales, (rows, blocks).
    """
    integers, scales = quantise(weight, bits)
    whole = integers.to(torch.uint8).numpy()
    if bits == 4:
        whole = whole[..., 0::2] | (whole[..., 1::2] << 4)
    return whole, scales.numpy().astype(np.float32)


class Graph:
    """Collects nodes and initializers; every method returns the name of what it made."""

    def __init__(self, weights: Weights, *, small: bool, whole: bool = False) -> None:
        """Begin a graph.

        Args:
            weights: A module's state.
            small: Whether matrices are stored in few bits, or as they are.
            whole: Whether small ones are multiplied as integers.
        """
        self.weights, self.small, self.whole = weights, small, whole
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def op(
        self, kind: str, *inputs: str, name: str = "", domain: str = "", **attributes: Any
    ) -> str:
        """Add a node with one output."""
        return self.ops(kind, *inputs, names=(name,), domain=domain, **attributes)[0]

    def ops(
        self, kind: str, *inputs: str, names: Sequence[str], domain: str = "", **attributes: Any
    ) -> list[str]:
        """Add a node with several outputs; an empty name is made up."""
        outputs = [
            name or f"{kind.lower()}_{len(self.nodes)}_{index}" for index, name in enumerate(names)
        ]
        self.nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **attributes))
        return outputs

    def constant(self, name: str, value: NDArray[Any] | np.generic) -> str:
        """Add a constant once."""
        self.constants.setdefault(name, numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def shape(self, *sizes: int) -> str:
        """Add a list of integers."""
        return self.constant("shape_" + "_".join(map(str, sizes)), np.array(sizes, np.int64))

    def weight(self, name: str) -> str:
        """Add a weight as it is."""
        return self.constant(name, self.weights[name].numpy())

    def times(self, x: str, weight: str, bits: int) -> str:
        """Multiply (…, columns) by a (rows, columns) weight, giving (…, rows).

        Args:
            x: What is multiplied.
            weight: By what.
            bits: In how many it is stored where the graph is small and not `whole`, 4 or 8.
        """
        rows, columns = self.weights[weight].shape
        if not self.small:
            return self.op(
                "MatMul", x, self.constant(f"{weight}.T", self.weights[weight].T.numpy())
            )
        if self.whole:
            return self._times_whole(x, weight)
        integers, scales = self._packed(weight, bits)
        return self.op(
            "MatMulNBits", x, integers, scales, domain=CONTRIB,
            K=columns, N=rows, bits=bits, block_size=BLOCK, accuracy_level=4,
        )  # fmt: skip

    def _times_whole(self, x: str, weight: str) -> str:
        """Multiply by integers of one scale a row.

        What they multiply is rounded to 8 bits on the way, with one scale for all of it (dynamic
        quantisation); onnxruntime makes one kernel of these nodes.
        """
        integers, scales = quantise_rows(self.weights[weight])
        rounded, scale, zero = self._rounded(x)
        turned = self.constant(f"{weight}.q", integers.T.numpy())
        product = self.op("MatMulInteger", rounded, turned, zero)
        both = self.op("Mul", scale, self.constant(f"{weight}.s", scales.numpy()))
        return self.op("Mul", self.op("Cast", product, to=TensorProto.FLOAT), both)

    def _rounded(self, x: str) -> tuple[str, str, str]:
        """Return integers, scale and zero point of a tensor, made once for all that multiply it."""
        names = (f"{x}.q", f"{x}.s", f"{x}.z")
        if not any(names[0] in node.output for node in self.nodes):
            self.ops("DynamicQuantizeLinear", x, names=names)
        return names

    def _packed(self, name: str, bits: int) -> tuple[str, str]:
        if f"{name}.q" not in self.constants:
            integers, scales = packed(self.weights[name], bits)
            self.constant(f"{name}.q", integers)
            self.constant(f"{name}.s", scales)
        return f"{name}.q", f"{name}.s"

    def embed(self, weight: str, ids: str) -> str:
        """Look up rows of a matrix."""
        if not self.small:
            return self.op("Gather", self.weight(weight), ids)
        integers, scales = self._packed(weight, WORD_BITS)
        rows = self.op("Cast", self.op("Gather", integers, ids), to=TensorProto.FLOAT)
        middle = np.float32(2 ** (WORD_BITS - 1))
        centred = self.op("Sub", rows, self.constant("zero_point", middle))
        wide = self.op("Unsqueeze", self.op("Gather", scales, ids), self.shape(-1))
        columns = self.weights[weight].shape[1]
        return self.op("Reshape", self.op("Mul", centred, wide), self.shape(0, 0, columns))


def value(name: str, kind: int, sizes: Sizes) -> onnx.ValueInfoProto:
    """Describe an input or output."""
    return helper.make_tensor_value_info(name, kind, sizes)


def finish(
    g: Graph,
    name: str,
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Sequence[onnx.ValueInfoProto],
) -> onnx.ModelProto:
    """Return the finished graph as a model."""
    graph = helper.make_graph(g.nodes, name, inputs, outputs, list(g.constants.values()))
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="listenwell")


def write(model: onnx.ModelProto, path: Path) -> None:
    """Write a model.

    Raises:
        ModelError: The disk cannot take it.
    """
    try:
        onnx.save(model, str(path))
    except OSError as error:
        raise ModelError(f"{path}: cannot be written ({error.strerror or error}).") from error
