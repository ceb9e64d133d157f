"""Whether the project's own corpus keeps its promises: each check names the items that break it."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from listenwell.core.emotions import EMOTIONS
from listenwell.corpora.own import Pair, Row

OPENING_SHARE = 0.02
"""At most this share of replies may begin with the same three words (docs/voice.md)."""
PHRASE_SHARE = 0.02
"""At most this share of replies may hold the same four words in a row."""
LONGEST_REPLY = 55
NEAR = 0.6
"""Two texts with this share of their word triples in common are near-duplicates."""
NEAR_IN_MEANING = 0.98
"""Two messages whose embeddings have this cosine say the same thing in the same way."""
FEWEST_WORDS = 10
"""Shorter texts ("ok", "Take your time.") may repeat."""
EMOTION_SHARE = 0.2
"""No emotion may label more than this share of the users' turns."""

BANNED = re.compile(
    r"sorry to hear|sorry for your loss|i understand exactly|\bat least\b|everything happens for|"
    r"stay strong|\byou should\b|you need to\b|\bself[- ]care|safe space|hold(ing)? space|"
    r"\bi hear you\b|\bi('ve| have) been there\b|as an ai language model|coping mechanism|time heals|"
    r"i know how you feel|\btherapist\b|\bwhen i was (a|your|young)\b|"
    r"\bmy (wife|husband|mother|mum|mom|dad|father|sister|brother|childhood)\b",
    re.IGNORECASE,
)
PERSONAL = re.compile(r"https?://|www\.|[\w.+-]+@[\w-]+\.\w+|\b\d{3}[-. ]\d{3,4}[-. ]?\d{3,4}\b")


@dataclass(frozen=True, slots=True)
class Fault:
    """A promise that is broken, and where."""

    check: str
    where: str
    detail: str


def check(rows: Sequence[Row], pairs: Sequence[Pair]) -> list[Fault]:
    """Run every check that needs nothing but the corpus itself."""
    return [
        *_identities(rows, pairs),
        *_splits(rows, pairs),
        *_lengths(rows),
        *_wording(rows, pairs),
        *_openings(rows, pairs),
        *_phrases(rows, pairs),
        *_balance(rows),
        *_near_duplicates(rows, pairs),
    ]


def overlaps(rows: Sequence[Row], pairs: Sequence[Pair], public: Iterable[str]) -> list[Fault]:
    """Return the texts that share ten words in a row with a public corpus."""
    ours: dict[tuple[str, ...], str] = {}
    for where, text in texts(rows, pairs):
        ours.update(dict.fromkeys(_runs(text, 10), where))
    return [
        Fault("overlap", ours[run], " ".join(run))
        for text in public
        for run in _runs(text, 10)
        if run in ours
    ]


def texts(rows: Sequence[Row], pairs: Sequence[Pair]) -> Iterator[tuple[str, str]]:
    """Yield (where, text) for every text of the corpus."""
    for row in rows:
        for index, turn in enumerate(row.turns):
            yield f"{row.id}:{index}", turn.content
    for pair in pairs:
        yield f"{pair.id}:message", pair.message
        yield f"{pair.id}:good", pair.good
        yield f"{pair.id}:poor", pair.poor


def replies(rows: Sequence[Row], pairs: Sequence[Pair]) -> Iterator[tuple[str, str]]:
    """Yield (where, reply) for every good reply."""
    for row in rows:
        for index, turn in enumerate(row.turns):
            if turn.role == "assistant":
                yield f"{row.id}:{index}", turn.content
    for pair in pairs:
        yield f"{pair.id}:good", pair.good


def opening(text: str) -> str:
    """Return the first three words of a text, lower-cased."""
    return " ".join(re.findall(r"[\w']+", text.lower())[:3])


def near_duplicates(items: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, float]]:
    """Yield pairs of places whose texts share most of their word triples, with the share."""
    triples = {where: set(_runs(text, 3)) for where, text in items if _long(text)}
    holders: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for where, found in triples.items():
        for triple in found:
            holders[triple].append(where)
    shared: Counter[tuple[str, str]] = Counter()
    for places in holders.values():
        if len(places) <= 30:  # a triple that is everywhere tells nothing
            shared.update(combinations(places, 2))
    for (one, other), count in shared.items():
        share = count / min(len(triples[one]), len(triples[other]))
        if share >= NEAR:
            yield one, other, share


def near_in_meaning(
    items: Sequence[tuple[str, str]], embed: Callable[[Sequence[str]], NDArray[np.float32]]
) -> Iterator[tuple[str, str, float]]:
    """Yield pairs of places whose embeddings are nearly the same, with the cosine.

    Args:
        items: (where, text); shorter texts than `FEWEST_WORDS` are left out.
        embed: From texts to unit vectors, (texts, size).
    """
    kept = [(where, text) for where, text in items if _long(text)]
    vectors = embed([text for _, text in kept])
    for start in range(0, len(kept), 512):
        cosines = vectors[start : start + 512] @ vectors.T
        for row, column in np.argwhere(cosines >= NEAR_IN_MEANING):
            if start + row < column:
                yield kept[start + row][0], kept[column][0], float(cosines[row, column])


def _identities(rows: Sequence[Row], pairs: Sequence[Pair]) -> Iterator[Fault]:
    for name, count in Counter(item.id for item in (*rows, *pairs)).items():
        if count > 1:
            yield Fault("id", name, f"used {count} times")


def _splits(rows: Sequence[Row], pairs: Sequence[Pair]) -> Iterator[Fault]:
    found: dict[str, set[str]] = defaultdict(set)
    for item in (*rows, *pairs):
        found[item.situation].add(item.split)
    for situation, splits in found.items():
        if len(splits) > 1:
            yield Fault("split", situation, f"in {', '.join(sorted(splits))}")


def _lengths(rows: Sequence[Row]) -> Iterator[Fault]:
    for row in rows:
        if len(row.turns) > 14 or len(row.turns) == 4:
            yield Fault("length", row.id, f"{len(row.turns)} turns")
        for index, turn in enumerate(row.turns):
            if turn.role == "assistant" and len(turn.content.split()) > LONGEST_REPLY:
                yield Fault("length", f"{row.id}:{index}", f"{len(turn.content.split())} words")


def _wording(rows: Sequence[Row], pairs: Sequence[Pair]) -> Iterator[Fault]:
    for where, text in replies(rows, pairs):
        if found := BANNED.search(text):
            yield Fault("banned", where, found[0])
        if text.count("?") > 1:
            yield Fault("questions", where, text)
    for where, text in texts(rows, pairs):
        if found := PERSONAL.search(text):
            yield Fault("personal", where, found[0])


def _openings(rows: Sequence[Row], pairs: Sequence[Pair]) -> Iterator[Fault]:
    found = [opening(text) for _, text in replies(rows, pairs)]
    for words, count in Counter(found).items():
        if count > max(2, OPENING_SHARE * len(found)):
            yield Fault("opening", words, f"{count} of {len(found)} replies")


def _phrases(rows: Sequence[Row], pairs: Sequence[Pair]) -> Iterator[Fault]:
    said = [set(_runs(text, 4)) for _, text in replies(rows, pairs)]
    for phrase, count in Counter(run for runs in said for run in runs).items():
        if count > max(2, PHRASE_SHARE * len(said)):
            yield Fault("phrase", " ".join(phrase), f"in {count} of {len(said)} replies")


def _balance(rows: Sequence[Row]) -> Iterator[Fault]:
    felt = Counter(turn.emotion for row in rows for turn in row.turns if turn.role == "user")
    for emotion in EMOTIONS:
        if not felt[emotion]:
            yield Fault("balance", emotion, "labels nothing")
        elif felt[emotion] > EMOTION_SHARE * felt.total():
            yield Fault("balance", emotion, f"labels {felt[emotion]} of {felt.total()}")


def _near_duplicates(rows: Sequence[Row], pairs: Sequence[Pair]) -> Iterator[Fault]:
    for one, other, share in near_duplicates(texts(rows, pairs)):
        if one.partition(":")[0] != other.partition(":")[0]:
            yield Fault("near-duplicate", one, f"{share:.0%} like {other}")


def _long(text: str) -> bool:
    return len(text.split()) >= FEWEST_WORDS


def _runs(text: str, length: int) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[\w']+", text.lower())
    return (tuple(words[i : i + length]) for i in range(len(words) - length + 1))
