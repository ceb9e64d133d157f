"""Undo the ways people disguise words, on purpose or not, before the screen looks at them."""

import re
import unicodedata

_LOOKALIKES = str.maketrans({
    # Cyrillic and Greek letters that look Latin, mapped only inside otherwise Latin words.
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ѕ": "s",
    "ԁ": "d", "к": "k", "ο": "o", "α": "a", "ε": "e", "ι": "i", "κ": "k",
})  # fmt: skip
_LEET = str.maketrans("013457@$!|", "oieastasil")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"})

_MIXED = re.compile(r"\b(?=\w*[a-z])(?=\w*[а-яіѕԁα-ω])\w+\b")
_SPACED = re.compile(r"(?<!\w)(?:[a-z][ .\-_*]{1,2}){3,}[a-z](?!\w)")
_LEET_WORD = re.compile(r"(?<!\w)(?=[\w@$!|]*[a-z])(?=[\w@$!|]*[013457@$|])[\w@$!|]{3,24}(?!\w)")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_SPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Return a text in the plain form that the rules are written for.

    Example:
        >>> normalise("K1LL  myse\u200blf")
        'kill myself'
    """
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold()
    text = "".join(
        c for c in text if unicodedata.category(c) not in {"Cf", "Cc", "Cs"} or c in "\n\t"
    )
    text = _MIXED.sub(lambda match: match[0].translate(_LOOKALIKES), text)
    text = _LEET_WORD.sub(_unleet, text)
    text = _SPACED.sub(lambda match: re.sub(r"[ .\-_*]", "", match[0]), text)
    text = _STRETCHED.sub(r"\1", text)
    return _SPACE.sub(" ", text).strip()


def _unleet(match: re.Match[str]) -> str:
    word = match[0]
    # "20mg", "3pm" and "!" at the end of a word are what they are.
    if re.fullmatch(r"\d+[a-z]{1,3}|[a-z']+[!|]+", word):
        return word
    return word.translate(_LEET)
