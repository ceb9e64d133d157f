"""Ordinary moments: which authored answer a short turn gets, with the conversation before it."""

from dataclasses import replace

from listenwell.core.types import History, Plan, Stage, Strategy
from listenwell.dialogue.echo import restated
from listenwell.dialogue.hearing import hear
from listenwell.dialogue.intake import TEXT
from listenwell.dialogue.offers import accepts_offer, declines_offer, was_offered
from listenwell.dialogue.planning import PAINFUL_FEELINGS, UNDERSTOOD

LONG_STORY = range(90, 1500)
"""Words of a message that is a long story, and is told that all of it was read."""


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
    if kind == "greeting" and len(history.messages) > 1:
        return "greeting_again"
    if kind != TEXT:
        return kind
    if len(history.last_user.split()) in LONG_STORY and plan.asks:
        return "long_story"
    return "offer" if _may_offer(history, plan) else None


def _may_offer(history: History, plan: Plan) -> bool:
    """Whether it is time to offer, once, to think about ways forward."""
    heard = hear(history)
    ready = plan.stage is Stage.UNDERSTANDING and plan.asks and not heard.only_listen
    # Not in the middle of something raw: a short message, a feeling not named just now, no death.
    hurts = plan.feeling in PAINFUL_FEELINGS and not heard.feelings
    calm = 3 < heard.length <= 14 and heard.topic not in {"loss", "pet"}
    return ready and hurts and calm and heard.turns >= UNDERSTOOD + 4 and not was_offered(history)


def remembered(history: History) -> str | None:
    """Return what the person told before, for somebody who asks whether it is remembered."""
    heard = hear(history)
    before = history.said_by("user")[:-1]
    told = next(filter(None, (restated(text) for text in before[::-1])), "")
    if heard.name and heard.name in " ".join(before):
        return f"Yes. You told me about {heard.name}. I can look back at everything in this talk."
    if told:
        return f"Yes, it's all here above. You said {told}."
    return None
