"""How a person seems to feel, and what kind of reply would help, from everything said so far."""

from typing import Protocol, TypeAlias

from listenwell.core.emotions import EMOTIONS
from listenwell.core.recent import Recent
from listenwell.core.types import Message, Prompt, Reading, Strategy
from listenwell.embedded.encoder import EncoderModel
from listenwell.perception.acts import ActHead, encoded, spelled
from listenwell.perception.themes import ThemeHead, features

OPENING = Message("assistant", "Go on.")
REMEMBERED = 32
"""Readings that are kept: what was said before is looked back to many times in a turn."""
Shares: TypeAlias = tuple[tuple[str, float], ...]


class EmotionReader(Protocol):
    """Reads a conversation. Knows nothing of risk, plans or replies."""

    def read(self, prompt: Prompt) -> Reading:
        """Return the probabilities of the 32 emotions, and whatever else is told."""
        ...


class EmbeddedReader:
    """The encoder's heads; one batch over the context serves them and the ranking."""

    def __init__(
        self,
        encoder: EncoderModel,
        themes: ThemeHead | None = None,
        acts: ActHead | None = None,
    ) -> None:
        """Take what reads.

        Args:
            encoder: The network and its heads.
            themes: What tells themes; without it, none are told.
            acts: What tells dialogue acts, likewise.
        """
        self._encoder = encoder
        self._themes = themes
        self._acts = acts
        self._recent = Recent[Reading](REMEMBERED)

    def read(self, prompt: Prompt) -> Reading:
        """Return the probabilities of the 32 emotions, of the strategies, of themes and of acts."""
        key = prompt.messages, prompt.turns
        known = self._recent.get(key)
        if known is None:
            known = self._read(prompt)
            self._recent.keep(key, known)
        return known

    def _read(self, prompt: Prompt) -> Reading:
        pooled = self._encoder.read(prompt.messages)
        emotions = self._encoder.feeling(prompt.messages)
        strategies = self._encoder.tell("strategy", pooled, turns=prompt.turns)
        return Reading(
            tuple(zip(EMOTIONS, map(float, emotions), strict=True)),
            tuple(zip(Strategy, map(float, strategies), strict=True)),
            *self._told(prompt),
            _acts_of(self._encoder, self._acts, prompt),
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


class ActReader(NoReader):
    """Emotion reading switched off, too: tells only what a message asks of the listener."""

    def __init__(self, encoder: EncoderModel, acts: ActHead | None) -> None:
        self._encoder = encoder
        self._acts = acts

    def read(self, prompt: Prompt) -> Reading:
        """Return the probabilities of dialogue acts and nothing else."""
        return Reading(acts=_acts_of(self._encoder, self._acts, prompt))


def _acts_of(encoder: EncoderModel, head: ActHead | None, prompt: Prompt) -> Shares:
    """Return how likely the newest message does each dialogue act."""
    if head is None or not prompt.messages:
        return ()
    newest, before = prompt.messages[-1], prompt.messages[-2:-1]
    # A first message is read as if we had said next to nothing before it: none was learned alone.
    spoken = before if before and before[0].role == "assistant" else (OPENING,)
    known = encoded(encoder, (*spoken, newest))
    shares = head.tell(known, spelled(spoken[0].content, newest.content))
    return tuple(zip(head.names, map(float, shares), strict=True))
