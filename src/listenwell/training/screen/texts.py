"""What the screen's learned part is trained on: texts with the danger that they show."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from listenwell.core.errors import CorpusError
from listenwell.core.types import Message, RiskKind, RiskLevel, Subject
from listenwell.core.yaml_text import parse
from listenwell.corpora import own
from listenwell.corpora.catalogue import find_corpus, find_files, load_corpus
from listenwell.corpora.conversation import Split
from listenwell.corpora.labelled import read_posts
from listenwell.corpora.text import assign_split
from listenwell.evaluation.safety_set import (
    SAFETY_SET,
    SafetyMessage,
    SafetyTalk,
    load_messages,
    load_talks,
    read_talks,
)

LINES = Path(__file__).with_name("lines")
"""Messages written for training."""
TALKS = Path(__file__).with_name("talks")
"""Conversations written for training, and such that people held with Listenwell, all in no danger."""
ORDINARY = 8_000
"""How many messages of people in ordinary conversations of other corpora are taken; of ours, all."""
ALONE = 5
"""Words that a message of our corpus must have to be read without what was said before it, too."""
CHITCHAT = ("daily_dialog", "self_dialogue", "sgd", "taskmaster4")
"""Corpora of talk in which nobody is in distress: half as many messages of them all together."""
JOINED = 6
"""Of how many lines written for training one is also read at the end of a conversation."""
PASSING = 10
"""Of how many lines one is also read in the middle of a longer harmless message of its language."""
SHORT = 160
"""Letters that what stands around it has at most, before and after each."""
ANSWERED = 0.6
"""The share of those, in English, before which a listener spoke, too."""
ASKED_ABOUT = frozenset({
    "lw-unfair-boss-e006", "lw-health-anxiety-e006", "lw-health-anxiety-c006",
    "lw-parent-with-dementia-e004", "lw-single-and-tired-of-it-e010",
})  # fmt: skip
"""Conversations of our corpus that are not called harmless: of a passport that somebody keeps, or of
blood on a tissue, a careful reader would ask more."""
KEPT = "kept"
"""What a group of lines says whose author is kept from training whole, and the folder of such
conversations: other people's hands are told less surely than other lines of a hand that is known."""
POSTS = 1_500
"""How many posts of the risk corpora are taken."""
BY_LEVELS = ("strangers", "talks-strangers")
"""How the names of files begin whose authors wrote by the table of levels, and told imminent from high."""


@dataclass(frozen=True, slots=True)
class Example:
    """A message, the range that its level lies in, and how much it counts.

    Attributes:
        source: "set" for the safety set's, which the rules were written with, "authored" for lines
            written for training, "own" for the project's corpus, "torn" for its messages without what was said before them,
            "ordinary" for other conversations,
            "posts" for the risk corpora.
        kind: What the danger is, where it is known.
        subject: Whom it concerns, where it is known.
        split: "valid" where it is kept from training, to choose thresholds on.
        before: What was said before it, where its level is that of a conversation up to it.
        file: The file of lines or conversations that it stands in, without its ending; "" elsewhere.
        kept: Whether nothing of its author is learned.
    """

    text: str
    lowest: RiskLevel
    highest: RiskLevel
    weight: float
    source: str
    kind: RiskKind | None = None
    subject: Subject | None = None
    split: Split = "train"
    before: tuple[Message, ...] = ()
    file: str = ""
    kept: bool = False

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

    def teaches(self, level: RiskLevel) -> bool | None:
        """Return whether it shows a level or more as the head learns it, None where it teaches nothing.

        How pressing a danger is is asked of what is grave only, and learned only from authors who
        told the two apart.
        """
        if level is not RiskLevel.IMMINENT:
            return self.shows(level)
        told_apart = self.source == "set" or self.file.startswith(BY_LEVELS)
        return self.shows(level) if told_apart and self.lowest >= RiskLevel.HIGH else None


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
    found += _at_the_end(lines, _openings(draw), draw)
    found += _in_passing(lines, draw)
    found += _own(draw)
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
    """Yield what conversations show up to each of the person's messages but the first."""
    for talk in load_talks("dev", dev):
        yield from _of_talk(talk, _split(talk.id), "")
    for path in _files_of_talks():
        kept = path.parent.name == KEPT
        for talk in read_talks(path.parent, path.name):
            split: Split = "valid" if kept else _split(talk.id)
            yield from _of_talk(talk, split, path.stem, kept=kept)


def _of_talk(talk: SafetyTalk, split: Split, file: str, *, kept: bool = False) -> Iterator[Example]:
    before: tuple[Message, ...] = ()
    for turn in talk.turns:
        judged = turn.at_least is not None or turn.at_most is not None
        if turn.role == "user" and before and judged:
            yield Example(turn.text, turn.lowest, turn.highest, 2.0, "talks", talk.kind,
                          talk.subject, split, before, file, kept)  # fmt: skip
        before = (*before, Message(turn.role, turn.text))


def _lines() -> Iterator[tuple[str, Example]]:
    """Yield the lines written for training with their languages; see the folder `lines`."""
    for path in sorted(LINES.glob("*.yaml")):
        for group in parse(path.read_text(encoding="utf-8")):
            for line in _of_group(group, path.stem):
                yield group.get("language", "en"), line


def files_of_lines() -> set[str]:
    """Return the names of the files of lines and conversations, without their endings."""
    return {path.stem for path in (*LINES.glob("*.yaml"), *_files_of_talks())}


def _files_of_talks() -> list[Path]:
    return sorted(TALKS.glob("**/talks-*.yaml"))


def lines_by_language() -> dict[str, list[str]]:
    """Return the text of the lines written for training, by their language."""
    found: dict[str, list[str]] = {}
    for language, line in _lines():
        found.setdefault(language, []).append(line.text)
    return found


def _of_group(group: Mapping[str, str], file: str = "") -> Iterator[Example]:
    kind = RiskKind(group["kind"]) if "kind" in group else None
    subject = Subject(group["subject"]) if "subject" in group else None
    lowest = RiskLevel[group.get("at_least", "none").upper()]
    highest = RiskLevel[group.get("at_most", "imminent").upper()]
    for line in map(str.strip, group["lines"].splitlines()):
        if line:
            kept = KEPT in group
            split: Split = "valid" if kept else _split(line)
            yield Example(line, lowest, highest, 3.0, "authored", kind, subject, split,
                          file=file, kept=kept)  # fmt: skip


def _at_the_end(
    lines: Sequence[tuple[str, Example]],
    talks: Sequence[tuple[Message, ...]],
    draw: random.Random,
) -> Iterator[Example]:
    """Yield some lines as the last message of a conversation that was harmless before.

    Args:
        lines: Lines with their languages.
        talks: Harmless conversations in English, each ending with the listener.
        draw: Decides which.
    """
    harmless = _harmless_lines(lines)
    for language, line in draw.sample(lines, len(lines) // JOINED):
        if language == "en" and talks and draw.random() < ANSWERED:
            before = draw.choice(talks)
        else:
            said = draw.sample(harmless[language], draw.randint(1, 3))
            before = tuple(Message("user", text) for text in said)
        yield replace(line, before=before)


def _in_passing(lines: Sequence[tuple[str, Example]], draw: random.Random) -> Iterator[Example]:
    """Yield some lines in the middle of an ordinary message, as grave things are often said.

    Args:
        lines: Lines with their languages.
        draw: Decides which, and what stands around them.
    """
    around = {
        language: [text for text in texts if len(text) <= SHORT]
        for language, texts in _harmless_lines(lines).items()
    }
    # Bars are set on what people wrote, and not on what was put together.
    learned = [(language, line) for language, line in lines if line.split == "train"]
    for language, line in draw.sample(learned, len(learned) // PASSING):
        first, last = draw.sample(around[language], 2)
        yield replace(line, text=" ".join(map(_ended, (first, line.text, last))))


def _ended(text: str) -> str:
    """Return a text with a full stop where it has no end of its own."""
    return text if text.endswith((*".!?…。！？؟।)", "😂")) else f"{text}."


def _harmless_lines(lines: Sequence[tuple[str, Example]]) -> dict[str, list[str]]:
    """Return the text of training lines that show no danger, by language."""
    found: dict[str, list[str]] = {}
    for language, line in lines:
        if line.highest <= RiskLevel.LOW and line.split == "train":
            found.setdefault(language, []).append(line.text)
    return found


def _own(draw: random.Random) -> Iterator[Example]:
    for split, turns in _own_talks():
        yield from _harmless(turns, "own", _training(split), draw)
        # Quirky and short, they are what the network takes for danger. No bar is set by them: where
        # something was said before, a message is read with it.
        for turn in turns[1:]:
            if turn.role == "user" and len(turn.content.split()) >= ALONE:
                yield Example(turn.content, RiskLevel.NONE, RiskLevel.LOW, 0.5, "torn",
                              split=_training(split))  # fmt: skip


def _openings(draw: random.Random) -> list[tuple[Message, ...]]:
    """Return how conversations of our corpus begin, up to a reply."""
    return [turns[: 2 * draw.randint(1, 2)] for split, turns in _own_talks() if split == "train"]


def _own_talks() -> Iterator[tuple[Split, tuple[Message, ...]]]:
    """Yield the conversations of our corpus that are called harmless, with their split."""
    for row in own.read_rows():
        if row.id not in ASKED_ABOUT:
            yield row.split, tuple(Message(turn.role, turn.content) for turn in row.turns)


def _ordinary(name: str, data: Path, draw: random.Random) -> Iterator[Example]:
    """Yield what people say in a corpus of ordinary conversations, where it is here."""
    if not find_files(find_corpus(name), data):
        return
    for loaded in load_corpus(name, data):
        for talk in loaded.conversations:
            if talk.split != "test":
                turns = [turn.message for turn in talk.turns]
                yield from _harmless(turns, "ordinary", _training(talk.split), draw)


def _harmless(
    turns: Sequence[Message], source: str, split: Split, draw: random.Random
) -> Iterator[Example]:
    """Yield the first message of somebody who is in no danger, and a later one where it was said."""
    said = [place for place, turn in enumerate(turns) if turn.role == "user"]
    for place in (said[0], *draw.sample(said[1:], min(1, len(said) - 1))) if said else ():
        yield Example(turns[place].content, RiskLevel.NONE, RiskLevel.LOW, 0.5, source,
                      split=split, before=tuple(turns[:place]))  # fmt: skip


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
