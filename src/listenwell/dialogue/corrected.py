"""A conversation as it stands after the person put us right: what misled us is heard no more."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from listenwell.core.types import History, Message
from listenwell.dialogue.asked import PUTS_RIGHT, Tell, asked
from listenwell.dialogue.authored import lexicon
from listenwell.dialogue.composing import names_it
from listenwell.dialogue.planning import GLADNESS
from listenwell.dialogue.pronouns import forms
from listenwell.dialogue.repertoire import Move, Repertoire
from listenwell.dialogue.words import fixed_part, has, padded, struck, tokens

LATELY = 12
"""How many messages back, ours among them, it is heeded that we were put right."""
STEM, ORDINARY = 5, 3
"""Letters of a word of ours that are compared with theirs, and of words that are not compared."""
MISLED = PUTS_RIGHT - {"told_already"}
_DENIED = (
    r" (?:not|isn't|wasn't|aren't|no|never|nobody|don't|didn't|haven't|about) (?:\w+ ){{0,2}}{} "
)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What is to be answered.

    Attributes:
        history: The conversation without the words by which refused sentences were chosen.
        denied: The feelings that refused sentences named.
    """

    history: History
    denied: frozenset[str] = frozenset()


def corrected(history: History, moves: Repertoire, tell: Tell) -> Corrected:
    """Return a conversation as the person put it right.

    Args:
        history: The conversation, its newest message the person's.
        moves: What the sentences were chosen from.
        tell: Tells the acts of messages.
    """
    kept: list[Message] = []
    denied: set[str] = set()
    for at, message in enumerate(history.messages):
        kept.append(message)
        if message.role != "user" or len(kept) < 3 or len(history.messages) - at > LATELY:
            continue
        met = asked(History(history.messages[: at + 1]), tell)
        if (met.first or met.kind) not in MISLED:
            continue
        misled = _cues(kept, moves) | _denied_topics(padded(message.content))
        denied |= _named(_reply(kept))
        kept[-1] = _without(Message("user", met.rest or message.content), _of_ours(kept))
        kept = [_without(one, misled) if one.role == "user" else one for one in kept]
    return Corrected(History(tuple(kept)), frozenset(denied))


def _reply(told: list[Message]) -> str:
    return next(one.content for one in told[::-1] if one.role == "assistant")


def _named(reply: str) -> frozenset[str]:
    """Return the painful feelings that a reply called by their names."""
    named = (name for name in lexicon("feelings") if names_it(reply, name))
    return frozenset(named) - {GLADNESS}


def _of_ours(told: list[Message]) -> frozenset[str]:
    """Return the words of a message that it took from our reply: "lonely? nah"."""
    before = {w[:STEM] for one in told[:-2] if one.role == "user" for w in tokens(one.content)}
    ours = {w[:STEM] for w in tokens(_reply(told)) if len(w) > ORDINARY} - before
    return frozenset(w for w in tokens(told[-1].content) if w[:STEM] in ours)


def _denied_topics(plain: str) -> frozenset[str]:
    """Return the words of every topic that a message denies: "it's not a breakup"."""
    return frozenset(
        word
        for words in lexicon("topics").values()
        if any(
            re.search(_DENIED.format(re.escape(word.rstrip("*"))), plain) for word in words
        )
        for word in words
    )  # fmt: skip


def _cues(told: list[Message], moves: Repertoire) -> frozenset[str]:
    """Return the words of theirs by which the parts of our last reply were chosen."""
    reply = _reply(told)
    said = [one.content for one in told[:-1] if one.role == "user"]
    plain, story = padded(said[-1]), padded(" ".join(said))
    made = (
        move
        for move in moves.met_in(plain, story)
        if any(form in reply for form in forms(fixed_part(move.text)))
    )
    return frozenset(cue for move in made for cue in _looked_for(move) if has(story, cue))


def _looked_for(move: Move) -> tuple[str, ...]:
    """Return the words that a move was chosen by: its cues, or those of its topic."""
    cues = (*move.when, *move.story)
    return cues or tuple(word for name in move.topics for word in lexicon("topics").get(name, ()))


def _without(message: Message, cues: Iterable[str]) -> Message:
    return Message(message.role, struck(message.content, cues))
