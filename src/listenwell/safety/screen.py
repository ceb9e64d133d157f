"""The screen on what people write: how much danger a conversation shows, and which words say so.

Authored rules and a learned part are combined, and a conversation is remembered. Of replies it knows
only what they asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

from listenwell.core.types import History, Message, Risk, RiskKind, RiskLevel, Signal, Subject
from listenwell.safety.answers import (
    ANSWERED_UNSURE,
    ANSWERED_YES,
    LONGEST,
    answered,
    asks,
    asks_of_danger,
    asks_whether,
    authored,
    declined,
    denied,
    good_news,
    in_its_talk,
    is_ours,
    makes_plan,
    misread,
    put_away,
    questions_of_ours,
    resolved,
    safe_in_words,
    says_safe,
    takes_nothing_back,
    tells_age,
    tells_fear,
    was_looked_at,
    worded,
)
from listenwell.safety.languages import language_of
from listenwell.safety.learned import TOGETHER, Judge, Judgement, Seen, in_one, terse
from listenwell.safety.normalise import Plain, plain, simplified
from listenwell.safety.passages import passages
from listenwell.safety.patterns import languages_of
from listenwell.safety.weighing import Found, weigh

MEMORY = 10
"""How many of the person's messages after a grave one are still met with the same care, and then as
many with some, unless they say that they are safe."""
SOME_MEMORY = 3
"""How many of the person's messages after one of moderate risk are still met with some care."""
RECENT = 8
"""How many of the person's newest messages add up."""
_LITTLE = 12
"""Letters that a message must have to be read with those before it, unless it answers a question."""
_SHOWN = 160
"""Letters of what is shown as what the learned part found."""
_FEW = 2
"""Words of a bare yes."""
SAID_EARLIER = "said-earlier"
LEARNED, BUILD_UP, ANSWER, UNANSWERED = "learned", "build-up", "answer", "not-answered"
DOUBTFUL = "~"
"""What the name of a signal begins with whose wording innocent messages share."""
MISREAD = "misread"
"""The rule of a signal that says: what was taken for danger was none, as the person says."""
_GUESSES = frozenset({LEARNED, BUILD_UP, ANSWER, UNANSWERED, SAID_EARLIER})
"""Signals that no wording stands behind. Where they are all there is, a person who says that we
misread them is believed."""
HEEDED = 4
"""For how many messages after that the learned part is not heard where no wording stands behind it."""
_POINTS = {RiskLevel.NONE: 0.0, RiskLevel.LOW: 0.25, RiskLevel.MODERATE: 1.0}
_TO_MODERATE, _TO_HIGH = 0.75, 2.5
"""What points of several messages must reach to be together more than each alone."""


_OF_ONESELF = frozenset({RiskKind.SUICIDE, RiskKind.SELF_HARM, RiskKind.DISTRESS, None})
_OF_THE_BODY = frozenset({RiskKind.MEDICAL, RiskKind.OVERDOSE})
NOTHING_TOLD = ("ok", "hm", "madrid")
"""What tells nothing, whatever was asked: yes and no are not among it, nor is only what sounds content."""
_TOLD_BY_RULES = frozenset({RiskKind.ABUSE, RiskKind.PSYCHOSIS, RiskKind.EATING_DISORDER})
"""Kinds whose emergencies are told by wording where a few words answer a question of ours."""
_SEEN_IN_OTHERS = frozenset({RiskKind.PSYCHOSIS, RiskKind.SELF_HARM})
"""What is told of somebody else and mostly guessed to be their death: cuts that were seen, a mother who
takes her newborn for the devil."""
_NO_BODY = ({RiskKind.SUICIDE}, RiskKind.MEDICAL)
"""Words of somebody's death and nothing else, taken for an emergency of the body."""


class Screen(Protocol):
    """Assesses the danger in a conversation."""

    def assess(self, history: History) -> Risk:
        """Return the risk of the conversation so far; its newest message is the person's."""
        ...


@dataclass(frozen=True, slots=True)
class _Said:
    """One message of the person's, assessed by itself and as an answer."""

    text: str
    risk: Risk
    safe: bool
    points: float


class RuleScreen:
    """Authored rules over normalised text, a learned part where one is given, and memory."""

    def __init__(self, judge: Judge | None = None) -> None:
        """Build a screen.

        Args:
            judge: The learned part; without one, doubtful wordings do not count. When it
                raises, so does the screen: the engine takes that for danger.
        """
        self._judge = judge

    def assess(self, history: History) -> Risk:
        """Return the risk; it rises at once, adds up over messages, and falls slowly."""
        held, calm, quiet, question, language = Risk(), 0, 0, "", ""
        guess, heeded = False, 0
        recent: list[_Said] = []
        before: tuple[Message, ...] = ()
        for message in history.messages:
            if message.role != "user":
                question = message.content
                before = (*before, message) if before else ()
                continue
            said = _joined(self._said(message.content, question, held), before)
            heeded = max(0, heeded - 1)
            # How old somebody is shows nothing, whatever was spoken of before.
            talked = (
                None
                if heeded
                or tells_age(_beginning(said.text))
                or _is_dose(held, _beginning(said.text))
                else self._in_talk(before, said.text)
            )
            # How far somebody in danger has gone the dialogue's own questions tell, by rules.
            grave = held.level >= RiskLevel.HIGH
            ours = grave and authored(question)
            asked = asks(question) and not (ours or makes_plan(question))
            # An answer takes back what was said right before it; a guess, where it is asked after. What
            # follows "how are you in all of this?" in an emergency takes nothing back.
            newest = calm == 0 and not is_ours(question) if grave else True
            answers = (asked and newest) or (guess and asks_whether(question))
            fears = held.kind is RiskKind.ABUSE and tells_fear(_beginning(said.text))
            open_still = fears or takes_nothing_back(_beginning(said.text))
            taken_back = (
                answers
                and not open_still
                and (guess or held.kind is not RiskKind.ABUSE)
                and talked is not None
                and talked.most <= RiskLevel.LOW
            )
            if guess and held.level >= RiskLevel.MODERATE and is_guess(said.risk):
                text = _beginning(said.text)
                # Help that came and means that are gone say that there was danger, whoever guessed it.
                denies = not fears and (
                    denied(question, text, held.kind) or (taken_back and not good_news(text))
                )
                explains = misread(text)
                # Of an act that may be under way a no is believed where it also reads like one.
                doubted = held.level is RiskLevel.IMMINENT and (
                    talked is not None and talked.level >= RiskLevel.HIGH
                )
                if (denies and not doubted) or explains:
                    held, guess, recent, before = _cleared(held, said), False, [], ()
                    # A mere "no" ends this alarm; the learned part goes on listening.
                    heeded = HEEDED if explains else 0
                    question, language = "", said.risk.language or language
                    continue
            no = declined(question, _beginning(said.text))
            if heeded:
                said = _without_guesses(said)
            else:
                talked = self._told_by_answer(talked, question, before, said.text, held)
                heard = _of_ours(talked, question, said.text, held) if asked else None
                if heard and no:
                    heard = replace(heard, level=min(heard.level, RiskLevel.LOW))
                said = _answering(_joined(_confirmed(said, talked), before), heard, held)
                said = replace(
                    said,
                    safe=said.safe
                    or _told_over(said, talked, held)
                    or (
                        taken_back
                        and said.risk.level <= RiskLevel.LOW
                        # "Necked the whole packet." "Of what?" "Sweets.": only the answer tells.
                        and (newest or not _swallowed(held))
                    ),
                )
            recent = [] if said.safe else [*recent[1 - RECENT :], said]
            before = () if said.safe else (*before, message)
            denied_only = no and said.risk.level <= RiskLevel.LOW
            eased = said.safe or denied_only or good_news(_beginning(said.text))
            now = _in_context(_added_up(said, recent), recent, None if eased else talked)
            if now.level >= RiskLevel.MODERATE:
                guess = (guess or held.level < RiskLevel.MODERATE) and is_guess(now)
            calm = 0 if now.level >= RiskLevel.HIGH else calm + 1
            quiet = 0 if now.level >= RiskLevel.MODERATE else quiet + 1
            held = _remember(now, _faded(held, calm, quiet), safe=said.safe)
            question, language = "", said.risk.language or language
        return replace(held, language=language)

    def assess_text(self, text: str) -> Risk:
        """Return the risk of one message by itself."""
        return self._said(text, "", Risk()).risk

    def _said(self, text: str, question: str, held: Risk) -> _Said:
        plains = [(start, plain(piece)) for start, piece in passages(text)]
        every = [_moved(item, start) for start, piece in plains for item in find(piece)]
        judgement = self._judge.judge(text, seen(every)) if self._judge else None
        if judgement and judgement.kind in _OF_THE_BODY and worded("in_hand", text):
            # Tablets held and not swallowed are near means: how near, rules tell.
            level = min(judgement.level, RiskLevel.HIGH)
            judgement = replace(judgement, kind=RiskKind.SUICIDE, level=level)
        if not every and _is_dose(held, plains[0][1]):
            judgement = None
        over = held.level >= RiskLevel.MODERATE and resolved(_beginning(text))
        if judgement and (over or put_away(_beginning(text))):
            # What is thrown out or locked up was not taken, and is no near means.
            judgement = replace(judgement, level=min(judgement.level, RiskLevel.MODERATE))
        asked_after = held.level >= RiskLevel.HIGH or (is_ours(question) and _held_down(held))
        if judgement and asked_after:
            # How far someone in danger has gone is told by their answers to our questions.
            judgement = replace(judgement, level=min(judgement.level, RiskLevel.HIGH))
            if judgement.kind is RiskKind.HARM_TO_OTHERS and held.kind in _OF_ONESELF:
                # What somebody has at hand is for what they spoke of.
                judgement = replace(judgement, kind=held.kind or judgement.kind)
        first = plains[0][1]
        found = _weighed(every, judgement, text, _whom(judgement, first, held))
        own = held.subject is not Subject.OTHER
        grave = held.level >= RiskLevel.HIGH
        answer = answered(question, first, in_danger=grave, of=held.kind, own=own)
        if answer:
            found.append(Found(answer, held.subject if held.level else Subject.SELF))
        risk = replace(_gravest(found), language=language_of(first.text))
        # Whom somebody who knows has looked at is out of danger; of what was swallowed nobody is for
        # feeling fine.
        took = _swallowed(held)
        fine = not took and says_safe(question, first, held.level)
        safe = fine or ((took or held.kind in _OF_THE_BODY) and was_looked_at(first))
        return _Said(text, risk, safe, _points(risk))

    def _in_talk(self, before: tuple[Message, ...], text: str) -> Judgement | None:
        """Return what the learned part makes of a message with what stands before it, or None."""
        answers = bool(before) and before[-1].role != "user"
        if self._judge is None or not before or (len(text) < _LITTLE and not answers):
            return None
        before = before[-2 * TOGETHER :]
        return self._judge.judge(text, seen(find(plain(in_one(before, text)))), before)

    def _told_by_answer(
        self,
        talked: Judgement | None,
        question: str,
        before: tuple[Message, ...],
        text: str,
        held: Risk,
    ) -> Judgement | None:
        """Return what is learned of an answer to our own question, as far as the answer tells it.

        In a grave talk anything reads as grave, "London" and "thanks" too: a few words tell what
        `NOTHING_TOLD` in their place would not. In a talk about violence or an illness of the mind they are no
        emergency: what attackers do rules know; when they come back they may not.
        """
        if talked is None or max(talked.level, talked.danger) <= RiskLevel.LOW:
            return talked
        if not questions_of_ours(question):
            return talked
        if any(worded(near, _beginning(text).text) for near in ("soon", "minutes")):
            return talked
        if held.kind in _TOLD_BY_RULES:
            most = max(held.level, RiskLevel.HIGH)
            talked = replace(talked, level=min(talked.level, most))
        # Whether they want to die, where a weapon is, how a body does, nothing else may tell.
        by_rules = held.kind in _OF_ONESELF | _TOLD_BY_RULES
        if asks_whether(question) or (asks_of_danger(question) and not by_rules):
            return talked
        if not terse(text):
            return talked
        anyway = (self._in_talk(before, word) for word in NOTHING_TOLD)
        if any(said and said.level >= talked.level for said in anyway):
            low = RiskLevel.LOW
            return replace(talked, level=min(talked.level, low), danger=min(talked.danger, low))
        return talked


def _joined(said: _Said, before: Sequence[Message]) -> _Said:
    """Return a message with what it shows where somebody's death was spoken of."""
    if said.risk.level is RiskLevel.IMMINENT or said.safe:
        return said
    told = [m.content for m in before[-2 * RECENT :] if m.role == "user"]
    signal = in_its_talk(
        " . ".join(_beginning(text).text for text in (*told, said.text)), _beginning(said.text)
    )
    if signal is None or signal.level <= said.risk.level:
        return said
    return _showing(said, (*said.risk.signals, signal), Subject.SELF)


def _is_dose(held: Risk, text: Plain) -> bool:
    """Whether somebody took what they take every day, in a talk that is not about danger yet."""
    return held.level < RiskLevel.MODERATE and worded("daily_dose", text.text)


def _confirmed(said: _Said, talked: Judgement | None) -> _Said:
    """Lower what only the learned part saw to what it sees with the messages before.

    A sentence that alone might mean anything mostly means what was being talked about.
    """
    if talked is None or not any(s.rule == LEARNED for s in said.risk.signals):
        return said
    signals = [replace(s, level=min(s.level, talked.level)) if s.rule == LEARNED else s
               for s in said.risk.signals]  # fmt: skip
    if max(s.level for s in signals) >= said.risk.level:
        return said
    return _showing(said, [s for s in signals if s.level > RiskLevel.NONE], said.risk.subject)


def _answering(said: _Said, talked: Judgement | None, held: Risk) -> _Said:
    """Raise a message to what it shows as an answer, or close the question that it answers.

    What makes danger all but impossible takes it back, too: "no, the deadline kills me, not me".
    """
    if talked is None:
        return said
    signals = said.risk.signals
    if talked.most <= RiskLevel.LOW:
        signals = tuple(signal for signal in signals if not _taken_for_a_yes(signal))
    elif (
        talked.level >= RiskLevel.MODERATE
        and talked.level > said.risk.level
        and not safe_in_words(_beginning(said.text))
        and not good_news(_beginning(said.text))
        and not was_looked_at(_beginning(said.text))
        and not _bare_yes(said)
    ):
        end = min(len(said.text), 60)
        # An answer is about the danger that is being spoken of, and whom it concerns.
        grave = held.level >= RiskLevel.HIGH or held.kind is RiskKind.ABUSE
        kind, level = held.kind if grave and held.kind else talked.kind, talked.level
        worded = [s for s in signals if s.level >= RiskLevel.MODERATE and not _guessed(s)]
        worded = [s for s in worded if not s.rule.startswith("answered")]
        if worded and kind in _OF_THE_BODY and worded[0].kind not in _OF_THE_BODY:
            # Their own words tell of something else: a wish to die is no overdose yet.
            kind, level = worded[0].kind, min(level, RiskLevel.HIGH)
        told = Signal(ANSWER, kind, level, said.text[:end], 0, end)
        signals = (*signals, told)
    if signals == said.risk.signals:
        return said
    return _showing(
        said, signals, held.subject if held.level >= RiskLevel.HIGH else said.risk.subject
    )


def _told_over(said: _Said, talked: Judgement | None, held: Risk) -> bool:
    """Whether somebody tells in their own way that a grave danger is over.

    More than a few words are needed: "ok" and "no" end nothing. What was swallowed works on, whatever
    is said, until somebody who can help has them.
    """
    if talked is None or held.level < RiskLevel.HIGH or talked.most > RiskLevel.MODERATE:
        return False
    telling = len(said.text) >= _LITTLE and not terse(said.text)
    return telling and (not _swallowed(held) or worded("in_care", _beginning(said.text).text))


def _taken_for_a_yes(signal: Signal) -> bool:
    """Whether what is neither a yes nor a no was taken for a yes, or for what leaves the question open."""
    yes = (ANSWERED_YES, ANSWERED_UNSURE)
    return signal.rule == UNANSWERED or (
        signal.rule.startswith("answered") and signal.rule not in yes
    )


def _of_ours(talked: Judgement | None, question: str, text: str, held: Risk) -> Judgement | None:
    """Return what reads as an answer to the dialogue's own question, which rules know best: never an emergency.

    Bodies in danger and others to be hurt are left out: there nothing else tells it.
    """
    if talked is None or not is_ours(question) or held.kind not in _OF_ONESELF:
        return talked
    if worded("swallowed", text):
        return talked
    most = RiskLevel.HIGH if asks_whether(question) else max(held.level, RiskLevel.MODERATE)
    return replace(talked, level=min(talked.level, most, RiskLevel.HIGH))


def _swallowed(held: Risk) -> bool:
    """Whether something was swallowed, as far as was told."""
    grave = (s for s in held.signals if s.level is RiskLevel.IMMINENT)
    taken = [s for s in grave if s.kind is RiskKind.OVERDOSE]
    told = (s for s in taken if not _guessed(s) or worded("swallowed", s.text))
    return any(not worded("in_hand", s.text) for s in told)


def _bare_yes(said: _Said) -> bool:
    """Whether a message is a yes, or "I don't know", and no more: how far they have gone it leaves to be asked."""
    rules = {signal.rule for signal in said.risk.signals}
    words = len(said.text.split())
    return (ANSWERED_YES in rules and words <= _FEW) or (
        ANSWERED_UNSURE in rules and words <= 2 * _FEW
    )


def _in_context(now: Risk, recent: Sequence[_Said], talked: Judgement | None) -> Risk:
    """Raise what the newest message shows to what it shows where it is said."""
    if now.level >= RiskLevel.HIGH or talked is None:
        return now
    if talked.danger <= max(now.level, RiskLevel.LOW):
        return now
    if now.level <= RiskLevel.LOW and (before := _gravest_before(recent)) is not None:
        # What is said beside it belongs to the danger that was told of: "she is very pale".
        kind = before.kind or talked.kind
        risk = _raised(now, Signal(BUILD_UP, kind, talked.danger, _count(recent)))
        return replace(risk, subject=before.subject)
    kind = RiskKind.ABUSE if _is_about_violence(recent) else talked.kind
    return _raised(now, Signal(BUILD_UP, kind, talked.danger, _count(recent)))


def _doubtful(found: Found, *, violence: bool) -> Found:
    """Return what was found as doubtful; beside plain words of violence a loose hint tells of it, too."""
    kind = RiskKind.ABUSE if violence and found.any_kind else found.signal.kind
    signal = replace(found.signal, rule=f"{DOUBTFUL}{found.signal.rule}", kind=kind)
    return replace(found, signal=signal)


def _of_violence(found: Sequence[Found]) -> bool:
    """Whether wording tells of violence: how grave that is, the rest of the message may show."""
    return RiskKind.ABUSE in _kinds_told(found)


def _kinds_told(found: Sequence[Found]) -> set[RiskKind]:
    """Return the kinds of danger that wording tells of at least moderately."""
    return {item.signal.kind for item in found if item.signal.level >= RiskLevel.MODERATE}


def _kind_of(found: Sequence[Found], guessed: RiskKind) -> RiskKind:
    """Return what kind of danger a message tells of: words know best who hurts whom, and who wants to die.

    Args:
        found: What rules found.
        guessed: What the learned part takes it for.
    """
    told = _kinds_told(found)
    if RiskKind.ABUSE in told:
        return RiskKind.ABUSE
    gravest = max((item.signal.level for item in found), default=RiskLevel.NONE)
    # A thought of harm has hurt no body yet.
    if RiskKind.HARM_TO_OTHERS in told and (
        guessed not in _OF_THE_BODY or gravest <= RiskLevel.MODERATE
    ):
        return RiskKind.HARM_TO_OTHERS
    seen = told <= _SEEN_IN_OTHERS and _of_another(found)
    # Who fell and does not wake up was not beaten, for all that is told.
    hurt = told <= _OF_THE_BODY and guessed not in _OF_ONESELF
    if len(told) == 1 and (seen or hurt):
        return next(iter(told))
    return RiskKind.SUICIDE if (told, guessed) == _NO_BODY else guessed


def _of_another(found: Sequence[Found]) -> bool:
    """Whether all wording that tells of at least moderate danger tells of somebody else's."""
    grave = [item for item in found if item.signal.level >= RiskLevel.MODERATE]
    return all(item.subject is Subject.OTHER for item in grave)


def _is_about_violence(recent: Sequence[_Said]) -> bool:
    """Whether the newest that was told of danger is what somebody else does."""
    told = (item.risk for item in reversed(recent) if item.risk.level >= RiskLevel.MODERATE)
    return next((risk.kind for risk in told), None) is RiskKind.ABUSE


def is_guess(risk: Risk) -> bool:
    """Whether no wording that speaks for itself stands behind a risk."""
    return all(_guessed(s) for s in risk.signals if s.level >= RiskLevel.MODERATE)


def _guessed(signal: Signal) -> bool:
    return signal.rule in _GUESSES or signal.rule.startswith(DOUBTFUL)


def _points(risk: Risk) -> float:
    """Return what a message adds to the others; what is slight and no wording tells adds nothing."""
    if risk.level is RiskLevel.LOW and all(s.rule == LEARNED for s in risk.signals):
        return 0.0
    return _POINTS.get(risk.level, _TO_HIGH)


def _cleared(held: Risk, said: _Said) -> Risk:
    """Return what is left of a guess that the person denied."""
    kind = held.kind or RiskKind.DISTRESS
    signal = Signal(MISREAD, kind, RiskLevel.NONE, said.text[:80].strip())
    return Risk(RiskLevel.NONE, (signal,), language=said.risk.language)


def _without_guesses(said: _Said) -> _Said:
    """Return a message without what only the learned part saw in it."""
    signals = [s for s in said.risk.signals if not _guessed(s)]
    return _showing(said, signals, said.risk.subject)


def _showing(said: _Said, signals: Sequence[Signal], subject: Subject) -> _Said:
    """Return a message that shows these signals and no others."""
    level = max((s.level for s in signals), default=RiskLevel.NONE)
    risk = replace(said.risk, level=level, signals=tuple(signals), subject=subject)
    return replace(said, risk=risk, points=_points(risk))


def screening_failure(error: Exception) -> Risk:
    """Return the risk that stands for a screen that broke: never "fine"."""
    signal = Signal("screen-failure", RiskKind.SCREEN_FAILURE, RiskLevel.HIGH, type(error).__name__)
    return Risk(RiskLevel.HIGH, (signal,))


def find(text: Plain) -> list[Found]:
    """Return everything that rules find in a plain text, doubtful wordings too."""
    text = simplified(text)
    return [
        weighed
        for language in languages_of(text.text, language_of(text.text))
        for rule in language.rules_for(text.text)
        for match in rule.find(text.text)
        if (weighed := weigh(rule, match, text, language)) is not None
    ]


def seen(found: Sequence[Found]) -> Seen:
    """Return what the learned part is told of rules."""
    sure = [item.signal.level for item in found if not item.soft]
    doubtful = [item.signal.level for item in found if item.soft]
    return Seen(
        max(sure, default=RiskLevel.NONE),
        max(doubtful, default=RiskLevel.NONE),
        RiskLevel.LOW in sure,
    )


def _moved(found: Found, by: int) -> Found:
    signal = found.signal
    return replace(found, signal=replace(signal, start=signal.start + by, end=signal.end + by))


def _gravest(found: list[Found]) -> Risk:
    if not found:
        return Risk()
    top = max(found, key=lambda item: (item.signal.level, item.subject is Subject.SELF))
    return Risk(top.signal.level, tuple(item.signal for item in found), top.subject)


@lru_cache(maxsize=64)
def _beginning(text: str) -> Plain:
    """Return as much of a message as is looked at where it is taken for an answer."""
    return plain(text[: 2 * LONGEST])


def _weighed(
    every: Sequence[Found], judgement: Judgement | None, text: str, subject: Subject
) -> list[Found]:
    """Return what rules found as far as the learned part thinks it possible, and what it adds.

    Without a learned part, doubtful wordings do not count.
    """
    if judgement is None:
        return [item for item in every if not item.soft]
    # Where it takes a message for grave, too, how pressing it is the plain words know better.
    most = RiskLevel.IMMINENT if judgement.most >= RiskLevel.HIGH else judgement.most
    found = [_capped(item, most) for item in every if not item.soft]
    violence = _of_violence(found)
    found += [
        _doubtful(item, violence=violence)
        for item in every
        if item.soft and item.signal.level <= judgement.level
    ]
    if judgement.level <= max((item.signal.level for item in found), default=RiskLevel.NONE):
        return found
    start, end = judgement.told_by or (0, len(text))
    end = min(end, start + _SHOWN)
    kind = _kind_of(found, judgement.kind)
    signal = Signal(LEARNED, kind, judgement.level, text[start:end].strip(), start, end)
    told = {item.subject for item in found if item.signal.level >= RiskLevel.MODERATE}
    return [*found, Found(signal, told.pop() if len(told) == 1 else subject)]


def _whom(judgement: Judgement | None, first: Plain, held: Risk) -> Subject:
    """Return whom what the learned part found concerns; an answer in danger, whom the danger does."""
    if held.level >= RiskLevel.HIGH:
        return held.subject
    other = judgement is not None and judgement.subject is Subject.OTHER
    ill = judgement is not None and judgement.kind in _OF_THE_BODY
    of_another = worded("of_another", first.text) or (
        ill and worded("of_another_s_body", first.text)
    )
    return Subject.OTHER if other or of_another else Subject.SELF


def _capped(found: Found, most: RiskLevel) -> Found:
    """Return what a rule found as far as it may be so."""
    level = min(found.signal.level, max(most, found.not_under))
    return found if level == found.signal.level else replace(
        found, signal=replace(found.signal, level=level)
    )  # fmt: skip


def _added_up(said: _Said, recent: list[_Said]) -> Risk:
    """Raise what several messages show together."""
    now, total = said.risk, sum(item.points for item in recent)
    if now.level >= RiskLevel.HIGH or said.points == 0 or len(recent) < 2:
        return now
    level = RiskLevel.HIGH if total >= _TO_HIGH else RiskLevel.MODERATE
    if total < _TO_MODERATE or level <= now.level:
        return now
    return _raised(now, Signal(BUILD_UP, now.kind or RiskKind.SUICIDE, level, _count(recent)))


def _raised(now: Risk, signal: Signal) -> Risk:
    return replace(now, level=signal.level, signals=(*now.signals, signal))


def _gravest_before(recent: Sequence[_Said]) -> Risk | None:
    """Return the newest grave risk of the messages before the last, None where there is none."""
    grave = (item.risk for item in recent[-2::-1] if item.risk.level >= RiskLevel.HIGH)
    return next(grave, None)


def _count(recent: Sequence[_Said]) -> str:
    return f"{len(recent)} messages"


def _faded(earlier: Risk, calm: int, quiet: int) -> Risk:
    """Return what is left of a risk: less first, then nothing.

    Args:
        earlier: The risk before the newest message.
        calm: How many messages since a grave one, the newest counted.
        quiet: How many since one of moderate risk or more.
    """
    if earlier.level is RiskLevel.MODERATE and not _held_down(earlier):
        return earlier if quiet <= SOME_MEMORY else Risk()
    if calm <= MEMORY:
        return earlier
    level = RiskLevel.MODERATE if calm <= 2 * MEMORY else RiskLevel.NONE
    return replace(earlier, level=min(earlier.level, level)) if level else Risk()


def _remember(now: Risk, earlier: Risk, *, safe: bool) -> Risk:
    """Return the risk after a message: it rises at once and falls when the person is safe."""
    if now.level >= earlier.level or earlier.level < RiskLevel.MODERATE:
        return now
    if safe and earlier.level is RiskLevel.MODERATE and not _held_down(earlier):
        return now
    level = RiskLevel.MODERATE if safe else earlier.level
    if now.level > level:
        return now
    signals = tuple(replace(s, rule=SAID_EARLIER, start=0, end=0) for s in earlier.signals)
    return Risk(level, (*now.signals, *signals), earlier.subject, now.language)


def _held_down(risk: Risk) -> bool:
    """Whether a moderate risk is what is left of a grave one."""
    return any(s.rule == SAID_EARLIER and s.level >= RiskLevel.HIGH for s in risk.signals)
