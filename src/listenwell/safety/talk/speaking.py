"""The next line of the crisis dialogue: an answer to what was just heard, and the next move."""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from listenwell.safety.answers import asks
from listenwell.safety.helplines import MOST_DAYS, has_line, raised
from listenwell.safety.talk import contacts
from listenwell.safety.talk.state import State
from listenwell.safety.talk.tracks import TRACKS, Track
from listenwell.safety.talk.words import Piece, Section, Words

_TOPICAL = (
    "t_loss", "t_breakup", "t_bully", "t_job", "t_money", "t_school", "t_burden", "t_alone",
    "t_numb", "t_trapped", "t_tired", "t_sleep", "t_shame", "t_pain",
)  # fmt: skip
_OF_VIOLENCE = (
    "v_bleeding", "v_voice", "v_blank", "v_officer", "v_find", "v_baby", "v_escape_q", "v_down_q", "v_dismissed", "v_stay_q", "v_self_threat", "v_soon", "v_found", "v_hurt", "v_reply_q", "v_confront", "v_hush", "v_stop_q", "v_helped", "v_out", "v_gone", "v_place", "v_asleep", "v_refuge", "v_seen_q", "v_safe_q",
    "v_call_q", "v_parents_q", "v_police_q", "v_late", "v_doctor", "v_photo", "v_trouble_q", "v_back_q", "v_him_q",
    "v_away_q", "v_rape_q", "v_nowhere", "v_pregnant", "v_ally",
)  # fmt: skip
_QUESTIONS = (
    "q_if_yes", "q_hold", "q_rude", "q_guns", "q_child", "q_taken", "q_kept", "q_must_report", "q_police", "q_trouble", "q_told",
    "q_name", "q_free", "q_call_for_me", "q_text", "q_words_doctor", "q_words", "q_tell", "q_should_call",
    "q_happens", "q_late", "q_wound", "q_hospital", "q_fine", "q_better", "q_bad", "q_crazy", "q_fault", "q_talk",
    "q_why_ask", "q_over", "q_keep", "q_left", "q_answer", "q_sit", "q_normal",
)  # fmt: skip
"""What people ask of help and of themselves. A question is answered before the talk goes on."""
_OF_BODY = (
    "b_clear", "b_arrived", "b_here", "b_taken_in", "b_well", "b_called", "b_liver", "b_down", "b_blood", "b_heart",
    "b_faint", "b_again", "b_worse", "b_wish", "b_calories", "b_address", "b_med", "b_sleep", "b_come", "b_near", "b_tell", "b_unaware", "b_leave", "b_going",
)  # fmt: skip
_OF_BODY_LATER = (
    "b_force",
    "b_talk",
    "b_must",
    "b_not_suicidal",
    "b_wait",
    "b_what",
    "b_no_sign",
    "b_panic",
    "b_fine",
    "b_asked",
    "b_time",
)
"""What is heard where a body is in danger, before and after questions."""
REACTIONS = (
    "q_note", "b_kit", "b_birth", "b_move", "b_side", "q_vomit", "b_unknown", "b_scared", *_OF_BODY,
    *_OF_VIOLENCE,
    "back_safe", "helper_here", "arrived", "other_ok", "overdose", "hurt", "low_battery", "no_answer", "will_remove", "not_wake", "not_worry", "lives_near", "talk_other", "bleed_stopped",
    "in_touch", "be_friend", "ask_line", "ask_ring",
    "other_fine", "other_answered", "shoot_fear", "has_key", "locked_in", "take_blades", "take_means", "take_them", "snitch", "my_fault", "ask_parents", "lead_off",
    "take_child", "monster", "one_of_them", "voices_quiet", "proud", "has_plan", "told_someone", "company",
    "ask_tell", "secret", *_QUESTIONS, *_OF_BODY_LATER, "called", "number_wanted", "method", "near_them", "watched", "ai", "report",
    "promise", "reason", "believe", "love", "only_you", "stop_talk", "angry", "country.known", "country.unknown",
    "minor", "minor_parents", "no_phone", "deaf", "cannot_call", "police", "v_threat", "v_secret", "v_shaking", "bad_before", "ashamed",
    "bother", "not_die", "wont_talk", "children", "joking", "testing", "they_took", "moved_away", "left_me", "unwilling", "willing", "nobody", "who",
    "soon", "later", "means_near", "means", "plan_wanted", "{asked}", "help_how", "bye", "alone", "with_people",
    "safe_now", *_TOPICAL, "scared", "left_message", "thanks", "told", "little",
)  # fmt: skip
"""What is answered first when a message says several things."""

_URGENT = frozenset({
    "helper_here", "back_safe", "told_someone", "company", "arrived", "no_answer", "low_battery", "joking", "testing", "bye", "will_remove", "not_wake", "not_worry", "lives_near", "talk_other", "bleed_stopped",
    "in_touch", "be_friend", "ask_line", "ask_ring",
    "called", "number_wanted", "country.known", "near_them", "watched", "ai", "minor", "willing", "willing.yes",
    "safe_now", "other_answered", "other_fine",
})  # fmt: skip
_GOOD_NEWS = frozenset(
    {"helper_here", "back_safe", "other_ok", "told_someone", "company", "arrived"}
)
_IMMINENT_WHOLE = frozenset({"called", "willing", "willing.yes"}) | _GOOD_NEWS
_EMERGENCIES = frozenset({"imminent", "edge", "overdose", "medical", "waiting", "attack", "followed", "driven", "body", "coming", "in_care", "dose",
                         "bystander_care", "accompanied"})  # fmt: skip
_OWN_BODY = frozenset({"overdose", "body", "coming", "in_care", "dose"})
"""Tracks on which the person's own body is in danger, where feelings are not gone into before help is there."""
_IN_BODY = frozenset({
    "called", "number_wanted", "ai", "report", "secret", "no_phone", "deaf", "cannot_call", "police", "minor", "angry",
    "country.known", "country.unknown", "thanks", "reached.yes", "reached.no", "calling.yes", "calling.no", "company",
    "alone", "unwilling", "bother", "stop_talk", "bye", "method", "willing", "willing.yes", "direct.yes", "direct.no",
    "direct.unsure", "love", "believe", "promise",
})  # fmt: skip
"""What is heard there besides."""
_VIOLENCE = frozenset({"abuse", "attack", "followed", "driven", "stalked", "aftermath", "witness"})
"""Tracks on which somebody is hurt by another, whose words are heard there alone."""
_IN_VIOLENCE = frozenset({
    "called", "number_wanted", "cannot_call", "no_phone", "deaf", "ai", "near_them", "watched", "police", "help_how",
    "willing", "willing.yes", "minor", "reached.yes", "hurt_now.yes", "told_someone", "thanks", "safe_now", "believe",
    "country.known", "country.unknown", "secret", "report", "stop_talk", "angry", "bye", "low_battery",
})  # fmt: skip
"""What is heard on them besides, where somebody is attacked, gets away or tells of another."""
_ARMED = _VIOLENCE | {"harm_to_others", "did_harm", "odd", "threat"}
"""Tracks on which the police are called, where they have a number of their own."""
_ONLY_AFTER = {
    "v_voice": "v_strangled",
    "v_place": "v_followed",
    "v_soon": "v_risk",
    "v_baby": "v_pregnant",
}
"""What means something on them only where something else was told."""
_SEXUAL = frozenset({"v_late", "v_doctor", "v_rape_q", "v_blank"})
_ABOUT_ANOTHER = frozenset({
    "called", "number_wanted", "method", "ai", "report", "secret", "angry", "country.known", "country.unknown",
    "wont_talk", "help_how", "police", "thanks", "little", "stop_talk", "bye", "near_other.yes",
    "helper_here", "other_ok", "other_fine", "other_answered", "take_them", "snitch", "shoot_fear", "has_key", "locked_in", "take_blades", "take_means", "my_fault",
    "ask_parents", "lead_off", "told_someone", "moved_away", "minor", "no_phone",
})  # fmt: skip
"""What may be heard for the person themself while they speak of another."""
_ALIKE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("imminent", "edge", "overdose", "medical", "body"), ("emergency",)),
    **dict.fromkeys(("coming", "in_care"), ("waiting",)),
    "accompanied": ("waiting",),
    "attack": ("abuse", "emergency"), "followed": ("abuse", "emergency"), "driven": ("abuse", "emergency"), "stalked": ("abuse",), "unwanted": ("intrusive", "harm_to_others"),
    "harm_other": ("other",), "aftermath": ("abuse",), "witness": ("abuse", "other"), "beside": ("waiting",),
    "intrusive": ("harm_to_others",), "did_harm": ("harm_to_others",),
    **dict.fromkeys(("other_eased", "bystander", "odd", "pupil"), ("other",)),
}  # fmt: skip
"""Whose answers to questions fit a track, too, where it has none of its own."""
_FORMS = {
    "edge": "imminent",
    "body": "medical",
    "collapsed": "bystander",
    "followed": "attack",
    "driven": "attack",
    "harm_other": "other",
}
"""Tracks that answer as another does."""
_NOT_WITH_A_THREAT = frozenset({"arrived", "company", "with_people", "voices_quiet", "ask_tell"})
"""What is good to hear, save where the one who comes or is quiet may be the danger."""
_ABOUT_OTHERS = frozenset(
    {
        "other",
        "other_eased",
        "harm_other",
        "threat",
        "bystander",
        "odd",
        "pupil",
        "collapsed",
        "bystander_care",
        "eating_other",
    }
)
_BODY = _OWN_BODY | {"bystander", "collapsed", "bystander_care", "eating", "eating_other"}
_HEARD_ALONE: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_OWN_BODY, _IN_BODY),
    **dict.fromkeys(_VIOLENCE - {"abuse"}, _IN_VIOLENCE),
    **dict.fromkeys(_ABOUT_OTHERS, _ABOUT_ANOTHER),
    **dict.fromkeys(
        ("bystander", "collapsed", "bystander_care"), _ABOUT_ANOTHER - {"other_ok", "moved_away"}
    ),
}
"""Tracks on which little is heard but what concerns them."""
_NOT_IN_ABUSE = frozenset(
    {
        "company",
        "arrived",
        "they_took",
        "left_me",
        "lives_near",
        "not_wake",
        "not_worry",
        "bleed_stopped",
        "in_touch",
        "will_remove",
        "no_answer",
        "joking",
        "scared",
        "voices_quiet",
        "helper_here",
        "ask_tell",
        "locked_in",
        "has_key",
        "with_people",
        "hurt",
        "moved_away",
        "means",
        "means_near",
        "reason",
        "told",
        "back_safe",
        "t_breakup",
        "t_job",
        "t_money",
        "t_pain",
        "t_loss",
        "soon",
        "later",
        "overdose",
        "my_fault",
        "method",
    }
)
_ALSO_FOR_YOUTH = frozenset({"suicide", "self_harm", "abuse"})
_FIRST = 2
"""Words, or signs of Chinese, with which what is said in one reply may not begin twice."""
_ROUND = 6
"""Replies of staying, of which one checks again and one names the lines."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Chooses words for one turn. Nothing that was said is said again while there is anything else."""

    state: State
    words: Words
    track: str
    seed: int
    helplines_days: int = MOST_DAYS
    """Days after which a help line that was checked is due again."""

    @property
    def _track(self) -> Track:
        return TRACKS[self.track]

    @property
    def _form(self) -> str:
        """The track by which answers of its own are named."""
        return _FORMS.get(self.track, self.track)

    @property
    def _need(self) -> str:
        """What a line is needed for; the young have lines of their own."""
        need = self._track.need
        young = "minor" in self.state.facts and need in _ALSO_FOR_YOUTH
        if young and (need != "abuse" or has_line(self.state.country, "youth")):
            return "youth"
        if need == "abuse" and "v_young" in self.state.facts:
            return "youth"
        sexual = need == "abuse" and bool({"v_sexual", "v_room", "v_uneasy"} & self.state.facts)
        return "sexual_violence" if sexual else need

    @property
    def _from_another(self) -> bool:
        """Whether the police are who must come, and no ambulance: unless a body was hurt badly.

        Nor are they who must come to a mother who is ill after a birth, while nobody is armed.
        """
        hurt = {"v_bleeding", "v_strangled"} & self.state.now
        ill = "odd_baby" in self.state.facts and "armed_other" not in self.state.facts
        return self.track in _ARMED and not (hurt or ill)

    @property
    def _slots(self) -> Mapping[str, str]:
        """What can be filled in; a line names no country before one is known."""
        country = self.state.country
        silent = bool({"cannot_call", "deaf", "no_phone", "q_text"} & self.state.facts)
        days = self.helplines_days
        return {
            **self.state.slots,
            "line": contacts.line(country, self._need, self.words, written=silent, most_days=days),
            "emergency": contacts.emergency(country, self.words, violence=self._from_another),
            "resources": contacts.card(country, self.words, days),
        }

    def reply(self) -> str:
        """Return the whole reply."""
        heard = self._heard()
        whole = self._whole(heard)
        if whole:
            return self._text(whole)
        move = self._next()
        if move.name.startswith("stay"):
            heard = [name for name in heard if name != "little"]
        before = self._before(heard) if self._may_prefix(move) else None
        if before and _begin_alike(before.text, move.text):
            before = None
        parts = [self._text(piece) for piece in (before, move) if piece]
        return self.together(*parts)

    def answer(self) -> str | None:
        """Return the answer to a question about help, or None where none was asked or all is said."""
        asked = [name for name in self._heard() if name.startswith("q_")]
        piece = self._whole(asked) if asked else None
        return self._text(piece) if piece else None

    def first_told(self) -> str | None:
        """Return the short answer to whom we tell, where that is asked before anything else."""
        piece = self._first("short", [name for name in ("report", "ai") if name in self.state.now])
        return self._text(piece) if piece else None

    def together(self, *parts: str) -> str:
        """Return pieces as one text, with what the language puts between sentences."""
        return self.words.contacts.get("between", " ").join(parts)

    def say(self, name: str) -> str | None:
        """Return a fresh variant of a move, or None when all were said."""
        piece = self._fresh("moves", name, in_order=name.startswith("plan_"))
        return self._text(piece) if piece else None

    def _heard(self) -> list[str]:
        """Return what to react to, the first first."""
        now, asked = self.state.now, self.state.asked
        answers = [
            f"{asked}.{word}" for word in ("yes", "no", "unsure") if f"{asked}.{word}" in now
        ]
        if asked == "country":
            answers = []
            known = "country.known" if self.state.country else "country.unknown"
            now = now | {known} if self.state.country or not now else now
        names = [
            name
            for key in REACTIONS
            for name in (answers if key == "{asked}" else [key] if key in now else [])
        ]
        if "away.yes" in now:  # they could; they have not yet
            names = [name for name in names if name != "moved_away"]
        return [name for name in names if self._fits_track(name)]

    def _fits_track(self, name: str) -> bool:
        """Whether a thing that was said is taken up where the talk is now."""
        track = self.track
        if track == "screen_failure":
            return False
        if name.startswith(("q_", "b_", "v_")):
            return self._fits_marked(name)
        if track in _HEARD_ALONE:
            return name in _HEARD_ALONE[track]
        if track in {"harm_to_others", "did_harm"} and name in _NOT_WITH_A_THREAT:
            return False
        if track == "abuse" and name == "who":  # mostly it is the one who hurts them
            return self.state.asked == "trusted"
        return track != "abuse" or name not in _NOT_IN_ABUSE

    def _fits_marked(self, name: str) -> bool:
        """Whether a question of theirs, or a sign of the body or of violence, is taken up here."""
        if name.startswith("q_"):
            general = self.track not in _ABOUT_OTHERS and self.words.variants("whole", name)
            return bool(general) or self._answers_specially(name)
        if name.startswith("b_"):
            return self.track in _BODY
        needed = "v_sexual" if name in _SEXUAL else _ONLY_AFTER.get(name)
        return self.track in _VIOLENCE and (not needed or needed in self.state.facts)

    def _whole(self, heard: Sequence[str]) -> Piece | None:
        if not self.state.said or self.track == "screen_failure":
            return None
        begun = {"attack_first", "followed_first", "car_first"} & self.state.names
        if self._form == "attack" and not begun and self._steps_left():
            return None  # to be out of reach comes before any answer
        for name in heard:
            urgent = name in _URGENT | _GOOD_NEWS or name.startswith(("v_", "q_", "b_"))
            urgent = urgent or self.track in _OWN_BODY
            urgent = urgent or (name in {"cannot_call", "police"} and self.track in _VIOLENCE)
            if self.state.last_was_whole and not urgent and self._steps_left():
                continue
            if name == "who" and self.state.asked != "trusted":
                continue  # a person is asked for help where they are named as the one who could
            if name == "called" and name in self.state.names:
                continue
            if piece := self._first("whole", self._forms(name)):
                return piece
        return None

    def _forms(self, name: str) -> Iterator[str]:
        """Yield under which names something may be answered here, the most fitting first."""
        yield from self._special(name)
        general = self.track not in _EMERGENCIES or name in _IMMINENT_WHOLE
        general = general or (name.startswith("q_") and not self._answers_specially(name))
        if (
            general
            or name.startswith("v_")
            or (name.startswith("b_") and self.track in _BODY - {"eating", "eating_other"})
        ):
            yield name

    def _special(self, name: str) -> Iterator[str]:
        """Yield the names of what answers something as this track does, or one like it."""
        forms = [self.track, self._form]
        if self._form == "attack":
            forms.append("abuse")
        if self.track in _VIOLENCE and "v_stalked" in self.state.facts:
            forms.append("stalked")
        yield from (f"{name}@{form}" for form in dict.fromkeys([*forms, *self._alike(name)]))

    def _alike(self, name: str) -> tuple[str, ...]:
        """Return the forms whose answers fit here as well: all to questions, else those in an emergency."""
        forms = _ALIKE.get(self.track, ())
        every = name.startswith("q_") or name == "no_phone"
        return forms if every else tuple({"emergency"} & set(forms))

    def _answers_specially(self, name: str) -> bool:
        return any(self.words.variants("whole", form) for form in self._special(name))

    def _may_prefix(self, move: Piece) -> bool:
        return move.name not in {"emergency_first", "emergency_edge", "overdose_first", "overdose_late", "medical_first", "bystander_first", "bystander_down", "attack_first", "followed_first", "car_first",
                                 "screen_failure", "again", "quiet", "remind"}  # fmt: skip

    def _before(self, heard: Sequence[str]) -> Piece | None:
        if not self.state.crisis:
            first = [name for name in heard if name in {"ai", "method", *_TOPICAL}]
            openings = [*first, f"opening@{self.track}", "opening"]
            return self._first("short", openings)
        if self.state.said[-1].name == "quiet" and "stop_talk" in self.state.facts:
            heard = ["resume", *heard]
        wordy = self.state.said[-2:-1] and self.state.said[-2].name == "little"
        wanted = (name for name in heard if name != "little" or not wordy)
        return self._first(
            "short", (form for name in wanted for form in (f"{name}@{self._form}", name))
        )

    def _steps_left(self) -> bool:
        return any(step.is_due(self.state) for step in self._track.steps)

    def _next(self) -> Piece:
        quiet = (
            "stop_talk" in self.state.recent
            and self.state.crisis > 0
            and self.track not in _EMERGENCIES
        )
        if quiet:
            for name in ("quiet", self._track.stay):
                if piece := self._fresh("moves", name, questions=False):
                    return piece
        if self._wants_to_be_heard() and (piece := self._fresh("moves", self._track.stay)):
            return piece
        due = (step.move for step in self._track.steps if step.is_due(self.state))
        return self._first("moves", due) or self._stay() or self._oldest()

    def _wants_to_be_heard(self) -> bool:
        """Whether something was told that no question asked for, and the line is offered already."""
        state = self.state
        told = "told" in state.now and state.asked != "trusted" and "line" in state.names
        return (
            (told or "not_die" in state.now)
            and state.crisis > 0
            and self.track not in _EMERGENCIES
            and not state.said[-1].name.startswith("stay")
        )

    def _stay(self) -> Piece | None:
        """Return a line of company; now and then one that checks again or names the lines."""
        track = self._track
        done = sum(piece.name in {track.stay, "again", "remind"} for piece in self.state.said)
        turn = {3: "remind", 5: "again"}.get(done % _ROUND) if track.checks else None
        named = [turn] if turn else []
        if self.track == "eased" and done > _ROUND // 2 and "pro" not in self.state.names:
            named = ["pro"]
        return self._first(
            "moves", [*named, track.stay, *(s.move for s in track.steps[1:]), "stay"]
        )

    def _oldest(self) -> Piece:
        """When everything was said: the line of company said longest ago."""
        said = self.state.said
        lines = self.words.variants("moves", self._track.stay) or self.words.variants(
            "moves", "stay"
        )
        fitting = [piece for piece in lines if self._can_fill(piece)]
        last = {piece: index for index, piece in enumerate(said)}
        return min(fitting, key=lambda piece: last.get(piece, -1))

    def _first(self, section: Section, names: Iterable[str]) -> Piece | None:
        return next((piece for name in names if (piece := self._fresh(section, name))), None)

    def _fresh(
        self, section: Section, name: str, *, questions: bool = True, in_order: bool = False
    ) -> Piece | None:
        said = {piece.text for piece in self.state.said}
        fresh = [
            piece
            for piece in self.words.variants(section, name)
            if piece.text not in said
            and self._can_fill(piece)
            and (questions or not asks(piece.text))
        ]
        if name.startswith("q_") and any("line" in piece.slots for piece in self.state.said[-2:]):
            fresh = [piece for piece in fresh if "line" not in piece.slots] or fresh
        turn = 0 if in_order else self.seed + self.state.replies
        return fresh[turn % len(fresh)] if fresh else None

    def _can_fill(self, piece: Piece) -> bool:
        return piece.slots <= self._slots.keys()

    def _text(self, piece: Piece) -> str:
        return raised(piece.filled(self._slots))


def _begin_alike(one: str, other: str) -> bool:
    """Whether two pieces begin with the same words: "I'm glad you told me. I'm glad you told me before ..."."""
    words, others = one.split()[:_FIRST], other.split()[:_FIRST]
    return words == others or (len(words) == 1 and one[:_FIRST] == other[:_FIRST])


def seed_of(text: str) -> int:
    """Return a number for a conversation from its first message, so that talks differ."""
    return zlib.crc32(text.encode("utf-8", "replace")) % 997
