"""How a person seems to feel, and what kind of reply would help, from everything said so far."""

from typing import Protocol

from listenwell.core.emotions import EMOTIONS
from listenwell.core.types import Prompt, Reading, Strategy
from listenwell.embedded.encoder import EncoderModel


class EmotionReader(Protocol):
    """Reads a conversation. Knows nothing of risk, plans or replies."""

    def read(self, prompt: Prompt) -> Reading:
        """Return the probabilities of the 32 emotions, and of strategies where they are told."""
        ...


class EmbeddedReader:
    """The encoder's heads; one batch over the context serves them and the ranking."""

    def __init__(self, encoder: EncoderModel) -> None:
        self._encoder = encoder

    def read(self, prompt: Prompt) -> Reading:
        """Return the probabilities of the 32 emotions and of the eight strategies."""
        pooled = self._encoder.read(prompt.messages)
        emotions = self._encoder.feeling(prompt.messages)
        strategies = self._encoder.tell("strategy", pooled, turns=prompt.turns)
        return Reading(
            tuple(zip(EMOTIONS, map(float, emotions), strict=True)),
            tuple(zip(Strategy, map(float, strategies), strict=True)),
        )


class NoReader:
    """Emotion reading switched off: says nothing about anyone."""

    def read(self, prompt: Prompt) -> Reading:
        """Return an empty reading."""
        del prompt
        return Reading()
