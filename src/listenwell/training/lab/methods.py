"""What of a model is trained: all of it, its last layers, or an adapter beside it."""

import ctypes
import importlib.util
import sys
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch import nn
from transformers import BitsAndBytesConfig
from transformers.activations import NewGELUActivation
from transformers.pytorch_utils import Conv1D

from listenwell.core.errors import ConfigError, ModelError
from listenwell.generation.hub_models import Loaded, fast_at_bfloat16, find_device, load
from listenwell.training.lab.export import set_sampling
from listenwell.training.lab.recipe import Adapter, Recipe

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
"""Numbers that glibc's mallopt knows them by."""


def load_for(recipe: Recipe) -> Loaded:
    """Load a recipe's model as its method needs it, untouched.

    Raises:
        ModelError: It cannot be had, or this machine cannot do what the method needs.
        ConfigError: Sequences are longer than the model has places for.
    """
    # An adapter's folder names its base; a relative path would be lost from elsewhere.
    name = str(Path(recipe.model).absolute()) if Path(recipe.model).is_dir() else recipe.model
    if recipe.method == "qlora":
        check_qlora()
        loaded = load(name, dtype=torch.bfloat16, quantisation=BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=torch.bfloat16))  # fmt: skip
    else:
        loaded = load(name, dtype=_weights(recipe))
    if loaded.positions and recipe.data.max_length > loaded.positions:
        raise ConfigError(
            f"`data.max_length` is {recipe.data.max_length}, but {recipe.model} has places for "
            f"{loaded.positions} tokens. Set data.max_length to {loaded.positions} or less."
        )
    set_sampling(loaded.model, loaded.tokenizer)
    return loaded


def check_qlora() -> None:
    """Refuse QLoRA where it cannot run.

    Raises:
        ModelError: There is no bitsandbytes, or no GPU that it runs on.
    """
    missing = []
    if importlib.util.find_spec("bitsandbytes") is None:
        missing.append("bitsandbytes is not installed (pip install bitsandbytes)")
    if not torch.cuda.is_available():
        missing.append("there is no NVIDIA GPU here")
    if missing:
        raise ModelError(
            f"QLoRA trains on 4-bit weights, which cannot be done here: {' and '.join(missing)}. "
            "`--set method=lora` trains the same adapter on 16-bit weights and needs about three "
            "times the memory; `--plan` tells how much."
        )


def prepare(recipe: Recipe, loaded: Loaded) -> Any:
    """Return the model with just that trainable which the method trains."""
    model = loaded.model
    fuse_activations(model)
    if recipe.training.activation_checkpointing:
        model.config.use_cache = False
    if recipe.uses_adapter:
        # The embeddings' output must carry a gradient, or checkpointed layers have none to pass.
        model.enable_input_require_grads()
        return _with_adapter(model, recipe.adapter, seq2seq=loaded.seq2seq)
    if recipe.method == "last_layers":
        train_last_layers(model, recipe.last_layers)
    return model


def again(recipe: Recipe, base: Any, folder: Path) -> Any:
    """Return what an earlier stage had finished with, as trainable as it was."""
    if recipe.uses_adapter:
        base.enable_input_require_grads()
        return PeftModel.from_pretrained(base, str(folder), is_trainable=True)
    model = type(base).from_pretrained(
        folder, dtype=base.dtype, attn_implementation=base.config._attn_implementation
    )
    if recipe.method == "last_layers":
        train_last_layers(model, recipe.last_layers)
    return model


def fuse_activations(model: nn.Module) -> None:
    """Put PyTorch's GELU in the place of GPT-2's, which works out the same in eight steps."""
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, NewGELUActivation):
                setattr(module, name, nn.GELU("tanh"))


def keep_memory() -> None:
    """Let the C library keep what was freed: a training step asks for the same sizes again.

    Without it, every large tensor on a CPU costs fresh, zeroed pages.
    """
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if library is not None and hasattr(library, "mallopt"):
        library.mallopt(_MMAP_MAX, 0)
        library.mallopt(_TRIM_THRESHOLD, 2**31 - 1)


def train_last_layers(model: nn.Module, count: int) -> None:
    """Freeze all but the last layers of the stack that writes, and what normalises after them.

    Raises:
        ConfigError: There are fewer layers.
    """
    name, layers = _stack(model)
    if count > len(layers):
        raise ConfigError(
            f"`last_layers` is {count}, but the model has {len(layers)}. Choose up to "
            f"{len(layers)}, or method full."
        )
    model.requires_grad_(False)
    parent = model.get_submodule(name.rpartition(".")[0])
    children = list(parent.named_children())
    place = next(at for at, (_, child) in enumerate(children) if child is layers)
    for module in (*layers[len(layers) - count :], *(child for _, child in children[place + 1 :])):
        module.requires_grad_(True)


def trainable_share(model: nn.Module) -> tuple[int, int]:
    """Return how many weights are trained, and how many there are."""
    sizes = [(p.numel(), p.requires_grad) for p in model.parameters()]
    return sum(n for n, trained in sizes if trained), sum(n for n, _ in sizes)


def _stack(model: nn.Module) -> tuple[str, nn.ModuleList]:
    """Return the longest list of layers; of equal ones the last, which is the decoder's."""
    lists = {name: m for name, m in model.named_modules() if isinstance(m, nn.ModuleList)}
    if not lists:
        raise ConfigError("the model is no stack of layers: use method full or lora.")
    name = max(reversed(lists), key=lambda name: len(lists[name]))
    return name, lists[name]


def _with_adapter(model: Any, adapter: Adapter, *, seq2seq: bool) -> Any:
    settings = LoraConfig(
        r=adapter.rank,
        lora_alpha=adapter.alpha,
        lora_dropout=adapter.dropout,
        target_modules=adapter.targets or "all-linear",
        task_type="SEQ_2_SEQ_LM" if seq2seq else "CAUSAL_LM",
        # GPT-2 keeps its matrices transposed.
        fan_in_fan_out=any(isinstance(module, Conv1D) for module in model.modules()),
    )
    try:
        return get_peft_model(model, settings)
    except ValueError as error:
        raise ConfigError(
            f"`adapter.targets` {adapter.targets} are not layers of this model ({error}). Leave it "
            "out to adapt every linear layer."
        ) from error


def _weights(recipe: Recipe) -> torch.dtype:
    """Frozen weights need no full precision; trained ones do."""
    wanted = recipe.training.precision
    if recipe.uses_adapter and wanted in ("auto", "bf16") and fast_at_bfloat16(find_device()):
        return torch.bfloat16
    return torch.float32
