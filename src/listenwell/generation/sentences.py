"""Which single sentences of a small model may be shown: those that are specific and surely right.

A small model is fluent before it is sensible. Its statements mostly guess, so of what it writes only
questions of safe shapes are taken, and only where all they speak of was said by the person; of the
replies that people wrote for our own corpus, what names nothing that was not said.
"""

import re
from collections.abc import Iterator, Sequence

from listenwell.core.later import Later
from listenwell.core.types import Candidate, History
from listenwell.generation.retrieval import words

NEAR_WRITTEN = 0.3
NEAR_RETRIEVED = 0.5
"""The relevance from which a sentence is looked at, by its source."""
FLUENT = -1.15
"""The mean log-probability per token from which a written sentence is taken for fluent."""

_SENTENCE = Later(r"[^.!?]+[.!?]+")
_KIND = Later(r"^what kind of ([a-z]+)", re.IGNORECASE)
_WHO = r"(?:he|she|they|it|your [a-z]+)"
_SHAPES = Later(
    rf"^(?:what kind of [a-z]+ (?:is it|was it|do you do)|"
    rf"how long (?:has it been|have you (?:two |both |all )?been (?:friends|together|married|waiting|"
    rf"feeling this way|feeling like this)|was {_WHO} with you)|"
    rf"what (?:was|is|were) {_WHO} like|what do you (?:like|miss|love) (?:most )?about [a-z ]+|"
    rf"what do you think {_WHO}(?:'ll| will| would) say(?: to you| about it)?|"
    rf"what did (?:{_WHO}|you) say(?: to (?:you|him|her|them)| about it)?|"
    rf"how did {_WHO} (?:react|take it|respond|find out)|how did you (?:react|find out|meet)|"
    rf"what are you (?:most )?(?:worried|afraid|scared|nervous|looking forward|excited) "
    rf"(?:about|of|to)(?: most)?|how old (?:is|was|are|were) {_WHO}|"
    rf"when (?:is|was) (?:the|your) [a-z]+|what (?:is|was) the name of your [a-z]+|"
    rf"what did you (?:two |both )?do together|how many (?:years|months|weeks) .{{3,30}})\?$",
    re.IGNORECASE,
)
FREE = frozenset(
    """a about again all am an and any are as at be because been before being big both but by came can
    could day days did do does done for from had has have he her him his how i'm if in is it it's its
    just kind late like long look lot made make many may maybe me mind most much must near nearly new
    no not now of off ok okay on once one or other our out over part quite rather really say said see
    she so some something still such take than that that's the their them then there these they thing
    things think this those though through time to told too two up very was way weeks well were what
    what's when where which while who will with without would years months yet you you're you've your
    yours yourself afraid angry anxious awful best better carry close difficult easier easy enough
    exciting fear feel feeling felt forward friends glad good great happy hard harder hardest heavy
    hurt hurts lonely looking lost loud matter matters mean meant miss missed name nervous old quiet
    react relief respond sad scared sorry sounds strange surprise together tired tough until wanted
    wait waiting wonder worried worst wow married meet find found everyone anyone nobody ever never
    always only ask oh started start""".split()  # noqa: SIM905
)
"""Words that claim nothing about anybody's life, in replies of any kind."""
_MALE = Later(
    r"\b(he|he's|hes|him|his|dad|father|brother|husband|boyfriend|son|grandpa|grandfather|uncle|"
    r"nephew|guy|man|boy|bf)\b"
)
_FEMALE = Later(
    r"\b(she|she's|shes|her|mom|mum|mother|sister|wife|girlfriend|daughter|grandma|grandmother|aunt|"
    r"niece|woman|girl|lady|gf)\b"
)
_PLURAL = Later(r"\b(they|they're|them|their|parents|kids|friends|people|children|\w+s)\b")
_CLAIMS = Later(
    r"\b(i|i'm|i'll|i've|me|my|we|us|our|should|need|try|sure|hope|at least|why|will be|lol|"
    r"good idea|congrat\w*|lucky)\b",
    re.IGNORECASE,
)


def showable(candidates: Sequence[Candidate], history: History) -> Iterator[tuple[str, Candidate]]:
    """Yield every sentence that may be shown, with the candidate it stands in, in their order."""
    said = " ".join(history.said_by("user")).lower().replace("’", "'")
    newest = set(words(history.last_user))
    for candidate in candidates:
        sentences = [s.strip() for s in _SENTENCE.findall(candidate.text)]
        if candidate.source == "retrieved":
            # What a person wrote belongs together; it is taken whole or not at all.
            sentences = [candidate.text] if sentences else []
        for sentence in sentences:
            kind = _KIND.match(sentence)
            if kind and kind[1] not in newest:  # asks about what was spoken of before
                continue
            if fault(sentence, candidate, said) is None:
                yield sentence, candidate


def claims(text: str) -> bool:
    """Whether a text speaks of its writer's own life, advises, promises, or sees a bright side."""
    return _CLAIMS.search(text) is not None


def fault(sentence: str, candidate: Candidate, said: str) -> str | None:
    """Return why a sentence may not be shown, or None.

    Args:
        sentence: One sentence, or a whole retrieved reply.
        candidate: What it was taken from.
        said: Everything the person has said, in lower case.
    """
    if claims(sentence):
        return "claims-or-advises"
    retrieved = candidate.source == "retrieved"
    if retrieved and set(words(sentence)) - FREE == set():
        return "names-nothing-of-theirs"
    if candidate.relevance < (NEAR_RETRIEVED if retrieved else NEAR_WRITTEN):
        return "off-topic"
    if not retrieved and _SHAPES.match(sentence) is None:
        return "not-a-safe-shape"
    if not retrieved and candidate.log_probability < FLUENT:
        return "unlikely"
    return _invents(sentence, said) or already_told(sentence, said)


def _invents(sentence: str, said: str) -> str | None:
    """Return what gives away that a sentence speaks of somebody else's life."""
    told, spoken = set(words(said)), words(sentence)
    if any(word not in FREE and not _told(word, told) for word in spoken):
        return "names-what-was-not-said"
    return of_nobody(sentence, said)


def of_nobody(sentence: str, said: str) -> str | None:
    """Return why a sentence speaks of somebody who was not spoken of, or None."""
    lowered = sentence.lower()
    for gender, pronouns in ((_MALE, r"\b(he|him|his)\b"), (_FEMALE, r"\b(she|her|hers)\b")):
        if re.search(pronouns, lowered) and not gender.search(said):
            return "speaks-of-nobody"
    if re.search(r"\b(they|them)\b", lowered) and not _PLURAL.search(said):
        return "speaks-of-nobody"
    return None


def _told(word: str, told: set[str]) -> bool:
    stem = re.sub(r"(?:'s|ies|ing|ed|es|s|y)$", "", word)
    return word in told or (len(stem) > 3 and any(other.startswith(stem) for other in told))


_TOLD_BEFORE = (
    (Later(r"^how long\b", re.IGNORECASE),
     Later(r"\b(years?|months?|weeks?|days?|since|grade|ago|yesterday|today|last night|started|"
                r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b")),
    (Later(r"^how old\b", re.IGNORECASE), Later(r"\b(\d+|year old|years old|months old)\b")),
    (Later(r"^how did you meet\b", re.IGNORECASE), Later(r"\bmet\b")),
    (Later(r"^when\b", re.IGNORECASE),
     Later(r"\b(today|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|weeks?|"
                r"months?|june|july|august)\b")),
)  # fmt: skip


def already_told(sentence: str, said: str) -> str | None:
    """Return why a sentence asks for what was answered already, or None."""
    for asks, answered in _TOLD_BEFORE:
        if asks.search(sentence) and answered.search(said):
            return "already-answered"
    return None
