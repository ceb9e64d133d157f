"""Random language models of a few thousand weights, saved as folders of the hub's layout."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    GPT2Config,
    GPTJConfig,
    GPTNeoConfig,
    LlamaConfig,
    MistralConfig,
    PreTrainedTokenizerFast,
    T5Config,
)

POSITIONS = 128
END = "<|endoftext|>"
SAID = (
    ("My kettle broke this morning and I cried about it.", "Oh no, before your first tea?"),
    ("I planted beans with my son.", "How lovely. What did he say when they came up?"),
    ("Nobody came to the meeting that I had prepared.", "You waited there alone. That hurts."),
    ("The train was late again, and I missed the interview.", "How late was it this time?"),
    ("My sister and I are talking again!", "After all that silence. How did it begin?"),
    ("I cannot sleep before exams.", "The nights must feel very long."),
)  # fmt: skip


def tokenizer(*, pad: bool = True, template: str | None = None) -> PreTrainedTokenizerFast:
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=400, initial_alphabet=alphabet, special_tokens=[END, "<pad>"], show_progress=False
    )
    raw.train_from_iterator([text for pair in SAID for text in pair], trainer)
    found = PreTrainedTokenizerFast(tokenizer_object=raw, eos_token=END)
    if pad:
        found.pad_token = "<pad>"
    if template:
        found.chat_template = template
    return found


def config(kind: str):
    size = 400
    match kind:
        case "gpt2":
            return GPT2Config(
                vocab_size=size, n_positions=POSITIONS, n_embd=32, n_layer=3, n_head=2,
                resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0,
            )  # fmt: skip
        case "gpt_neo":
            return GPTNeoConfig(
                vocab_size=size, max_position_embeddings=POSITIONS, hidden_size=32, num_layers=2,
                num_heads=2, attention_types=[[["global", "local"], 1]], window_size=64,
            )  # fmt: skip
        case "gptj":
            return GPTJConfig(
                vocab_size=size, n_positions=POSITIONS, n_embd=32, n_layer=2, n_head=2, rotary_dim=8
            )
        case "llama" | "mistral":
            shape = LlamaConfig if kind == "llama" else MistralConfig
            return shape(
                vocab_size=size, max_position_embeddings=POSITIONS, hidden_size=32,
                intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
                num_key_value_heads=2,
            )  # fmt: skip
        case _:
            return T5Config(
                vocab_size=size, d_model=32, d_ff=48, d_kv=16, num_layers=2, num_heads=2,
                decoder_start_token_id=1,
            )  # fmt: skip


def folder(path: Path, kind: str = "gpt2", **settings: object) -> Path:
    """Write a random model with its tokenizer, and return its folder."""
    words = tokenizer(**settings)
    made = config(kind)
    made.eos_token_id = words.eos_token_id
    made.bos_token_id = words.eos_token_id
    made.pad_token_id = words.pad_token_id
    torch.manual_seed(0)
    auto = AutoModelForSeq2SeqLM if kind == "t5" else AutoModelForCausalLM
    auto.from_config(made).save_pretrained(path)
    words.save_pretrained(path)
    return path
