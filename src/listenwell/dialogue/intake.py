"""What came in: cleaned so that nothing downstream can choke on it, and named when it is no text."""

import re
import unicodedata
from typing import Literal

LONGEST = 20_000
"""Characters of a message that are kept whole; of a longer one, its beginning and its end."""

Kind = Literal["text", "empty", "emoji", "unreadable", "greeting", "thanks", "goodbye", "little"]

# Ordinary short moments that a small model answers badly and people answer in a few words.
_MOMENTS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("greeting", re.compile(r"(hi+|hello|hey+|hiya|good (morning|evening|afternoon))( there)?")),
    ("thanks", re.compile(r"(ok(ay)? )?(thanks|thank you|thankyou|ty|thx)( so much| a lot| for "
                          r"(listening|this|that|being here))?")),
    ("goodbye", re.compile(r"(ok(ay)? )?(bye|goodbye|good ?night|gtg|see (you|ya))( now| then)?")),
    ("little", re.compile(r"ok(ay)?|k|idk|i don'?t know|dunno|meh|whatever|hm+|i guess|nothing|nvm")),
)  # fmt: skip


def clean(text: str) -> str:
    """Return a message without unpaired surrogates, control characters and endless length.

    The meaning is kept: a person's typing mistakes, capitals and emoji are theirs. The screen
    reads the same cleaned text, beginning and end of a very long message alike.
    """
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    text = text.strip()
    if len(text) > LONGEST:
        half = LONGEST // 2
        text = f"{text[:half]} … {text[-half:]}"
    return text


def kind_of(text: str) -> Kind:
    """Say what a cleaned message is: words, an ordinary short moment, nothing, or no text."""
    if not text:
        return "empty"
    if text.count("\ufffd") > len(text) * 0.2:
        return "unreadable"
    said = re.sub(r"[^\w' ]", "", text.lower()).strip()
    for moment, pattern in _MOMENTS:
        if pattern.fullmatch(said):
            return moment
    if any(unicodedata.category(c)[0] == "L" or c.isdecimal() for c in text):
        return "text"
    if any(unicodedata.category(c) in {"So", "Sk"} for c in text) or re.search(
        r"[:;]-?[()DPp/]", text
    ):
        return "emoji"
    return "text" if re.search(r"[.?!]", text) else "unreadable"
