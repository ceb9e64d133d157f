"""Text to tokens and back for the embedded models; used alike in training and in serving."""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from tokenizers import Tokenizer

from listenwell.core.emotions import EMOTIONS
from listenwell.core.errors import ModelError
from listenwell.core.types import Message, Strategy

PAD, USER, LISTENER, VOICE, END = "<|pad|>", "<|user|>", "<|listener|>", "<|voice|>", "<|end|>"
EMOTION_MARKERS = {emotion: f"<|{emotion}|>" for emotion in EMOTIONS}
STRATEGY_MARKERS = {s: f"<|{s.value.lower().replace(' ', '-')}|>" for s in Strategy}
WRITER_MARKERS = (
    PAD, USER, LISTENER, VOICE, END, *EMOTION_MARKERS.values(), *STRATEGY_MARKERS.values()
)  # fmt: skip
"""What is never text: who speaks, how they feel, what the reply should do, and the end of a turn.

`LISTENER` opens a reply as people in public corpora write it, `VOICE` one in the project's own.
"""

WRITER_CONTEXT = 192
"""Tokens of context that the writer reads."""
WRITER_REPLY = 64
"""Tokens of a reply, its end marker included."""
WRITER_POSITIONS = 512
"""Places that the writer's graph knows, for context, opening and reply together."""
ENCODER_CONTEXT = 128
"""Word pieces of context that the encoder reads, its markers included."""
ENCODER_REPLY = 64
"""Word pieces of a reply that the encoder reads, its markers included."""

_PLAIN = str.maketrans({
    "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ",
})  # fmt: skip


def read_tokenizer(path: Path) -> Tokenizer:
    """Read a `tokenizer.json`.

    Raises:
        ModelError: The file is missing or damaged.
    """
    try:
        return _tokenizer(path.read_text(encoding="utf-8"))
    except Exception as error:  # tokenizers raises bare Exception for any bad file
        raise ModelError(f"{path}: not a readable tokenizer ({error}).") from error


@lru_cache(maxsize=4)
def _tokenizer(content: str) -> Tokenizer:
    """Return a tokenizer; networks that read by one vocabulary share it."""
    return Tokenizer.from_str(content)


def _ids(tokenizer: Tokenizer, markers: Sequence[str]) -> list[int]:
    """Return the markers' ids.

    Raises:
        ModelError: The vocabulary lacks one.
    """
    found = [tokenizer.token_to_id(marker) for marker in markers]
    missing = [m for m, index in zip(markers, found, strict=True) if index is None]
    if missing:
        raise ModelError(f"the tokenizer's vocabulary lacks {', '.join(missing)}.")
    return [index for index in found if index is not None]


def _encode(tokenizer: Tokenizer, text: str) -> list[int]:
    ids: list[int] = tokenizer.encode(text.translate(_PLAIN), add_special_tokens=False).ids
    return ids


class WriterTokenizer:
    """Byte-level BPE with markers for who is speaking, how they feel and what a reply does."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Wrap a tokenizer.

        Raises:
            ModelError: The vocabulary lacks one of the markers.
        """
        self._tokenizer = tokenizer
        self.markers = dict(zip(WRITER_MARKERS, _ids(tokenizer, WRITER_MARKERS), strict=True))
        self.pad, self.user, self.end = (self.markers[name] for name in (PAD, USER, END))
        self.size: int = tokenizer.get_vocab_size()

    def tokens(self, text: str) -> list[int]:
        """Return the tokens of a text; a marker that a person writes is read as its letters."""
        return _encode(self._tokenizer, text.replace("<|", "< |"))

    def turn(self, message: Message) -> list[int]:
        """Return a past turn with its markers."""
        marker = self.user if message.role == "user" else self.markers[LISTENER]
        return [marker, *self.tokens(message.content), self.end]

    def context(self, messages: Sequence[Message]) -> list[int]:
        """Return the tokens of a conversation, newest turn last, at most `WRITER_CONTEXT`.

        Whole turns are dropped from the oldest on. Where the newest turn alone is too long, its
        beginning and its end are kept: people say what happened first and how it is last.
        """
        return _fitted([self.turn(message) for message in messages], WRITER_CONTEXT)

    def opening(
        self, *, voice: bool = False, emotion: str | None = None, strategy: Strategy | None = None
    ) -> list[int]:
        """Return the markers that open a reply."""
        names = [VOICE if voice else LISTENER]
        names += [EMOTION_MARKERS[emotion]] if emotion else []
        names += [STRATEGY_MARKERS[strategy]] if strategy else []
        return [self.markers[name] for name in names]

    def reply(self, text: str) -> list[int]:
        """Return the tokens of a reply with the end marker, at most `WRITER_REPLY`."""
        return [*self.tokens(text)[: WRITER_REPLY - 1], self.end]

    def text(self, ids: Sequence[int]) -> str:
        """Write tokens as a person would: sentences and "I" get their capitals."""
        return tidy(self._tokenizer.decode(list(ids), skip_special_tokens=True))


class EncoderTokenizer:
    """BERT's WordPiece; the segment of each piece tells who is speaking."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Wrap a tokenizer.

        Raises:
            ModelError: The vocabulary lacks one of BERT's markers.
        """
        self._tokenizer = tokenizer
        self.pad, self.unknown, self.start, self.end = _ids(
            tokenizer, ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
        )
        self.size: int = tokenizer.get_vocab_size()

    def context(self, messages: Sequence[Message]) -> tuple[list[int], list[int]]:
        """Return the pieces of a conversation and their segments, 0 for the person's.

        At most `ENCODER_CONTEXT` pieces; the oldest turns are dropped first.
        """
        turns = [
            [*((piece, int(m.role == "assistant")) for piece in _encode(self._tokenizer, m.content)),
             (self.end, int(m.role == "assistant"))]
            for m in messages
        ]  # fmt: skip
        pairs = [(self.start, 0), *_fitted(turns, ENCODER_CONTEXT - 1)]
        return [piece for piece, _ in pairs], [segment for _, segment in pairs]

    def reply(self, text: str) -> tuple[list[int], list[int]]:
        """Return the pieces of a reply and their segments, at most `ENCODER_REPLY`."""
        pieces = _encode(self._tokenizer, text)[: ENCODER_REPLY - 2]
        ids = [self.start, *pieces, self.end]
        return ids, [1] * len(ids)


T = TypeVar("T")


def _fitted(turns: Sequence[list[T]], room: int) -> list[T]:
    kept: list[list[T]] = []
    for turn in reversed(turns):
        if len(turn) > room:
            if kept:
                break
            turn = [*turn[: room // 2], *turn[len(turn) - (room - room // 2) :]]
        kept.append(turn)
        room -= len(turn)
    return [token for turn in reversed(kept) for token in turn]


_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\s+"), " "),
    (re.compile(r"(?<=\w) (?=[.,!?;:](?:\s|$))"), ""),
    (re.compile(r"([.!?])(?: ?\1){3,}"), r"\1\1\1"),
    (re.compile(r"(?<=[a-z])([!?]|\.{1,3})(?=[A-Z])"), r"\1 "),
    (re.compile(r"\b(d)ont\b", re.IGNORECASE), r"\1on't"),
    (re.compile(r"\b(th)ats\b", re.IGNORECASE), r"\1at's"),
    (re.compile(r"\b(I)m\b", re.IGNORECASE), r"\1'm"),
)
_ALWAYS_CAPITAL = re.compile(r"\b(i(?='(?:m|d|ve|ll)\b|\b(?!'))|monday|tuesday|wednesday|thursday|"
    r"friday|saturday|sunday|january|february|april|june|july|august|september|october|november|"
    r"december|christmas|thanksgiving|halloween|easter|god|english|spanish|american)\b")  # fmt: skip
_SENTENCE_START = re.compile(r"(^|[.!?][\"')]* )([\"'(]?[a-z])")


def tidy(text: str) -> str:
    """Give sentences, "I" and names of days their capitals, and mend common slips.

    Example:
        >>> tidy("i'm so sorry .  how long was he with you ?")
        "I'm so sorry. How long was he with you?"
    """
    text = text.strip()
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    text = _ALWAYS_CAPITAL.sub(lambda match: match[0][0].upper() + match[0][1:], text)
    text = _SENTENCE_START.sub(lambda match: match[1] + match[2].upper(), text)
    # Half the listeners of public corpora leave out the last full stop.
    return f"{text}." if text and text[-1].isalnum() else text
