"""A page to keep of a conversation: only what the person said, quoted, under a few plain headings."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from listenwell.core.types import History, Message, RiskLevel
from listenwell.dialogue.exercises.guide import done
from listenwell.safety.screen import Screen

QUOTES = 3
FEWEST, MOST = 5, 35
"""Words of a sentence that can be quoted: fewer say little, more are a story of their own."""

_NOT = re.compile(r"\b(not|never|no|nothing|without|less|hardly|isn't|wasn't|aren't)\b|n't\b")
_OWN = re.compile(
    r"\b(i'?m|i am|i feel|i felt|i get|i was|i've been|been|feel|felt|feeling|me)\b"
    r"([ ,]+(?!(she|he|they|you|it|that|because|when|who)\b)[\w']+){0,4}[ ,]+$"
)
_HELPED = re.compile(
    r"\b(help(s|ed)|(feel|feels|felt|feeling) (a (bit|little) )?(better|lighter|calmer|easier)|"
    r"calms? me|calmed me|a relief|good to (talk|say|write|get))\b"
)
_INTENDED = re.compile(
    r"\b(i'll|i will|i'm going to|i am going to|i'm gonna|i might|i could|i want to try|i plan to)\b"
)
_UNSURE = re.compile(r"\b(if|would|wish|might have|never|nothing|no one|nobody)\b|n't\b|\bnot\b|\?")


@dataclass(frozen=True, slots=True)
class Summary:
    """What was said, by heading.

    Attributes:
        left_out: Whether sentences that speak of danger were left off.
    """

    topics: tuple[str, ...] = ()
    feelings: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    helped: tuple[str, ...] = ()
    intended: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()
    left_out: bool = False

    def __bool__(self) -> bool:
        return any((self.topics, self.feelings, self.words, self.helped, self.exercises))

    def text(self) -> str:
        """Return the page."""
        says = _content()["says"]
        lines = [
            f"{says[name]}: {', '.join(found)}"
            for name in ("topics", "feelings", "exercises")
            if (found := getattr(self, name))
        ]
        for name in ("words", "helped", "intended"):
            if found := getattr(self, name):
                lines += [f"{says[name]}:", *(f"  “{sentence}”" for sentence in found)]
        return "\n".join([*lines, says["left_out"]] if self.left_out else lines)

    def note(self) -> str:
        """Return one line for a memory: topics, feelings and what helped."""
        told = [", ".join(self.topics), f"felt {', '.join(self.feelings)}" if self.feelings else ""]
        told += [f"helped: “{sentence}”" for sentence in self.helped[:1]]
        return "; ".join(part for part in told if part)


def summarise(history: History, screen: Screen) -> Summary:
    """Take from a conversation what the person may want to keep.

    Args:
        history: The conversation.
        screen: Tells which sentences speak of danger; those are left off.
    """
    sentences = list(dict.fromkeys(_sentences(history.said_by("user"))))
    plain = [sentence for sentence in sentences if not _is_grave(sentence, screen)]
    helped = [s for s in plain if _HELPED.search(s.lower()) and not _UNSURE.search(s.lower())]
    intended = [s for s in plain if _INTENDED.search(s.lower()) and not _UNSURE.search(s.lower())]
    helped, intended = helped[:QUOTES], [s for s in intended if s not in helped][:QUOTES]
    return Summary(
        topics=_topics(plain),
        feelings=_feelings(plain),
        words=_quotes(s for s in plain if s not in (*helped, *intended)),
        helped=tuple(helped),
        intended=tuple(intended),
        exercises=tuple(exercise.title for exercise in done(history)),
        left_out=len(plain) < len(sentences),
    )


def _sentences(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        for sentence in re.split(r"(?<=[.!?…])\s+|\n+", text):
            if sentence.strip() and not sentence.startswith("/"):
                yield sentence.strip()


def _is_grave(sentence: str, screen: Screen) -> bool:
    """Whether a sentence stays off the page; one that cannot be screened does."""
    try:
        risk = screen.assess(History((Message("user", sentence),)))
    except Exception:  # whatever broke, nothing grave may slip onto the page
        return True
    return risk.level >= RiskLevel.MODERATE


def _topics(sentences: list[str]) -> tuple[str, ...]:
    """Return the topics, those spoken of most first."""
    text = " ".join(sentences).lower()
    counts = {
        topic: sum(len(_found(word, text)) for word in words)
        for topic, words in _content()["topics"].items()
    }
    return tuple(sorted((t for t in counts if counts[t]), key=lambda t: -counts[t])[:4])


def _feelings(sentences: list[str]) -> tuple[str, ...]:
    """Return the feelings that were named and not denied, in the order they were."""
    named = [
        (place, match.start(), feeling)
        for place, sentence in enumerate(sentences)
        for feeling in _content()["feelings"]
        for match in _found(feeling, sentence.lower())
        if _is_own(sentence.lower()[: match.start()].replace("’", "'"))
    ]
    return tuple(dict.fromkeys(feeling for _, _, feeling in sorted(named)))[:6]


def _is_own(before: str) -> bool:
    """Whether the words before a feeling make it the person's, and do not deny it."""
    return _OWN.search(before) is not None and not _NOT.search(" ".join(before.split()[-3:]))


def _quotes(sentences: Iterable[str]) -> tuple[str, ...]:
    """Return the sentences that say most of the person, in the order they were said."""
    able = [s for s in sentences if FEWEST <= len(s.split()) <= MOST and not s.endswith("?")]
    best = sorted(range(len(able)), key=lambda i: (-_weight(able[i]), i))[:QUOTES]
    return tuple(able[i] for i in sorted(best) if _weight(able[i]) > 1)


def _weight(sentence: str) -> int:
    text, content = sentence.lower(), _content()
    feels = any(_found(feeling, text) for feeling in content["feelings"])
    topics = sum(any(_found(word, text) for word in words) for words in content["topics"].values())
    own = re.search(r"\b(i|i'm|my|me|myself)\b", text) is not None
    return 2 * feels + min(topics, 2) + own


def _found(word: str, text: str) -> list[re.Match[str]]:
    return list(re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text.replace("’", "'")))


@lru_cache(maxsize=1)
def _content() -> dict[str, Any]:
    text = files("listenwell.dialogue").joinpath("summary.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content
