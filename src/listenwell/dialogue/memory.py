"""Memory between conversations: only what the person switched on, can see, and may take back."""

import re
from dataclasses import dataclass

from listenwell.core.types import History

_ASKS = re.compile(
    r"\b(do|can|will|did) you (still |even |really )?remember (me|us|who i am|anything|what i|what we|"
    r"our|my|the last|last)\b|\bwhat do you (still )?(remember|know) (about|of) me\b|"
    r"\bremember me\s*\?|\bwhat have you (kept|remembered|stored|saved)\b"
)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known from earlier conversations.

    Attributes:
        notes: The person's own lines, as they can see and change them.
        may_leave: Whether they allowed the notes to be sent to a model on another machine.
    """

    notes: tuple[str, ...] = ()
    may_leave: bool = False

    def for_generator(self, generator: object) -> tuple[str, ...]:
        """Return the notes that a generator may see.

        A generator that does not say it stays on this machine counts as one that does not.
        """
        stays = getattr(generator, "stays_here", False) is True
        return self.notes if stays or self.may_leave else ()

    def recalled(self, history: History) -> str | None:
        """Return what was kept, for somebody who asks; None when they do not, or nothing was."""
        if not self.notes or not _ASKS.search(history.last_user.lower()):
            return None
        kept = "\n".join(f"• {note}" for note in self.notes)
        return f"Yes, what you let me keep:\n{kept}\n\nYou can change or delete any of it."
