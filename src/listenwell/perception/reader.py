"""How a person seems to feel, from everything said so far."""

from typing import Protocol

import numpy as np

from listenwell.core.emotions import EMOTIONS
from listenwell.core.types import Prompt, Reading
from listenwell.embedded.session import EmbeddedModel


class EmotionReader(Protocol):
    """Reads a conversation. Knows nothing of risk, plans or replies."""

    def read(self, prompt: Prompt) -> Reading:
        """Return the probabilities of the 32 emotions."""
        ...


class EmbeddedReader:
    """The embedded model's emotion head; the generator reuses the same pass over the context."""

    def __init__(self, model: EmbeddedModel) -> None:
        self._model = model

    def read(self, prompt: Prompt) -> Reading:
        """Return the probabilities of the 32 emotions."""
        scores = self._model.encode(self._model.tokenizer.context(prompt.messages)).emotions
        raised = np.exp(scores - scores.max())
        shares = raised / raised.sum()
        return Reading(tuple(zip(EMOTIONS, (float(share) for share in shares), strict=True)))


class NoReader:
    """Emotion reading switched off: says nothing about anyone."""

    def read(self, prompt: Prompt) -> Reading:
        """Return an empty reading."""
        del prompt
        return Reading()
