"""The plan as words that a language model is told before the conversation."""

from listenwell.core.types import Plan, Prompt, Stage, Strategy
from listenwell.generation.chat_text import NAMES

BOUNDARIES = (
    "You are Listenwell, an AI that listens and supports. You are not a person and not a therapist, "
    "and you never say that you are. Never diagnose, never speak of medication or doses, never "
    "describe a way to be hurt. Promise nothing, blame nobody, do not flirt. Invent no facts, no "
    "names, no phone numbers, and no life of your own."
)
MANNER = (
    "Use plain, warm, everyday words, in the person's own language. No lists, no headings, no emoji, "
    "no lecture. Pick up the particular thing that they said. Say nothing twice. Answer with the reply "
    "and nothing else."
)

_TO_DO = {
    Strategy.QUESTION: "show that you heard them, and ask about what they just told you.",
    Strategy.RESTATEMENT: "say back what they told you, in a few words of your own.",
    Strategy.REFLECTION: "name the feeling behind their words, tentatively.",
    Strategy.SELF_DISCLOSURE: "stay with them, and with what they told you.",
    Strategy.AFFIRMATION: "tell them what is good or strong in what they told you, at its true size.",
    Strategy.SUGGESTIONS: "offer one small idea that might help, and leave them free to refuse it.",
    Strategy.INFORMATION: "tell them the one thing that they want to know, if you are sure of it.",
    Strategy.OTHERS: "be with them, briefly.",
}


def instructions(prompt: Prompt) -> str:
    """Return what a language model is told; the conversation itself is not in it."""
    plan = prompt.plan
    told = [
        BOUNDARIES,
        f"Now: {_TO_DO[plan.strategy]}",
        _about(prompt),
        f"Write at most {plan.words} words.",
        "You may end with one open question." if plan.asks else "Ask no question.",
        "" if plan.stage is Stage.COPING else "Give no advice.",
        "Do not cheer them up or look for a bright side." if "cheer" in plan.avoid else "",
        MANNER,
        f"Answer in {NAMES[plan.language]}." if plan.language in NAMES else "",
        _remembered(prompt.memory),
    ]
    return " ".join(filter(None, told))


def _about(prompt: Prompt) -> str:
    plan = prompt.plan
    feeling = prompt.emotion or _feeling(plan)
    told = [f"They may be feeling: {feeling}." if feeling else ""]
    told.append(f"It is about: {plan.topic.replace('_', ' ')}." if plan.topic else "")
    return " ".join(filter(None, told))


def _feeling(plan: Plan) -> str:
    """Return the plan's feeling where it is one; "plain" stands for nothing to be told."""
    return {"plain": "", "mixed": "mixed feelings", "bright": "rather well"}.get(
        plan.feeling, plan.feeling
    )


def _remembered(memory: tuple[str, ...]) -> str:
    if not memory:
        return ""
    notes = "; ".join(memory)
    return f"From earlier talks they let you keep this: {notes}. Speak of it only where it fits."
