"""A conversation as it stands after the person put us right: what misled us is heard no more."""

import re
from collections.abc import Iterable

from listenwell.core.types import History, Message
from listenwell.dialogue.asked import PUTS_RIGHT, Tell, asked
from listenwell.dialogue.authored import lexicon
from listenwell.dialogue.repertoire import Move, Repertoire
from listenwell.dialogue.words import has, padded

UNHEARD = "\ufffd"
"""What stands where words were that misled us: it is no word, and keeps the rest from being said back."""
LATELY = 12
"""How many messages back, ours among them, it is heeded that we were put right."""
MISLED = PUTS_RIGHT - {"told_already"}


def corrected(history: History, moves: Repertoire, tell: Tell) -> History:
    """Return a conversation without the words by which sentences were chosen that were refused.

    Args:
        history: The conversation, its newest message the person's.
        moves: What the sentences were chosen from.
        tell: Tells the acts of messages.
    """
    kept: list[Message] = []
    for at, message in enumerate(history.messages):
        kept.append(message)
        if message.role != "user" or len(kept) < 3 or len(history.messages) - at > LATELY:
            continue
        met = asked(History(history.messages[: at + 1]), tell)
        if met.kind not in MISLED:
            continue
        misled = _cues(kept, moves)
        kept[-1] = Message("user", met.rest or message.content)
        kept = [_without(one, misled) if one.role == "user" else one for one in kept]
    return History(tuple(kept))


def _cues(told: list[Message], moves: Repertoire) -> frozenset[str]:
    """Return the words of theirs by which the parts of our last reply were chosen."""
    reply = next(one.content for one in told[::-1] if one.role == "assistant")
    said = [one.content for one in told[:-1] if one.role == "user"]
    plain, story = padded(said[-1]), padded(" ".join(said))
    made = (move for move in moves.met_in(plain, story) if _fixed(move) in reply)
    return frozenset(cue for move in made for cue in _looked_for(move) if has(story, cue))


def _looked_for(move: Move) -> tuple[str, ...]:
    """Return the words that a move was chosen by: its cues, or those of its topic."""
    cues = (*move.when, *move.story)
    return cues or tuple(word for name in move.topics for word in lexicon("topics").get(name, ()))


def _fixed(move: Move) -> str:
    """Return the longest part of a move's text that does not depend on the person's words."""
    return max(re.split(r"\{\w+\}", move.text), key=len).strip()


def _without(message: Message, cues: Iterable[str]) -> Message:
    text = message.content
    for cue in sorted(cues, key=len, reverse=True):
        words = [_typed(word) for word in cue.rstrip("*").split()]
        end = r"\w*" if cue.endswith("*") else r"\b"
        pattern = r"\b" + r"\W+".join(words) + end
        text = re.sub(pattern, UNHEARD, text, flags=re.IGNORECASE)
    return Message(message.role, text)


def _typed(word: str) -> str:
    """Return a pattern for a word of a cue, with and without its apostrophes."""
    return "['’`]?".join(map(re.escape, word.split("'")))
