"""Looking for words and phrases in what people type, however they type it."""

import re
from collections.abc import Iterable
from functools import cache

_WITHOUT_APOSTROPHE = {
    "im": "i'm", "ive": "i've", "dont": "don't", "cant": "can't", "wont": "won't",
    "didnt": "didn't", "doesnt": "doesn't", "isnt": "isn't", "wasnt": "wasn't", "arent": "aren't",
    "couldnt": "couldn't", "shouldnt": "shouldn't", "wouldnt": "wouldn't", "havent": "haven't",
    "hasnt": "hasn't", "hadnt": "hadn't", "werent": "weren't", "aint": "ain't", "hes": "he's",
    "shes": "she's", "theyre": "they're", "theres": "there's", "thats": "that's",
    "whats": "what's", "itll": "it'll", "youre": "you're", "youve": "you've",
}  # fmt: skip
_WRITTEN_OUT = re.compile(
    r"\b(do|does|did|is|was|are|were|have|has|had|could|would|should) not\b(?! only\b)"
)
"""Negations that are written out, as older people and learners of English do."""
_CANNOT = re.compile(r"\b(?:cannot|can not)\b")
_I_AM = re.compile(r"\bi am (?=\w)")
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def tokens(text: str) -> list[str]:
    """Return a text's words in lower case, with the apostrophes that people leave out."""
    found = _TOKEN.findall(text.lower().replace("’", "'").replace("`", "'"))
    return [_WITHOUT_APOSTROPHE.get(token, token) for token in found]


def padded(text: str) -> str:
    """Return a text's words between single spaces, one before and one after, negations contracted.

    Example:
        >>> padded("I CANT sleep!!")
        " i can't sleep "
        >>> padded("I do not sleep")
        " i don't sleep "
    """
    return f" {_contracted(' '.join(tokens(text)))} "


def _contracted(words: str) -> str:
    words = _WRITTEN_OUT.sub(r"\1n't", words)
    words = _CANNOT.sub("can't", words).replace("will not", "won't")
    return _I_AM.sub("i'm ", words)


@cache
def _phrase(phrase: str) -> str:
    """Return a phrase as it stands in a padded text; one that ends in * may go on."""
    words = _contracted(phrase)
    return f" {words[:-1]}" if words.endswith("*") else f" {words} "


def has(plain: str, phrase: str) -> bool:
    """Whether a padded text has a phrase; a phrase that ends in * may go on ("fail*")."""
    return _phrase(phrase) in plain


def has_any(plain: str, phrases: Iterable[str]) -> bool:
    """Whether a padded text has one of some phrases."""
    # Asked of thousands of moves a message: in C as far as it goes.
    return any(map(plain.__contains__, map(_phrase, phrases)))
