"""What the newest message tells: themes such as "ignored" or "waits", and the feeling to speak to.

A linear head on the shared encoder, taught by `corpora/listenwell/told.jsonl` (`python -m
listenwell.training.themes`). The 32 emotions say how a situation is usually felt; this says what
happened in a message, of which hardly any word may be known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from listenwell.core.errors import ModelError
from listenwell.core.types import Message
from listenwell.embedded.encoder import EncoderModel
from listenwell.embedded.files import ENCODER, ModelFiles, manifest_of
from listenwell.embedded.session import Floats, log_softmax, read_arrays

LENGTH = 10.0
HEAD = Path(__file__).parent / "themes.npz"


@dataclass(frozen=True, slots=True)
class ThemeHead:
    """The trained numbers.

    Attributes:
        themes: The themes' names.
        feelings: The feelings' names.
        weight: (themes + feelings, numbers of `features`), and beside it `bias`.
        bias: See `weight`.
        encoder: SHA-256 of the encoder that it was trained on.
    """

    themes: tuple[str, ...]
    feelings: tuple[str, ...]
    weight: Floats
    bias: Floats
    encoder: str

    def tell(self, known: Floats) -> tuple[Floats, Floats]:
        """Return how likely each theme is, and each feeling, from `features`."""
        scores = self.weight @ known + self.bias
        told, felt = scores[: len(self.themes)], scores[len(self.themes) :]
        return 1 / (1 + np.exp(-told)), np.exp(log_softmax(felt))


def features(encoder: EncoderModel, messages: Sequence[Message]) -> Floats:
    """Return what the head weighs: the newest message by itself, and in its conversation."""
    return scaled(np.concatenate((encoder.read(messages[-1:]), encoder.read(messages))))


def scaled(known: Floats) -> Floats:
    """Return vectors at one length, which the penalty of the fit was chosen for."""
    found: Floats = LENGTH * known / np.linalg.norm(known, axis=-1, keepdims=True)
    return found


def read_theme_head(path: Path = HEAD) -> ThemeHead:
    """Read a trained head.

    Raises:
        ModelError: The file is missing or damaged.
    """
    try:
        arrays = read_arrays(path)
        names = [str(name) for name in arrays["names"]]
        count = int(arrays["themes"])
        weight = arrays["weight"].astype(np.float32) * arrays["scale"][:, None]
        return ThemeHead(
            tuple(names[:count]),
            tuple(names[count:]),
            weight,
            arrays["bias"].astype(np.float32),
            str(arrays["encoder"]),
        )
    except Exception as error:  # numpy raises many kinds for a bad file
        raise ModelError(f"{path}: not the head for themes ({error}).") from error


def head_for(files: ModelFiles) -> ThemeHead | None:
    """Return the head where it was trained on a model's encoder; of another nothing is known.

    Raises:
        ModelError: The head is missing or damaged.
    """
    head = read_theme_head()
    return head if trained_on(files, head.encoder) else None


def trained_on(files: ModelFiles, digest: str) -> bool:
    """Whether a model's encoder is the one of this SHA-256, on which a head was trained."""
    return bool(manifest_of(files.folder)["sha256"].get(ENCODER) == digest)
