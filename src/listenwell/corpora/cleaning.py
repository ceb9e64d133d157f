"""Conversations made fit to learn from: repaired, without anyone's particulars, without phrases of habit."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import ftfy

from listenwell.core.types import Role
from listenwell.corpora.conversation import Conversation, Utterance
from listenwell.corpora.particulars import find_particular, hide_particulars, without_signature
from listenwell.corpora.text import tidy

SHOWN = 5
"""How many changed texts of each kind a report may show."""

_SENTENCE = re.compile(r".+?(?:[.!?…]+[\"')”’]*(?=\s|$)|$)")
_SPACED_MARK = re.compile(r"\s+([,.!?;])(?=\s|$)")
_OPENING = re.compile(
    r"^(hi|hey|hello|dear|greetings|good (morning|day|evening))( there| friend| [A-Z]\w+)?[\s,.!]*$|"
    r"^((hi|hey|hello)( there)?,? (and )?)?(i )?(want to |would like to |'d like to )?"
    r"(thanks?( you)?( so much| very much)?) for (your|the|this|asking|writing|reaching|sharing|"
    r"posting|submitting|coming|contacting|being)\b.{0,120}$|"
    r"^(this|that|what) (is |a )+(really |very )?(great|good|excellent|wonderful|important) question\b"
    r".{0,40}$|^(great|good|excellent) question[.!]*$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^(i (hope|trust) (this|that|it) (was |is )?help(s|ed|ful)?\b|hope (this|that|it) helps?\b|"
    r"((i )?wish(ing)? you )?(the |all the |lots of )?((very )?(best|good) )?(of )?(luck|wishes)\b|"
    r"i wish you (well|(all )?the (very )?best)\b|(all the )?best to you\b|be well\W*$|"
    r"take (good )?care\b|((kind|warm|best) )?regards\b|sincerely\b|"
    r"(feel free to|please) (contact|call|e?-?mail) (me|us)\b|check out my (latest )?\w+)"
    r".{0,60}$",
    re.IGNORECASE,
)
LETTER = 40
"""Words from which a reply is a letter; in a talk, a greeting is a greeting and may stay."""


@dataclass(frozen=True, slots=True)
class Example:
    """One changed text, for a person to judge the step by."""

    step: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What came out, and what was done.

    Attributes:
        changed: Texts that each step changed.
        shortened: Conversations that end earlier, since a later reply was emptied.
        dropped: Conversations of which no exchange was left.
        examples: A few changes of each step.
    """

    conversations: tuple[Conversation, ...]
    changed: dict[str, int]
    shortened: int
    dropped: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """A change that is counted by itself.

    Attributes:
        role: Whose texts it changes; None for both.
        letters: Whether it changes letters only, of `LETTER` words and more.
    """

    name: str
    apply: Callable[[str], str]
    role: Role | None = None
    letters: bool = False

    def fits(self, turn: Utterance) -> bool:
        long_enough = not self.letters or len(turn.content.split()) >= LETTER
        return self.role in (None, turn.role) and long_enough


def fix_encoding(text: str) -> str:
    """Repair text that was decoded wrongly somewhere ("donâ€™t"); quotes keep their shape."""
    return ftfy.fix_text(text, uncurl_quotes=False, unescape_html=True)


def fix_spacing(text: str) -> str:
    """Return one line, singly spaced, with marks close to their words."""
    return _SPACED_MARK.sub(r"\1", tidy(text))


def without_habits(text: str) -> str:
    """Drop the sentences that would fit any letter: thanks for the question, wishes of luck."""
    kept = _sentences(text)
    while kept and _OPENING.match(kept[0]):
        kept = kept[1:]
    while kept and _CLOSING.match(kept[-1]):
        kept = kept[:-1]
    return " ".join(kept)


def without_contacts(text: str) -> str:
    """Drop whole sentences that send someone to a link, an address or a number.

    A listener's sentence is of no use without them, and a placeholder would be learned.
    """
    if find_particular(text) is None:
        return text
    return " ".join(sentence for sentence in _sentences(text) if not find_particular(sentence))


STEPS = (
    _Step("encoding", fix_encoding),
    _Step("spacing", fix_spacing),
    _Step("signature", without_signature, "assistant", letters=True),
    _Step("contact", without_contacts, "assistant"),
    _Step("particulars", hide_particulars),
    _Step("habit", without_habits, "assistant", letters=True),
)
"""In this order: a signature is only seen while the text still ends with it."""


def clean(conversations: Iterable[Conversation]) -> Cleaned:
    """Clean every text; a conversation ends before a reply that nothing is left of.

    Args:
        conversations: From any corpus.
    """
    log = _Log(Counter(), [])
    kept: list[Conversation] = []
    shortened = dropped = 0
    for conversation in conversations:
        turns = tuple(_until_empty(log.clean(turn) for turn in conversation.turns))
        while turns and turns[-1].role == "user" and len(turns) < len(conversation.turns):
            turns = turns[:-1]
        if len(turns) < 2:
            dropped += 1
            continue
        shortened += len(turns) < len(conversation.turns)
        situation = conversation.situation and _clean_label(conversation.situation)
        kept.append(replace(conversation, turns=turns, situation=situation))
    changed = {step.name: log.changed[step.name] for step in STEPS}
    return Cleaned(tuple(kept), changed, shortened, dropped, tuple(log.examples))


@dataclass(slots=True)
class _Log:
    changed: Counter[str]
    examples: list[Example]

    def clean(self, turn: Utterance) -> Utterance:
        text = turn.content
        for step in STEPS:
            if step.fits(turn):
                after = step.apply(text)
                if after != text:
                    self._note(step.name, text, after)
                text = after
        return replace(turn, content=text)

    def _note(self, step: str, before: str, after: str) -> None:
        self.changed[step] += 1
        if self.changed[step] <= SHOWN:
            self.examples.append(Example(step, before, after))


def _until_empty(turns: Iterable[Utterance]) -> Iterator[Utterance]:
    for turn in turns:
        if not any(map(str.isalpha, turn.content)) and turn.role == "assistant":
            return
        yield turn


def _clean_label(text: str) -> str:
    return hide_particulars(fix_spacing(fix_encoding(text)))


def _sentences(text: str) -> Sequence[str]:
    return [found.strip() for found in _SENTENCE.findall(text) if found.strip()]
