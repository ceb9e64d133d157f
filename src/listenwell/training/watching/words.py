"""The most used words of contexts and replies."""

from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape

from listenwell.corpora.conversation import Conversation
from listenwell.corpora.statistics import words

MOST = 60
SMALLEST, LARGEST = 0.85, 2.6
"""Sizes of the rarest and the most used word shown, in the size of the text around."""

# Words that every English text has most of; what people talk about is behind them.
COMMON = frozenset(
    "a about after again all also am an and any are as at be because been before being but by can could "
    "did do does doing don't down even for from get go going got had has have he her here him his how i "
    "i'd i'll i'm i've if in into is it it's its just know let like make me more most much my no not now "
    "of off oh ok on one only or other our out over really s she so some still t than that that's the their "
    "them then there they they're thing things think this those though time to too up us very want was we "
    "well were what what's when where which who why will with would yeah yes you you'd you'll you're you've "
    "your didn't doesn't can't isn't wasn't he's she's were yourself myself these while through".split()
)


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
        counts.update(word for word in found if word not in COMMON and not word.isdigit())
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
