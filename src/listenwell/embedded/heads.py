"""What the encoder's heads need to know while training and while serving."""

TURN_BUCKETS = 8
SHARPNESS = 20.0
"""What cosines are multiplied by before the softmax over replies: relevance in nats."""


def turn_bucket(turns: int) -> int:
    """Return the bucket of how many turns came before a reply: what helps early seldom helps late.

    Buckets end at 1, 2, 4, 6, 10, 16 and 24 turns.
    """
    return sum(turns > end for end in (1, 2, 4, 6, 10, 16, 24))
