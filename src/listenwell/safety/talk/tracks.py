"""The order of the crisis dialogue: for each kind of danger, the moves and when each is due."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from listenwell.core.types import Risk, RiskKind, RiskLevel, Subject
from listenwell.safety.screen import is_guess
from listenwell.safety.talk.state import TELLS_AI, State


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
_NEAR = (
    Step("alone", unless=("alone", "with_people")),
    Step("place", needs=("alone",), unless=("with_people",)),
)

TRACKS: Mapping[str, Track] = {
    "suicide": Track((
        Step("together", needs=("out of reach",)),
        Step("direct", unless=("suicidal", *_ASKED)),
        Step("plan", unless=("plan.yes", "said:imminent_means")),
        Step("means", unless=("moved_away", "means_near", "said:imminent_means")),
        Step("away", needs=("means_near",), unless=("moved_away",)),
        Step("when", unless=("soon", "later", "said:emergency_first")),
        Step("country", unless=("country",)),
        Step("line"), *_AROUND, Step("together", needs=("with_people",)), *_PEOPLE, Step("pro"),
        Step("direct_again", unless=_ANSWERED),
        Step("words"), *_NEAR,
    ), "stay"),
    "eased": Track((), "quiet"),
    "imminent": Track((
        Step("emergency_first"),
        Step("imminent_means", unless=("moved_away",)),
        Step("reached", unless=("called",)),
        Step("imminent_direct", unless=("suicidal",)),
        Step("imminent_who"),
        Step("imminent_when", unless=("soon", "later")),
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
    "overdose": Track((
        Step("overdose_first"), Step("medical_with", unless=("with_people",)),
        Step("medical_reached", unless=("called",)), Step("medical_direct"),
        Step("medical_ai"), Step("medical_when"), Step("medical_door"), Step("medical_more"),
        Step("barriers", needs=("reached.no", *_HESITANT)), Step("medical_pro"),
    ), "stay_medical", "overdose", checks=False),
    "medical": Track((
        Step("medical_first"), Step("medical_reached", unless=("called",)),
        Step("medical_with", unless=("with_people",)), Step("medical_ai"), Step("medical_door"),
        Step("barriers", needs=("reached.no", *_HESITANT)), Step("medical_pro"),
    ), "stay_medical", "medical", checks=False),
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
        Step("other_first"), Step("other_ask"), Step("other_means"), Step("other_when"),
        Step("country", unless=("country",)), Step("other_line"), Step("other_who"),
        Step("other_words"), Step("other_pro"), Step("other_you"),
    ), "stay_other", checks=False),
    "bystander": Track((
        Step("bystander_first"), Step("bystander_reached", unless=("called",)),
        Step("bystander_with", unless=("with_people",)), Step("bystander_ai"),
        Step("bystander_door"), Step("bystander_pro"), Step("bystander_you"),
    ), "stay_bystander", "medical", checks=False),
    "abuse": Track((
        Step("abuse_first"), Step("country", unless=("country",)), Step("abuse_line"),
        Step("abuse_device", unless=("said:watched",)), Step("abuse_barriers", needs=_HESITANT),
        Step("abuse_who"), Step("abuse_place"), Step("abuse_direct"), Step("abuse_words"),
        Step("abuse_pro"),
    ), "stay_abuse", "abuse", checks=False),
    "harm_to_others": Track((
        Step("others_first"), Step("others_plan"), Step("others_means"), Step("others_when"),
        Step("others_hour"), Step("country", unless=("country",)), Step("line"), *_AROUND,
        *_PEOPLE, Step("others_direct"), Step("pro"), *_NEAR,
    ), "stay", checks=False),
    "eating": Track((
        Step("eating_first"), Step("eating_direct", unless=("suicidal",)), Step("direct", unless=("said:eating_direct", "suicidal")),
        Step("country", unless=("country",)),
        Step("line"), *_AROUND, *_PEOPLE, Step("eating_pro"),
        Step("pro", unless=("said:eating_pro",)), *_NEAR,
    ), "stay", "eating_disorder"),
    "psychosis": Track((
        Step("psychosis_first"), Step("psychosis_direct", unless=("suicidal",)),
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
    "other": "other", "bystander": "bystander", "abuse": "abuse", "others": "harm_to_others", "harm": "self_harm",
    "eating": "eating", "psychosis": "psychosis", "medical": "medical", "overdose": "overdose",
}  # fmt: skip
_OWN_DANGER = frozenset({"suicidal", "self_danger", "overdose"})
_PLACE = re.compile(r"\b(bridge|ledge|roof|edge|tracks|chair|rope|noose)\b", re.IGNORECASE)
_WOUND = re.compile(r"\b(slit|cut|bleeding)\b", re.IGNORECASE)
_OF_THE_BODY = frozenset({"medical", "overdose", "bystander"})
_OWN_EMERGENCY = frozenset({"overdose", "medical", "abuse", "harm_to_others", "screen_failure"})


def track_of(risk: Risk, state: State) -> str:
    """Return the name of the track that a talk is on now."""
    kind = _kind(risk, state)
    if kind == "screen_failure":
        return kind
    about_another = risk.subject is Subject.OTHER or kind in {"other", "bystander"}
    if about_another and not {"self_danger", "to_me"} & state.facts:
        # Whoever stands beside a body in need is told to call, not to ask about wishes to die.
        return "bystander" if kind in _OF_THE_BODY else "other"
    if "overdose" in state.facts or kind == "overdose":
        return "waiting" if "called" in state.facts else "overdose"
    if kind in _OWN_EMERGENCY:
        return "waiting" if kind == "medical" and "called" in state.facts else kind
    if not _is_imminent(risk, state):
        return "eased" if "safe_now" in state.facts else kind
    if "called" in state.facts:
        return "waiting"
    return "edge" if "edge" in state.facts else "imminent"


def _begun(state: State) -> str:
    """Return the track that the words said so far are of, where the screen has forgotten why."""
    firsts = (piece.name.split("_")[0] for piece in state.said[state.begun :])
    return next((_OF_WORDS[first] for first in firsts if first in _OF_WORDS), "suicide")


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
    begun = _begun(state)
    if risk.kind is None or (begun != "suicide" and not _OWN_DANGER & state.facts):
        return begun  # what was begun is gone on with, whatever a later word sounds like
    if risk.kind is RiskKind.OVERDOSE and "overdose" not in state.facts:
        words = " ".join(signal.text for signal in risk.signals)
        if _WOUND.search(words):
            return "medical"
        thought_of = risk.level < RiskLevel.IMMINENT and is_guess(risk)
        return "suicide" if _PLACE.search(words) or thought_of else "overdose"
    return _OF_KIND.get(risk.kind, "suicide")
