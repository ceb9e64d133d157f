"""The most used words of contexts and replies."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from importlib.resources import files

from listenwell.corpora.conversation import Conversation
from listenwell.corpora.statistics import words

MOST = 60
SMALLEST, LARGEST = 0.85, 2.6
"""Sizes of the rarest and the most used word shown, in the size of the text around."""


def count_words(conversations: Iterable[Conversation]) -> dict[str, dict[str, int]]:
    """Return the most used words of what people said ("contexts") and of the replies."""
    talks = list(conversations)
    return {
        "contexts": most_used(_said(talks, "user")),
        "replies": most_used(_said(talks, "assistant")),
    }


def most_used(texts: Iterable[str]) -> dict[str, int]:
    """Return the most used words that say something, with how often they occur."""
    counts: Counter[str] = Counter()
    for text in texts:
        found = (word.replace("’", "'") for word in words(text.lower()))
        counts.update(word for word in found if word not in _common() and not word.isdigit())
    return dict(counts.most_common(MOST))


def cloud(title: str, counts: Mapping[str, int]) -> str:
    """Return the words as text, larger the more often they occur; empty where there are none."""
    if not counts:
        return ""
    most, least = max(counts.values()), min(counts.values())
    cells = []
    for word, count in sorted(counts.items()):
        share = ((count - least) / (most - least)) ** 0.5 if most > least else 0.5
        size = SMALLEST + (LARGEST - SMALLEST) * share
        cells.append(f'<li style="font-size:{size:.2f}em" title="{count:,}">{escape(word)}</li>')
    return f'<h3>{escape(title)}</h3><ul class="cloud">{"".join(cells)}</ul>'


def _said(conversations: Iterable[Conversation], role: str) -> Iterable[str]:
    return (turn.content for c in conversations for turn in c.turns if turn.role == role)


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """Return the words that every English text has most of; what it is about is behind them."""
    source = files("listenwell.training.watching").joinpath("common_words.txt")
    return frozenset(source.read_text(encoding="utf-8").split())
