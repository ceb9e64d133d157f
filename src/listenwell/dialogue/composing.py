"""Putting a reply together: an authored opening, and a question that is written or authored."""

import math
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from listenwell.core.types import History, Plan, Strategy
from listenwell.dialogue.authored import lexicon, often
from listenwell.dialogue.hearing import MANY, PEOPLE, Heard
from listenwell.dialogue.mirror import mirror
from listenwell.dialogue.planning import (
    BRIGHT,
    CHEER,
    DEATHS,
    GLADNESS,
    HURT,
    MIXED,
    PAINFUL_FEELINGS,
    PLAIN,
)
from listenwell.dialogue.pronouns import forms, spoken_of
from listenwell.dialogue.repertoire import Move, Repertoire
from listenwell.dialogue.words import fixed_part, has, has_any, padded, tokens
from listenwell.generation.ranking import repetition

TOO_ALIKE = 0.5
"""A move that shares this much of its word pairs with an earlier reply is not said."""
SPECIFIC = 5.4
"""The fit from which an authored move is better than a written sentence."""
IDLE = 2.6
"""The fit below which a question would suit any message, and is not asked after something that fits."""
MORE_TELLING = 1.0
"""By how much a question must fit better than an opening to be said in its place: first one is heard."""
AT_LENGTH = 9
"""Words of a message from which a reply that asks nothing may say two things."""
WORTH_ADDING = 3.4
"""The fit from which a second sentence is worth its words."""
TELLING, USUAL_CUE, CUES = 0.4, 8.0, (5.0, 12.0)
"""What each nat more or less is worth that a cue tells than the usual one does, within these: of the
quarter of sentences whose cue told least testers called three in five wrong, of the last two in five."""
FOLLOWS, STORY_ALONE = 1.8, 0.4
"""What it is worth to belong to the story that they tell beside what they say now, and alone: of 440
replies that testers marked, three in ten of the first were good, of the second none."""
THEME, ANOTHER = 1.6, 0.8
"""What it is worth to speak to what the newest message tells first of all, or besides."""
MIRRORS = 1.0
"""What saying the person's own words back is worth."""
WELL_ALONE = 0.5
"""The mark from which a statement is said without their own words before it: of those below it with
them, testers called two in five wrong, of those without nearly three in five."""
MIRRORED = (0.0, 2.5, 5.0)
"""What it is worth less after none, one or two replies in a row that did so."""
FIRST_MIRROR = 0.5
"""What it is worth more while nothing of theirs was said back yet: they should soon know they were read."""
NEAR_WEIGHT, NEAR_OFTEN = 4.0, 0.2
"""What a nearness of 1 is worth, and the nearness that their own words said back are given."""
LOOKED_AT = 40
"""Of how many of the fitting moves the nearness is told: a text costs milliseconds once."""
_SAY_NOTHING = frozenset(
    [
        "since",
        "again",
        "still",
        "never",
        "always",
        "really",
        "things",
        "thing",
        "people",
        "could",
        "would",
        "should",
        "being",
        "think",
        "there",
        "their",
        "about",
        "after",
        "before",
        "because",
        "every",
        "where",
        "which",
        "while",
        "other",
        "another",
        "something",
        "nothing",
        "anything",
        "everything",
        "someone",
        "today",
        "going",
        "doing",
        "thought",
        "maybe",
        "right",
        "little",
    ]
)
"""Long words that are of no matter of their own."""
STEM = 5
"""Letters of a word that are compared to tell that it was taken up."""
PRESUMED = 1.5
"""What a question about a feeling is worth less where nobody named it."""
WORTH_WEIGHT = 3.0
"""What it counts how good a sentence was judged wherever it was offered."""
APPROPRIATE_WEIGHT, USUAL = 6.0, 0.45
"""What it counts how good a sentence would be here, and the mark at which nothing changes."""
SURE_TO_FIT, LIKELY_TO_FIT = 0.35, 0.7
"""What share of that counts for a sentence of this very story, or of what was told: the marks prefer
what says little."""
ASKED_WELL = 0.5
"""The mark under which a question is left out beside an opening: of those below, readers called
three in five wrong (one in three of the rest)."""
ASKED_ALONE = 0.6
"""The mark from which a question may be the whole reply: of those below testers called four in five wrong."""
ASKED_AFTER, ASKED_OF_IT, ASKED_OF_ANOTHER = 0.6, 0.45, 0.8
"""The same after a statement that takes up what was told: for a question that might be asked of
anything, for one about the same, and for one about something else."""
SAID_WELL, MUCH_BETTER, LAST = 0.35, 0.15, 2.5
"""The mark under which a statement is said only where there is nothing else (where even the best is
marked low: that much under the best), and what that takes from its fit: of those below, readers called three in five wrong, one in five of plain ones above."""
GENERAL_ONES = 3
"""How many sentences of one kind that might be said to anything are looked at for a reply."""
OF_A_KIND = 5
"""The same of sentences for one theme or feeling."""
NAMED_FIRST = 3.0
"""What it is worth more to call a painful feeling by its name, while no reply did so yet."""
WAITED = 2
"""Messages after which that is worth as much where it was only read as where it was named."""
WEIGHT = (
    "hard",
    "heavy",
    "hurts",
    "rough",
    "a lot",
    "gets to",
    "sore",
    "painful",
    "lonely",
    "ache*",
)
"""Words that tell that something weighs, whatever it is called."""
PAINS = (
    *WEIGHT,
    "hurt*",
    "hard to",
    "harder",
    "hardest",
    "heavier",
    "weigh*",
    "weight",
    "wear*",
    "worn",
    "tiring",
    "exhaust*",
    "sting*",
    "stung",
    "sorry",
    "cruel",
    "bitter",
    "lonel*",
    "ach*",
    "grief",
    "griev*",
    "loss",
    "pain*",
    "struggl*",
    "unfair",
    "dread*",
    "miserable",
    "no wonder",
    "not easy",
    "can't be easy",
    "can't have been easy",
    "tough",
    "awful",
    "horrible",
    "terrible",
    "frighten*",
    "carry*",
    "burden*",
    "bear",
    "lost",
    "missing",
    "miss",
    "fail*",
    "letting",
    "let down",
    "sore",
    "holding up",
    "gets to you",
    "rotten",
    "cuts",
    "slap",
    "fed up",
    "every right",
    "heavy sort",
    "alone with",
)
"""The same, and words of everything that hurts: nothing of it is said where nothing did."""
LESS_FOR_GENERAL = 1.0
"""What a sentence is worth less that names neither a feeling nor anything that was told."""
JUDGED = 6, 4
"""Of how many statements and questions that is told: a sentence takes ten milliseconds."""
Near: TypeAlias = Callable[[Sequence[str]], Sequence[float]]
Written: TypeAlias = Callable[[], Sequence["Part"]]
_WHO = re.compile(
    r"(?:you|your|he|she|it|they|there|the|this|that|these|those|every\w+|nobody|no|some\w+|people|an?|"
    r"[A-Z]\w+)(?:'\w+)?\b"
)
"""How their own words begin where they say who: "so you fixed the fence", never "so fixed the fence"."""
_SPOKEN_TO = frozenset({"you", "you're", "you've", "your", "you'd"})
MIRROR_SLOTS = frozenset({"Mirror", "mirror"})
_IN_OTHER_WORDS = {
    "loneliness": (
        "nobody there", "no one there", "nobody to", "no one to", "on your own", "by yourself", "empty house", "empty room",
        "anybody there", "all that quiet", "company",
    ),
    "anger": ("cross", "fed up", "wound up", "boil*", "unfair", "furious"),
    "fear": ("worry*", "nervous", "frightening", "dread*", "what if"),
    "strain": ("worn out", "tired", "a lot on", "too much", "heavy"),
}  # fmt: skip
"""Words by which a sentence speaks of a feeling that it doesn't name; none is said where it was denied."""
AUTHORED = "authored"
PAINFUL_TOPICS = frozenset({
    "loss", "child_loss", "breakup", "betrayal", "self_worth", MANY,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a reply and who made it: "authored", or the generator's source.

    Attributes:
        fit: How well it fits.
        group: What kind of move it is; two of one kind say the same thing twice.
        bare: The person's words alone, where they are said back and something else follows.
        mark: How good it would be here, from 0 to 2, where that was told.
        doubted: How much that counts: less where what they told makes sure that it fits.
    """

    text: str
    maker: str = AUTHORED
    fit: float = 0.0
    group: tuple[str, ...] = ()
    bare: str = ""
    mark: float = 1.0
    doubted: float = 1.0


def compose(
    history: History,
    heard: Heard,
    plan: Plan,
    moves: Repertoire,
    written: Written | None = None,
    seed: int = 0,
    near: Near | None = None,
    appropriate: Near | None = None,
) -> tuple[Part, ...]:
    """Return the pieces of a reply, in order; none where nothing fits that was not said before.

    Args:
        history: The conversation, its newest message the person's.
        heard: What the person's words tell.
        plan: What the reply should do.
        moves: The authored moves.
        written: Tells a generator's questions that may be shown, best first; called only where no
            authored question fits well.
        seed: The same seed gives the same choice.
        near: Tells how near sentences are to what was said.
        appropriate: Tells how good sentences would be as replies, from 0 to 2.
    """
    parts = _composed(history, heard, plan, moves, written, seed, near, appropriate)
    return _taken_up(parts, history, heard, plan)


def _taken_up(
    parts: tuple[Part, ...], history: History, heard: Heard, plan: Plan
) -> tuple[Part, ...]:
    """Return a reply behind the person's own words, where none took up any of them so far.

    Until then nothing shows that they were read: what speaks to a theme or a feeling names no thing.
    """
    said = [*history.said_by("assistant"), *(part.text for part in parts)]
    told = history.said_by("user")
    if not parts or not heard.mirrored or plan.strategy is Strategy.SUGGESTIONS:
        return parts
    if any(heard.mirrored.lower() in part.text.lower() for part in parts):
        return parts
    lately = _mirrors_lately(history)
    doubtful = parts[0].mark < WELL_ALONE and not parts[0].bare and lately[:1] != [True]
    if not doubtful and not _own_words(told).isdisjoint(_own_words(said)):
        return parts
    own = _capital(heard.mirrored) + "."
    echo = Part(own, AUTHORED, 0.0, (Strategy.RESTATEMENT,), own)
    # Of a statement and a question, the question goes on from their words by itself.
    kept = parts if _size((echo, *parts)) <= plan.words else parts[-1:]
    return (echo, *kept) if _size((echo, *kept)) <= plan.words + len(own.split()) else parts


def _own_words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of some texts that are about something, cut to their first letters."""
    empty = _SAY_NOTHING | set(lexicon("mirroring")["empty"])
    words = (word for text in texts for word in tokens(text))
    return frozenset(word[:STEM] for word in words if len(word) >= STEM and word not in empty)


def _composed(
    history: History,
    heard: Heard,
    plan: Plan,
    moves: Repertoire,
    written: Written | None,
    seed: int,
    near: Near | None,
    appropriate: Near | None,
) -> tuple[Part, ...]:
    fitting = _fitting(history, heard, plan, moves, seed, near)
    # The costlier looks are taken only at what would be said.
    fitting = _fresh(_judged(fitting, plan, appropriate), history)
    if plan.strategy is Strategy.SUGGESTIONS:
        return tuple(fitting[:1])
    opening = next((part for part in fitting if "?" not in part.text), None)
    if not plan.asks:
        return _told(opening, fitting, heard, plan)
    question = _question(fitting, written)
    if question is None or opening is None:
        return tuple(part for part in (opening, question) if part)
    if alone := _alone(opening, question):
        return (alone,)
    whole = opening, question
    if opening.bare and (plan.feeling == PLAIN or _size(whole) > plan.words):
        whole = _without_comment(opening), question
    if _size(whole) <= plan.words and _apart(opening, question):
        return whole if not _both_look_back(whole, heard) else (opening,)
    # To few words, one short thing: what fits better, and the question where both do.
    telling = question.fit > opening.fit + MORE_TELLING and question.mark >= ASKED_ALONE
    return (question,) if telling else (opening,)


def _alone(opening: Part, question: Part) -> Part | None:
    """Return what is said alone: beside a question that would be wrong, or that fits any words."""
    if question.mark < _needed(opening, question):
        return opening
    if question.maker != AUTHORED:  # it has no fit of its own
        return opening if opening.fit >= SPECIFIC and not opening.bare else None
    if question.fit < IDLE:
        asked_well = question.mark >= ASKED_ALONE
        return opening if opening.fit >= WORTH_ADDING or not asked_well else question
    return None


def _needed(opening: Part, question: Part) -> float:
    """Return the mark that a question needs beside an opening.

    One that knows nothing of what was told takes away from a statement that does, one about
    something else takes away more.
    """
    if question.maker != AUTHORED or not opening.group[1:]:
        return ASKED_WELL
    if not question.group[1:]:
        return ASKED_AFTER
    related = set(opening.group[1:]) & set(question.group[1:])
    return ASKED_OF_IT if related else ASKED_OF_ANOTHER


def _told(
    opening: Part | None, fitting: Sequence[Part], heard: Heard, plan: Plan
) -> tuple[Part, ...]:
    """Return a reply that asks nothing: to a longer message, now and then two sentences."""
    if opening is None:
        return ()
    second = next((p for p in fitting if "?" not in p.text and p.text != opening.text), None)
    long_enough = heard.length >= AT_LENGTH and plan.strategy is not Strategy.SUGGESTIONS
    if second is None or not long_enough or second.fit < WORTH_ADDING:
        return (opening,)
    if opening.group[1:] and second.group[1:]:  # both pick up a word of theirs: one is enough
        return (opening,)
    if second.bare or opening.bare:
        # What speaks to their words shows that they were read: saying them back adds nothing.
        echo, spoken = (second, opening) if second.bare else (opening, second)
        return (spoken,) if spoken.group[1:] else (_without_comment(echo), spoken)
    return (opening, second) if _apart(opening, second) else (opening,)


def _size(parts: Iterable[Part]) -> int:
    return sum(len(part.text.split()) for part in parts)


def _without_comment(opening: Part) -> Part:
    """Return an opening to which something is added: their words said back need no comment then."""
    return replace(opening, text=opening.bare) if opening.bare else opening


def _question(fitting: Sequence[Part], written: Written | None) -> Part | None:
    authored = next((part for part in fitting if "?" in part.text), None)
    if written is None or (authored and authored.fit >= SPECIFIC):
        return authored
    return next(iter(written()), authored)


def _both_look_back(parts: Sequence[Part], heard: Heard) -> bool:
    return bool(heard.earlier) and all(heard.earlier in part.text for part in parts)


def _apart(opening: Part, question: Part) -> bool:
    """Whether two pieces do not begin alike, nor use the same turn of phrase."""
    begins = tokens(opening.text)[:1] == tokens(question.text)[:1]
    return not begins and _runs(opening.text).isdisjoint(_runs(question.text))


def _fitting(
    history: History,
    heard: Heard,
    plan: Plan,
    moves: Repertoire,
    seed: int,
    near: Near | None,
) -> list[Part]:
    said = history.said_by("assistant")
    openings = [tuple(tokens(text)[:2]) for text in said[-4:]]
    slots = _slots(heard, said)
    again = _less_for_mirrors(history)
    hurts = plan.feeling in PAINFUL_FEELINGS | {""}
    light = _is_light(heard, plan)
    unnamed = hurts and not any(_names(text, plan.feeling) for text in said)
    found = []
    for move in moves.met_in(heard.plain, heard.story, plan.themes):
        fit = _fit(move, heard, plan, slots)
        if fit is None or (light and _move_tells_of_pain(move.text)):
            continue
        text = spoken_of(move.text, heard.pronoun)
        text = text.format_map(slots) if move.slots else text
        if _said(text, move, said) or any(_move_speaks_of(move.text, f) for f in heard.denied):
            continue
        mirrors = not move.slots.isdisjoint(MIRROR_SLOTS)
        fit -= 2.0 * (tuple(tokens(text)[:2]) in openings)
        fit -= again * mirrors
        chance = _chance(f"{seed} {len(said)} {heard.plain} {text}")
        fit += chance * (0.5 if near else 1.0)
        bare = f"{slots['Mirror']}." if mirrors else ""
        told = (*move.when, *move.story, *sorted(move.themes))
        general = not (told or move.topics or move.slots or move.feelings - {HURT, PLAIN})
        fit -= LESS_FOR_GENERAL * (general and not move.feelings)
        if unnamed and _move_names(move.text, plan.feeling):
            fit += NAMED_FIRST if heard.feelings or heard.turns > WAITED else NAMED_FIRST / 2
        kind = (bare, str(move.strategy), *sorted(move.feelings), *told)
        most = _most(move, mirrors=mirrors, general=general)
        part = Part(
            text,
            AUTHORED,
            fit,
            (move.strategy, *told),
            bare,
            doubted=_doubted(move),
        )
        found.append((chance, kind, most, part))
    parts = _drawn(found)
    return sorted(_nearest(parts, near) if near else parts, key=lambda part: -part.fit)


def _doubted(move: Move) -> float:
    """Return how much the mark of a move's sentence counts."""
    if move.when and move.story:
        return SURE_TO_FIT
    return LIKELY_TO_FIT if move.when else 1.0


def _most(move: Move, *, mirrors: bool, general: bool) -> int | None:
    """Return how many sentences of a move's kind are looked at; all that take up what was told."""
    if mirrors:
        return 1
    if general:
        return GENERAL_ONES
    return None if move.when or move.story or move.topics else OF_A_KIND


def _is_light(heard: Heard, plan: Plan) -> bool:
    """Whether nothing that was told hurts: then no sentence says that it does, whatever brought it in."""
    if heard.dark or any(name in PAINFUL_FEELINGS for name in heard.feelings):
        return False
    easy = CHEER not in plan.avoid or heard.laughs or heard.after_good_news or heard.dull
    return plan.feeling in {GLADNESS, BRIGHT} or (plan.feeling == PLAIN and easy)


def _tells_of_pain(text: str) -> bool:
    """Whether a sentence says that something hurts or weighs."""
    plain = padded(text)
    named = lexicon("feelings")
    return has_any(plain, PAINS) or any(has_any(plain, named.get(f, ())) for f in PAINFUL_FEELINGS)


def _names(text: str, feeling: str) -> bool:
    """Whether a reply calls a feeling by its name, or says that it weighs something."""
    return has_any(padded(text), (*WEIGHT, *lexicon("feelings").get(feeling, ())))


def names_it(text: str, feeling: str) -> bool:
    """Whether a sentence calls a feeling by its name."""
    return has_any(padded(text), lexicon("feelings").get(feeling, ()))


def _speaks_of(text: str, feeling: str) -> bool:
    """Whether a sentence calls a feeling by its name, or says it in other words: "nobody there"."""
    return names_it(text, feeling) or has_any(padded(text), _IN_OTHER_WORDS.get(feeling, ()))


# Only of authored texts: what was said to somebody holds their words, and is not kept.
_move_names = lru_cache(maxsize=1 << 15)(_names)
_move_speaks_of = lru_cache(maxsize=1 << 15)(_speaks_of)
_move_tells_of_pain = lru_cache(maxsize=1 << 15)(_tells_of_pain)


def _drawn(found: Iterable[tuple[float, tuple[str, ...], int | None, Part]]) -> list[Part]:
    """Return what is looked at, of some kinds no more than a few.

    Of what might be said to anything, and of tails behind their own words, chance takes a few: else
    the one of them that is judged best would be heard all the time.

    Args:
        found: Each piece's chance, its kind, the most of that kind or None, and the piece itself.
    """
    kept: list[Part] = []
    taken: Counter[tuple[str, ...]] = Counter()
    for _, kind, most, part in sorted(found, key=lambda one: -one[0]):
        taken[kind] += 1
        if most is None or taken[kind] <= most:
            kept.append(part)
    return kept


def _nearest(found: Sequence[Part], near: Near) -> list[Part]:
    """Return what fits best, weighed by how near it is to what was said."""
    best = sorted(found, key=lambda part: -part.fit)[:LOOKED_AT]
    # Of their own words said back nearness tells nothing, of a sentence of this very story little.
    plain = [part for part in best if not part.bare and part.doubted > SURE_TO_FIT]
    told = dict(zip(plain, near([part.text for part in plain]), strict=True))
    return [replace(part, fit=part.fit + NEAR_WEIGHT * told.get(part, NEAR_OFTEN)) for part in best]


def _judged(found: Sequence[Part], plan: Plan, appropriate: Near | None) -> Sequence[Part]:
    """Return what fits best, weighed by how good it would be as a reply."""
    if appropriate is None or plan.strategy is Strategy.SUGGESTIONS:
        return found
    told, asked = JUDGED
    some = [part for part in found if "?" not in part.text][:told]
    if plan.asks:
        some += [part for part in found if "?" in part.text][:asked]
    good = appropriate([part.text for part in some])
    # Where everything is marked low the marks tell little, and only the lowest count against it.
    poor = min(SAID_WELL, max(good, default=0.0) - MUCH_BETTER)
    weighed = [
        replace(part, fit=part.fit + _told_by(mark, poor, part), mark=mark)
        for part, mark in zip(some, good, strict=True)
    ]
    return sorted(weighed, key=lambda part: -part.fit)


def _told_by(mark: float, poor: float, part: Part) -> float:
    if part.bare:  # never wrong, and never much: that must not beat what says something
        mark = min(mark, USUAL)
    # Whatever words brought it in: of those marked so low testers called three in five wrong.
    last = mark < poor and "?" not in part.text
    return part.doubted * APPROPRIATE_WEIGHT * (mark - USUAL) - LAST * last


def _fresh(found: Iterable[Part], history: History) -> list[Part]:
    kept: list[Part] = []
    lately = frozenset().union(*map(_runs, history.said_by("assistant")[-8:]))
    for part in found:
        asks = "?" in part.text
        alike = [other for other in kept if ("?" in other.text) is asks]
        if len(alike) >= (1 if asks else 2) or any(part.group == p.group for p in alike):
            continue
        if repetition(part.text, history) < TOO_ALIKE and not _runs(part.text) & lately:
            kept.append(part)
        if len(kept) == 3:
            break
    return kept


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    """Return every four words in a row: a turn of phrase is not used twice within a few replies."""
    said = tokens(text)
    return frozenset(tuple(said[at : at + 4]) for at in range(len(said) - 3))


def _fit(move: Move, heard: Heard, plan: Plan, slots: Mapping[str, str]) -> float | None:
    """Return how well a move fits, or None where it does not."""
    told = _told_of(move, heard)
    # Most moves fall here, so it comes first.
    if move.when and not move.when.found_in(told):
        return None
    if plan.stage not in move.stages or not move.slots <= slots.keys():
        return None
    if not _about(move, heard, plan) or not _felt(move, plan) or _of_the_dead(move, heard, plan):
        return None
    if move.light and CHEER in plan.avoid:
        return None
    if move.themes and move.themes.isdisjoint(plan.themes):
        return None
    wrong = move.unless.found_in(told) or _said_of_another(move, heard)
    if wrong or (move.story and not move.story.found_in(heard.story)):
        return None
    if (move.strategy is Strategy.SUGGESTIONS) is not (plan.strategy is Strategy.SUGGESTIONS):
        return None
    return _worth(move, heard, plan)


def _said_of_another(move: Move, heard: Heard) -> bool:
    """Whether a move's cues only tell how another is ("she looked tired") or what something is like."""
    if not heard.of_others and not heard.likened:
        return False
    found = [phrase.split() for phrase in move.when if has(heard.plain, phrase)]
    if not found:
        return False
    if all(map(heard.likened.issuperset, found)):
        return True
    return all(map(heard.of_others.issuperset, found)) and not _SPOKEN_TO.isdisjoint(
        tokens(move.text)
    )


def _told_of(move: Move, heard: Heard) -> str:
    """Return the words that decide whether a move fits: for a way forward, all that led to it."""
    return heard.story if move.strategy is Strategy.SUGGESTIONS else heard.plain


def _of_the_dead(move: Move, heard: Heard, plan: Plan) -> bool:
    """Whether a move might speak of somebody who died as if they lived, or the other way round."""
    asks_of = move.slots & {"person", "Person", "earlier_person", "name"}
    mourned = plan.topic in DEATHS
    return mourned and bool(asks_of) and not (plan.topic in move.topics and heard.person_died)


def _about(move: Move, heard: Heard, plan: Plan) -> bool:
    """Whether a move's topic is the plan's; one with words of its own may be for any that is named."""
    if not move.topics:
        return True
    if plan.topic in move.topics:
        # Of people who were only named in passing before, nothing is asked out of the blue.
        return heard.fresh or bool(move.when) or not move.asks or plan.topic not in PEOPLE
    if (
        plan.topic == "pet" and "loss" in move.topics
    ):  # an animal that died is mourned in its own words
        return False
    if plan.topic in DEATHS and move.asks and move.topics <= PEOPLE:
        return False  # as if the one who died could be asked
    if plan.topic == MANY:  # no single one of them is picked out
        return False
    return bool(move.when) and not move.topics.isdisjoint(heard.topics)


def _felt(move: Move, plan: Plan) -> bool:
    if not move.feelings or plan.feeling in move.feelings:
        return True
    good = plan.feeling in {GLADNESS, BRIGHT, MIXED, "longing"}
    plain = plan.feeling == PLAIN and plan.topic not in PAINFUL_TOPICS
    # What picks up their own words fits where the reading says nothing; what guesses does not.
    told = bool(move.when or move.themes)
    return HURT in move.feelings and not good and (told or not plain)


def _worth(move: Move, heard: Heard, plan: Plan) -> float:
    told = _told_of(move, heard)
    found = [phrase for phrase in move.when if has(told, phrase)]
    fit = 3.0 + 0.5 * min(len(found), 3) + _telling(found) if found else 0.0
    fit += (FOLLOWS if move.when else STORY_ALONE) if move.story else 0.0
    if move.themes:
        fit += THEME if plan.themes[0] in move.themes else ANOTHER
    fit += _topic_worth(move, heard, plan) if move.topics else 0.0
    fit += _feeling_worth(heard, plan) if move.feelings else 0.0
    fit -= PRESUMED if move.asks and _presumes(move, heard) else 0.0
    fit += MIRRORS if move.slots & MIRROR_SLOTS else 1.2 if move.slots else 0.0
    fit += WORTH_WEIGHT * move.worth
    return fit + (0.8 if move.strategy is plan.strategy else 0.0)


def _telling(found: Sequence[str]) -> float:
    """Return what the most telling of some cues is worth: "again" is said of anything."""
    least, most = CUES
    return TELLING * (min(most, max(least, *map(_information, found))) - USUAL_CUE)


@lru_cache(maxsize=1 << 14)
def _information(phrase: str) -> float:
    """Return how much a phrase tells, in nats: rare words much, as if they were said independently."""
    total, counts = often()
    return sum(math.log(total / (1 + counts.get(word.rstrip("*"), 0))) for word in phrase.split())


def _presumes(move: Move, heard: Heard) -> bool:
    """Whether a move asks about a feeling that was only guessed, as if it had been named."""
    told = move.when or move.story or move.themes or move.topics
    return not told and bool(move.feelings - {HURT, PLAIN}) and not heard.feelings


def _feeling_worth(heard: Heard, plan: Plan) -> float:
    """A feeling that they name is leaned on; one that was named in an earlier message only, is not."""
    if heard.feelings:
        return 3.0
    return 0.7 if plan.feeling in heard.earlier_feelings else 1.5


def _topic_worth(move: Move, heard: Heard, plan: Plan) -> float:
    """A topic that the newest message does not name may be over, a loss hardly ever."""
    if heard.topic == MANY:
        return 5.0
    # Advice is asked about the whole, in words that need not name it again.
    if heard.fresh or move.strategy is Strategy.SUGGESTIONS:
        return 2.5
    return 0.6 if plan.topic in PAINFUL_TOPICS else -1.0


def _slots(heard: Heard, said: Sequence[str]) -> dict[str, str]:
    """Return what the person's own words can fill."""
    old = any(heard.earlier.lower() in text.lower() for text in said)
    adjectives = " and ".join(heard.adjectives[:2]) if len(heard.adjectives) > 1 else ""
    filled = {
        "person": heard.person,
        "Person": _capital(heard.person),
        "earlier_person": heard.earlier_person,
        "name": heard.name,
        "Mirror": _capital(heard.mirrored),
        "mirror": heard.mirrored if _WHO.match(heard.mirrored) else "",
        # Looking back suits a message that says something, never "she's six".
        "earlier": "" if heard.length < AT_LENGTH - 3 or old else heard.earlier,
        "Span": _capital(heard.span),
        "feelings": adjectives,
        "Feelings": _capital(adjectives),
    }
    return {slot: words for slot, words in filled.items() if words}


def _said(text: str, move: Move, said: Sequence[str]) -> bool:
    """Whether a move was made: its text, or what of it does not depend on the person's words."""
    fixed = fixed_part(move.text) if move.slots else move.text
    return any(form in earlier for form in (text, *forms(fixed)) for earlier in said)


def _mirrors_lately(history: History) -> list[bool]:
    """Return whether each reply said the person's words back, the newest first."""
    told, said = history.said_by("user")[:-1], history.said_by("assistant")
    return [
        bool(back := mirror(text)) and back.lower() in reply.lower()
        for text, reply in zip(told[::-1], said[::-1], strict=False)
    ]


def _less_for_mirrors(history: History) -> float:
    """Return what saying words back is worth less after the last replies; more, if none did yet."""
    mirrored = _mirrors_lately(history)
    if not any(mirrored):
        return -FIRST_MIRROR
    newest = mirrored[:2]
    return MIRRORED[newest.index(False) if False in newest else len(newest)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _chance(text: str) -> float:
    """Return a number from 0 to 1 that only the text decides, alike on every machine."""
    return zlib.crc32(text.encode()) / 2**32
