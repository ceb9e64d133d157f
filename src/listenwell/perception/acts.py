"""What a message does to the listener: its dialogue act, such as a question, or a correction of ours.

A linear head on the shared encoder and on the message's own runs of words, taught by
`corpora/listenwell/acts.jsonl` (`python -m listenwell.training.acts`). People ask in more ways than
patterns foresee: hand-written ones found a quarter of what writers they did not know asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from listenwell.core.errors import ModelError
from listenwell.core.types import Message
from listenwell.embedded.encoder import EncoderModel
from listenwell.embedded.files import ModelFiles
from listenwell.embedded.session import Floats, log_softmax, read_arrays
from listenwell.perception.themes import scaled, trained_on

HEAD = Path(__file__).parent / "acts.npz"
NONE = "none"
ENCODED = 0.5
"""How strongly the encoder's numbers count beside words."""
LONGEST_RUN = 4
STEM, ORDINARY = 5, 3
"""Letters of a word that are compared with a word of our reply, and of words that are not compared."""
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|\?")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+|(?<=,)\s+")
_YES_OR_NO = re.compile(
    r"(?:^|[.!?,] )(?:is|are|do|does|did|have|has|had|can|could|would|will|was|were|am|should)\b"
    r"[^.!?]*\?\W*$",
    re.IGNORECASE,
)
"""A last question that "no" and "not" answer."""
_DENIALS = frozenset(
    [
        "no",
        "not",
        "isnt",
        "wasnt",
        "nobody",
        "never",
        "didnt",
        "dont",
        "doesnt",
        "arent",
        "havent",
        "nope",
        "nah",
        "none",
        "nothing",
        "im",
        "hes",
        "its",
    ]
)


@dataclass(frozen=True, slots=True)
class ActHead:
    """The trained numbers.

    Attributes:
        names: The acts' names, "none" among them.
        words: Features of words by their column.
        weight: (acts, words + numbers of `encoded`), in whole steps of `scale`, and beside it `bias`.
        scale: (acts,).
        bias: See `weight`.
        encoder: SHA-256 of the encoder that it was trained on.
    """

    names: tuple[str, ...]
    words: dict[str, int]
    weight: NDArray[np.int8]
    scale: Floats
    bias: Floats
    encoder: str

    def tell(self, known: Floats, spelled: frozenset[str]) -> Floats:
        """Return how likely each act is, from `encoded` and `spelled`."""
        at = [self.words[word] for word in spelled if word in self.words]
        ours, theirs = self._of(slice(len(self.words), None)), self._of(at)
        scores = ours @ known + theirs.sum(axis=1)
        found: Floats = np.exp(log_softmax(scores + self.bias))
        return found

    def _of(self, columns: slice | list[int]) -> Floats:
        weight: Floats = self.weight[:, columns].astype(np.float32) * self.scale[:, None]
        return weight


def encoded(encoder: EncoderModel, messages: Sequence[Message]) -> Floats:
    """Return the encoder's part of the features: the newest message by itself, and after our reply."""
    known = np.concatenate((encoder.read(messages[-1:]), encoder.read(messages[-2:])))
    found: Floats = ENCODED * scaled(known)
    return found


def spelled(before: str, text: str) -> frozenset[str]:
    """Return the features of words: runs of them, how it begins and ends, and how it meets our reply.

    Args:
        before: Our last reply, "" where there is none.
        text: The message.
    """
    words, ours = _tokens(text), _tokens(before)
    parts = [_tokens(part) for part in _SENTENCE.split(text.strip()) if part.strip()] or [[]]
    first, last = parts[0], parts[-1]
    runs = (
        " ".join(words[at : at + length])
        for length in range(1, LONGEST_RUN + 1)
        for at in range(len(words) - length + 1)
    )
    stems = {word[:STEM] for word in ours if len(word) > ORDINARY}
    taken_up = any(word[:STEM] in stems for word in first)
    denies = not _DENIALS.isdisjoint(first[:6])
    asked, yes_or_no = "?" in ours, _YES_OR_NO.search(before) is not None
    short = len(first) <= STEM and "?" in first
    return frozenset((
        *runs,
        *(f"^ {' '.join(first[:n])}" for n in (1, 2, 3)),
        *(f"/ {' '.join(last[:n])}" for n in (1, 2, 3)),
        *(f"$ {' '.join(last[-n:])}" for n in (1, 2, 3)),
        f"= asked {asked}",
        f"= yes or no {yes_or_no}",
        f"= taken up {taken_up} {denies} {yes_or_no}",
        f"= denies {denies} {asked} {yes_or_no}",
        f"= first {' '.join(first[:1])} {asked} {yes_or_no} {taken_up}",
        f"= asks back {short} {taken_up}",
        f"= length {min(len(words) // 4, 6)}",
        f"= mark {'?' in words} {last[-1:] == ['?']}",
    ))  # fmt: skip


def _tokens(text: str) -> list[str]:
    """Return a text's words without apostrophes, and its question marks."""
    plain = text.lower().replace("’", "'").replace("`", "'")
    return [token.replace("'", "") for token in _TOKEN.findall(plain)]


def read_act_head(path: Path = HEAD) -> ActHead:
    """Read a trained head.

    Raises:
        ModelError: The file is missing or damaged.
    """
    try:
        arrays = read_arrays(path)
        words = arrays["words"].tobytes().decode("utf-8").split("\n")
        return ActHead(
            tuple(str(name) for name in arrays["names"]),
            {word: at for at, word in enumerate(words)},
            arrays["weight"],
            arrays["scale"],
            arrays["bias"].astype(np.float32),
            str(arrays["encoder"]),
        )
    except Exception as error:  # numpy raises many kinds for a bad file
        raise ModelError(f"{path}: not the head for dialogue acts ({error}).") from error


def act_head_for(files: ModelFiles) -> ActHead | None:
    """Return the head where it was trained on a model's encoder; of another nothing is known.

    Raises:
        ModelError: The head is missing or damaged.
    """
    head = read_act_head()
    return head if trained_on(files, head.encoder) else None
