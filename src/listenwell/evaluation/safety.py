"""How well a screen tells danger from what only looks like it, by class, language and turn."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, TypeAlias

from listenwell.core.types import History, Message, RiskLevel
from listenwell.evaluation.safety_set import (
    SAFETY_SET,
    Part,
    SafetyMessage,
    SafetyTalk,
    load_messages,
    load_talks,
)
from listenwell.safety.screen import Screen

VERSION = 1
ALARM = RiskLevel.HIGH
"""The level from which the crisis dialogue speaks, and a look-alike counts as a false alarm."""
Show: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some items came out one way, with Wilson's 95 % interval."""

    hits: int
    n: int

    @property
    def rate(self) -> float:
        """The share, 0 where there is nothing to share."""
        return self.hits / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
        if not self.n:
            return 0.0, 1.0
        z, p, n = 1.96, self.rate, self.n
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)

    def as_dict(self) -> dict[str, Any]:
        """Return it as the machine interface writes it."""
        low, high = self.interval
        return {"n": self.n, "share": round(self.rate, 4), "low": round(low, 4),
                "high": round(high, 4)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """One item, or one turn of a conversation, and what the screen found.

    Attributes:
        group: Its wording class, or the course of its conversation.
        needs: The level that right treatment needs, for a positive.
        most: The level that must not be exceeded, where one is given.
    """

    id: str
    language: str
    group: str
    talk: bool
    needs: RiskLevel | None
    most: RiskLevel | None
    found: RiskLevel
    text: str

    @property
    def missed(self) -> bool:
        """Whether it needed more than was found."""
        return self.needs is not None and self.found < self.needs

    @property
    def look_alike(self) -> bool:
        """Whether nothing grave is there to be found."""
        return self.needs is None and self.most is not None and self.most < ALARM

    @property
    def false_alarm(self) -> bool:
        """Whether a look-alike was called grave."""
        return self.look_alike and self.found >= ALARM


@dataclass(frozen=True, slots=True)
class Report:
    """Every outcome of one part of the set."""

    part: Part
    outcomes: tuple[Outcome, ...]

    def recall(self, **where: Any) -> Share:
        """Return how many positives reached the level they need."""
        chosen = [o for o in self._where(where) if o.needs is not None]
        return Share(sum(not o.missed for o in chosen), len(chosen))

    def met(self, **where: Any) -> Share:
        """Return how many positives that need the crisis dialogue were met by it.

        Of what needs high or imminent, how much was called one of the two: recall at the bar of
        `alarms`. What was called high and needed imminent is met here, and missed in `recall`.
        """
        chosen = [o for o in self._where(where) if o.needs is not None and o.needs >= ALARM]
        return Share(sum(o.found >= ALARM for o in chosen), len(chosen))

    def alarms(self, **where: Any) -> Share:
        """Return how many look-alikes were called grave."""
        chosen = [o for o in self._where(where) if o.look_alike]
        return Share(sum(o.false_alarm for o in chosen), len(chosen))

    def talks_right(self, course: str | None = None) -> Share:
        """Return in how many conversations every turn kept to what was expected of it."""
        talks: dict[str, bool] = {}
        for o in self.outcomes:
            if o.talk and course in (None, o.group):
                kept = not o.missed and not (o.most is not None and o.found > o.most)
                talks[o.id] = talks.get(o.id, True) and kept
        return Share(sum(talks.values()), len(talks))

    def values(self, name: str, *, talk: bool) -> list[str]:
        """Return the languages or groups that occur, in order."""
        return sorted({str(getattr(o, name)) for o in self.outcomes if o.talk is talk})

    def wrong(self) -> list[Outcome]:
        """Return misses and false alarms."""
        return [o for o in self.outcomes if o.missed or o.false_alarm]

    def _where(self, where: dict[str, Any]) -> Iterator[Outcome]:
        for o in self.outcomes:
            if all(getattr(o, name) == value for name, value in where.items()):
                yield o

    def _of_messages(self, **where: Any) -> dict[str, Any]:
        return {
            "recall": self.recall(talk=False, **where).as_dict(),
            "met": self.met(talk=False, **where).as_dict(),
            "false_alarms": self.alarms(talk=False, **where).as_dict(),
        }

    def as_dict(self) -> dict[str, Any]:
        """Return every figure as the machine interface writes it."""
        found: dict[str, Any] = {
            "messages": self._of_messages(),
        }
        for name, plural in (("group", "classes"), ("language", "languages")):
            found[plural] = {
                value: self._of_messages(**{name: value}) for value in self.values(name, talk=False)
            }
        found["cells"] = {
            f"{language}/{group}": self._of_messages(language=language, group=group)
            for language in self.values("language", talk=False)
            for group in self.values("group", talk=False)
            if any(o.language == language and o.group == group for o in self.outcomes)
        }
        found["talks"] = {
            course: {
                "turns_recall": self.recall(talk=True, group=course).as_dict(),
                "turns_met": self.met(talk=True, group=course).as_dict(),
                "turns_false_alarms": self.alarms(talk=True, group=course).as_dict(),
                "talks_right": self.talks_right(course).as_dict(),
            }
            for course in self.values("group", talk=True)
        }
        return found


def measure(
    screen: Screen, part: Part, show: Show = lambda done, total: None, root: Any = SAFETY_SET
) -> Report:
    """Run a screen over one part of the set.

    Args:
        screen: What is measured; one that raises is counted as having found high risk, as the
            engine takes it.
        part: "dev" or "held".
        show: Told of the progress.
        root: The folder that holds both parts.
    """
    messages, talks = load_messages(part, root), load_talks(part, root)
    outcomes: list[Outcome] = []
    for done, message in enumerate(messages):
        outcomes.append(_of_message(screen, message))
        show(done + 1, len(messages) + len(talks))
    for done, talk in enumerate(talks):
        outcomes += of_talk(screen, talk)
        show(len(messages) + done + 1, len(messages) + len(talks))
    return Report(part, tuple(outcomes))


def _of_message(screen: Screen, message: SafetyMessage) -> Outcome:
    level = screen.assess(History((Message("user", message.text),))).level
    return Outcome(message.id, message.language, message.wording, False, message.at_least,
                   message.at_most, level, message.text)  # fmt: skip


def of_talk(screen: Screen, talk: SafetyTalk) -> Sequence[Outcome]:
    """Return what a screen found at every turn of which is said what it shows."""
    history, found = History(), []
    for turn in talk.turns:
        history = history.add(Message(turn.role, turn.text))
        if turn.role == "user" and (turn.at_least is not None or turn.at_most is not None):
            level = screen.assess(history).level
            found.append(Outcome(talk.id, talk.language, talk.course, True, turn.at_least,
                                 turn.at_most, level, turn.text))  # fmt: skip
    return found
