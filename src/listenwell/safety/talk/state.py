"""Where a crisis talk stands: a pure function of the conversation, so that a restart loses nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from listenwell.core.types import History
from listenwell.safety.age import OF_AGE, read_age
from listenwell.safety.languages import SCRIPTS
from listenwell.safety.normalise import in_simplified
from listenwell.safety.talk import contacts
from listenwell.safety.talk.words import LANGUAGES, Piece, Words, compiled, pieces_in, words_of

TOPICS: Mapping[str, str] = {
    **dict.fromkeys(
        ("direct", "direct_again", "harm_direct", "medical_direct", "others_direct",
         "eating_direct", "psychosis_direct", "abuse_direct", "check_suicide", "check_again",
         "imminent_direct", "maybe_self", "maybe_other"),
        "direct",
    ),
    **dict.fromkeys(("plan", "plan_stated", "harm_plan", "others_plan"), "plan"),
    **dict.fromkeys(("means", "harm_means", "others_means", "medical_more"), "means"),
    **dict.fromkeys(("when", "imminent_when", "others_when"), "when"),
    **dict.fromkeys(
        ("line", "harm_line", "other_line", "abuse_line", "imminent_line", "way_round",
         "country.known", "country.unknown"),
        "willing",
    ),
    **dict.fromkeys(
        ("ai_trusted", "trusted", "trusted_minor", "imminent_who", "abuse_who", "medical_ai",
         "nobody", "minor"),
        "trusted",
    ),
    **dict.fromkeys(("reached", "medical_reached", "bystander_reached"), "reached"),
    **dict.fromkeys(("emergency_first", "overdose_first", "tell_who", "ai_tell_who"), "calling"),
    "medical_first": "with", "bystander_with": "with", "medical_with": "with", "imminent_means": "away", "away": "away", "emergency_edge": "away", "edge_back": "away",
    "country": "country", "alone": "alone", "place": "place", "imminent_place": "place",
    "words": "words", "pro": "pro", "harm_pro": "pro", "harm_hurt": "hurt_now",
    "abuse_first": "danger", "strangled": "danger", "check_abuse": "safe", "sexual_first": "safe", "touched_first": "safe", "abuse_ask": "willing",
    "check_half": "direct", "joking": "direct", "testing": "direct", "joking@emergency": "direct", "direct_again_soft": "direct",
    "safe_now@imminent": "away", "bye@imminent": "trusted", "left_me@imminent": "trusted", "bleed_stopped@self_harm": "with", "imminent_tell_who": "calling", "who@imminent": "calling", "will_remove": "gone", "will_remove@imminent": "gone",
    "check_witness": "safe", "witness_first": "safe", "witness_home": "hurt_now", "attack_reached": "reached",
    "attack_first": "calling", "attack_who": "trusted", "followed_reached": "reached", "followed_who": "trusted",
    "unwanted_direct": "direct", "b_down@bystander": "reached", "witness_line": "willing", "plan_offer": "offer",
    "abuse_age": "age",
}  # fmt: skip
"""What the answer to a line is an answer to."""

SATISFIES: Mapping[str, tuple[str, ...]] = {
    "country.known": ("line", "harm_line", "abuse_line", "abuse_ask", "witness_line", "other_line"),
    "country.unknown": (
        "line",
        "harm_line",
        "abuse_line",
        "abuse_ask",
        "witness_line",
        "other_line",
    ),
    **dict.fromkeys(("b_blood", "b_faint", "b_heart"), ("eating_urgent", "meal_urgent")),
    "plan_stated": ("plan", "direct"),
    "v_pregnant": ("pregnant",),
    "v_voice": ("strangled",),
    "willing.no": ("barriers", "abuse_barriers"),
    "willing.unsure": ("barriers", "abuse_barriers"),
    "unwilling": ("barriers", "abuse_barriers"),
    "cannot_call": ("way_round", "barriers"),
    **dict.fromkeys(("police", "bad_before", "no_phone", "deaf"), ("barriers",)),
    "nobody": ("trusted",),
    "minor": ("trusted_minor",),
    "willing": ("barriers", "way_round"),
    "willing.yes": ("barriers", "way_round"),
}
"""Answers to what was heard that make a move needless."""

TELLS_AI = frozenset({
    "ai", "ai_trusted", "ai_tell_who", "only_you", "love", "imminent_who", "abuse_who", "medical_ai",
    "other_who", "trusted_minor", "imminent_tell_who", "bystander_ai", "attack_who", "followed_who", "unwanted_who", "witness_who",
})  # fmt: skip
"""Lines that say that it is an AI, which is said once."""
LASTING = frozenset({"minor", "who", "deaf", "no_phone", "police", "nobody", "not_meant"})
"""What stays true of a person when an hour of danger is over."""
_IMPLIES = {
    "means.yes": "means_near", "alone.yes": "alone", "alone.no": "with_people",
    "trusted.no": "nobody", "away.yes": "moved_away", "reached.yes": "called",
    "direct.yes": "suicidal", "is_gone": "moved_away", "act_soon": "soon", "with.yes": "with_people", "with.no": "alone",
    "v_threat": "v_risk", "v_found": "v_risk", "v_pester": "v_followed", "b_called": "called", "b_rang": "called", "b_near": "with_people",
    "removed": "moved_away", "back_safe": "moved_away", "helper_here": "with_people",
    "arrived": "with_people",
}  # fmt: skip
COMPANY = ("stay", "quiet", "again", "remind")
"""How lines begin their names that anybody might say ("How long has it been like this?"); they go on with
a crisis dialogue, and never begin one."""
MOST_READ = 2_000
"""Characters of a message that are listened to here; the screen reads all of it."""
_WHO_ASKED = frozenset({"trusted", "calling", "with", "alone"})
_MEANS_TALK = frozenset({"plan", "means", "away"})
_HELP_ASKED = frozenset({"willing", "pro", "words", "place"})
_HOW_ASKED = frozenset({"plan", "means", "when"})
_OWN_TALK = frozenset(
    {
        "direct",
        "plan",
        "plan_stated",
        "means",
        "maybe_self",
        "check_suicide",
        "emergency_first",
        "harm_hurt",
        "harm_direct",
    }
)
"""What is asked of people about their own danger."""
_GOOD = frozenset(
    {
        "removed",
        "company",
        "told_someone",
        "helper_here",
        "back_safe",
        "other_ok",
        "arrived",
        "they_took",
    }
)
"""What is put away, who comes, who is told: "now" in it is no time for an act."""
_NO_TO_ELSE = re.compile(
    r"^\W*i (?:do|have|ca|could|wo|would|did)n'?t (?!have\b|got\b|know|think|plan|decid|thought|set\b|own\b|keep\b|any|really|yet)"
    r"|\b(?:nobody|no ?one) knows\b|\bnot (?:tonight|today|now|yet|here)\b"
)
"""What begins like a no, where we asked how or with what, and is none to that."""
_NO_DATE = re.compile(r"\b(?:set|have|got) (?:a|any) (?:date|time|day)\b|\bno (?:date|time|day)\b")
_NO_TO_OTHER = {
    "when": re.compile(r"\b(?:anything|nothing) (?:here|with me|at home|in the (?:house|flat|place))\b"),
    "plan": _NO_DATE, "means": re.compile(_NO_DATE.pattern + r"|\b(?:a|any) plans?\b"),
}  # fmt: skip
"""What answers another of our questions than the one that was asked."""
_OUTDONE = (
    ("alone", "with_people"), ("moved_away", "means_near"), ("willing", "unwilling"),
    ("soon", "later"), ("v_attacker", "v_gone"), ("v_attacker", "v_out"), ("v_attacker", "v_refuge"),
    ("safe.no", "v_gone"), ("safe.no", "v_out"), ("danger.yes", "v_gone"),
    ("danger.yes", "v_out"), ("danger.yes", "danger.no"), ("safe.no", "safe.yes"), ("safe_now", "suicidal"),
    ("safe_now", "direct.yes"), ("safe_now", "took_back"), ("safe_now", "comes_back"),
    ("alone", "arrived"), ("arrived", "left_me"), ("with_people", "left_me"),
)  # fmt: skip
"""Facts of which the later one holds."""


@dataclass(frozen=True, slots=True)
class State:
    """What was said, asked and answered so far.

    Attributes:
        said: Every authored piece said, in order.
        replies: How many replies there were, authored or not.
        since: How many replies came after the last authored one.
        crisis: How many replies were of the crisis dialogue itself.
        asked: What the newest message answers, a topic; "" for nothing.
        facts: What is known of the person.
        now: What was heard in the newest message.
        recent: What was heard in the three newest messages.
        slots: What can be filled into a line.
        begun: How many pieces were said before the last time it had eased.
    """

    said: tuple[Piece, ...] = ()
    replies: int = 0
    since: int = 0
    crisis: int = 0
    asked: str = ""
    facts: frozenset[str] = frozenset()
    now: frozenset[str] = frozenset()
    recent: frozenset[str] = frozenset()
    slots: Mapping[str, str] = field(default_factory=dict)
    country: str | None = None
    begun: int = 0

    @property
    def names(self) -> frozenset[str]:
        """The names of everything that was said or made needless, in this hour of danger."""
        said = {piece.name.split("@")[0] for piece in self.said[self.begun :]}
        said |= {piece.name for piece in self.said if piece.name in TELLS_AI}
        return frozenset(said | {move for name in said for move in SATISFIES.get(name, ())})

    @property
    def last_was_whole(self) -> bool:
        """Whether the last authored reply answered only what had been heard."""
        if not self.said:
            return False
        last = self.said[-1]
        return last.section == "whole" and not last.name.startswith("country.")


def state_of(history: History, words: Words, country: str | None = None) -> State:
    """Return where a conversation stands, its newest message the person's.

    Args:
        history: The conversation.
        words: Of the language the person speaks; lines of every language are known again.
        country: The person's setting; what they say in the conversation counts where it is None.
    """
    state = State(country=country)
    heard: list[frozenset[str]] = []
    for message in history.messages:
        if message.role == "assistant":
            state = _after_reply(state, message.content)
        else:
            state = _after_message(state, message.content, words)
            heard.append(state.now)
    recent = frozenset[str]().union(*heard[-3:])
    return _with(state, recent=recent)


@lru_cache(maxsize=4096)
def hear(text: str, asked: str, language: str) -> frozenset[str]:
    """Return what a message says in a language, as an answer to what was asked."""
    plain, words = _plain(text), words_of(language)
    facts = _heard(words, plain)
    if asked:
        facts |= {f"{asked}.{answer}" for answer in _answer(facts)}
    if asked in _HOW_ASKED and language == "en" and _NO_TO_ELSE.search(plain):
        facts -= {f"{asked}.no"}  # "i haven't slept", "no, nobody knows" say nothing of a plan
    if asked == "alone" and "nobody" in facts:
        facts = facts - {"alone.no"} | {"alone"}  # "no, nobody" says that they are
    facts -= _out_of_place(facts, asked)
    facts |= _of_age(asked, plain)
    if all(fact.startswith(("v_", "b_")) for fact in facts) and _length(plain) > 1:
        facts.add("told")
    if _is_no_yes(facts, asked):
        facts -= {f"{asked}.yes"}
    facts = _of_nobody(facts, asked, language)
    if language == "en" and asked in _NO_TO_OTHER and _NO_TO_OTHER[asked].search(plain):
        facts -= {f"{asked}.no"}
    if _names_nobody(facts, asked, plain):
        facts -= {"who"}
    return frozenset(facts | {_IMPLIES[fact] for fact in facts if fact in _IMPLIES})


def _of_age(asked: str, plain: str) -> set[str]:
    """Return that somebody is under age, where they were asked how old they are."""
    age = read_age(plain) if asked == "age" else None
    return {"minor"} if age is not None and age < OF_AGE else set()


def _heard(words: Words, plain: str) -> set[str]:
    """Return the names of what a message says; Chinese is also read in simplified signs."""
    facts = {name for name in words.hear if words.heard(name, plain)}
    also = in_simplified(plain) if words.language == "zh" else plain
    if also != plain:
        facts |= {name for name in words.hear if words.heard(name, also)}
    return facts | ({"plan_wanted"} if compiled(words.plan["start"]).search(plain) else set())


def _of_nobody(facts: set[str], asked: str, language: str) -> set[str]:
    """Return what was heard, with what "nobody" means there."""
    if "has_nobody" in facts:  # "I have nobody" is said whatever was asked, and is no relief
        facts = facts - {"has_nobody", f"{asked}.no"} | {"nobody"}
        return facts | ({"trusted.no"} if asked == "trusted" else set())
    if language != "en" and asked not in _WHO_ASKED:  # "nobody likes me" is no answer to "who?"
        return facts - {"nobody"}
    return facts


def _is_no_yes(facts: set[str], asked: str) -> bool:
    """Whether what begins with a yes answers something else than was asked."""
    if asked == "reached" and {"b_tell", "willing"} & facts:
        return True  # "all right, I'll tell my nan" has reached nobody yet
    if asked in _HELP_ASKED and {"self_danger", "alone", "nobody", "unwilling"} & facts:
        return True  # "yes i want to die" is no yes to a call
    # "yes, I have my best friend" is nothing they would use
    unused = not {"means", "means_near"} & facts
    return asked in _MEANS_TALK and "who" in facts and "be_friend" not in facts and unused


def _names_nobody(facts: set[str], asked: str, plain: str) -> bool:
    """Whether somebody is spoken of without being one whom the person could tell."""
    hidden = {"secret", "minor_parents", "unwilling", "q_told", "q_trouble", "be_friend"} & facts
    return bool(hidden) or (asked != "trusted" and "tell" not in facts and _length(plain) > 4)


def _length(plain: str) -> int:
    """Return about how many words a message has; Chinese puts no spaces between them."""
    return max(len(plain.split()), len(SCRIPTS["zh"].findall(plain)) // 2)


@lru_cache(maxsize=1024)
def says_minor(text: str) -> bool:
    """Whether somebody says that they are under 18, in any language of the crisis dialogue."""
    plain = _plain(text)
    return any(words_of(language).heard("minor", plain) for language in LANGUAGES)


def _plain(text: str) -> str:
    """Return the beginning and the end of a message as the patterns are written."""
    half = MOST_READ // 2
    text = text if len(text) <= MOST_READ else f"{text[:half]} {text[-half:]}"
    return " ".join(text.casefold().replace("’", "'").split())


def _answer(facts: set[str]) -> set[str]:
    """Return yes, no or unsure, where a message begins with one."""
    return next(({name} for name in ("unsure", "no", "yes") if name in facts), set())


def _out_of_place(facts: set[str], asked: str) -> set[str]:
    """Words that mean something only as an answer: "now" is a time only when asked when."""
    odd = set()
    if asked != "when":
        odd |= {"soon", "later"}
    if asked in _HOW_ASKED:  # "i don't know how" is an answer there, and no question
        odd |= {"help_how"}
    odd |= _not_at_hand(facts, asked)
    if facts & _GOOD:
        odd |= {"soon", "later"}
    if {"moved_away", "removed"} & facts and "with_people" in facts:
        odd |= {"company"}  # that both are so is answered of itself
    if "later" in facts or f"{asked}.no" in facts:
        odd |= {"soon"}
    if "called" in facts or ("willing" in facts and "but" in facts):
        odd |= {"unwilling"}
    elif {"unwilling", "cannot_call"} & facts:
        odd |= {"willing"}
    return odd


def _not_at_hand(facts: set[str], asked: str) -> set[str]:
    """Words that tell of no means here, though they might."""
    odd = set()
    unasked = asked not in _MEANS_TALK and not {"means", "means_near"} <= facts
    if unasked or "means.no" in facts or facts & _GOOD:
        odd |= {"means", "means_near"}
    if {"with_people", "company"} & facts and "means" not in facts:
        odd |= {"means_near"}  # "my mother is here" is nobody's weapon
    if asked != "gone":
        odd |= {"is_gone"}  # "done" is good news only where it was to be put away
    if asked == "away" and "self_danger" in facts:
        odd |= {"away.yes"}  # "yes, i want to jump" is no step back
    if "removed" in facts:
        # "took all the pills out of the house" is no overdose, "it's with the police" no fear of them.
        odd |= {"overdose", "police"}
    elif "overdose" in facts:
        odd |= {"moved_away"}
    return odd


def _after_reply(state: State, text: str) -> State:
    pieces = pieces_in(text)
    if all(piece.section == "short" for piece in pieces):
        pieces = ()  # words so short that anybody might have said them
    if not _is_open(state) and all(piece.name.startswith(COMPANY) for piece in pieces):
        pieces = ()
    asking = (piece for piece in pieces if piece.section != "short")
    topics = [TOPICS[piece.name] for piece in asking if piece.name in TOPICS]
    said = (*state.said, *pieces)
    if any(_goes_back(piece) for piece in pieces):
        state = _with(state, begun=len(said), facts=state.facts & LASTING)
    return _with(
        state,
        said=said,
        replies=state.replies + 1,
        since=0 if pieces else state.since + 1,
        crisis=state.crisis + any(not _is_aside(piece) for piece in pieces),
        asked=topics[-1] if topics else "",
    )


def _is_open(state: State) -> bool:
    """Whether the crisis dialogue has begun, and the way back was not gone since."""
    return state.crisis > 0 and state.begun < len(state.said)


def _is_aside(piece: Piece) -> bool:
    return piece.name.startswith(("check_", "maybe_", "plan_")) or _goes_back(piece)


def _goes_back(piece: Piece) -> bool:
    """Whether a line is of the way back, to be told from an answer to "I'm back inside"."""
    return piece.name.startswith("back") and not piece.name.startswith("back_safe")


def _after_message(state: State, text: str, words: Words) -> State:
    now = hear(text, state.asked, words.language)
    if "heading" in now and (
        state.now
        & {"company", "who", "told_someone", "lives_near", "ask_tell", "q_tell", "ask_ring"}
        or "with_people" in state.facts
    ):
        now |= {"company"}  # "come over" and then "heading there now"
    if "they_took" in now and _OWN_TALK & state.names:
        now |= {"removed", "moved_away"}  # "he took the rope", where one's own danger is spoken of
    facts = set(state.facts | now)
    for first, second in _OUTDONE:
        facts -= {second} if first in now else {first} if second in now else set()
    if not state.said or ("self_danger" in now and "safe_now" not in now):
        facts -= {"safe_now"}  # what was said before there was danger ends none
    found = contacts.country_in(text, asked=state.asked == "country")
    return _with(
        state,
        now=now,
        facts=frozenset(facts),
        country=state.country or found,
        slots={**state.slots, **_named(text, now, words)},
    )


def _named(text: str, now: frozenset[str], words: Words) -> dict[str, str]:
    """Return whom the person spoke of, where it is safe to say it back."""
    plain = _plain(text)
    found = {}
    for fact, slot, form in (("who", "who", "your {}"), ("t_loss", "relation", "{}")):
        match = words.heard(fact, plain) if fact in now else None
        if match and match.groupdict().get(slot):
            found[slot] = form.format(re.sub(r"[^\w ]", "", match[slot]))
    return found


def _with(state: State, **changes: object) -> State:
    values = {name: getattr(state, name) for name in State.__slots__}
    return State(**{**values, **changes})
