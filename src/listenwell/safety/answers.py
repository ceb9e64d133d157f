"""Answers to our own risk questions, understood as answers: "yeah", "tonight", "no, not like that"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from listenwell.core.types import RiskKind, RiskLevel, Signal
from listenwell.safety.data import read_yaml
from listenwell.safety.learned import QUESTION_MARKS
from listenwell.safety.normalise import Plain, in_simplified, plain
from listenwell.safety.patterns import expand, load
from listenwell.safety.talk.state import TOPICS
from listenwell.safety.talk.words import LANGUAGES, pieces_in, words_of

LONGEST = 600
"""Letters of a question or an answer that are looked at, its end of a question, its start of an
answer."""
ANSWERED_YES, ANSWERED_UNSURE = "answered-yes", "answered-unsure"
_RISEN = {"suicide": RiskLevel.HIGH, "plan": RiskLevel.IMMINENT, "means": RiskLevel.IMMINENT,
          "time": RiskLevel.IMMINENT, "hurt": RiskLevel.IMMINENT, "taken": RiskLevel.IMMINENT,
          "violence": RiskLevel.HIGH, "harm": RiskLevel.HIGH, "fear": RiskLevel.MODERATE,
          "danger": RiskLevel.IMMINENT, "cuts": RiskLevel.HIGH, "voices": RiskLevel.HIGH,
          "body": RiskLevel.HIGH, "eating": RiskLevel.HIGH, "urge": RiskLevel.HIGH,
          "bleeding": RiskLevel.IMMINENT, "attempted": RiskLevel.MODERATE}  # fmt: skip

_KINDS = {"violence": RiskKind.ABUSE, "fear": RiskKind.ABUSE, "danger": RiskKind.ABUSE,
          "harm": RiskKind.HARM_TO_OTHERS, "taken": RiskKind.OVERDOSE, "cuts": RiskKind.SELF_HARM,
          "voices": RiskKind.PSYCHOSIS, "body": RiskKind.MEDICAL, "bleeding": RiskKind.MEDICAL,
          "eating": RiskKind.EATING_DISORDER}  # fmt: skip
_OF_DANGER = ("suicide", "safe", "taken", "hurt", "harm", "violence", "fear", "danger", "cuts")
"""Questions that are about danger whatever was spoken of before."""
_DENIABLE = (
    *(n for n in _OF_DANGER if n != "safe"),
    "voices",
    "attempted",
    "body",
    "eating",
    "plan",
    "means",
)
"""Questions to which a no denies danger."""
_OF_PEOPLE = ("harm", "violence", "fear", "danger")
"""Questions that ask of people: "nobody" denies."""
_FEW_LETTERS, _A_WORD = 36, 12
"""How long an answer may be that only denies, to a question of danger and to one of how near it is."""
_HOW_NEAR = ("means", "plan", "time", "safe", "urge")
"""Questions that are about danger only where it was spoken of before."""
_OF_LIFE = (
    (("by_number", "of_urge"), "high_number", "high-number"),
    (("keeps_alive",), "only_this", "kept-by-little"),
    (("not_waking",), "welcome", "would-not-mind"),
)
"""What a question asks of, what an answer tells to it, and the name of what that shows."""
_QUOTED = re.compile(r"[\"“„«「][^\"“”„«»「」\n]{0,200}[?？؟][^\"“”„«»「」\n]{0,100}[\"”“»」]")
"""A question in quotation marks."""
_SENTENCE = re.compile(r"[^.!?\u3002\u0964]*\?")
_OF_TOPIC = {
    "direct": "suicide",
    "plan": "plan",
    "means": "means",
    "when": "time",
    "danger": "danger",
    "safe": "safe",
}
"""What the crisis dialogue asks about danger; its other questions ("is anyone with you?") ask of help."""
_BY_NAME: Mapping[str, str] = {
    **dict.fromkeys(("again", "harm_when"), "urge"),
    **dict.fromkeys(("carer_first", "job_first", "stalk_first", "witness_you"), "safe"),
    **dict.fromkeys(("abuse_pro", "after_body"), "hurt"),
    **dict.fromkeys(("meal_first", "check_body", "eating_first", "maybe_body"), "body"),
    **dict.fromkeys(("intrusive_direct", "hit_direct", "unwanted_direct"), "suicide"),
    **dict.fromkeys(("psychosis_first", "check_psychosis", "maybe_psychosis"), "suicide"),
    **dict.fromkeys(("maybe_abuse", "check_work", "hit_first"), "violence"),
    **dict.fromkeys(("check_self_harm", "others_first"), "means"),
    "maybe_harm": "harm", "other_means": "plan", "other_when": "time", "b_liver@medical": "taken",
}  # fmt: skip
"""What its other pieces ask of danger, in every language; all that are not named ask of something else:
"who is near you?" is no question of means, and a yes to "how old are you, if you don't mind?" of no plan."""
_SHOWN_BY_YES: Mapping[str, tuple[RiskKind, RiskLevel]] = {
    "check_self_harm": (RiskKind.SELF_HARM, RiskLevel.HIGH),
    "check_eating_disorder": (RiskKind.EATING_DISORDER, RiskLevel.HIGH),
    "eating_first": (RiskKind.EATING_DISORDER, RiskLevel.HIGH),
    "check_psychosis": (RiskKind.PSYCHOSIS, RiskLevel.HIGH),
    "psychosis_first": (RiskKind.PSYCHOSIS, RiskLevel.HIGH),
    "maybe_body": (RiskKind.MEDICAL, RiskLevel.IMMINENT),
    "check_body": (RiskKind.MEDICAL, RiskLevel.HIGH),
    "maybe_abuse": (RiskKind.ABUSE, RiskLevel.HIGH),
    "maybe_eating": (RiskKind.EATING_DISORDER, RiskLevel.MODERATE),
    "maybe_harm": (RiskKind.HARM_TO_OTHERS, RiskLevel.HIGH),
    "maybe_psychosis": (RiskKind.PSYCHOSIS, RiskLevel.HIGH),
}
"""What a yes shows to questions of the crisis dialogue that ask of one thing: what could hurt them
within reach, fainting, a voice that tells them to harm, a doctor needed, somebody who hurts them."""
_UNWELL = re.compile(
    r"\b(?:no|n[a\u00e3]o) (?:estoy|me siento|estou|t[o\u00f3\u00f4]|me sinto) (?:nada |muy |mais |muito )?"
    r"(?:bien|bem|segur[oa]|a salvo|mejor|melhor|tranquil[oa])\b(?!,? (?:gracias|obrigad))"
    r"|^\W*(?:no+|n[a\u00e3]o+) ?[,.;:]+ ?(?:yo |eu )?(?:quiero|voy a|quero|vou) (?:me )?"
    r"(?:morir|matar|suicid|morrer|desaparec|sumir)"
)
"""What is written without, or with, the comma after "no" that normalised text drops."""
_AFRAID = re.compile(
    r"^\W*(?:no+|n[a\u00e3]o+)\s*[,.;:!]+\s*(?:yo |eu |es que |\u00e9 que )?(?:tengo|tenho|me da|me d\u00e1|estoy|estou|t[o\u00f4]|siento|sinto)"
    r"\b.{0,20}\b(?:miedo|medo|p[a\u00e2\u00e1]nico|pavor|asustad|assustad|aterrad|apavorad)"
)
"""The same in Spanish and Portuguese, where the comma tells "no, I'm afraid" from "I'm not"."""
_OF_OTHER_DANGER = ("harm_", "others_", "medical_")
"""Whose questions ask how, with what and when, but not of suicide."""


def answered(
    question: str, answer: Plain, *, in_danger: bool, of: RiskKind | None = None, own: bool = True
) -> Signal | None:
    """Return what an answer to our last message shows, or None.

    Args:
        question: Our last message, empty when there was none.
        answer: The person's newest message.
        in_danger: Whether the conversation is about danger already: "when?" is a question about
            danger only then.
        of: What the danger is that was spoken of before.
        own: Whether it is the person's own.
    """
    name = next((name for name in _named(question) if name in _SHOWN_BY_YES), None)
    if name and not (of is RiskKind.ABUSE and _is("at_hand", answer)):
        return _shown(*_SHOWN_BY_YES[name], answer)
    if of is RiskKind.ABUSE and _is("at_hand", answer):
        return replace(_signal("at-hand", RiskLevel.IMMINENT, answer), kind=of)
    if in_danger and own and of is RiskKind.SUICIDE and _tells_means(answer):
        return _signal("means-told", RiskLevel.IMMINENT, answer)
    found = (
        _told_of_life(question, answer, in_danger=in_danger),
        _told_of_danger(question, answer, in_danger=in_danger, of=of, own=own),
    )
    return max(filter(None, found), key=lambda signal: signal.level, default=None)


def _told_of_danger(
    question: str, answer: Plain, *, in_danger: bool, of: RiskKind | None, own: bool
) -> Signal | None:
    """Return what an answer to a question of danger shows, or None."""
    asked = _asked(question, in_danger=in_danger)
    if (in_danger or asked == "suicide") and _is("taken", answer):
        taken = _signal("answered-taken", RiskLevel.IMMINENT, answer)
        return replace(taken, kind=RiskKind.OVERDOSE)
    if asked == "safe":
        unsafe = _is("not_safe", answer)
        signal = _signal("answered-not-safe", RiskLevel.HIGH, answer) if unsafe else None
        return replace(signal, kind=of) if signal and of else signal
    return _answered(asked, answer, of, own=own) if asked else None


def _told_of_life(question: str, answer: Plain, *, in_danger: bool) -> Signal | None:
    """Return what an answer shows to a question, not of ours, that asks of life and not of danger.

    Whether somebody wants to live or is safe, what keeps them alive, how strong an urge is in numbers.
    """
    if not asks(question) or authored(question) or len(answer.original) > _FEW_LETTERS:
        return None
    level = RiskLevel.HIGH if in_danger else RiskLevel.MODERATE
    text = _worded(question)
    for asked, told, rule in _OF_LIFE:
        if all(worded(kind, text) for kind in asked):
            return _signal(rule, level, answer) if _is(told, answer) else None
    denies = _refuses(answer) or _half(answer)
    if not denies or safe_in_words(answer) or misread(answer) or _is("no_trouble", answer):
        return None
    if worded("wants_to_live", text):
        return _signal("no-wish-to-live", level, answer)
    if worded("feels_safe", text):
        kind = RiskKind.ABUSE if worded("of_home", text) else RiskKind.SUICIDE
        return replace(_signal("not-safe", RiskLevel.HIGH, answer), kind=kind)
    return None


def in_its_talk(earlier: str, answer: Plain) -> Signal | None:
    """Return what a message shows only where somebody's death was spoken of: "I just want to be with her"."""
    pairs = (("bereaved", "joins", "joins-the-dead"), ("of_suicide", "same_thought", "same-thought"),
             ("not_without", "meant", "not-without"), ("by_trade", "knows_how", "knows-how"))  # fmt: skip
    for told, wished, rule in pairs:
        if _is(wished, answer) and _answers(told).search(earlier):
            return _signal(rule, RiskLevel.MODERATE, answer)
    if _is("drank_it", answer) and _answers("poison_told").search(earlier):
        return replace(_signal("drank-it", RiskLevel.IMMINENT, answer), kind=RiskKind.OVERDOSE)
    return None


def _tells_means(answer: Plain) -> bool:
    """Whether somebody in danger tells, asked or not, of what they would use and where it is."""
    return _is("mine", answer) and not good_news(answer)


def _shown(kind: RiskKind, level: RiskLevel, answer: Plain) -> Signal | None:
    """Return what a yes or a half yes shows to a question that asks of one thing."""
    if _is("hedged", answer):
        unsure = _signal(ANSWERED_UNSURE, min(level, RiskLevel.MODERATE), answer)
        return replace(unsure, kind=kind)
    if _is("no", answer) or not (_is("yes", answer) or _is("affirms", answer)):
        return None
    if kind is RiskKind.PSYCHOSIS and _is("on_edge", answer):
        level = RiskLevel.IMMINENT  # a voice says jump, and they stand on a roof
    return replace(_signal(ANSWERED_YES, level, answer), kind=kind)


def _answered(asked: str, answer: Plain, of: RiskKind | None, *, own: bool) -> Signal | None:
    """Return what an answer to a question of a kind shows, or None."""
    kind = _kind(asked, of)
    told = _confirms(asked, answer)
    if not told and _is("hedged", answer):
        return replace(_signal(ANSWERED_UNSURE, RiskLevel.MODERATE, answer), kind=kind)
    if not told and (_refuses(answer) or (asked not in _OF_DANGER and _is("no", answer))):
        return None
    if asked not in _OF_DANGER and good_news(answer):
        return None
    if told or _is("yes", answer):
        return replace(_signal(ANSWERED_YES, _risen(asked, answer, of), answer), kind=kind)
    if safe_in_words(answer) or misread(answer) or _names_none(asked, answer):
        return None
    if asked in _OF_DANGER:
        # Not a no: that alone is reason to stay careful.
        return replace(_unanswered(asked, answer), kind=kind)
    if _tells_how_near(asked, answer, own=own):
        return replace(_signal(f"answered-{asked}", RiskLevel.IMMINENT, answer), kind=kind)
    return None


def _kind(asked: str, of: RiskKind | None) -> RiskKind:
    """Return what kind of danger an answer tells of: how near is asked of what was spoken of before."""
    if asked in _HOW_NEAR and of in (RiskKind.SELF_HARM, RiskKind.HARM_TO_OTHERS):
        return of
    return _KINDS.get(asked, RiskKind.SUICIDE)


def _confirms(asked: str, answer: Plain) -> bool:
    """Whether an answer is a yes in other words: "you could say that", "only when he drinks", "half a box"."""
    often = asked == "suicide" and _is("often", answer) and not _refuses(answer)
    if _is("affirms", answer) or often:
        return not misread(answer)
    if asked in ("violence", "fear"):
        return _is("at_times", answer)
    if asked in ("cuts", "hurt"):
        return _hurt_told(answer)
    if asked in ("harm", "voices", "attempted"):
        return _is(f"{asked}_told", answer)
    return asked == "taken" and _is("amount", answer) and not _is("dose", answer)


def _hurt_told(answer: Plain) -> bool:
    """Whether an answer tells of having hurt oneself: where, with what, how often, what it is for."""
    return _is("cuts_told", answer) or _is("wound_told", answer)


def _tells_how_near(asked: str, answer: Plain, *, own: bool) -> bool:
    """Whether an answer names what, where or when, asked how near an act is."""
    if good_news(answer) or _is("without", answer) or _is("not_soon", answer):
        return False
    told = asked in ("time", "plan", "means") and _is("means", answer)
    told = told or (asked in ("time", "means") and _is("when", answer))
    told = told or (asked in ("plan", "means") and _is("manner", answer))
    # Of another, "here with me" tells of good company.
    return told or (own and asked == "means" and _is("place", answer))


def _unanswered(asked: str, answer: Plain) -> Signal:
    """Return what an answer shows that is neither a yes nor a no."""
    if asked in ("taken", "hurt") and _is("just_now", answer):
        return _signal(f"answered-{asked}", RiskLevel.IMMINENT, answer)
    if asked == "taken" and _is("much", answer):
        return _signal("answered-taken", RiskLevel.IMMINENT, answer)
    if asked in ("suicide", "voices") and _is("on_edge", answer):
        return _signal("answered-edge", RiskLevel.IMMINENT, answer)
    if asked == "hurt":
        level = RiskLevel.IMMINENT if _is("much", answer) else RiskLevel.HIGH
        return _signal("answered-hurt", level, answer)
    return _signal("not-answered", RiskLevel.MODERATE, answer)


def asks(said: str) -> bool:
    """Whether a message of ours asks something."""
    return any(mark in said for mark in QUESTION_MARKS)


def is_ours(said: str) -> bool:
    """Whether a message of ours is of the crisis dialogue."""
    return bool(_named(said))


def authored(question: str) -> list[str]:
    """Return which questions of the crisis dialogue a message of ours holds; rules know their answers best."""
    asking = (piece for piece in pieces_in(question) if piece.section != "short")
    return [piece.name for piece in asking if piece.name in TOPICS]


def questions_of_ours(said: str) -> list[str]:
    """Return the names of the crisis dialogue's pieces in a message that ask something.

    "Thank you for telling me." is ours, too, and leaves open who asks what behind it.
    """
    return [p.name for p in pieces_in(said) if p.section != "short" and asks(p.text)]


def _named(said: str) -> list[str]:
    """Return the names of the authored pieces that a message of ours was made of."""
    return [piece.name for piece in pieces_in(said)]


def good_news(answer: Plain) -> bool:
    """Whether help is near or told, or what could hurt is put away: that raises no danger."""
    return _is("good", answer) or put_away(answer) or resolved(answer)


def resolved(answer: Plain) -> bool:
    """Whether it is told clearly that a danger is over: somebody has the means, a hospital has them."""
    return _is("resolved", answer) and not _is("unresolved", answer)


def put_away(answer: Plain) -> bool:
    """Whether what could hurt them is put away or kept by somebody: "I threw the tablets out"."""
    return _is("removed", answer)


def makes_plan(said: str) -> bool:
    """Whether a message of ours is a step of making a safety plan."""
    return any(name.startswith("plan_") for name in _named(said))


def asks_of_danger(question: str) -> bool:
    """Whether a message of ours asks how much danger there is, and not who could help or what they know."""
    return _asked(question, in_danger=True) is not None


def asks_whether(question: str) -> bool:
    """Whether the crisis dialogue's question in a message of ours is whether there is danger at all."""
    ours = authored(question)
    return bool(ours) and TOPICS[ours[-1]] == "direct"


def misread(answer: Plain) -> bool:
    """Whether a person says that we took something for danger that was none: "what? she's a kitten"."""
    other = _is("misread", answer) or _is("meant_else", answer)
    return other and not takes_nothing_back(answer)


def denied(question: str, answer: Plain, of: RiskKind | None = None) -> bool:
    """Whether a plain no answers our question about danger, with no "but" behind it.

    Args:
        question: Our last message.
        answer: The person's newest message.
        of: What the danger is that was guessed; a no to a question of another one says nothing of it.
    """
    maybe = any(name.startswith("maybe_") for name in _named(question))
    asked = "suicide" if maybe else _asked(question, in_danger=False)
    if asked is not None and of is not None and _KINDS.get(asked) is of:
        asked = "suicide"
    return asked == "suicide" and _refuses(answer) and not _half(answer)


def _half(answer: Plain) -> bool:
    """Whether a no leaves something open: "not really"."""
    halves = ("not really", "no not really", "not exactly", "i dont think", "not like")
    return answer.text.startswith(halves) or _is("hedged", answer)


def declined(question: str, answer: Plain) -> bool:
    """Whether a few words deny the danger that we asked about: "no", "nobody", "just vitamins", "no, he's kind".

    What learns from words alone hears the question's danger in them; a no is a no, until more is said.
    """
    asked = _asked(question, in_danger=True)
    most = _A_WORD if asked in _HOW_NEAR else _FEW_LETTERS
    if asked not in _DENIABLE or len(answer.original) > most or _half(answer):
        return False
    return _refuses(answer) or misread(answer) or _names_none(asked, answer)


def _names_none(asked: str, answer: Plain) -> bool:
    """Whether an answer names nobody who is a danger, or no more than a dose."""
    told = "dose" if asked == "taken" else "nobody" if asked in _OF_PEOPLE else None
    return told is not None and _is(told, answer)


def _unwell(answer: Plain) -> bool:
    """Whether a comma makes the difference: "no estoy bien" and "no, quiero morir" are no all-clear."""
    return _UNWELL.search(answer.original[:LONGEST].casefold()) is not None


def tells_fear(answer: Plain) -> bool:
    """Whether an answer says that somebody is afraid or not safe, whatever it begins with: "no i'm scared to go back"."""
    return _is("afraid", answer) or _AFRAID.search(answer.original[:LONGEST].casefold()) is not None


def takes_nothing_back(answer: Plain) -> bool:
    """Whether an answer says nothing against danger, whatever it begins with: "what will they do"."""
    return _is("open", answer) or _is("wound_told", answer) or _unwell(answer)


def tells_age(answer: Plain) -> bool:
    """Whether an answer says how old somebody is, and nothing else."""
    return _is("age", answer)


def _refuses(answer: Plain) -> bool:
    """Whether an answer to a question about danger is a no: not "no one cares", nor "no i mean it"."""
    no = _is("no", answer) or _is("denies", answer)
    return no and not takes_nothing_back(answer)


def _risen(asked: str, answer: Plain, of: RiskKind | None) -> RiskLevel:
    """Return what a yes shows."""
    if asked == "body" and of is RiskKind.MEDICAL:
        return RiskLevel.IMMINENT
    near = _is("on_edge", answer) or (asked == "suicide" and _is("soon", answer))
    if asked in ("suicide", "voices") and near:
        return RiskLevel.IMMINENT
    if asked == "hurt" and _hurt_told(answer) and not _is("yes", answer):
        # "Only scratches", "with a lighter": done, and not what bleeds now.
        pressing = _is("just_now", answer) or _is("much", answer)
        return RiskLevel.IMMINENT if pressing else RiskLevel.HIGH
    if asked in ("time", "plan", "means") and _is("vague", answer) and not _is("means", answer):
        return RiskLevel.HIGH
    return _RISEN[asked]


def safe_in_words(answer: Plain) -> bool:
    """Whether a person says in so many words that they are safe, whatever was asked."""
    return _is("safe", answer) and not _unwell(answer)


def was_looked_at(answer: Plain) -> bool:
    """Whether a doctor, a poison line or the like has said that a body is out of danger."""
    text = " ".join(answer.original[:LONGEST].casefold().replace("’", "'").split())
    spoken = (words_of(language) for language in LANGUAGES)
    return any(words.heard("b_clear", text) for words in spoken)


def says_safe(question: str, answer: Plain, held: RiskLevel) -> bool:
    """Whether a person says that they are safe, or says no to the question whether they are not.

    Where an act was near, a mere "no" is no all-clear.
    """
    # Where nothing was at hand, to give something away is not the end of a wish to die.
    over = held is RiskLevel.IMMINENT or (held is RiskLevel.HIGH and not put_away(answer))
    if safe_in_words(answer) or (over and resolved(answer)):
        return True
    asked = _asked(question, in_danger=True)
    if asked in ("safe", "urge"):
        well = _is("better", answer) or _is("yes" if asked == "safe" else "no", answer)
        return well and not (_is("not_safe", answer) or _is("unresolved", answer))
    denied = held < RiskLevel.IMMINENT and _refuses(answer) and not _is("hedged", answer)
    return (
        asked in ("suicide", "harm", "danger")
        and denied
        and not re.search(r"\bcant\b", answer.text[:LONGEST])
    )


@lru_cache(maxsize=64)
def _worded(question: str) -> str:
    """Return the end of a message of ours as patterns read it; remembered, as several ask.

    A question in quotation marks is one that we say could be put to somebody else.
    """
    return plain(_QUOTED.sub(" ", question[-LONGEST:])).text.replace("؟", "?")


@lru_cache(maxsize=256)
def _asked(question: str, *, in_danger: bool) -> str | None:
    """Return what a message of ours asks, None where it is nothing of danger; remembered, as talks are read anew."""
    if not asks(question):
        return None
    if named := questions_of_ours(question):
        return _asked_by_name(authored(question), named, in_danger=in_danger)
    text = _worded(question)
    found = [name for name, pattern in _questions().items() if pattern.search(text)]
    if asked := _asked_last(text, in_danger=in_danger):
        # "Have you hurt yourself?" may be about this minute, "do you cut?" is about a habit.
        return "hurt" if asked == "cuts" and "hurt" in found else asked
    if "suicide" in found and not {"plan", "hurt", "taken"} & set(found):
        return "suicide"
    for name in found:
        if name in _OF_DANGER or (name in _RISEN and (in_danger or "suicide" in found)):
            return name
    return None


def _asked_by_name(asking: Sequence[str], named: Sequence[str], *, in_danger: bool) -> str | None:
    """Return what pieces of the crisis dialogue ask of danger.

    Args:
        asking: The names of those whose topic is known.
        named: The names of all that ask.
        in_danger: See `_asked`.
    """
    if not asking:
        asked = next((_BY_NAME[name] for name in reversed(named) if name in _BY_NAME), None)
        return asked if in_danger or asked not in _HOW_NEAR else None
    asked = _OF_TOPIC.get(TOPICS[asking[-1]])
    if asked in ("suicide", "safe", "danger"):
        return asked
    return asked if in_danger and not asking[-1].startswith(_OF_OTHER_DANGER) else None


def _asked_last(text: str, *, in_danger: bool) -> str | None:
    """Return what the last of a text's questions asks that is about danger, None where none is."""
    for sentence in reversed(_SENTENCE.findall(in_simplified(text))):
        for name, pattern in _asking().items():
            asked = name.removesuffix("_first")
            if (in_danger or asked not in _HOW_NEAR) and pattern.search(sentence):
                return asked
    return None


def worded(kind: str, text: str) -> bool:
    """Whether a text, as it is given, holds wording of a kind that `answers.yaml` names."""
    return _answers(kind).search(text) is not None


def _is(kind: str, answer: Plain) -> bool:
    # One more letter than is looked at, so that no word of two is cut before it is read.
    text = in_simplified(answer.text[: LONGEST + 1])[:LONGEST]
    return _answers(kind).search(text.strip()) is not None


def _signal(rule: str, level: RiskLevel, answer: Plain) -> Signal:
    end = min(len(answer.original), 60)
    return Signal(rule, RiskKind.SUICIDE, level, answer.original[:end], 0, end)


@lru_cache(maxsize=1)
def _questions() -> Mapping[str, re.Pattern[str]]:
    return {name: _joined(source) for name, source in _content()["questions"].items()}


@lru_cache(maxsize=1)
def _asking() -> Mapping[str, re.Pattern[str]]:
    return {name: _joined(source) for name, source in _content()["asking"].items()}


@cache
def _answers(kind: str) -> re.Pattern[str]:
    """Return what tells one kind of answer; compiled when first asked, since most never are."""
    return _joined(_content()[kind])


@lru_cache(maxsize=1)
def _content() -> Any:
    return read_yaml("rules/answers.yaml")


def _joined(source: str) -> re.Pattern[str]:
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    return re.compile("|".join(expand(line, load("en").groups) for line in lines))
