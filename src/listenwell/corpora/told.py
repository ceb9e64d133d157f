"""What messages tell, as readers saw it: themes, and the feeling that a good listener would speak to.

Every line of `listenwell/told.jsonl` holds a conversation, by its turn in our corpus or in full, the
feeling and the themes of its newest message, and its split, where that is not told otherwise.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from listenwell.core.types import Message
from listenwell.corpora import own
from listenwell.corpora.conversation import Split
from listenwell.corpora.judged import Conversation, read_lines

TOLD = own.FOLDER / "told.jsonl"


@dataclass(frozen=True, slots=True)
class Told:
    """A conversation and what its newest message tells.

    Attributes:
        messages: The conversation, its newest message the person's.
        feeling: The feeling to speak to ("sadness", "plain").
        themes: What it tells, most fitting first; often none.
        split: The conversation's.
    """

    messages: tuple[Message, ...]
    feeling: str
    themes: tuple[str, ...]
    split: Split


def read_told(path: Path = TOLD) -> Iterator[Told]:
    """Yield every message of which readers said what it tells.

    Raises:
        CorpusError: The file is missing, or a line of it is not as it must be.
    """
    return read_lines(path, _told, "labelled message")


def _told(found: Mapping[str, Any], conversation: Conversation) -> Told:
    feeling, themes = found["feeling"], found["themes"]
    if not isinstance(feeling, str) or not all(isinstance(theme, str) for theme in themes):
        raise ValueError("a feeling and themes are words")
    return Told(conversation[0], feeling, tuple(themes), conversation[1])
