"""What a person has said, as far as plain words tell it: topic, feelings, people, wishes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from listenwell.core.types import History
from listenwell.dialogue.authored import lexicon
from listenwell.dialogue.mirror import mirror, told
from listenwell.dialogue.pronouns import pronoun_of
from listenwell.dialogue.words import has, has_any, padded, struck, tokens

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
_ONE_MATTER = {"job_search": "work", "future": "work"}
_RELATIONS = (
    "mom|mum|mother|dad|father|sister|brother|wife|husband|girlfriend|boyfriend|partner|fiancé|"
    "fiancee|son|daughter|grandmother|grandma|grandfather|grandpa|aunt|uncle|cousin|friend|boss|"
    "manager|roommate|flatmate|teacher|neighbour|neighbor|coworker|colleague|ex|stepmom|"
    "stepdad|nephew|niece"
)
_PERSON = re.compile(
    rf"(?<!\bwas )(?<!\bis )(?<!\blike )\bmy ((?:best|older|younger|little|big|own|late) )?({_RELATIONS})\b(?!')",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?:called|named|names?(?: is|'s| was)) ([A-Z][a-z]{2,})\b")
_NO_QUESTIONS = re.compile(
    r"\b(stop|quit|no more|enough( with)?( the)?|don't|do not|too many) (asking|questions|ask)\b|"
    r"\bstop (with )?(all )?(the|these|your) questions\b|\bso many questions\b|"
    r"\bwithout (asking|questions)\b|\bshut up with (all )?(the|your) questions\b"
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
    r"how long (?:do|should|can) i|how (?:do|can|should|would) (?:u|you) (?:tell|say to|talk to)|"
    r"help me (with|decide|figure|find|to)|how (do|can|should|could|would) i|(?<! i )(?<! as )should i|"
    r"what would help|what helps|do you think i should|where do i (even )?(start|begin)|tell me what to do|give me advice|(want|need) to know (what|how) to)\b"
)
_PARENTS_PART = re.compile(
    r" (?:parents|mum and dad|mom and dad|dad and mum|dad and mom) (?:\w+ ){0,3}(?:divorc|split|separat|break)"
)
_ASKED_OF_ONE = re.compile(r"(?:^|[.!?,;])\s*(?:happy now|[\w']+)\s*\?")
"""A word that is asked by itself: "happy?" tells nobody's feeling."""
_NEWS = (
    "got the job", "got a job", "got promoted", "a promotion", "got engaged", "got accepted", "got into", "got in",
    "got the apprenticeship", "got an apprenticeship", "got the internship", "got a place", "got the place",
    "got offered", "got the scholarship", "got the part", "made the team", "got picked", "got my visa", "got the visa",
    "i passed", "passed my", "passed the", "i won", "we won", "finally finished", "first steps",
    "i did it", "made it", "good news", "great news", "best news", "so happy", "all clear",
    "cancer free", "is clear", "was clear", "proposed", "having a baby", "paid off", "got a raise",
    "the offer", "it worked", "over the moon", "best day", "went well", "second round", "we got the", "got the flat", "got the house", "got the keys", "get the keys",
    "going to be a dad", "going to be a mum", "going to be a mom",
    "going to be a father", "going to be a mother", "going to be a grandma", "going to be a grandad", "gonna be a dad",
    "gonna be a mum", "gonna be a mom", "first grandchild", "baby is here", "i'm an auntie", "i'm an uncle", "had our first", "had our second", "had our third",
    "golden wedding", "we celebrated", "i celebrated",
)  # fmt: skip
_EXPECTING = re.compile(
    r" (?:is|are|she's|we're|they're) expecting (?=$|our |their |her |in |twins|the baby|a (?:baby|boy|girl|child))"
)
_NO_NEWS = ("did it too", "did it wrong", "did it because", "keep thinking", "my ex", "he got", "she got",
            "they got", "everyone else", "i wish", "if i")  # fmt: skip
_WINS = (
    "i phoned", "i rang", "made the call", "i made the appointment", "first okay week", "first good week",
    "first good day", "i finally", "i managed to", "i actually laughed", "for the first time in",
)  # fmt: skip
"""Small things that cost something to do, whatever the reading makes of their words."""
_EASED = (
    "was kind", "is kind", "were kind", "nice about", "decent about", "kind about", "was lovely", "is lovely",
    "so sweet", "been great", "was great about", "is supportive", "was supportive", "was understanding", "was patient",
    "done anything wrong", "actually lovely", "he's lovely", "she's lovely", "he's a good", "she's a good",
    "not his fault", "not her fault", "not their fault",
)  # fmt: skip
"""Somebody was good to them, in the middle of whatever it is."""
_HALF_HEARTED = re.compile(
    r" (?:happy|glad|pleased|proud) (?:for|of) (?:\w+ ){1,2}(?:i guess|i suppose|though|but|and yet) "
)
_LAUGHS = ("lol", "lmao", "haha*", "hehe*")
_CHEERS = (
    "made my day", "made my week", "made me laugh", "cracked me up", "so funny", "hilarious", "adorable", "so cute", "cutest", "thank god", "thank goodness", "phew", "what a relief", "such a relief", "chuffed", "awesome", "felt like a king", "felt like a queen", "like royalty", "i'm floating", "i am floating", "on cloud nine", "walking on air", "victory", "a happy dance",
    "danced in", "danced around", "danced round", "did a little dance", "jumped for joy", "whooped", "punched the air", "still buzzing", "goated", "let's goo*", "lets goo*", "what a day", "woop*", "hooray", "hurrah",
    "buzzing", "yay", "woohoo", "can't stop smiling", "still smiling", "grinning", "what a laugh", "had a laugh",
    "laughed so much", "laughed till", "laughed until", "best cuppa", "best meal", "best thing i", "got it back", "cleared me", "got the all clear",
    "braces off", "cast off", "so pretty", "so beautiful", "loving it", "loved it", "gonna love it", "going to love it", "nice thing",
)  # fmt: skip
"""Words of pleasure in small things, in which a reading often hears sorrow."""
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
    "she's ok",
    "he's ok",
    "he's okay",
    "they're okay",
    "she's going to be okay",
    "he's going to be okay",
)
"""What ends a fear: after it nothing of the fear is spoken to any more."""
_NO_RELIEF = re.compile(
    r" (?:sure|certain|thought|think|thinking|hoping|hoped|hope|said|says|told|telling|believed|pretend\w*|wish|if|like|because|keep saying) (?:that |myself |him |her |them |me )*"
    r"(?:it's|it was|it is|he's|she's|they're) "
)
"""Before words of relief: what somebody only thought or hoped."""
_CATCHES = (
    "but", "haven't", "hasn't", "can't", "couldn't", "don't", "doesn't", "didn't", "never", "nobody",
    "no one", "without", "not", "isn't", "won't", "more projects", "alone", "quit", "lost", "only",
    "thinks i'm", "think i'm", "everyone thinks", "retired", "retirement", "last day", "everyone said", "everyone says", "as if i", "used to", "supposed to",
)  # fmt: skip
_DARK = (
    "abus*", "dangerous", "violent", "violence", "assault*", "raped", "attacked", "beat me", "hit me", "hits me",
    "threaten*", "bullied", "bullying", "cheated on", "cheating on", "affair", "prison", "arrested", "homeless",
    "evicted", "given notice", "given us notice", "given me notice", "gave us notice", "gave me notice", "notice to quit", "eviction", "overdose", "suicid*", "killed", "murder*", "refugee", "bombed", "miscarr*", "stillborn", "terminal",
    "intensive care", "life support", "car crash", "burgled", "stabbed", "blocked my number", "blocked me", "she\'s straight", "he\'s straight", "like a sister to", "like a brother to", "only as a friend",
)  # fmt: skip
"""Words of what is never told as something good, whatever the rest reads like."""
_SPOKEN_FIGURES = re.compile(
    r" (?:i thought i was|i thought i'm|felt like i was|i'm literally|thought i was literally) dying (?!of )| to death (?=$|\w)| dying (?:of|to|for) "
    r"(?:boredom|embarrassment|laughter|shame|know|see|ask|tell|a drink) | in the past |"
    r" (?:like|as|than) (?:a|an|the|some|at a) (?:funeral|graveyard|grave|cemetery|morgue|death)\b| like death\b|"
    r" (?:moved|moving|relocated|here|away|abroad|came|come|live|living) (?:\w+ ){0,4}for work\b|"
    r" dead (?=(?:quiet|tired|easy|good|nice|funny|slow|boring|happy|proud|cold|chuffed|keen) )"
)
"""Ways to speak in which nobody dies: "bored to death" is about no death."""
_GOOD_VERSION = re.compile(
    r" (?:tell|told|telling|say|said|saying|pretend|pretended|pretending|act|acted) (?:\w+ ){0,4}"
    r"(?:i'm|i am|it's|everything's|everything is|all is|life is) (?:\w+ ){0,2}"
    r"(?:great|good|happy|amazing|wonderful|fine|okay|ok|lovely) "
)
"""What is told at home so that nobody worries."""
_HAPPY_TEARS = re.compile(
    r" (?:so happy|happy enough) (?:that )?i (?:could|can|nearly|almost) (?:cry|cried) |"
    r" (?:happy|good) tears | tears of joy | (?:cry|cried|crying) (?:with|from|for) (?:joy|happiness) "
)
_TEARS = ("cried", "cry", "crying", "tears")
_OF_ANOTHER = re.compile(r" (?:he|she|they|(?:my|his|her|our|the) \w+(?: \w+)?) $")
_OF_OTHERS = re.compile(
    r" (?:(?:he|she|they|(?:my|his|her|our|the) \w+(?: \w+)?|cat|dog|puppy|kitten|baby|mum|mom|dad|everyone|everybody|people) "
    r"(?:is|are|was|were|seems?|gets?|looks?|looked|seemed)|(?:he|she|they)(?:'s|'re)) "
    r"(?:so |really |very |always |just |only |all )?$|"
    # what somebody takes me for: "she thinks i'm mad at her"
    r" (?:thinks?|thought|says?|said|reckons?|assumes?|told \w+) (?:that )?(?:i'm|i was) (?:so |really |just )?$|"
    # what somebody is called or found is no feeling: "she finds me exhausting"
    r" (?:finds?|found|finding|calls?|called|thinks?|thought) me (?:so |too )?$"
)
_ATTRIBUTIVE = re.compile(
    r" (?:looks?|looking|looked) like (?:an?|the|some) (?:\w+ )?$|(?<! being)(?<! i'm)(?<! am)(?<! i was)(?<! me)(?<! like)(?<! such)"
    r" (?:an?|the|that|his|her|their|its|another|every|two|three|some) (?:very |rather |slightly |really |bit )?$"
)
_OWN_TIMES = re.compile(
    r"(?:day|night|week|month|year|time|morning|evening|afternoon|weekend|place|feeling|thought|house|home|bed|flat|"
    r"room|kid|child|person|people|girl|boy|man|woman|mess|wreck|bit|lot|heart|life|silence|way|moment|one|news|goodbye|"
    r"journey|winter|summer|christmas|birthday|thing|part|phone|call|letter|truth|and|but|i|about|at|of|for|to|that|because|when|with|by|in)s?$"
)
"""What stands behind a feeling's word that tells of the person all the same: "a sad day"."""
_ADJECTIVES = re.compile(
    r"(?:sad|angry|anxious|scar(?:ed|y)|lonely|furious|nervous|worried|frightened|frighten\*|terrified|terrifying|annoyed|annoying|irritat\*|"
    r"frustrat\*|exhaust\*|stress\*|disappoint\*|upset|broken|heartbroken|miserable|unhappy|jealous\*|proud|happy|excited|glad|grateful|"
    r"delighted|relaxed|embarrass\*|hollow|isolated|invisible|depress\*|devastated|hopeless|disgusted|drowning|numb)$"
)
_OTHERS_STATE = re.compile(
    r" (?:(?:he|she|they|everyone|everybody|(?:my|his|her|our|the|their) (?!\w+ (?:and|or) i )\w+(?: \w+)?) "
    r"(?:is|are|was|were|seems?|gets?|got|looks?|looked|seemed|sounds?|sounded|feels?|felt)|(?:he|she|they)(?:'s|'re)) "
    r"(?:so |really |very |always |just |only |all |too |a bit |still |not )?(?P<a>[\w']+)(?: and (?:so )?(?!(?:i|he|she|you|we|they|it|my|the|that|not|then|now|i'm|he's|she's)\b)(?P<b>[\w']+))?(?= )"
)
"""How somebody else is or feels, where cues are looked for that tell of the person: "she looked tired"."""
_SIMILE = re.compile(
    r"(?<! feel)(?<! felt)(?<! feels)(?<! feeling)(?<! am)(?<! i'm)(?<! was)(?<! me)(?<! looks)(?<! look) (?:like|as \w+ as) "
    r"(?:an?|the|two|some) (?P<what>[\w']+(?: (?!(?:on|in|at|i|and|but|when|to|of|for|with|it|he|she|they|the|a|all|every|my|that|again|today|now|so|then)\b)[\w']+)?)(?= )"
)
"""What something is likened to, unless it is how the person feels or is treated."""
_DULL = (
    "quiet day", "slow day", "nothing much", "boring day", "dull day", "same old", "usual day", "normal day",
    "ordinary day", "lazy day", "not much going on", "nothing happened", "not much happened", "nothing special", "nothing new",
)  # fmt: skip
_OTHERS_DO = re.compile(
    r" (?:he|she|they|(?:my|his|her|our) \w+) (?:just |even |nearly |never |always )?$"
)
_DONE = frozenset({"cried", "cry", "worry", "worries", "panic*"})
"""Feelings that are verbs, and others' where others do them: "he cried"."""
_FIGURATIVELY = re.compile(
    r" (?:i (?:nearly |almost |literally |actually |just )?died|died laughing|died of embarrassment|"
    r"(?:phone|battery|laptop|car|engine|plant) (?:just |has |had )?died) "
)
_AT_ODDS = re.compile(
    r" (?:haven't|hasn't|havent|hasnt|not|stopped|don't|doesn't) (?:really |even )?(?:spoken|talked|speaking|talking|speak|talk) "
    r"(?:to (?:each other|me|him|her|them) )?(?:since|after) (?:\w+ |\w+'s ){0,3}funeral "
)
"""A funeral that only tells since when two are at odds: "we haven't spoken since dad's funeral"."""
_OVERDONE = frozenset(
    {
        "read",
        "reads",
        "worry",
        "worries",
        "love",
        "loved",
        "talk",
        "talks",
        "drinks",
        "miss",
        "think",
    }
)
"""Before "too much": no strain of the person's."""
_QUOTED = re.compile(r'["“][^"”]{1,60}["”]')
"""What somebody else called it: no feeling of the person's own."""
_PASSED = re.compile(
    r" (?:mum|mom|mam|mother|dad|father|nan|gran|grandma|grandad|grandpa|husband|wife|brother|sister|"
    r"friend|partner|aunt|uncle|son|daughter|he|she) (?:has |had |just )?passed"
    r"(?= (?:$|last |this |two |three |four |five |\d|suddenly|in (?!the |her |his )|when i|before i|after a))"
)
_LOST_EARLY = re.compile(
    r" lost (?:\w+ ){1,4}at (?:\d+|six|seven|eight|nine|ten|eleven|twelve|twenty) weeks "
)
"""A death and a miscarriage in words that alone mean something else."""
_IN_PASSING = re.compile(
    r" (?:side|sides|in|during|before) (?:the|our|my|their) (?:divorce|break ?up|separation) |"
    r" left me (?:an?|the|his|her|this|some|nothing|alone|in (?:charge|the)|with|feeling|wondering|to) "
)
"""What is no parting of theirs: "in the divorce", "he left me a voicemail"."""
_FUNERAL_PAST = re.compile(
    r" (?:same as|same at|same thing at|like at|just like) (?:\w+(?:'s|s)? ){0,3}funeral (?!is |was |on |tomorrow |today )"
)
"""A funeral that was long ago or is named in passing: "same as dad's funeral"."""
_ERRANDS = re.compile(
    r" (?:(?:get|gets|getting|got|drive|driving|drove|walk|walking|cycle|way|bus|train|commute|go|goes|going|went|back|home|"
    r"off|run|late|ready|leave|leaves|left|leaving) (?:to|for|from) (?:work|school|college|uni|university)|"
    r"(?:before|after|during|from|to) (?:work|school|college|uni)|school (?:run|shoes|bag|gates?|uniform|trip|holidays?|night|play)|"
    r"for (?:the |my |our )?(?:dogs?|cats?)|wet dog|(?:when|since|after|before) (?:i|he|she|they|we) (?:got|was|were) "
    r"(?:laid off|fired|sacked|made redundant)|(?:a|my|his|her) job in|shift work|works? (?:late|nights|away|there|shifts))(?= )"
)
"""Work, school and animals that only tell where or when something else was."""
_OF_THEM = re.compile(
    r" (?:dread\w*|hate|can't face|sick of|scared of|afraid of|struggl\w+|want to) "
)
_DENIALS = (
    "not", "never", "isn't", "wasn't", "don't", "doesn't", "didn't", "can't", "couldn't", "wouldn't",
    "no", "without", "stop", "hardly", "less", "nobody", "nobody's",
)  # fmt: skip
_DENIES = frozenset({"not", "isn't", "wasn't", "never"})
_NO_FEELING = frozenset({"don't", "didn't", "doesn't"})
_NOBODY_DIED = re.compile(
    r" (?:haven't|hasn't|didn't|never) (?:lost|lose) (?:anyone|anybody|someone|him|her|them) |"
    r" (?:nobody|no one)(?:'s| is| has)? (?:dead|died|dying) |"
    r" (?:he|she|they|it|\w+)(?:'s| is| are|'re)? (?:not|isn't|aren't) (?:dead|dying|gone) |"
    r" (?:is|are|he's|she's|they're) (?:still |very much )?alive "
)
"""What ends it that a death is heard in what was said so far."""
_NOT_YET = frozenset({"if", "should", "be", "used"})
"""Before a word of gladness: "if i'm happy", "supposed to be happy", "used to be so happy"."""
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
        story: Those of the newest messages together: what somebody who asks for a way is asking about.
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
        of_others: Words that the newest message says of somebody else only: how they are or feel.
        likened: Words that the newest message only likens something to: "screams like a kettle".
        dull: Whether a day is told of as one with nothing in it.
        pronoun: "he" or "she" where only one person is spoken of, and it is known which.
        span: How long something has lasted, where a short message says so ("31 years").
    """

    plain: str
    story: str = ""
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
    eased: bool = False
    laughs: bool = False
    cheers: bool = False
    half_hearted: bool = False
    after_good_news: bool = False
    has_a_catch: bool = False
    dark: bool = False
    denied: frozenset[str] = frozenset()
    person_died: bool = False
    of_others: frozenset[str] = frozenset()
    pronoun: str = ""
    likened: frozenset[str] = frozenset()
    dull: bool = False


def hear(history: History, refused: frozenset[str] = frozenset()) -> Heard:
    """Return what the words of a conversation tell; its newest message is the person's.

    Args:
        history: The conversation.
        refused: Feelings that we named and the person refused.
    """
    said = history.said_by("user")
    newest, before = (said[-1], said[:-1]) if said else ("", ())
    plain = padded(newest)
    if _NOBODY_DIED.search(f"{plain} {' '.join(map(padded, before[-LASTING:]))}"):
        before = tuple(map(_without_deaths, before))
    told_plainly = _QUOTED.sub(" ", newest)
    told_plainly = _ASKED_OF_ONE.sub(".", told_plainly) if " " in newest else newest
    alive = padded(_without_deaths(newest)) if _NOBODY_DIED.search(plain) else plain
    named = topics_in(_without_errands(alive, bool(before)))
    # An offer of a job is one matter, not work and the search for it and the future.
    matters = {_ONE_MATTER.get(topic, topic) for topic in named if topic not in PEOPLE}
    named = (MANY, *named) if len(matters) >= SEVERAL else named
    talked = [topics[0] for text in before if (topics := topics_in(padded(text)))]
    feelings = feelings_in(padded(told_plainly))
    person = _person(newest)
    return Heard(
        plain=plain,
        story=padded(" ".join(said[-LASTING:])),
        topic=(topic := _thread(named, before, talked, plain)),
        topics=frozenset(named),
        fresh=topic in named,
        feelings=feelings,
        earlier_feelings=() if feelings else _carried(before),
        adjectives=()
        if " than " in plain  # "more tired than angry"
        else tuple(
            dict.fromkeys(
                w
                for w in tokens(told_plainly)
                if w in _FEELING_WORDS and _affirmed(padded(told_plainly), w)
            )
        ),
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
        eased=has_any(plain, _EASED),
        laughs=has_any(plain, _LAUGHS),
        cheers=has_any(plain, _CHEERS) and not has_any(plain, _CATCHES),
        half_hearted=_HALF_HEARTED.search(plain) is not None,
        relieved=_relieved(plain, before),
        # What stands in quotation marks was said by somebody else, and seldom means what it says.
        dark=has_any(plain, _DARK),
        person_died=_died(plain, person),
        denied=_denied([padded(text) for text in said[-CARRIED:]], feelings)
        | (refused - set(feelings)),
        has_a_catch=has_any(plain, _CATCHES) or newest.count('"') > 1,
        of_others=_of_others(plain),
        pronoun=pronoun_of(said),
        likened=_likened(plain),
        dull=has_any(plain, _DULL),
        after_good_news=any(_is_good(text) for text in before[::-1][:LASTING]),
    )


def _of_others(plain: str) -> frozenset[str]:
    """Return the words that tell only how somebody else is: "tired" of "i said she looked tired"."""
    found = _OTHERS_STATE.finditer(plain)
    return _said_only_there(plain, [word for match in found for word in match.groups() if word])


def _likened(plain: str) -> frozenset[str]:
    """Return the words that stand only for what something is like: "kettle" of "screams like a kettle"."""
    found = _SIMILE.finditer(plain)
    return _said_only_there(plain, [word for match in found for word in match["what"].split()])


def _said_only_there(plain: str, told: list[str]) -> frozenset[str]:
    """Return those of some words of a text that it says nowhere else."""
    words = plain.split()
    return frozenset(word for word in told if words.count(word) == told.count(word))


def _without_errands(plain: str, under_way: bool) -> str:
    """Return a padded text without what it names in passing, unless it may be about just that."""
    rest = _ERRANDS.sub(" ", plain)
    passing = under_way or topics_in(rest)
    return rest if passing and not _OF_THEM.search(plain) else plain


def _without_deaths(text: str) -> str:
    """Return a message without its words of death, of which the person said that nobody died."""
    return struck(text, lexicon("topics")["loss"])


def topics_in(plain: str) -> tuple[str, ...]:
    """Return the topics that a padded text names, the one named most often first.

    People are named in every story, so what else is named comes before them.
    """
    plain = _SIMILE.sub(" ", _SPOKEN_FIGURES.sub(" ", plain))
    counted = {
        topic: sum(has(plain, word) for word in words) for topic, words in lexicon("topics").items()
    }
    if _PARENTS_PART.search(plain):  # a child tells it, and it is not their own love that ends
        counted["breakup"] = 0
    if _IN_PASSING.search(plain):
        counted["breakup"] -= 1
    counted["loss"] += _PASSED.search(plain) is not None and not counted["study"]
    counted["loss"] -= len(_FIGURATIVELY.findall(plain)) + len(_AT_ODDS.findall(plain))
    counted["loss"] -= len(_FUNERAL_PAST.findall(plain))
    counted["child_loss"] += _LOST_EARLY.search(plain) is not None
    named = [topic for topic, count in counted.items() if count > 0]
    return tuple(sorted(named, key=lambda topic: (topic in PEOPLE, -counted[topic])))


def _thread(named: tuple[str, ...], before: tuple[str, ...], talked: list[str], newest: str) -> str:
    """Return what the newest message is about, which may be what was spoken of before."""
    lately = [topics[0] for t in before[::-1] if (topics := topics_in(padded(t)))]
    firm = [topic for topic in lately[:LASTING] if topic in FIRM]
    lasting = next((topic for topic in firm if topic in DEEP), next(iter(firm), ""))
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
    plain = _HAPPY_TEARS.sub(" so happy ", plain)
    named = tuple(
        feeling
        for feeling, words in lexicon("feelings").items()
        if any(_affirmed(plain, word, feeling == "gladness") for word in words)
    )
    return (
        tuple(name for name in named if name != "gladness")
        if _GOOD_VERSION.search(plain)
        else named
    )


def _died(plain: str, person: str) -> bool:
    """Whether it is the person spoken of who died: not the wife whose brother did."""
    whom = re.escape(person.removeprefix("your "))
    return bool(person) and re.search(_DEATH_OF.format(whom), plain) is not None


_DEATH_OF = (
    r" my {0} (?:(?!s? (?:brother|sister|mother|mum|mom|father|dad|friend|aunt|uncle|nan|gran))\w+ ){{0,3}}"
    r"(?:died|passed|dying|is dead|was killed|is gone)\b|"
    r" (?:lost|buried|miss|missing|without|mourn\w*) my {0} "
)


def _denied(said: list[str], named: tuple[str, ...]) -> frozenset[str]:
    """Return the feelings that padded texts name only to deny them: "not fear exactly"."""
    return frozenset(
        feeling
        for feeling, words in lexicon("feelings").items()
        if feeling not in named and any(_is_denied(plain, w) for plain in said for w in words)
    )


def _is_denied(plain: str, word: str) -> bool:
    """Whether a word stands behind a denial, or is asked back with a no: "lonely?? no"."""
    end = "" if word.endswith("*") else " "
    at = plain.find(f" {word.rstrip('*')}{end}")
    if at < 0:
        return False
    lately = plain[:at].split()[-2:]
    asked_back = at == 0 and plain[at + len(word) :].split()[:1] in (["no"], ["nah"], ["nope"])
    felt = lately[-1:] in (["feel"], ["feeling"]) and not _NO_FEELING.isdisjoint(lately)
    nobody = lately[:1] in (["nobody"], ["nobody's"]) or lately[-1:] == ["nobody's"]
    return asked_back or felt or nobody or any(w in _DENIES for w in lately)


def _affirmed(plain: str, word: str, glad: bool = False) -> bool:
    at = plain.find(f" {word.rstrip('*')}" + ("" if word.endswith("*") else " "))
    if at < 0 or _OF_OTHERS.search(f"{plain[:at]} "):
        return False
    before = f"{plain[:at]} "
    if _ADJECTIVES.match(word) and _is_anybodys(before, plain[at + 1 :]):
        return False
    if _meant_otherwise(plain, before, word):
        return False
    lately = before.split()[-2:]
    if glad and not _NOT_YET.isdisjoint(lately):
        return False
    if lately and lately[-1] == "stop" and lately[0] in {"can't", "couldn't"}:
        return True
    return not any(near in _DENIALS and not word.startswith(near) for near in lately)


def _is_anybodys(before: str, after: str) -> bool:
    """Whether a feeling's word only describes something: "a disappointed solicitor", "a broken leg"."""
    behind = after.split()[1:2]
    return (
        bool(behind)
        and _OWN_TIMES.match(behind[0]) is None
        and _ATTRIBUTIVE.search(before) is not None
    )


def _meant_otherwise(plain: str, before: str, word: str) -> bool:
    """Whether the word is a figure of speech, or what somebody else does."""
    if word == "died":
        return _FIGURATIVELY.search(plain) is not None
    if word == "proud" and before.endswith(" too "):
        return True
    if word == "too much":
        return before.split()[-1:] != [] and before.split()[-1] in _OVERDONE
    if word in _TEARS and _OF_ANOTHER.search(before):
        return True
    return before.endswith(" not in a ") or (
        word in _DONE and _OTHERS_DO.search(before) is not None
    )


def _carried(before: tuple[str, ...]) -> tuple[str, ...]:
    for text in before[::-1][:CARRIED]:
        if has_any(padded(text), _RELIEF):  # what was feared before that is over
            return ()
        if found := feelings_in(padded(text)):
            return found
    return ()


def _of_the_same(topic: str, before: tuple[str, ...]) -> Iterator[str]:
    """Yield what was said of the same matter: looking back to another one is no thread."""
    return (text for text in before if topic and topic in topics_in(padded(text)))


def _relieved(plain: str, before: tuple[str, ...]) -> bool:
    """Whether what was feared turned out well."""
    plain = _NO_RELIEF.sub(" ", plain)
    if not has_any(plain, _RELIEF):
        return False
    return "health" in topics_in(plain) or any(
        {"health", "accident"} & set(topics_in(said)) or "fear" in feelings_in(said)
        for said in map(padded, before[::-1][:CARRIED])
    )


def _is_news(plain: str) -> bool:
    # "She was so happy" is no news of the person's own.
    told = has_any(_OTHERS_STATE.sub(" ", plain), _NEWS) or _EXPECTING.search(plain) is not None
    return told and not has_any(plain, _NO_NEWS)


def _is_good(text: str) -> bool:
    plain = padded(text)
    return (
        _is_news(plain) or has_any(plain, (*_WINS, *_RELIEF)) or feelings_in(plain) == ("gladness",)
    )


def _person(text: str) -> str:
    found = [m for m in _PERSON.finditer(text) if m[2].lower() != "ex" and m[1] != "late "]
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
