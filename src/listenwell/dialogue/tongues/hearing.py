"""What a person has said in another language, as far as plain words tell it."""

from dataclasses import dataclass

from listenwell.core.spelling import spaced, tokens
from listenwell.core.types import History
from listenwell.dialogue.hearing import Heard
from listenwell.dialogue.tongues.tongue import Tongue

CARRIED = {"feelings": 4, "topics": 2}
"""For how many of the person's messages a feeling or a topic lasts that is not named again."""
BRIEF = 14
"""Words up to which a message can be a moment and nothing more."""
STORY = 3
"""Words from which a message tells something."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the newest message is, and what is known beside it.

    Attributes:
        moment: The ordinary moment that it is, "" for a story.
        heard: Topic, feelings and wishes, in the form that the planner reads.
    """

    moment: str
    heard: Heard


def hear(history: History, tongue: Tongue) -> Told:
    """Return what the words of a conversation tell in its language."""
    said = history.said_by("user")
    plains = [spaced(text) for text in said]
    newest, before = (plains[-1], plains[:-1]) if plains else ("  ", [])
    feelings, topics = tongue.named("feelings", newest), tongue.named("topics", newest)
    topic = topics[0] if topics else _carried("topics", before, tongue)
    earlier = _carried("feelings", before, tongue)
    moment = moment_of(said[-1] if said else "", tongue)
    heard = Heard(
        plain=newest,
        topic=topic,
        topics=frozenset(topics),
        fresh=topic in topics,
        feelings=feelings,
        earlier_feelings=(earlier,) if earlier and not feelings else (),
        length=len(newest.split()),
        turns=sum(len(plain.split()) >= STORY for plain in plains),
        asks_advice=moment == "advice",
        no_questions=_wished("stop_questions", plains, tongue),
        only_listen=_wished("just_listen", plains, tongue),
    )
    return Told(moment, heard)


def moment_of(text: str, tongue: Tongue) -> str:
    """Return the ordinary moment that a message is, "" for a story."""
    if not tokens(text):
        return "silence"
    plain = spaced(text)
    whole = next((n for n, p in tongue.whole.items() if p.fullmatch(plain.strip())), "")
    if whole:
        return whole
    if len(plain.split()) <= BRIEF:
        return next((n for n, p in tongue.within.items() if p.search(plain)), "")
    return ""


def _carried(kind: str, before: list[str], tongue: Tongue) -> str:
    for plain in before[::-1][: CARRIED[kind]]:
        if found := tongue.named(kind, plain):
            return found[0]
    return ""


def _wished(wish: str, plains: list[str], tongue: Tongue) -> bool:
    """Whether a wish was said, and nothing was asked for since."""
    for plain in plains[::-1]:
        if tongue.within[wish].search(plain):
            return True
        if tongue.within["advice"].search(plain):
            return False
    return False
