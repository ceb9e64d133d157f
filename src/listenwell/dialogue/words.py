"""Looking for words and phrases in what people type, however they type it."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Self

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
_NO_NOUN = frozenset(
    [
        "he's",
        "she's",
        "it's",
        "that's",
        "there's",
        "here's",
        "what's",
        "who's",
        "where's",
        "how's",
        "when's",
        "let's",
        "one's",
    ]
)
_LONGEST = 8
"""Words of a phrase up to which it is found among a text's runs of words."""
_SPECIAL = ("-", "not", "i am")
"""What a phrase may have that no text has once its words are told apart."""
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
    # Asked of tens of thousands of phrases at the start: most have none of it.
    if "not" not in words and "i am" not in words:
        return words
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


class Phrases(tuple[str, ...]):
    """Phrases that are looked for together; one that ends in * may go on ("fail*").

    Thousands of them are looked for in every message, so whole phrases are found by comparing them with
    all runs of a message's words at once.
    """

    _whole: tuple[str, ...]
    _open: tuple[str, ...]

    def __new__(cls, phrases: Iterable[str] = ()) -> Self:
        """Sort phrases by how they are found."""
        made = super().__new__(cls, phrases)
        written = "\n".join(made)
        if not any(mark in written for mark in _SPECIAL):
            written_out = list(made)
        else:
            written_out = [_contracted(phrase.replace("-", " ")) for phrase in made]
        made._whole = tuple(filter(_is_whole, written_out))
        made._open = ()
        if len(made._whole) < len(made):
            rest = [words for words in written_out if not _is_whole(words)]
            made._open = tuple(map(_phrase, rest))
        return made

    def found_in(self, plain: str) -> bool:
        """Whether a padded text has one of them."""
        if self._whole and not runs(plain).isdisjoint(self._whole):
            return True
        return any(map(plain.__contains__, self._open))


def _is_whole(phrase: str) -> bool:
    return phrase[-1:] != "*" and phrase.count(" ") < _LONGEST


@lru_cache(maxsize=4)
def runs(plain: str) -> frozenset[str]:
    """Return every run of up to eight words of a padded text; few texts are kept, and not for long.

    A possessive counts as its noun, too: "my mum's" holds "my mum".
    """
    words = plain.split()
    nouns = [word if word in _NO_NOUN else word.removesuffix("'s") for word in words]
    return frozenset(
        " ".join(some[at:end])
        for some in ([words] if nouns == words else [words, nouns])
        for at in range(len(some))
        for end in range(at + 1, min(at + _LONGEST, len(some)) + 1)
    )
