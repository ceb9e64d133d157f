"""Small changes to what a person wrote that leave what it says, and how grave it is, as it was."""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib.resources import files
from itertools import chain

import yaml

from listenwell.corpora.conversation import Conversation, Synthetic, Utterance
from listenwell.corpora.text import letters_and_digits
from listenwell.safety.screen import RuleScreen
from listenwell.version import __version__

TRIES = 4
"""Drawings for each wanted variant; a short text has few."""

# What turns a sentence round, counts, or excludes: a sentence with it keeps its order and its fillers.
_TURNING = re.compile(r"\b(not|no|never|nor|none|nobody|without|unless|only|if|\w+n['’]?t)\b", re.I)


@dataclass(frozen=True, slots=True)
class _Lexicon:
    synonyms: dict[str, tuple[str, ...]]
    fillers: re.Pattern[str]
    times: re.Pattern[str]
    joined: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Augmented:
    """The new conversations, and how many drawn ones were refused, by reason."""

    conversations: tuple[Conversation, ...]
    refused: dict[str, int]


def augment(
    conversations: Sequence[Conversation], copies: int, seed: int, today: date
) -> Augmented:
    """Return variants of training conversations, in which people's messages differ in words.

    Replies stay as they are. A variant in which the screen sees another danger than before is
    refused, and so is one that exists already.

    Args:
        conversations: Those of other splits, and synthetic ones, are passed over.
        copies: How many variants of each; a short text may have fewer.
        seed: Decides what is drawn.
        today: The date on the label.
    """
    known = {_key(c) for c in conversations}
    refused = dict.fromkeys(("unchanged", "danger differs", "exists already"), 0)
    label = Synthetic("words", f"listenwell {__version__}", today.isoformat())
    screen = RuleScreen()
    made: list[Conversation] = []
    for conversation in conversations:
        if conversation.split != "train" or conversation.synthetic:
            continue
        draw = random.Random(f"{seed} {conversation.id}")  # noqa: S311
        wanted = copies
        for _ in range(copies * TRIES):
            if not wanted:
                break
            variant = _vary(conversation, draw)
            reason = _refusal(conversation, variant, known, screen)
            if reason:
                refused[reason] += 1
                continue
            known.add(_key(variant))
            name = f"{conversation.id}~w{copies - wanted + 1}"
            made.append(replace(variant, id=name, synthetic=label))
            wanted -= 1
    return Augmented(tuple(made), refused)


def change(text: str, draw: random.Random) -> str:
    """Return a text with one or two small changes, or as it was where none is possible."""
    kinds: list[Callable[[str, random.Random], str]] = [_synonym, _delete, _swap]
    draw.shuffle(kinds)
    for kind in kinds[: draw.choice((1, 2))]:
        text = kind(text, draw)
    return text


def _vary(conversation: Conversation, draw: random.Random) -> Conversation:
    turns = tuple(
        replace(turn, content=change(turn.content, draw)) if turn.role == "user" else turn
        for turn in conversation.turns
    )
    return replace(conversation, turns=turns)


def _refusal(
    before: Conversation, after: Conversation, known: set[str], screen: RuleScreen
) -> str | None:
    if before.turns == after.turns:
        return "unchanged"
    if any(not _same_danger(screen, *pair) for pair in zip(before.turns, after.turns, strict=True)):
        return "danger differs"
    return "exists already" if _key(after) in known else None


def _same_danger(screen: RuleScreen, before: Utterance, after: Utterance) -> bool:
    one, other = screen.assess_text(before.content), screen.assess_text(after.content)
    rules = [sorted(signal.rule for signal in risk.signals) for risk in (one, other)]
    return (one.level, one.subject, rules[0]) == (other.level, other.subject, rules[1])


def _key(conversation: Conversation) -> str:
    return "\n".join(letters_and_digits(turn.content) for turn in conversation.turns)


def _synonym(text: str, draw: random.Random) -> str:
    synonyms = _lexicon().synonyms
    # After "a" or "an" the other word may need the other article.
    words = re.finditer(r"(?<!\ba )(?<!\ban )(?<!['’-])\b[a-z]+\b(?!['’-])", text)
    found = [m for m in words if m[0] in synonyms]
    if not found:
        return text
    match = draw.choice(found)
    return text[: match.start()] + draw.choice(synonyms[match[0]]) + text[match.end() :]


def _delete(text: str, draw: random.Random) -> str:
    """Take out one filler, from a sentence that nothing turns round ("not really" is no "not")."""
    found = [m for m in _lexicon().fillers.finditer(text) if not _TURNING.search(_around(text, m))]
    if not found:
        return text
    match = draw.choice(found)
    return text[: match.start()] + text[match.end() :]


def _swap(text: str, draw: random.Random) -> str:
    """Exchange two joined words of a kind, or move a time from a sentence's end to its start."""
    lexicon = _lexicon()
    pairs = [(m, f"{m[3]}{m[2]}{m[1]}") for m in lexicon.joined.finditer(text)]
    times = [
        (m, f"{m['time'].capitalize()} {_lower_first(m['rest'])}{m['end']}")
        for m in lexicon.times.finditer(text)
        if not _TURNING.search(m["rest"])
    ]
    found = [*pairs, *times]
    if not found:
        return text
    match, instead = draw.choice(found)
    return text[: match.start()] + instead + text[match.end() :]


def _around(text: str, match: re.Match[str]) -> str:
    start = max(text.rfind(mark, 0, match.start()) for mark in ".!?\n") + 1
    ends = [at for mark in ".!?\n" if (at := text.find(mark, match.end())) >= 0]
    return text[start : min(ends, default=len(text))]


def _lower_first(text: str) -> str:
    first = text.split()[0]
    keeps = first == "I" or first.startswith(("I'", "I’")) or first not in _BEGINNINGS
    return text if keeps else text[0].lower() + text[1:]


_BEGINNINGS = frozenset(
    {"My", "The", "A", "An", "He", "She", "They", "We", "It", "You", "Our", "His", "Her", "Their",
     "This", "That", "There", "Some", "Everyone", "Everything", "Someone"}
)  # fmt: skip


@lru_cache(maxsize=1)
def _lexicon() -> _Lexicon:
    source = files("listenwell.training.augmentation").joinpath("synonyms.yaml")
    content = yaml.safe_load(source.read_text(encoding="utf-8"))
    synonyms = {
        word: tuple(other for other in group if other != word)
        for group in content["synonyms"]
        for word in group
    }
    times = _any(content["times"])
    pairs = "|".join(
        rf"(?:{_any(group)})(?: (?:and|or) )(?:{_any(group)})" for group in content["joined"]
    )
    return _Lexicon(
        synonyms,
        re.compile(rf"(?<=[a-z] )(?:{_any(content['fillers'])}) (?=[a-z])"),
        re.compile(rf"(?:(?<=[.!?] )|^)(?P<rest>[A-Z][^.!?,;:]*?) (?P<time>{times})(?P<end>[.!?])"),
        re.compile(rf"\b(?=(?:{pairs})(?:[.,!?;]|$))(\w+)( and | or )(\w+)"),
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def lexicon_words() -> Iterator[str]:
    """Yield every word that a change may bring in, for the check that none names a danger."""
    return chain.from_iterable(_lexicon().synonyms.values())
