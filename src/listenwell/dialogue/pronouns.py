"""He or she in authored sentences, which are written with "they", where the conversation tells which.

Somebody who tells of their father alone is answered of him: "they" sounds as if nobody had listened.
Where more than one person is spoken of, or a verb cannot surely be put right, the sentence stays.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from listenwell.dialogue.words import tokens

HE, SHE = "he", "she"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TELLS = {
    HE: _words(
        "he him his himself he's hes he'd he'll dad father husband brother son boyfriend grandad grandpa grandfather uncle "
        "nephew dad's father's husband's brother's son's boyfriend's grandad's grandpa's"
    ),
    SHE: _words(
        "she her hers herself she's shes she'd she'll mum mom mother wife sister daughter girlfriend nan gran grandma grandmother "
        "aunt auntie niece mum's mom's mother's wife's sister's daughter's girlfriend's nan's gran's grandma's"
    ),
}
_SEVERAL = _words(
    "they them their they're they've parents kids children friends mates sons daughters brothers sisters colleagues "
    "everyone everybody people twins grandparents girls boys flatmates roommates we us our both each"
)
_NOT_ONE = re.compile(
    r"\b(?:people|every\w+|nobody|no one|any\w+|some\w*|others|friends|parents|kids|children|those|these|things|words?|days?|"
    r"nights?|feelings?|tears|thoughts?|questions?|you two|both|most|who|two|years?|weeks?|hours?|hands?|eyes|voices?|doctors?|"
    r"memories|plans|mornings|evenings|other|of them|each|all|together|none|feet|teeth|men|women|mice|on your own)\b|"
    r"\b(?!(?:this|was|has|does|always|perhaps|unless|yes|less|across|goes|makes|means|feels|sounds|seems|hurts|takes|stays|says|"
    r"knows|wants|gets|comes|looks|\w+ness)\b)\w+[^\Ws']s\b(?=.*\b(?:they|them|their)\b)",
    re.IGNORECASE,
)
"""What else "they" may stand for: several people, and whatever stands before it in the plural."""
_FORMS = {
    HE: {"them": "him", "their": "his", "theirs": "his", "themselves": "himself", "themself": "himself"},
    SHE: {"them": "her", "their": "her", "theirs": "hers", "themselves": "herself", "themself": "herself"},
}  # fmt: skip
_ONE = {
    "are": "is", "were": "was", "have": "has", "do": "does", "aren't": "isn't", "weren't": "wasn't",
    "haven't": "hasn't", "don't": "doesn't", "go": "goes", "miss": "misses", "watch": "watches",
}  # fmt: skip
_TURNS = _words("are were have do aren't weren't haven't don't")
_HELPS = _words("had would could can will might should did didn't")
"""Verbs that stand before "they" in a question, those that change and those that do not."""
_PRESENT = _words(
    "know want say think need mean feel get take make see come look live like seem keep sound love ask tell hear "
    "understand call care remember notice let leave stay give mind expect talk speak behave treat react"
)
_UNCHANGED = _words(
    "had would could can will might may should must did didn't hadn't wouldn't couldn't can't won't shouldn't "
    "went gave took said left knew made came saw got told thought felt kept meant put sat brought heard met ran "
    "became found lost held wrote spoke sent loved used needed wanted asked called looked seemed died"
)
_JOINS = _words("and but or")
_NO_VERBS = _words(
    "you it that the a an he she there not your i this now then so one no some how what when my never still all "
    "it's that's there's you're you've to for with at in on of if because nobody how's"
)
_ADVERBS = _words("still never always just only really even ever also")
_SHORT = {"'re": "'s", "'ve": "'s", "'d": "'d", "'ll": "'ll"}
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")


def pronoun_of(said: Iterable[str]) -> str:
    """Return "he" or "she" where all that a person says tells of one other person, else "".

    Args:
        said: The person's messages.
    """
    words = frozenset(word for text in said for word in tokens(text))
    told = [pronoun for pronoun, telling in _TELLS.items() if not words.isdisjoint(telling)]
    return told[0] if len(told) == 1 and words.isdisjoint(_SEVERAL) else ""


@lru_cache(maxsize=1 << 12)
def spoken_of(text: str, pronoun: str) -> str:
    """Return an authored sentence with "he" or "she" in the place of "they", where that comes out right.

    Example:
        >>> spoken_of("You loved them, and they knew it.", "he")
        'You loved him, and he knew it.'
    """
    if not pronoun or _NOT_ONE.search(text):
        return text
    words = [(found.group(), found.start()) for found in _WORD.finditer(text)]
    changed: dict[int, str] = {}
    for at, (word, _) in enumerate(words):
        lowered = word.lower()
        if lowered in _FORMS[pronoun]:
            changed[at] = _FORMS[pronoun][lowered]
        elif lowered.startswith("they") and lowered[4:] in _SHORT:
            changed[at] = pronoun + _SHORT[lowered[4:]]
        elif lowered == "they":
            verb = _verb_of([w.lower() for w, _ in words], at)
            if verb is None:
                return text
            changed[at] = pronoun
            changed.update(verb)
    for at in sorted(changed, reverse=True):
        old, start = words[at]
        new = changed[at].capitalize() if old[0].isupper() else changed[at]
        text = text[:start] + new + text[start + len(old) :]
    return text


def forms(text: str) -> frozenset[str]:
    """Return the ways in which an authored sentence may have been said."""
    return frozenset({text, spoken_of(text, HE), spoken_of(text, SHE)})


def _verb_of(words: list[str], at: int) -> dict[int, str] | None:
    """Return the verb of a "they" as it is of one person, by its place; None where that is unsure."""
    before = words[at - 1] if at else ""
    if before in _TURNS:  # "do they know"
        return {at - 1: _ONE[before]}
    if before in _UNCHANGED:  # "would they know", but not "I said they knew"
        return {} if before in _HELPS else None
    place = at + 1
    while place < len(words) and words[place] in _ADVERBS:
        place += 1
    verb = words[place] if place < len(words) else ""
    if verb in _UNCHANGED:
        return {}
    second = any(a in _JOINS and b not in _NO_VERBS for a, b in pairwise(words[place:]))
    if second or verb not in _ONE.keys() | _PRESENT:
        return None  # a second verb may be theirs, too
    return {place: _ONE.get(verb, f"{verb}s")}
