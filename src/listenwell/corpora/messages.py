"""Lists of turns in JSON, under the many names that people give to the two sides."""

from collections.abc import Mapping, Sequence

from listenwell.core.emotions import EMOTIONS
from listenwell.core.types import Role, Strategy
from listenwell.corpora.conversation import Utterance
from listenwell.corpora.records import MalformedRow, kind_of, usable_text

LISTS = ("messages", "turns", "conversations", "conversation", "dialog", "dialogue")
SIDES = ("role", "speaker", "from")
TEXTS = ("content", "text", "value", "utterance")

ROLES: dict[str, Role] = {
    **dict.fromkeys(
        ("user", "human", "seeker", "client", "patient", "person", "usr", "prompter"), "user"
    ),
    **dict.fromkeys(
        ("assistant", "ai", "bot", "supporter", "listener", "counselor", "counsellor",
         "therapist", "gpt", "sys", "model"),
        "assistant",
    ),
}  # fmt: skip

_STRATEGIES = frozenset(strategy.value for strategy in Strategy)


def find_turns(values: Mapping[str, object]) -> Sequence[object] | None:
    """Return the record's list of turns, or None when it has none."""
    for name in LISTS:
        value = values.get(name)
        if isinstance(value, list):
            return value
    return None


def read_turns(items: Sequence[object]) -> list[Utterance]:
    """Return the turns; plain texts alternate, the person first, and system messages are left out.

    Raises:
        MalformedRow: A turn has no known side or no usable text.
    """
    turns = []
    for number, item in enumerate(items, 1):
        if isinstance(item, str):
            role: Role = "user" if number % 2 else "assistant"
            turns.append(Utterance(role, usable_text(f"turn {number}", item)))
        elif not isinstance(item, dict):
            raise MalformedRow(f"turn {number} is {kind_of(item)}, not an object or text")
        elif _find(item, SIDES) != "system":
            turns.append(_read_turn(number, item))
    return turns


def known_emotion(label: str | None) -> str | None:
    """Return an emotion as it is spelled among the 32.

    Raises:
        MalformedRow: It is not one of them.
    """
    if label is None or label.lower() in EMOTIONS:
        return label.lower() if label else None
    raise MalformedRow(f"the emotion is {label!r}, not one of the 32 of EmpatheticDialogues")


def known_strategy(label: str | None) -> str | None:
    """Return a strategy's name as ESConv spells it; any other name becomes "Others"."""
    if not label:
        return None
    return label if label in _STRATEGIES else Strategy.OTHERS.value


def _read_turn(number: int, item: Mapping[str, object]) -> Utterance:
    side = _find(item, SIDES)
    role = ROLES.get(side.strip().lower()) if isinstance(side, str) else None
    if role is None:
        raise MalformedRow(f"turn {number} is by {side!r}, not by user or assistant")
    content = usable_text(f"turn {number}", _find(item, TEXTS))
    emotion, strategy = item.get("emotion"), item.get("strategy")
    return Utterance(
        role,
        content,
        known_emotion(emotion) if isinstance(emotion, str) and emotion.strip() else None,
        known_strategy(strategy) if isinstance(strategy, str) else None,
    )


def _find(item: Mapping[str, object], names: Sequence[str]) -> object:
    return next((item[name] for name in names if name in item), None)
