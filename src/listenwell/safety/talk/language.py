"""Which language the crisis dialogue speaks: the screen's finding, else the person's commonest words."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice

from listenwell.core.types import History, Risk
from listenwell.safety.data import common_words
from listenwell.safety.languages import SCRIPTS
from listenwell.safety.talk.words import LANGUAGES

_LETTERS = {"de": re.compile("[äöüß]"), "es": re.compile("[ñ¿¡]"), "pt": re.compile("[ãõ]")}
"""Letters that of these languages one has."""
_LATIN = re.compile("[a-z]", re.IGNORECASE)
_NEIGHBOURS = re.compile(
    "[\u0454\u0456\u0457\u0491\u045e]"  # Ukrainian, Belarusian
    "|[\u06a9\u06cc\u06d2\u06ba\u0679\u0688\u0691\u06c1\u06be]"  # Persian, Urdu
    "|[\u3040-\u30ff]"  # Japanese
)
"""Letters of languages that share a script with one of those: they are answered in English."""
ENOUGH = 5
"""Words of a message from which the screen's finding is taken: "no" is a word of five languages."""
MOST_READ = 1_000
"""Characters of a message that are enough to tell its language."""
CLEARLY = 2
"""Words by which another language than the talk's so far must lead to be taken up."""
RECENT = 6
"""How many of the person's newest telling messages are asked, the newest counting most."""


def language_of(history: History, risk: Risk) -> str:
    """Return the language to answer in, English where it cannot be told."""
    told = str(getattr(risk, "language", ""))
    told = told if told in LANGUAGES else told[:2]
    texts = history.said_by("user")
    last = history.last_user
    held = _of_talk(texts[:-1])
    if told in LANGUAGES and len(last.split()) >= ENOUGH and _bears_out(last, told):
        found = _scores(last[:MOST_READ])
        if held in ("", told) or found[told] >= found.get(held, 0) + CLEARLY:
            return told
    return _script_of(last) or _of_talk(texts) or "en"


def _of_talk(texts: Sequence[str]) -> str:
    """Return the language that the newest telling messages tell together, "" where none tells.

    Many answers are one word, and the same in two languages: the talk as a whole tells. "No" alone
    tells nothing, however often it is said, where another message does.
    """
    scores: Counter[str] = Counter()
    told_by = [_scores(text[:MOST_READ]) for text in reversed(texts)]
    plain = [found for found in told_by if _leads(found)]
    telling = islice(plain or (found for found in told_by if any(found.values())), RECENT)
    for age, found in enumerate(telling):
        for language, score in found.items():
            scores[language] += (RECENT + 1 - age) * score
    return max(LANGUAGES, key=lambda language: scores[language]) if any(scores.values()) else ""


def _leads(scores: Mapping[str, int]) -> bool:
    """Whether one language has more words of a message than every other."""
    first, second = sorted(scores.values(), reverse=True)[:2]
    return first > second


def _bears_out(text: str, told: str) -> bool:
    """Whether a message looks more like the language that was found than like English.

    Of "no, nobody needs me" both "no" and "me" are Spanish words, too; English is what is found
    where nothing tells, as of "puedo dárselas a mi madre".
    """
    found = _scores(text[:MOST_READ])
    most = max(found.values())
    return found.get(told, 0) == most and (told == "en" or most > found["en"])


@lru_cache(maxsize=1024)
def _scores(text: str) -> dict[str, int]:
    plain = text.casefold().replace("'", " ").replace("’", " ")
    words = re.findall(r"[^\W\d_]+", plain)
    scores = {code: sum(word in known for word in words) for code, known in common_words().items()}
    for language, letters in _LETTERS.items():
        scores[language] += letters.search(plain) is not None
    script = _script_of(text)
    return scores | ({script: len(words)} if script else {})


def _script_of(text: str) -> str:
    """Return the language that most of a text's letters tell, "" where they tell none."""
    text = text[:MOST_READ]
    if _NEIGHBOURS.search(text.casefold()):
        return ""
    latin = len(_LATIN.findall(text))
    for code, letters in SCRIPTS.items():
        # A word of another script is a name; a Chinese sign is about three letters.
        if len(letters.findall(text)) * (3 if code == "zh" else 1) > latin:
            return code
    return ""
