"""What a request may hold: checked here, at the edge, and nowhere else."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from listenwell.core.types import History, Message
from listenwell.dialogue.intake import clean, mended

MOST_MESSAGES = 200


def _as_text(value: Any) -> Any:
    """Take what OpenAI's clients may send for a text: nothing, a text, or a list of text parts."""
    if value is None:
        return ""
    if isinstance(value, str):
        return mended(value)
    if not isinstance(value, list):
        return value
    return "\n".join(_text_of_part(part) for part in value)


def _text_of_part(part: Any) -> str:
    text = part.get("text") if isinstance(part, dict) else None
    if not isinstance(text, str):
        raise ValueError('expected text, or a list of {"type": "text", "text": …} parts')
    return mended(text)


class Said(BaseModel):
    """One message as clients write it; a system message is allowed, and ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    role: Literal["user", "assistant", "system"]
    content: Annotated[str, BeforeValidator(_as_text)]


class Chat(BaseModel):
    """A conversation whose newest message is the person's."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    messages: Annotated[list[Said], Field(min_length=1, max_length=MOST_MESSAGES)]
    model: str | None = None
    stream: bool = False
    conversation_id: str | None = None
    country: Annotated[str, Field(pattern=r"^[A-Za-z]{2}$")] | None = None
    """Where the person chose to be, for help lines that work there."""
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None = None
    """What the person chose to speak; what they write goes before it."""
    read_emotions: bool = True
    """False leaves unread how the person seems to feel."""
    seconds_since_told: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    """Since the person was last told that this is an AI; nothing when they were not told yet."""
    seconds_since_message: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    """Since they last wrote."""
    minor: bool = False
    """Whether they said that they are under 18."""

    @model_validator(mode="after")
    def _ends_with_the_person(self) -> Self:
        role = self.messages[-1].role
        if role != "user":
            raise ValueError(f"the last of the messages must have the role 'user', not {role!r}")
        return self

    def history(self) -> History:
        """Return what was said before the newest message."""
        return History(
            tuple(
                Message(said.role, clean(said.content))
                for said in self.messages[:-1]
                if said.role != "system"
            )
        )

    @property
    def text(self) -> str:
        """The person's newest message, exactly as it came."""
        return self.messages[-1].content
