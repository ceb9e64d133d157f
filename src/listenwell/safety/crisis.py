"""The authored dialogue for people in danger: no language model ever speaks here."""

from collections.abc import Mapping
from dataclasses import replace

from listenwell.core.types import History, Risk, RiskKind, RiskLevel, Subject
from listenwell.safety.answers import ANSWERED_YES
from listenwell.safety.helplines import MOST_DAYS
from listenwell.safety.safety_plan import next_line
from listenwell.safety.screen import MISREAD, is_guess
from listenwell.safety.talk.language import language_of
from listenwell.safety.talk.speaking import Speaker, seed_of
from listenwell.safety.talk.state import TOPICS, State, state_of
from listenwell.safety.talk.tracks import (
    OWN_WORDS,
    names_another,
    spoken,
    tells,
    threatens,
    track_of,
)
from listenwell.safety.talk.words import words_of

_CHECKS: Mapping[RiskKind, str] = {
    RiskKind.SELF_HARM: "check_self_harm",
    RiskKind.ABUSE: "check_abuse",
    RiskKind.EATING_DISORDER: "check_eating_disorder",
    RiskKind.PSYCHOSIS: "check_psychosis",
    RiskKind.MEDICAL: "check_body",
}
_MAYBES: Mapping[RiskKind, str] = {
    RiskKind.ABUSE: "maybe_abuse",
    RiskKind.MEDICAL: "maybe_body",
    RiskKind.OVERDOSE: "maybe_body",
    RiskKind.EATING_DISORDER: "maybe_eating",
    RiskKind.HARM_TO_OTHERS: "maybe_harm",
    RiskKind.PSYCHOSIS: "maybe_psychosis",
}
_GONE_ON_WITH = frozenset({"eating_other", "psychosis"})
"""Tracks on which one question is not all, though the danger is no higher yet."""
_BODIES = frozenset({"overdose", "medical", "body", "coming", "in_care", "dose", "bystander", "collapsed",
                     "bystander_care"})  # fmt: skip
_SEEN_TO = _BODIES - {"medical", "in_care"}
_OF_SIGNS = frozenset({"eating", "eating_other", "body"})
_BODY_SIGNS = frozenset({"b_faint", "b_heart", "b_blood"})
_MORE_SIGNS = frozenset({"b_again", "b_must", "b_worse", "yes"})
"""Signs of a body that has had too little, of which a doctor has to know today."""
_ANSWERS = frozenset({"little", "not_die", "unsure", "yes", "no"})
OFFER_AFTER = 2
"""Replies after the way back, before a safety plan is offered."""
CHECK_AFTER = 6
"""Replies without a word about danger, before it is asked about again."""
ASKED_AFTER = 3
"""Replies of another's after which a question about help is still taken for one."""
_NAME_EMERGENCY = frozenset({"maybe_body", "maybe_abuse", "maybe_psychosis"})
"""Questions that name the emergency number themselves."""


def crisis_reply(
    history: History, risk: Risk, country: str | None = None, helplines_days: int = MOST_DAYS
) -> str:
    """Return the next thing to say to someone in danger.

    The conversation itself tells how far the dialogue has come, so it survives a restart.

    Args:
        history: The conversation, its newest message the person's.
        risk: What the screen found; high or imminent.
        country: The person's setting, two letters; None when they have not chosen.
        helplines_days: Days after which a help line that was checked is due again.
    """
    speaker = _speaker(history, risk, country, helplines_days)
    # How a message reads, with no wording behind it, is often misread: it is asked after first.
    first = not speaker.state.said and is_guess(risk) and speaker.track not in OWN_WORDS
    asked = _maybe(speaker, risk) if first else None
    return asked or (_looked_at(speaker) and speaker.say("back_body")) or speaker.reply()


def check_in(
    history: History, risk: Risk, country: str | None = None, helplines_days: int = MOST_DAYS
) -> str | None:
    """Return what is said, below high risk, before anybody else answers; None for nothing.

    That is the direct question to someone who may be in danger, once; the low-key way back when
    somebody was in danger and says that they are safe; a word of regret where we misread them; the offer of a safety plan, and its making;
    and asking again some time later.
    """
    speaker = _speaker(history, risk, country, helplines_days)
    state = speaker.state
    if state.said and any(signal.rule == MISREAD for signal in risk.signals):
        return speaker.say("back_misread")
    answer = (_looked_at(speaker) and speaker.say("back_body")) or (
        _may_ask(state) and speaker.answer()
    )
    if answer:
        return answer
    if state.said and _calls_for_more(speaker):
        return speaker.reply()
    if state.crisis and (state.since == 0 or not _is_over(state)):
        name = _way_back(state, speaker.track)
        if name:
            return speaker.reply() if name == "go on" else speaker.say(name)
    planned = next_line(history, speaker.words)
    if planned:
        return speaker.say(planned.move) if planned.plan is None else planned.text(speaker.words)
    if risk.level is RiskLevel.MODERATE and not state.crisis:
        return _asked_once(speaker, risk)
    return _later(speaker, risk) if state.crisis else None


def resources(language: str = "en") -> str:
    """Return the help lines in full, in a language; in English where there are no words of it."""
    return words_of(language).contacts["card"]


def short_resources() -> str:
    """Return the help lines on one line, for a footer."""
    return words_of("en").contacts["card_short"]


def _speaker(history: History, risk: Risk, country: str | None, days: int) -> Speaker:
    words = words_of(language_of(history, risk))
    state = state_of(history, words, country)
    if any(s.rule == ANSWERED_YES and s.kind is RiskKind.SUICIDE for s in risk.signals):
        state = replace(
            state, facts=state.facts | {"suicidal"}
        )  # a yes in words that only rules know
    first = next(iter(history.said_by("user")), "")
    return Speaker(state, words, spoken(track_of(risk, state), words), seed_of(first), days)


def _maybe(speaker: Speaker, risk: Risk) -> str | None:
    """Return the question whether there is danger at all."""
    name = _MAYBES.get(risk.kind or RiskKind.SUICIDE, "maybe_self")
    if name == "maybe_body" and speaker.track not in _BODIES:
        name = "maybe_self"  # no harm to the body was told, only how it reads
    if speaker.track == "eating_other":
        name = "check_meal"
    if name == "maybe_harm" and not threatens(risk):
        name = "maybe_self"  # a gun thought of, and nobody to be hurt with it but themselves
    if risk.subject is Subject.OTHER and name == "maybe_self":
        name = "maybe_other"
    if "at_work" in speaker.state.facts and risk.subject is Subject.OTHER:
        name = "check_work"
    asked = speaker.say(name)
    if asked and (told := speaker.first_told()):
        asked = speaker.together(told, asked)  # "will you call the police on me" is answered first
    if asked and risk.level is RiskLevel.IMMINENT and name not in _NAME_EMERGENCY:
        return speaker.together(*filter(None, (speaker.say("maybe_now"), asked)))
    return asked


def _asked_once(speaker: Speaker, risk: Risk) -> str | None:
    name = "check_meal" if speaker.track == "eating_other" else _check(speaker.state, risk)
    asked = {piece.name for piece in speaker.state.said}
    if "check_work" in asked:
        return None
    if speaker.track in OWN_WORDS and risk.subject is not Subject.PAST:
        return speaker.reply()
    if speaker.track in _GONE_ON_WITH and name in asked:
        return speaker.reply()
    if not asked and is_guess(risk):
        return _maybe(speaker, risk)
    if {"check_abuse", "check_witness"} & asked and (
        tells(risk, RiskKind.ABUSE)
        or any(f.startswith("v_") or f == "help_how" for f in speaker.state.now)
    ):
        return speaker.reply()
    if name in asked or (name == "check_suicide" and any(TOPICS.get(n) == "direct" for n in asked)):
        return None
    return speaker.say(name) or speaker.say("check_suicide")


def _check(state: State, risk: Risk) -> str:
    """Return the question to somebody who may be in danger of a kind."""
    name = _CHECKS.get(risk.kind or RiskKind.SUICIDE, "check_suicide")
    if risk.kind is RiskKind.ABUSE:  # who tells of violence is the one who is hurt, mostly
        return "check_witness" if names_another(state) else name
    if risk.subject is Subject.OTHER:
        return "check_meal" if risk.kind is RiskKind.EATING_DISORDER else "check_other"
    return "check_mania" if name == "check_psychosis" and "mania" in state.facts else name


def _later(speaker: Speaker, risk: Risk) -> str | None:
    state = speaker.state
    if risk.subject is Subject.OTHER or state.said[-1].name == "back_misread":
        return None
    eased = state.said[-1].name == "back"
    offered = {"plan_offer"} & state.names or "not_meant" in state.facts
    if eased and state.since == OFFER_AFTER and not offered:
        return speaker.say("plan_offer")
    return speaker.say("check_again") if state.since >= CHECK_AFTER else None


def _looked_at(speaker: Speaker) -> bool:
    """Whether somebody who can judge it has said that the body is out of danger."""
    track, now = speaker.track, speaker.state.now
    return track in _SEEN_TO and "b_clear" in now and not {"b_worse", "b_liver"} & now


def _calls_for_more(speaker: Speaker) -> bool:
    """Whether what was just said takes up a question of ours, so that the dialogue goes on below high risk."""
    state = speaker.state
    if "number_wanted" in state.now:
        return True
    if "v_attacker" in state.now and {"check_abuse", "check_witness"} & state.names:
        return True
    signs = _BODY_SIGNS & state.now or ("check_body" in state.names and _MORE_SIGNS & state.now)
    return bool(signs) and state.since <= ASKED_AFTER and speaker.track in _OF_SIGNS


def _may_ask(state: State) -> bool:
    """Whether a question about help follows on what was said here, so that nothing else is meant by it."""
    if not state.said or state.said[-1].name.startswith(("plan_", "back_misread")):
        return False
    return state.since <= (ASKED_AFTER if state.crisis else 0)


def _is_over(state: State) -> bool:
    """Whether the way back was gone after the last words about danger."""
    return state.begun == len(state.said) or state.said[-1].name.startswith("plan_")


def _way_back(state: State, track: str) -> str:
    """Return how to answer the first words after a crisis line; "" where that was done.

    A screen may forget: until somebody says that they are safe, short and painful answers are
    still answered here.
    """
    last = state.said[-1].name
    if last.startswith("back") and "took_back" in state.now:
        return "check_again"
    if last == "back" and "unsure" in state.now:
        return "check_half"  # "not really", and then "idk sometimes i do"
    if track in {"dose", "body"} and "safe_now" in state.now:
        return "go on"
    if last.startswith(("plan_", "back", "check_")) and last != "check_again":
        return ""
    unhurt = "direct.no" in state.now and track == "suicide"
    if "safe_now" in state.now or unhurt:
        return "back_light" if {"not_meant", "testing", "joking"} & state.facts else "back"
    answers = _ANSWERS & state.now or any(fact.startswith("t_") for fact in state.now)
    if answers or "suicidal" in state.facts or track != "suicide":
        return "go on"
    return "" if last == "check_again" or state.since else "check_again"
