"""Keeps track, in one conversation, of what the person has been told and when."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from listenwell.safety.disclosure import Destination, Times, due
from listenwell.safety.settings import Settings
from listenwell.safety.talk.state import says_minor


@dataclass(slots=True)
class Notices:
    """The disclosures of one conversation; ask it before every reply."""

    settings: Settings
    reads_emotions: bool = False
    destination: Destination | None = None
    times: Times = field(default_factory=Times)

    def before_reply(self, now: datetime | None = None) -> str | None:
        """Return what has to be said now, or None; taken as said, and as the person having written."""
        now = now or datetime.now(UTC)
        found = due(
            self.times,
            self.settings,
            now,
            reads_emotions=self.reads_emotions,
            destination=self.destination,
        )
        self.times = replace(self.times, told=now if found else self.times.told, spoke=now)
        return found.text if found else None

    def hear(self, text: str) -> None:
        """Take note of a message in which the person says that they are under 18."""
        if says_minor(text):
            self.take_as_minor()

    def take_as_minor(self) -> None:
        """Take it that the person is under 18: they are told more often."""
        self.times = replace(self.times, minor=True)
