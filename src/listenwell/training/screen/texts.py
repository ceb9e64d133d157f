"""What the screen's learned part is trained on: texts with the danger that they show."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from listenwell.core.errors import CorpusError
from listenwell.core.types import RiskKind, RiskLevel, Subject
from listenwell.core.yaml_text import parse
from listenwell.corpora import own
from listenwell.corpora.catalogue import find_corpus, find_files, load_corpus
from listenwell.corpora.conversation import Split
from listenwell.corpora.labelled import read_posts
from listenwell.corpora.text import assign_split
from listenwell.evaluation.safety_set import SAFETY_SET, SafetyMessage, load_messages, load_talks
from listenwell.safety.screen import TOGETHER, read_as_one

ORDINARY = 8_000
"""How many messages of people in ordinary conversations are taken, of our corpus and of others."""
CHITCHAT = ("daily_dialog", "self_dialogue", "sgd", "taskmaster4")
"""Corpora of talk in which nobody is in distress: half as many messages of them all together."""
JOINED = 6
"""Of how many lines written for training one is also read at the end of a conversation."""
ASKED_ABOUT = frozenset({
    "lw-unfair-boss-e006", "lw-health-anxiety-e006", "lw-health-anxiety-c006",
    "lw-parent-with-dementia-e004", "lw-single-and-tired-of-it-e010",
})  # fmt: skip
"""Conversations of our corpus that are not called harmless: of a passport that somebody keeps, or of
blood on a tissue, a careful reader would ask more."""
POSTS = 1_500
"""How many posts of the risk corpora are taken."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text, the range that its level lies in, and how much it counts.

    Attributes:
        source: "set" for the safety set's, which the rules were written with, "authored" for lines
            written for training, "own" for the project's corpus, "ordinary" for other conversations,
            "posts" for the risk corpora.
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
    lines = list(_lines())
    found += [line for _, line in lines]
    found += _at_the_end(lines, draw)
    found += _drawn(_own(draw), ORDINARY, draw)
    if data:
        found += _drawn(_ordinary("empathetic_dialogues", data, draw), ORDINARY, draw)
        for name in CHITCHAT:
            found += _drawn(_ordinary(name, data, draw), ORDINARY // 8, draw)
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


def _lines() -> Iterator[tuple[str, Example]]:
    """Yield the lines written for training with their languages; see the folder `lines`."""
    folder = files("listenwell.training.screen").joinpath("lines")
    for path in sorted(folder.iterdir(), key=lambda item: item.name):
        for group in parse(path.read_text(encoding="utf-8")):
            for line in _of_group(group):
                yield group.get("language", "en"), line


def lines_by_language() -> dict[str, list[str]]:
    """Return the text of the lines written for training, by their language."""
    found: dict[str, list[str]] = {}
    for language, line in _lines():
        found.setdefault(language, []).append(line.text)
    return found


def _of_group(group: Mapping[str, str]) -> Iterator[Example]:
    kind = RiskKind(group["kind"]) if "kind" in group else None
    subject = Subject(group["subject"]) if "subject" in group else None
    lowest = RiskLevel[group.get("at_least", "none").upper()]
    highest = RiskLevel[group.get("at_most", "imminent").upper()]
    for line in map(str.strip, group["lines"].splitlines()):
        if line:
            yield Example(line, lowest, highest, 3.0, "authored", kind, subject, _split(line))


def _at_the_end(lines: Sequence[tuple[str, Example]], draw: random.Random) -> Iterator[Example]:
    """Yield some lines as the last of several messages: the harmless ones before are drawn."""
    before: dict[str, list[str]] = {}
    for language, line in lines:
        if line.highest <= RiskLevel.LOW and line.split == "train":
            before.setdefault(language, []).append(line.text)
    for language, line in draw.sample(lines, len(lines) // JOINED):
        said = draw.sample(before[language], draw.randint(1, 3))
        if joined := read_as_one([*said, line.text]):
            yield replace(line, text=joined)


def _own(draw: random.Random) -> Iterator[Example]:
    for row in own.read_rows():
        if row.id in ASKED_ABOUT:
            continue
        said = [turn.content for turn in row.turns[::2]]
        yield from _of_person(said, "own", _training(row.split), draw)


def _ordinary(name: str, data: Path, draw: random.Random) -> Iterator[Example]:
    """Yield what people say in a corpus of ordinary conversations, where it is here."""
    if not find_files(find_corpus(name), data):
        return
    for loaded in load_corpus(name, data):
        for talk in loaded.conversations:
            if talk.split != "test":
                said = [turn.content for turn in talk.turns if turn.role == "user"]
                yield from _of_person(said, "ordinary", _training(talk.split), draw)


def _of_person(
    said: Sequence[str], source: str, split: Split, draw: random.Random
) -> Iterator[Example]:
    """Yield the first message of somebody who is in no danger, and some read as one."""
    texts = said[:1]
    if joined := read_as_one(said[: draw.randint(2, TOGETHER)]):
        texts = [*texts, joined]
    for text in texts:
        yield Example(text, RiskLevel.NONE, RiskLevel.LOW, 0.5, source, split=split)


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
