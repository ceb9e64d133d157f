"""The writer's tokenizer: a large byte-level BPE pruned to what people say in dialogue."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from listenwell.embedded.tokens import WRITER_MARKERS


@dataclass(frozen=True, slots=True)
class Bpe:
    """A byte-level BPE: tokens by index, and merges in their order."""

    tokens: tuple[str, ...]
    merges: tuple[tuple[str, str], ...]


def byte_level(tokenizer_json: str) -> Bpe:
    """Return the BPE inside a `tokenizer.json`."""
    model = json.loads(tokenizer_json)["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    pairs = [m.split(" ") if isinstance(m, str) else m for m in model["merges"]]
    return Bpe(tuple(tokens), tuple((left, right) for left, right in pairs))


def prune(bpe: Bpe, texts: Iterable[str], size: int) -> Bpe:
    """Keep every byte, then the tokens that the texts use most, with all they are merged from.

    Args:
        bpe: The full BPE.
        texts: Text to count tokens in.
        size: How many tokens to keep.
    """
    counts = _counted(build_tokenizer(bpe, ()), texts)
    parts: dict[str, tuple[str, str]] = {}
    for left, right in bpe.merges:
        parts.setdefault(left + right, (left, right))
    known = frozenset(bpe.tokens)
    kept = dict.fromkeys(c for c in sorted(pre_tokenizers.ByteLevel.alphabet()) if c in known)
    for token, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        needed = [piece for piece in _made_of(token, parts) if piece not in kept]
        if len(kept) + len(needed) > size:
            break
        kept.update(dict.fromkeys(needed))
    merges = tuple(m for m in bpe.merges if m[0] in kept and m[1] in kept and m[0] + m[1] in kept)
    return Bpe(tuple(kept), merges)


def most_used(full: Tokenizer, texts: Iterable[str], always: Iterable[str], size: int) -> list[str]:
    """Return the pieces that are always kept, then those that the texts use most, `size` in all."""
    kept = dict.fromkeys(always)
    for token, _ in sorted(_counted(full, texts).items(), key=lambda item: (-item[1], item[0])):
        if len(kept) >= size:
            break
        kept.setdefault(token)
    return list(kept)


def _counted(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for chunk in _chunks(texts, 2000):
        for encoding in tokenizer.encode_batch(chunk, add_special_tokens=False):
            counts.update(encoding.tokens)
    return counts


def _made_of(token: str, parts: dict[str, tuple[str, str]]) -> Iterator[str]:
    """Yield everything a token is merged from, and the token last."""
    if token in parts:
        for part in parts[token]:
            yield from _made_of(part, parts)
    yield token


def _chunks(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    chunk: list[str] = []
    for text in texts:
        chunk.append(text)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def build_tokenizer(bpe: Bpe, markers: Iterable[str] = WRITER_MARKERS) -> Tokenizer:
    """Return a tokenizer with the markers first, then the BPE's tokens, digits one by one."""
    vocabulary = {
        token: index for index, token in enumerate(dict.fromkeys((*markers, *bpe.tokens)))
    }
    tokenizer = Tokenizer(models.BPE(vocabulary, list(bpe.merges)))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(m, special=True, normalized=False) for m in markers])
    return tokenizer
