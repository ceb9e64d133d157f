"""Read what a generator wrote in every way a person could, so that a disguise hides nothing from the rules."""

import codecs
import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

from listenwell.core.yaml_text import parse
from listenwell.safety.normalise import normalise

_ALIKE = str.maketrans(
    "абвгдеёзийкмнорстухьіїѕјԁԛԝһӏαβγεζηικμνορτυχωɑɡıɩʟʀɴɢʏø",
    "a6brdee3iukmhopctyxbiisjdqwhlabyeznikuvoptuxwagiilrngyo",
)
_BREAK = re.compile(r"[.!?,;:…\"*_~`()\[\]{}<>|/\\^=+\-–—]+")
_INSIDE = re.compile(r"(?<=[a-z])[.!?,;:…\"*_~`()\[\]{}<>|/\\^=+\-–—]+(?=[a-z])")
_STRETCHED = re.compile(r"([a-z])\1{2,}", re.IGNORECASE)
_DRAWN = re.compile(
    r"\b(?!(?:h+m+|a+h+|o+h+|a+w+|m+|s+h+|u+m+|u+h+)\b)\w*([a-z])\1{2}\w*", re.IGNORECASE
)
_SPACE = re.compile(r"\s+")
_SHORTHAND = (
    (re.compile(r"\bu\b"), "you"),
    (re.compile(r"\bur\b"), "your"),
    (re.compile(r"\b(you|they|we)(re|ve|ll)\b(?<!were)(?<!well)"), r"\1'\2"),
    (re.compile(r"\b(that|there|he|she|what|who|it|everything|nobody)(s)\b"), r"\1'\2"),
    (
        re.compile(
            r"\b(do|does|did|is|was|were|wo|ca|would|should|could|are|have|has|must|need)nt\b"
        ),
        r"\1n't",
    ),
    (re.compile(r"\b(should|would|could|must)(ve)\b"), r"\1'\2"),
    (re.compile(r"\b(i)(m|ve|d)\b"), r"\1'\2"),
    (re.compile(r"\b(you|they)(d)\b"), r"\1'\2"),
)
"""What is left when apostrophes are left out."""
_LEET = str.maketrans("0134578@$!|€", "oieastbasiie")
_LEET_WORD = re.compile(r"(?=[^\s]*[a-z])(?=[^\s]*[0134578@$!|€])[a-z0134578@$!|€']{2,}")
_PLAIN_NUMBER = re.compile(r"\d+(?:[a-z]{1,4}|'s)|[a-z]{1,6}\d{1,3}s?|[a-z']+[!|]+|\d+(?:x|k|m)\d*")

_HIDDEN = re.compile(
    r"(?<=\w)[\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+(?=\w)"
)
_OVERRIDE = re.compile(r"[\u202d\u202e\U000e0000-\U000e007f\u2800-\u28ff\U0001f130-\U0001f189]")
_FANCY = re.compile(r"[\uff21-\uff5a\U0001d400-\U0001d7ff\u24b6-\u24e9\u249c-\u24b5]")
_FLAGS = re.compile(r"[\U0001f1e6-\U0001f1ff]{5,}")
_ACCENTS = re.compile(r"[\u0300-\u036f]{2,}")
_SPACED = re.compile(r"(?<!\w)(?:[a-z][ .\-_*·]{1,3}){3,}[a-z](?!\w)", re.IGNORECASE)
_MASKED = re.compile(
    r"\b[A-Za-z]+[*#@$%€]+[A-Za-z]+\b|\b[A-Za-z][a-z]*\d+[a-z]+\b"
    r"|\b[A-Z]{2,}\d+[A-Z]+\b|\b[A-Z]+\d+[A-Z]{2,}\b"
)
_ENCODED = re.compile(
    r"[a-z0-9+/]{6,}={1,2}(?!\w)|(?:\b[01]{7,8}\b\s*){2,}|(?:\b[0-9a-f]{2}\b[ :,]*){6,}|(?:%[0-9a-f]{2}){2,}|(?:&#?\w+;){2,}"
    r"|(?:\\[ux][0-9a-f]{2,4}){2,}|(?:(?<!\S)[.\-·–]{1,6}(?:\s+|$)){4,}",
    re.IGNORECASE,
)
_BASE64 = re.compile(
    r"\b(?=[A-Za-z0-9+/]*(?:[a-z][A-Z]|[A-Z]{2}[a-z]|[a-z]\d|\d[a-z]))[A-Za-z0-9+/]{12,}"
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def upright(text: str) -> tuple[str, ...]:
    """Return a text as a person would read it: in small letters, plain, without punctuation or leet."""
    # normalise() makes one letter of three; a word that is written with two needs two.
    twice = fold(_STRETCHED.sub(r"\1\1", text))
    # It also takes a capital I among small letters for an l: "OpenAI" is read without that too.
    readings = (text.lower(), unaccented(text.lower()), *_ways(fold(text)), *_ways(twice))
    return tuple(dict.fromkeys(readings))


def _ways(plain: str) -> tuple[str, ...]:
    loose = _SPACE.sub(" ", _BREAK.sub(" ", plain)).strip()
    tight = _SPACE.sub(" ", _BREAK.sub(" ", _INSIDE.sub("", plain))).strip()
    leet = _LEET_WORD.sub(_unleet, plain)
    return plain, loose, tight, leet


def turned(text: str) -> tuple[str, ...]:
    """Return a text backwards, and with its letters turned by thirteen, as it stands and folded."""
    ways = (text.lower(), _ways(fold(text))[1])
    return tuple(way for text in ways for way in (text[::-1], codecs.encode(text, "rot13")))


def fold(text: str) -> str:
    """Return a text in small plain letters: accents off, look-alikes as what they look like.

    Example:
        >>> fold("I lóve уоu")
        'i love you'
    """
    text = unaccented(normalise(text)).translate(_ALIKE)
    text = normalise(text)
    for pattern, word in _SHORTHAND:
        text = pattern.sub(word, text)
    return text


def unaccented(text: str) -> str:
    """Return a text without the accents of its letters."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c))


def disguised(text: str) -> bool:
    """Whether a text hides its words; nobody who means well writes like that to a person in need."""
    marks = (_HIDDEN, _OVERRIDE, _FANCY, _FLAGS, _ACCENTS, _SPACED, _MASKED, _ENCODED, _BASE64)
    return any(mark.search(text) for mark in marks) or _drawn_out(text) or _in_fragments(text)


def unreadable(text: str) -> bool:
    """Whether a text is in letters or a language that the rules cannot read."""
    letters = [c for c in text if c.isalpha()]
    if any(
        not unicodedata.name(c, "").startswith(("LATIN", "FEMININE", "MASCULINE")) for c in letters
    ):
        return True
    words = re.findall(r"[^\W\d_]+(?:'[a-z]+)?", text.lower().replace("’", "'"))
    english = sum(word in _words("english") for word in words)
    foreign = sum(word in _words("foreign") for word in words)
    return (len(words) >= 4 and not english) or (foreign >= 2 and foreign > 2 * english)


def _drawn_out(text: str) -> bool:
    """Whether one word after the other is stretched, beyond a "sooo" or a "hmmm"."""
    return len(_DRAWN.findall(text)) > 1


def _in_fragments(text: str) -> bool:
    """Whether words are cut up: "ki ll your self"."""
    words = _WORD.findall(text.replace("’", "'"))
    # Initials stand in capitals, unless everything does.
    told = words if text.isupper() else [word for word in words if not word.isupper()]
    stray = [word for word in told if len(word) <= 2 and word.lower() not in _words("short")]
    return len(stray) > 1


def _unleet(match: re.Match[str]) -> str:
    word = match[0]
    return word if _PLAIN_NUMBER.fullmatch(word) else word.translate(_LEET)


@lru_cache(maxsize=3)
def _words(kind: str) -> frozenset[str]:
    text = files("listenwell.safety").joinpath("readings.yaml").read_text(encoding="utf-8")
    return frozenset(parse(text)[kind].split())
