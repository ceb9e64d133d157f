"""ESConv, emotional support conversations with strategies (Liu et al. 2021, arXiv:2106.01144)."""

from pathlib import Path
from typing import cast

from listenwell.core.types import Role
from listenwell.corpora.conversation import (
    Conversation,
    Loaded,
    RowLog,
    Split,
    Utterance,
    merge_same_role,
)
from listenwell.corpora.messages import known_strategy
from listenwell.corpora.records import (
    MalformedRow,
    Record,
    collect,
    kind_of,
    read_records,
    usable_text,
)
from listenwell.corpora.text import assign_split, digest

EXPECTED = "a JSON list of objects with `dialog`, a list of {speaker, annotation, content}"

SPEAKERS: dict[object, Role] = {"seeker": "user", "supporter": "assistant"}

# The nouns of ESConv that have the same word among the 32 emotions. "depression", "nervousness"
# and "pain" have none and stay unlabelled rather than be guessed.
EMOTIONS = {
    "anger": "angry", "anxiety": "anxious", "disgust": "disgusted", "fear": "afraid",
    "guilt": "guilty", "jealousy": "jealous", "sadness": "sad", "shame": "ashamed",
}  # fmt: skip


def load(path: Path, split: Split | None = None) -> Loaded:
    """Read `ESConv.json`; the seeker is the user and the supporter the assistant.

    Args:
        path: The file.
        split: The split of every conversation; by default each is divided by its content, since
            the release has no split and copies differ in which dialogues they hold.

    Raises:
        CorpusError: The file is missing, cut off, of another shape or mostly malformed.
    """
    log = RowLog(str(path))
    return collect(path, log, read_records(path, log), lambda r: _conversation(r, split), EXPECTED)


def _conversation(record: Record, split: Split | None) -> Conversation:
    dialog = record.values.get("dialog")
    if not isinstance(dialog, list):
        raise MalformedRow(f"`dialog` is {kind_of(dialog)}, not a list")
    turns = merge_same_role([_turn(number, item) for number, item in enumerate(dialog, 1)])
    if len(turns) < 2:
        raise MalformedRow("`dialog` has turns of one side only")
    said = " ".join(turn.content for turn in turns)
    return Conversation(
        f"esconv-{digest(said)}",
        turns,
        split or assign_split(said),
        emotion=EMOTIONS.get(record.label("emotion_type") or ""),
        situation=record.label("situation"),
        topic=record.label("problem_type"),
    )


def _turn(number: int, item: object) -> Utterance:
    if not isinstance(item, dict):
        raise MalformedRow(f"turn {number} is {kind_of(item)}, not an object")
    role = SPEAKERS.get(cast("str", item.get("speaker")))
    if role is None:
        raise MalformedRow(f"turn {number} is by {item.get('speaker')!r}, not seeker or supporter")
    content = usable_text(f"turn {number}", item.get("content"))
    annotation = item.get("annotation")
    name = annotation.get("strategy") if isinstance(annotation, dict) else None
    strategy = known_strategy(name) if role == "assistant" and isinstance(name, str) else None
    return Utterance(role, content, strategy=strategy)
