"""What a corpus holds, in figures: pure functions from loaded files to counts."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from listenwell.corpora.conversation import SPLITS, Conversation, Loaded
from listenwell.corpora.records import content_key
from listenwell.corpora.text import letters_and_digits

_WORD = re.compile(r"\w+(?:['’]\w+)*")

Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many turns one side has, and how many words a turn."""

    turns: int
    mean_words: float
    median_words: float
    longest: int


@dataclass(frozen=True, slots=True)
class Across:
    """How many texts occur in more than one split, which makes a test too easy."""

    conversations: int
    openings: int
    situations: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Everything `listenwell data stats` shows.

    Attributes:
        vocabulary: How many different words occur, in lower case.
        splits: Conversations in each split.
        emotions: Conversations with each emotion, most frequent first.
        strategies: Replies with each strategy, most frequent first.
    """

    rows: int
    malformed: int
    duplicates: int
    conversations: int
    turns: int
    mean_turns: float
    words: int
    vocabulary: int
    user: Lengths
    assistant: Lengths
    splits: Counts
    emotions: Counts
    strategies: Counts
    across_splits: Across


def summarise(loaded: Sequence[Loaded]) -> Statistics:
    """Count what a corpus holds, over all of its files."""
    conversations = [each for file in loaded for each in file.conversations]
    turns = [turn for conversation in conversations for turn in conversation.turns]
    vocabulary = Counter(word for turn in turns for word in words(turn.content.lower()))
    in_split = Counter(conversation.split for conversation in conversations)
    return Statistics(
        rows=sum(file.rows for file in loaded),
        malformed=sum(len(file.malformed) for file in loaded),
        duplicates=sum(file.duplicates for file in loaded),
        conversations=len(conversations),
        turns=len(turns),
        mean_turns=_mean([len(conversation.turns) for conversation in conversations]),
        words=vocabulary.total(),
        vocabulary=len(vocabulary),
        user=_lengths(turn.content for turn in turns if turn.role == "user"),
        assistant=_lengths(turn.content for turn in turns if turn.role == "assistant"),
        splits={split: in_split[split] for split in SPLITS if in_split[split]},
        emotions=_ranked(conversation.emotion for conversation in conversations),
        strategies=_ranked(turn.strategy for turn in turns),
        across_splits=find_repeats(conversations),
    )


def words(text: str) -> Iterator[str]:
    """Yield the words of a text; "don't" is one."""
    return (match.group() for match in _WORD.finditer(text))


def find_repeats(conversations: Sequence[Conversation]) -> Across:
    """Count whole conversations, opening messages and situations that several splits share."""
    return Across(
        conversations=_in_several(conversations, content_key),
        openings=_in_several(conversations, _opening),
        situations=_in_several(conversations, lambda c: c.situation),
    )


def _opening(conversation: Conversation) -> str | None:
    return next((turn.content for turn in conversation.turns if turn.role == "user"), None)


def _in_several(
    conversations: Iterable[Conversation], key: Callable[[Conversation], str | None]
) -> int:
    splits: dict[str, set[str]] = defaultdict(set)
    for conversation in conversations:
        text = key(conversation)
        if text:
            splits[letters_and_digits(text)].add(conversation.split)
    return sum(len(found) > 1 for found in splits.values())


def _lengths(texts: Iterable[str]) -> Lengths:
    counts = [sum(1 for _ in words(text)) for text in texts]
    middle = float(median(counts)) if counts else 0.0
    return Lengths(len(counts), _mean(counts), middle, max(counts, default=0))


def _mean(counts: Sequence[int]) -> float:
    return round(fmean(counts), 2) if counts else 0.0


def _ranked(labels: Iterable[str | None]) -> Counts:
    counts = Counter(label for label in labels if label)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
