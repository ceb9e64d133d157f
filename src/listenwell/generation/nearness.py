"""How near authored sentences are to what was said, and how good as replies, by the shared encoder."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from listenwell.core.recent import Recent
from listenwell.core.types import Message
from listenwell.embedded.encoder import EncoderModel, unit
from listenwell.embedded.session import Floats

KEPT = 1024
"""Sentences whose vectors are kept, beside those that came with the models."""
COMMON = 0.5
"""The share of a sentence's nearness to a mere greeting that is taken off: it is near to everything."""


class Nearness(Protocol):
    """Tells which of several sentences belong to a conversation, and which would answer it well."""

    def of(self, messages: Sequence[Message], texts: Sequence[str]) -> Sequence[float]:
        """Return how near each text is to the conversation, about -0.5 to 0.7."""
        ...

    def appropriate(self, messages: Sequence[Message], texts: Sequence[str]) -> Sequence[float]:
        """Return how good each text would be as a reply, from 0 (wrong) over 0.6 (passable) to 2 (good).

        Each is read together with the conversation, so this takes far longer than `of`.
        """
        ...


class EncodedNearness:
    """Cosines between vectors, each sentence's computed once at most."""

    def __init__(self, encoder: EncoderModel, known: Mapping[str, Floats] | None = None) -> None:
        """Start with what is known.

        Args:
            encoder: What reads.
            known: Its unit vectors of sentences that need not be read again.
        """
        self._encoder = encoder
        self._given = known or {}
        self._known = Recent[Floats](KEPT)
        self._greeting = unit(encoder.read([Message("user", "hi")]))

    def of(self, messages: Sequence[Message], texts: Sequence[str]) -> Sequence[float]:
        """Return how near each text is to the conversation."""
        if not texts:
            return []
        vectors = np.stack(self._vectors(texts))
        asked = unit(self._encoder.read(messages))
        near: list[float] = (vectors @ (asked - COMMON * self._greeting)).tolist()
        return near

    def appropriate(self, messages: Sequence[Message], texts: Sequence[str]) -> Sequence[float]:
        """Return how good each text would be as a reply."""
        found: list[float] = self._encoder.appropriate(messages, texts).tolist() if texts else []
        return found

    def _vectors(self, texts: Sequence[str]) -> list[Floats]:
        found = {text: self._vector(text) for text in dict.fromkeys(texts)}
        new = [text for text, vector in found.items() if vector is None]
        for text, vector in zip(new, self._encoder.replies(new) if new else (), strict=True):
            found[text] = vector
            self._known.keep(text, vector)
        return [vector for text in texts if (vector := found[text]) is not None]

    def _vector(self, text: str) -> Floats | None:
        given = self._given.get(text)
        return self._known.get(text) if given is None else given
