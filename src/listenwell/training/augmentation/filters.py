"""Which rows that a language model wrote may be learned from."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from listenwell.core.types import RiskLevel
from listenwell.corpora.conversation import Conversation, Utterance
from listenwell.corpora.particulars import find_particular
from listenwell.corpora.quality import BANNED, FEWEST_WORDS, NEAR
from listenwell.corpora.text import letters_and_digits
from listenwell.safety.guard import RuleGuard, checked
from listenwell.safety.screen import RuleScreen

LONGEST_REPLY = 55
LONGEST_MESSAGE = 120
MOST_TURNS = 14

Triple = tuple[str, ...]


@dataclass(slots=True)
class Filter:
    """Lets a conversation through or says why not, and remembers what it let through.

    Danger is never learned from a model's imagination: a message in which the screen sees any is
    refused, as the crisis dialogue that answers it is authored.
    """

    known: set[str] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    _screen: RuleScreen = field(default_factory=RuleScreen)
    _guard: RuleGuard = field(default_factory=RuleGuard)
    _holders: dict[Triple, list[int]] = field(default_factory=lambda: defaultdict(list))

    def learn(self, conversations: Iterable[Conversation]) -> None:
        """Remember what exists already."""
        for conversation in conversations:
            self._remember(conversation.turns)

    def allows(self, turns: Sequence[Utterance], *, strict: bool = True) -> bool:
        """Tell whether a conversation may be learned from; a refusal is counted by its reason.

        Args:
            turns: The conversation.
            strict: Hold replies to docs/voice.md and refuse near repeats, too; a rewording of a
                conversation keeps its replies, and is not strict.
        """
        reason = self._fault(turns, strict=strict)
        if reason:
            self.refused[reason] += 1
            return False
        self._remember(turns)
        return True

    def _fault(self, turns: Sequence[Utterance], *, strict: bool) -> str | None:
        roles = ["user", "assistant"] * (len(turns) // 2)
        if not 2 <= len(turns) <= MOST_TURNS or [turn.role for turn in turns] != roles:
            return "turns do not alternate"
        for turn in turns:
            fault = self._reply(turn.content, strict) if turn.role == "assistant" else (
                self._message(turn.content)
            )  # fmt: skip
            if fault:
                return fault
        return "repeats another" if self._repeats(turns, near=strict) else None

    def harmless(self, text: str) -> bool:
        """Tell whether a person's message may be sent to a model to be reworded."""
        return self._message(text) is None

    def _message(self, text: str) -> str | None:
        if len(text.split()) > LONGEST_MESSAGE:
            return "message too long"
        if find_particular(text):
            return "holds a contact"
        risk = self._screen.assess_text(text)
        return f"danger: {risk.level.label}" if risk.level > RiskLevel.NONE else None

    def _reply(self, text: str, strict: bool) -> str | None:
        if len(text.split()) > LONGEST_REPLY:
            return "reply too long"
        verdict = checked(self._guard, text)
        if not verdict.allowed:
            return f"guard: {verdict.rule}"
        if strict and BANNED.search(text):
            return "phrase of habit"
        return "several questions" if strict and text.count("?") > 1 else None

    def _repeats(self, turns: Sequence[Utterance], *, near: bool) -> bool:
        if _key(turns) in self.known:
            return True
        found = _runs(turns)
        if not near or len(found) < FEWEST_WORDS:
            return False
        shared = Counter(each for run in found for each in self._holders.get(run, ()))
        return max(shared.values(), default=0) >= NEAR * len(found)

    def _remember(self, turns: Sequence[Utterance]) -> None:
        self.known.add(_key(turns))
        for run in _runs(turns):
            self._holders[run].append(len(self.known))


def _key(turns: Sequence[Utterance]) -> str:
    return "\n".join(letters_and_digits(turn.content) for turn in turns)


def _runs(turns: Sequence[Utterance]) -> set[Triple]:
    """Return the word triples of what both sides said."""
    found: set[Triple] = set()
    for turn in turns:
        words = turn.content.lower().split()
        found |= {tuple(words[i : i + 3]) for i in range(len(words) - 2)}
    return found
