"""The order of the crisis dialogue: for each kind of danger, the moves and when each is due."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from listenwell.core.types import Risk, RiskKind, RiskLevel, Subject
from listenwell.safety.answers import worded
from listenwell.safety.screen import is_guess
from listenwell.safety.talk.state import TELLS_AI, State
from listenwell.safety.talk.words import Words


@dataclass(frozen=True, slots=True)
class Step:
    """A move, and for whom it is.

    Attributes:
        needs: Facts of which one must be known; empty for always.
        unless: Facts of which none may be.
    """

    move: str
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    def is_due(self, state: State) -> bool:
        """Whether the move fits and is still to come."""
        known = state.facts | {f"said:{name}" for name in state.names}
        if state.country:
            known |= {"country"}
        if _has_eased(state):
            known |= {"out of reach"}
        return (
            self.move not in state.names
            and (not self.needs or bool(known & set(self.needs)))
            and not known & set(self.unless)
        )


@dataclass(frozen=True, slots=True)
class Track:
    """What is said in one kind of danger, in order, and then for as long as the person stays."""

    steps: tuple[Step, ...]
    stay: str
    need: str = "suicide"
    checks: bool = True


_ANSWERED = ("direct.yes", "direct.no", "direct.unsure")
"""Of which one shows that the direct question was answered."""
_ASKED = (
    "said:harm_direct", "said:imminent_direct", "said:check_suicide", "said:abuse_direct",
    "said:others_direct", "said:medical_direct", "said:check_again",
)  # fmt: skip
_HESITANT = (
    "willing.no", "willing.unsure", "unwilling", "cannot_call", "no_phone", "police", "bad_before",
    "ashamed", "bother", "calling.no",
)  # fmt: skip
_AI = tuple(f"said:{name}" for name in sorted(TELLS_AI))
_PEOPLE = (
    Step("trusted_minor", needs=("minor",)),
    Step("ai_tell_who", needs=("who",), unless=_AI),
    Step("ai_trusted", unless=_AI),
    Step("trusted", needs=_AI, unless=("said:ai_trusted", "who", "said:trusted_minor")),
    Step("tell_who", needs=("who",), unless=("said:ai_tell_who",)),
)
_AROUND = (
    Step("barriers", needs=_HESITANT, unless=("called",)),
    Step("way_round", needs=_HESITANT, unless=("called",)),
)
_MET = (
    "said:touched_first", "said:sexual_first", "said:abuse_first", "said:attack_first", "said:followed_first", "said:car_first", "said:job_first", "said:carer_first", "said:uneasy_first",
    "said:check_abuse", "said:check_witness", "said:witness_first", "said:witness_home",
)  # fmt: skip
"""Of which one shows that somebody who is hurt by another was met as that."""
_MET_AS_THAT = tuple(said for said in _MET if said != "said:check_abuse")
"""The same where a question whether somebody hurts them leaves unsaid what concerns them: at work, by
whom they care for, by a touch that feels wrong."""
_SEEN = ("said:check_witness", "said:witness_first", "said:witness_home")
"""Of which one shows that somebody who tells of violence against another was met as that."""
_NEAR = (
    Step("alone", unless=("alone", "with_people")),
    Step("place", needs=("alone",), unless=("with_people",)),
)

TRACKS: Mapping[str, Track] = {
    "suicide": Track((
        Step("together", needs=("out of reach",)),
        Step("direct", unless=("suicidal", *_ASKED)),
        Step("plan_stated", needs=("suicidal",), unless=("said:direct", "said:maybe_self", "said:direct_again", "said:plan",
             "said:direct_again_soft", "said:imminent_means", "plan.yes", "no_time", *_ASKED)),
        Step("direct_again_soft", needs=("said:check_suicide",),
             unless=("suicidal", "said:direct", "said:direct_again", "plan.yes", "means", *_ANSWERED)),
        Step("plan", unless=("plan.yes", "no_plan", "no_time", "said:imminent_means")),
        Step("means", unless=("moved_away", "means_near", "no_time", "said:imminent_means")),
        Step("away", needs=("means_near",), unless=("moved_away",)),
        Step("when", unless=("soon", "later", "no_time", "said:emergency_first")),
        Step("country", unless=("country",)),
        Step("line"), *_AROUND, Step("together", needs=("with_people",)), *_PEOPLE,
        Step("pro_known", needs=("has_pro",)), Step("pro", unless=("said:pro_known",)),
        Step("direct_again", unless=_ANSWERED),
        Step("words"), *_NEAR,
    ), "stay"),
    "eased": Track((), "quiet"),
    "imminent": Track((
        Step("emergency_first", unless=("said:emergency_edge",)),
        Step("imminent_means", unless=("moved_away",)),
        Step("reached", unless=("called",)),
        Step("imminent_direct", unless=("suicidal",)),
        Step("imminent_tell_who", needs=("who",), unless=("with_people", "company", "said:imminent_who")),
        Step("imminent_who", unless=("with_people", "company", "said:imminent_tell_who")),
        Step("imminent_when", unless=("soon", "later", "company")),
        Step("imminent_line"), Step("barriers", needs=_HESITANT),
        Step("imminent_pro"), Step("imminent_words"), Step("imminent_place"),
    ), "stay_imminent", checks=False),
    "edge": Track((
        Step("emergency_edge"), Step("edge_back", unless=("moved_away",)),
        Step("reached", unless=("called",)), Step("imminent_direct", unless=("suicidal",)),
        Step("imminent_who"), Step("edge_people"), Step("imminent_line"),
        Step("imminent_when", unless=("soon", "later")), Step("barriers", needs=_HESITANT),
        Step("imminent_words"), Step("imminent_pro"),
    ), "stay_edge", checks=False),
    "waiting": Track((), "waiting", checks=False),
    # A friend or somebody of the family is beside them.
    "accompanied": Track((
        Step("acc_show", unless=("told_someone", "said:arrived")), Step("acc_means", unless=("moved_away",)),
        Step("acc_call", unless=("called",)), Step("acc_night"), Step("acc_pro"),
    ), "stay_acc", checks=False),
    # Somebody who can help is beside them.
    "beside": Track((), "stay_beside", checks=False),
    "overdose": Track((
        Step("overdose_late", needs=("b_days",), unless=("said:overdose_first",)),
        Step("overdose_first", unless=("said:overdose_late",)),
        Step("medical_with", unless=("with_people",)),
        Step("medical_reached", unless=("called",)),
        Step("medical_ai"), Step("medical_door"), Step("medical_when", unless=("b_time",)),
        Step("medical_direct", unless=("suicidal", "b_not_suicidal", "not_die")), Step("medical_more"),
        Step("barriers", needs=("reached.no", *_HESITANT)), Step("medical_pro"),
    ), "stay_medical", "overdose", checks=False),
    "medical": Track((
        Step("medical_first"), Step("medical_reached", unless=("called",)),
        Step("medical_with", unless=("with_people",)), Step("medical_ai"), Step("medical_door"),
        Step("barriers", needs=("reached.no", *_HESITANT)), Step("medical_pro"),
    ), "stay_medical", "medical", checks=False),
    # A body in danger where nothing was swallowed: it speaks of no packet.
    "body": Track((
        Step("medical_first"), Step("medical_reached", unless=("called",)),
        Step("medical_with", unless=("with_people",)), Step("body_door"), Step("medical_ai"),
        Step("barriers", needs=("reached.no", *_HESITANT)), Step("medical_pro"),
    ), "stay_body", "medical", checks=False),
    # Help for the body is called, and then it is there.
    "coming": Track((), "waiting", "medical", checks=False),
    "in_care": Track((
        Step("care_first"), Step("care_tell", needs=("overdose",)), Step("care_who"),
    ), "stay_care", "overdose", checks=False),
    # A dose taken twice by mistake.
    "dose": Track((
        Step("dose_first"), Step("dose_label"), Step("dose_next"),
    ), "stay_dose", "medical", checks=False),
    "self_harm": Track((
        Step("harm_hurt"), Step("harm_direct"),
        Step("plan", needs=("suicidal", "direct.unsure")), Step("harm_means"),
        Step("harm_when", unless=("suicidal",)), Step("when", needs=("suicidal",)),
        Step("country", unless=("country",)), Step("harm_line"),
        Step("line", unless=("said:harm_line",)),
        *_AROUND, *_PEOPLE, Step("harm_pro"), Step("pro", unless=("said:harm_pro",)),
        Step("words"), *_NEAR,
    ), "stay", "self_harm"),
    "other": Track((
        Step("work_first", needs=("at_work",)), Step("other_first", unless=("said:work_first",)), Step("other_ask"), Step("other_means"), Step("other_when"),
        Step("country", unless=("country",)), Step("other_line"), Step("other_who"),
        Step("other_words"), Step("other_pro"), Step("other_you"),
    ), "stay_other", checks=False),
    # It is over for now: they are found, or in good hands.
    "other_eased": Track((Step("other_after"), Step("other_safer"), Step("other_you")), "stay_other_eased", checks=False),
    # Somebody near them has lost touch with what is real.
    "odd": Track((
        Step("odd_armed", needs=("armed_other",)), Step("odd_baby", needs=("odd_baby",)),
        Step("odd_first", unless=("said:odd_armed", "said:odd_baby")),
        Step("odd_reached", needs=("armed_other", "odd_baby"), unless=("called",)), Step("odd_calm"),
        Step("odd_tell"), Step("country", unless=("country",)), Step("other_line"), Step("odd_pro"),
        Step("other_you"),
    ), "stay_odd", checks=False),
    # A teacher, or somebody like that, tells of a child.
    "pupil": Track((
        Step("pupil_first"), Step("pupil_tell"), Step("pupil_words"),
        Step("pupil_ask", unless=("pupil_hurt", "v_third")), Step("pupil_notes"),
        Step("pupil_after"), Step("other_you"),
    ), "stay_pupil", "youth", checks=False),
    # Somebody they know may kill others.
    "threat": Track((
        Step("threat_first"), Step("threat_tell"), Step("threat_apart"), Step("threat_after"),
        Step("other_you"),
    ), "stay_threat", checks=False),
    # Somebody near them hurts themself.
    "harm_other": Track((
        Step("cutting_first"), Step("cutting_say"), Step("cutting_ask"), Step("cutting_why"),
        Step("country", unless=("country",)), Step("other_line"), Step("cutting_pro"),
        Step("other_who"), Step("other_you"),
    ), "stay_cutting", "self_harm", checks=False),
    "bystander": Track((
        Step("bystander_first"), Step("bystander_reached", unless=("called",)),
        Step("bystander_with", unless=("with_people",)), Step("bystander_ai"),
        Step("bystander_door"), Step("bystander_pro"), Step("bystander_you"),
    ), "stay_bystander", "medical", checks=False),
    "collapsed": Track((
        Step("bystander_down"), Step("bystander_reached", unless=("called",)),
        Step("bystander_with", unless=("with_people",)), Step("bystander_ai"),
        Step("bystander_door"), Step("bystander_pro"), Step("bystander_you"),
    ), "stay_bystander", "medical", checks=False),
    # Another's body is in good hands.
    "bystander_care": Track((
        Step("bystander_safe", needs=("b_taken_in", "b_arrived", "b_here")),
        Step("bystander_well", unless=("said:bystander_safe", "b_clear")), Step("bystander_rest"), Step("bystander_you"),
    ), "stay_bystander_care", "medical", checks=False),
    # Somebody near them has trouble with eating.
    "eating_other": Track((
        Step("meal_urgent", needs=("b_faint", "b_heart", "b_blood"), unless=("said:meal_urgent",)),
        Step("meal_first", unless=("said:check_meal", "said:meal_urgent")),
        Step("country", unless=("country",)), Step("meal_line"), Step("meal_say"),
        Step("meal_doctor"), Step("meal_who"), Step("meal_you"),
    ), "stay_meal", "eating_disorder", checks=False),
    "abuse": Track((
        Step("job_first", needs=("v_work",), unless=_MET_AS_THAT),
        Step("carer_first", needs=("v_carer",), unless=_MET_AS_THAT),
        Step("carer_doctor", needs=("v_carer",)), Step("carer_rest", needs=("v_carer",)),
        Step("touched_first", needs=("v_touched",), unless=_MET),
        Step("uneasy_first", needs=("v_uneasy",), unless=("v_sexual", *_MET_AS_THAT)),
        Step("uneasy_leave", needs=("said:uneasy_first",)),
        Step("sexual_first", needs=("v_sexual",), unless=_MET),
        Step("strangled", needs=("v_strangled",)),
        Step("abuse_first", unless=("said:strangled", *_MET)),
        Step("sexual_care", needs=("v_sexual",), unless=("v_touched", "v_work", "v_coerced")),
        Step("pregnant", needs=("v_pregnant",), unless=("said:strangled",)),
        Step("abuse_age", needs=("v_parent",), unless=("minor", "v_young", "v_carer")),
        Step("country", unless=("country",)), Step("abuse_ask", needs=("v_sexual", "v_room", "v_uneasy", "minor")),
        Step("job_note", needs=("v_work",)), Step("job_who", needs=("v_work",)),
        Step("abuse_line", unless=("said:abuse_ask", "v_work", "v_carer")),
        Step("abuse_device", unless=("said:watched", "v_sexual", "v_room", "v_uneasy", "v_photo", "minor", "v_work", "v_carer")),
        Step("abuse_barriers", needs=("willing.no", "willing.unsure", "unwilling")),
        Step("trusted_minor", needs=("minor",)),
        Step("abuse_who", unless=("minor",)), Step("sexual_decide", needs=("v_sexual",)),
        Step("abuse_place", unless=("v_work", "v_carer")), Step("abuse_direct"),
        Step("abuse_words", unless=("v_work", "v_carer")), Step("abuse_pro", unless=("v_sexual", "said:strangled", "said:pregnant")),
    ), "stay_abuse", "abuse", checks=False),
    # Somebody who is no partner of theirs will not leave them alone.
    "stalked": Track((
        Step("stalk_first"), Step("stalk_answer"), Step("stalk_note"), Step("stalk_police"),
        Step("stalk_who"), Step("stalk_home"), Step("stalk_line"),
    ), "stay_stalk", "abuse", checks=False),
    # Somebody is behind them in the street.
    "followed": Track((
        Step("followed_first"), Step("followed_reached", unless=("called",)), Step("followed_who"),
    ), "stay_followed", "abuse", checks=False),
    # They are driven where they do not want to go.
    "driven": Track((
        Step("car_first"), Step("followed_reached", unless=("called",)), Step("followed_who"),
    ), "stay_car", "abuse", checks=False),
    # Somebody who would hurt them is at the door, behind them or armed.
    "attack": Track((
        Step("followed_first", needs=("v_followed",)),
        Step("attack_first", unless=("said:followed_first",)), Step("abuse_first", unless=_MET),
        Step("strangled", needs=("v_strangled",)),
        Step("attack_reached", unless=("called",)), Step("attack_quiet", unless=("v_followed",)),
        Step("attack_who"), Step("abuse_line", needs=("v_asleep", "said:stay_attack"), unless=("v_followed",)),
        Step("abuse_pro", needs=("said:abuse_line",)),
    ), "stay_attack", "abuse", checks=False),
    "aftermath": Track((
        Step("after_first"), Step("strangled", needs=("v_strangled",)), Step("after_body"),
        Step("after_tell"), Step("country", unless=("country",)),
        Step("abuse_line", unless=("v_followed",)), Step("after_next"),
    ), "stay_after", "abuse", checks=False),
    # Somebody else is the one who is hurt.
    "witness": Track((
        Step("witness_home", needs=("v_home",), unless=_SEEN),
        Step("witness_first", unless=_SEEN), Step("abuse_first", unless=(*_MET, *_SEEN)),
        Step("country", unless=("country",)), Step("witness_line"),
        Step("trusted_minor", needs=("minor",)), Step("witness_who", unless=("minor",)),
        Step("witness_how", unless=("v_home",)), Step("witness_child", unless=("v_home",)),
        Step("abuse_line", unless=("said:witness_line",)), Step("witness_you"),
    ), "stay_witness", "abuse", checks=False),
    # A parent with thoughts of harming their child that they do not want.
    "intrusive": Track((
        Step("intrusive_first"), Step("intrusive_safe"), Step("intrusive_who"), Step("intrusive_pro"),
        Step("intrusive_sleep"), Step("intrusive_direct", unless=("suicidal",)),
        Step("country", unless=("country",)), Step("line"), *_AROUND,
    ), "stay_intrusive", checks=False),
    # Pictures of harming somebody that frighten the one who has them.
    "unwanted": Track((
        Step("unwanted_first"), Step("unwanted_away"), Step("unwanted_who"), Step("unwanted_pro"),
        Step("unwanted_direct", unless=("suicidal",)), Step("country", unless=("country",)),
        Step("line"), *_AROUND,
    ), "stay_unwanted", checks=False),
    # Somebody who has hit a partner or a child.
    "did_harm": Track((
        Step("hit_first"), Step("hit_child_apart", needs=("hit_child",)),
        Step("hit_child_help", needs=("hit_child",)), Step("hit_apart", unless=("hit_child",)),
        Step("country", unless=("country",)), Step("hit_line", unless=("hit_child",)), Step("hit_who"), Step("hit_pro"), Step("hit_direct", unless=("suicidal",)),
    ), "stay_hit", "abuse", checks=False),
    "harm_to_others": Track((
        Step("others_first"), Step("others_away", needs=("means_near", "tool_here"), unless=("moved_away",)),
        Step("others_call", needs=("said:others_away",), unless=("called",)), Step("others_plan"), Step("others_means", unless=("said:others_away",)), Step("others_when"),
        Step("others_hour"), Step("country", unless=("country",)), Step("line"), *_AROUND,
        *_PEOPLE, Step("others_direct"), Step("pro"), *_NEAR,
    ), "stay", checks=False),
    "eating": Track((
        Step("eating_urgent", needs=("b_faint", "b_heart", "b_blood")),
        Step("eating_first", unless=("said:eating_urgent", "said:check_eating_disorder")),
        Step("eating_seen", needs=("said:eating_urgent",)),
        Step("country", unless=("country",)),
        Step("line"), *_AROUND, *_PEOPLE, Step("eating_pro", unless=("said:eating_urgent",)),
        Step("pro", unless=("said:eating_pro", "said:eating_urgent")),
        Step("eating_direct", unless=("suicidal",)),
        Step("direct", unless=("said:eating_direct", "suicidal")), *_NEAR,
    ), "stay_eating", "eating_disorder"),
    "psychosis": Track((
        Step("psychosis_tool", needs=("tool_here",), unless=("moved_away",)),
        Step("psychosis_harm", needs=("voice_harm",)),
        Step("mania_first", needs=("mania",), unless=("said:check_mania", "said:psychosis_first")),
        Step("mania_wait", needs=("said:check_mania", "said:mania_first")),
        Step("psychosis_first", unless=("said:mania_first", "said:check_mania", "said:psychosis_tool", "said:psychosis_harm")), Step("psychosis_direct", unless=("suicidal",)),
        Step("direct", unless=("said:psychosis_direct", "suicidal")), Step("psychosis_person"),
        Step("psychosis_sleep"), Step("country", unless=("country",)), Step("line"), *_AROUND,
        *_PEOPLE, Step("psychosis_pro"), Step("pro", unless=("said:psychosis_pro",)),
        Step("psychosis_ground"), *_NEAR,
    ), "stay"),
    "screen_failure": Track((Step("screen_failure"),), "screen_failure", checks=False),
}  # fmt: skip

_OF_KIND = {
    RiskKind.OVERDOSE: "overdose",
    RiskKind.MEDICAL: "medical",
    RiskKind.SELF_HARM: "self_harm",
    RiskKind.ABUSE: "abuse",
    RiskKind.HARM_TO_OTHERS: "harm_to_others",
    RiskKind.EATING_DISORDER: "eating",
    RiskKind.PSYCHOSIS: "psychosis",
    RiskKind.SCREEN_FAILURE: "screen_failure",
}
_OF_WORDS = {
    "other": "other", "bystander": "bystander", "abuse": "abuse",
    **dict.fromkeys(
        ("touched", "sexual", "strangled", "pregnant", "attack", "followed", "after", "witness", "v", "stalk", "job", "carer", "uneasy", "car"), "abuse"
    ),
    "others": "harm_to_others", "harm": "self_harm",
    "odd": "odd", "pupil": "pupil", "intrusive": "intrusive", "unwanted": "unwanted", "cutting": "harm_other", "threat": "threat", "hit": "did_harm", "mania": "psychosis",
    "eating": "eating", "psychosis": "psychosis", "medical": "medical", "overdose": "overdose",
    "body": "medical", "care": "medical", "dose": "medical", "meal": "eating_other",
}  # fmt: skip
_OF_QUESTIONS = {
    "check_eating_disorder": "eating", "maybe_eating": "eating", "check_meal": "eating_other",
    "check_body": "medical", "check_mania": "psychosis", "check_psychosis": "psychosis",
    "maybe_harm": "harm_to_others",
}  # fmt: skip
"""Tracks that a question has begun already, since what it asks after was told."""
_OWN_DANGER = frozenset({"suicidal", "self_danger", "overdose"})
_PLACE = re.compile(r"\b(bridge|ledge|roof|edge|tracks|chair|rope|noose)\b", re.IGNORECASE)
_TARGET = re.compile(
    r"\b(him|her|them|they|he|she|people|every(one|body)|some(one|body)|you|kids?|class\w*|school|boss|ex|wife|husband"
    r"|(step)?(dad|mum|mom|father|mother)|brother|sister|neighbou?r\w*|guy|man|men|wom[ae]n|bitch|bastard\w*|fucker\w*"
    r"|angr\w*|rage|furious|mad|revenge|snap\w*|lose it|pay for|hate|violen\w*|attack\w*|shoot up|kill|hurt)\b",
    re.IGNORECASE,
)
_WOUND = re.compile(r"\b(slit|cut|bleeding)\b", re.IGNORECASE)
OWN_WORDS = frozenset(
    {
        "intrusive",
        "unwanted",
        "did_harm",
        "pupil",
        "odd",
        "in_care",
        "dose",
        "stalked",
        "harm_other",
        "threat",
    }
)
"""Tracks that begin with words gentle enough to need no question whether there is danger."""
_OF_OTHERS = frozenset({"other", "psychosis", "harm_to_others", "bystander"})
_BEGUN_OF_OTHERS = frozenset({"other", "bystander", "eating_other", "harm_other", "threat"})
_OF_THE_BODY = frozenset({"medical", "overdose", "bystander"})
_OWN_WISH = frozenset({"suicidal", "self_danger"})
_OWN_EMERGENCY = frozenset({"overdose", "medical", "abuse", "harm_to_others", "screen_failure"})


_INSTEAD = {
    "accompanied": "imminent",
    "attack": "abuse", "stalked": "abuse", "followed": "attack", "driven": "attack", "unwanted": "harm_to_others", "harm_other": "other", "threat": "other", "aftermath": "abuse", "witness": "abuse", "beside": "waiting",
    "other_eased": "other", "odd": "other", "pupil": "other", "intrusive": "harm_to_others",
    "did_harm": "harm_to_others", "body": "medical", "in_care": "waiting", "dose": "medical",
    "bystander_care": "bystander", "eating_other": "other",
}  # fmt: skip
"""The track that is gone where a language has no words of one yet."""


def spoken(track: str, words: Words) -> str:
    """Return a track, or the one most like it where the language has no words of it."""
    return track if words.variants("moves", TRACKS[track].stay) else _INSTEAD.get(track, track)


def track_of(risk: Risk, state: State) -> str:
    """Return the name of the track that a talk is on now."""
    kind = _kind(risk, state)
    if kind == "screen_failure":
        return kind
    if special := _special(risk, state, kind):
        return special
    if kind == "abuse" and "overdose" not in state.facts:
        return _of_violence(risk, state)
    about_another = _is_about_another(risk, state, kind)
    if body := _of_the_body(state, kind, about_another=about_another):
        return body
    if about_another:
        return _of_another(risk, state, kind)
    if kind in _OWN_EMERGENCY:
        return kind
    return _of_own_wish(risk, state, kind)


def _another_is_ill(facts: frozenset[str]) -> bool:
    """Whether somebody else has lost touch with what is real, and not the one who writes."""
    return "odd_other" in facts and "odd_me" not in facts


def _is_about_another(risk: Risk, state: State, kind: str) -> bool:
    """Whether the danger is not that of the one who writes."""
    facts = state.facts
    if kind in _OF_THE_BODY and "b_child" in facts and not (_OWN_DANGER | {"v_pregnant"}) & facts:
        return True
    if kind == "psychosis" and {"odd_me", "odd_other"} & facts:
        return _another_is_ill(facts)
    if kind == "harm_to_others" and "others_first" in state.names:
        return False
    begun = kind == "bystander" and "bystander" in _said_of(state)
    if "self_danger" in facts or ("to_me" in facts and not begun):
        return False
    return risk.subject is Subject.OTHER or kind in _BEGUN_OF_OTHERS


def _of_the_body(state: State, kind: str, *, about_another: bool) -> str:
    """Return the track of a body in danger, of eating, or ""."""
    facts = state.facts
    if kind in {"eating", "eating_other"} and not (_OWN_WISH | {"overdose"}) & facts:
        if about_another:
            return "eating_other"
        return "" if "safe_now" in facts else "eating"
    own = "overdose" in facts and not about_another
    if kind not in _OF_THE_BODY and not own:
        return ""
    if "b_dose" in facts and not _OWN_DANGER & facts:
        return "dose"
    if about_another:
        return _of_anothers_body(facts, kind)
    if _in_care(facts):
        return "in_care"
    if _help_called(facts):
        return "coming"
    return "overdose" if own or kind == "overdose" else "body"


def _of_anothers_body(facts: frozenset[str], kind: str) -> str:
    """Return the track of whoever stands beside a body in need: told to call, not to ask about wishes to die."""
    asked = kind == "medical" or {"b_asked", "called"} & facts
    well = ("b_well" in facts and asked) or "b_clear" in facts
    if _in_care(facts) or well or "b_taken_in" in facts:
        return "bystander_care"
    return "collapsed" if "b_down" in facts else "bystander"


def _in_care(facts: frozenset[str]) -> bool:
    """Whether those who treat the body are there."""
    return "b_arrived" in facts or ("b_here" in facts and _help_called(facts))


def _help_called(facts: frozenset[str]) -> bool:
    """Whether help for the body is called; a friend who was written to is none yet."""
    sure = {"b_called", "b_rang", "reached.yes"} & facts
    return bool(sure) or ("called" in facts and "b_kin_called" not in facts)


def _of_another(risk: Risk, state: State, kind: str) -> str:
    """Return the track of somebody who tells of another's danger."""
    if "other_ok" in state.recent and is_guess(risk):
        return "other_eased"
    if kind == "harm_to_others" and names_another(state):
        return "witness"
    return {"self_harm": "harm_other", "harm_to_others": "threat"}.get(
        kind, kind if kind in {"harm_other", "threat"} else "other"
    )


def _of_own_wish(risk: Risk, state: State, kind: str) -> str:
    """Return the track of somebody who thinks of dying or of hurting themself."""
    near = risk.level is RiskLevel.IMMINENT or {"emergency_first", "emergency_edge"} & state.names
    if near and "helper_here" in state.facts and "self_danger" not in state.now:
        return "beside"
    if near and "arrived" in state.facts and not {"self_danger", "left_me"} & state.now:
        return "accompanied"
    if not _is_imminent(risk, state):
        return "eased" if "safe_now" in state.facts else kind
    if "called" in state.facts and "b_kin_called" not in state.facts:
        return "waiting"  # a friend who was written to is no help on its way
    return "edge" if "edge" in state.facts else "imminent"


def _special(risk: Risk, state: State, kind: str) -> str:
    """Return the track for a parent, a teacher or whoever it is that needs words of their own, or ""."""
    facts = state.facts
    if {"self_danger", "suicidal"} & facts:
        return ""  # their own danger goes before anybody's
    guess = is_guess(risk)
    if "baby_thoughts" in facts and (kind in {"harm_to_others", "intrusive"} or guess):
        return "intrusive"
    unwanted = "unwanted" in facts or {"thought_harm", "not_wanted"} <= facts
    if unwanted and (kind in {"harm_to_others", "unwanted"} or guess):
        return "unwanted"
    if "i_hit" in facts and (kind in {"harm_to_others", "did_harm"} or guess):
        return "did_harm"
    another = risk.subject is Subject.OTHER or kind in {"other", "bystander", "odd", "pupil"}
    another |= kind == "psychosis" and _another_is_ill(facts)
    threat = kind == "harm_to_others" and risk.subject is Subject.SELF
    if "pupil" in facts and not threat and (another or "of_them" in state.now or kind == "abuse"):
        return "pupil"
    if "odd_other" in facts and another and kind not in _OF_THE_BODY:
        return "odd"
    return ""


def _of_violence(risk: Risk, state: State) -> str:
    """Return the track of violence: whoever tells of it is the one who is hurt, unless another is named."""
    facts = state.facts
    if {"v_gone", "v_out"} & facts and ("attack" in _said_of(state) or "v_followed" in facts):
        return "aftermath"
    over = {"v_gone", "v_out", "v_refuge"} & facts
    near = {"v_attacker", "v_followed", "v_car", "safe.no", "danger.yes"} & facts
    if names_another(state) and "v_attacker" not in facts:
        return "witness"
    if not over and (near or (risk.level is RiskLevel.IMMINENT and risk.kind is RiskKind.ABUSE)):
        if "v_car" in facts:
            return "driven"
        # A partner who follows may be at home with them; one who is stalked is out of the house.
        behind = "v_followed" in facts and not (
            "v_attacker" in facts or ("v_partner" in facts and "v_stalked" not in facts)
        )
        return "followed" if behind else "attack"
    return "stalked" if "v_stalked" in facts and "v_partner" not in facts else "abuse"


def tells(risk: Risk, kind: RiskKind) -> bool:
    """Whether wording that speaks for itself tells of a kind of danger in the newest message."""
    told = tuple(signal for signal in risk.signals if signal.kind is kind)
    return not is_guess(replace(risk, signals=told))


def threatens(risk: Risk) -> bool:
    """Whether what reads like harm to others names another, or anger; in English, where it is known how."""
    told = (s.text for s in risk.signals if s.kind is RiskKind.HARM_TO_OTHERS)
    return risk.language not in {"", "en"} or any(_TARGET.search(text) for text in told)


def names_another(state: State) -> bool:
    """Whether the person tells of violence against somebody else, and of none against themself."""
    return "v_third" in state.facts and not {"to_me", "v_me"} & state.facts


def _said_of(state: State) -> frozenset[str]:
    return frozenset(piece.name.split("_")[0] for piece in state.said[state.begun :])


def _begun(state: State) -> str:
    """Return the track that the words said so far are of, where the screen has forgotten why."""
    names = (piece.name for piece in state.said[state.begun :])
    tracks = (_OF_QUESTIONS.get(name) or _OF_WORDS.get(name.split("_")[0]) for name in names)
    return next(filter(None, tracks), "suicide")


def _is_imminent(risk: Risk, state: State) -> bool:
    facts = state.facts
    if _has_eased(state):
        return False
    told = "soon" in facts and "direct.no" not in state.now
    begun = {"emergency_first", "emergency_edge"} & state.names
    forgotten = not risk.signals and bool(begun)
    return risk.level is RiskLevel.IMMINENT or told or forgotten


def _has_eased(state: State) -> bool:
    """Whether what they would use is away and somebody is with them."""
    return {"moved_away", "with_people"} <= state.facts


def _kind(risk: Risk, state: State) -> str:
    """Return the track of a kind of danger; a bridge, a blade or tablets only thought of are no overdose."""
    begun, changed = _gone_on_as(risk, state)
    if changed:
        return changed
    mine = {"to_me", "v_me", "v_attacker", "v_sexual"} & state.now
    if tells(risk, RiskKind.ABUSE) and mine and begun in _OF_OTHERS:
        return "abuse"  # what was taken for another's danger is their own
    if _of_own_weapon(risk, state, begun):
        return "suicide"
    if is_guess(risk) and (meant := _of_a_guess(risk, state, begun)):
        return meant
    if risk.kind is None or (begun != "suicide" and not _OWN_DANGER & state.facts):
        return begun  # what was begun is gone on with, whatever a later word sounds like
    if risk.kind is RiskKind.OVERDOSE and "overdose" not in state.facts:
        return _of_what_was_taken(risk, state)
    return _OF_KIND.get(risk.kind, "suicide")


def _gone_on_as(risk: Risk, state: State) -> tuple[str, str]:
    """Return the track that was begun, as far as it is gone on with, and the one that takes its place, or ""."""
    begun = _begun(state)
    of_body = risk.kind in (RiskKind.MEDICAL, RiskKind.OVERDOSE) and not is_guess(risk)
    begun_by = any(piece.name.endswith("@bystander") for piece in state.said[state.begun :])
    begun_by |= "bystander_first" in state.names
    told = of_body or begun_by or "other_took" in state.facts
    if begun in {"other", "harm_other"} and told:
        return "bystander", ""  # a wish to die was spoken of, and now somebody bleeds
    wound = of_body or "medical_first" in state.names
    if begun == "self_harm" and wound and not _OWN_WISH & state.facts:
        return begun, "medical"  # what they did to themself does not stop bleeding
    turned = begun == "abuse" and _turns_on_them(risk, state)
    return begun, "harm_to_others" if turned else ""


def _of_own_weapon(risk: Risk, state: State, begun: str) -> bool:
    """Whether a weapon is told of, in a talk about one's own death, that nobody else is named with."""
    if risk.kind is not RiskKind.HARM_TO_OTHERS or begun != "suicide":
        return False
    return not tells(risk, RiskKind.HARM_TO_OTHERS) and not threatens(risk)


def _turns_on_them(risk: Risk, state: State) -> bool:
    """Whether who tells of violence against another means to hurt whoever did it."""
    told = risk.kind is RiskKind.HARM_TO_OTHERS and risk.subject is Subject.SELF
    threat = (told and not is_guess(risk)) or "others_first" in state.names
    return threat and names_another(state)


def _of_a_guess(risk: Risk, state: State, begun: str) -> str:
    """Return the track of what only reads like a danger and answers our question, or ""."""
    good = {"moved_away", "removed", "with_people", "company"} & state.now
    if begun == "suicide" and "direct" in state.names and good:
        return begun  # what they put away, or who is with them, is no danger to another
    hurt = {"to_me", "v_me", "v_attacker", "v_sexual", "v_third"} & state.facts
    if risk.kind is RiskKind.ABUSE and begun == "suicide" and _OWN_WISH & state.facts and not hurt:
        return begun  # "I don't dare to call" tells of nobody who hurts them
    if risk.kind is RiskKind.HARM_TO_OTHERS and _OWN_DANGER & state.facts:
        return "suicide"  # "with my gun" answers how they would do it
    asked = {"check_abuse", "check_witness", "maybe_abuse"} & state.names
    if begun == "suicide" and asked and risk.kind is not RiskKind.ABUSE:
        return "suicide" if _OWN_DANGER & state.facts else "abuse"
    return ""


def _of_what_was_taken(risk: Risk, state: State) -> str:
    """Return the track where something sounds like an overdose, and the words for it may tell of none."""
    words = " ".join(signal.text for signal in risk.signals)
    if worded("in_hand", words) and not tells(risk, RiskKind.OVERDOSE):
        return "suicide"
    if _WOUND.search(words):
        return "medical"
    thought_of = risk.level < RiskLevel.IMMINENT and is_guess(risk)
    sure = tells(risk, RiskKind.OVERDOSE)
    if _PLACE.search(words) or thought_of or ("removed" in state.facts and not sure):
        return "suicide"
    if sure or worded("swallowed", words) or risk.language not in {"", "en"}:
        return "overdose"
    return "suicide" if _OWN_WISH & state.facts or state.crisis else "medical"
