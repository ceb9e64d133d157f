"""Text to word pieces and back for the embedded model; used alike in training and in serving."""

import re
from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from listenwell.core.errors import ModelError
from listenwell.core.types import Message

PAD, UNKNOWN, START, END, USER, LISTENER = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[USR]", "[BOT]"
SPECIAL = (PAD, UNKNOWN, START, END, USER, LISTENER)

MAX_CONTEXT = 160
"""Word pieces of context that the model reads, its markers included."""
MAX_REPLY = 56
"""Word pieces of a reply, its end marker included."""
REPLY_POSITION = 192
"""The position at which a reply starts, wherever its context ended."""

_PLAIN = str.maketrans({
    "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ",
})  # fmt: skip


class EmbeddedTokenizer:
    """WordPiece over the pruned vocabulary, with markers for who is speaking."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Wrap a tokenizer.

        Raises:
            ModelError: The vocabulary lacks one of the markers.
        """
        self._tokenizer = tokenizer
        found = {name: tokenizer.token_to_id(name) for name in SPECIAL}
        ids = {name: value for name, value in found.items() if value is not None}
        missing = [name for name in SPECIAL if name not in ids]
        if missing:
            raise ModelError(f"the tokenizer's vocabulary lacks {', '.join(missing)}.")
        self.pad, self.unknown = ids[PAD], ids[UNKNOWN]
        self.start, self.end = ids[START], ids[END]
        self.user, self.listener = ids[USER], ids[LISTENER]
        self.size: int = tokenizer.get_vocab_size()

    @classmethod
    def from_file(cls, path: Path) -> "EmbeddedTokenizer":
        """Read a `tokenizer.json`.

        Raises:
            ModelError: The file is missing or damaged.
        """
        try:
            return cls(Tokenizer.from_file(str(path)))
        except Exception as error:  # tokenizers raises bare Exception for any bad file
            raise ModelError(f"{path}: not a readable tokenizer ({error}).") from error

    def pieces(self, text: str) -> list[int]:
        """Return the word pieces of a text, without markers."""
        ids: list[int] = self._tokenizer.encode(
            text.translate(_PLAIN), add_special_tokens=False
        ).ids
        return ids

    def context(self, messages: Sequence[Message]) -> list[int]:
        """Return the pieces of a conversation, newest turn last, at most `MAX_CONTEXT`.

        Whole turns are dropped from the oldest on. Where the newest turn alone is too long, its
        beginning and its end are kept: people say what happened first and how it is last.
        """
        room = MAX_CONTEXT - 2
        kept: list[list[int]] = []
        for message in reversed(messages):
            marker = self.user if message.role == "user" else self.listener
            turn = [marker, *self.pieces(message.content)]
            if len(turn) > room:
                if kept:
                    break
                turn = [*turn[: room // 2], *turn[len(turn) - (room - room // 2) :]]
            kept.append(turn)
            room -= len(turn)
        return [self.start, *(piece for turn in reversed(kept) for piece in turn), self.end]

    def reply(self, text: str) -> list[int]:
        """Return the pieces of a reply with the end marker, at most `MAX_REPLY`."""
        return [*self.pieces(text)[: MAX_REPLY - 1], self.end]

    def text(self, ids: Sequence[int]) -> str:
        """Write pieces as a person would: spaced, with capitals where English puts them."""
        marks = {self.pad, self.start, self.end, self.user, self.listener, self.unknown}
        pieces = [self._tokenizer.id_to_token(i) or "" for i in ids if i not in marks]
        return tidy(_join(pieces))


def _join(pieces: Sequence[str]) -> str:
    text = ""
    for piece in pieces:
        text += piece[2:] if piece.startswith("##") else f" {piece}"
    return text.strip()


_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(\w) ' (m|s|t|d|re|ve|ll|em|cause|all)\b"), r"\1'\2"),
    (re.compile(r"(\ws|in|o) ' (?=\w|$)"), r"\1' "),
    (re.compile(r"(\d) ([.,:]) (?=\d)"), r"\1\2"),
    (re.compile(r"(?<=\w) ?([-/]) ?(?=\w)"), r"\1"),
    (re.compile(r"([$#(]) (?=\w)"), r"\1"),
    (re.compile(r" ([.,!?;:%)])"), r"\1"),
    (re.compile(r"([.!?])(?: ?\1){3,}"), r"\1\1\1"),
    (re.compile(r"\" ([^\"]*?) ?\""), r'"\1"'),
)
_ALWAYS_CAPITAL = re.compile(r"\b(i(?='(?:m|d|ve|ll)\b|\b(?!'))|monday|tuesday|wednesday|thursday|"
    r"friday|saturday|sunday|january|february|april|june|july|august|september|october|november|"
    r"december|christmas|thanksgiving|halloween|easter|god|english|spanish|american)\b")  # fmt: skip
_SENTENCE_START = re.compile(r"(^|[.!?][\"')]* )([\"'(]?[a-z])")


def tidy(text: str) -> str:
    """Restore spacing and capitals in lower-case, spaced-out text.

    Example:
        >>> tidy("i ' m so sorry . how long was he with you ?")
        "I'm so sorry. How long was he with you?"
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    text = _ALWAYS_CAPITAL.sub(lambda match: match[0][0].upper() + match[0][1:], text)
    return _SENTENCE_START.sub(lambda match: match[1] + match[2].upper(), text)
