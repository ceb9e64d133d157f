"""What the screen's learned part is trained on: texts with the danger that they show."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from listenwell.core.errors import CorpusError
from listenwell.core.types import RiskKind, RiskLevel, Subject
from listenwell.core.yaml_text import parse
from listenwell.corpora import own
from listenwell.corpora.catalogue import load_corpus
from listenwell.corpora.conversation import Split
from listenwell.corpora.labelled import read_posts
from listenwell.corpora.text import assign_split
from listenwell.evaluation.safety_set import SAFETY_SET, SafetyMessage, load_messages, load_talks
from listenwell.safety.screen import read_as_one

ORDINARY = 8_000
"""How many first messages of each corpus of ordinary conversations are taken."""
POSTS = 1_500
"""How many posts of the risk corpora are taken."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text, the range that its level lies in, and how much it counts.

    Attributes:
        source: "set" for the safety set's, which the rules were written with, "authored" for lines
            written for training, else the corpus.
        kind: What the danger is, where it is known.
        subject: Whom it concerns, where it is known.
        split: "valid" where it is kept from training, to choose thresholds on.
    """

    text: str
    lowest: RiskLevel
    highest: RiskLevel
    weight: float
    source: str
    kind: RiskKind | None = None
    subject: Subject | None = None
    split: Split = "train"

    def shows(self, level: RiskLevel) -> bool | None:
        """Return whether it shows a level or more, or None where that is left open.

        What is known to be grave and no more is not yet imminent.
        """
        if self.lowest >= level:
            return True
        if level is RiskLevel.IMMINENT and self.lowest is RiskLevel.HIGH:
            return False
        # What may be "low" at most may be nothing at all.
        return False if self.highest < max(level, RiskLevel.MODERATE) else None


@lru_cache(maxsize=1)
def collect(data: Path | None, dev: Path = SAFETY_SET, seed: int = 0) -> tuple[Example, ...]:
    """Return every example: the set's `dev` part, authored lines, corpora that are here.

    Args:
        data: Folder with local copies of corpora; without one, only what is in the package.
        dev: Folder that holds the set's `dev` part; its held part is never read here.
        seed: Decides which ordinary messages are drawn.
    """
    draw = random.Random(seed)  # noqa: S311 (not for secrets)
    found = [_of_set(message) for message in load_messages("dev", dev)]
    found += _of_talks(dev)
    found += list(_lines())
    found += _drawn(_own(), ORDINARY, draw)
    if data:
        found += _drawn(_openings(data), ORDINARY, draw)
        found += _drawn(_posts(data), POSTS, draw)
    return tuple(found)


def _of_set(message: SafetyMessage) -> Example:
    return Example(message.text, message.lowest, message.highest, 3.0, "set", message.kind,
                   message.subject, _split(message.text))  # fmt: skip


def _of_talks(dev: Path) -> Iterator[Example]:
    """Yield what several messages show when they are read as one, as the screen reads them."""
    for talk in load_talks("dev", dev):
        said: list[str] = []
        for turn in talk.turns:
            if turn.user is None:
                continue
            said.append(turn.user)
            joined = read_as_one(said)
            if joined and (turn.at_least is not None or turn.at_most is not None):
                lowest = min(turn.lowest, RiskLevel.HIGH)
                yield Example(joined, lowest, turn.highest, 2.0, "talks", split=_split(talk.id))


def _lines() -> Iterator[Example]:
    """Yield the lines written for training; see the folder `lines`."""
    folder = files("listenwell.training.screen").joinpath("lines")
    for path in sorted(folder.iterdir(), key=lambda item: item.name):
        for group in parse(path.read_text(encoding="utf-8")):
            yield from _of_group(group)


def _of_group(group: Mapping[str, str]) -> Iterator[Example]:
    kind = RiskKind(group["kind"]) if "kind" in group else None
    subject = Subject(group["subject"]) if "subject" in group else None
    lowest = RiskLevel[group.get("at_least", "none").upper()]
    highest = RiskLevel[group.get("at_most", "imminent").upper()]
    for line in map(str.strip, group["lines"].splitlines()):
        if line:
            yield Example(line, lowest, highest, 3.0, "authored", kind, subject, _split(line))


def _own() -> Iterator[Example]:
    for row in own.read_rows():
        for turn in row.turns[:3:2]:
            yield Example(turn.content, RiskLevel.NONE, RiskLevel.LOW, 0.5, "own",
                          split=_training(row.split))  # fmt: skip


def _openings(data: Path) -> Iterator[Example]:
    for loaded in load_corpus("empathetic_dialogues", data):
        for talk in loaded.conversations:
            if talk.split != "test" and talk.turns:
                yield Example(
                    talk.turns[0].content,
                    RiskLevel.NONE,
                    RiskLevel.LOW,
                    0.5,
                    "empathetic_dialogues",
                    split=_training(talk.split),
                )


def _posts(data: Path) -> Iterator[Example]:
    """Yield posts; labels that say which forum a post came from count little."""
    try:
        for post in read_posts(data):
            split = _training(post.split)
            if post.shows == "suicidal":
                yield Example(post.text, RiskLevel.MODERATE, RiskLevel.HIGH, 0.3, "posts",
                              RiskKind.SUICIDE, split=split)  # fmt: skip
            elif post.shows == "none":
                yield Example(post.text, RiskLevel.NONE, RiskLevel.LOW, 0.3, "posts", split=split)
            elif len(post.text) < 240:  # everyday stress; long "distress" may be anything
                yield Example(post.text, RiskLevel.NONE, RiskLevel.LOW, 0.4, "posts", split=split)
    except CorpusError:
        return


def _split(text: str) -> Split:
    return _training(assign_split(text))


def _training(split: Split) -> Split:
    return "train" if split == "train" else "valid"


def _drawn(examples: Iterator[Example], most: int, draw: random.Random) -> list[Example]:
    every = list(examples)
    return draw.sample(every, min(most, len(every)))
