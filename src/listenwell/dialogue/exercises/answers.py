"""What a person's message means in the middle of an exercise: a pure function of its words."""

import re
from enum import StrEnum

from listenwell.core.later import Later

SHORT = 8
"""Words up to which a message may be a sign rather than something told."""


class Meaning(StrEnum):
    """What a message asks of the exercise."""

    STOP = "stop"
    UNCLEAR = "the exercise, or everything"
    BODY = "body"
    OTHER_WAY = "another way"
    WORSE = "worse"
    PAUSE = "pause"
    WHY = "why"
    AGAIN = "again"
    HOW_LONG = "how long"
    HURTS = "hurts"
    WAIT = "wait"
    NO = "no"
    RESUME = "resume"
    YES = "yes"
    DONE = "done"
    TOLD = "told"


_BODY_PART = r"(breath\w*|body|muscles?|chest|stomach|counting|holding)"
_DISLIKE = (
    r"(hate|don'?t like|do not like|can'?t stand|can'?t do|not (comfortable|good) with|scare[sd]?|"
    r"scared of|makes? (me|it|things|my \w+)|mak(es|ing) it|trigger\w*|unpleasant|uncomfortable|"
    r"panic\w*|worse|trauma\w*|without|not the|asthma)"
)
# The order is the order in which a message is looked at.
_ANYWHERE: tuple[tuple[Meaning, Later], ...] = (
    (Meaning.STOP, Later(
        r"\b(stop|quit|end|leave|cancel) (this|it|the exercise|this exercise|here)\b|"
        r"\b(don'?t|do not) want to (do (this|it|that|the exercise)|(go on|continue) with (this|it|the))\b|"
        r"\b(this|it) (isn'?t|is not|'s not) (helping|working|for me)\b|\blet'?s stop\b|\bstop (asking|with the|these)\b|\bno more questions\b|\bjust listen\b|"
        r"\b(i want|i'?d like|can we|could we) (to )?stop( (now|please))?$"
    )),
    (Meaning.UNCLEAR, Later(
        r"\b(don'?t|do not|can'?t|cannot) (want to |wanna )?(go on|keep going|continue|carry on)\b|"
        r"\b(don'?t|do not|can'?t|cannot) (want to |wanna )?do (this|it) any ?more\b"
    )),
    (Meaning.BODY, Later(
        rf"\b{_DISLIKE}\b.{{0,30}}\b{_BODY_PART}\b|\b{_BODY_PART}\b.{{0,30}}\b{_DISLIKE}\b"
    )),
    (Meaning.OTHER_WAY, Later(
        r"\b(another|other|different) (way|form|version)\b|\bwithout (the )?(breathing|body)\b"
    )),
    (Meaning.WORSE, Later(
        r"\b(makes?|making|made) (it|me|this|things) (feel )?(worse|panic\w*|dizzy|more anxious)\b|"
        r"\bi('?m| am| feel|'?m feeling| am feeling)( getting| so| really| more| a bit)* "
        r"(dizzy|faint|light ?-?headed|worse|more anxious|panicking|sick)\b|\bcan'?t breathe\b"
    )),
    (Meaning.PAUSE, Later(
        r"\bsomething (else )?(just |has )?(happened|came up|come up)\b|"
        r"\b(can|could|may) (i|we) (tell you|talk about|say) (something|about)\b|"
        r"\bi (need|have) to tell you (something|about)\b"
    )),
    (Meaning.RESUME, Later(
        r"\b(go on|continue|carry on|resume|back to|finish|pick up|return to)\b.{0,20}"
        r"\b(exercise|breathing|grounding|relaxation|steps?|where we (were|left))\b|"
        r"\bwhere were we\b"
    )),
)  # fmt: skip
_SHORTLY: tuple[tuple[Meaning, Later], ...] = (
    (Meaning.STOP, Later(
        r"^(please |ok(ay)?,? |no,? )*(stop|quit|cancel|(that'?s )?enough|no more)"
        r"( (now|please|it|this|here|of this|for (now|today)))*\W*$"
    )),
    (Meaning.STOP, Later(
        r"^(but )?(this|it)('s| is| feels) (so |too |really |a bit )*"
        r"(stupid|silly|dumb|pointless|useless|boring|weird|ridiculous|not for me)\W*$"
    )),
    (Meaning.WAIT, Later(
        r"\b(not yet|(one|a) (moment|sec(ond)?|minute)|still (doing|trying|on it))\b|"
        r"^(ok(ay)? |please |just )*(wait|hold on|hang on|brb)\b"
    )),
    (Meaning.HOW_LONG, Later(
        r"\bhow (long|many (more|steps|times))\b|\b(is|are) (it|this|we) (nearly |almost )?(over|done)( soon)?\?"
    )),
    (Meaning.HURTS, Later(
        r"\b(hurts?|painful|sore|in pain|bad (back|knee|neck|shoulder)|injur(y|ed))\b"
    )),
    (Meaning.WHY, Later(
        r"^(but )?why( (are we|do we|this|that|would|should)\b.*)?\W*$|"
        r"\bwhat('?s| is) (this|that|it) (good )?for\b|"
        r"\bhow (does|would|can|will) (this|that|it) (work|help)\b|"
        r"\b(does|will|would) (this|that|it) (really |even )?(work|help)\b"
    )),
    (Meaning.AGAIN, Later(
        r"^(again|once more|repeat|what|sorry what|pardon)\W*$|\b(say|repeat|explain) (that|it) again\b|"
        r"\b(didn'?t|don'?t) (get|understand) (that|it|this)\b|\bwhat was (that|the step)\b"
    )),
    (Meaning.RESUME, Later(
        r"^(ok(ay)?,? |yes,? |please,? |actually,? |no,? )*((let'?s )?(go on|carry on|continue|resume))( (please|now))?\W*$"
    )),
    (Meaning.NO, Later(
        r"^(no+|nah|nope|not (now|really|today)|maybe later|later|rather not|i('?d| would) rather not|"
        r"don'?t want)\b"
    )),
    (Meaning.YES, Later(
        r"^(yes+|yeah|yea|yep|yup|sure|ok(ay)?|k|please|let'?s|go ahead|why not|fine|alright|all right|"
        r"i('?d| would) like|i('?ll| will) try|we (can|could)|can we|good idea|mhm|i guess|maybe)\b"
    )),
    (Meaning.DONE, Later(
        r"^(?!(he|she|they|it|my|his|her|we|you)\b|.*(\bnot\b|n't\b|\?))"
        r".*\b(ok(ay)?|done|did (it|that|them)|finished|next|ready|back|settled|comfortable|sitting|"
        r"lying|here|got (it|one)|have (it|one)|found (it|one)|better|calmer|quieter|nice|good|yes)\b|"
        r"^\W*\d*\W*$"
    )),
)  # fmt: skip


def meaning(text: str) -> Meaning:
    """Return what a message asks for; `TOLD` when it only says something."""
    plain = re.sub(r"\s+", " ", text.lower().replace("’", "'")).strip()
    for found, pattern in _ANYWHERE:
        if pattern.search(plain):
            return found
    if is_short(plain):
        for found, pattern in _SHORTLY:
            if pattern.search(plain):
                return found
    return Meaning.TOLD


def is_short(text: str) -> bool:
    """Whether a message is short enough for a sign."""
    return len(text.split()) <= SHORT
