"""The encoder as a Hugging Face folder: a stock BERT without pooler, and heads beside it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, processors
from torch import Tensor

from listenwell.core.emotions import EMOTIONS
from listenwell.embedded.heads import APPROPRIATENESS, FITS
from listenwell.training.embedded.encoder import LABELS, EncoderShape, to_bert
from listenwell.training.embedded.hub_files import (
    packaged_text,
    plain,
    write_json,
    write_tensors,
    write_tokenizer,
)

CODE = "modeling_listenwell.py"


def write_encoder(
    folder: Path,
    weights: Mapping[str, Tensor],
    shape: EncoderShape,
    tokenizer: Tokenizer,
    card: str,
    heads: Mapping[str, Tensor],
) -> None:
    """Write a new folder that `AutoModel` loads, with the heads and a pipeline's `emotion` in it.

    Args:
        folder: Where to; it must not exist.
        weights: By the names of `encoder.Encoder`, heads left out.
        shape: The sizes of the network.
        tokenizer: The encoder's.
        card: What goes into README.md.
        heads: `<head>.weight` and `.bias` for each head, `.temperature` where it has one.

    Raises:
        OSError: The folder exists or cannot be written.
        SafetensorError: The disk is full.
    """
    bert, config = to_bert(weights, shape.layers), _config(shape, tokenizer)
    read_together = {FITS, APPROPRIATENESS}
    told = [h for h in LABELS if h not in read_together and f"{h}.weight" in heads]
    labels = {head: LABELS[head] for head in told}
    _write_bert(folder, bert, config | {"listenwell_labels": labels}, tokenizer)
    write_tensors(folder / "heads.safetensors", heads)
    (folder / "README.md").write_text(card, encoding="utf-8")
    named = {f"bert.{name}": value for name, value in bert.items()}
    classifier = config | _classifier_config()
    _write_bert(folder / "emotion", named | _classifier(heads), classifier, tokenizer)


def _classifier(heads: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the emotion head with its temperature worked into its weights."""
    heat = heads.get("emotion.temperature", 1.0)
    return {f"classifier.{part}": heads[f"emotion.{part}"] / heat for part in ("weight", "bias")}


def _write_bert(
    folder: Path, tensors: Mapping[str, Tensor], config: Mapping[str, Any], tokenizer: Tokenizer
) -> None:
    folder.mkdir(parents=True)
    write_tensors(folder / "model.safetensors", tensors)
    write_json(folder / "config.json", config)
    write_tokenizer(folder, _with_markers(plain(tokenizer)), {
        "model_input_names": ["input_ids", "token_type_ids", "attention_mask"],
        "model_max_length": config["max_position_embeddings"],
        "pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]",
        # Nobody can write a marker.
        "split_special_tokens": True,
    })  # fmt: skip
    (folder / CODE).write_text(packaged_text(CODE), encoding="utf-8")


def _with_markers(tokenizer: Tokenizer) -> Tokenizer:
    """Make a tokenizer add BERT's markers; the second text of a pair is the listener's."""
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")],
    )
    return tokenizer


def _config(shape: EncoderShape, tokenizer: Tokenizer) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float32",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.hidden,
        "intermediate_size": shape.inner,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": 2,
        "hidden_act": "gelu",
        "layer_norm_eps": 1e-12,
        "hidden_dropout_prob": shape.dropout,
        "attention_probs_dropout_prob": 0.0,
        "pad_token_id": tokenizer.token_to_id("[PAD]"),
    }


def _classifier_config() -> dict[str, Any]:
    module = CODE.removesuffix(".py")
    return {
        "architectures": ["ListenwellEmotionClassifier"],
        "model_type": "listenwell-emotion",
        "auto_map": {
            "AutoConfig": f"{module}.ListenwellEmotionConfig",
            "AutoModelForSequenceClassification": f"{module}.ListenwellEmotionClassifier",
        },
        "id2label": dict(enumerate(EMOTIONS)),
        "label2id": {emotion: index for index, emotion in enumerate(EMOTIONS)},
    }
