"""What a generator sees of a conversation: the one function that training and serving share."""

from collections.abc import Iterator

from listenwell.core.types import History, Message, Plan, Prompt, Reading, Strategy
from listenwell.corpora.conversation import Conversation

CONTEXT_TURNS = 6
"""How many of the newest turns a generator sees."""


NO_PLAN = Plan(Strategy.OTHERS, "general")
"""What stands for a plan where none was made: in corpora, and while a feeling is read."""


def render(history: History, reading: Reading, plan: Plan) -> Prompt:
    """Turn a conversation into what a generator is given.

    The oldest turns are left out first; blank turns never count.

    Args:
        history: The conversation, its newest message last.
        reading: How the person seems to feel. The first embedded model infers this by itself
            from the same context, so the prompt does not repeat it.
        plan: What the reply should do.
    """
    del reading
    spoken = [message for message in history.messages if message.content.strip()]
    recent = spoken[-CONTEXT_TURNS:]
    return Prompt(tuple(Message(m.role, " ".join(m.content.split())) for m in recent), plan)


def prompts_and_replies(conversation: Conversation) -> Iterator[tuple[Prompt, str]]:
    """Yield what serving would see before each listener reply, and the reply that was given."""
    history = History()
    for turn in conversation.turns:
        if turn.role == "assistant" and history.messages:
            yield render(history, Reading(), NO_PLAN), turn.content
        history = history.add(turn.message)
