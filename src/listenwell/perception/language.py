"""Which language a person writes in: told message by message, and held through a conversation.

Nothing is loaded and nothing is learned: common words, a few letters and the script tell the
languages that Listenwell answers in, on messages that are often three words long.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from listenwell.core.spelling import counted_words, fold
from listenwell.core.yaml_text import parse

ENGLISH = "en"
OTHER = "other"
"""A message in a script that is none of the languages told here."""
SURE = 1.5
"""How much more must tell of another language than of the one spoken so far, to change to it."""
TELLING = 0.75
"""The same for a first message, to go before what was chosen beforehand."""
LONGEST = 600
"""Characters of a message that are enough to tell its language."""

_DEVANAGARI = re.compile(r"[\u0900-\u097f]")
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS: Mapping[str, tuple[tuple[str, float], ...]] = {
    "es": ((r"[¿¡ñ]", 1.0), (r"\b(qué|sé|cómo|más|tú|él)\b", 0.5), (r"\w(ción|dad|ó|í)\b", 0.5)),
    "fr": ((r"[œèêùîû]", 0.5), (r"\b[cjdlmnqst]u?['’]\w", 0.5), (r"\w(é|ée|és|ées)\b", 0.5)),
    "de": ((r"[ßäö]", 1.0), (r"ü", 0.5), (r"\w(ung|keit|lich)\b", 0.5)),
    "pt": ((r"[ãõ]", 1.0), (r"\b(é|tô|tá|pô|né)\b", 1.0), (r"\w(ção|ções|inho|inha)\b", 0.5)),
}
_ASKED: tuple[tuple[str, str], ...] = (
    ("en", r"\b(in|speak|talk|answer|switch to) english\b"),
    ("es", r"\ben (espanol|castellano)\b|\bhabla(s|me)? espanol\b"),
    ("fr", r"\ben francais\b|\bparle[sz]? francais\b"),
    ("de", r"\b(auf|sprichst du) deutsch\b"),
    ("pt", r"\bem portugues\b|\bfala portugues\b"),
    ("hi", r"\b(in|speak) hindi\b|हिंदी में|हिन्दी में"),
    ("hi-Latn", r"\bhindi (mein|me|main)\b"),
)


def language_of(text: str) -> str:
    """Return the likeliest language of one message; "" where nothing tells.

    Example:
        >>> language_of("no sé qué hacer")
        'es'
    """
    scores = _scores(text)
    best = max(scores, key=lambda code: scores[code], default="")
    return best if best and scores[best] > 0 else ""


def spoken_in(texts: Sequence[str], start: str = "") -> str:
    """Return the language to answer in after a person's messages, oldest first.

    One foreign word, a thanks or a loanword changes nothing; a message that is clearly in another
    language does, and so does asking for one.

    Args:
        texts: What the person wrote.
        start: The language that they chose beforehand, "" for none.
    """
    now = ""
    for text in texts:
        now = _asked_for(text) or _after(text, now, start or ENGLISH)
    if texts and language_of(texts[-1]) == OTHER:
        return OTHER
    return now or start or ENGLISH


def _after(text: str, now: str, start: str) -> str:
    scores = _scores(text)
    best = max(scores, key=lambda code: (scores[code], code == (now or start)), default="")
    if not best or best == OTHER or scores[best] <= 0:
        return now
    if not now:
        # "no" is a word of four languages: then what was chosen beforehand stays.
        return best if scores[best] - scores.get(start, 0.0) >= TELLING else start
    telling = _scores(text, courtesies=False)
    ahead = telling.get(best, 0.0) - telling.get(now, 0.0)
    return best if ahead >= SURE and ahead >= telling.get(now, 0.0) else now


def _asked_for(text: str) -> str:
    plain = fold(text[:LONGEST])
    return next((code for code, pattern in _ASKED if re.search(pattern, plain)), "")


@lru_cache(maxsize=2048)
def _scores(text: str, *, courtesies: bool = True) -> Mapping[str, float]:
    head = text[:LONGEST]
    letters = [c for c in head if c.isalpha()]
    if len(_DEVANAGARI.findall(head)) * 2 > len(letters):
        return {"hi": float(len(head.split()))}
    strange = sum(not unicodedata.name(c, "LATIN").startswith("LATIN") for c in letters)
    if letters and strange * 2 > len(letters):
        return {OTHER: 1.0}
    known, polite = _words()
    words = [w for w in _WORD.findall(fold(head)) if courtesies or w not in polite]
    scores = dict.fromkeys(_codes(), 0.0)
    for word in words:
        for code in known.get(word, ()):
            scores[code] += 1 / len(known[word])
    for code, marks in _LETTERS.items():
        scores[code] += sum(
            weight for pattern, weight in marks if words and re.search(pattern, head.lower())
        )
    return scores


@lru_cache(maxsize=1)
def _words() -> tuple[Mapping[str, tuple[str, ...]], frozenset[str]]:
    content: dict[str, str] = parse(
        files("listenwell.perception").joinpath("languages.yaml").read_text(encoding="utf-8")
    )
    polite = frozenset(content.pop("courtesies").split())
    known: dict[str, tuple[str, ...]] = {}
    counted = counted_words()
    for code, words in content.items():
        text = " ".join((words, *counted.get(code, ())))
        for word in dict.fromkeys(_WORD.findall(fold(text))):
            known[word] = (*known.get(word, ()), code)
    return known, polite


@lru_cache(maxsize=1)
def _codes() -> tuple[str, ...]:
    found = dict.fromkeys(code for codes in _words()[0].values() for code in codes)
    return tuple(found)
