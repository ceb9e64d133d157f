"""How a person seems to feel, and what kind of reply would help, from everything said so far."""

from typing import Protocol, TypeAlias

from listenwell.core.emotions import EMOTIONS
from listenwell.core.types import Prompt, Reading, Strategy
from listenwell.embedded.encoder import EncoderModel
from listenwell.perception.themes import ThemeHead, features

Shares: TypeAlias = tuple[tuple[str, float], ...]


class EmotionReader(Protocol):
    """Reads a conversation. Knows nothing of risk, plans or replies."""

    def read(self, prompt: Prompt) -> Reading:
        """Return the probabilities of the 32 emotions, and whatever else is told."""
        ...


class EmbeddedReader:
    """The encoder's heads; one batch over the context serves them and the ranking."""

    def __init__(self, encoder: EncoderModel, themes: ThemeHead | None = None) -> None:
        """Take what reads.

        Args:
            encoder: The network and its heads.
            themes: What tells themes; without it, none are told.
        """
        self._encoder = encoder
        self._themes = themes

    def read(self, prompt: Prompt) -> Reading:
        """Return the probabilities of the 32 emotions, of the eight strategies, and of themes."""
        pooled = self._encoder.read(prompt.messages)
        emotions = self._encoder.feeling(prompt.messages)
        strategies = self._encoder.tell("strategy", pooled, turns=prompt.turns)
        return Reading(
            tuple(zip(EMOTIONS, map(float, emotions), strict=True)),
            tuple(zip(Strategy, map(float, strategies), strict=True)),
            *self._told(prompt),
        )

    def _told(self, prompt: Prompt) -> tuple[Shares, Shares]:
        """Return how likely each theme and each feeling of authored moves is."""
        if self._themes is None:
            return (), ()
        themes, feelings = self._themes.tell(features(self._encoder, prompt.messages))
        return (
            tuple(zip(self._themes.themes, map(float, themes), strict=True)),
            tuple(zip(self._themes.feelings, map(float, feelings), strict=True)),
        )


class NoReader:
    """Emotion reading switched off: says nothing about anyone."""

    def read(self, prompt: Prompt) -> Reading:
        """Return an empty reading."""
        del prompt
        return Reading()
