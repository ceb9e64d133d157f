"""Conversations that repeat others, and those that learning and measuring would share."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from listenwell.corpora.conversation import Conversation
from listenwell.corpora.quality import near_duplicates
from listenwell.corpora.records import content_key
from listenwell.corpora.text import letters_and_digits

LAST = ("train", "valid", "test")
"""Of two that are alike, the one whose split comes first here is left out."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Two conversations that say the same.

    Attributes:
        kind: "exact" apart from case, spacing and punctuation; "near" when most word triples of
            both sides are shared.
        one: Index of the one to leave out.
        other: Index of the one to keep.
    """

    kind: str
    one: int
    other: int


@dataclass(frozen=True, slots=True)
class Leaks:
    """What several splits share, which makes a measurement too good.

    Attributes:
        exact: Whole conversations.
        near: Conversations that are nearly the same.
        openings: First messages; a model has then seen the question.
    """

    exact: int
    near: int
    openings: int

    @property
    def found(self) -> bool:
        """Whether anything leaks."""
        return bool(self.exact or self.near or self.openings)


def find_alike(conversations: Sequence[Conversation]) -> list[Alike]:
    """Return pairs of conversations that say the same, each left-out one once."""
    found: dict[int, Alike] = {}
    first: dict[str, int] = {}
    for index in _kept_first(conversations):
        key = content_key(conversations[index])
        if key in first:
            found[index] = Alike("exact", index, first[key])
        first.setdefault(key, index)
    for one, other in _near(conversations):
        if one not in found and other not in found:
            found[one] = Alike("near", one, other)
    return list(found.values())


def without_alike(conversations: Sequence[Conversation]) -> tuple[Conversation, ...]:
    """Return the conversations without repeats; measuring rows win over learning rows."""
    left_out = {each.one for each in find_alike(conversations)}
    return tuple(c for index, c in enumerate(conversations) if index not in left_out)


def without_known_openings(conversations: Sequence[Conversation]) -> tuple[Conversation, ...]:
    """Return the conversations without training rows whose opening a measuring row has, too."""
    known = {_opening(c) for c in conversations if c.split != "train" and _long_opening(c)}
    return tuple(c for c in conversations if c.split != "train" or _opening(c) not in known)


def find_leaks(conversations: Sequence[Conversation]) -> Leaks:
    """Count what conversations of different splits share."""
    across = [
        each.kind
        for each in find_alike(conversations)
        if conversations[each.one].split != conversations[each.other].split
    ]
    long = [c for c in conversations if _long_opening(c)]
    return Leaks(across.count("exact"), across.count("near"), _in_several(long, _opening))


def _near(conversations: Sequence[Conversation]) -> Iterator[tuple[int, int]]:
    """Yield (leave out, keep): both sides of the two are nearly the same.

    Many people answer one question, and some answer many questions with one text; neither is a
    repeat of the conversation.
    """
    listeners = _pairs(conversations, "assistant")
    people = _pairs(conversations, "user")
    rank = {index: place for place, index in enumerate(_kept_first(conversations))}
    for pair in sorted(listeners):
        same = _said(conversations[pair[0]], "user") == _said(conversations[pair[1]], "user")
        if same or pair in people:
            keep, leave = sorted(pair, key=rank.__getitem__)
            yield leave, keep


def _pairs(conversations: Sequence[Conversation], role: str) -> set[tuple[int, int]]:
    texts = ((str(index), _said(c, role)) for index, c in enumerate(conversations))
    return {
        (min(int(one), int(other)), max(int(one), int(other)))
        for one, other, _ in near_duplicates(texts)
    }


def _said(conversation: Conversation, role: str) -> str:
    return " ".join(turn.content for turn in conversation.turns if turn.role == role)


def _kept_first(conversations: Sequence[Conversation]) -> list[int]:
    """Return indices in the order in which they are kept: test, valid, then train."""
    return sorted(range(len(conversations)), key=lambda n: (-LAST.index(conversations[n].split), n))


def _opening(conversation: Conversation) -> str:
    said = (turn.content for turn in conversation.turns if turn.role == "user")
    return letters_and_digits(next(said, ""))


def _long_opening(conversation: Conversation) -> bool:
    """Whether the opening says enough to be recognised; "Hello" may open any conversation."""
    return len(_opening(conversation)) > 30


def _in_several(conversations: Iterable[Conversation], key: Callable[[Conversation], str]) -> int:
    splits: dict[str, set[str]] = defaultdict(set)
    for conversation in conversations:
        splits[key(conversation)].add(conversation.split)
    return sum(len(found) > 1 for found in splits.values())
