"""Pairs of a better and a worse reply, for preference tuning: from ratings and from corpora."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from listenwell.core.types import Message, Role
from listenwell.corpora.conversation import Conversation, RowLog, Split, Utterance
from listenwell.corpora.files import read_lines
from listenwell.corpora.own import read_pairs
from listenwell.corpora.statistics import words
from listenwell.corpora.text import letters_and_digits, tidy

GOOD, POOR = 4, 2
"""Ratings from and up to which a reply is liked and disliked; "up" is 5 and "down" 1."""
LONGEST_PROMPT = 6
"""Turns that a prompt keeps, the newest; a generator sees no more."""
OVERLAP = 0.3
"""How alike, from 0 to 1, the messages must be that a good and a failed talk's replies answer."""

EXPECTED = (
    '{"messages": [{"role": "user", "content": "…"}], "reply": "…", "rating": 1 to 5, "up" or "down", '
    '"correction": "…" or null}'
)


@dataclass(frozen=True, slots=True)
class Preference:
    """A prompt, oldest message first, and two replies to it."""

    prompt: tuple[Message, ...]
    chosen: str
    rejected: str

    def as_row(self) -> dict[str, Any]:
        """Return the row that preference tuning reads."""
        prompt = [{"role": message.role, "content": message.content} for message in self.prompt]
        return {"prompt": prompt, "chosen": self.chosen, "rejected": self.rejected}


@dataclass(frozen=True, slots=True)
class Gathered:
    """Pairs, and what gave none, by reason."""

    pairs: tuple[Preference, ...]
    left_out: dict[str, int]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True)

    role: Role
    content: str = Field(min_length=1)


class Rated(BaseModel):
    """What somebody thought of a reply; fields that are not named here are passed over."""

    model_config = ConfigDict(frozen=True)

    messages: tuple[_Said, ...] = Field(min_length=1)
    reply: str = Field(min_length=1)
    rating: int | Literal["up", "down"] | None = None
    correction: str | None = None

    @property
    def stars(self) -> int | None:
        """The rating from 1 to 5, or None where there is only a correction."""
        if isinstance(self.rating, str):
            return 5 if self.rating == "up" else 1
        return self.rating


Allow: TypeAlias = Callable[[str], bool]
"""Whether a reply may be learned as the better one."""


def from_ratings(path: Path, allow: Allow = lambda _: True) -> Gathered:
    """Read ratings and corrections.

    A correction is better than what it corrects. Without one, a liked reply is better than a
    disliked one to the same conversation; a rating that stands alone says nothing.

    Raises:
        CorpusError: The file cannot be read, or most of its lines are not ratings.
    """
    log = RowLog(str(path))
    rows = list(_rated(path, log))
    log.check(EXPECTED)
    pairs = [_corrected(row) for row in rows if row.correction and tidy(row.correction)]
    by_prompt: dict[str, list[Rated]] = defaultdict(list)
    for row in rows:
        by_prompt[
            "\n".join(f"{m.role}:{letters_and_digits(m.content)}" for m in row.messages)
        ].append(row)
    pairs += [pair for same in by_prompt.values() for pair in _contrasts(same)]
    gathered = _checked(pairs, allow)
    used = sum(bool(row.correction) for row in rows)
    left_out = {"not a rating": len(log.malformed), "rated, without another to compare": max(
        0, len(rows) - used - 2 * (len(pairs) - used))}  # fmt: skip
    return Gathered(gathered.pairs, left_out | gathered.left_out)


def from_own(split: Split = "train", allow: Allow = lambda _: True) -> Gathered:
    """Return the good and the poor reply of each pair of the project's own corpus."""
    pairs = [
        Preference((Message("user", pair.message),), pair.good, pair.poor)
        for pair in read_pairs()
        if pair.split == split
    ]
    return _checked(pairs, allow)


def from_talks(
    good: Sequence[Conversation], failed: Sequence[Conversation], allow: Allow = lambda _: True
) -> Gathered:
    """Set replies of talks that helped against the nearest ones of talks that did not.

    The two corpora answer different people, so that each good reply is paired with the failed
    one whose message is most like its own, by shared words weighed by their rarity. What differs is
    then the manner, and in part the matter: keep such pairs a minority.
    """
    poor = [exchange for talk in failed for exchange in _exchanges(talk)]
    better = [e for talk in good if talk.split == "train" for e in _exchanges(talk)]
    nearest = _Nearest([said for said, _ in poor])
    pairs, unlike = [], 0
    for prompt, reply in better:
        found = nearest.find(prompt)
        if found is None:
            unlike += 1
            continue
        pairs.append(Preference(prompt, reply, poor[found][1]))
    gathered = _checked(pairs, allow)
    return Gathered(
        gathered.pairs, {"no failed reply to a like message": unlike} | gathered.left_out
    )


def _rated(path: Path, log: RowLog) -> Iterator[Rated]:
    for number, line in read_lines(path, log):
        if not line.strip():
            continue
        log.rows += 1
        try:
            row = Rated.model_validate(json.loads(line))
        except ValidationError as error:
            first = error.errors()[0]
            log.skip(number, f"`{'.'.join(map(str, first['loc']))}`: {first['msg']}")
        except ValueError as error:
            log.skip(number, f"not JSON ({error})")
        else:
            fault = _fault(row)
            if fault:
                log.skip(number, fault)
            else:
                yield row


def _fault(row: Rated) -> str | None:
    if row.messages[-1].role != "user":
        return "the last of `messages` is not the user's"
    if row.stars is None and not row.correction:
        return "neither `rating` nor `correction`"
    if row.stars is not None and not 1 <= row.stars <= 5:
        return f"`rating` is {row.stars}, not 1 to 5"
    return None


def _corrected(row: Rated) -> Preference:
    return Preference(_prompt(row), tidy(row.correction or ""), tidy(row.reply))


def _contrasts(rows: Sequence[Rated]) -> Iterator[Preference]:
    """Pair liked with disliked replies to one conversation, each once."""
    alone = [row for row in rows if not row.correction and row.stars is not None]
    liked = sorted((r for r in alone if (r.stars or 0) >= GOOD), key=lambda r: -(r.stars or 0))
    disliked = sorted((r for r in alone if (r.stars or 0) <= POOR), key=lambda r: r.stars or 0)
    for one, other in zip(liked, disliked, strict=False):
        yield Preference(_prompt(one), tidy(one.reply), tidy(other.reply))


def _prompt(row: Rated) -> tuple[Message, ...]:
    said = [Message(m.role, tidy(m.content)) for m in row.messages]
    return tuple(said[-LONGEST_PROMPT:])


def _checked(pairs: Iterable[Preference], allow: Allow) -> Gathered:
    """Leave out pairs of equal replies, repeated ones, and those whose better reply is refused."""
    kept: dict[tuple[object, ...], Preference] = {}
    left_out = dict.fromkeys(("both replies are the same", "repeated", "better reply refused"), 0)
    for pair in pairs:
        key = (pair.prompt, pair.chosen, pair.rejected)
        if letters_and_digits(pair.chosen) == letters_and_digits(pair.rejected):
            left_out["both replies are the same"] += 1
        elif key in kept:
            left_out["repeated"] += 1
        elif not allow(pair.chosen):
            left_out["better reply refused"] += 1
        else:
            kept[key] = pair
    return Gathered(tuple(kept.values()), left_out)


def _exchanges(talk: Conversation) -> Iterator[tuple[tuple[Message, ...], str]]:
    said: list[Utterance] = []
    for turn in talk.turns:
        if turn.role == "assistant" and said and said[-1].role == "user":
            yield tuple(each.message for each in said[-LONGEST_PROMPT:]), turn.content
        said.append(turn)


class _Nearest:
    """Finds the prompt whose last message shares the rarest words (cosine of tf-idf)."""

    def __init__(self, prompts: Sequence[tuple[Message, ...]]) -> None:
        bags = [set(words(prompt[-1].content.lower())) for prompt in prompts]
        holders = Counter(word for bag in bags for word in bag)
        self._rarity = {word: math.log(len(bags) / count) for word, count in holders.items()}
        self._holders: dict[str, list[int]] = defaultdict(list)
        self._norms = [self._norm(bag) for bag in bags]
        for index, bag in enumerate(bags):
            for word in bag:
                self._holders[word].append(index)

    def find(self, prompt: tuple[Message, ...]) -> int | None:
        """Return the index of the nearest prompt, or None where none is near enough."""
        bag = set(words(prompt[-1].content.lower()))
        shared: Counter[int] = Counter()
        for word in bag & self._rarity.keys():
            for index in self._holders[word]:
                shared[index] += self._rarity[word] ** 2  # type: ignore[assignment]
        norm = self._norm(bag) or 1.0
        scored = {
            index: weight / (norm * (self._norms[index] or 1.0)) for index, weight in shared.items()
        }
        best = max(scored, key=lambda index: (scored[index], -index), default=None)
        return best if best is not None and scored[best] >= OVERLAP else None

    def _norm(self, bag: set[str]) -> float:
        unseen = max(self._rarity.values(), default=0.0)
        return math.sqrt(sum(self._rarity.get(word, unseen) ** 2 for word in bag))
