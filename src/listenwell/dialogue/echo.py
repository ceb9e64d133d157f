"""The person's own words turned towards them, only where the result is certain to be grammatical."""

import re

LONGEST = 12
SHORTEST = 4
"""Words of a sentence that can be said back: shorter ones say nothing, longer ones parrot."""

_FLIPPED = {
    "i": "you", "i'm": "you're", "i've": "you've", "i'll": "you'll", "i'd": "you'd", "me": "you",
    "my": "your", "myself": "yourself",
}  # fmt: skip
_AFTER_I = {"am": "are", "was": "were", "wasn't": "weren't"}
_MENDED = {
    "im": "I'm", "ive": "I've", "dont": "don't", "cant": "can't", "wont": "won't",
    "didnt": "didn't", "doesnt": "doesn't", "isnt": "isn't", "wasnt": "wasn't", "hes": "he's",
    "shes": "she's", "havent": "haven't", "hasnt": "hasn't", "couldnt": "couldn't", "i": "I",
}  # fmt: skip
# Whoever else is spoken to or for, a question, slang and hedges make the turn uncertain.
_UNCERTAIN = re.compile(
    r"\b(you\w*|u|ur|we|we're|us|our\w*|mine|let's|lol|lmao|haha\w*|omg|idk|tbh|rn|cuz|bc|wanna|"
    r"gonna|kinda|gotta|like|so|then|this|today|tonight|tomorrow|yesterday|now|ago|just|here|"
    r"guess|think|know|mean|said|says|told|if|whether|wish|hope|what|why|who|when|where|how|"
    r"die|died|death|passed|cancer|dead|kill\w*|hurt\w*|suicid\w*|fuck\w*|shit\w*|hate|stupid|"
    r"ugly|worthless|fat|bitch|damn|god|pray\w*|pills?|\w*(.)\2\2\w*)\b|[^\w\s',.-]|\d",
    re.IGNORECASE,
)
_THIRD = re.compile(
    r"^my (?:best |little |big |older |younger |old |new |own )?[a-z]+(?:-[a-z]+)? "
    r"(?:keeps?|never|always|barely|hardly|moved|left|got|gave|took|wants?|has|hasn't|"
    r"doesn't|don't|didn't|won't|can't|cheated|lied|died|broke|lost|found|sold|"
    r"forgot|yelled|screamed|shouted|laughed|ignores?|ignored|stopped|started|called|came|"
    r"went|was|wasn't|works|drinks|cries|cried)\b"
)
_FIRST = re.compile(
    r"^(?:i (?:don't want|want|miss|can't stop|can't|keep|never|always|feel|felt|lost|failed|"
    r"missed|forgot|cried|had to|have to|need|love|used to|couldn't|spent|worked|quit|left|"
    r"didn't get|haven't)|i'm (?:not |really |still |always |scared|afraid|worried|tired|behind|"
    r"alone|ashamed|proud|angry|jealous))\b"
)
_LEAD = re.compile(
    r"^(?:(?:and|but|because|well|yeah|yes|also|honestly|i guess|i think|i just|it's just that)\s+)+",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n;:,()]+(?:[.!?]|\n|$)")


def restated(text: str) -> str:
    """Return what a message says, of anyone, in a form that follows "you said", or nothing.

    Example:
        >>> restated("My dad keeps asking me about it.")
        'your dad keeps asking you about it'
    """
    return of_others(text) or of_self(text)


def of_others(text: str) -> str:
    """Return what a message says of somebody else, turned round, or nothing."""
    return _first_that(_THIRD, text)


def of_self(text: str) -> str:
    """Return what a message says of the person, turned round, or nothing."""
    return _first_that(_FIRST, text)


def _first_that(pattern: re.Pattern[str], text: str) -> str:
    # In a long story no single sentence stands for the whole.
    if len(text.split()) > 40:
        return ""
    for sentence in _SENTENCE.findall(text.replace("’", "'")):
        said = _plain(sentence)
        if pattern.search(said.lower()) and _certain(said):
            return _turned(said)
    return ""


def _plain(sentence: str) -> str:
    words = _LEAD.sub("", sentence.strip().rstrip(".!")).split()
    return " ".join(_MENDED.get(word, word) for word in words)


def _certain(said: str) -> bool:
    words = said.split()
    shouted = len(words) > 2 and said.upper() == said
    ends_open = words[-1].lower() in {"and", "but", "or", "to", "the", "a", "my", "is", "me"} - {
        "me"
    }
    return (
        SHORTEST <= len(words) <= LONGEST
        and not shouted
        and not ends_open
        and _UNCERTAIN.search(said) is None
    )


def _turned(said: str) -> str:
    turned: list[str] = []
    before = ""
    for index, word in enumerate(said.split()):
        lowered = word.lower()
        if lowered in _FLIPPED:
            turned.append(_FLIPPED[lowered])
        elif before == "i" and lowered in _AFTER_I:
            turned.append(_AFTER_I[lowered])
        else:
            turned.append(lowered if index == 0 else word)
        before = lowered
    return " ".join(turned)
