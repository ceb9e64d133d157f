"""What the encoder's heads need to know while training and while serving."""

from collections.abc import Sequence

from listenwell.core.types import Message, RiskLevel
from listenwell.embedded.tokens import ENCODER_CONTEXT

TURN_BUCKETS = 8
SHARPNESS = 20.0
"""What cosines are multiplied by before the softmax over replies: relevance in nats."""
RISK_HEADS = {
    "risk_moderate": RiskLevel.MODERATE,
    "risk_high": RiskLevel.HIGH,
    "risk_imminent": RiskLevel.IMMINENT,
}
"""The heads that tell whether a message shows a level of risk or more."""
FITS = "fits"
"""The head that tells how well a reply fits a context that it is read together with."""
GOODNESS = (0.0, 0.6, 2.0)
"""What a wrong, a passable and a good sentence count: one that says something beats three that fit."""
LED = 3
"""How many of the newest turns a sentence is judged beside."""
APPROPRIATENESS = "appropriateness"
"""The head that tells whether a sentence read likewise would be wrong, passable or good there."""


def joined(
    context: tuple[Sequence[int], Sequence[int]], reply: tuple[Sequence[int], Sequence[int]]
) -> tuple[list[int], list[int]]:
    """Return a context and a reply as one text, of whose context the oldest pieces are left out.

    Args:
        context: The context's word pieces, its first marker included, and their segments.
        reply: The reply's, likewise.
    """
    room = ENCODER_CONTEXT - len(reply[0])
    ids, sides = (list(part[1:])[-room:] for part in context)
    return [context[0][0], *ids, *reply[0][1:]], [0, *sides, *reply[1][1:]]


def recent(messages: Sequence[Message]) -> Sequence[Message]:
    """Return the newest message with what led to it: what decides which sentence answers it."""
    return messages[-LED:]


def in_one(messages: Sequence[Message]) -> Message:
    """Return all that the person said as one message: the second way a feeling is read."""
    return Message("user", " ".join(m.content for m in messages if m.role == "user"))


def views(messages: Sequence[Message]) -> list[list[Message]]:
    """Return the ways in which a feeling is read, one or three, whose scores are averaged.

    They are the conversation as it is; all that the person said, as one message; and their first
    message alone, which mostly says what happened. Three readings err less than one.
    """
    said = [message for message in messages if message.role == "user"]
    if len(said) < 2:
        return [list(messages)]
    return [list(messages), [in_one(said)], said[:1]]


def turn_bucket(turns: int) -> int:
    """Return the bucket of how many turns came before a reply: what helps early seldom helps late.

    Buckets end at 1, 2, 4, 6, 10, 16 and 24 turns.
    """
    return sum(turns > end for end in (1, 2, 4, 6, 10, 16, 24))
