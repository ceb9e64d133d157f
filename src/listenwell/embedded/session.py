"""Opening graphs and arrays, and the arithmetic that both sessions share."""

import ctypes
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from listenwell.core.errors import ModelError

Floats: TypeAlias = NDArray[np.float32]
Integers: TypeAlias = NDArray[np.int64]


def open_graph(path: Path, threads: int, *, arena: bool = True) -> onnxruntime.InferenceSession:
    """Return a session on the CPU.

    Args:
        path: The graph's file.
        threads: How many threads a run may use.
        arena: Whether what a run needed is kept for the next; for short texts one at a time that is
            no faster.

    Raises:
        ModelError: The file is missing, damaged, or no graph that can be run.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = arena
    options.log_severity_level = 3
    # Rearranging the layout as well takes longer at every start and speeds nothing up here.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    # A thread that spins while it waits takes a core from whatever else the machine does.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    _give_back()
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own kinds for every bad file
        raise ModelError(f"{path}: not a model that can be run ({error}).") from error


def _give_back() -> None:
    """Have glibc return to the system what was read and freed, so that a graph does not come on top of it."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library has no such function
            ctypes.CDLL(None).malloc_trim(0)


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Return every array of an NPZ file; nothing is unpickled.

    Raises:
        Exception: numpy and zipfile raise kinds of their own for every bad file.
    """
    # numpy leaves a file open that it cannot read, unless it is given an open one.
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def log_softmax(scores: Floats) -> Floats:
    """Return log-probabilities over the last axis."""
    shifted = scores - scores.max(-1, keepdims=True, initial=-np.inf)
    normal: Floats = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return normal
