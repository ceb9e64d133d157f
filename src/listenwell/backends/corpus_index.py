"""The index of a corpus's replies: made once for each version of its files, then read."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from listenwell.backends.spec import Report, unheard
from listenwell.core.errors import CorpusError, StorageError
from listenwell.core.home import home
from listenwell.core.types import Message
from listenwell.corpora.catalogue import (
    find_corpus,
    find_files,
    how_to_get,
    load_corpus,
    looks_like_path,
)
from listenwell.dialogue.prompts import prompts_and_replies
from listenwell.embedded.bank import Bank, open_bank, write_bank
from listenwell.embedded.encoder import EncoderModel, Pieces, unit
from listenwell.embedded.models import EmbeddedModels
from listenwell.embedded.session import Floats
from listenwell.generation.corpus_replies import HARMLESS, sayable
from listenwell.generation.retrieval import words

FOLDER = "retrieval"
OWN_WORDS = 4
"""Words of a reply that only fit somebody who used them: with more, hardly anybody would."""
AT_ONCE = 128
_LAYOUT = "4"
"""Raised when what is taken into an index changes."""


def index(corpus: str, models: EmbeddedModels, report: Report = unheard) -> Bank:
    """Return a corpus's replies with their vectors, made now where they were not made before.

    Args:
        corpus: A name of the catalogue, or a file's path.
        models: Their encoder makes the vectors.
        report: Told how far it has come.

    Raises:
        UnknownNameError: It is neither a known corpus nor a file.
        CorpusError: It is not on this machine, cannot be read, or holds no reply that could be said.
        StorageError: The index cannot be written.
    """
    path = home() / FOLDER / f"{_short(corpus)}-{_digest(corpus, models)}.npz"
    if path.is_file():
        return open_bank(path)
    bank = _made(corpus, models.encoder, report)
    _keep(path, bank)
    return bank


def _digest(corpus: str, models: EmbeddedModels) -> str:
    """Return what changes when the corpus's files or the encoder do."""
    marks = [_LAYOUT, models.files.digest]
    for file in _files(corpus):
        found = file.stat()
        marks.append(f"{file.resolve()} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:16]


def _files(corpus: str) -> Sequence[Path]:
    if looks_like_path(corpus) and Path(corpus).expanduser().is_file():
        return [Path(corpus).expanduser()]
    if looks_like_path(corpus):
        load_corpus(corpus)  # says what is wrong with it
    known = find_corpus(corpus)
    found = [file.path for file in find_files(known)]
    if not found:
        raise CorpusError(f"{known.title} is not on this machine. {how_to_get(known)}")
    return found


def _made(corpus: str, encoder: EncoderModel, report: Report) -> Bank:
    pairs = dict(_pairs(corpus))
    kept = [
        reply for reply in pairs if sum(word not in HARMLESS for word in words(reply)) <= OWN_WORDS
    ]
    if not kept:
        raise CorpusError(
            f"{corpus}: holds no reply that could be said to somebody else: too few, too long, or "
            "all of them about the one who wrote them."
        )
    read = encoder.tokenizer
    texts = [read.context(pairs[reply]) for reply in kept] + [read.reply(reply) for reply in kept]
    vectors = _vectors(texts, encoder, report)
    return Bank(vectors[: len(kept)], vectors[len(kept) :], tuple(kept), HARMLESS)


def _pairs(corpus: str) -> Iterator[tuple[str, Sequence[Message]]]:
    """Yield each sayable reply and what it answered; held-back talks stay held back."""
    for loaded in load_corpus(corpus):
        for conversation in loaded.conversations:
            if conversation.split == "test":
                continue
            for prompt, said in prompts_and_replies(conversation):
                reply = " ".join(said.split())
                if sayable(reply):
                    yield reply, prompt.messages


def _vectors(texts: Sequence[Pieces], encoder: EncoderModel, report: Report) -> Floats:
    parts = []
    for start in range(0, len(texts), AT_ONCE):
        parts.append(unit(encoder.pool(texts[start : start + AT_ONCE])))
        report(min(start + AT_ONCE, len(texts)), len(texts))
    return np.concatenate(parts)


def _keep(path: Path, bank: Bank) -> None:
    """Write an index whole or not at all, and throw away those that it replaces."""
    part = path.with_name(f"{path.stem}.{os.getpid()}.part.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bank(part, bank)
        part.replace(path)
        for old in _older(path):
            old.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{path}: cannot be written ({error.strerror or error}).") from error


def _older(path: Path) -> Iterable[Path]:
    name = path.name.rpartition("-")[0]
    made = re.compile(rf"{re.escape(name)}-[0-9a-f]{{16}}\.npz")
    return [p for p in path.parent.iterdir() if p != path and made.fullmatch(p.name)]


def _short(corpus: str) -> str:
    """Return a corpus's name as a file may have it."""
    return re.sub(r"[^\w]+", "_", Path(corpus).name.casefold()).strip("_") or "corpus"
