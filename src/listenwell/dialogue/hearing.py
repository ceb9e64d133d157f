"""What a person has said, as far as plain words tell it: topic, feelings, people, wishes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from listenwell.core.types import History
from listenwell.dialogue.authored import lexicon
from listenwell.dialogue.mirror import mirror, told
from listenwell.dialogue.words import has, has_any, padded, tokens

CARRIED = 4
"""For how many of the person's messages a feeling or a topic lasts that is not named again."""
LASTING = 12
"""The same for what a whole conversation is about once it was said."""
DEEP = frozenset({"loss", "child_loss", "breakup", "betrayal"})
"""Topics that whatever is said next belongs to."""
FIRM = DEEP | {"health", "job_search"}
"""Topics that what is said next of other people belongs to."""

PEOPLE = frozenset({"family", "partner", "friends", "parenting", "home", "fun"})
"""Topics that are named in passing in stories about something else."""

MANY, SEVERAL = "many", 3
"""What a message is about that names several matters at once, and how many these are."""
_RELATIONS = (
    "mom|mum|mother|dad|father|sister|brother|wife|husband|girlfriend|boyfriend|partner|fiancé|"
    "fiancee|son|daughter|grandmother|grandma|grandfather|grandpa|aunt|uncle|cousin|friend|boss|"
    "manager|roommate|flatmate|teacher|neighbour|neighbor|coworker|colleague|ex|stepmom|"
    "stepdad|nephew|niece"
)
_PERSON = re.compile(
    rf"\bmy ((?:best|older|younger|little|big|own|late) )?({_RELATIONS})\b(?!')",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?:called|named|names?(?: is|'s| was)) ([A-Z][a-z]{2,})\b")
_NO_QUESTIONS = re.compile(
    r"\b(stop|quit|no more|enough( with)?( the)?|don't|do not|too many) (asking|questions|ask)\b|"
    r"\bstop (with )?(all )?(the|these|your) questions\b|\bso many questions\b|"
    r"\bwithout (asking|questions)\b"
)
_LISTEN = re.compile(
    r"\bjust (listen|vent\w*|want(ed)? to (vent|talk|be heard))\b|\bneed to vent\b|"
    r"\b(don't|do not|not) (want|need|looking for|asking for|give me) (any |your )?"
    r"(advice|solutions?|suggestions?|fixing)\b|\bno advice\b|\bdon't (fix|try to fix)\b"
)
_ASKS_AGAIN = re.compile(r"\byou can ask\b|\bask me\b|\b(any|your) advice\b")
_ADVICE = re.compile(
    r"\b(what (should|can|do|would|could|shall) (i|you|u) (even |possibly )?"
    r"(do|say|try|tell|suggest|recommend|advise)|what do i (even |possibly )?(do|say|tell)|(any|some|your|need) (advice|ideas|tips|suggestions)|"
    r"help me (with|decide|figure|find|to)|how (do|can|should|could) i|(?<! i )(?<! as )should i|"
    r"what would help|what helps|do you think i should|where do i (even )?(start|begin)|tell me what to do|give me advice)\b"
)
_NEWS = (
    "got the job", "got a job", "got promoted", "a promotion", "got engaged", "got accepted", "got into", "got in",
    "i passed", "passed my", "passed the", "i won", "we won", "finally finished", "first steps",
    "i did it", "made it", "good news", "great news", "best news", "so happy", "all clear",
    "cancer free", "is clear", "was clear", "proposed", "having a baby", "paid off", "got a raise",
    "the offer", "it worked", "over the moon", "best day", "went well", "second round", "we got the", "got the flat", "got the house", "got the keys", "get the keys",
)  # fmt: skip
_NO_NEWS = ("did it too", "did it wrong", "did it because", "keep thinking", "my ex", "he got", "she got",
            "they got", "everyone else", "i wish", "if i")  # fmt: skip
_WINS = (
    "i phoned", "i rang", "made the call", "i made the appointment", "first okay week", "first good week",
    "first good day", "i finally", "i managed to", "i actually laughed", "for the first time in",
)  # fmt: skip
"""Small things that cost something to do, whatever the reading makes of their words."""
_LAUGHS = ("lol", "lmao", "haha*", "hehe*")
_RELIEF = (
    "it's nothing",
    "it was nothing",
    "benign",
    "all clear",
    "not cancer",
    "cancer free",
    "is clear",
    "was clear",
    "are clear",
    "came back clear",
    "came back clean",
    "in remission",
    "she's okay",
    "he's okay",
    "they're okay",
    "she's going to be okay",
    "he's going to be okay",
)
"""What ends a fear: after it nothing of the fear is spoken to any more."""
_CATCHES = (
    "but", "haven't", "hasn't", "can't", "couldn't", "don't", "doesn't", "didn't", "never", "nobody",
    "no one", "without", "not", "isn't", "won't", "more projects", "alone", "quit", "lost", "only",
)  # fmt: skip
_OF_OTHERS = re.compile(
    r" (?:he|she|they|(?:my|his|her|our) \w+(?: \w+)?) (?:is|are|was|were|seems?|gets?) "
    r"(?:so |really |very |always )?$"
)
_DENIALS = ("not", "never", "isn't", "wasn't", "don't", "no", "without", "stop", "hardly", "less")
_FEELING_WORDS = frozenset(
    [
        "sad",
        "angry",
        "anxious",
        "scared",
        "lonely",
        "tired",
        "exhausted",
        "proud",
        "jealous",
        "guilty",
        "ashamed",
        "relieved",
        "happy",
        "worried",
        "nervous",
        "excited",
        "hopeless",
        "numb",
        "lost",
        "confused",
        "hurt",
        "stressed",
        "overwhelmed",
        "afraid",
        "embarrassed",
        "grateful",
        "frustrated",
        "furious",
        "heartbroken",
        "empty",
    ]
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the words tell.

    Attributes:
        plain: The newest message's words between single spaces.
        topic: What it is about; `fresh` says whether the newest message says so itself.
        topics: Every topic that the newest message names.
        feelings: The feelings that the newest message names, in the order of the lexicon.
        earlier_feelings: Those that a message not long before named, if the newest names none.
        adjectives: The person's own words for them ("proud", "jealous").
        person: Somebody they speak of, as they would be spoken of back ("your sister").
        earlier_person: Somebody they spoke of before and do not speak of now.
        name: A name they have told.
        mirrored: The newest message's most telling clause, turned round, where that comes out right.
        earlier: Something they said before, in a form that follows "you said".
        span: How long something has lasted, where a short message says so ("31 years").
    """

    plain: str
    topic: str = ""
    topics: frozenset[str] = frozenset()
    fresh: bool = False
    feelings: tuple[str, ...] = ()
    earlier_feelings: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    person: str = ""
    earlier_person: str = ""
    name: str = ""
    mirrored: str = ""
    earlier: str = ""
    span: str = ""
    length: int = 0
    turns: int = 0
    asks_advice: bool = False
    no_questions: bool = False
    only_listen: bool = False
    good_news: bool = False
    relieved: bool = False
    small_win: bool = False
    laughs: bool = False
    after_good_news: bool = False
    has_a_catch: bool = False


def hear(history: History) -> Heard:
    """Return what the words of a conversation tell; its newest message is the person's."""
    said = history.said_by("user")
    newest, before = (said[-1], said[:-1]) if said else ("", ())
    plain = padded(newest)
    named = topics_in(plain)
    matters = [topic for topic in named if topic not in PEOPLE]
    named = (MANY, *named) if len(matters) >= SEVERAL else named
    talked = [topics[0] for text in before if (topics := topics_in(padded(text)))]
    feelings = feelings_in(plain)
    person = _person(newest)
    return Heard(
        plain=plain,
        topic=(topic := _thread(named, before, talked, plain)),
        topics=frozenset(named),
        fresh=topic in named,
        feelings=feelings,
        earlier_feelings=() if feelings else _carried(before),
        adjectives=tuple(dict.fromkeys(w for w in tokens(newest) if w in _FEELING_WORDS)),
        person=person,
        earlier_person=next(
            (p for text in before[::-1][1:CARRIED] if (p := _person(text)) and p != person), ""
        ),
        name=next((m[1] for text in said[::-1] if (m := _NAMED.search(text))), ""),
        mirrored=mirror(newest),
        earlier=next(filter(None, map(told, _of_the_same(topic, before[:-3]))), ""),
        span=_span(newest),
        length=len(tokens(newest)),
        turns=sum(len(tokens(text)) >= 3 for text in said),
        asks_advice=_ADVICE.search(plain) is not None,
        no_questions=_wished(_NO_QUESTIONS, said),
        only_listen=_wished(_LISTEN, said),
        good_news=_is_news(plain),
        small_win=has_any(plain, _WINS),
        laughs=has_any(plain, _LAUGHS),
        relieved=_relieved(plain, before),
        has_a_catch=has_any(plain, _CATCHES),
        after_good_news=any(_is_good(text) for text in before[::-1][:LASTING]),
    )


def topics_in(plain: str) -> tuple[str, ...]:
    """Return the topics that a padded text names, the one named most often first.

    People are named in every story, so what else is named comes before them.
    """
    counted = {
        topic: sum(has(plain, word) for word in words) for topic, words in lexicon("topics").items()
    }
    named = [topic for topic, count in counted.items() if count]
    return tuple(sorted(named, key=lambda topic: (topic in PEOPLE, -counted[topic])))


def _thread(named: tuple[str, ...], before: tuple[str, ...], talked: list[str], newest: str) -> str:
    """Return what the newest message is about, which may be what was spoken of before."""
    lately = [topics[0] for t in before[::-1] if (topics := topics_in(padded(t)))]
    lasting = next((topic for topic in lately[:LASTING] if topic in FIRM), "")
    if named and named[0] not in PEOPLE and lasting not in DEEP:
        return named[0]
    if _ADVICE.search(newest):
        # Advice is asked about the whole, not about who was named last.
        return max(dict.fromkeys(talked), key=talked.count, default="")
    return lasting or next(iter((*named, *lately[:CARRIED])), "")


_SPAN = re.compile(
    r"(?<![-\w])((?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|"
    r"(?:twenty|thirty|forty|fifty|sixty)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?) "
    r"(?:years|months))\b(?! (?:old|ago))",
    re.IGNORECASE,
)


def _span(text: str) -> str:
    found = _SPAN.search(text)
    short = len(text.split()) <= 7 and not re.search(
        r"\bin \w+ (years|months)", text, re.IGNORECASE
    )
    return found[1] if found and short else ""


def feelings_in(plain: str) -> tuple[str, ...]:
    """Return the feelings that a padded text names and does not deny."""
    return tuple(
        feeling
        for feeling, words in lexicon("feelings").items()
        if any(_affirmed(plain, word) for word in words)
    )


def _affirmed(plain: str, word: str) -> bool:
    at = plain.find(f" {word.rstrip('*')}" + ("" if word.endswith("*") else " "))
    if at < 0 or _OF_OTHERS.search(f"{plain[:at]} "):
        return False
    return not any(
        near in _DENIALS and not word.startswith(near) for near in plain[:at].split()[-2:]
    )


def _carried(before: tuple[str, ...]) -> tuple[str, ...]:
    for text in before[::-1][:CARRIED]:
        if found := feelings_in(padded(text)):
            return found
    return ()


def _of_the_same(topic: str, before: tuple[str, ...]) -> Iterator[str]:
    """Yield what was said of the same matter: looking back to another one is no thread."""
    return (text for text in before if topic and topic in topics_in(padded(text)))


def _relieved(plain: str, before: tuple[str, ...]) -> bool:
    """Whether what was feared before turned out well."""
    feared = any(
        {"health", "accident"} & set(topics_in(said)) or "fear" in feelings_in(said)
        for said in map(padded, before[::-1][:CARRIED])
    )
    return feared and has_any(plain, _RELIEF)


def _is_news(plain: str) -> bool:
    return has_any(plain, _NEWS) and not has_any(plain, _NO_NEWS)


def _is_good(text: str) -> bool:
    plain = padded(text)
    return (
        _is_news(plain) or has_any(plain, (*_WINS, *_RELIEF)) or feelings_in(plain) == ("gladness",)
    )


def _person(text: str) -> str:
    found = [m for m in _PERSON.finditer(text) if m[2].lower() != "ex"]
    return f"your {found[0][1] or ''}{found[0][2]}".lower() if found else ""


def _wished(wish: re.Pattern[str], said: tuple[str, ...]) -> bool:
    """Whether a wish was said and not taken back since."""
    for text in said[::-1]:
        plain = padded(text)
        if wish.search(plain):
            return True
        if _ASKS_AGAIN.search(plain):
            return False
    return False
