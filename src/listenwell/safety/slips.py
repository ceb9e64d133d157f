"""Slips of the pen and the keyboard in the words of danger: "decded", "hangg mysellf", "suisidal", "хачу".

A word that nobody knows and that sounds like, or is one slip away from, a word of danger is read as
that word. What is mended towards stands in `disguises.yaml`; which near words are known in `slips.json`
(`python -m listenwell.training.screen.slips`).
"""

import json
import re
from functools import lru_cache
from importlib.resources import files

from listenwell.safety.data import disguises

_SHORTEST = 3
_LONGEST = 16
_SURE = 5
"""Letters of a word's sound up to which only a vowel may be missing, or two letters be swapped."""
_VOWELS = "aeiouyаеиоуыэюя"
SPELT = re.compile(rf"\b[a-zа-я]{{{_SHORTEST},{_LONGEST}}}\b")
"""What may be mended."""
_SOUNDS = tuple(
    (re.compile(sound), as_written)
    for sound, as_written in (
        ("ph", "f"), ("qu(?=[ei])|q|ck|c(?=[aou])", "k"), ("(?:sc|c)(?=[eiy])|ç|z", "s"), ("v", "b"), ("y", "i"),
        ("[ыеэ]", "и"), ("о", "а"), ("[ьъ]", ""), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip


def mended(match: re.Match[str]) -> str:
    """Return a word as it was meant."""
    return mend(match[0])


@lru_cache(maxsize=16384)
def mend(word: str) -> str:
    """Return the word of danger that an unknown word stands for, or the word itself.

    Example:
        >>> mend("sucidal"), mend("bridges")
        ('suicidal', 'bridges')
    """
    meant = nearest(word)
    return word if meant is None or word in known() else meant


def nearest(word: str) -> str | None:
    """Return the word of danger that sounds like another or is one slip away, known or not."""
    heard = _heard(word)
    exact, near, bare = _index()
    if heard in exact or heard in bare:
        return exact.get(heard) or bare[heard]
    for said in dict.fromkeys((heard, word)):
        candidates = (one for less in (said, *_less(said)) for one in near.get(less, ()))
        fitting = [one for one in candidates if _one_slip(said, one)]
        if fitting:
            return exact[min(fitting, key=lambda one: abs(len(one) - len(said)))]
    return None


def _heard(word: str) -> str:
    """Return a word as it sounds, so that "kiero" is "quiero" and "suisidal" "suicidal"."""
    for sound, written in _SOUNDS:
        word = sound.sub(written, word)
    return word


def _less(word: str) -> set[str]:
    """Return a word with one letter left out, each in turn."""
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


def _without_a_vowel(word: str) -> set[str]:
    return {
        word[:place] + word[place + 1 :] for place, letter in enumerate(word) if letter in _VOWELS
    }


def _one_slip(said: str, meant: str) -> bool:
    """Whether a word is another with one letter more or less, two of them swapped, or one another."""
    if said[0] != meant[0] and sorted(said[:2]) != sorted(meant[:2]):
        return False
    if len(said) > len(meant):
        return len(meant) > _SURE and meant in _less(said)
    if len(said) < len(meant):
        short = len(meant) <= _SURE
        return said in (_without_a_vowel(meant) if short else _less(meant))
    if said == meant:
        return True
    wrong = [
        place for place, pair in enumerate(zip(said, meant, strict=True)) if pair[0] != pair[1]
    ]
    if len(wrong) == 1:
        return len(meant) > _SURE + 1
    first, last = wrong[0], wrong[-1]
    return (
        len(wrong) == 2
        and last == first + 1
        and said[first] == meant[last]
        and said[last] == meant[first]
    )


@lru_cache(maxsize=1)
def _index() -> tuple[dict[str, str], dict[str, tuple[str, ...]], dict[str, str]]:
    """Return the words by their sound, the sounds by what is left of them, and the words by their consonants."""
    exact: dict[str, str] = {}
    near: dict[str, tuple[str, ...]] = {}
    bare: dict[str, str] = {}
    words: str = disguises()["slips"]
    for word in words.split():
        heard = _heard(word)
        for form in dict.fromkeys((heard, word)):
            exact.setdefault(form, word)
            for less in (form, *_less(form)):
                near[less] = (*near.get(less, ()), form)
        consonants = heard[0] + "".join(letter for letter in heard[1:] if letter not in _VOWELS)
        if len(consonants) >= _SHORTEST:
            bare.setdefault(consonants, word)
    return exact, near, bare


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """Return the words near to those of danger that are words of their own."""
    text = files("listenwell.safety").joinpath("slips.json").read_text(encoding="utf-8")
    return frozenset(json.loads(text))
