"""A page to keep of a conversation: only what the person said, quoted, under a few plain headings."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from listenwell.core.roman import WRITTEN_AS
from listenwell.core.spelling import spaced
from listenwell.core.types import History, Message, RiskLevel
from listenwell.core.yaml_text import parse
from listenwell.dialogue.exercises.guide import done
from listenwell.dialogue.tongues import exercising
from listenwell.dialogue.tongues.interface import told
from listenwell.dialogue.tongues.tongue import Tongue
from listenwell.perception.language import ENGLISH, spoken_in
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
        language: Of the headings and of all that is told here.
    """

    topics: tuple[str, ...] = ()
    feelings: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    helped: tuple[str, ...] = ()
    intended: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()
    left_out: bool = False
    language: str = ENGLISH

    def __bool__(self) -> bool:
        return any((self.topics, self.feelings, self.words, self.helped, self.exercises))

    def text(self) -> str:
        """Return the page."""
        lines = [
            f"{self._says(name)} {', '.join(found)}"
            for name in ("topics", "feelings", "exercises")
            if (found := getattr(self, name))
        ]
        for name in ("words", "helped", "intended"):
            if found := getattr(self, name):
                quoted = self._says("quoted")
                lines += [self._says(name), *(f"  {quoted.format(sentence=s)}" for s in found)]
        return "\n".join([*lines, self._says("left_out")] if self.left_out else lines)

    def note(self) -> str:
        """Return one line for a memory: topics, feelings and what helped."""
        felt = self._says("felt").format(feelings=", ".join(self.feelings))
        parts = [", ".join(self.topics), felt if self.feelings else ""]
        parts += [f"helped: “{sentence}”" for sentence in self.helped[:1]]
        return "; ".join(part for part in parts if part)

    def _says(self, name: str) -> str:
        return told(_content()["says"][name], self.language)


def summarise(history: History, screen: Screen, tongue: Tongue | None = None) -> Summary:
    """Take from a conversation what the person may want to keep.

    Args:
        history: The conversation.
        screen: Tells which sentences speak of danger; those are left off.
        tongue: The language that was spoken; None for English.
    """
    sentences = list(dict.fromkeys(_sentences(history.said_by("user"))))
    plain = [sentence for sentence in sentences if not _is_grave(sentence, screen)]
    left_out = len(plain) < len(sentences)
    if tongue:
        return _in_tongue(tongue, history, plain, left_out=left_out)
    helped = [s for s in plain if _HELPED.search(s.lower()) and not _UNSURE.search(s.lower())]
    intended = [s for s in plain if _INTENDED.search(s.lower()) and not _UNSURE.search(s.lower())]
    helped, intended = helped[:QUOTES], [s for s in intended if s not in helped][:QUOTES]
    return Summary(
        topics=_topics(plain),
        feelings=_feelings(plain),
        words=_quotes((s for s in plain if s not in (*helped, *intended)), _weight),
        helped=tuple(helped),
        intended=tuple(intended),
        exercises=tuple(exercise.title for exercise in done(history)),
        left_out=left_out,
    )


def _in_tongue(
    tongue: Tongue, history: History, sentences: list[str], *, left_out: bool
) -> Summary:
    """Return what is known in another language: what helped and what was intended is not."""
    own = [sentence for sentence in sentences if _is_in(tongue, sentence)]
    plains = [spaced(sentence) for sentence in own]
    topics = Counter(name for plain in plains for name in tongue.named("topics", plain))
    feelings = dict.fromkeys(name for plain in plains for name in tongue.named("feelings", plain))
    return Summary(
        topics=tuple(tongue.topics[name].called for name, _ in topics.most_common(4)),
        feelings=tuple(tongue.feelings[name].called for name in list(feelings)[:6]),
        words=_quotes(own, lambda sentence: _weight_in(tongue, sentence)),
        exercises=tuple(exercise.title for exercise in exercising.done(history, tongue)),
        left_out=left_out,
        language=tongue.code,
    )


def _is_in(tongue: Tongue, sentence: str) -> bool:
    """Whether a sentence is in a language, so that a page is in one."""
    found = spoken_in([sentence], tongue.code)
    return WRITTEN_AS.get(found, found) == WRITTEN_AS.get(tongue.code, tongue.code)


def _weight_in(tongue: Tongue, sentence: str) -> int:
    plain = spaced(sentence)
    feels, topics = tongue.named("feelings", plain), tongue.named("topics", plain)
    # "I" is often left unsaid in these languages, so that every sentence counts as the person's.
    return 2 * bool(feels) + min(len(topics), 2) + 1


def _sentences(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        for sentence in re.split(r"(?<=[.!?…।])\s+|\n+", text):
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


def _quotes(sentences: Iterable[str], weigh: Callable[[str], int]) -> tuple[str, ...]:
    """Return the sentences that say most of the person, in the order they were said."""
    able = [s for s in sentences if FEWEST <= len(s.split()) <= MOST and not s.endswith("?")]
    best = sorted(range(len(able)), key=lambda i: (-weigh(able[i]), i))[:QUOTES]
    return tuple(able[i] for i in sorted(best) if weigh(able[i]) > 1)


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
    content: dict[str, Any] = parse(text)
    return content
