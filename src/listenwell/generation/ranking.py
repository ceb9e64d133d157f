"""Choosing among candidates: fit to the context, to the feeling, and nothing said before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from listenwell.core.emotions import PAINFUL, PLEASANT
from listenwell.core.types import Candidate, History, Plan, Reading, Strategy

SPECIFICITY_WEIGHT = 0.4
"""How much a candidate gains for being likelier here than anywhere (the maximum mutual
information objective of Li et al. 2016, arXiv:1510.03055)."""

FLUENCY_WEIGHT = 1.6
"""What a nat per token is worth: what a small model finds unlikely is seldom sense."""

RELEVANCE_WEIGHT = 4.0
"""What a cosine of 1 between a reply and the conversation is worth."""

FEELING_WEIGHT = 3.0
"""What a full contradiction of the feeling costs."""

_GLAD = re.compile(
    r"\b(congrat\w*|yay|woo ?hoo|hooray|awesome|amazing|fantastic|wonderful|terrific|excellent|"
    r"(that's|that is|thats|how|sounds|it's|is) (such )?(a |an )?(so |really |very |pretty )?"
    r"(great|good|nice|cool|fun|funny|exciting|sweet|lovely|neat|hilarious)|(happy|glad|proud|excited) "
    r"(for|of) you|great (news|job)|good (for|job|news)|way to go|well done|lucky you|"
    r"that's the spirit|lol|haha\w*)\b",
    re.IGNORECASE,
)
_SORRY = re.compile(
    r"\b(sorry|that's (terrible|awful|horrible|sad|rough|tough|too bad|unfortunate|a shame|not good|no good)|"
    r"(how|so|sounds) (terrible|awful|horrible|sad|rough|tough|hard|scary|painful)|oh no|"
    r"condolences|sucks|bummer|heartbreaking|yikes|hang in there|feel better)\b",
    re.IGNORECASE,
)


_LOSS = re.compile(
    r"\b(died|dead|passed away|passed on|funeral|buried|death|put (him|her|them|it) to sleep|"
    r"miscarriage|miscarried|stillborn|lost (my|our) (mom|mum|mother|dad|father|wife|husband|son|"
    r"daughter|baby|brother|sister|grand\w+|dog|cat|friend|partner))\b",
    re.IGNORECASE,
)
_AS_IF_ALIVE = re.compile(
    r"\b((s?he|it|they)('s| is|'re| are| was| gets?| feels?| will be| makes?)? ?(doing |feeling )?"
    r"(ok|okay|alright|all right|fine|better|well|good|recover\w*|through)\b|"
    r"did (s?he|it|they) (survive|recover|make it|go back|get)|how is (s?he|it) (doing|feeling|now)|"
    r"(get|feel)s? (well|better) soon|good luck|have a good|enjoy|hope you find (him|her|it|them)|"
    r"(still )?alive|how did (s?he|it|they) die|better place)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with the marks that decided its place, for whoever asks why."""

    candidate: Candidate
    score: float
    marks: tuple[tuple[str, float], ...]


def rank(
    candidates: Sequence[Candidate], history: History, reading: Reading, plan: Plan
) -> list[Ranked]:
    """Return the candidates, best first.

    Marks are in nats per word piece or comparable penalties; their sum is the score.
    """
    ranked = []
    for candidate in candidates:
        marks = (
            ("fluency", FLUENCY_WEIGHT * candidate.log_probability),
            ("specificity", SPECIFICITY_WEIGHT * (candidate.log_probability - candidate.prior)),
            ("relevance", RELEVANCE_WEIGHT * candidate.relevance),
            ("feeling", -FEELING_WEIGHT * contradiction(candidate.text, reading)),
            ("loss", -3.0 * blind_to_loss(candidate.text, history)),
            ("repetition", -4.0 * repetition(candidate.text, history)),
            ("strategy", _strategy_mark(candidate.text, plan)),
            ("questions", -0.6 * max(0, candidate.text.count("?") - 1)),
            ("length", _length_mark(candidate.text)),
        )
        ranked.append(Ranked(candidate, sum(mark for _, mark in marks), marks))
    return sorted(ranked, key=lambda item: (-item.score, item.candidate.text))


def contradiction(text: str, reading: Reading) -> float:
    """Return how much a reply's tone contradicts a feeling, from 0 to 1.

    Gladness contradicts pain and condolence contradicts joy, each by its share of the two;
    without a reading nothing contradicts. Both in one reply contradict each other.
    """
    glad = _GLAD.search(text) is not None
    sorry = _SORRY.search(text) is not None
    if glad and sorry:
        return 1.0
    against = reading.mass(PAINFUL) if glad else reading.mass(PLEASANT) if sorry else 0.0
    return against / (reading.mass(PAINFUL | PLEASANT) or 1.0)


def blind_to_loss(text: str, history: History) -> bool:
    """Whether a reply speaks of someone as alive, or wishes luck, after a death was told."""
    told = any(_LOSS.search(said) for said in history.said_by("user"))
    return told and _AS_IF_ALIVE.search(text) is not None


def repetition(text: str, history: History) -> float:
    """Return the greatest share of a reply's word pairs that one earlier reply already had."""
    pairs = _pairs(text)
    if not pairs:
        return 0.0
    said = history.said_by("assistant")
    return max((len(pairs & _pairs(earlier)) / len(pairs) for earlier in said), default=0.0)


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    words = re.findall(r"\w+", text.lower())
    return frozenset(pairwise(words))


def _strategy_mark(text: str, plan: Plan) -> float:
    asks = "?" in text
    if plan.strategy is Strategy.QUESTION:
        return 0.25 if asks else 0.0
    return -0.35 if asks else 0.0


def _length_mark(text: str) -> float:
    words = len(text.split())
    if words < 4:
        return -1.0
    return -0.5 if words > 40 else min(words, 12) * 0.03
