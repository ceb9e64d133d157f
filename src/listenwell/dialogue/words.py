"""Looking for words and phrases in what people type, however they type it."""

import re
from collections.abc import Iterable

_WITHOUT_APOSTROPHE = {
    "im": "i'm", "ive": "i've", "dont": "don't", "cant": "can't", "wont": "won't",
    "didnt": "didn't", "doesnt": "doesn't", "isnt": "isn't", "wasnt": "wasn't", "arent": "aren't",
    "couldnt": "couldn't", "shouldnt": "shouldn't", "wouldnt": "wouldn't", "havent": "haven't",
    "hasnt": "hasn't", "hadnt": "hadn't", "werent": "weren't", "aint": "ain't", "hes": "he's",
    "shes": "she's", "theyre": "they're", "theres": "there's", "thats": "that's",
    "whats": "what's", "youre": "you're", "youve": "you've",
}  # fmt: skip
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def tokens(text: str) -> list[str]:
    """Return a text's words in lower case, with the apostrophes that people leave out."""
    found = _TOKEN.findall(text.lower().replace("’", "'").replace("`", "'"))
    return [_WITHOUT_APOSTROPHE.get(token, token) for token in found]


def padded(text: str) -> str:
    """Return a text's words between single spaces, one before and one after.

    Example:
        >>> padded("I CANT sleep!!")
        " i can't sleep "
    """
    return f" {' '.join(tokens(text))} "


def has(plain: str, phrase: str) -> bool:
    """Whether a padded text has a phrase; a phrase that ends in * may go on ("fail*")."""
    return f" {phrase[:-1]}" in plain if phrase.endswith("*") else f" {phrase} " in plain


def has_any(plain: str, phrases: Iterable[str]) -> bool:
    """Whether a padded text has one of some phrases."""
    return any(has(plain, phrase) for phrase in phrases)
