"""Random networks of a few thousand weights and talks of a few lines, for tests of training.

Importing it needs torch: a test module skips itself first where torch is missing.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    MPNetConfig,
    MPNetModel,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from listenwell.corpora.conversation import Conversation, Utterance
from listenwell.embedded.tokens import EncoderTokenizer, WriterTokenizer
from listenwell.training.embedded.decoder import Decoder, DecoderShape
from listenwell.training.embedded.encoder import Encoder, EncoderShape
from listenwell.training.embedded.reading import BERT_MARKERS, Reader, word_pieces
from listenwell.training.embedded.vocabulary import Bpe, build_tokenizer, byte_level
from listenwell.training.embedded.writer import Writer

torch.set_num_threads(1)

TEXTS = (
    ("The kettle broke this morning", "Oh no, before your tea?"),
    ("I planted beans with my son", "What did he say when they came up?"),
    ("Nobody came to the meeting", "You waited there alone."),
    ("The train was late again", "How late was it this time?"),
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = sorted(
    {word.strip(".,?").lower() for pair in TEXTS for text in pair for word in text.split()}
)
_EVERY = (*BERT_MARKERS, *".,?'", *LETTERS, *(f"##{letter}" for letter in LETTERS), *WORDS)
PIECES = list(dict.fromkeys(_EVERY))  # "i" is a letter and a word


def talks(strategy: str | None = "Question") -> list[Conversation]:
    return [
        Conversation(
            f"{split}-{n}",
            (
                Utterance("user", said, emotion="sad"),
                Utterance("assistant", reply, strategy=strategy),
                Utterance("user", "yes, and then I went home"),
                Utterance("assistant", "That was a long day."),
            ),
            split,
            emotion=("sad", "joyful")[n % 2],
            situation=said.lower(),
        )
        for split in ("train", "valid")
        for n, (said, reply) in enumerate(TEXTS)
    ]


def full_bpe(size: int = 420) -> Bpe:
    """Learn a byte-level BPE from the texts, as a language model would bring it."""
    return byte_level(_bpe_tokenizer(size).to_str())


def _bpe_tokenizer(size: int) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False)
    said = [turn.content for talk in talks() for turn in talk.turns]
    tokenizer.train_from_iterator(said, trainer)
    return tokenizer


def writer_tokenizer() -> WriterTokenizer:
    return WriterTokenizer(build_tokenizer(full_bpe()))


def encoder_tokenizer() -> EncoderTokenizer:
    return EncoderTokenizer(word_pieces(PIECES))


def decoder(vocabulary: int, *, layers: int = 2, seed: int = 0) -> Decoder:
    """Return a random language model whose scores differ by several nats."""
    torch.manual_seed(seed)
    model = Decoder(DecoderShape(vocabulary, layers, hidden=128, inner=96, heads=4, kv_heads=2))
    return _shaken(model)


def encoder(vocabulary: int, *, layers: int = 2, seed: int = 0) -> Encoder:
    torch.manual_seed(seed)
    shape = EncoderShape(vocabulary, hidden=64, layers=layers, heads=2, inner=96, dropout=0.0)
    return _shaken(Encoder(shape))


def _shaken(model):
    with torch.no_grad():
        for weight in model.parameters():
            weight += torch.randn_like(weight) * 0.1
    return model.eval()


def writer() -> Writer:
    raw = build_tokenizer(full_bpe())
    tokenizer = WriterTokenizer(raw)
    return Writer(decoder(tokenizer.size), tokenizer, raw)


def reader() -> Reader:
    raw = word_pieces(PIECES)
    return Reader(encoder(len(PIECES)), EncoderTokenizer(raw), raw)


def bert_folder(folder: Path, *, hidden: int = 64, inner: int = 96, layers: int = 2) -> Path:
    """Write a random encoder with a tokenizer, in the layout of a hub folder."""
    folder.mkdir()
    more = [chr(code) for code in range(33, 127)]
    pieces = list(dict.fromkeys([*PIECES, *more, *(f"##{c}" for c in more), "unused", "[MASK]"]))
    word_pieces(pieces).save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    embeddings = "embeddings.{}_embeddings.weight"
    tensors = {
        embeddings.format("word"): torch.randn(len(pieces), hidden) * 0.1,
        embeddings.format("position"): torch.randn(512, hidden) * 0.1,
        embeddings.format("token_type"): torch.randn(2, hidden) * 0.1,
        "embeddings.LayerNorm.weight": torch.ones(hidden),
        "embeddings.LayerNorm.bias": torch.zeros(hidden),
    }
    for layer in range(layers):
        for part, (rows, columns) in {
            "attention.self.query": (hidden, hidden),
            "attention.self.key": (hidden, hidden),
            "attention.self.value": (hidden, hidden),
            "attention.output.dense": (hidden, hidden),
            "intermediate.dense": (inner, hidden),
            "output.dense": (hidden, inner),
        }.items():
            tensors[f"encoder.layer.{layer}.{part}.weight"] = torch.randn(rows, columns) * 0.1
            tensors[f"encoder.layer.{layer}.{part}.bias"] = torch.zeros(rows)
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            tensors[f"encoder.layer.{layer}.{part}.weight"] = torch.ones(hidden)
            tensors[f"encoder.layer.{layer}.{part}.bias"] = torch.zeros(hidden)
    save_file(tensors, str(folder / "model.safetensors"))
    (folder / "config.json").write_text('{"model_type": "bert", "num_attention_heads": 2}')
    return folder


def mpnet_folder(folder: Path) -> Path:
    """Write a random MPNet with a tokenizer over the same pieces under its own markers."""
    markers = {"[PAD]": "<pad>", "[CLS]": "<s>", "[SEP]": "</s>"}
    config = MPNetConfig(vocab_size=len(PIECES), hidden_size=64, num_hidden_layers=2,
                         num_attention_heads=2, intermediate_size=96, layer_norm_eps=1e-12,
                         attn_implementation="eager")  # fmt: skip
    torch.manual_seed(0)
    MPNetModel(config).save_pretrained(folder)
    word_pieces([markers.get(piece, piece) for piece in PIECES]).save(
        str(folder / "tokenizer.json")
    )
    return folder


def llama_folder(folder: Path, *, layers: int = 3) -> Path:
    """Write a random language model with a tokenizer, in the layout of a hub folder."""
    folder.mkdir()
    tokenizer = _bpe_tokenizer(600)
    tokenizer.save(str(folder / "tokenizer.json"))
    shape = DecoderShape(tokenizer.get_vocab_size(), layers, 128, 96, heads=2, kv_heads=1)
    torch.manual_seed(0)
    inside = {"q_proj": "self_attn", "k_proj": "self_attn", "v_proj": "self_attn",
              "o_proj": "self_attn", "gate_proj": "mlp", "up_proj": "mlp",
              "down_proj": "mlp"}  # fmt: skip
    tensors = {}
    for name, value in Decoder(shape).state_dict().items():
        *path, part, end = name.split(".")
        owner = [inside[part]] if part in inside else []
        tensors[".".join(["model", *path, *owner, part, end])] = value.contiguous()
    save_file(tensors, str(folder / "model.safetensors"))
    return folder


def qwen_folder(folder: Path, *, layers: int = 3) -> Path:
    """Write a random Qwen with a tokenizer, as the hub has it."""
    config = Qwen2Config(vocab_size=600, hidden_size=64, intermediate_size=96, num_hidden_layers=layers,
                         num_attention_heads=4, num_key_value_heads=2)  # fmt: skip
    torch.manual_seed(0)
    Qwen2ForCausalLM(config).save_pretrained(folder)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=_bpe_tokenizer(600), pad_token="!")
    tokenizer.save_pretrained(folder)
    return folder


def release_folder(folder: Path) -> Path:
    """Write the talks in EmpatheticDialogues' layout and return the folder of corpora."""
    found = folder / "empathetic_dialogues"
    found.mkdir(parents=True)
    header = "conv_id,utterance_idx,context,prompt,speaker_idx,utterance,selfeval,tags"
    for split in ("train", "valid"):
        rows = [header]
        for talk in talks():
            if talk.split == split:
                rows += [
                    f"{talk.id},{n + 1},{talk.emotion},{talk.situation},{n % 2},"
                    f"{turn.content.replace(',', '_comma_')},,"
                    for n, turn in enumerate(talk.turns)
                ]
        (found / f"{split}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def recipe(encoder_start: Path, writer_start: Path, **changes: object) -> str:
    """Return a recipe (JSON is YAML) of two steps a network."""
    step = {"max_steps": 2, "warmup_steps": 1}
    settings = {
        "method": "embedded",
        "name": "tiny",
        "seed": 7,
        "encoder": {
            "warm_start": str(encoder_start), "dialogues": ["empathetic_dialogues"],
            "tasks": {"dialogue": 3, "situation": 1}, "batch_size": 4, "vocabulary": 210,
            "then": [{"tasks": {"told": 0.5}, "batch_size": 8}], **step,
        },
        "writer": {
            "warm_start": str(writer_start), "corpora": {"empathetic_dialogues": 2},
            "vocabulary": 450, "keep_layers": [0, 2], "batch_tokens": 100,
            "evaluate_replies": 4, "compiled": False, **step,
        },
    }  # fmt: skip
    return json.dumps(settings | changes)
