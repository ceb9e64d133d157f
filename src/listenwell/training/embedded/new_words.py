"""Words of other languages for an encoder that knew English: each begins as what it means there.

A language model that reads both languages tells what each word would be in English; the new word's
vector is the mean of those English words' vectors, weighed by how likely each is (the idea of
WECHSEL, Minixhofer et al. 2022, arXiv:2112.06598, with a language model in the place of aligned
word vectors). So what the layers know of English serves the other languages from the first step.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from torch import Tensor
from transformers import AutoModelForCausalLM

from listenwell.training.embedded.encoder import Encoder
from listenwell.training.embedded.loop import autocast, find_device
from listenwell.training.embedded.warm_starts import load_transformer

LANGUAGES = {
    "ar": "Arabic", "de": "German", "es": "Spanish", "fr": "French", "hi": "Hindi",
    "hi-Latn": "Hindi", "it": "Italian", "pt": "Portuguese", "ru": "Russian", "zh": "Chinese",
}  # fmt: skip
OFTEN = 6
"""How often a word must occur to be translated, if it is no piece itself."""
SURE = 0.12
"""The share of English words among a translation's first words from which it counts."""
PART_OF = 0.7
"""How much a part of words takes from the words it is part of; the rest is the mean of all words."""
_LIKELIEST = 10
_TOGETHER = 64

Guess: TypeAlias = Sequence[tuple[str, float]]
"""English words that a word may mean, with how likely each is."""
Translate: TypeAlias = Callable[[Sequence[tuple[str, str]]], list[Guess]]
"""From words with the names of their languages to guesses."""

_spelled = normalizers.BertNormalizer(lowercase=True, strip_accents=False)
_bare = normalizers.BertNormalizer(lowercase=True)
_words = pre_tokenizers.BertPreTokenizer()


def learn_pieces(texts: Iterable[str], known: Iterable[str], count: int) -> list[str]:
    """Return the most used word pieces of texts that are not known, the most used first."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))  # noqa: S106  no password
    tokenizer.normalizer, tokenizer.pre_tokenizer = _bare, _words
    lines = list(texts)
    # Many of the pieces will be known: some more are learned than are wanted.
    trainer = trainers.WordPieceTrainer(
        vocab_size=2 * count, special_tokens=["[UNK]"], min_frequency=2, limit_alphabet=3500,
        show_progress=False,
    )  # fmt: skip
    tokenizer.train_from_iterator(lines, trainer)
    used = Counter(piece for found in tokenizer.encode_batch(lines) for piece in found.tokens)
    old = {"[UNK]", *known}
    return [piece for piece, _ in used.most_common() if piece not in old][:count]


def begin(
    texts: Mapping[str, Sequence[str]],
    pieces: Sequence[str],
    english: Mapping[str, Tensor],
    tokenizer: Tokenizer,
    translate: Translate,
) -> Tensor:
    """Return the vectors that new pieces begin with, (pieces, hidden).

    Args:
        texts: Texts in other languages, by language.
        pieces: The new pieces.
        english: The vectors of known words.
        tokenizer: The encoder's, new pieces included.
        translate: Tells what words mean in English.
    """
    used, spelled = _counted(texts)
    new = set(pieces)
    wanted = [word for word, times in used.items() if word in new or times >= OFTEN]
    meant = _meanings(wanted, spelled, english, translate)
    parts = _of_parts(meant, used, tokenizer)
    mean = torch.stack(list(english.values())).mean(0)

    def row(piece: str) -> Tensor:
        if piece in meant or piece not in parts:
            return meant.get(piece, mean)
        return PART_OF * parts[piece] + (1 - PART_OF) * mean

    return torch.stack([row(piece) for piece in pieces])


def _meanings(
    words: Sequence[str],
    spelled: Mapping[str, tuple[str, str]],
    english: Mapping[str, Tensor],
    translate: Translate,
) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    for start in range(0, len(words), _TOGETHER):
        some = words[start : start + _TOGETHER]
        for word, guess in zip(some, translate([spelled[word] for word in some]), strict=True):
            if (vector := _meaning(guess, english)) is not None:
                found[word] = vector
    return found


def _of_parts(
    meant: Mapping[str, Tensor], used: Mapping[str, int], tokenizer: Tokenizer
) -> dict[str, Tensor]:
    """Return the mean meaning of the words that each piece is part of, weighed by their use."""
    sums: dict[str, Tensor] = {}
    weights: dict[str, float] = defaultdict(float)
    for word, vector in meant.items():
        pieces = tokenizer.encode(word).tokens
        share = used[word] / len(pieces)
        for piece in pieces:
            sums[piece] = sums.get(piece, torch.zeros_like(vector)) + share * vector
            weights[piece] += share
    return {piece: total / weights[piece] for piece, total in sums.items()}


def _counted(
    texts: Mapping[str, Sequence[str]],
) -> tuple[Counter[str], dict[str, tuple[str, str]]]:
    """Return how often each word occurs without accents, and how and where it is mostly spelled."""
    spellings: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for language, lines in texts.items():
        for line in lines:
            for word, _ in _words.pre_tokenize_str(_spelled.normalize_str(line)):
                if any(letter.isalpha() for letter in word):
                    spellings[_bare.normalize_str(word)][LANGUAGES[language], word] += 1
    used = Counter({word: found.total() for word, found in spellings.items()})
    return used, {word: found.most_common(1)[0][0] for word, found in spellings.items()}


def _meaning(guess: Guess, english: Mapping[str, Tensor]) -> Tensor | None:
    known = [
        (english[plain], share) for word, share in guess
        if len(plain := word.strip().lower()) > 1 and plain.isalpha() and plain in english
    ]  # fmt: skip
    sure = sum(share for _, share in known)
    if not known or sure < SURE:
        return None
    found: Tensor = torch.stack([vector * share for vector, share in known]).sum(0) / sure
    return found


def translator(name: str) -> Translate:
    """Return what tells the meaning of words, by a language model.

    Raises:
        ModelError: The language model is missing or damaged.
    """
    model, tokenizer = load_transformer(name, AutoModelForCausalLM)
    device = find_device()
    model.to(device).eval()

    @torch.no_grad()
    def translate(words: Sequence[tuple[str, str]]) -> list[Guess]:
        asked = [f'{language} "{word}" = English "' for language, word in words]
        batch = tokenizer(asked, return_tensors="pt", padding=True).to(device)
        with autocast(device):
            read = model.model(**batch).last_hidden_state
            ends = batch["attention_mask"].sum(1) - 1
            shares = model.lm_head(read[torch.arange(len(ends)), ends]).float().softmax(-1)
        best = shares.topk(_LIKELIEST)
        return [
            [(tokenizer.decode([token]), share) for token, share in zip(tokens, told, strict=True)]
            for tokens, told in zip(best.indices.tolist(), best.values.tolist(), strict=True)
        ]

    return translate


def grown(model: Encoder, kept: Sequence[int], added: Tensor) -> Encoder:
    """Return an encoder with some of its words, and new ones behind them."""
    state = dict(model.state_dict())
    state["words.weight"] = torch.cat((state["words.weight"][list(kept)], added))
    larger = Encoder(replace(model.shape, vocabulary=len(state["words.weight"])))
    larger.load_state_dict(state)
    return larger
