"""The writer as a Hugging Face folder: a stock Llama, so only names and settings are written."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from torch import Tensor

from listenwell.embedded.tokens import END, PAD, WRITER_MARKERS, WRITER_POSITIONS, WRITER_REPLY
from listenwell.training.embedded.decoder import DecoderShape
from listenwell.training.embedded.hub_files import (
    packaged_text,
    plain,
    write_json,
    write_tensors,
    write_tokenizer,
)

_PARTS = {
    **dict.fromkeys(("q_proj", "k_proj", "v_proj", "o_proj"), "self_attn."),
    **dict.fromkeys(("gate_proj", "up_proj", "down_proj"), "mlp."),
}
"""Where a layer of Hugging Face's keeps what a layer of ours has itself."""


def write_writer(
    folder: Path,
    weights: Mapping[str, Tensor],
    shape: DecoderShape,
    tokenizer: Tokenizer,
    card: str,
) -> None:
    """Write a new folder that `AutoModelForCausalLM` and `AutoTokenizer` load.

    Args:
        folder: Where to; it must not exist.
        weights: By the names of `decoder.Decoder`.
        shape: The sizes of the network.
        tokenizer: The writer's.
        card: What goes into README.md.

    Raises:
        OSError: The folder exists or cannot be written.
        SafetensorError: The disk is full.
    """
    folder.mkdir(parents=True)
    ends = _ends(tokenizer)
    named = {_llama_name(name): value for name, value in weights.items()}
    write_tensors(folder / "model.safetensors", named)
    write_json(folder / "config.json", _config(shape) | ends)
    write_json(folder / "generation_config.json", _sampling(tokenizer) | ends)
    write_tokenizer(folder, plain(tokenizer), {
        "model_input_names": ["input_ids", "attention_mask"], "model_max_length": WRITER_POSITIONS,
        "eos_token": END, "pad_token": PAD,
        "chat_template": packaged_text("chat_template.jinja"),
    })  # fmt: skip
    (folder / "README.md").write_text(card, encoding="utf-8")


def _llama_name(name: str) -> str:
    *path, part, kind = name.split(".")
    return ".".join(("model", *path, f"{_PARTS.get(part, '')}{part}", kind))


def _ends(tokenizer: Tokenizer) -> dict[str, int | None]:
    end, pad = tokenizer.token_to_id(END), tokenizer.token_to_id(PAD)
    return {"bos_token_id": None, "eos_token_id": end, "pad_token_id": pad}


def _sampling(tokenizer: Tokenizer) -> dict[str, Any]:
    return {
        "do_sample": True,
        "temperature": 0.7,
        "top_p": 0.9,
        "max_new_tokens": WRITER_REPLY,
        # Serving never writes a marker in a reply either.
        "suppress_tokens": [tokenizer.token_to_id(m) for m in WRITER_MARKERS if m != END],
    }


def _config(shape: DecoderShape) -> dict[str, Any]:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "dtype": "float32",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.hidden,
        "intermediate_size": shape.inner,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.width,
        "hidden_act": "silu",
        "rms_norm_eps": shape.epsilon,
        "max_position_embeddings": WRITER_POSITIONS,
        "tie_word_embeddings": True,
        "attention_bias": False,
        "mlp_bias": False,
        # The first is for transformers 5, the second for earlier ones and for other software.
        "rope_parameters": {"rope_type": "default", "rope_theta": shape.theta},
        "rope_theta": shape.theta,
    }
