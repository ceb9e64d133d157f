"""What a generator sees of a conversation: the one function that training and serving share."""

from collections.abc import Iterator

from listenwell.core.types import History, Message, Plan, Prompt, Reading, Strategy
from listenwell.corpora.conversation import Conversation, Utterance

CONTEXT_TURNS = 6
"""How many of the newest turns a generator sees."""
SURE = 0.5
"""The probability from which an emotion is told to a generator."""

NO_PLAN = Plan(Strategy.OTHERS, "general")
"""What stands for a plan where none was made: in corpora, and while a feeling is read."""


def render(history: History, reading: Reading, plan: Plan) -> Prompt:
    """Turn a conversation into what a generator is given.

    The oldest turns are left out first; blank turns never count.

    Args:
        history: The conversation, its newest message last.
        reading: How the person seems to feel; told to the generator only where it is sure.
        plan: What the reply should do.
    """
    spoken = [message for message in history.messages if message.content.strip()]
    recent = spoken[-CONTEXT_TURNS:]
    told = reading.emotion if reading.confidence >= SURE else None
    messages = tuple(Message(m.role, " ".join(m.content.split())) for m in recent)
    return Prompt(messages, plan, told, len(spoken))


def prompts_and_turns(conversation: Conversation) -> Iterator[tuple[Prompt, Utterance]]:
    """Yield what serving would see before each listener reply, and the turn that followed."""
    history = History()
    for turn in conversation.turns:
        if turn.role == "assistant" and history.messages:
            yield render(history, Reading(), NO_PLAN), turn
        history = history.add(turn.message)


def prompts_and_replies(conversation: Conversation) -> Iterator[tuple[Prompt, str]]:
    """Yield what serving would see before each listener reply, and the reply that was given."""
    return ((prompt, turn.content) for prompt, turn in prompts_and_turns(conversation))
