"""What a person has said in another language, as far as plain words tell it."""

from dataclasses import dataclass

from listenwell.core.spelling import spaced, tokens
from listenwell.core.types import History
from listenwell.dialogue.hearing import Heard
from listenwell.dialogue.tongues.tongue import PEOPLE, Tongue

CARRIED = {"feelings": 4, "topics": 2}
"""For how many of the person's messages a feeling or a topic lasts that is not named again."""
LASTING = 12
"""The same for a death."""
LOSS, ALONE = "loss", "loneliness"
BRIEF = 14
"""Words up to which a message can be a moment and nothing more."""
STORY = 3
"""Words from which a message tells something."""

_LITTLE = frozenset({"little", "agrees", "disagrees", "laugh"})


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
    topics = tuple(sorted(topics, key=lambda name: (name != LOSS, name in PEOPLE)))
    topic = _topic(topics, before, tongue)
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


def _topic(named: tuple[str, ...], before: list[str], tongue: Tongue) -> str:
    """Return what it is about; whoever is spoken of after a death is spoken of because of it."""
    lost = any(LOSS in tongue.named("topics", plain) for plain in before[::-1][:LASTING])
    if lost and (not named or named[0] in {*PEOPLE, ALONE}):
        return LOSS
    return named[0] if named else _carried("topics", before, tongue)


def moment_of(text: str, tongue: Tongue) -> str:
    """Return the ordinary moment that a message is, "" for a story."""
    if not tokens(text):
        return "silence"
    plain = spaced(text)
    whole = _whole(plain.strip(), tongue)
    if whole:
        return whole
    # "hm okay" is as little as either.
    if len(plain.split()) <= STORY and all(_whole(w, tongue) in _LITTLE for w in plain.split()):
        return "little"
    if len(plain.split()) <= BRIEF:
        return next((n for n, p in tongue.within.items() if p.search(plain)), "")
    return ""


def _whole(said: str, tongue: Tongue) -> str:
    return next((name for name, p in tongue.whole.items() if p.fullmatch(said)), "")


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
