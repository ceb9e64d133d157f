"""The one offer to think about ways forward, and what the person answered to it."""

import re

from listenwell.core.types import History
from listenwell.dialogue.words import padded

OFFERED = re.compile(
    r"would you rather keep talking|or keep to talking|or leave that for now", re.IGNORECASE
)
"""What every offer says, one way or another; `moves/moments.yaml` holds them under `offer`."""

_YES = re.compile(
    r" (yes|yeah|yep|sure|ok|okay|please|that would help|think about|ideas?|alright|help|maybe) "
)
_NO = re.compile(r" (no|nah|nope|not|don't|rather|keep talking|later|leave|listen|advice) ")
BRIEF = 6
"""Words up to which a message can be an answer to the offer and nothing more."""


def was_offered(history: History) -> bool:
    """Whether the offer was made in this conversation."""
    return any(OFFERED.search(text) for text in history.said_by("assistant"))


def accepts_offer(history: History) -> bool:
    """Whether the newest message says yes to the offer that stands right before it."""
    plain = padded(history.last_user)
    yes = bool(_YES.search(plain)) and not _NO.search(plain)
    return yes and len(plain.split()) <= BRIEF and _offered_last(history)


def declines_offer(history: History) -> bool:
    """Whether the newest message turns down the offer that stands right before it."""
    plain = padded(history.last_user)
    return bool(_NO.search(plain)) and len(plain.split()) <= BRIEF and _offered_last(history)


def _offered_last(history: History) -> bool:
    said = history.said_by("assistant")
    return bool(said) and OFFERED.search(said[-1]) is not None
