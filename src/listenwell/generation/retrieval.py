"""Choosing from the project's own replies: what answered something near to what was said."""

import re
from collections.abc import Sequence

import numpy as np

from listenwell.core.types import Message
from listenwell.embedded.bank import Bank
from listenwell.embedded.session import Floats

NEAR_ENOUGH = 0.6
"""A reply is proposed only when what it answered was this near, as a cosine."""

WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+")


def words(text: str) -> list[str]:
    """Return a text's words and numbers, in lower case."""
    return WORD.findall(text.lower().replace("’", "'"))


def nearest(bank: Bank, asked: Floats, messages: Sequence[Message], count: int) -> list[int]:
    """Return where in the bank at most `count` replies that fit are, best first.

    A reply fits when what it answered is near, and when it speaks of nothing particular that the
    person has not spoken of: another person's loch, number or sister would be an invention.

    Args:
        bank: Replies and vectors.
        asked: The conversation's unit vector, (hidden,).
        messages: The conversation.
        count: How many are wanted.
    """
    near = bank.messages @ asked
    marks = near + bank.vectors @ asked
    said = {
        word for message in messages if message.role == "user" for word in words(message.content)
    }
    found: dict[str, int] = {}
    for index in map(int, np.argsort(-marks)[:200]):
        reply = bank.replies[index]
        if near[index] >= NEAR_ENOUGH and not invented(reply, said, bank.common):
            found.setdefault(reply, index)
            if len(found) == count:
                break
    return list(found.values())


def invented(reply: str, said: set[str], common: frozenset[str]) -> set[str]:
    """Return the words of a reply that are neither common nor the person's own, however inflected."""
    return {
        word
        for word in words(reply)
        if word not in common and word not in said and not _inflected(word, said)
    }


def _inflected(word: str, said: set[str]) -> bool:
    stem = re.sub(r"(?:'s|ies|ing|ed|es|s|y)$", "", word)
    return len(stem) > 3 and any(other.startswith(stem) for other in said)
