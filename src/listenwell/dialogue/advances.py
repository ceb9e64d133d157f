"""Whether a message wants sex talk of the listener; who tells of being asked for it is never meant.

A request is the whole of a clause: "talk dirty to me" is one, "talk dirty to me is his song" is none.
"""

import re

from listenwell.dialogue.words import padded

LONGEST_REQUEST = 40
"""Words up to which a message can be a request; a longer one is a story, whatever stands in it."""

_SPELLED: dict[str, str] = {
    spelling: word
    for word, spellings in {
        "are": "r", "you": "u ya yu", "your": "ur", "to": "2", "what": "wat wut whut wht", "for": "4",
        "please": "pls plz plss", "with": "w wit wiht", "talk": "tlk tlak takl tawk tak", "some": "sum",
        "dirty": "dirrty dirtie diry drity durty dirdy", "nudes": "noods nudez newds nuds nudees",
        "nude": "nood newd", "have": "hav hve", "sex": "secks sexx seks s3x segs seggs", "send": "snd sned sen",
        "want to": "wanna wana", "let's": "lets lez", "horny": "horney horni hornie hornt h0rny", "me": "mee",
        "sexting": "sextin", "wearing": "wearin waering wering", "turn": "trun tern", "fuck": "fuk fuc fck",
        "boobs": "bewbs boobies boobz", "roleplay": "rp roleplaying rollplay", "show": "shw", "naked": "nekkid",
        "pics": "pix", "right now": "rn", "about": "abt", "come on": "cmon",
    }.items()
    for spelling in spellings.split()
}  # fmt: skip
_STRETCHED = re.compile(r"([a-z])\1{2,}")

_LEAD = (
    r"(?:(?:hey|hi|hello|hiya|yo|ok|okay|so|now|then|just|and|but|or|well|please|come on|baby|babe|daddy|bot|ai|lol|haha|"
    r"yes|yeah|no|nah|actually|maybe|cool|right|because|i'm \w+(?: \w+)?|i'm \d+ years old|listenwell) ){0,8}"
)
_TAIL = (
    r"(?: (?:please|now|right now|tonight|today|with me|to me|for me|with you|baby|babe|daddy|lol|haha|then|again|too|or "
    r"not|or something|or anything|together|a bit|a little|anyway|just once|once|more|you and me|me and you|i'm \w+|i'm so \w+|"
    r"ok|okay|bot|hun|honey|x+|about me|at the moment|though|or what|already|instead)){0,8}"
)
_YOU_ARE_ASKED = (
    r"(?:can|could|will|would|won't|can't) you (?:please |just |maybe )?|(?:do |would )?you (?:want|like|wanna) to |"
    r"(?:i want|i need|i'd like|i would like|i'd love) you to |i want us to |would you like to |why don't (?:you|we) |are you going to "
)
_ASKED_SOMEHOW = (
    rf"(?:{_YOU_ARE_ASKED}|(?:can|could|shall|should) we (?:please |just |maybe )?|let's (?:just )?|let us |let me |"
    r"how about (?:we |you )?|do you (?:do )?|want to |i want to |can i (?:please |just )?|i'd like to |)"
)
_PICTURES = r"(?:pics?|pictures?|photos?|selfies?|videos?|vids?)"
_PARTS = r"(?:tits|titties|boobs|pussy|dick|cock|ass|butt|nipples|panties|underwear|naked body)"
_DEEDS = "|".join((
    r"talk(?:ing)? (?:really |so |all |more )?(?:dirty|naughty|sexy|filthy|kinky)",
    r"(?:do )?(?:some )?dirty talk(?:ing)?(?: (?:to|with))?(?: me)?|talk about sex with me",
    r"(?:say|tell|write|whisper)(?: to)?(?: me)?(?: (?:something|some|a|an|anything|things|your))?(?: (?:really|very|more))? "
    r"(?:dirty|naughty|sexy|sexual|filthy|erotic|kinky|smutty|sex|erotica|smut|porn)"
    r"(?: (?:things?|story|stories|stuff|words|talk|fantasy|fantasies))?(?: about (?:us|you|me))?",
    r"(?:do |have |try |start )?sext(?:ing)?(?: with)?(?: me)?(?: chat)?",
    r"(?:send|show|give|text|dm|see|have)(?: me)?(?: (?:some|a|any|your|more|the|of|one|sexy|hot|dirty|you))* "
    rf"(?:nudes?(?: {_PICTURES})?|{_PARTS}(?: {_PICTURES})?)(?: of (?:you|yourself))?",
    rf"(?:send|show|give|text|dm|see|have)(?: me)?(?: (?:some|a|any|your|more))* (?:sexy|hot|naked|dirty|naughty) {_PICTURES}"
    r"(?: of (?:you|yourself))?",
    rf"(?:send|show|give|see)(?: me)?(?: (?:some|a|any|your|more))* {_PICTURES} of (?:you|your \w+) naked|see you naked|nudes",
    r"(?:do |play |have |try )?(?:an? |some )?(?:role ?play|pretend)(?:ing)?(?: \w+){0,5}? (?:sex|sexual(?:ly)?|sexy|erotic|dirty|kinky|"
    r"in bed|lovers|nsfw)(?: (?:scene|story|stuff|thing|one))?",
    r"(?:do |play |have |try )?(?:an? |some )?(?:(?:sex(?:ual|y)?|erotic|dirty|kinky|nsfw) role ?play(?:s|ing)?|erp)",
    r"(?:have|try|do) (?:some )?(?:(?:hot|phone|cyber|virtual|online|chat|text) ?)*sex|(?:cyber|phone) ?sex",
    r"(?:make love|sleep|hook up|get (?:dirty|naughty|freaky|kinky|sexy|intimate)|be (?:dirty|naughty|kinky)|have sex|fuck|flirt dirty) "
    r"(?:to |with )(?:me|you)|do it with you",
    r"turn me on|make me (?:horny|cum|wet|hard|orgasm)|suck my (?:dick|cock)|(?:jerk|wank) me off|moan for me|touch yourself",
    r"strip(?: for me)|undress(?: for me)?|get naked|take (?:off your clothes|your clothes off|off your \w+)|fuck me (?:hard|daddy|baby|please)",
    r"be my (?:sex ?bot|sex ?slave|slut|dominatrix|sex ?toy)",
))  # fmt: skip
_QUESTIONS = "|".join((
    r"are you (?:so |a bit |feeling |getting |really )*(?:horny|turned on|naked|wet|kinky|nude)",
    r"(?:do|can) you (?:ever |even )?(?:get|feel|be) (?:horny|turned on|wet|naughty)",
    r"do you (?:like|want|have|enjoy|watch|do) (?:to have |having )?(?:sex|porn|sexting|nudes|dirty talk)",
    r"(?:does|did) (?:this|that|it) (?:turn you on|make you (?:horny|wet))|do i (?:turn you on|make you (?:horny|wet))",
    r"what(?:'re| are)? you wearing(?: under \w+| in bed)?|what colou?r (?:is|are) your (?:underwear|panties|bra|nipples)",
    r"are you wearing (?:any )?(?:underwear|panties|anything|a bra|clothes)|have you (?:ever )?had sex",
    rf"do you have (?:a )?{_PARTS}|how big (?:is|are) your {_PARTS}",
    r"(?:(?:can|may) i|i want to|let me|i'd like to) (?:fuck|bang|lick|make love to|have sex with|sleep with) you",
    r"(?:(?:can|will|would|could) you|i want you to|i need you to) (?:please )?(?:fuck me|get me off|lick me)",
    r"i want (?:sex with you|you naked|you inside me|your (?:dick|cock|pussy|body))",
    r"i'm (?:so |really |very |fucking |super |kinda |feeling |pretty )*horny(?: for you)?(?: help me| talk to me)?",
))  # fmt: skip
_ASKS = re.compile(f"{_LEAD}(?:{_ASKED_SOMEHOW}(?:{_DEEDS})|(?:{_QUESTIONS})){_TAIL}")
_ASKS_YOU = re.compile(rf"{_LEAD}(?:{_YOU_ARE_ASKED}|do you |are you )")
_CAN_YOU = re.compile(rf"{_LEAD}(?:can|could|will|would) you ")
_MAY_ASK = re.compile(
    rf"{_LEAD}(?:can|could|should|shall) we (?:just )?do it{_TAIL}|{_LEAD}(?:do you )?want to do it{_TAIL}"
)
_CLAUSE = re.compile(r"[.!?;,:…\n()–—]+|\s-+\s")
_QUOTED = re.compile(r"[\"“”«»]|(?<!\w)['‘][^'’]+['’](?!\w)")
_OTHERS = (
    r"he|she|they|he's|she's|they're|him|her|them|his|someone|somebody|everyone|everybody|people|guys?|man|men|boys?|girls?|"
    r"bloke|dude|stranger|creep|uncle|stepdad|stepfather|boss|teacher|coach|pastor|priest|boyfriend|bf|gf|girlfriend|ex|husband|"
    r"wife|partner|dad|father|brother|cousin|friend|mate|manager|neighbou?r|colleague|coworker|classmate"
)
_ANOTHER = re.compile(rf" (?:{_OTHERS}) ")
_REPORTED = re.compile(
    r" (?:said|says|told|tells|asked|asks|asking|texted|texts|texting|wrote|writes|messaged|messages|messaging|shouted|shouts|"
    r"whispered|commented|goes|texts?|messages?|dms?|comments?|emails?|song|film|lyrics?|line|that's what|that's all|that's how|"
    r"this is what|i got|i get|i keep getting) "
)
_APPROACHES = re.compile(
    rf" (?:{_OTHERS}) .*\b(?:messag|texts|texted|texting|dm|ask(?:s|ed|ing) (?:me|for)|wants me|harass|snap|pester|beg(?:s|ged|ging) me|"
    r"flirt|creep|pressur|nude|sex|dirty)"
)


def asks_for_sex(text: str) -> bool:
    """Whether a message asks the listener for sex or talk of it, rather than tells of somebody who did."""
    clauses = [plain for one in _CLAUSE.split(text) if (plain := _spelled(one))]
    plain = f" {' '.join(clauses)} "
    if len(plain.split()) > LONGEST_REQUEST or _QUOTED.search(text) or _REPORTED.search(plain):
        return False
    asking = [one for one in clauses if _ASKS.fullmatch(one)]
    return bool(asking) and (not _ANOTHER.search(plain) or any(map(_ASKS_YOU.match, asking)))


def may_ask_for_sex(text: str) -> bool:
    """Whether a message is one only where nothing else can be meant: "can we do it"."""
    return _MAY_ASK.fullmatch(_spelled(text)) is not None


def asks_outright(text: str) -> bool:
    """Whether a message asks "can you", which is hardly what somebody else wrote."""
    return any(_CAN_YOU.match(_spelled(one)) for one in _CLAUSE.split(text))


def tells_of_approaches(text: str) -> bool:
    """Whether a message tells of somebody else who writes, asks or wants: what follows may be their words."""
    return _APPROACHES.search(padded(text)) is not None


def _spelled(text: str) -> str:
    """Return a text's words without padding, stretched and misspelled ones set right."""
    words = (_STRETCHED.sub(r"\1", word) for word in padded(text).split())
    return " ".join(_SPELLED.get(word, word) for word in words)
