"""What the newest message asks of the listener or puts right, which a reply meets before all else.

Somebody who asks whether they are being silly, what to say to their mother, or why we spoke of a
birthday that there never was, is not served by any sentence about the matter, however kind. What
a message does is told by `perception/acts.py`; lines for each act are in `moves/answers.yaml`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from listenwell.core.types import History, Message
from listenwell.dialogue.mirror import sayable
from listenwell.dialogue.words import padded, tokens

BAR, SURER, MAY_BE_NONE = 0.3, 0.45, 0.5
"""The probability from which a question counts as asked, an act about a reply of ours as done, and that
of "none" from which nothing does."""
WAS_ASKED, MARKED = 0.2, 0.15
"""The probability from which a message asked something of which the person says that we passed it by,
and what a question mark adds to it."""
PASSED_BY, LEAVING = "open_question", "leaving"
PUTS_RIGHT = frozenset({"put_right", "unclear", "not_so_bad", "told_already"})
"""Acts that say that our last reply missed."""
OF_OURS = PUTS_RIGHT | {PASSED_BY, LEAVING}
"""Acts that need a reply of ours before them."""
LOOKED_BACK = 3
"""How many messages back an unanswered question is looked for."""
OPTION = 7
"""The most words of a thing to choose or to do that are said back."""
ALONE = 12
"""Up to how many words a message without a question mark is taken to be a question and no more."""

Tell = Callable[[History], Mapping[str, float]]
"""Tells how likely the newest message of a conversation does each act."""

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_CHOICE = re.compile(
    r" (?:(?:should|shall|do|would|could|can) i|i should|i'd better) (?:just |really |even |better )*"
    r"(?P<a>.+?) or (?:should i |do i |shall i |would i |just |rather |maybe |to )*(?P<b>.+)"
)
_BEFORE_OR_AFTER = re.compile(
    r" (?:(?:should|shall|do) i|i should|i'd better) (?P<deed>.+?) (?P<a>before|now|first) "
    r"(?P<of>.*?)or (?P<b>after|afterwards|later|last)\b"
)
_DEED = re.compile(
    r" (?:should i|shall i|i should|do i) (?:just |really |even |maybe |still )*(?P<deed>.+)"
)
_ASKED = re.compile(
    r"^.*?\bi (?:\w+ )?(?:asked|was asking|am asking|meant)(?: (?:you|u))?(?: (?:about|if|whether|that))?\b|"
    r"\b(?:you|u) (?:still |just )*(?:didn'?t|haven'?t|never|won'?t|don'?t) answer(?:ed)?(?: (?:me|it|that))?\b|"
    r"\b(?:that'?s|that is|thats) (?:not an|no) answer\b|\banswer (?:me|it|the question|my question)\b",
    re.IGNORECASE,
)
"""How somebody asks again, which is not what they ask."""
_GUESS = re.compile(
    r" (?:do|would) (?:you|u) (?:really |honestly )?(?:think|reckon|suppose|believe) (?:that )?"
    r"(?:it|it's|its|he|he's|she|she's|they|they're|there|the|my|this|that(?! (?:i|i'm)\b)|people|anyone) "
)
_LEADS_IN = (
    r"^ (?:(?:so|but|and|or|well|then|ok|okay|honestly|idk|lol|please|just|like|anyway|hm|um|oh) )*"
)
_PLAINLY = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("should", rf"{_LEADS_IN}(?:should|shall) i (?!have\b|be\b)| (?:do|would) (?:you|u) (?:think|reckon) i should "),
        ("how_say", rf"{_LEADS_IN}(?:what (?:do|should|can|would) i (?:even )?(?:say|tell|write)|how (?:do|should|can) i (?:even )?tell) "),
        ("is_it_bad", rf"{_LEADS_IN}am i (?:being |just |so |too )*(?:selfish|silly|stupid|mad|crazy|weird|mean|childish|pathetic|daft|unreasonable|ungrateful|horrible|awful) "),
        ("is_it_bad", rf"{_LEADS_IN}is (?:that|this|it) (?:so |really |just )?(?:mad|silly|stupid|crazy|weird|odd|strange|selfish|mean|childish|pathetic|daft|wrong|bad|normal)(?: of me)? $"),
        ("what_think", rf"{_LEADS_IN}what (?:do|would) (?:you|u) (?:think|do|make of (?:it|that|this)) "),
    )
)  # fmt: skip
_OF_SAYING = re.compile(
    r" (?:say\w*|said|tell\w*|told|words?|word it|write|text\w*|call\w*|ring|ask\w*|explain\w*|bring (?:it|this|that)|break (?:it|the news)|"
    r"begin|start|open|apologi[sz]e|sorry|talk\w*|speak\w*|mention|put it|phrase|answer|reply|messages?|letter|card|speech|email|note) "
)
_OF_ME = re.compile(r" (?:me|i|i'm|im|i've|my) ")
_FINE = re.compile(
    r" (?:normal|common|usual|natural|ok|okay|alright|all right|fine|allowed|understandable) "
)
_OPEN = frozenset(
    [
        "not",
        "what",
        "something",
        "anything",
        "is",
        "am",
        "are",
        "was",
        "do",
        "does",
        "whatever",
        "so",
        "nah",
        "no",
        "nothing",
    ]
)
"""What begins no thing to choose: "or not", "or is that silly"."""
_GRAVE = re.compile(
    r" or | (?:leave|divorce|dump|quit|resign|break|marry|forgive|move out|cut|stop|end|abort\w*|keep it|report|"
    r"confront|sue|take (?:him|her|it|them) back|give up|send (?:him|her) away) "
)
"""Deeds that are not put into words for anybody, as if they were small."""
_HANGS_ON = re.compile(
    r" (?:or|do you think|what do you|you think|lol|tbh|idk|then|please|because|cause|cos|bc|but|though|"
    r"so that|at all|yes or no|in your opinion|if (?:she|he|they|it|i))(?= |$).*"
)
_NO = re.compile(
    r" (?:no|nope|nah|um|uh|oh|well|actually|sorry|wait|lol|haha|hm|ehm)(?: (?:no|nope))* "
)
_DENIAL = re.compile(
    r" (?:(?:no|nope|nah|um|oh|well|actually|sorry) )*(?:(?:it|that|this|he|she|they|there|those|these|"
    r"we|you|i)(?:'s|'m|'re)? |im |nobody |no one |(?:my|the) \w+ )?(?:(?:is|was|are|were|really|just|"
    r"am) )*(?:not|never|isn't|wasn't|aren't|weren't|didn't|doesn't|don't|haven't|hasn't|hadn't|"
    r"nobody|no one|no)\b(?! only)"
)
_NO_FAULT = re.compile(
    r" (?:you|u) (?:didn't|haven't|hadn't|did not|have not|had not|weren't|were not) (?:\w+ )?(?:misread|misunder\w+|made?|get|got|wrong)\b|"
    r" no mistake | (?:don't|do not) (?:think|believe) (?:you|u) (?:made|got|misread)"
)
_SPEAKS_OF_ASKING = re.compile(r" (?:ask\w*|answer\w*|question\w*|repl(?:y|ied)) ")
_MEANT = re.compile(
    r" (?:meant|mean|wrong|mixed|misread|misunderst\w+|actually|other way|instead|i said|it's the|he's the|she's the|rather|not (?:me|him|her|them|us|mine|that|this|the|a|my)) "
)
_SAID_SO = re.compile(
    r"(?:,? ?\b(?:like|as) i (?:\w+ )?(?:said|told you|mentioned|wrote|explained)\b,? ?|"
    r"^\W*(?:i (?:\w+ )?(?:just |already |did )*(?:told|said|tell|say)(?: (?:you|u))?"
    r"(?: (?:that|so|this|it))?\b)[,.!]? ?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a message wants met.

    Attributes:
        kind: The act ("should"), or "" where there is nothing.
        rest: What else the message tells.
        slots: The person's own words that lines may take up.
        first: What is owned up to before: that it was passed by, or that we were put right, too.
    """

    kind: str = ""
    rest: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    first: str = ""


NOTHING = Asked()


def asked(history: History, tell: Tell) -> Asked:
    """Return what the newest message asks of the listener, or puts right.

    Args:
        history: The conversation, its newest message the person's.
        tell: Tells the acts of messages.
    """
    found = _of_newest(history, tell)
    if found.kind == PASSED_BY:
        return _passed_by(history, tell)
    if found.kind == "put_right" and "?" in found.rest:
        also = _of_newest(instead(history, found.rest), tell)
        if also.kind and also.kind not in OF_OURS:
            return replace(also, first=found.kind)
    return found


def instead(history: History, rest: str) -> History:
    """Return a conversation whose newest message holds only a part of itself."""
    return History((*history.messages[:-1], Message("user", rest)))


def _passed_by(history: History, tell: Tell) -> Asked:
    """Return the question that we passed by: said again in the newest message, or asked before it."""
    again = _ASKED.sub("", history.last_user).strip()
    found: list[tuple[float, str, History]] = []
    for then in (instead(history, again), *_earlier(history)):
        shares = {name: p for name, p in tell(then).items() if name not in {"none", *OF_OURS}}
        kind = max(shares, key=lambda name: shares[name], default="")
        if kind:
            found.append((shares[kind] + MARKED * ("?" in then.last_user), kind, then))
    if not found or max(share for share, _, _ in found) < WAS_ASKED:
        return Asked(PASSED_BY)
    _, kind, then = max(found, key=lambda one: one[0])
    asked_then = _question(kind, then.last_user)
    slots = _slots(asked_then.kind, history.last_user) or asked_then.slots
    return replace(asked_then, rest="", slots=slots, first=PASSED_BY)


def _of_newest(history: History, tell: Tell) -> Asked:
    text = history.last_user
    kind = act_of(tell(history)) or _in_plain_words(text)
    if not kind or (kind in OF_OURS and not _is_of_ours(kind, text, history)):
        return NOTHING
    if kind == "put_right":
        return Asked(kind, _without_denial(text))
    if kind == "told_already":
        return Asked(kind, _SAID_SO.sub(" ", text).strip())
    if kind == "unclear":
        return Asked(kind, _told_beside(text))
    return _question(kind, text) if kind not in OF_OURS else Asked(kind, text)


def _is_of_ours(kind: str, text: str, history: History) -> bool:
    """Whether a message bears out that it is about a reply of ours: an apology for nothing is worse than none."""
    said = history.said_by("assistant")
    if not said or _NO_FAULT.search(padded(text)):
        return False
    if kind == PASSED_BY:
        return "?" in text or _SPEAKS_OF_ASKING.search(padded(text)) is not None
    if kind != "put_right":
        return True
    first = (_sentences(text) or [""])[0]
    begins = _DENIAL.match(padded(first)) or _NO.match(padded(first)) or "?" in first
    return bool(begins) or _MEANT.search(padded(text)) is not None


def _in_plain_words(text: str) -> str:
    """Return the question that a message puts in words that can mean nothing else, "" for none."""
    for sentence in _sentences(text)[::-1]:
        plain = padded(sentence)
        for kind, pattern in _PLAINLY:
            if '"' not in sentence and pattern.search(plain):
                return kind
    return ""


def act_of(shares: Mapping[str, float]) -> str:
    """Return the act that a message does, "" for none."""
    if shares.get("none", 1.0) >= MAY_BE_NONE:
        return ""
    likeliest = max((name for name in shares if name != "none"), key=lambda name: shares[name])
    # A word of regret for nothing is worse than none.
    return likeliest if shares[likeliest] >= (SURER if likeliest in OF_OURS else BAR) else ""


def _earlier(history: History) -> list[History]:
    """Return the conversation as it was at the person's last messages, the newest first."""
    said = history.messages
    ends = [end for end, message in enumerate(said, start=1) if message.role == "user"]
    return [History(said[:end]) for end in ends[-1 - LOOKED_BACK : -1][::-1]]


def _question(kind: str, text: str) -> Asked:
    plain = padded(" ".join(one for one in _sentences(text) if "?" in one) or text)
    kind = _named(kind, plain)
    return Asked(kind, _told_beside(text), _slots(kind, text))


def _named(kind: str, plain: str) -> str:
    """Return which lines meet a question: some kinds hold questions that want the opposite word."""
    if kind in {"is_it_bad", "think_less", "what_think"} and _GUESS.search(plain):
        return "guess"
    if kind == "think_less" and not _OF_ME.search(plain):
        return "what_think"
    if kind == "is_it_bad" and _FINE.search(plain):
        return "is_normal"
    if kind == "how_say" and not _OF_SAYING.search(plain):
        return "what_now"
    return "choose" if kind in {"should", "what_think"} and _CHOICE.search(plain) else kind


def _sentences(text: str) -> list[str]:
    return [one for one in _SENTENCE.split(text.strip()) if one.strip()]


def _told_beside(text: str) -> str:
    """Return a message without its questions."""
    sentences = _sentences(text)
    if any("?" in one for one in sentences):
        return " ".join(one for one in sentences if "?" not in one)
    return text if len(tokens(text)) > ALONE else ""


def _slots(kind: str, text: str) -> Mapping[str, str]:
    """Return the things to choose, or the thing to do, as they may be said back."""
    for sentence in _sentences(text)[::-1]:
        plain = padded(sentence)
        if kind == "choose" and (found := _BEFORE_OR_AFTER.search(plain)):
            tail = f" {found['of'].strip()}" if found["of"].strip() else ""
            first = f"{found['deed']} {found['a']}{tail}"
            return _sayable({"a": first, "b": found["b"]})
        if kind == "choose" and (found := _CHOICE.search(plain)):
            first, second = _cut(found["a"]), _cut(found["b"])
            if second and second.split()[0] not in _OPEN:
                return _sayable({"a": first, "b": second})
        if kind == "should" and (found := _DEED.search(plain)) and not _GRAVE.search(plain):
            return _sayable({"deed": _cut(found["deed"])})
    return {}


def _cut(words: str) -> str:
    """Return a thing to do without what hangs on to it."""
    return _HANGS_ON.sub("", f" {words.strip()}").strip()


def _sayable(raw: Mapping[str, str]) -> Mapping[str, str]:
    """Return what may be said back, turned round; nothing where one of them may not."""
    said = {slot: sayable(words) for slot, words in raw.items()}
    fits = all(0 < len(words.split()) <= OPTION for words in said.values())
    return said if fits else {}


def _without_denial(text: str) -> str:
    """Return a message without the part that only denies: what is so instead."""
    first, *others = _sentences(text) or [""]
    pieces = [piece for piece in re.split(r"(?:,|;|\s-+|\s–|\bbut\b)\s*", first) if piece.strip()]
    while pieces and _NO.fullmatch(padded(pieces[0])):
        pieces.pop(0)
    if pieces and _DENIAL.match(padded(pieces[0])):
        pieces.pop(0)
    elif not pieces and others and _DENIAL.match(padded(others[0])):  # "No. Not me. Mum."
        others.pop(0)
    return " ".join([", ".join(pieces), *others]).strip()
