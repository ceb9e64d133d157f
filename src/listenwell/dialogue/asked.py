"""What the newest message asks of the listener or puts right, which a reply meets before all else.

Somebody who asks whether they are being silly, what to say to their mother, or why we spoke of a
birthday that there never was, is not served by any sentence about the matter, however kind. What
a message does is told by `perception/acts.py`; lines for each act are in `moves/answers.yaml`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from listenwell.core.later import Later
from listenwell.core.types import History, Message
from listenwell.dialogue.mirror import sayable
from listenwell.dialogue.words import padded, tokens

BAR, SURER, MAY_BE_NONE = 0.3, 0.45, 0.5
"""The probability from which a question counts as asked, an act about a reply of ours as done, and that
of "none" from which nothing does."""
WAS_ASKED, MARKED = 0.2, 0.15
"""The probability from which a message asked something of which the person says that we passed it by,
and what a question mark adds to it."""
PASSED_BY, LEAVING = "open_question", "leaving"
PUTS_RIGHT = frozenset({"put_right", "unclear", "not_so_bad", "told_already"})
"""Acts that say that our last reply missed."""
OF_OURS = PUTS_RIGHT | {PASSED_BY, LEAVING}
"""Acts that need a reply of ours before them."""
STEM, ORDINARY = 4, 4
"""Letters of a word that are compared with a word of ours, and of words that are compared."""
GUESSED = frozenset(
    {"is_it_bad", "think_less", "what_think", "what_of_you", "will_it", "fact", "should"}
)
"""Kinds of question of which some only ask for a guess: "do you think they'd fail me"."""
OF_US = GUESSED | {"what_of_you", "choose", "what_now", "may_i"}
"""Kinds of which some only ask for a taste or a tip: "what would you put on it"."""
LOOKED_BACK = 3
"""How many messages back an unanswered question is looked for."""
OPTION = 7
"""The most words of a thing to choose or to do that are said back."""
ALONE = 12
"""Up to how many words a message without a question mark is taken to be a question and no more."""

Tell = Callable[[History], Mapping[str, float]]
"""Tells how likely the newest message of a conversation does each act."""

_SENTENCE = Later(r"(?<=[.!?…])\s+|\n+")
_CHOICE = Later(
    r" (?:(?:should|shall|do|would|could|can) i|i should|i'd better) (?:just |really |even |better )*"
    r"(?P<a>.+?) or (?:should i |do i |shall i |would i |just |rather |maybe |to )*(?P<b>.+)"
)
_BEFORE_OR_AFTER = Later(
    r" (?:(?:should|shall|do) i|i should|i'd better) (?P<deed>.+?) (?P<a>before|now|first) "
    r"(?P<of>.*?)or (?P<b>after|afterwards|later|last)\b"
)
_DEED = Later(
    r" (?:should i|shall i|i should|do i) (?:just |really |even |maybe |still )*(?P<deed>.+)"
)
_ASKED = Later(
    r"^.*?\bi (?:\w+ )?(?:asked|was asking|am asking|meant)(?: (?:you|u))?(?: (?:about|if|whether|that))?\b|"
    r"\b(?:you|u) (?:still |just )*(?:didn'?t|haven'?t|never|won'?t|don'?t) answer(?:ed)?(?: (?:me|it|that))?\b|"
    r"\b(?:that'?s|that is|thats) (?:not an|no) answer\b|\banswer (?:me|it|the question|my question)\b",
    re.IGNORECASE,
)
"""How somebody asks again, which is not what they ask."""
_GUESS = Later(
    r" (?:do|would) (?:you|u) (?:really |honestly )?(?:think|reckon|suppose|believe) (?:that )?"
    r"(?!i |i'm |im |i'd |id |about |of |so |less |badly |that (?:i|i'm)\b|(?:it's|its|that's|this is|is it) (?:silly|stupid|mad|bad|wrong|weird|odd|selfish|ok|okay|fine|normal) )\w+"
)
_LEADS_IN = r"^ (?:(?:so|but|and|or|well|then|ok|okay|honestly|idk|lol|haha|please|just|like|anyway|hm+|um|oh) )*"
_CHARGES = (
    r"(?:mad|silly|stupid|crazy|weird|odd|strange|selfish|mean|childish|pathetic|daft|wrong|bad|rude|unfair|unkind|cruel|"
    r"cowardly|petty|greedy|dramatic|interfering|nosy|pushy|harsh|blunt|needy|clingy|disloyal)"
)
"""What somebody asks whether they, or what they mean to do, are."""
_PLAINLY = tuple(
    (kind, Later(pattern))
    for kind, pattern in (
        ("is_it_bad", r" (?:is|am|are|would) (?:(?!he |she |they )\w+ ){1,4}too (?:late|soon|early|much|far|old|young|long|fast|slow) (?:$|to |for |do |now |if )"),
        ("should", rf"{_LEADS_IN}(?:should|shall) i (?!have\b|be\b)| (?:do|would) (?:you|u) (?:think|reckon) i should "),
        ("how_say", rf"{_LEADS_IN}(?:what (?:do|should|can|would) i (?:even )?(?:say|tell|write)|how (?:do|should|can) i (?:even )?tell) "),
        ("is_it_bad", rf"{_LEADS_IN}am i (?:being |just |so |too )*(?:selfish|silly|stupid|mad|crazy|weird|mean|childish|pathetic|daft|unreasonable|ungrateful|horrible|awful) "),
        ("is_it_bad", rf"{_LEADS_IN}is (?:that|this|it) (?:so |really |just )?(?:mad|silly|stupid|crazy|weird|odd|strange|selfish|mean|childish|pathetic|daft|wrong|bad|normal)(?: of me)? $"),
        ("is_it_bad", rf" (?:is|was|would) (?:it|that|this|my \w+|the \w+) (?:be )?(?:too |really |so |very |a bit |a little )*{_CHARGES}(?: or not)?(?: \w+)?(?: of me)? (?:$|to |if |that |when |of me|do (?:you|u)|u think|you think|now )"),
        ("is_it_bad", r" is (?:that|this|it) (?:such )?a (?:horrible|awful|terrible|wicked|bad|selfish|wrong|silly|stupid|mad|pathetic|mean) thing "),
        ("is_it_bad", r" (?:does|do) (?:that|this|it|i) (?:sound|seem|make me) (?:so |too |really )?(?:unreasonable|silly|stupid|mad|crazy|selfish|bad|awful|weird|odd|mean|pathetic|horrible) $"),
        ("what_think", rf"{_LEADS_IN}do (?:you|u) (?:think|reckon) (?!i |i'm |im |i'd |id |about |of |so )\w+ \w+"),
        ("what_think", rf"{_LEADS_IN}(?:what|which)(?: one| of (?:them|the two|those))? (?:do|would) (?:you|u) (?:think|do|make of (?:it|that|this)) "),
        ("what_think", rf"{_LEADS_IN}(?:is (?:it|that|this) (?:an? )?)?(?:good|bad|sensible|stupid|silly|crazy|terrible) (?:plan|idea)(?: or (?:not|bad|stupid))? $"),
    )
)  # fmt: skip
_OF_SAYING = Later(
    r" (?:say\w*|said|tell\w*|told|words?|word it|write|text\w*|call\w*|ring|ask\w*|explain\w*|bring (?:it|this|that)|break (?:it|the news)|"
    r"begin|start|open|apologi[sz]e|sorry|talk\w*|speak\w*|mention|put it|phrase|answer|reply|messages?|letter|card|speech|email|note) "
)
_OF_ME = Later(r" (?:me|i|i'm|im|i've|my) ")
_FINE = Later(
    r" (?:normal|common|usual|natural|ok|okay|alright|all right|fine|allowed|understandable) "
)
_OPEN = frozenset(
    [
        "not",
        "what",
        "something",
        "anything",
        "is",
        "am",
        "are",
        "was",
        "do",
        "does",
        "whatever",
        "so",
        "nah",
        "no",
        "nothing",
    ]
)
"""What begins no thing to choose: "or not", "or is that silly"."""
_GRAVE = Later(
    r" (?:leave|divorce|dump|quit|resign|break|marry|forgive|move out|cut|stop|end|abort\w*|keep it|report|"
    r"confront|sue|take (?:him|her|it|them) back|give up|send (?:him|her) away) "
)
"""Deeds that are not put into words for anybody, as if they were small."""
_OVER = Later(r"(?:have|of|ve|just have|just of)\b")
"""What somebody asks whether they should have done, which is no thing to do any more."""
_HANGS_ON = Later(
    r" (?:or|do you think|what do you|you think|lol|tbh|idk|then|please|because|cause|cos|bc|but|though|"
    r"so that|at all|yes or no|no$|in your opinion|if (?:she|he|they|it|i))(?= |$).*"
)
_NO = Later(r" (?:no|nope|nah|um|uh|oh|well|actually|sorry|wait|lol|haha|hm|ehm)(?: (?:no|nope))* ")
_DENIAL = Later(
    r" (?:(?:no|nope|nah|um|oh|well|actually|sorry) )*(?:(?:it|that|this|he|she|they|there|those|these|"
    r"we|you|i)(?:'s|'m|'re)? |im |nobody |no one |(?:my|the) \w+ )?(?:(?:is|was|are|were|really|just|"
    r"am|did|do|would|wouldn't) )*(?:not|never|isn't|wasn't|aren't|weren't|didn't|doesn't|don't|haven't|hasn't|hadn't|"
    r"nobody|no one|nothing|no)\b(?! only)"
)
_DENIED_WORD = Later(
    r" (?:(?:no|nah|well|actually|but|oh|it|that|this|he|she|they|i|i'm|im|its|it's|that's|there's|would|really|"
    r"was|is|did|do|am|are|were|say|call it|dear) )*(?:not|isn't|wasn't|aren't|weren't|didn't|doesn't|don't|wouldn't|nobody's|nobody is|"
    r"no) (?:(?:about|really|so|say|it|a|an|the|any|that|in|mind|call it|of|quite|exactly|much|too) ){0,3}(?P<word>[\w']{4,}) "
)
"""A denial at the beginning, and the word that it denies."""
_DENIES = Later(r" (?:not|never|no|nobody|nothing|\w+n't) ")
_COMMON = frozenset([
    "that", "this", "there", "they", "them", "their", "what", "when", "with",
    "have", "from", "your", "yours", "like", "just", "know", "think", "much",
    "more", "some", "thing", "things", "want", "wants", "wanted", "feel", "feels",
    "said", "says", "tell", "told", "going",
])  # fmt: skip
_QUESTION_WORDS = frozenset({"what", "why", "how", "when", "where", "who", "which"})
_NO_FAULT = Later(
    r" (?:you|u) (?:didn't|haven't|hadn't|did not|have not|had not|weren't|were not) (?:\w+ )?(?:misread|misunder\w+|made?|get|got|take|taken|hear|heard|say|said|do|done|wrong)(?: \w+){0,2}(?: wrong| wrongly| badly| amiss|$)|"
    r" (?:you|u) (?:didn't|did not|haven't|have not) (?:misread|misunder\w+|mix|upset|offend)\b| (?:no need|don't need|do not need|no reason|don't have) to (?:apologi[sz]e|be sorry|say sorry) | stop apologi[sz]ing |"
    r" (?:you're|you are|ur) (?:all good|fine|forgiven|right) (?:$|don't|no )|"
    r" no mistake | (?:don't|do not) (?:think|believe) (?:you|u) (?:made|got|misread)"
)
_SPEAKS_OF_US = Later(
    r" (?:sentence|you (?:mean|meant|said|say|wrote)|understand|(?:get|got|follow) (?:it|that|this|you)|lost me|(?:no|any|make|makes|made) sense|weird (?:answer|thing|reply|question|sentence)|strange|odd|confus\w+|huh|what|saying) "
)
"""A sentence about what we said, which tells nothing else."""
_BEARS_LESS = Later(
    r" (?:not (?:that|so|too|really|even|all that)|no big|all good|(?:it's|its|i'm|im|i am|that's|was|is) (?:\w+ ){0,2}(?:fine|ok|okay|good|nice|great|happy|lovely|funny|alright)|calm|chill|relax|"
    r"serious|heavy|dramatic|deep|gloomy|solemn|sad|worry|worried|bad|joking|kidding|joke|lol|haha\w*|funny|happy|good|love|glad|meant it|delighted|enjoy\w*|like (?:it|that)|nothing) "
)
"""How somebody says that something is lighter than we took it for."""
_GOES = Later(
    r" (?:bye\w*|good ?bye|good ?night|night night|night|nite|ttyl|later|cya|see (?:you|ya|u)|take care|thanks|thank|thx|ty|cheers|gotta|got to go|off (?:to|now)|"
    r"(?:have|need|must|better|should|time|let me|i'll|ill|i'm|im|i am|will) (?:\w+ ){0,2}(?:go|run|leave|sleep|stop|head|get (?:on|going|back|ready)|going|leaving|log off|sign off)|"
    r"head(?:ing)? (?:off|out|home|to bed)|to bed|leave it (?:there|here|at that)|that's (?:all|it)|thats (?:all|it)|going (?:to bed|to sleep|now|home)|end (?:here|it here)|"
    r"call it a (?:day|night)|enough for (?:today|now|tonight)|for (?:today|now|tonight)|speak|talk|calling me|is calling|door|bus is|train is) "
)
"""How somebody says that they go."""
_WHY_I = Later(r" why (?:did |do |am |was |can't |couldn't |don't |didn't )?i ")
_YES_OR_NO = Later(r" (?:(?:so|but|well|ok) )*(?:is (?:it|that) (?:an? )?)?yes or (?:a )?no $")
"""How somebody asks again who got no plain answer."""
_FEEL_IT = Later(
    r" should i be (?:so |more |less )?(?:scared|worried|afraid|nervous|ashamed|angry|upset|concerned|sad|happy|proud|jealous|grateful) "
)
"""A question whether one may feel something, which is nothing to decide."""
_IS_IT = Later(
    rf" (?:is|was|would) (?:it|that|this|my \w+) (?:be )?(?:too |really |so |very |a bit )*{_CHARGES} "
)
_TOO = Later(
    r" (?:is|am|are|would|was) (?:(?!he |she |they )\w+ ){1,4}too (?:late|soon|early|much|far|old|young|long|little|big|small|fast|slow|rude|harsh|blunt|pushy|direct|cold) "
)
"""A question whether it is too late, or too much, of something."""
_PLANS = Later(
    r"(?:^ | (?:so|and|then|but|yeah|ok|think|maybe|guess|right|well|anyway|decided) )(?:i'm (?:just )?(?:going to|gonna)|im gonna|(?<=^ )gonna|(?<=yeah )gonna|(?<=ok )gonna|i'll|ill|i will|i shall|i might|we'll|we're (?:going to|gonna)|i've decided to) "
    r"(?:just |probably |maybe |also |then |actually |first )*"
    r"(?:ask|tell|call|ring|phone|text|message|write|email|go (?!mad|crazy|insane)|try|do|make|take|see|talk|speak|send|put|start|sit|cook|bake|walk|meet|visit|invite|apply|look|"
    r"buy|give|bring|read|rest|book|clean|finish|practi[sc]e|wait|let|keep|plant|paint|say|show|learn|join|come|sign|find|drive|knock|wear|order|study|revise|"
    r"eat|wash|fix|build|leave it|pay|print|hang|watch|swim|run|bike|play|phone|drop|post|offer) "
)
"""What somebody means to do, in verbs of which none is a fear: "i'll lose him" is none."""
_TASTE = Later(
    r" (?:what|which|which one|who|where|how|what kind of \w+|what sort of \w+|what \w+) would (?:you|u) (?:put|have|eat|wear|order|cook|bake|name|call it|call (?:him|her|them)|paint|choose|pick|watch|read|listen|drink|buy|make (?!of )|play|plant|like|prefer|go for|go) |"
    r" (?:what's|what is|whats|who's|do you have an?|have you got an?) (?:your )?(?:favou?rite|fave) | (?:do|would) (?:you|u) (?:prefer|like) (?!me |to (?:talk|know|hear|tell)|it if|that )\w+"
)
"""What is asked of our own taste, which a program has none of."""
_TIP = Later(
    r" (?:what|which) (?:\w+ ){1,3}(?:is|are|would be|works?|do you recommend|goes|go) (?:good|best|better|nice|right|well)? ?(?:for|to|with) |"
    r" (?:do|would|have) (?:you|u) (?:know|have|got|happen to know) (?:any|an?|some|how to) (?:good |easy |quick )?(?:\w+ )?(?:tricks?|tips?|recipes?|remed\w+|hacks?|dry|clean|fix|cook|get rid|mend|make|bake|grow|remove)\b|"
    r" how (?:do|can|should|would) (?:i|you|u|we) (?:best |even |ever )?(?:dry|clean|fix|cook|bake|remove|mend|repair|wash|get (?:the|a|rid|it|them) |make (?:a|the|it) |keep (?:the|it|them|a) |grow|fold|store|feed|stop (?:the|it) )|"
    r" any (?:tips|tricks)(?: \w+){0,2} $| (?:know|got|have) any (?:good )?(?:tricks?|tips?|recipes?|hacks?) (?:for|to|on) "
)
"""What is asked of somebody who knows a craft, and not of a listener."""
_OTHERWISE = (
    (OF_US, _TASTE, "taste"),
    (OF_US | {"fact"}, _TIP, "tip"),
    (GUESSED, _GUESS, "guess"),
    (OF_US | {"is_it_bad", "fact"}, _TOO, "too"),
    ({"why_they"}, _WHY_I, "why"),
    ({"should"}, _FEEL_IT, "may_i"),
    ({"may_i", "what_now", "how_say"}, _IS_IT, "is_it_bad"),
    ({"is_it_bad"}, _FINE, "is_normal"),
    ({"should", "what_think"}, _CHOICE, "choose"),
)
"""Kinds of question, and the words by which some of them want the lines of another."""
_SPEAKS_OF_ASKING = Later(
    r" (?:ask\w*|answer\w*|question\w*|repl(?:y|ied)|(?:say|said|tell|told)(?: me)? (?:why|what|how|if|whether|where|who)|still standing) "
)
_MEANT = Later(
    r" (?:meant|mean|wrong|mixed|misread|misunderst\w+|actually|other way|instead|i said(?! nothing| to| yes| no| i'd| hello| goodbye| sorry)|it's the|he's the|she's the|rather|a bit strong|not about|nobody is in) "
)
_OWN_STORY = Later(
    r" (?:(?:well|but|and|so|oh) )*(?:i|we) (?:haven't|hadn't|didn't|don't|never|couldn't) "
)
"""A denial that mostly belongs to what somebody tells: "i have not told my wife"."""
_NOT_ME = Later(r" not (?:me|him|her|them|us|mine|that|this|the|a|my) ")
_ASKS = Later(r" (?:so |but |and )?(?:why|how|when|where|should|can|could|would|is it|do i) ")
_TOLD_BEFORE = Later(
    r" (?:i (?:just |already |did |have |only just )*(?:said|told|tell|say|mentioned|wrote|explained)(?! to | him | her | them | my | nothing )|"
    r"already|again|(?:like|as) i|twice|read (?:it|that|back|up|again)|above|remember\w*|listen\w*) "
)
_AS_I_SAID = Later(
    r" (?:as|like) i (?:just |already )?(?:said(?! to)|told you|mentioned) |(?:^|[,.!] ?)i (?:just |already |have |did )*(?:told|said)(?: (?:you|u))?(?: (?:that|so|this|already))*\s*(?:[.!,]|$)",
    re.IGNORECASE,
)
"""That something was said before, in words that mean nothing else."""
_GOODBYE = Later(
    r"(?:^|[.!,] ?)(?:ok |okay |well |so |right )*(?:good ?bye|bye(?: bye| now| for now)?|good ?night|see (?:you|ya)|cya|ttyl)"
    r"(?: then| dear| love| x+)?[.! ]*$|thank(?:s| you) for (?:listening|the (?:chat|talk|company))\b[^.!?]*[.! ]*$",
    re.IGNORECASE,
)
_AS_ONE_THINKS = Later(r" (?:you'd|you would|youd|u'd|ud) (?:have )?(?:think|thought) ")
"""What speaks of anybody's thoughts, and asks for none."""
_WRONG = Later(
    r" (?:you|u)(?:'ve| have)? (?:have |got |get )?(?:it |that |me |this )?(?:all )?(?:wrong|misunderst\w+|misread \w+|mixed \w+ up) |"
    r" (?:don't|do not) (?:see|know) what (?:there is|there's) to (?:smile|laugh|be) | (?:proud|glad|happy|sorry|afraid|scared) (?:of|about|for) what $|"
    r"^ (?:no|nah|nope|er|um) i mean(?:t)? | nobody(?:'s| is) in (?:any )?danger "
)
_DEAD = Later(r" (?:dead|died|passed) ")
_SAID_BACK = Later(r"[^.!?]*\?")
LIKELY = 0.8
"""The probability of an act from which less must bear it out."""
_SAID_SO = Later(
    r"(?:,? ?\b(?:like|as) i (?:\w+ )?(?:said|told you|mentioned|wrote|explained)\b,? ?|"
    r"^\W*(?:i (?:\w+ )?(?:just |already |did )*(?:told|said|tell|say)(?: (?:you|u))?"
    r"(?: (?:that|so|this|it))?\b)[,.!]? ?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a message wants met.

    Attributes:
        kind: The act ("should"), or "" where there is nothing.
        rest: What else the message tells.
        slots: The person's own words that lines may take up.
        first: What is owned up to before: that it was passed by, or that we were put right, too.
    """

    kind: str = ""
    rest: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    first: str = ""


NOTHING = Asked()


def asked(history: History, tell: Tell) -> Asked:
    """Return what the newest message asks of the listener, or puts right.

    Args:
        history: The conversation, its newest message the person's.
        tell: Tells the acts of messages.
    """
    found = _of_newest(history, tell)
    if found.kind == PASSED_BY:
        return _passed_by(history, tell)
    if found.kind == "put_right" and "?" in found.rest:
        also = _of_newest(instead(history, found.rest), tell)
        if also.kind and also.kind not in OF_OURS:
            return replace(also, first=found.kind)
    return found


def instead(history: History, rest: str) -> History:
    """Return a conversation whose newest message holds only a part of itself."""
    return History((*history.messages[:-1], Message("user", rest)))


def _passed_by(history: History, tell: Tell) -> Asked:
    """Return the question that we passed by: said again in the newest message, or asked before it."""
    again = _ASKED.sub("", history.last_user).strip()
    found: list[tuple[float, str, History]] = []
    for then in (instead(history, again), *_earlier(history)):
        # What is asked in plain words, and last, is what is meant.
        if plainly := _in_plain_words(then.last_user):
            found.append((1.0, plainly, then))
            break
        shares = {name: p for name, p in tell(then).items() if name not in {"none", *OF_OURS}}
        kind = max(shares, key=lambda name: shares[name], default="")
        if kind:
            found.append((shares[kind] + MARKED * ("?" in then.last_user), kind, then))
    if not found or max(share for share, _, _ in found) < WAS_ASKED:
        return Asked(PASSED_BY)
    _, kind, then = max(found, key=lambda one: one[0])
    asked_then = _question(kind, then.last_user)
    slots = _slots(asked_then.kind, history.last_user) or asked_then.slots
    return replace(asked_then, rest="", slots=slots, first=PASSED_BY)


def _of_newest(history: History, tell: Tell) -> Asked:
    text = history.last_user
    shares = tell(history)
    kind = act_of(shares) or _in_plain_words(text)
    if (
        kind in {"what_think", "think_less"}
        and "?" not in text
        and _AS_ONE_THINKS.search(padded(text))
    ):
        kind = ""
    if kind in OF_OURS and not _is_of_ours(kind, text, history, shares[kind] >= LIKELY):
        kind = ""
    kind = kind or _in_plain_words_of_ours(text, history)
    if not kind:
        return Asked("plan") if _is_plan(text, history) else NOTHING
    if kind == "put_right":
        return Asked(kind, _without_denial(text))
    if kind == "told_already":
        return Asked(kind, _SAID_SO.sub(" ", text).strip())
    if kind == "unclear":
        parts = [one for one in sentences(text) if "?" not in one]
        beside = parts if len(sentences(text)) > 1 else []
        return Asked(kind, " ".join(s for s in beside if not _SPEAKS_OF_US.search(padded(s))))
    if kind == "not_so_bad":
        return Asked(kind, _without_denial(text))
    return _question(kind, text) if kind not in OF_OURS else Asked(kind, text)


def _is_plan(text: str, history: History) -> bool:
    """Whether a message ends in what the person means to do, after talk of it."""
    if not history.said_by("assistant") or "?" in text or is_grave(text):
        return False
    return any(_PLANS.search(padded(one)) for one in sentences(text)[-2:])


def _is_of_ours(kind: str, text: str, history: History, likely: bool) -> bool:
    """Whether a message bears out that it is about a reply of ours: an apology for nothing is worse than none."""
    said = history.said_by("assistant")
    if not said or _NO_FAULT.search(padded(text)):
        return False
    plain = padded(text)
    if kind == PASSED_BY:
        return "?" in text or _SPEAKS_OF_ASKING.search(plain) is not None
    if kind == "told_already":
        return _TOLD_BEFORE.search(plain) is not None
    if kind == "not_so_bad":
        begun = [padded(one) for one in sentences(text)[:2]]
        denies = any(_DENIAL.match(one) or _NO.match(one) for one in begun)
        return (denies or bool(_BEARS_LESS.search(plain))) and _DEAD.search(plain) is None
    if kind == LEAVING:
        return _GOES.search(plain) is not None
    if kind == "unclear":
        first = _first(text)
        wonders = "?" in first or len(tokens(text)) <= STEM or _SPEAKS_OF_US.search(plain)
        return bool(wonders) and not _answers_in_our_words(text, said[-1])
    if kind != "put_right":
        return True
    return _puts_right(text, said[-1], likely=likely)


def _puts_right(text: str, reply: str, *, likely: bool) -> bool:
    first, *others = [padded(one) for one in sentences(text)[:2]] or [""]
    asked_back = "?" in _first(text) and not _ASKS.match(first)
    denies = _DENIAL.match(first) and (likely or not _OWN_STORY.match(first))
    if denies or _NO.match(first) or _NOT_ME.search(first) or asked_back:
        return True
    plain = padded(text)
    if likely and (any(map(_DENIAL.match, others)) or _dead_unheard(plain, reply)):
        return True
    return _MEANT.search(plain) is not None


def _dead_unheard(plain: str, reply: str) -> bool:
    """Whether a message says that somebody is dead whom our reply took to be alive."""
    return _DEAD.search(plain) is not None and _DEAD.search(padded(reply)) is None


def _answers_in_our_words(text: str, reply: str) -> bool:
    """Whether a message says our question back before it answers, as in "What I hope? Peace"."""
    first, *others = sentences(text) or [""]
    asked = {w[:STEM] for q in _SAID_BACK.findall(reply) for w in tokens(q) if len(w) >= ORDINARY}
    back = {w[:STEM] for w in tokens(first) if len(w) >= ORDINARY} - _QUESTION_WORDS
    return bool(others) and bool(back) and back <= asked


def _in_plain_words_of_ours(text: str, history: History) -> str:
    """Return what a message says of our last reply in words that can mean nothing else, "" for none."""
    said = history.said_by("assistant")
    if not said:
        return ""
    plain, first = padded(text), padded(_first(text))
    if _YES_OR_NO.match(first):
        return PASSED_BY
    if _WRONG.search(plain) or _WRONG.search(first) or _denies_our_word(text, history):
        return "put_right"
    if _GOODBYE.search(text):
        return LEAVING
    return "told_already" if any(map(_AS_I_SAID.search, (text, plain))) else ""


def _denies_our_word(text: str, history: History) -> bool:
    """Whether a message begins by denying a word that only our last statement had: "it isn't lonely"."""
    # Who says "no it doesn't" to a sentence that denies agrees with it.
    ours = " ".join(
        one
        for one in sentences(history.said_by("assistant")[-1])
        if "?" not in one and not _DENIES.search(padded(one))
    )
    before = {w[:STEM] for one in history.said_by("user")[:-1] for w in tokens(one)}
    stems = {w[:STEM] for w in tokens(ours) if len(w) >= ORDINARY and w not in _COMMON} - before
    for sentence in sentences(text)[:2]:
        found = _DENIED_WORD.match(padded(sentence))
        if found and "?" not in sentence and found["word"][:STEM] in stems:
            return True
    return False


def _in_plain_words(text: str) -> str:
    """Return the question that a message puts in words that can mean nothing else, "" for none."""
    for sentence in sentences(text)[::-1]:
        plain = padded(sentence)
        for kind, pattern in _PLAINLY:
            if '"' not in sentence and pattern.search(plain):
                return kind
    return ""


def act_of(shares: Mapping[str, float]) -> str:
    """Return the act that a message does, "" for none."""
    if shares.get("none", 1.0) >= MAY_BE_NONE:
        return ""
    likeliest = max((name for name in shares if name != "none"), key=lambda name: shares[name])
    # A word of regret for nothing is worse than none.
    return likeliest if shares[likeliest] >= (SURER if likeliest in OF_OURS else BAR) else ""


def _earlier(history: History) -> list[History]:
    """Return the conversation as it was at the person's last messages, the newest first."""
    said = history.messages
    ends = [end for end, message in enumerate(said, start=1) if message.role == "user"]
    return [History(said[:end]) for end in ends[-1 - LOOKED_BACK : -1][::-1]]


def _question(kind: str, text: str) -> Asked:
    plain = padded(" ".join(one for one in sentences(text) if "?" in one) or text)
    kind = _named(kind, plain)
    return Asked(kind, _told_beside(text), _slots(kind, text))


def _named(kind: str, plain: str) -> str:
    """Return which lines meet a question: some kinds hold questions that want another word."""
    if kind == "think_less" and not (_OF_ME.search(plain) or _GUESS.search(plain)):
        return "what_think"
    if kind == "how_say" and not _OF_SAYING.search(plain):
        return "what_now"
    told = (name for kinds, pattern, name in _OTHERWISE if kind in kinds and pattern.search(plain))
    return next(told, kind)


def sentences(text: str) -> list[str]:
    """Return the sentences of a message, also where lines are broken instead of ended."""
    return [one for one in _SENTENCE.split(text.strip()) if one.strip()]


def _first(text: str) -> str:
    """Return the first sentence of a message, "" where there is none."""
    return next(iter(sentences(text)), "")


def _told_beside(text: str) -> str:
    """Return a message without its questions."""
    parts = sentences(text)
    if any("?" in one for one in parts):
        return " ".join(one for one in parts if "?" not in one)
    return text if len(tokens(text)) > ALONE else ""


def _slots(kind: str, text: str) -> Mapping[str, str]:
    """Return the things to choose, or the thing to do, as they may be said back."""
    for sentence in sentences(text)[::-1]:
        plain = padded(sentence)
        if kind == "choose" and (found := _BEFORE_OR_AFTER.search(plain)):
            tail = f" {found['of'].strip()}" if found["of"].strip() else ""
            first = f"{found['deed']} {found['a']}{tail}"
            return _sayable({"a": first, "b": found["b"]})
        if kind == "choose" and (found := _CHOICE.search(plain)):
            first, second = _cut(found["a"]), _cut(found["b"])
            if second and second.split()[0] not in _OPEN:
                return _sayable({"a": first, "b": second})
        if (
            kind == "should"
            and (found := _DEED.search(plain))
            and not (" or " in plain or is_grave(sentence))
        ):
            return _sayable({"deed": _cut(found["deed"])})
    return {}


def is_grave(text: str) -> bool:
    """Whether a text speaks of deeds that must not be weighed lightly, nor put into words for anybody."""
    return _GRAVE.search(padded(text)) is not None


def _cut(words: str) -> str:
    """Return a thing to do without what hangs on to it."""
    return _HANGS_ON.sub("", f" {words.strip()}").strip()


def _sayable(raw: Mapping[str, str]) -> Mapping[str, str]:
    """Return what may be said back, turned round; nothing where one of them may not."""
    said = {slot: sayable(words) for slot, words in raw.items()}
    fits = all(0 < len(words.split()) <= OPTION for words in said.values())
    return said if fits else {}


def _without_denial(text: str) -> str:
    """Return a message without the part that only denies: what is so instead."""
    first, *others = sentences(text) or [""]
    pieces = [piece for piece in re.split(r"(?:,|;|\s-+|\s–|\bbut\b)\s*", first) if piece.strip()]
    while pieces and _NO.fullmatch(padded(pieces[0])):
        pieces.pop(0)
    if pieces and _DENIAL.match(padded(pieces[0])):
        pieces.pop(0)
    elif not pieces and others and _DENIAL.match(padded(others[0])):  # "No. Not me. Mum."
        others.pop(0)
    return " ".join([", ".join(pieces), *others]).strip()
