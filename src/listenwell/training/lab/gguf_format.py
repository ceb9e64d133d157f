"""A Llama-, Mistral- or GPT-2-shaped model as one GGUF file, in 16 bits, for llama.cpp and Ollama."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import AutoModelForCausalLM

from listenwell.core.errors import ModelError
from listenwell.generation.chat_text import Tokenizer
from listenwell.generation.hub_models import Loaded, load

ARCHITECTURES = {
    "llama": gguf.MODEL_ARCH.LLAMA,
    "mistral": gguf.MODEL_ARCH.LLAMA,
    "gpt2": gguf.MODEL_ARCH.GPT2,
}
AGREEMENT = 0.9999
_TRANSPOSED = ("c_attn.weight", "c_proj.weight", "c_fc.weight")
_TRIED = (3, 5, 7, 11, 13, 17)


def write_gguf(source: Path, target: Path) -> dict[str, float]:
    """Write `model.gguf` into a new folder, after reading it back and comparing.

    Args:
        source: A finished model's folder.
        target: A new folder.

    Returns:
        The agreement with the model, and the size in bytes.

    Raises:
        ModelError: The architecture or its tokenizer has no form in GGUF that is known here, or
            what was read back scores differently.
    """
    loaded = load(str(source))
    kind = loaded.model.config.model_type
    if kind not in ARCHITECTURES:
        raise ModelError(
            f"{source}: GGUF export knows {', '.join(ARCHITECTURES)}, not {kind}. Use the Hugging "
            "Face folder or ONNX."
        )
    target.mkdir(parents=True, exist_ok=True)
    path = target / "model.gguf"
    architecture = ARCHITECTURES[kind]
    writer = gguf.GGUFWriter(str(path), gguf.MODEL_ARCH_NAMES[architecture])
    _write_sizes(writer, loaded.model.config, source.parent.name)
    _write_words(writer, loaded.tokenizer, loaded.model.config.vocab_size, source)
    for name, values in _tensors(loaded.model, architecture):
        writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    agreement = _compare(loaded, path)
    if agreement < AGREEMENT:
        path.unlink()
        raise ModelError(f"{path}: read back, it scores differently (cosine {agreement:.5f}).")
    return {"cosine": agreement, "bytes": float(path.stat().st_size)}


def _write_sizes(writer: Any, config: Any, name: str) -> None:
    writer.add_name(name)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_head_count(config.num_attention_heads)
    writer.add_vocab_size(config.vocab_size)
    if config.model_type == "gpt2":
        writer.add_feed_forward_length(config.n_inner or 4 * config.hidden_size)
        writer.add_layer_norm_eps(config.layer_norm_epsilon)
        return
    width = config.head_dim or config.hidden_size // config.num_attention_heads
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_dimension_count(width)
    writer.add_key_length(width)
    writer.add_value_length(width)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])


def _write_words(writer: Any, tokenizer: Tokenizer, rows: int, source: Path) -> None:
    """Write a byte-level BPE; other kinds of tokenizers have no equal form here."""
    raw = json.loads(tokenizer.backend_tokenizer.to_str())
    model = raw["model"]
    splitting = json.dumps(raw.get("pre_tokenizer"))
    if model["type"] != "BPE" or "ByteLevel" not in splitting:
        raise ModelError(
            f"{source}: GGUF export knows byte-level BPE tokenizers only, as GPT-2 and Llama 3 have "
            "them. llama.cpp's own converter reads the Hugging Face folder."
        )
    special = {row["content"] for row in raw["added_tokens"] if row["special"]}
    words: Mapping[str, int] = model["vocab"] | {r["content"]: r["id"] for r in raw["added_tokens"]}
    ordered = sorted(words, key=lambda word: words[word])
    control, normal = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL
    kinds = [control if word in special else normal for word in ordered]
    # There are as many words as rows of the embeddings, used or not.
    unused = range(len(ordered), rows)
    ordered += [f"[PAD{place}]" for place in unused]
    kinds += [gguf.TokenType.UNUSED for _ in unused]
    writer.add_tokenizer_model("gpt2")
    # Llama 3 splits numbers into threes before it looks words up; GPT-2 does not.
    writer.add_tokenizer_pre("llama-bpe" if "{1,3}" in splitting else "gpt-2")
    writer.add_token_list(ordered)
    writer.add_token_types(kinds)
    writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in model["merges"]])
    writer.add_eos_token_id(tokenizer.eos_token_id)
    writer.add_pad_token_id(tokenizer.pad_token_id)
    if tokenizer.bos_token_id is not None:
        writer.add_bos_token_id(tokenizer.bos_token_id)
    writer.add_add_bos_token(False)
    # llama.cpp's reader of templates does not know the marks for what is learned.
    template = tokenizer.chat_template
    for mark in ("{%- generation -%}", "{%- endgeneration -%}", "{% generation %}",
                 "{% endgeneration %}"):  # fmt: skip
        template = template.replace(mark, "")
    writer.add_chat_template(template)


def _tensors(model: Any, architecture: Any) -> Iterator[tuple[str, NDArray[Any]]]:
    config = model.config
    names = gguf.get_tensor_name_map(architecture, config.num_hidden_layers)
    heads = {"q_proj.weight": config.num_attention_heads,
             "k_proj.weight": getattr(config, "num_key_value_heads", 0)}  # fmt: skip
    tied = config.tie_word_embeddings
    for name, tensor in model.state_dict().items():
        if tied and name == "lm_head.weight":
            continue
        wanted = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if wanted is None:
            raise ModelError(f"GGUF has no name for the tensor {name}.")
        values = tensor.detach()
        if config.model_type == "gpt2" and name.endswith(_TRANSPOSED):
            values = values.T
        for end, count in heads.items():
            if name.endswith(end):
                values = _interleaved(values, count)
        # One-dimensional tensors stay whole: llama.cpp adds them in full precision.
        kept = values.float() if values.dim() < 2 else values.half()
        yield wanted, np.ascontiguousarray(kept.numpy())


def _interleaved(weight: Tensor, heads: int) -> Tensor:
    """Return a query's or key's rows in the order in which llama.cpp turns positions."""
    rows, *rest = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, *rest).swapaxes(1, 2).reshape(rows, *rest)


def _compare(loaded: Loaded, path: Path) -> float:
    """Return the cosine between the model's scores and those of the file as transformers reads it."""
    own = loaded.model.config
    # transformers does not read GPT-2's sizes of vocabulary and positions from GGUF.
    known = {"config": own} if own.model_type == "gpt2" else {}
    again = AutoModelForCausalLM.from_pretrained(
        str(path.parent), gguf_file=path.name, dtype=torch.float32, **known
    )
    ids = torch.tensor([list(_TRIED)])
    with torch.no_grad():
        exact, near = (m.eval()(input_ids=ids).logits.ravel() for m in (loaded.model, again))
    return float(torch.nn.functional.cosine_similarity(exact, near, 0))
