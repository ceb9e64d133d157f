"""Let a reply out as it is written: whole sentences that the guard has passed, and never a piece before."""

import re
from collections.abc import Generator, Iterable, Iterator

from listenwell.safety.guard import Guard, Verdict, checked

CONTEXT = 8
"""Sentences already let out that are looked at again with each new one."""
LONGEST_SENTENCE = 1000
LONGEST_REPLY = 4000
"""Characters; a generator that goes on longer than this is refused, whatever it says."""

# A sentence is over only once something follows it: "3." may become "3.5", and "No." "No.1".
_END = re.compile(r"[.!?…]+[\"'’”)\]*_]*(?=\s)|\n")


def sentences(pieces: Iterable[str]) -> Iterator[str]:
    """Yield whole sentences of a text that comes in pieces, however it was cut; joined they are the text.

    Example:
        >>> list(sentences(["One. Tw", "o", ". Thr"]))
        ['One.', ' Two.', ' Thr']
    """
    waiting = ""
    for piece in pieces:
        waiting += piece
        while end := _END.search(waiting):
            yield waiting[: end.end()]
            waiting = waiting[end.end() :]
        if len(waiting) > LONGEST_SENTENCE:
            # No sentence of a kind reply is so long; the guard is asked about it as it stands.
            break
    if waiting:
        yield waiting


def released(pieces: Iterable[str], guard: Guard) -> Generator[str, None, Verdict]:
    """Yield the sentences of a reply that may be shown and return the verdict on the whole.

    Every sentence is looked at alone and behind what was already let out, so that what is forbidden
    cannot be said in two halves. The first refusal ends the reply: the sentence that broke the rule
    is dropped, and all that would have followed is never asked for.
    """
    shown: list[str] = []
    length = 0
    for sentence in sentences(pieces):
        length += len(sentence)
        if len(sentence) > LONGEST_SENTENCE or length > LONGEST_REPLY:
            return Verdict(False, "too-long")
        if sentence.isspace() and not shown:
            continue
        if not sentence.isspace():
            verdict = _verdict(guard, "".join(shown[-CONTEXT:]), sentence)
            if not verdict.allowed:
                return verdict
        shown.append(sentence)
        yield sentence
    return Verdict(True) if shown else Verdict(False, "empty")


def judged(text: str, guard: Guard) -> Verdict:
    """Return the verdict on a finished reply, by the path that a streamed one takes."""
    passing = released([text], guard)
    while True:
        try:
            next(passing)
        except StopIteration as ended:
            verdict: Verdict = ended.value
            return verdict


def _verdict(guard: Guard, before: str, sentence: str) -> Verdict:
    alone = checked(guard, sentence)
    return checked(guard, before + sentence) if alone.allowed and before.strip() else alone
