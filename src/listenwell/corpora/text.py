"""Corpus text made fit to learn from and to print, and keys that ignore how it was typed."""

import hashlib
import re
import unicodedata

from listenwell.corpora.conversation import Split

TRAIN_SHARE, VALID_SHARE = 90, 5
"""Percent of keys that `assign_split` gives to train and valid; the rest is test."""

# Controls act on a terminal, and direction overrides and zero-width marks hide what a text says.
# The zero-width joiner stays: emoji are made with it.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def tidy(text: str) -> str:
    """Return the text on one line, singly spaced, without invisible characters."""
    return " ".join(_INVISIBLE.sub("", text).split())


def find_flaw(text: str) -> str | None:
    """Say why a text cannot be used, or None when it can."""
    if "\x00" in text:
        return "holds a NUL byte"
    if _SURROGATE.search(text):
        return "holds half of a surrogate pair"
    if not tidy(text):
        return "is empty"
    return None


def letters_and_digits(text: str) -> str:
    """Return what two spellings of one text share: its letters and digits, in lower case.

    A text without any (emoji, punctuation) is its own key.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, folded)) or text.strip()


def digest(key: str) -> str:
    """Return a short name for a text, the same on every machine."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def assign_split(text: str) -> Split:
    """Divide by content: texts with the same letters and digits always share a split."""
    bucket = int(digest(letters_and_digits(text)), 16) % 100
    if bucket < TRAIN_SHARE:
        return "train"
    return "valid" if bucket < TRAIN_SHARE + VALID_SHARE else "test"
