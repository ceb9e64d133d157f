"""The guard's second look at what a generator wrote: a small head on the screen's network.

Rules know wordings; about half of what is forbidden, in words that nobody thought of, passes them. The
head was fitted on sentences that a listener must not say and on sentences near them that it may; it
only ever refuses more. Trained by `python -m listenwell.training.guard`.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from listenwell.core.errors import ModelError
from listenwell.core.recent import Recent
from listenwell.safety.guard import Guard, Verdict
from listenwell.safety.learned import pieces_of, screen_network, told_by_pieces
from listenwell.safety.normalise import plain
from listenwell.safety.streaming import sentences

HEAD = Path(__file__).with_name("guard_learned.npz")
LOOKED_AT = 2
"""Sentences at the end of a text that are looked at: those before were looked at when they came."""
SHORT = 3
"""Words up to which a sentence is left to the rules: "Mm." and "Of course." say too little."""
_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Head:
    """The trained numbers.

    Attributes:
        names: What a sentence may not do, each a label; (labels,).
        read: (1 + labels, hidden), what the network's reading tells of "forbidden", then of each label.
        spelled: (1, buckets), what its pieces of words tell of "forbidden", in whole steps of `scale`.
        scale: (1,), in nats.
        bias: (1 + labels,).
        bar: The probability from which a sentence is refused.
        network: The digest of the network that it was trained on.
    """

    names: tuple[str, ...]
    read: NDArray[np.float32]
    spelled: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]
    bar: float
    network: str


class LearnedGuard:
    """Asks the rules, then the head; either can refuse."""

    def __init__(self, rules: Guard, head: Path = HEAD) -> None:
        """Build a guard; head and network are loaded when first needed."""
        self._rules = rules
        self._path = head
        self._recent = Recent[Verdict](_REMEMBERED)

    def allows(self, text: str) -> Verdict:
        """Return the verdict on a sentence, alone or behind the ones before it.

        Raises:
            ModelError: The head or the network is missing, damaged, or not of one training; whoever
                asks takes that for a refusal (`guard.checked`).
        """
        verdict = self._rules.allows(text)
        return self._second(ending(text)) if verdict.allowed else verdict

    def _second(self, text: str) -> Verdict:
        known = self._recent.get(text)
        if known is None:
            known = self._judged(text)
            self._recent.keep(text, known)
        return known

    def _judged(self, text: str) -> Verdict:
        head = read_head(self._path)
        if len(text.split()) <= SHORT:
            return Verdict(True)
        network, digest = screen_network()
        if head.network != digest:
            raise ModelError(
                f"{self._path}: trained on another network than the screen's. "
                "Train it anew: python -m listenwell.training.guard."
            )
        part = plain(text)
        pooled = network.pool([pieces_of(network.tokenizer, part)])[0]
        scores = head.read @ pooled + head.bias
        forbidden = scores[0] + told_by_pieces(head.spelled, head.scale, part.text)[0]
        if forbidden < np.log(head.bar / (1 - head.bar)):
            return Verdict(True)
        return Verdict(False, f"learned:{head.names[int(np.argmax(scores[1:]))]}")


def ending(text: str) -> str:
    """Return the last sentences of a text."""
    return "".join(list(sentences([text]))[-LOOKED_AT:]).strip()


@lru_cache(maxsize=2)
def read_head(path: Path = HEAD) -> Head:
    """Read a trained head.

    Raises:
        ModelError: The file is missing or damaged.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            content: dict[str, Any] = {name: arrays[name] for name in arrays.files}
        return Head(
            names=tuple(str(name) for name in content["names"]),
            read=content["read"].astype(np.float32),
            spelled=content["spelled"],
            scale=np.atleast_1d(content["scale"].astype(np.float32)),
            bias=content["bias"].astype(np.float32),
            bar=float(content["bar"]),
            network=str(content["network"]),
        )
    except Exception as error:  # numpy raises many kinds for a bad file
        raise ModelError(
            f"{path}: not the guard's head ({error}). Train it: python -m listenwell.training.guard."
        ) from error
