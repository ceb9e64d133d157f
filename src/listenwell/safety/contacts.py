"""Find phone numbers and addresses in a text, whatever their punctuation, to compare them with known ones."""

import re

_WEB = re.compile(
    # Any ending may be an address; "e.g." and "p.m." are too short to be one.
    r"(?:https?://|www\.)[^\s<>\"']+|\b[\w-]{2,}(?:\.[\w-]+)*\.[a-z]{2,12}\b(?:/[^\s<>\"']*)?"
)
_MAIL = re.compile(r"[\w.+-]+ ?(?:@|\(at\)|\[at\]) ?[\w-]+(?:\.[\w-]+)*|(?<!\w)@\w{3,}")
_SPELT = re.compile(
    r"\b[\w-]+[ .*_-]{0,3}(?:\bdot\b|\(dot\)|\[dot\])[ .*_-]{0,3}(?:com|org|net|info|io|co|uk|de|fr|me|app)\b"
    r"|(?:\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)\b[ ,.*_\-]*){6,}"
)
_ELSEWHERE = re.compile(
    r"\b(?:add|find|message|text|call|ring|email|mail|dm|follow|write to|meet) me (?:on|at|in|outside|here:)"
    r"|\bmy (?:number|phone|email|e-mail|address|whatsapp|insta\w*|snap\w*|discord|telegram|profile|page)\b"
    r"|\b(?:on|via|over) (?:whatsapp|telegram|snapchat|discord|kik|skype)\b"
)
_NUMBER = re.compile(r"\+?\(?\d(?:[\s().\-/]{0,3}\d)*")
_ASKED_TO_DIAL = re.compile(
    r"\b(?:call|text|dial|ring|phone|sms|hotline|helpline|line|number|reach \w+ (?:on|at))\b"
    r"[^\d]{0,25}$"
)
LONG = 6
"""So many digits in a row are a phone number wherever they stand."""
SHORT = 3
"""So many are one behind a word like "call"."""


def contacts_in(text: str) -> frozenset[str]:
    """Return every phone number as its digits and every address in its shortest form.

    Example:
        >>> sorted(contacts_in("Call 988 or see https://www.988lifeline.org."))
        ['988', '988lifeline.org']
    """
    text = text.lower()
    places = {_bare(match[0]) for match in _WEB.finditer(text)}
    hidden = {
        match[0].strip() for find in (_MAIL, _SPELT, _ELSEWHERE) for match in find.finditer(text)
    }
    without = _WEB.sub(" ", text)
    return frozenset(places | hidden | _numbers(without))


def _numbers(text: str) -> set[str]:
    found = set()
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        before = text[max(0, match.start() - 60) : match.start()]
        dialled = len(digits) >= SHORT and _ASKED_TO_DIAL.search(before)
        if len(digits) >= LONG or dialled:
            found.add(digits)
    return found


def _bare(address: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", address).rstrip("/.,;:!?)")
