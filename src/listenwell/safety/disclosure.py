"""What people are told about what they are talking to."""

import re

START = (
    "You're talking with Listenwell, an AI. It listens and supports; it is not a person, it can't "
    "diagnose or treat anything, and it can be wrong."
)
EMOTIONS = "It reads how you seem to feel, to answer better."
PRIVATE = "Everything stays on this machine."


def at_the_start(*, reads_emotions: bool) -> str:
    """Return what people are told before they write anything."""
    return f"{START} {EMOTIONS}" if reads_emotions else START


_ASKS = re.compile(
    r"\bare (you|u) (\w+ ){0,4}(bot|robot|ai|human|person|real|machine|computer|program)\b|"
    r"\bam i (talking|speaking|chatting) (to|with) (\w+ ){0,3}(bot|robot|ai|human|person|machine)\b|"
    r"\b(who|what) (are|r) (you|u)( really| exactly)?\W*$|\br u (\w+ ){0,3}(real|human|bot|ai)\b|"
    r"\byou(['’]re| are) (just |only )?(a |an )(bot|robot|ai|machine|program|computer)\b|"
    r"\bdo (you|u) (even|really|actually) (care|feel|understand)\b",
    re.IGNORECASE,
)

BRIEF = "I'm an AI, not a person."
"""For someone in danger who asks: one line, and then what matters."""

ANSWERS = (
    "I'm an AI called Listenwell, so there's no person on this side. I can still listen, for as "
    "long as you like. What were you hoping I'd be?",
    "No, I'm not a person. I'm a program that was taught to listen. What you say here still gets "
    "my whole attention.",
    "I'm software, not a human being. If you'd rather talk to a person, that makes sense, and I can "
    "show you where to find one.",
)


def asks_what_it_is(text: str) -> bool:
    """Whether somebody asks if they are talking to a machine."""
    return _ASKS.search(text) is not None
