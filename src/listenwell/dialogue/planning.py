"""What the next reply should do: a pure function of the conversation, the feeling and the risk."""

from collections.abc import Iterable, Mapping
from itertools import islice, tee
from typing import Literal

from listenwell.core.emotions import PAINFUL, PLEASANT
from listenwell.core.types import History, Plan, Reading, Risk, RiskLevel, Stage, Strategy
from listenwell.dialogue.authored import lexicon
from listenwell.dialogue.hearing import Heard, hear
from listenwell.dialogue.offers import accepts_offer
from listenwell.dialogue.words import has_any

CHEER = "cheer"
UNDERSTOOD = 3
"""How many messages of three words or more a person says before they count as understood."""
MOST_QUESTIONS = 0.45
"""The share of replies with a question from which the next reply asks nothing."""
NO_MORE_QUESTIONS = "asked for no more questions"

SURER = 0.85
"""The share of what hurts from which even words of good news are not taken as glad."""
HEAVY, HEAVIER = 0.6, 0.68
"""The share of what hurts from which many small shares tell it, too: in a grave matter, and in any."""
CLEAR = 0.3
"""The share of one emotion from which a reading tells that something hurts."""

HURT = "hurt"
"""In a move's `feeling`: anything that hurts, and what is not clear where the topic tells enough."""
DEATHS = frozenset({"loss", "child_loss", "pet"})
"""Topics of somebody who is dead, who can be asked nothing."""
GLADNESS, MIXED, BRIGHT, PLAIN = "gladness", "mixed", "bright", "plain"
"""Feelings that are no bucket of labels: both sorts at once, mildly good, and nothing to be told."""
# The 32 labels by the feelings that authored moves are written for.
FEELINGS: dict[str, frozenset[str]] = {
    "fear": frozenset({"anxious", "afraid", "apprehensive", "terrified"}),
    "sadness": frozenset({"sad", "devastated", "disappointed"}),
    "anger": frozenset({"angry", "annoyed", "furious", "disgusted"}),
    "loneliness": frozenset({"lonely"}),
    "shame": frozenset({"ashamed", "guilty", "embarrassed"}),
    "envy": frozenset({"jealous"}),
    "longing": frozenset({"nostalgic", "sentimental"}),
    GLADNESS: frozenset({
        "joyful", "excited", "proud", "grateful",
    }),
}  # fmt: skip
SURELY_GLAD = frozenset(
    {"joyful", "excited", "proud", "grateful", "content", "impressed", "hopeful"}
)
CLOUDED = frozenset(
    {"loss", "child_loss", "breakup", "betrayal", "health", "accident", "self_worth"}
)
"""Topics of which a pleasant reading is not believed."""
QUITE_PLEASANT, VERY_PLEASANT = 0.55, 0.75
"""The pleasant share from which something is taken as bright; more where it has a "but"."""
OVER, FOND = 0.45, 0.8
"""The pleasant share from which a feeling named before is over, or one named now is a fond one."""
MOURNED = frozenset({"loss", "child_loss", "pet", "breakup", "betrayal"})
"""Topics that words of good news ("i did it") do not change."""
SURE = 0.5
"""The share of a feeling from which it is taken as read."""
STILL_ANGRY = 0.25
"""The share of anger from which an anger named before still holds."""
SURELY = 0.6
"""The share of a feeling from which it lasts over the messages that follow."""
THEME_BAR, BESIDES, THEMES = 0.42, 0.5, 3
"""The probability from which the likeliest theme counts as told, and others beside it, and how many of
them are spoken to."""
DIED = "died"
SURER_OF = {
    "funny": 0.6,
    "fact": 0.35,
    "little_answer": 0.6,
    "to_the_bot": 0.4,
    "good_news": 0.35,
    "kindness": 0.55,
    "memory": 0.4,
}
"""The same for what is told of too readily."""
FELT, HURTS, PLEASES = 0.35, 0.68, 0.6
"""The probability from which one painful feeling, anything painful and anything good is taken as
heard in a message. Of messages taken as painful at 0.6 a quarter told something good or nothing much,
and sorrow over a crossword is worse than a plain word to somebody who is sad."""
ONLY_SAID = 0.45
"""The probability of anything painful under which a word for it is only a word: of fifteen such messages
left out three told of pain, of those above it thirty-nine in forty-six."""
HARDLY = 0.4
"""The probability of anything painful under which the 32 emotions alone do not tell of pain."""
_OWN = ("i", "i'm", "i've", "i'd", "we", "we're", "we've", "me", "us")
"""Words of which one is in nearly every message about oneself."""
_OTHERS_LUCK = (
    "for him",
    "for her",
    "for them",
    "for my",
    "of him",
    "of her",
    "of them",
    "of my",
    "he's",
    "she's",
    "they're",
    "he is",
    "she is",
    "they are",
)
"""Of whose luck somebody may be glad with a sinking heart."""
STILL_HURTS, LATELY = 0.58, 2
"""The same after one of the last messages that was surely painful, and how many are looked at."""
LAUGHED_AT = 0.75
"""The summed probability of what hurts up to which a message that laughs is not heard as hurt."""
FEW, SURER_OF_FEW = 6, 0.65
"""Words of a message up to which a reading has to be surer: there is little to read."""
PAINFUL_FEELINGS = frozenset({*FEELINGS, "strain", "numbness"}) - {GLADNESS, "longing"}


def make_plan(
    history: History,
    reading: Reading,
    risk: Risk,
    move: str = "general",
    before: Iterable[Reading] = (),
    refused: frozenset[str] = frozenset(),
) -> Plan:
    """Choose a strategy and who answers. Risk always outranks feeling.

    Args:
        history: The conversation, its newest message the person's.
        reading: How the person seems to feel.
        risk: What the screen found.
        move: The authored content that fits, by its template's name.
        before: How the person seemed to feel at their messages before, the newest first; gone
            through only where the newest message tells no feeling itself.
        refused: Feelings that we named and the person refused.
    """
    if route_of(risk) == "crisis":
        return Plan(Strategy.QUESTION, move, "crisis", frozenset({CHEER}))
    heard = hear(history, refused)
    stage, why = stage_of(history, heard)
    asks, why_asks = may_ask(history, heard)
    feeling = feeling_of(heard, reading, before)
    tender = _is_tender(reading, risk, feeling, heard)
    avoid = frozenset({CHEER}) if tender else frozenset()
    return Plan(
        _strategy(history, heard, reading, stage, asks),
        move,
        "model",
        avoid,
        stage,
        heard.topic,
        feeling,
        _wanted(heard),
        asks,
        f"{why}; {why_asks}",
        themes=themes_of(reading, heard),
    )


def themes_of(reading: Reading, heard: Heard) -> tuple[str, ...]:
    """Return what the newest message surely enough tells, likeliest first."""
    likely = sorted(((p, name) for name, p in reading.themes), reverse=True)[:THEMES]
    sure = [
        name
        for place, (p, name) in enumerate(likely)
        if p >= max(BESIDES if place else THEME_BAR, SURER_OF.get(name, 0.0))
    ]
    # Of a death only words tell: condolence to somebody whose friend is ill would frighten.
    return tuple(name for name in sure if name != DIED or heard.topic in DEATHS)


def route_of(risk: Risk) -> Literal["crisis", "check_in", "model"]:
    """Return who answers at a risk: the crisis dialogue, one direct question, or the model."""
    if risk.level >= RiskLevel.HIGH:
        return "crisis"
    return "check_in" if risk.level is RiskLevel.MODERATE else "model"


def stage_of(history: History, heard: Heard) -> tuple[Stage, str]:
    """Return how far the conversation has come, and why."""
    if heard.asks_advice and not heard.only_listen:
        return Stage.COPING, "asks what to do"
    if accepts_offer(history):
        return Stage.COPING, "said yes to thinking about ways forward"
    if heard.turns < UNDERSTOOD:
        return Stage.EXPLORATION, f"has said {heard.turns} things so far"
    return Stage.UNDERSTANDING, f"has said {heard.turns} things"


def may_ask(history: History, heard: Heard) -> tuple[bool, str]:
    """Return whether the next reply may ask something, and why."""
    said = history.said_by("assistant")
    if heard.no_questions:
        return False, NO_MORE_QUESTIONS
    if said and "?" in said[-1]:
        return False, "asked last time"
    share = sum("?" in text for text in said) / len(said) if said else 0.0
    if share >= MOST_QUESTIONS:
        return False, f"{share:.0%} of the replies asked"
    if heard.only_listen and share > 0.2:
        return False, "was asked to just listen"
    return True, "may ask"


def feeling_of(heard: Heard, reading: Reading, before: Iterable[Reading] = ()) -> str:
    """Return the feeling to speak to: named, else read with some certainty, else told earlier."""
    if heard.relieved:
        return GLADNESS
    if heard.feelings and not _only_said(heard, reading):
        return _named(heard, reading)
    if heard.eased or (heard.dull and not heard.dark):
        return PLAIN
    if heard.cheers and not heard.dark and heard.topic not in CLOUDED:
        return BRIGHT
    if heard.laughs and not heard.dark and _pain(dict(reading.feelings)) < LAUGHED_AT:
        return BRIGHT if reading.mass(PLEASANT) >= SURE else PLAIN
    listened = _read(heard, reading, before)
    if listened in heard.denied or (heard.after_good_news and not listened):
        return PLAIN
    if listened in {GLADNESS, BRIGHT} and _is_dark(heard):
        return _clouded(heard)
    return PLAIN if listened == GLADNESS and _is_anothers(heard) else listened


def _only_said(heard: Heard, reading: Reading) -> bool:
    """Whether a painful word stands in a message that hardly hurts: "i danced in the garage. alone"."""
    painful = PAINFUL_FEELINGS.issuperset(heard.feelings)
    return painful and bool(reading.feelings) and _pain(dict(reading.feelings)) < ONLY_SAID


def _is_anothers(heard: Heard) -> bool:
    """Whether what reads as glad may be somebody else's luck, told by a person who is in pain."""
    pained = bool(PAINFUL_FEELINGS & set(heard.earlier_feelings))
    return pained and not has_any(heard.plain, _OWN)


def _read(heard: Heard, reading: Reading, before: Iterable[Reading]) -> str:
    """Return the feeling that a message seems to tell, whoever is told it."""
    listened = _listened(reading)
    if listened is not None:
        return listened
    # Each is read by the encoder, so only those are that are asked for.
    lately, again = tee(islice(before, LATELY))
    found = _felt_between_the_lines(heard, reading, lately)
    if found == PLAIN and _still_hurts(heard, reading, again):
        return ""
    painful = found in PAINFUL_FEELINGS or not found
    hardly = bool(reading.feelings) and _pain(dict(reading.feelings)) < HARDLY
    return PLAIN if painful and hardly else found


def _still_hurts(heard: Heard, reading: Reading, before: Iterable[Reading]) -> bool:
    """Whether what reads as nothing much belongs to something that surely hurt not long before."""
    light = heard.laughs or heard.cheers or heard.after_good_news or heard.small_win
    if light or _pain(dict(reading.feelings)) < STILL_HURTS:
        return False
    return any(_pain(dict(earlier.feelings)) >= HURTS for earlier in before)


def _is_dark(heard: Heard) -> bool:
    """Whether a pleasant reading is not believed."""
    good = heard.good_news or heard.after_good_news
    return heard.dark or (heard.topic in CLOUDED and not good)


def _clouded(heard: Heard) -> str:
    """Return the feeling of what reads as pleasant in a dark matter."""
    return "" if heard.dark or heard.topic in MOURNED else PLAIN


def _listened(reading: Reading) -> str | None:
    """Return the feeling that a listener would surely speak to; None where that is not clear."""
    shares = dict(reading.feelings)
    likeliest = max(shares, key=lambda name: shares[name], default="")
    pain = _pain(shares)
    if likeliest in PAINFUL_FEELINGS and shares[likeliest] >= FELT and pain >= HURTS:
        return _told_or_only_hurt(likeliest)
    if shares.get(GLADNESS, 0.0) + shares.get(BRIGHT, 0.0) >= PLEASES:
        return GLADNESS if likeliest == GLADNESS else BRIGHT
    return "" if pain >= HURTS else None


def _pain(shares: Mapping[str, float]) -> float:
    """Return the summed probability of what hurts, "hurt" for whatever has no name of its own."""
    return sum(p for name, p in shares.items() if name in PAINFUL_FEELINGS or name == HURT)


def _felt_between_the_lines(heard: Heard, reading: Reading, before: Iterable[Reading]) -> str:
    """Return the feeling of a message that names none."""
    hurt = reading.mass(PAINFUL)
    if heard.good_news and hurt < SURER and heard.topic not in MOURNED:
        return GLADNESS
    if heard.small_win or (heard.laughs and heard.after_good_news):
        return BRIGHT
    shares = {name: reading.mass(labels) for name, labels in FEELINGS.items()}
    likeliest = max(shares, key=lambda name: shares[name])
    tears_of_joy = heard.after_good_news and heard.earlier_feelings == ("sadness",)
    earlier = "" if tears_of_joy else _told_before(heard, reading)
    if likeliest == GLADNESS and (earlier or heard.has_a_catch):
        # The reading is often glad about "haven't" and "but"; gladness over pain hurts most.
        return earlier or PLAIN
    if shares[likeliest] >= _enough(heard, likeliest):
        return _told_or_only_hurt(likeliest)
    if _is_bright(heard, reading) and not earlier:
        return BRIGHT
    # A reading of many small shares says little, and less where good news was told before.
    sure = hurt > (SURE if heard.length > FEW else SURER)
    clear = reading.confidence >= CLEAR or hurt >= (HEAVY if heard.topic in CLOUDED else HEAVIER)
    told = sure and clear and not (heard.after_good_news or heard.laughs)
    if told or earlier:
        return earlier or _lasting(heard, reading, before)
    return _lasting(heard, reading, before) or (BRIGHT if _still_bright(heard, reading) else PLAIN)


def _told_or_only_hurt(feeling: str) -> str:
    """Return a feeling that was read; envy that was not named is a charge, and counts as hurt."""
    return "" if feeling == "envy" else feeling


def _told_before(heard: Heard, reading: Reading) -> str:
    """Return the painful feeling that was named not long before and still holds."""
    pleasant = reading.mass(PLEASANT) > OVER
    over = {GLADNESS, "longing"} | ({"fear"} if heard.after_good_news else set())
    if reading.mass(FEELINGS["anger"]) < STILL_ANGRY:
        over.add("anger")  # it was at somebody, and this may be about another
    return next(
        (
            name
            for name in heard.earlier_feelings
            # Numbness is told of in pleasant words: "i do love her".
            if name not in over and (not pleasant or name == "numbness")
        ),
        "",
    )


def _lasting(heard: Heard, reading: Reading, before: Iterable[Reading]) -> str:
    """Return what was surely read not long before: a story's small details say little themselves."""
    if heard.after_good_news or reading.mass(PLEASANT) >= reading.mass(PAINFUL):
        return ""
    return next(
        (
            name
            for earlier in before
            for name, labels in FEELINGS.items()
            # Anger is at somebody, and the next message may be about another.
            if name in PAINFUL_FEELINGS - {"anger", "envy"} and earlier.mass(labels) >= SURELY
        ),
        "",
    )


def _enough(heard: Heard, feeling: str) -> float:
    """Return the share from which a feeling is taken as read: more of a few words or after good news."""
    if feeling == GLADNESS:
        return SURE
    if heard.after_good_news:
        return SURER
    return SURER_OF_FEW if heard.length <= FEW else SURE


def _is_bright(heard: Heard, reading: Reading) -> bool:
    """Whether something mildly good was told; trust alone is told of in sorrow, too."""
    pleasant = reading.mass(PLEASANT)
    enough = VERY_PLEASANT if heard.has_a_catch else QUITE_PLEASANT
    sure = pleasant > SURE and reading.mass(SURELY_GLAD) >= CLEAR and not heard.has_a_catch
    return (sure or pleasant >= enough) and heard.topic not in CLOUDED


def _still_bright(heard: Heard, reading: Reading) -> bool:
    """Whether a small detail after good news belongs to it."""
    pleasant = reading.mass(PLEASANT) > reading.mass(PAINFUL)
    return (
        pleasant and heard.after_good_news and not heard.has_a_catch and heard.topic not in CLOUDED
    )


def _named(heard: Heard, reading: Reading) -> str:
    hurts = [name for name in heard.feelings if name != GLADNESS]
    if hurts and _is_fond(hurts, heard, reading):
        return GLADNESS if GLADNESS in heard.feelings else "longing"
    if not hurts:
        # "I'm happy for her" may be said with a sinking heart.
        pain = max(reading.mass(PAINFUL) - SURE, _pain(dict(reading.feelings)) - HURTS)
        mixed = heard.half_hearted or _is_mourned(heard)
        # Of one's own luck the word is believed: "i feel GOOD".
        doubtful = pain >= 0 and (heard.has_a_catch or has_any(heard.plain, _OTHERS_LUCK))
        return MIXED if doubtful or mixed else GLADNESS
    if heard.after_good_news and hurts in (["sadness"], ["fear"]) and heard.topic not in CLOUDED:
        return MIXED  # tears of relief, nerves before something wished for
    return MIXED if GLADNESS in heard.feelings else hurts[0]


def _is_mourned(heard: Heard) -> bool:
    """Whether the talk is of somebody lost; an animal that is only named may be well."""
    gone = heard.topic != "pet" or has_any(heard.story, lexicon("topics")["loss"])
    return heard.topic in MOURNED and gone


def _is_fond(hurts: list[str], heard: Heard, reading: Reading) -> bool:
    """Whether words of sadness or strain stand in something pleasant: "after a long, stressful day"."""
    mild = set(hurts) <= {"sadness", "strain"}
    return mild and reading.mass(PLEASANT) >= FOND and heard.topic not in CLOUDED


def _is_tender(reading: Reading, risk: Risk, feeling: str, heard: Heard) -> bool:
    hurts = reading.mass(PAINFUL) > SURE or feeling in PAINFUL_FEELINGS
    # A small detail of a sad story ("i'd already bought a little hat") reads as nothing, or as good.
    sad = feeling != GLADNESS and heard.topic in CLOUDED
    told = feeling not in {GLADNESS, BRIGHT} and not PAINFUL_FEELINGS.isdisjoint(
        heard.earlier_feelings
    )
    return risk.level > RiskLevel.NONE or hurts or sad or told


def _wanted(heard: Heard) -> int:
    """Return the most words for a reply: little to few words, never a wall of text."""
    if heard.length <= 4:
        return 20
    return 30 if heard.length <= 15 else 45


def _strategy(
    history: History, heard: Heard, reading: Reading, stage: Stage, asks: bool
) -> Strategy:
    """Return what a trained listener would likeliest do next, within what a machine may do.

    Never two questions in a row, no advice before it is wanted, and no life story of its own.
    """
    if stage is Stage.COPING:
        return Strategy.SUGGESTIONS
    wanted = {Strategy.RESTATEMENT, Strategy.REFLECTION, Strategy.AFFIRMATION}
    if asks:
        wanted.add(Strategy.QUESTION)
    likely = [(share, strategy) for strategy, share in reading.strategies if strategy in wanted]
    if likely:
        return max(likely)[1]
    if asks:
        return Strategy.QUESTION
    return Strategy.REFLECTION if reading.mass(PAINFUL) > SURE else Strategy.AFFIRMATION
