"""Messages labelled with their dialogue act: what they ask of the listener, or put right.

Every line of `listenwell/acts.jsonl` holds our last reply and a message, and the act, by the name of
its lines in `dialogue/moves/answers.yaml`, or "none". Most were written for this; some are "heard":
from whole conversations that people held with Listenwell for the project.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from listenwell.core.types import Message
from listenwell.corpora import own
from listenwell.corpora.conversation import Split
from listenwell.corpora.judged import Conversation, read_lines

ACTS = own.FOLDER / "acts.jsonl"


@dataclass(frozen=True, slots=True)
class Act:
    """A message and what it does.

    Attributes:
        messages: Our last reply and the message.
        name: The act ("should", "put_right"), or "none".
        split: "valid" for those heard of some people, of whom nothing else is here.
        heard: Whether it is from a conversation, where few messages do anything.
    """

    messages: tuple[Message, ...]
    name: str
    split: Split
    heard: bool = False


def read_acts(path: Path = ACTS) -> Iterator[Act]:
    """Yield every labelled message.

    Raises:
        CorpusError: The file is missing, or a line of it is not as it must be.
    """
    return read_lines(path, _act, "labelled message")


def _act(found: Mapping[str, Any], conversation: Conversation) -> Act:
    if not isinstance(found["act"], str):
        raise ValueError("an act is a word")
    return Act(conversation[0], found["act"], conversation[1], bool(found.get("heard")))
