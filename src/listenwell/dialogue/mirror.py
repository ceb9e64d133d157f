"""The most telling clause of a message, turned towards the person who wrote it.

Saying somebody's own words back shows that they were read, and needs no guess about the world. It
only does so when the words come out right: where that is in doubt there is no mirror.
"""

import re
from functools import cache, lru_cache
from string import ascii_lowercase

from listenwell.dialogue.authored import lexicon, packaged_text

SHORTEST, LONGEST = 3, 12
"""Words of a clause that is said back: shorter ones say nothing, longer ones parrot."""
GOOD_LENGTH = 6
LATER = 0.6
"""What it is worth more to stand at the end."""
FRAMES = 2.0
"""What it is worth less to say who somebody is or how things stand: what happened weighs more."""
PARTICULAR = 2
"""Particular words of a clause that has no subject, or is a part of a sentence."""
MISSPELT = 3
"""Unknown words of a message from which it is taken to be misspelt, and not said back."""
LONG_MESSAGE = 80
"""Words of a message of which no single clause stands for the whole."""

_END = re.compile(r"(?<=[!?;…\n])\s*|(?<=\.)(?!\d)\s*|\n+")
_PIECE = re.compile(
    r",\s+|\s+-+\s+|\s+–\s+|(?<! as)\s+(?=(?:and|but|so|because|cause|cuz|though|although) "
    r"(?:i|i'm|i've|he|she|they|we|it|it's|my|the|there|nobody|everyone|now)\b)",
    re.IGNORECASE,
)
_NO_SUBJECT = re.compile(
    r"(?:\w+ed|(?!nothing|something|everything|anything|evening|morning)\w+ing|found|got|gone|saw|made|lost|told|left|met|paid|bought|sold|kept|sent|"
    r"\d+|two|three|four|five|six|seven|eight|nine|ten|first time|second time|third time)\b(?! of (?:us|them))",
    re.IGNORECASE,
)
"""Half a sentence, which said back sounds like a machine: "emailed the landlord"."""
_BUT = re.compile(r"(?:but|though)\b", re.IGNORECASE)
_VERB = (
    r"(?:is|isn't|was|wasn't|are|aren't|were|weren't|has|hasn't|had|have|haven't|keeps?|never|always|"
    r"still|just|won't|can't|couldn't|doesn't|don't|didn't|wouldn't|would|will|got|gets|went|came|said|"
    r"told|left|made|took|forgot|lost|broke|thinks|wants|says|found|gave|sold|hurts?|slept|sat|ran|fell|felt|kept|won|met|"
    r"bought|wrote|drove|flew|spoke|stood|stole|threw|began|put|knew|heard|held|sent|spent|lent|paid|rang|"
    r"called|\w+ed|\w{3,}s)"
)
_SUBJECT = re.compile(
    r"^(?:(?:on \w+day|yesterday|today|last (?:night|week|month|year|\w+day)|this morning|tonight|one day|at (?:night|dinner|lunch|breakfast)),? )?"
    r"(?:(?:i|i'm|i've|i'd|he|he's|she|she's|they|they're|we|we're|we've|everyone|everybody|nobody|"
    r"no one|someone|somebody|it|it's|there's|mum|mom|dad)\b \w+|"
    rf"(?:my|his|her|our|the|their) (?:\w+ )?\w+ {_VERB}\b)"
)
_LEAD = re.compile(
    r"^(?:(?:no(?=\s*,|\s+(?:i|i'm|im|i've|ive|he|he's|hes|she|she's|shes|it|it's|its|they|we|my|the|not|just|that's|thats|there's|theres|nobody|no one|everyone)\b)|"
    r"kinda|sorta|kind of|sort of|and|but|so|because|bc|cos|coz|cause|cuz|nah|well|anyway|anyways|yeah|yes|yep|ok|okay|also|honestly|"
    r"actually|basically|literally|like|idk|lol|tbh|omg|oh my(?: god| goodness| gosh)?(?= (?:i|it|that|we)\b|[,.!])|oh|ugh|hm+|ha(?:ha)+h?|lmao|i guess|i think|i mean|i suppose|i wish,|nope|unfortunately|man|oh man|dude|guys|mate|bro|bruh|dear|aw+|ah|aha|yh|see|right|thanks|thank you|luckily|yah|wow|"
    r"it's just that|its just that|it's just|its just|it's that|just|sorry|then|plus|though|although|"
    r"even though|the thing is|to be honest|apparently)\b[\s,]*)+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:[\s,]+(?:tbh|lol|lmao|ha|mind|mate|man|bro|dear|mind you|so|(?<!back )then|you know|haha+|honestly|though|tho|i guess|that is my trouble|that's my trouble|that's my problem|i mean|i think|i don't think|i dont think|you know|or something|or "
    r"whatever|really|idk|ugh|too|either|anyway|xd|again now|rn|actually|please|basically))+$",
    re.IGNORECASE,
)
# What is spoken to the listener, asks, thanks, swears, judges, or weighs too much to be said back.
_NOT_SAID_BACK = re.compile(
    r"\b(you|you're|your|yours|u|ur|yourself|bot|ai|"
    r"thanks|thank|hello|hi|hey|bye|goodnight|welcome|"
    r"fuck\w*|shit\w*|bitch\w*|crap|damn|ass|asshole|bastard|hell|pissed|"
    r"idiot\w*|lazy|stupid\w*|dumb|moron|pathetic|worthless|useless|ugly|fat|disgusting|selfish|toxic|jerk|"
    r"liar|trash|crazy|insane|monster|loser|burden|failure|narcissis\w*|weirdo|freak|slut|thick|"
    r"hate|kill\w*|die|died|dies|dying|dead(?! on my feet)|death|suicid\w*|pills?|overdos\w*|cut|cutting|blood|"
    r"rape\w*|abus\w*|hit|hits|beat|beats|molest\w*|miscarr\w*|stillborn|passed away|put down|put him down|"
    r"put her down|cancer|tumou?r|sex|porn|gun|knife|mastectomy|chemo\w*|funeral|lost the baby|lost our baby|lost my baby|"
    r"(?:hurt|hurting|harm|harming) (?:my|him|her|them|our)sel(?:f|ves)|stink\w*|smell\w*|i (?:look|looked|sound|sounded)(?= like| a )|"
    r"god|allah|jesus|trump|biden|vote\w*|should|gonna|wanna|gotta|kinda|sorta|dunno|cuz|teh|abuot|agian|"
    r"realy|wat|alot|its|whats|becuase|beacuse|thier|tho|id|shed|nd|u|bc|wer|ye)\b|\b(?:and|but) i think\b|\b(?:he|she|they)(?:'d| would) have\b|\b(?:it|sides|him|them) i(?:'m|'ve)? (?:was|just|am|did|do|had|have|got|went)(?:n't)?\b|\bpassed(?: on)?(?=[.!?]*$| (?:last|this|two|three|\w+ ago))|\b(?:can't|cant|cannot|couldn't|couldnt) even\b|\bmy english\b|\bi(?:'m| am) (?:\w+ )?too \w+$|\b(?:am|was|do|did|can|could|have|should|will|would) i\b|\bis (?:ok|okay|fine|alright)$|\b(?:he|she|it|(?:my|his|her|our) \w+) (?:ask|say|want|go|have|know|think|tell|come|like|need|live|look|make|speak|bring|give|call|take|sleep|eat|work|cry|laugh|talk|leave|stay|feel|help|wait|write|play|sit|stop|start|try|use|walk|forget|become|hear|smile)\b(?!\w)|\b(?:my|his|her|our) \w+ (?:he|she|they) |\b(?:i|we|they) been\b|\bso (?:bad|ugly|gross|disgusting)\b|\b(?:is|he's|she's|i'm) in (?:year|grade|class)\b|\bi (?:forgot|lied|lie|snapped|shouted|yelled|screamed|ruined|messed)\b|\bi have (?:eat|go|come|take|give|speak|do|make|write|tell)\b|\b(?:two|three|four|five|six|seven|eight|nine|ten|\d+) (?:week|month|year|day|hour)\b(?!\w|-)|\bis (?:tell|ask|say|gone until)\b|\bbut that's (?:it|all)$|\bmaybe$|^(?:i|we) thought (?:i|we|id)(?:'d| would)?\b|^(?:my \w+|your \w+) maybe|\bthe first born\b|\bnot me$|\b(?:am|is|are) (?:\w+ ){0,4}since\b|\b(?:just|only) an? \w+$|\blet (?:us|me)\b|\b(?:are|am|is) \d+(?: and \d+)?$|^i don't (?:follow|understand|get it)|\w(?<!\band)(?<!\bbut)(?<!\bthat)(?<!\bwhat)(?<!\bwhen)(?<!\bif)(?<!\bso)(?<!\blike)(?<!\bthing)(?<!\bwhere)(?<!\bwhile)(?<!\bbecause)(?<!\bas)(?<!\bway)(?<!\ball) i said\b|(?:^|\s)'|[^\w\s',.!$€£%-]",
    re.IGNORECASE,
)
_NO_START = re.compile(
    r"^(?:i (?:said|asked|meant|was asking|did not ask|didn't ask|told (?=u|you))\b|(?:i'm|i am|he's|he is|she's|she is|they're) (?:only |just |nearly |about |now )?(?:\d+|\w+teen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ]\w+)?)(?: years? old| now)?$|guess|wish|had|went|came|got|been|trying|if|what's|whats|who's|where's|how's|better|worth|mostly|mainly|mine|yours|which|that|who|whose|while|until|unless|than|as|to|or|for|with|by|of|from|at|in|on|"
    r"about|not|why|what|how|where|whether|do|does|did|is|are|am|was|were|can|could|would|will|won't|"
    r"has|have you|don't|dont|stop|tell|give|listen|let|let's|ask|help|promise|say|please|write|solve|"
    r"make me|(?:i|we)(?:'ll| will| shall) (?!have\b|never\b|miss\b|lose\b|not\b|always\b|be\b)|(?:i'm|i am|we're|we are) (?:just |only )?(?:going to|gonna)\b|same|such|too|very|really|more|less|when|see|look|wait|whatever|nothing|nvm|"
    r"it's (?:not|so|really|very|just|all|been|being|a|an|the|like|because|cause|cuz|my fault)\b|(?:since|for|around|about|from) like\b|like\b|its\b|that's|thats|this is|"
    r"it is|it was|it did|it does|it has|it would|it will|it's \w+$|there's (?:nothing|no one)$|i (?:know|dunno|mean|see|do|did|was|am|have|can|can't|"
    r"guess|don't know|dont know|don't|didn't)$|i don't know|i dont know|i'm \d+ \w|i'm (?:sorry|not sure|fine|ok|okay))\b",
    re.IGNORECASE,
)
# Said back, these would be advice: "you need to call".
_DIRECTS = re.compile(
    r"\b(?:i|we) (?:\w+ )?(?:need to|must|ought|could|can (?!see|hear|feel|remember|barely|hardly|only|still|tell))\b",
    re.IGNORECASE,
)
_BASE = (
    r"(?:ask|say|want|go|have|know|think|tell|come|like|need|live|look|make|speak|bring|give|call|take|"
    r"sleep|eat|work|cry|laugh|talk|leave|stay|feel|help|wait|write|play|sit|stop|start|try|use|walk|"
    r"forget|become|hear|smile|see|get|love|teach|raise|hold|smell|buy|don't|were|are)"
)
_ONE = (
    r"(?:he|she|it|everyone|everybody|nobody|someone|somebody|boss|"
    r"(?:my|his|her|our|the) (?:mother|father|wife|husband|son|daughter|brother|sister|boss|friend|teacher|"
    r"mum|mom|dad|neighbou?r|doctor|boyfriend|girlfriend|child|landlord|manager))"
)
_OTHERS_WORDS = (
    r"did|does|do|didn't|doesn't|don't|can|could|would|should|will|may|might|must|let|make|made|makes|see|saw|"
    r"hear|heard|watch|watched|help|helped|have|had|than|and|or|to|with|of|all|but|like|letting|lets|making|"
    r"seeing|hearing|watching|helping|having"
)
_BY_A_LEARNER = re.compile(
    rf"(?<![\w'])(?:(?P<before>[\w']+) )?{_ONE} (?:always |also |still |only |just |never )?{_BASE}(?![\w'])|"
    r"\b(?:is|am|are|'s|'m) \d+ years?\b(?! old| younger| older| clean| sober| in\b| with| ago| since| of)|"
    r"\bi have (?:fear|hunger|shame|\d+ years)\b|\bsince (?:two|three|four|five|six|\d+) (?:years|months|weeks|days)\b|"
    r"(?:^|[.!?,] )is not\b|\bi am (?:seeing|having|wanting|knowing|understanding)\b|"
    r"\bi (?:live|work|know|study) (?:\w+ ){0,5}for (?:one|two|three|four|five|\d+) (?:years?|months?|weeks?)\b|"
    r"\b(?:i|we|they) (?:come|forget|hear|go|make|see|argue|fight|speak|talk|eat|sleep) (?:\w+ ){0,6}(?:yesterday|too late|last (?:night|week))\b|"
    r"\b(?:make|made|have|had|is) (?:big|small|good|bad|new) (?:mistakes?|son|daughter|friend|mother|job|problem)\b|\bsend file\b|"
    r"\bi (?:live|work|study|stay) now\b|\b(?:live|work|am|study) (?:now )?in \w+ (?:since )?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+) (?:months?|years?)\b|"
    r"\byesterday i (?:hear|see|go|come|forget|make)\b",
    re.IGNORECASE,
)
"""English by somebody who is learning it, which said back would sound like mockery."""
_FRAMES = re.compile(
    r"^(?:(?:i'm|i am|he's|he is|she's|she is|they're|my \w+(?: \w+)? (?:is|are)|my \w+'s)(?: only| just| nearly)? "
    r"(?:an?|the(?! one)|from|\d+|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|retired|married|single|"
    r"working|four|five|six|seven|eight|nine|ten)\b|i (?:live|work|come from)\b|i (?:have|'ve got) (?:an? |two |three |\d+ )?"
    r"(?:small |little |young |older? )?(?:sons?|daughters?|kids|children|brothers?|sisters?)\b)",
    re.IGNORECASE,
)
_OATHS = re.compile(
    r"\b(?:fucking|fuckin|bloody|goddamn|damn|freaking|frigging|effing)\s+", re.IGNORECASE
)
_ILL = re.compile(
    r"\b(assumes?|thinks?|knows?|says?|said|guess|hopes?|expects?|maybe|and|but|so|then|think|i'll bet) ill\b",
    re.IGNORECASE,
)
_ILL_AT_FIRST = re.compile(
    r"^ill (?=(?:have|be|go|get|never|probably|just|try|do|miss|need|ring|call|ask|tell|see|text|find|take|put|write|send|stay|leave|make|keep|start)\b)",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"\blike (?=\d|(?:a|an|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty) "
    r"(?:\w+ )?(?:hours?|days?|weeks?|months?|years?|times|places|people|minutes|grand|hundred|quid)\b)|\s+i think(?=,|$)",
    re.IGNORECASE,
)
"""The "like" of "for like two weeks", which nobody says back."""
_TAG = re.compile(
    r"\b(?:do|does|did|is|are|was|were|can|could|would|will|has|have)(?:n't)? (?:it|he|she|they|i)$|\bright$",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"[.!?,-]\s*(?:well|or|i mean|sorry)?,?\s*(?:was|were|had|used to(?: be)?|not any ?more)[.!]*$",
    re.IGNORECASE,
)
"""What was just said is no longer so: "my girlfriend is french. was"."""
_TURNED = {
    "i": "you", "i'm": "you're", "i've": "you've", "i'll": "you'll", "i'd": "you'd", "me": "you",
    "my": "your", "mine": "yours", "myself": "yourself", "we": "you", "we're": "you're",
    "we've": "you've", "we'll": "you'll", "we'd": "you'd", "us": "you", "our": "your", "ours": "yours",
    "ourselves": "yourselves",
}  # fmt: skip
_AFTER_I = {"am": "are", "was": "were", "wasn't": "weren't"}
_MENDED = {
    "gonna": "going to", "wanna": "want to", "gotta": "have to", "kinda": "kind of", "sorta": "sort of",
    "n": "and", "w": "with", "abt": "about",
    "im": "i'm", "ive": "i've", "dont": "don't", "cant": "can't", "wont": "won't", "didnt": "didn't",
    "doesnt": "doesn't", "isnt": "isn't", "wasnt": "wasn't", "hes": "he's", "shes": "she's",
    "havent": "haven't", "hasnt": "hasn't", "couldnt": "couldn't", "wouldnt": "wouldn't",
    "arent": "aren't", "werent": "weren't", "theyre": "they're", "theres": "there's", "hadnt": "hadn't", "itll": "it'll",
    "wouldve": "would've", "couldve": "could've", "shouldve": "should've",
    "hed": "he'd", "theyd": "they'd", "itd": "it'd", "theyve": "they've", "whos": "who's",
}  # fmt: skip
_MOMENTARY = re.compile(
    r"\b(?:today|tonight|tomorrow|yesterday|now|this|here|just|ago)\b", re.IGNORECASE
)
_FEELS = re.compile(
    r"\b(?:feel|feels|felt|miss|scared|afraid|worried|proud|lonely|tired|cried|crying)\b"
)
_COUNTS = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|every|"
    r"third|fourth|hours?|weeks?|months?|years?|night|morning|monday|sunday|saturday|friday)\b"
)


@lru_cache(maxsize=256)
def mirror(text: str) -> str:
    """Return a message's most telling clause, turned round and without a full stop, or nothing.

    Example:
        >>> mirror("idk. i sat by the phone like a kid")
        'you sat by the phone like a kid'
    """
    fit = _sayable(text)
    if not fit:
        return ""
    # What a message comes to stands at its end more often than at its beginning.
    best = max(range(len(fit)), key=lambda at: _worth(fit[at]) + LATER * at / len(fit))
    return _turned(fit[best])


def sayable(words: str) -> str:
    """Return a few words turned round, as part of a sentence of ours; nothing where they should not be said.

    Example:
        >>> sayable("tell my mum")
        'tell your mum'
    """
    mended = " ".join(_MENDED.get(word, word) for word in words.split())
    unsaid = (
        _NOT_SAID_BACK.search(mended)
        or _OATHS.search(mended)
        or any(map(_is_slip, _unknown(mended)))
    )
    return "" if unsaid else _turned(mended)


@lru_cache(maxsize=256)
def told(text: str) -> str:
    """Return what a message says in a form that follows "you said", also some time later, or nothing.

    Example:
        >>> told("My dad keeps asking me about it.")
        'your dad keeps asking you about it'
    """
    fit = [c for c in _sayable(text) if _SUBJECT.match(c.lower()) and not _MOMENTARY.search(c)]
    return _turned(max(fit, key=_worth)) if fit else ""


def _sayable(text: str) -> list[str]:
    """Return every clause of a message that may be said back."""
    text = text.replace("’", "'").replace("…", ".")
    if len(text.split()) > LONG_MESSAGE or _misspelt(text) or _TAKEN_BACK.search(text):
        return []
    if _by_a_learner(text):
        return []
    return _clauses(text.lower() if _shouted(text) else text)


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(lexicon("mirroring")[kind])


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Return the words of our own corpus: with them it is told what is misspelt."""
    return frozenset(packaged_text("english.txt").split())


def _by_a_learner(text: str) -> bool:
    """Whether a message has slips of somebody who is learning English."""
    return any(
        (found["before"] or "").lower() not in _OTHERS_WORDS.split("|")
        for found in _BY_A_LEARNER.finditer(text)
    )


def _misspelt(text: str) -> bool:
    return len(set(_unknown(text))) >= MISSPELT


def _unknown(text: str) -> list[str]:
    """Return the words of a text that are neither known nor names."""
    words = re.findall(r"[A-Za-z]+(?:'[a-z]+)?", text)
    return [w for w in words if w.islower() and w not in _known() and w not in _MENDED]


@lru_cache(maxsize=256)
def _is_slip(word: str) -> bool:
    """Whether an unknown word is one letter, or two that changed places, from a known one."""
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    near = {a + b[1:] for a, b in halves if b}
    near |= {a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1}
    near |= {a + c + b for a, b in halves for c in ascii_lowercase}
    near |= {a + c + b[1:] for a, b in halves if b for c in ascii_lowercase}
    return len(word) > 1 and not near.isdisjoint(_known())


def _shouted(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 8 and sum(c.isupper() for c in letters) > 0.7 * len(letters)


def _clauses(text: str) -> list[str]:
    """Return the sentences that can be said whole, and of the others the parts that can stand alone."""
    found = []
    for sentence in _END.split(text):
        if sentence.strip().endswith("?"):
            continue
        whole = _plain(sentence)
        if _may_be_said(whole) and whole.count(",") <= 1:
            found.append(whole)
            continue
        pieces = [_plain(piece) for piece in _weighty(_PIECE.split(sentence))]
        found += [p for p in pieces if _may_be_said(p) and _stands_alone(p)]
    return found


def _weighty(pieces: list[str]) -> list[str]:
    """Return the parts of a sentence without those that a "but" takes the weight from."""
    after = [*pieces[1:], ""]
    return [p for p, following in zip(pieces, after, strict=True) if not _BUT.match(following)]


_HALF = re.compile(
    r"(?:didn't|couldn't|haven't|hadn't|can't|won't|went|came|got(?!.*\b(?:tomorrow|tonight|next|on \w+day|at \d))|left|kept|made|told|woke|slept|walked|spent|lost|found|saw|"
    r"took|put|bought|ate|drank|sat|cried|called|rang|texted|dropped|burnt|burned|broke|forgot|finished|missed|washed|cleaned) "
    r"(?!by |from |of |to |with )(?:\w+ ){0,4}(?:my|myself)\b",
    re.IGNORECASE,
)
"""What is said of oneself without saying who: "didn't finish my tea"."""


def _plain(clause: str) -> str:
    clause = _ILL.sub(r"\1 i'll", _FILLER.sub("", _OATHS.sub("", clause)))
    said = _ILL_AT_FIRST.sub("i'll ", _LEAD.sub("", clause.strip().strip(".!,;:- ")))
    said = _TAIL.sub("", said)
    said = " ".join(_MENDED.get(word.lower(), word) for word in said.split())
    return f"i {said[:1].lower()}{said[1:]}" if _HALF.match(said) else said


def _may_be_said(clause: str) -> bool:
    words = clause.lower().replace(",", "").split()
    return (
        SHORTEST <= len(words) <= LONGEST
        and words[-1] not in _words("open_end")
        and not _NOT_SAID_BACK.search(clause)
        and not _NO_START.match(clause)
        and not _TAG.search(clause)
        and not _DIRECTS.search(clause)
        and not any(map(_is_slip, _unknown(clause)))
        and not _NO_SUBJECT.match(clause)
        and _particular(clause) >= (1 if _SUBJECT.match(clause.lower()) else PARTICULAR)
        and words.count("i") + words.count("i'm") <= 3
    )


def _stands_alone(piece: str) -> bool:
    """Whether a part of a sentence says something by itself."""
    return _SUBJECT.match(piece.lower()) is not None and _particular(piece) >= PARTICULAR


def _particular(clause: str) -> int:
    return sum(word not in _words("empty") for word in clause.lower().replace(",", "").split())


def _worth(clause: str) -> float:
    """Return how telling a clause is: particular, felt, of a middle length."""
    lowered = clause.lower()
    words = lowered.split()
    particular = _particular(clause)
    return (
        min(particular, 4)
        + 1.0 * bool(_FEELS.search(lowered))
        + 0.8 * bool(_COUNTS.search(lowered))
        - FRAMES * bool(_FRAMES.match(lowered))
        - 0.25 * abs(len(words) - GOOD_LENGTH)
    )


def _is_name(word: str) -> bool:
    """Whether a word's capital letter is its own and not the sentence's."""
    lowered = word.lower()
    return word.istitle() and (lowered not in _known() or lowered in _words("days"))


def _turned(said: str) -> str:
    turned: list[str] = []
    subject = ""
    for index, word in enumerate(said.split()):
        core, tail = re.match(r"(.*?)(\W*)$", word).groups()  # type: ignore[union-attr]
        lowered = core.lower()
        if lowered in _TURNED:
            new = _TURNED[lowered]
        elif subject in {"i", "we"} and lowered in _AFTER_I:
            new = _AFTER_I[lowered]
        elif lowered in _words("kin") and (
            not turned or not {w.lower() for w in turned[-2:]} & (_words("owned") | {"your"})
        ):
            new = f"your {lowered}"
        elif lowered in _words("days"):
            new = core[:1].upper() + core[1:]
        else:
            new = lowered if index == 0 and not _is_name(core) else core
        turned.append(new + tail)
        subject = subject if lowered in _words("between") else lowered
    return " ".join(turned)
