"""From messages to a language model's tokens: what training learns from is what serving asks with."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, TypeAlias

from listenwell.core.types import Message

Tokenizer: TypeAlias = Any
"""One of transformers'; this module asks it for text and tokens only."""

PLAIN_TEMPLATE = "chat_template.jinja"


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt as tokens, and what had to go so that it fits.

    Attributes:
        dropped: How many turns, the oldest first.
        shortened: Whether the one turn that was left lost its beginning.
    """

    ids: tuple[int, ...]
    dropped: int = 0
    shortened: bool = False


NAMES = {"es": "Spanish", "fr": "French", "de": "German", "pt": "Portuguese", "hi": "Hindi"}
"""Languages that a model can be asked to reply in, beside English."""


def asking_for(messages: Sequence[Message], language: str) -> tuple[Message, ...]:
    """Return the messages, the newest with a line that asks for a reply in the person's language.

    In English they stay as they are, which is what models are trained on here.
    """
    if not messages or language not in NAMES:
        return tuple(messages)
    last = messages[-1]
    asked = Message(last.role, f"{last.content}\n\n(Reply in {NAMES[language]}.)")
    return (*messages[:-1], asked)


def give_template(tokenizer: Tokenizer) -> None:
    """Give a tokenizer without a chat template the project's plain one."""
    if not tokenizer.chat_template:
        source = files("listenwell.generation").joinpath(PLAIN_TEMPLATE)
        tokenizer.chat_template = source.read_text(encoding="utf-8").strip()


def prompt_text(tokenizer: Tokenizer, messages: Sequence[Message], told: str = "") -> str:
    """Return the text after which the model writes the listener's reply.

    Args:
        tokenizer: The model's.
        messages: The conversation.
        told: What stands before it as a system message, where the model takes one.
    """
    return str(
        tokenizer.apply_chat_template(
            _rows(tokenizer, messages, told), tokenize=False, add_generation_prompt=True
        )
    )


def reply_text(
    tokenizer: Tokenizer, messages: Sequence[Message], reply: str, prompt: str, told: str = ""
) -> str:
    """Return what the model has to write after `prompt`, its end sign included."""
    rows = _rows(tokenizer, [*messages, Message("assistant", reply)], told)
    whole = str(tokenizer.apply_chat_template(rows, tokenize=False))
    end = str(tokenizer.eos_token)
    written = whole[len(prompt) :] if whole.startswith(prompt) else f" {rows[-1]['content']}"
    before, found, _ = written.rpartition(end)
    # What a template puts behind the end sign is never written by the model.
    return before + end if found else written + end


def ask(tokenizer: Tokenizer, messages: Sequence[Message], room: int, told: str = "") -> Asked:
    """Return a prompt of at most `room` tokens: the oldest turns go first, then the oldest words."""
    for first in range(len(messages)):
        ids = encode(tokenizer, prompt_text(tokenizer, messages[first:], told))
        if len(ids) <= room:
            return Asked(tuple(ids), first)
    last = messages[-1]
    words = last.content.split()
    while len(words) > 1:
        over = max(1, len(words) * (len(ids) - room) // len(ids))
        words = words[over:]
        left = [Message(last.role, " ".join(words))]
        ids = encode(tokenizer, prompt_text(tokenizer, left, told))
        if len(ids) <= room:
            return Asked(tuple(ids), len(messages) - 1, shortened=True)
    return Asked(tuple(ids[-room:]), len(messages) - 1, shortened=True)


def takes_instructions(tokenizer: Tokenizer) -> bool:
    """Whether a model's chat template has a place for what it is told before a conversation."""
    told, said = "What it is told.", Message("user", "Hello.")
    try:
        text = prompt_text(tokenizer, [said], told)
    except Exception:  # a template may raise whatever it likes for a role that it does not know
        return False
    try:
        # One that knows no roles at all would give the model words that nobody said.
        return told in text and text != prompt_text(tokenizer, [Message("user", told), said])
    except Exception:  # it minds who speaks
        return True


def encode(tokenizer: Tokenizer, text: str) -> list[int]:
    """Return a text's tokens; a chat template writes its own opening signs."""
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


def spoken(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Return the messages from the person's first one on, as every chat template wants them."""
    start = next((n for n, message in enumerate(messages) if message.role == "user"), 0)
    return tuple(messages[start:])


def one_line(text: str) -> str:
    """Return a text with single spaces for all white space, as `render` gives it."""
    return " ".join(text.split())


def _rows(
    tokenizer: Tokenizer, messages: Sequence[Message], told: str = ""
) -> list[dict[str, str]]:
    """Return the messages without signs that only the template may write."""
    signs = [sign for sign in tokenizer.all_special_tokens if sign]
    rows = [{"role": "system", "content": told}] if told else []
    for message in messages:
        content = message.content
        for sign in signs:
            content = content.replace(sign, "")
        rows.append({"role": message.role, "content": content})
    return rows
