"""Loading any causal or seq2seq language model: a folder, a name on the hub, or an adapter."""

import json
import os
import socket
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import torch
from huggingface_hub import constants
from peft import PeftConfig, PeftModel
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer
from transformers.utils import logging

from listenwell.core.errors import ModelError
from listenwell.generation.chat_text import Tokenizer, give_template

ADAPTER = "adapter_config.json"
REACHABLE_IN = 3.0
"""Seconds in which the hub must answer; its own client would try for a minute or more."""
_PROXIES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_POSITIONS = ("max_position_embeddings", "n_positions", "n_ctx", "max_sequence_length")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A language model and its tokenizer.

    Attributes:
        seq2seq: Whether it reads with one stack and writes with another.
        positions: How many tokens it has places for; None where it sets no bound.
    """

    model: Any
    tokenizer: Tokenizer
    seq2seq: bool
    positions: int | None


def fast_at_bfloat16(device: torch.device) -> bool:
    """Tell whether bfloat16 pays on a device: on GPUs of this decade, and CPUs with AMX."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    return device.type == "cpu" and bool(torch.cpu._is_amx_tile_supported())


def find_device() -> torch.device:
    """Return the GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def load(
    name: str, *, dtype: torch.dtype | Literal["auto"] = torch.float32, quantisation: Any = None
) -> Loaded:
    """Load a model; for an adapter's folder, its base with the adapter on it.

    Args:
        name: A folder, or a name on the hub.
        dtype: Of the weights; "auto" is as they were saved.
        quantisation: transformers' own settings, for weights of fewer bits.

    Raises:
        ModelError: It is not there, damaged, or no language model.
    """
    quiet()
    base = adapter_base(name)
    tokenizer = load_tokenizer(name)
    config = load_config(base or name)
    seq2seq = bool(getattr(config, "is_encoder_decoder", False))
    kind = AutoModelForSeq2SeqLM if seq2seq else AutoModelForCausalLM
    options: dict[str, Any] = {"dtype": dtype, **where(base or name)}
    if quantisation is not None:
        options["quantization_config"] = quantisation
    if not torch.cuda.is_available():
        # On a CPU, PyTorch's own attention is slower in bfloat16 than the plain one.
        options["attn_implementation"] = "eager"
    model = _told(base or name, lambda: kind.from_pretrained(base or name, **options))
    if base:
        model = _told(name, lambda: PeftModel.from_pretrained(model, name, **where(name)))
    return Loaded(model, tokenizer, seq2seq, positions_of(config))


def load_tokenizer(name: str) -> Tokenizer:
    """Load a tokenizer, with a padding sign and a chat template even where it brings none.

    Raises:
        ModelError: It is not there, or has no end sign.
    """
    tokenizer = _told(name, lambda: AutoTokenizer.from_pretrained(name, **where(name)))
    if tokenizer.eos_token is None:
        raise ModelError(
            f"{name}: its tokenizer has no end sign (eos_token), so a reply could never end. Set "
            "`eos_token` in its tokenizer_config.json."
        )
    if tokenizer.pad_token is None:
        # What is padding is told by the mask; the end sign is learned where it stands in a reply.
        tokenizer.pad_token = tokenizer.eos_token
    give_template(tokenizer)
    return tokenizer


def load_config(name: str) -> Any:
    """Load a model's configuration.

    Raises:
        ModelError: It is not there.
    """
    return _told(name, lambda: AutoConfig.from_pretrained(name, **where(name)))


def positions_of(config: Any) -> int | None:
    """Return how many tokens a model has places for, or None where it sets no bound."""
    found = [getattr(config, name, None) for name in _POSITIONS]
    return next((int(value) for value in found if value), None)


def adapter_base(name: str) -> str | None:
    """Return the model that an adapter's folder or hub name was trained on, or None."""
    path = Path(name) / ADAPTER
    if Path(name).is_dir():
        if not path.is_file():
            return None
        return str(json.loads(path.read_text("utf-8"))["base_model_name_or_path"])
    try:
        return str(PeftConfig.from_pretrained(name, **where(name)).base_model_name_or_path)
    except (OSError, ValueError):
        return None


def where(name: str) -> dict[str, bool]:
    """Return where to look for a model: not on the hub when that cannot be reached."""
    if Path(name).is_dir():
        return {}
    return {"local_files_only": True} if _offline() else {}


def quiet() -> None:
    """Leave the terminal to the command's own words: what goes wrong is told by its errors."""
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    # transformers' Trainer and PEFT still use an old name of transformers' own.
    warnings.filterwarnings("ignore", message=".*is_gradient_checkpointing.*")


def _offline() -> bool:
    if constants.HF_HUB_OFFLINE or any(os.environ.get(name) for name in _PROXIES):
        return bool(constants.HF_HUB_OFFLINE)
    address = urlsplit(constants.ENDPOINT)
    try:
        with socket.create_connection(
            (address.hostname or "", address.port or 443), timeout=REACHABLE_IN
        ):
            return False
    except (OSError, RuntimeError):  # the latter where sockets are forbidden altogether
        return True


def _told(name: str, load: Any) -> Any:
    """Call `load`; what the libraries raise becomes one sentence with what would work."""
    try:
        return load()
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        if Path(name).is_dir():
            raise ModelError(f"{name}: not a language model's folder ({first}).") from error
        raise ModelError(
            f"the model {name!r} is neither a folder here nor can it be had from the Hugging Face "
            f"hub now ({first}). Check the name and the network, or give --model a folder that "
            f"`hf download {name}` filled earlier."
        ) from error
