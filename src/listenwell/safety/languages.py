"""Which language a message is in, told cheaply: by its script, else by its commonest words."""

import re
from collections.abc import Mapping

SCRIPTS: Mapping[str, re.Pattern[str]] = {
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
}
"""Languages whose letters tell them."""
# Without accents and apostrophes, as normalised text has them.
_COMMON: Mapping[str, frozenset[str]] = {
    "en": frozenset(
        [
            "i",
            "the",
            "and",
            "to",
            "my",
            "is",
            "im",
            "it",
            "of",
            "a",
            "me",
            "you",
            "that",
            "was",
            "not",
            "but",
            "have",
            "so",
            "for",
            "in",
            "no",
            "he",
            "she",
            "they",
            "her",
            "his",
            "him",
            "this",
            "what",
            "do",
            "dont",
            "about",
            "said",
            "with",
            "on",
            "are",
            "be",
            "can",
            "just",
        ]
    ),
    "es": frozenset(
        [
            "que",
            "de",
            "no",
            "la",
            "el",
            "en",
            "y",
            "me",
            "mi",
            "es",
            "un",
            "una",
            "lo",
            "por",
            "con",
            "estoy",
            "pero",
            "para",
            "los",
            "ya",
            "muy",
            "hoy",
        ]
    ),
    "fr": frozenset(
        [
            "je",
            "de",
            "la",
            "le",
            "et",
            "que",
            "pas",
            "ne",
            "les",
            "un",
            "une",
            "mon",
            "ma",
            "est",
            "suis",
            "dans",
            "pour",
            "plus",
            "mais",
            "tout",
            "jai",
            "cest",
        ]
    ),
    "de": frozenset(
        [
            "ich",
            "und",
            "nicht",
            "die",
            "das",
            "der",
            "mir",
            "ist",
            "mich",
            "ein",
            "eine",
            "zu",
            "es",
            "mein",
            "meine",
            "war",
            "bin",
            "aber",
            "mit",
            "auf",
        ]
    ),
    "pt": frozenset(
        [
            "que",
            "nao",
            "de",
            "eu",
            "o",
            "a",
            "e",
            "um",
            "uma",
            "meu",
            "minha",
            "com",
            "para",
            "mais",
            "mas",
            "estou",
            "ele",
            "ela",
            "do",
            "da",
            "em",
        ]
    ),
    "it": frozenset(
        [
            "che",
            "non",
            "di",
            "la",
            "il",
            "e",
            "mi",
            "un",
            "una",
            "sono",
            "ho",
            "per",
            "piu",
            "ma",
            "mio",
            "mia",
            "con",
            "del",
            "della",
            "anche",
            "voglio",
            "faccio",
            "sto",
            "stanotte",
            "stasera",
            "finita",
        ]
    ),
    "hi-Latn": frozenset(
        [
            "hai",
            "main",
            "mein",
            "nahi",
            "hoon",
            "hun",
            "ho",
            "ki",
            "ka",
            "ke",
            "se",
            "aur",
            "bhi",
            "mujhe",
            "meri",
            "mera",
            "kya",
            "tha",
            "raha",
        ]
    ),
}
_WORD = re.compile(r"[a-z]+")
_READ = 400


def language_of(text: str) -> str:
    """Return the likeliest language of a plain text, "" where nothing tells."""
    head = text[:_READ]
    for code, script in SCRIPTS.items():
        if len(script.findall(head)) * 4 > len(head.replace(" ", "")):
            return code
    words = _WORD.findall(head)
    scores = {code: sum(word in common for word in words) for code, common in _COMMON.items()}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] else ""
