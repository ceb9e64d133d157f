"""Rows from a language model: people's messages reworded, and new conversations in our voice."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from importlib.resources import files
from typing import Any, TypeVar, cast

import yaml

from listenwell.core.types import Role
from listenwell.corpora.conversation import Conversation, Synthetic, Utterance
from listenwell.corpora.text import digest, tidy
from listenwell.training.augmentation.filters import Filter
from listenwell.training.augmentation.server import ChatServer, Rubbish

T = TypeVar("T")

QUESTIONS = 3
"""Questions to the model for each wanted row, at most; what it answers may be refused."""
EXAMPLES = 3
EXAMPLE_TURNS = 8

Show = Callable[[int, int], None]
"""Told how many rows there are, and how many are wanted."""

_REWORD = """\
You reword what people wrote to a listener. Keep the meaning, the feeling and how strong it is, who did
what to whom, every number and time, and the register: plain stays plain, rough stays rough. Add nothing
and leave nothing out. Answer with JSON only: {"messages": ["…", "…"]}, as many as you were given."""

_WRITE = """\
You write one short conversation between a person and a listener that is a program. The person tells of
a situation and how it feels, in their own manner. The listener answers with one to three plain sentences
of under 45 words: picks up the particular thing, names a feeling tentatively, asks at most one open
question and often none, offers and never prescribes, claims no life of its own, diagnoses nobody, promises
nothing, and never says "sorry to hear" or "at least". Nobody is in danger. No names, numbers or links.
Answer with JSON only: {"turns": [{"role": "user", "content": "…"}, {"role": "assistant", "content":
"…"}, …]}, the user first, two to four exchanges."""


@dataclass(frozen=True, slots=True)
class Lab:
    """What asking needs: the model, the filter, and what is written on each row.

    Attributes:
        today: The date on the label.
    """

    server: ChatServer
    filter: Filter
    today: date
    seed: int = 0

    def label(self, method: str) -> Synthetic:
        """Return the label of a row."""
        return Synthetic(method, self.server.model, self.today.isoformat())

    def read(
        self, instruction: str, text: str, parse: Callable[[Any], Sequence[T] | None]
    ) -> Sequence[T] | None:
        """Return what the model's answer holds, or None for one of no use, which is counted."""
        try:
            found = parse(self.server.ask(instruction, text))
            if found is None:
                raise Rubbish("not what was asked for")
        except Rubbish as rubbish:
            self.filter.refused[f"answer: {rubbish}"] += 1
            return None
        return found


def paraphrase(
    lab: Lab, conversations: Sequence[Conversation], show: Show = lambda *_: None
) -> Iterator[Conversation]:
    """Yield training conversations with the person's messages reworded and the replies kept.

    Those that show danger are never sent anywhere, nor are those with a contact in them.

    Raises:
        ModelError: The server is not there.
        ConfigError: It wants a key.
    """
    suited = [c for c in conversations if c.split == "train" and not c.synthetic]
    made = 0
    for conversation in suited:
        said = [turn.content for turn in conversation.turns if turn.role == "user"]
        if not all(map(lab.filter.harmless, said)):
            lab.filter.refused["not sent: danger or a contact"] += 1
            continue
        numbered = "\n".join(f"{n}. {text}" for n, text in enumerate(said, 1))
        reworded = lab.read(_REWORD, numbered, partial(_texts, said))
        if reworded is None:
            continue
        turns = _with_messages(conversation.turns, reworded)
        if lab.filter.allows(turns, strict=False):
            made += 1
            show(made, len(suited))
            name, label = f"{conversation.id}~p1", lab.label("paraphrase")
            yield replace(conversation, id=name, turns=turns, synthetic=label)


def synthesize(
    lab: Lab, count: int, examples: Sequence[Conversation] = (), show: Show = lambda *_: None
) -> Iterator[Conversation]:
    """Yield new conversations, in the manner of a few examples that are shown to the model.

    Fewer than `count` come when the model's answers are refused too often.

    Raises:
        ModelError: The server is not there.
        ConfigError: It wants a key.
    """
    draw = random.Random(lab.seed)  # noqa: S311
    fitting = [c for c in examples if 4 <= len(c.turns) <= EXAMPLE_TURNS]
    made = 0
    for _ in range(count * QUESTIONS):
        if made == count:
            return
        situation, manner = (
            draw.choice(_content()["situations"]),
            draw.choice(_content()["manners"]),
        )
        shown = "\n\n".join(map(_spoken, draw.sample(fitting, min(EXAMPLES, len(fitting)))))
        request = f"{shown}\n\nA new one. Situation: {situation}. Manner of the person: {manner}."
        turns = lab.read(_WRITE, request.strip(), _turns)
        if turns is not None and lab.filter.allows(turns):
            made += 1
            show(made, count)
            name = f"synthetic-{digest(_key(turns))}"
            label = lab.label("synthesize")
            yield Conversation(name, tuple(turns), "train", situation=situation, synthetic=label)


def _texts(said: Sequence[str], answer: Any) -> list[str] | None:
    """Return the reworded messages, or None where they are not those that were asked for."""
    texts = answer.get("messages") if isinstance(answer, dict) else None
    if not isinstance(texts, list) or len(texts) != len(said):
        return None
    if not all(isinstance(text, str) and tidy(text) for text in texts):
        return None
    fair = (
        0.5 <= len(new.split()) / max(1, len(old.split())) <= 2
        for new, old in zip(texts, said, strict=True)
        if len(old.split()) > 4
    )
    return [tidy(text) for text in texts] if all(fair) else None


def _with_messages(turns: Sequence[Utterance], messages: Sequence[str]) -> tuple[Utterance, ...]:
    texts = iter(messages)
    return tuple(
        replace(turn, content=next(texts)) if turn.role == "user" else turn for turn in turns
    )


def _turns(answer: Any) -> tuple[Utterance, ...] | None:
    """Return the written conversation, or None where the answer holds none."""
    items = answer.get("turns") if isinstance(answer, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return None
    said = [(item.get("role"), item.get("content")) for item in items]
    if not all(role in ("user", "assistant") and isinstance(text, str) for role, text in said):
        return None
    return tuple(Utterance(cast("Role", role), tidy(str(text))) for role, text in said)


def _spoken(conversation: Conversation) -> str:
    return "\n".join(f"{turn.role}: {turn.content}" for turn in conversation.turns)


def _key(turns: Sequence[Utterance]) -> str:
    return "\n".join(turn.content for turn in turns)


@lru_cache(maxsize=1)
def _content() -> dict[str, list[str]]:
    source = files("listenwell.training.augmentation").joinpath("situations.yaml")
    return cast("dict[str, list[str]]", yaml.safe_load(source.read_text(encoding="utf-8")))
