"""The sizes of models that recipes name, so that a plan needs neither the hub nor their weights."""

from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

from listenwell.core.errors import ModelError
from listenwell.generation.hub_models import load_config, quiet

_GPT2_MEDIUM = {"n_layer": 24, "n_embd": 1024, "n_head": 16}


def _neo(layers: int, hidden: int, heads: int) -> dict[str, Any]:
    pattern = [[["global", "local"], layers // 2]]
    return {"num_layers": layers, "hidden_size": hidden, "num_heads": heads,
            "attention_types": pattern}  # fmt: skip


KNOWN: dict[str, tuple[str, dict[str, Any]]] = {
    "distilbert/distilgpt2": ("gpt2", {"n_layer": 6}),
    "openai-community/gpt2": ("gpt2", {}),
    "openai-community/gpt2-medium": ("gpt2", _GPT2_MEDIUM),
    "openai-community/gpt2-large": ("gpt2", {"n_layer": 36, "n_embd": 1280, "n_head": 20}),
    "microsoft/DialoGPT-small": ("gpt2", {}),
    "microsoft/DialoGPT-medium": ("gpt2", _GPT2_MEDIUM),
    "EleutherAI/gpt-neo-125m": ("gpt_neo", _neo(12, 768, 12)),
    "EleutherAI/gpt-neo-1.3B": ("gpt_neo", _neo(24, 2048, 16)),
    "EleutherAI/gpt-neo-2.7B": ("gpt_neo", _neo(32, 2560, 20)),
    "EleutherAI/gpt-j-6b": ("gptj", {}),
    "mistralai/Mistral-7B-Instruct-v0.3": ("mistral", {"vocab_size": 32768}),
    "meta-llama/Llama-3.2-1B-Instruct": ("llama", {
        "vocab_size": 128256, "hidden_size": 2048, "intermediate_size": 8192,
        "num_hidden_layers": 16, "num_attention_heads": 32, "num_key_value_heads": 8,
        "tie_word_embeddings": True,
    }),
    "meta-llama/Llama-3.1-8B-Instruct": ("llama", {
        "vocab_size": 128256, "hidden_size": 4096, "intermediate_size": 14336,
        "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
    }),
    "HuggingFaceTB/SmolLM2-135M-Instruct": ("llama", {
        "vocab_size": 49152, "hidden_size": 576, "intermediate_size": 1536,
        "num_hidden_layers": 30, "num_attention_heads": 9, "num_key_value_heads": 3,
        "tie_word_embeddings": True,
    }),
    "Qwen/Qwen2.5-0.5B-Instruct": ("qwen2", {
        "vocab_size": 151936, "hidden_size": 896, "intermediate_size": 4864,
        "num_hidden_layers": 24, "num_attention_heads": 14, "num_key_value_heads": 2,
        "tie_word_embeddings": True,
    }),
}  # fmt: skip


def skeleton(name: str) -> Any:
    """Return a model without weights, which knows its sizes and nothing else.

    Args:
        name: A known model, or one whose configuration is here or on the hub.

    Raises:
        ModelError: Its sizes are not known here.
    """
    quiet()
    config = _config(name)
    kind = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
    with torch.device("meta"):
        return kind.from_config(config)


def _config(name: str) -> Any:
    if name in KNOWN and not Path(name).is_dir():
        kind, sizes = KNOWN[name]
        return AutoConfig.for_model(kind, **sizes)
    try:
        return load_config(name)
    except ModelError as error:
        raise ModelError(
            f"{error} A plan knows these without the hub: {', '.join(KNOWN)}."
        ) from error
