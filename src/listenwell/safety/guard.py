"""The guard on what is shown: every sentence is looked at, and a guard that breaks refuses."""

import re
from dataclasses import dataclass
from typing import Protocol

from listenwell.safety.normalise import normalise

SENTENCE = re.compile(r"[^.!?\n]+[.!?]*[\"')]*\s*|\n+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a text may be shown and, where not, the rule it broke."""

    allowed: bool
    rule: str = ""


class Guard(Protocol):
    """Decides whether a text may be shown."""

    def allows(self, text: str) -> Verdict:
        """Return the verdict on a whole reply."""
        ...


_FAMILY = (
    r"(mom|mum|mother|dad|father|parents?|sister|brother|wife|husband|girlfriend|boyfriend|ex|"
    r"partner|son|daughter|kids?|child(ren)?|baby|grand\w+|aunt|uncle|cousin|friends?|roommate|"
    r"dog|cat|puppy|kitten|pets?|boss|job|work|school|college|class|house|home|apartment|car|"
    r"family|neighbou?rs?|birthday|wedding|team|doctor|life|town|state|country|fianc\w+)"
)

_RULES: tuple[tuple[str, str], ...] = (
    ("claims-to-be-human", r"\bi('m| am) (a |an )?(real |actual )?(human|person|man|woman|guy|girl)\b"
                           r"|\bi('m| am) not (a |an )?(bot|ai|robot|machine|program|computer)\b"),
    ("claims-a-licence", r"\b(as|i('m| am)) (a|an|your) (licen[sc]ed |trained |qualified )?"
                         r"(therapist|counsel+or|doctor|psychologist|psychiatrist|nurse)\b"),
    ("claims-a-life", rf"\bmy (own |best |little |older |younger |old |first |new )?{_FAMILY}\b"
                      r"|\b(me too|same here|me neither|been there|done that)\b"
                      r"|\bi (also )?(had|have|got|own|lost|went|used to|grew up|was|did|felt|"
                      r"bought|live|lived|remember|work|worked|just|recently|once|always|love|hate|"
                      r"never|tried|saw|cried|watch|play|played|drive|eat|ate)\b"
                      r"(?! (to )?(hear|sorry|wonder\w*|glad|a question|no idea|with you|wrong|here|"
                      r"thinking|hoping|hope|hearing|that you|how you|when you|to ask|you))"
                      r"|\bi('ve| have) (been|had|done|gone|lost|seen|felt|tried|got|never|always)\b"
                      r"|\b(i|we) (would|'d) (have been|be|feel|cry|freak|die|never|love|probably|"
                      r"definitely|totally)\b|\bi can relate\b|\bi know (exactly )?(how|what) "
                      r"(you|that|it)('re| are)? (feel|feeling|going|like|feels|is like)\b"
                      r"|\bi('m| am) (also|so jealous|jealous|(so )?excited|going to|gonna|having|getting|"
                      r"married|pregnant|\d+)\b|\bi feel the same\b|\bi wish i\b|\bi need to\b"
                      r"|\b(we|us|our) (all )?(went|had|have|were|used|got|live|love|family|dog|kids)\b"),
    ("speaks-as-the-person", r"\b(?<!tell )(?<!let )(?<!with )(?<!told )(?<!excuse )(?<!give )(?<!remind )"
                             r"(?<!show )(?<!help )(?<!believe )(?<!telling )(?<!for )"
                             r"(?<!like )me\b(?! know)|\bi('m| am) (doing|ok(ay)?|fine|"
                             r"good|well|just|alright|tired|alone|lonely|sad|scared|afraid)\b|\bmyself\b"),
    ("diagnosis", r"\b(you (have|are suffering from|suffer from|might have|may have|probably have|"
                  r"sound like you have)|you('re| are)) (an? )?(depress(ion|ed)\b(?! about)|bipolar|"
                  r"ptsd|adhd|ocd|borderline|schizophreni\w+|narcissis\w+|clinically|anxiety disorder|"
                  r"psychotic|autistic|manic)"),
    ("medication", r"\b(\d+ ?(mg|milligrams?)|dos(e|age)s?|antidepressants?|xanax|prozac|zoloft|"
                   r"valium|ativan|lexapro|adderall|melatonin|sleeping pills?|painkillers?|opioids?)\b"
                   r"|\b(take|stop taking|increase|lower|double|start) (your|the|some|more|an?) "
                   r"(meds?|medications?|medicine|pills?|tablets?)\b"),
    ("method", r"\b(kill|hang|shoot|drown|poison|cut|overdose|suffocate|stab|harm|hurt) "
               r"(your|my|him|her|them)sel(f|ves)\b|\b(noose|overdose|suicide|slit|kill (him|her|"
               r"them|you|it))\b|\bjump off\b|\bhow many pills\b"),
    ("endorses-harm", r"\b(you should|go|just) (die|kill|hurt|cut)\b|\bbetter off dead\b|"
                      r"\b(he|she|they) deserves? (to die|it)\b|\b(serves|served) (you|him|her) right\b|"
                      r"\bget revenge\b|\bbeat (him|her|them) up\b"),
    ("promise", r"\bi (promise|guarantee|swear)\b|\b(everything|it|things|you|s?he|they|all)('s| is|'ll| will| are|'re)?"
                r" (all )?(going to |gonna |will )?be (just |all |absolutely )?"
                r"(fine|ok|okay|alright|all right|great|better soon)\b|\bi('ll| will) always\b|"
                r"\bi will never\b|\bour secret\b|\b(can|will) keep (a|your|this) secret\b"),
    ("romance", r"\bi love (you|u)\b|\bi('m| am) (in love|your (boyfriend|girlfriend|partner))\b|"
                r"\b(kiss|marry|date|hug) (you|me)\b|\b(sexy|babe|baby girl|sweetheart|honey|darling)\b"),
    ("blame", r"\b(your (own )?fault|you deserved?|shame on you|you brought (this|it)|get over it|"
              r"(stop|quit) (complaining|whining|crying|being)|man up|suck it up|grow up|"
              r"you('re| are) (so |just |being )?(stupid|dumb|crazy|lazy|selfish|overreacting|weak|"
              r"dramatic|ridiculous|silly|wrong|a (bad|terrible)))\b"),
    ("contact", r"\b\d{3}[-. ]?\d{3,4}[-. ]?\d{0,4}\b|https?://|www\.|\b[\w.]+@[\w.]+\b|"
                r"\b\w+\.(com|org|net)\b"),
    ("religion", r"\b(god bless|pray(ing|ers?|ed)?|jesus|the lord|bible|heaven|god)\b"),
    ("coarse", r"\b(fuck\w*|shit\w*|bitch\w*|damn|asshole|bastard|slut|whore|retard\w*|faggot\w*|"
               r"nigg\w*|crap|hell)\b"),
    ("prompt-leak", r"\b(system prompt|my instructions|\[usr\]|\[bot\]|\[sep\]|as an ai language)\b"),
)  # fmt: skip


class RuleGuard:
    """Authored rules over each sentence and over the whole reply."""

    def __init__(self) -> None:
        self._rules = tuple((name, re.compile(pattern)) for name, pattern in _RULES)

    def allows(self, text: str) -> Verdict:
        """Refuse a reply when any of its sentences, or the whole, breaks a rule."""
        if not text.strip():
            return Verdict(False, "empty")
        for part in (*SENTENCE.findall(text), text):
            plain = normalise(part)
            for name, pattern in self._rules:
                if pattern.search(plain):
                    return Verdict(False, name)
        return Verdict(True)


def checked(guard: Guard, text: str) -> Verdict:
    """Ask the guard; one that raises has refused."""
    try:
        return guard.allows(text)
    except Exception as error:  # whatever broke, an unchecked sentence is never shown
        return Verdict(False, f"guard-failure:{type(error).__name__}")
