"""Long conversations made of what speakers of a corpus said, to see habits that a script hides.

Several talks of one family of feelings follow each other, so a person changes the subject now and
then; nobody answers what the system asks. What is measured is habit, not understanding.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from listenwell.core.emotions import PAINFUL, PLEASANT
from listenwell.core.errors import CorpusError
from listenwell.core.types import Turn
from listenwell.corpora.conversation import Conversation
from listenwell.evaluation.conversation import words
from listenwell.evaluation.conversation.suite import Respond, converse
from listenwell.generation.ranking import contradiction

CONVERSATIONS = 200
TURNS = 12
CONTRADICTS = 0.5
"""The share of a contradiction, by the reading, from which a reply counts as one."""
QUESTIONS = (0.3, 0.6)

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "fear": ("afraid", "anxious", "apprehensive", "terrified"),
    "anger": ("angry", "annoyed", "disgusted", "furious", "jealous"),
    "sadness": ("devastated", "disappointed", "lonely", "sad"),
    "shame": ("ashamed", "embarrassed", "guilty"),
    "joy": ("content", "excited", "grateful", "impressed", "joyful", "proud"),
    "trust": ("anticipating", "caring", "confident", "faithful", "hopeful", "prepared", "trusting"),
    "memory": ("nostalgic", "sentimental", "surprised"),
}
FAMILIES: Mapping[str, str] = {
    label: family for family, labels in _GROUPS.items() for label in labels
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a speaker said, and the feeling that the talk is labelled with."""

    text: str
    emotion: str


@dataclass(frozen=True, slots=True)
class Simulated:
    """A conversation: what was said and how each was answered."""

    said: tuple[Spoken, ...]
    turns: tuple[Turn, ...]

    @property
    def replies(self) -> list[str]:
        """What was answered."""
        return [turn.reply.text for turn in self.turns]

    def as_text(self) -> str:
        """Return the conversation to read."""
        lines = [f"## {FAMILIES[self.said[0].emotion]}"]
        for spoken, reply in zip(self.said, self.replies, strict=True):
            lines += [f"person ({spoken.emotion}): {spoken.text}", f"Listenwell: {reply}"]
        return "\n".join(lines)


def scripts(
    talks: Sequence[Conversation], seed: int, most: int = CONVERSATIONS
) -> list[tuple[Spoken, ...]]:
    """Join talks of one family of feelings until a person has twelve things to say.

    No talk is used twice.

    Raises:
        CorpusError: The talks do not suffice for a single conversation.
    """
    order = sorted(talks, key=lambda talk: talk.id)
    random.Random(seed).shuffle(order)  # noqa: S311 - a draw to be repeated, not a secret
    open_talks: dict[str, tuple[Spoken, ...]] = {}
    found: list[tuple[Spoken, ...]] = []
    for talk in order:
        label = talk.emotion or ""
        if label not in FAMILIES or len(found) == most:
            continue
        spoken = tuple(Spoken(t.content, label) for t in talk.turns if t.role == "user")
        joined = (*open_talks.pop(FAMILIES[label], ()), *spoken)
        if len(joined) >= TURNS:
            found.append(joined[:TURNS])
        else:
            open_talks[FAMILIES[label]] = joined
    if not found:
        raise CorpusError(
            f"{len(talks)} talks do not make one conversation of {TURNS} turns of a labelled "
            "speaker: give a larger file with --data."
        )
    return found


def simulate(
    respond: Respond, said: Sequence[tuple[Spoken, ...]], show: Callable[[int, int], None]
) -> list[Simulated]:
    """Hold every conversation."""
    held = []
    for index, spoken in enumerate(said):
        turns = converse(respond, [one.text for one in spoken])
        held.append(Simulated(spoken, tuple(turns)))
        show(index + 1, len(said))
    return held


def figures(held: Sequence[Simulated]) -> dict[str, float]:
    """Return how often replies are repeated, ask, contradict the feeling or say nothing.

    `contradiction_reading` is by the system's own reading, `contradiction_label` by the corpus's
    label and this suite's words, `contradiction_share` where either holds. A label is of the whole
    talk, so the second also counts gladness at a sad story's good end.
    """
    rows = [
        (spoken, turn)
        for one in held
        for spoken, turn in zip(one.said, one.turns, strict=True)
    ]  # fmt: skip
    by_reading = [contradiction(t.reply.text, t.reading) > CONTRADICTS for _, t in rows]
    by_label = [_against(s.emotion, t.reply.text) for s, t in rows]
    asking = [fmean(words.questions(r) > 0 for r in one.replies) for one in held]
    repeated = [len(one.replies) - len({words.plain(r).casefold() for r in one.replies})
                for one in held]  # fmt: skip
    low, high = QUESTIONS
    return {
        "conversations": len(held),
        "replies": len(rows),
        "repeated_replies": sum(repeated),
        "conversations_with_a_repeat": sum(count > 0 for count in repeated),
        "question_share": fmean(words.questions(t.reply.text) > 0 for _, t in rows),
        "question_share_least": min(asking),
        "question_share_most": max(asking),
        "conversations_in_question_range": fmean(low <= share <= high for share in asking),
        "contradiction_share": fmean(a or b for a, b in zip(by_reading, by_label, strict=True)),
        "contradiction_reading": fmean(by_reading),
        "contradiction_label": fmean(by_label),
        "generic_share": fmean(words.is_generic(t.reply.text) for _, t in rows),
        "minimal_share": fmean(words.is_minimal(t.reply.text) for _, t in rows),
        "stock_share": words.stock_share([one.replies for one in held]),
        "speaks_of_danger": fmean(bool(words.matched("crisis", t.reply.text)) for _, t in rows),
        "mean_words": fmean(words.count(t.reply.text) for _, t in rows),
        "median_seconds": median(dict(t.seconds).get("total", 0.0) for _, t in rows),
    }


def _against(emotion: str, reply: str) -> bool:
    """Whether a reply's words go against a labelled feeling."""
    if emotion in PAINFUL:
        return bool(words.matched("glad", reply) or words.matched("cheer", reply))
    return emotion in PLEASANT and bool(words.matched("sorry", reply))


def marks(found: Mapping[str, float]) -> dict[str, bool]:
    """Return whether each of the marks that the project set itself is reached."""
    low, high = QUESTIONS
    return {
        "repeated_replies": found["repeated_replies"] == 0,
        "question_share": low <= found["question_share"] <= high,
        "contradiction_share": found["contradiction_share"] <= 0.02,
        "generic_share": found["generic_share"] <= 0.05,
    }


def table(found: Mapping[str, float]) -> str:
    """Return a line for each figure, with the mark beside those that have one."""
    aims = {
        "repeated_replies": "none",
        "question_share": "0.30 to 0.60",
        "contradiction_share": "at most 0.02",
        "generic_share": "at most 0.05",
    }
    reached = marks(found)
    lines = []
    for name, value in found.items():
        aim = f"  {aims[name]}: {'reached' if reached[name] else 'NOT reached'}" \
            if name in aims else ""  # fmt: skip
        lines.append(f"  {name:34} {value:>9.4g}{aim}")
    return "\n".join(lines)
