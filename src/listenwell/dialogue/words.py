"""Looking for words and phrases in what people type, however they type it."""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

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
UNHEARD = "\ufffd"
"""What stands where words were struck: it is no word, and keeps the rest from being said back."""
BETWEEN = r"\W+"
_LONGEST = 12
"""Words of a phrase up to which it is found among a text's runs of words."""
SHORT = 24
"""Letters up to which a phrase is sure to have no more words than that."""
_TO_CONTRACT = ("-", " not ", " cannot ", " i am ")
"""What keeps a phrase from standing in a text as it is."""
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
    if not any(mark in f" {words} " for mark in (" not ", " cannot ", " i am ")):
        return words
    words = _WRITTEN_OUT.sub(r"\1n't", words)
    words = _CANNOT.sub("can't", words).replace("will not", "won't")
    return _I_AM.sub("i'm ", words)


@cache
def _phrase(phrase: str) -> str:
    """Return a phrase as it stands in a padded text; one that ends in * may go on."""
    words = _contracted(phrase)
    return f" {words[:-1]}" if words.endswith("*") else f" {words} "


def struck(text: str, phrases: Iterable[str]) -> str:
    """Return a text without phrases, however they are typed: `UNHEARD` stands in their place."""
    for phrase in sorted(phrases, key=len, reverse=True):
        words = ["['’`]?".join(map(re.escape, w.split("'"))) for w in phrase.rstrip("*").split()]
        end = r"\w*" if phrase.endswith("*") else r"\b"
        text = re.sub(rf"\b{BETWEEN.join(words)}{end}", UNHEARD, text, flags=re.IGNORECASE)
    return text


def fixed_part(text: str) -> str:
    """Return the longest part of an authored text that does not depend on the person's words."""
    return max(re.split(r"\{\w+\}", text), key=len).strip()


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
    all runs of a message's words at once. They are sorted when first looked for: most never are.
    """

    _parts: tuple[tuple[str, ...], tuple[str, ...]] | None = None

    def found_in(self, plain: str) -> bool:
        """Whether a padded text has one of them."""
        whole, opened = self.parted
        if whole and not runs(plain).isdisjoint(whole):
            return True
        return bool(opened) and any(map(plain.__contains__, opened))

    @property
    def parted(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Those that are found as whole runs of words, and those that are found as pieces of text."""
        if self._parts is None:
            self._parts = self._parted()
        return self._parts

    def _parted(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        # Asked of ten thousand lists at the start: of most nothing needs to be looked at one by one.
        written = f" {'  '.join(self)} "
        words: Sequence[str] = self
        if any(mark in written for mark in _TO_CONTRACT):
            words = [_contracted(phrase.replace("-", " ")) for phrase in self]
        if max(map(len, self), default=0) > SHORT and any(map(_is_long, words)):
            return tuple(filter(_is_whole, words)), tuple(
                _phrase(w) for w in words if not _is_whole(w)
            )
        if "*" not in written:
            return tuple(words), ()
        return tuple([w for w in words if w[-1:] != "*"]), tuple(
            [f" {w[:-1]}" for w in words if w[-1:] == "*"]
        )


class Finder:
    """Tells which of many lists of phrases a text has one of.

    Each list is compared with the text's own runs of words: a few milliseconds for a hundred thousand
    phrases, where looking them up one by one would first take two tenths of a second to prepare.

    Args:
        lists: The lists; they are known by their places.
    """

    def __init__(self, lists: Iterable[Phrases]) -> None:
        self._whole: list[tuple[int, tuple[str, ...]]] = []
        self._opened: dict[str, list[int]] = {}
        for place, phrases in enumerate(lists):
            whole, opened = (phrases, ()) if _as_written(phrases) else phrases.parted
            if whole:
                self._whole.append((place, whole))
            for piece in opened:
                self._opened.setdefault(piece, []).append(place)

    def found_in(self, plain: str) -> set[int]:
        """Return the places of the lists that a padded text has one of."""
        apart = runs(plain).isdisjoint
        found = {place for place, whole in self._whole if not apart(whole)}
        opened = (places for piece, places in self._opened.items() if piece in plain)
        return found.union(*opened)


def _as_written(phrases: Phrases) -> bool:
    """Whether every phrase of a list is looked for as it is; asked of ten thousand at the start."""
    written = f" {'  '.join(phrases)} "
    plain = "*" not in written and "-" not in written and " not " not in written
    return plain and " i am " not in written and max(map(len, phrases), default=0) <= SHORT


def _is_whole(phrase: str) -> bool:
    return phrase[-1:] != "*" and not _is_long(phrase)


def _is_long(phrase: str) -> bool:
    return phrase.count(" ") >= _LONGEST


@lru_cache(maxsize=4)
def runs(plain: str) -> frozenset[str]:
    """Return every run of up to twelve words of a padded text; few texts are kept, and not for long.

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
