"""Random language models of a few thousand weights, saved as folders of the hub's layout."""

import json
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
DIALOGPT = "{% for message in messages %}{{ message.content }}{{ eos_token }}{% endfor %}"
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
        vocab_size=400,
        initial_alphabet=alphabet,
        special_tokens=[END, "<pad>"],
        show_progress=False,
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
    if kind == "dialogpt":
        kind, settings = "gpt2", settings | {"template": DIALOGPT}
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


def corpora(path: Path) -> Path:
    """Write small corpora in the layouts of their releases, and return the folder of all."""
    talks = path / "empathetic_dialogues"
    talks.mkdir(parents=True)
    for split in ("train", "valid"):
        lines = ["conv_id,utterance_idx,context,prompt,speaker_idx,utterance,selfeval,tags"]
        for n, (said, reply) in enumerate(SAID):
            for at, text in enumerate(
                (said, reply, "Thank you for asking.", f"Of course. {split}")
            ):
                safe = text.replace(",", "_comma_")
                lines.append(f"{split}:{n},{at + 1},sad,It was a day.,{at % 2},{safe},,")
        (talks / f"{split}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    answers = path / "mental_health_counseling_conversations"
    answers.mkdir()
    rows = ["Context,Response"]
    rows += [f'"{said} ({n})","{reply} {n}"' for n in range(12) for said, reply in SAID]
    (answers / "train.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def questions(path: Path) -> str:
    """Write instructions and answers as a table of one's own, and return its path."""
    rows = [
        {
            "user": f"{said} What now? {n}",
            "assistant": reply,
            "split": ("train", "valid")[n % 4 == 3],
        }
        for n in range(8)
        for said, reply in SAID
    ]
    return _lines(path / "questions.jsonl", rows)


def curated(path: Path) -> str:
    """Write a transcript, and return its path."""
    talks = [f"Human: {said} ({n})\nAssistant: {reply}" for n in range(8) for said, reply in SAID]
    (path / "curated.txt").write_text("\n---\n".join(talks) + "\n", encoding="utf-8")
    return str(path / "curated.txt")


def languages(path: Path) -> str:
    """Write talks in several languages, and return their path."""
    said = (
        ("Mein Zug kam nicht, und ich habe geweint.", "Das klingt nach einem schweren Morgen."),
        ("Mi hermana no me llama.", "La echas de menos."),
        ("मैं आज बहुत अकेला हूँ।", "अकेलापन भारी लगता है।"),
    )
    rows = [
        {"user": f"{text} {n}", "assistant": reply, "split": ("train", "valid")[n % 4 == 3]}
        for n in range(8)
        for text, reply in said
    ]
    return _lines(path / "multilingual.jsonl", rows)


def preferences(path: Path) -> str:
    """Write pairs of a better and a worse reply, and return their path."""
    rows = [
        {"prompt": [{"role": "user", "content": f"{said} ({n})"}], "chosen": reply,
         "rejected": "Cheer up."}
        for n in range(6)
        for said, reply in SAID
    ]  # fmt: skip
    return _lines(path / "pairs.jsonl", rows)


def long_replies(path: Path) -> str:
    """Write a table whose replies are long, and return its path."""
    rows = [
        {"user": f"Hello {split}.", "assistant": "I am here. " * 30, "split": split}
        for split in ("train", "valid")
    ]
    return _lines(path / "long.jsonl", rows)


def _lines(path: Path, rows: list[dict[str, object]]) -> str:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    return str(path)
