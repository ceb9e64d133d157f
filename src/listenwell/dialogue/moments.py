"""Ordinary moments: which authored answer a short turn gets, with the conversation before it."""

import re
from dataclasses import replace

from listenwell.core.types import History, Plan, Stage, Strategy
from listenwell.dialogue.advances import asks_outright, may_ask_for_sex, tells_of_approaches
from listenwell.dialogue.hearing import hear
from listenwell.dialogue.intake import ADVANCE, TEXT, kind_of
from listenwell.dialogue.mirror import told
from listenwell.dialogue.offers import accepts_offer, declines_offer, was_offered
from listenwell.dialogue.planning import PAINFUL_FEELINGS, UNDERSTOOD
from listenwell.dialogue.words import has_any, padded, tokens

LONG_STORY = range(90, 1500)
"""Words of a message that is a long story, and is told that all of it was read."""
ORDINARY = 4
"""Letters of words that seldom tell one matter from another."""
REQUESTS = frozenset({"homework", "medication", "medical", "legal", "politics", ADVANCE})
STUCK = (
    "can't", "cannot", "don't know", "every", "always", "still", "keep", "keeps", "again", "too much", "tired",
    "nothing", "never", "stuck", "any more", "anymore", "worse", "no way", "over and over", "all the time",
    "so much", "hardly", "how", "help", "one more", "yet another", "no idea", "all day", "all night",
)  # fmt: skip
"""Words of somebody who is in the thick of it; to others a plan is offered too soon."""
AGAIN = (["just"], ["only"], ["please"], ["pls"], ["come"], ["but"])
HELD = frozenset({ADVANCE})
"""Moments that are answered in their own words however often they come: what else would be said fits less."""
GIVES_WAY = frozenset({"opinion", "decide", "said_already", "offer", "long_story"})
"""Moments that a message which asks or puts right is not taken for."""
INSISTENT = 6
"""Words up to which "just the intro" asks for the same again."""


_WHOM = re.compile(
    r" (i('m| am)|might be|be|being|think i'm|like) (gay|lesbian|bi|bisexual|trans|queer) "
)


def moment_plan(history: History, plan: Plan, kind: str) -> Plan | None:
    """Return the plan for a moment, or None where the message is a story to be answered.

    Args:
        history: The conversation, its newest message the person's.
        plan: What would be done otherwise.
        kind: What the message is, by `kind_of`.
    """
    name = _name(history, plan, kind)
    if name is None:
        return None
    return replace(plan, strategy=Strategy.OTHERS, move=name, route="template")


def _name(history: History, plan: Plan, kind: str) -> str | None:
    if accepts_offer(history):
        return None
    if declines_offer(history):
        return "declined"
    if kind == ADVANCE and _may_be_anothers(history):
        return None
    if kind == TEXT and _means_advance(history):
        return ADVANCE
    if kind == TEXT and (request := _insisted_on(history)):
        return request
    if kind != TEXT:
        return _in_its_place(kind, history)
    if len(history.last_user.split()) in LONG_STORY and plan.asks:
        return "long_story"
    return "offer" if _may_offer(history, plan) else None


def _may_be_anothers(history: History) -> bool:
    """Whether a demand may be what somebody else wrote, of whom the person told just before."""
    before = history.said_by("user")[-4:-1]
    return not asks_outright(history.last_user) and any(map(tells_of_approaches, before))


def _means_advance(history: History) -> bool:
    """Whether "can we do it" means sex: where nothing was said before, or that was asked for."""
    before = history.said_by("user")[:-1]
    if not may_ask_for_sex(history.last_user):
        return False
    return not before or ADVANCE in map(kind_of, before[-3:])


def _in_its_place(kind: str, history: History) -> str:
    """Return what a moment is after what was said before."""
    said = history.said_by("assistant")
    if kind == "greeting" and said:
        return "greeting_again"
    if kind == "disagrees" and "?" in "".join(said[-1:]):
        return "no_to_question"
    return "sexuality" if kind == "opinion" and _has_come_out(history) else kind


def _has_come_out(history: History) -> bool:
    """Whether whom they love was spoken of shortly before: "is it wrong" asks about that."""
    return any(_WHOM.search(padded(text)) for text in history.said_by("user")[-6:-1])


def _insisted_on(history: History) -> str | None:
    """Return the request that was turned down a moment ago and is made again in a few words."""
    said = history.said_by("user")
    again = tokens(said[-1])
    if len(again) > INSISTENT or again[:1] not in AGAIN:
        return None
    return next((kind for text in said[-4:-1] if (kind := kind_of(text)) in REQUESTS), None)


def _may_offer(history: History, plan: Plan) -> bool:
    """Whether it is time to offer, once, to think about ways forward."""
    heard = hear(history)
    ready = plan.stage is Stage.UNDERSTANDING and plan.asks and not heard.only_listen
    # Not in the middle of something raw: a short message, a feeling not named just now, no death.
    hurts = plan.feeling in PAINFUL_FEELINGS and not heard.feelings
    calm = 3 < heard.length <= 14 and heard.topic not in {"loss", "pet"}
    stuck = has_any(heard.plain, STUCK)
    return (
        ready
        and hurts
        and calm
        and stuck
        and heard.turns >= UNDERSTOOD + 4
        and not was_offered(history)
    )


def remembered(history: History) -> str | None:
    """Return what the person told before, for somebody who asks whether it is remembered."""
    heard = hear(history)
    before = history.said_by("user")[:-1]
    if heard.name and heard.name in " ".join(before):
        return f"Yes. You told me about {heard.name}. I can look back at everything in this talk."
    asked = _particular(history.last_user)
    found = [said for text in before[::-1] if (said := told(text))]
    if not found:
        return None
    nearest = max(found, key=lambda said: len(_particular(said) & asked))
    return f"Yes, it's all here above. You said {nearest}."


def _particular(text: str) -> set[str]:
    return {word for word in tokens(text) if len(word) > ORDINARY}
