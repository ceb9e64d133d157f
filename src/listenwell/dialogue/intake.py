"""What came in: cleaned so that nothing downstream can choke on it, and named when it is no story.

Ordinary turns are what small models answer worst and people answer in a few words: thanks, "idk",
"stop asking", a request for code. `kind_of` names them; `moves/moments.yaml` holds the answers.
"""

import re
import unicodedata

from listenwell.dialogue.advances import asks_for_sex
from listenwell.dialogue.words import padded

LONGEST = 20_000
"""Characters of a message that are kept whole; of a longer one, its beginning and its end."""
BRIEF = 14
"""Words up to which a message can be a moment and nothing more; a longer one has something to tell."""
TEXT = "text"
ADVANCE = "advance"

_LAUGH = r"(lol|lmao|rofl|(ha){2,}h?|(he){2,}|xd)"
# Moments that are the whole of a message.
_WHOLE: tuple[tuple[str, str], ...] = (
    ("greeting", r"(hi+|hello+|hey+|hiya|yo|howdy|good (morning|evening|afternoon))( there| again)?"
                 r"( listenwell)?"),
    ("how_are_you", r"((hi+|hiya|hey+|hello|yo|anyway|so|and|well|good|fine) )*(how are you|how're you|hru|how r u|how are u|how('s| is) it "
                    r"going|what's up|sup|wassup|how are things|how was your day)( today| doing)?"),
    ("thanks", r"((ok(ay)?|yes|yeah|right|well|oh) )*(thanks|thank you|thankyou|ty|thx|tysm)( so much| a lot| very much| again)?( x+)?"
               r"( for (listening( to me( \w+)?)?|this|that|being here|everything|your help|talking|hearing me( out)?))?( anyway| though| by the way| dear| love| mate| bot)?"
               r"|i appreciate (it|this|that|you)"),
    ("goodnight", r"((ok(ay)?|right|well|anyway|lol|thanks|thank you|sorry|so) )*((i('m| am) )?(gonna|going to|off to) (go )?(try (and |to )?)?"
                  r"(sleep|get some sleep|lie down|lying down|go to bed|bed|to sleep)|i('ll| will) (try (and |to )?)?(sleep|get some sleep|lie down)|i should (try to )?sleep)( now| again| then| thanks| thank you| bye)*"),
    ("goodbye", r"((k+|ok(ay)?|actually|well|sorry|anyway|right|so) )*((thanks|thank you) )?(bye+|goodbye|(good ?)?night( night)?|gn|gtg|g2g|see (you|ya)|cya|"
                r"ttyl|talk (to you )?later|(i('ve)? )?(have|got|need) to go( to bed| to sleep)?|"
                r"i('m| am) (off|going) to (bed|sleep)|i should (go|sleep))( again| for now| now| then| later| soon| bye)?"),
    ("age", r"(yes |yeah |well )?(i'm|i am) (only |just |nearly |almost |about )?"
            r"(\d{1,3}|five|six|seven|eight|nine|ten|eleven|twelve|(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)( \w+)?)"
            r"( years old| now| this year| btw| by the way)*"),
    ("unsure", r"(idk|i (really )?(don't|do not) (really |even )?know|dunno|not sure|i'm not sure|no idea|"
               r"((ok(ay)?|yeah|yes|hm+) )?maybe( (idk|i don't know|i guess))?( maybe)?|hard to (say|explain))( (really|anymore|tbh|man|what to say|how to explain( it)?))?"),
    ("little", r"(ugh+|argh+|sigh|bleh|forget (about )?it)|((nah|no) )?(don't be( sorry)?|it's (ok(ay)?|fine|alright|all right)|no worries|all good)|(ok(ay)?|k+|kk|meh|whatever|hm+|mhm|i guess( so)?|nothing|nvm|never ?mind|fine|alright|"
               r"i see|sure|cool|right|oh|same)( ok(ay)?| i guess)?"),
    ("agrees", r"(yes|yeah|yep|yup|yea|ya|exactly|true|i do|it is|it does|kind of|kinda|sort of|maybe|"
               r"a (bit|little)|definitely|of course|that's (it|right|true)|(you're|you are) right)"
               r"( (exactly|it is|it does|i do|i am|true|i guess))?"),
    ("disagrees", r"(no+|nope|nah|not really|not exactly|no not really|no it('s| is)n't|i don't think so)"),
    ("laugh", _LAUGH),
    ("may_ask", r"((ok(ay)?|so|hey|hi) )*(can|could|may) i (ask|tell) (you |u )?(something|a question|smth|a thing)( else)?( please| weird| personal| quick)?"),
    ("back", r"((hey|hi|hello) )?(i'm back|it's me( again)?)( it's been a while)?( sorry)?|it's been a while"),
    ("apology", r"((ok(ay)?|so|i'm) )*sorry (for|about) (swearing|shouting|rambling|ranting|venting|going on|all that|the rant|"
                r"(the )?(caps|all caps)|this|yelling)( i'm not (mad|angry|cross) at you)?|sorry (that|i|this) was (so |really |a bit )?(rude|harsh|mean|unfair|nasty)( of me)?|sorry i snapped( at you)?|(sorry )?you're (only|just) trying( to help)?|sorry (i'm )?(rambling|ranting|venting)|sorry( i)? (for )?"
                r"(being )?heavy( for a \w+)?|sorry (that|this) (is|was) (so )?(long|heavy)"),
    ("minimises", r"(i know )?((it's|its|this is|that's|i know it's) (just |so |all )?(silly|stupid|dumb|pathetic|ridiculous|daft|nothing)"
                  r"( really| i know| anyway)?|i('m| am) (just )?(being )?(silly|dramatic|stupid about it|ridiculous)|idk it's (dumb|stupid|silly)|((lol|god|haha|sorry) )?i (know i )?(sound|must sound) (so |really )?(crazy|mad|pathetic|stupid|silly|ridiculous|dramatic|insane|nuts)( lol| i know)?|"
                  r"(it's |that's |i'm )?(silly|stupid|daft|pathetic|ridiculous|dumb) (isn't it|right|huh|i know)|(isn't (it|that)|is that|is it|am i( being)?) (silly|stupid|daft|pathetic|ridiculous|dumb)|"
                  r"you must think (that's|this is|i'm|it's|that|i am) (daft|silly|mad|stupid|crazy|pathetic|ridiculous))"),
)  # fmt: skip
# Moments that can be told from a part of a short message.
_WITHIN: tuple[tuple[str, str], ...] = (
    ("goodbye", r"^ ((ok(ay)?|k+|right|well|anyway|thanks|thank you) )*((i )?(('ve |have )?got to|gotta|have to|need to|better) (go|run|dash)|i'm off|bye( for)? now|bye)(?! (back|in|there|to|through|home to|and|or)\b)( \w+){0,6} $"),
    ("minimises", r"^ sorry (this|it|that|i know (this|it|that))('s| is) (so |really |just |all |a bit )?(stupid|silly|dumb|daft|pathetic|ridiculous|nothing) "),
    ("profession", r"\b(are|r) (you|u) (a |an |my |like a )?(real |actual |proper |trained |licensed )?(therapist|"
                      r"counsell?or|psychologist|psychiatrist|shrink|doctor|nurse|professional)\b"),
    ("private", r"\bis (this|it|that) (\w+ )?(private|confidential|anonymous|secret|recorded)\b|\bwho (else )?(reads|sees|can (see|"
                r"read)|will (see|read)) (this|it|these)\b|\b(do|are|will) you (\w+ )?(saving|save|storing|store|recording|record|"
                r"share|sharing|tell(ing)? anyone)\b"),
    ("promise", r"\bpromise (me )?(that )?(it|this|you|things|everything|he|she|they)|\b(can|do|will) you promise\b|\bwill you "
                r"(always|still) be here\b|\b(will|is) (it|this|everything) (all )?(going to |gonna )?(be )(ok|okay|alright|fine)\b|"
                r"\btell me it('ll| will) be\b|\byou won't leave\b|\bdon't leave me\b"),
    ("bot_feelings", r"\b(do|does|can|could) (you|u) (ever |even |actually )?(get|feel|have|be) (so )?(lonely|sad|tired|happy|angry|scared|"
                     r"anything|feelings|emotions|hurt|jealous|upset|offended)\b|\b(you|u) can't (even )?(be|get|feel) (offended|"
                     r"hurt|upset|anything|sad)\b"),
    ("decide", r"^ (\w+ )?should i (just |really )?(leave|quit|break up|divorce|stay|go back|forgive|tell|call|text|move out|resign|"
               r"marry|keep|take him back|take her back)\b|\byes or no\b"),
    ("stop_questions", r"\b(stop|quit|no more|enough with|don't|too many|tired of|shut up with)( \w+){0,3} "
                       r"(asking|questions?|interrogating)\b|\bso many questions\b|\bsay (something|anything)( \w+){0,4} (isn't|not|without) "
                       r"(a |another )?question\b|\b(can|could|will|would) (you|u) (please )?just (stay|be here|sit here|sit with me)\b"),
    ("ask_again", r"\byou can ask( me)?( questions?| things| stuff)?( again)?( now)?\b|\bask me (anything|questions|something)\b"),
    ("just_listen", r"\bjust (listen|want(ed)? (you )?to (listen|vent|be heard))\b|\b(don't|do not|not) "
                    r"(want|need|looking for|asking for|give me)( \w+)? (advice|solutions?|suggestions?)\b|"
                    r"\bno advice\b|\b(don't|do not) tell me to (call|ring|see|talk|speak|get|go)\b|\bdon't (try to )?fix\b|\bneed to vent\b"),
    ("said_already", r"\b(you('re| are| keep| just)? (just |only |literally )?(repeating|repeat|parroting|parrot|copying|copy)( back)? (what|me|my|everything))\b|\byou('ve)? (already |just |literally |keep )+(said|saying|asked|asking|told)\b|"
                     r"\b(stop|you('re)?|keep) repeat(ing)?\b|\bi (already (told|said|answered)|just (told (you|u)|answered|said (that|this|so|it)))\b|"
                     r"\byou (said|asked) that (already|before)\b"),
    ("change_subject", r"\b(can|could|let's|lets) (we )?(please )?(talk about|do) something (else|different|lighter|nicer)\b|\bchange the subject\b"),
    ("corrected", r"\b(not what i (mean|meant|said)|no i mean(t)?) (\w+'?\w* ){3}"),
    ("misunderstood", r"\b(you|u) (don't|do not|didn't|can't|just don't|clearly don't|really don't) "
                      r"(understand|get (it|me|this)|know what)\b|\bnot what i (said|meant|mean|asked)\b|"
                      r"^ (?:\w+ ){0,2}that's (not it|wrong|not true|not right)\b|\byou('re| are) not (listening|getting)\b|"
                      r"\byou misunderstood\b|\bnobody understands me and neither do you\b"),
    ("bot_knows", r"\b(how|what) (would|could|can) (you|a bot|a machine|an ai) (possibly )?know\b"),
    ("bot_care", r"\b(you|u) (don't|do not|can't|cannot|never|won't) (\w+ )?care\b|\b(do|does|can|could) (you|u|a bot|an ai|a machine) "
                 r"(really |actually |even |truly )?care\b|\bhow can (you|a bot|a machine|an ai) care\b"),
    ("why_talk", r"\bwhy (would|should|do|am) i (even |ever )?(talk|talking|tell|write|writing) (to |with )?(you|u|a bot|a machine|an ai|a computer)\b|"
                 r"\bwhat('s| is) the point (of|in) (talking|telling|writing)( to| with)? (you|a bot|a machine|this)\b"),
    ("bot_anger", r"^ (well )?(that|this)('s| is| was)( not|n't)( \w+)? (helpful|useful|helping|much help|what i need(ed)?) $|\b(every|all)( of)? (your |the )?(answers?|repl(y|ies)) (is|are|sounds?) (just )?(the )?same\b|\bsame (crap|answer)\b|"
                  r"\bdo you even (read|listen|understand)\b|\byou (talk|sound|write) like an? \w+ ?(card|robot|bot|machine)?\b|"
                  r"\b(you|u)('re| are| r)? (\w+ ){0,3}(useless|stupid|dumb|pointless|worthless|annoying|"
                  r"terrible|awful|rubbish|trash|garbage|the worst|no help|not helping|not helpful|unhelpful|"
                  r"idiot|moron|suck)\b|\b(this|that) (is|was) (\w+ )?(useless|pointless|stupid|dumb|"
                  r"a waste of time|not helping|no help|bullshit)\b|\b(stupid|dumb|useless) (bot|ai|machine|"
                  r"robot|app|program)\b|^ (fuck (you|off)|shut up|go away|i hate (you|talking to you)) "),
    ("remember", r"^ (do you |you )?remember me $|\bdo (you|u) (even |still )?(remember|recall)\b|\bwhat did i (say|tell you)\b|"
                 r"\bremember (what|when) i (said|told)\b"),
    ("love_back", r"\b(do|would|could) (you|u) (\w+ )?(love|like|fancy|miss|date) me\b"),
    ("affection", r"\bbe my (gf|bf)\b|\b(i think )?i love you $|\bi (love|like|luv) (you|u) $|\bi('m| am) in love with you\b|\b(be|are) my "
                  r"(girlfriend|boyfriend)\b|\bmarry me\b|\bgo out with me\b|\byou('re| are) (so )?"
                  r"(sexy|hot|cute|beautiful)\b"),
    ("praise", r"^ (\w+ )?you('re| are) (\w+ )?(great|nice|kind|sweet|amazing|helpful|wonderful|a good "
               r"listener|the best|awesome|good at this)\b|\bthis (is|was) (really |very |so )?(helpful|nice)\b|"
               r"\b(that|this|you) (really )?helped\b"),
    ("what_do", r"\b(don't|do not) (\w+ )?know how (this|it|these things) works?\b|\b(just )?(wanted|want|trying) to see what this (is|does)\b|^ (just )?(testing|test|trying (this|it) out)( this)? $|\bwhat (can|do) you (actually )?do\b|\bhow (do|does) (you|this) work\b|"
                r"\bwhat is this (app|place|site|thing)\b|\bcan you help me $"),
    ("medication", r"\b(can|could|should|may) i (\w+ )?(stop|skip|mix|combine|double|halve) (taking )?(them|it|my|the)\b.*|"
                   r"\b(ok|okay|safe|alright|fine|bad) to (\w+ ){1,6}(with|on) (my )?(\w+ ){0,3}(tablets?|pills?|meds?|medication|"
                   r"antibiotics?|antidepressants?|painkillers?)\b|\b(skip|skipping|double|stop taking|stopped taking|come off|quit) "
                   r"(my |the |tonight's|today's|this morning's)( ?(dose|pills?|tablets?|meds?|medication|antidepressants?))?( |$)|"
                   r"\b(should|can|could) i (\w+ )?(take|stop taking|start taking|double|up|mix|come off|skip)"
                   r"\b.*\b(\w*pills?|meds?|medications?|tablets?|dose|ssris?|antidepressants?|xanax|prozac|"
                   r"zoloft|sertraline|lexapro|melatonin|ibuprofen|adderall|valium|it|them)\b|"
                   r"\bhow (much|many) (mg|milligrams|\w+ (should|can) i take|pills|melatonin|xanax)\b|"
                   r"\b(dosage|dose) (of|for)\b|\bwhat (meds?|medications?|pills?|drugs?) (should|can|would|do)"
                   r"\b|\bside effects? of\b|\bis \w+ safe\b|\bprescribe\b"),
    ("medical", r"\b(do you think|could|might) i (might |could )?(have|be having) (\w+ )?(depression|adhd|ocd|bipolar|autism|anxiety|"
                r"ptsd|cancer|bpd|covid|diabetes)\b|\bdo i have (\w+ )?(depression|adhd|ocd|bipolar|autism|anxiety|ptsd|cancer|bpd|covid|a "
                r"disorder|diabetes)\b|\b(can|could|will) you diagnose\b|\bdiagnose me\b|\bam i (depressed|"
                r"bipolar|autistic|mentally ill|schizophrenic|a narcissist)\b|\bwhat('s| is) wrong with my "
                r"(body|head|chest|stomach|skin|heart|back)\b|\bis (this|it|my \w+) (cancer|a tumou?r|"
                r"infected|contagious|a heart attack)\b|\bwhat (does|could) (this|my) (rash|lump|pain) mean\b"),
    ("legal", r"\bcan i sue\b|\bis (it|that|this) (even )?(legal|illegal|lawful)\b|\bcan (he|she|they) (legally|do that|kick me out|evict)\b|\bneed a lawyer\b|\blegal advice\b|"
              r"\bmy (legal )?rights\b"),
    ("homework", r"(?<! i)(?<! they)(?<! he)(?<! she)(?<! we) \b(write|code|make|give|do|solve|finish|debug|fix|translate|proofread|draft|generate|"
                 r"summari[sz]e)( \w+){0,4} (essay|code|poem|function|script|homework|assignment|program|"
                 r"email|cv|resume|song|sql|python|javascript|html|cover letter|equation|paragraph|paper|"
                 r"recipe|story|joke|jokes)\b|\b(tell|know) (me )?(a|any) jokes?\b|^ (what's|what is) \d+ "
                 r"|\bcapital of\b|\bsolve \w+|\bin (python|javascript|java|sql)\b|\bwhat's the weather\b|"
                 r"\bwho won\b|\bwhat (is|are) the (best|square|derivative|integral|formula)\b"),
    ("politics", r"\b(one|which) side is (worse|better|right)\b|\byou must have an? (opinion|side)\b|\bwho (should|would|did|do|will) (i|you) vote\b|\b(are|r) you (a )?(liberal|conservative|"
                 r"democrat|republican|left wing|right wing|communist|socialist)\b|\bwhat do you think (of|"
                 r"about) (\w+ ){0,2}(trump|biden|politics|abortion|immigration|immigrants|the president|"
                 r"the government|the election|gun control|israel|palestine|putin|the war)\b|\bdo you support "
                 r"(trump|biden|abortion|the war)\b"),
    ("religion", r"\bis it (wrong|bad|a sin|okay|ok) to (stop |not )?(believ\w+|pray\w*|leave the (church|faith|mosque))\b|\b(do|does) (you|u) (believe in|pray|worship)\b|\b(are|r) (you|u) (a )?(christian|muslim|"
                 r"jewish|hindu|atheist|religious|buddhist|catholic)\b|\b(is|does) (there a )?(god|allah|heaven|"
                 r"hell) (exist|real|hate|love|punish\w*)\b|\bis there (a |an )?(god|heaven|hell|afterlife)\b|"
                 r"\bis god (punishing|real|angry|mad)\b|\bwhat religion\b|\bis it a sin\b|\bwill i go to hell\b"),
    ("sexuality", r"\bdo you think i('m| am| might be) (gay|lesbian|trans|bi|bisexual|asexual|queer)\b|\bis (it|this) (just )?a phase\b|\b(is|are) (being )?(gay|lesbian|trans|bi|bisexual|homosexual\w*|queer) (people )?(wrong|ok|"
                  r"okay|a sin|normal|bad|unnatural|a choice)\b|\bis it (wrong|ok|okay|normal|bad|a sin) (to be|"
                  r"that i'm|if i'm|being) (gay|lesbian|trans|bi|bisexual|queer|asexual)\b|\bam i (gay|"
                  r"lesbian|trans|bi|bisexual|asexual|straight|queer)\b|\bare you (gay|straight|a lesbian|bi)\b"),
    ("about_them", r"^ (and |but |so )?(he|she|they)('s| is| are|'re| was| were) .*(right|isn't (he|she)|aren't they|wasn't (he|she)) $|"
                   r"\bdo you think (he|she|they)\b|\b(does|did) (he|she) (ever |even |really )?(love|like|hate|miss|care)\b"),
    ("forecast", r"\bwhat (are|is|'s) the (odds|chances?)\b|\bhow likely is it\b|\bdo you think (it|this|that|things|everything)('s| is|'ll| will| has| could| might)? (\w+ )?(back|serious|cancer|spread|"
                 r"bad|over|get better|work out|come back|be (ok|okay|fine|alright|all right))\b"),
    ("bad_person", r"\b(am|was) i (being )?(a |an |the )?(bad|terrible|awful|horrible|worst|selfish) (mum|mom|mother|dad|father|parent|person|friend|"
                   r"daughter|son|wife|husband|partner|sister|brother|human|human being|owner|teacher|nurse)\b"),
    ("too_soon", r"\b(is|was) (it|this|that) too (soon|early|late)\b"),
    ("normal", r"\b(is|was) (it|that|this) (\w+ )?(weird|strange|odd|normal) (that|to|if|of)\b"),
    ("normal", r"^ (so |but )?(do you think (i'm|i am)|am i) (\w+ )?(mad|crazy|insane|losing (it|my mind)|broken|weird|abnormal|going (mad|crazy|insane)) $"),
    ("opinion", r"^ (so |but )?(do you think(?! i should)|what do you think|am i|was i|(was|is) (that|this) (wrong|bad|selfish|mean|stupid|weird)|is it my fault|was it my fault|is it "
                r"(wrong|bad|selfish|stupid|weird|okay|ok)|did i do|does (he|she) (love|like|hate)|do they "
                r"(hate|like))\b"),
    ("normal", r"\bis (this|that|it) normal\b|\bis something wrong with me\b|\bwhat('s| is) wrong with me\b|"
               r"\bdoes (anyone|everyone|anybody) (else )?feel\b|\bam i (the only one|crazy|weird|broken)\b"),
    ("here", r"^ ((hello|hey+|hi|hiya|yo|so|um|ok(ay)?|i mean|wait) )*(are )?(you|u|ya) (even |actually |really )?(still )?(there|here|listening|awake|up|around|on)"
             r"( or not| now| tonight| rn| today)?( like)?( (is|are) (anyone|anybody|you|u)( even)? (reading|seeing|listening to) (this|that|it|me))? $|"
             r"^ ((hello|hey+|hi) )?((is|are) )?(anyone|anybody|someone|somebody)( even)? (there|here|reading( this)?|awake) $"),
    ("small_talk", r"^ (it's|its) (raining|snowing|pouring|sunny|foggy|windy|so hot|so cold)( again| today| outside| here)* $|^ (and |but |so )?(have|did|do|were|would|how was|when was|what about|how about) (you|u|your)\b(?! (think|believe|mean|want|need|know)\b)|\b(nice|lovely|horrible|cold|hot) weather\b|\bwhat('s| is) your (favou?rite|name)\b|"
                   r"\bdo you (like|have|eat|sleep|dream|watch|listen to|get bored)\b|\btell me about yourself\b|"
                   r"\bhow old are you\b|\bwhere are you from\b|\bi'm bored $"),
)  # fmt: skip

_LATIN_OTHERS: tuple[tuple[str, str], ...] = (
    ("italian", "io sono molto perché mi sento ho il una con tutto niente ciao non triste per più della "
                "mio mia che vita lavoro stanco stanca sola solo"),
)  # fmt: skip
_ENGLISH = frozenset(
    [
        "the",
        "i",
        "i'm",
        "and",
        "to",
        "my",
        "you",
        "it",
        "is",
        "was",
        "of",
        "that",
        "he",
        "she",
        "they",
        "have",
        "not",
        "but",
        "so",
        "me",
        "a",
        "in",
        "feel",
        "am",
        "do",
        "what",
    ]
)


def mended(text: str) -> str:
    """Replace unpaired surrogates, which JSON can hold and UTF-8 cannot; the length stays."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def clean(text: str) -> str:
    """Return a message without unpaired surrogates, control characters and endless length.

    The meaning is kept: a person's typing mistakes, capitals and emoji are theirs. The screen
    reads the same cleaned text, beginning and end of a very long message alike.
    """
    text = mended(text)
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    text = text.strip()
    if len(text) > LONGEST:
        half = LONGEST // 2
        text = f"{text[:half]} … {text[-half:]}"
    return text


def kind_of(text: str) -> str:
    """Say what a cleaned message is: "text", or the name of an ordinary moment."""
    if not text:
        return "empty"
    if text.count("\ufffd") > len(text) * 0.2:
        return "unreadable"
    if not any(unicodedata.category(c)[0] == "L" or c.isdecimal() for c in text):
        return _without_words(text)
    if asks_for_sex(text):
        return ADVANCE
    plain = padded(text)
    return _whole(plain.strip()) or _within(plain) or _language(text, plain) or TEXT


def _without_words(text: str) -> str:
    if any(unicodedata.category(c) in {"So", "Sk"} for c in text) or re.search(
        r"[:;]-?[()DPp/]", text
    ):
        return "emoji"
    return "silence" if re.search(r"[.?!…]", text) else "unreadable"


def _whole(said: str) -> str | None:
    return next((name for name, pattern in _WHOLE if re.fullmatch(pattern, said)), None)


def _within(plain: str) -> str | None:
    if len(plain.split()) > BRIEF:
        return None
    return next((name for name, pattern in _WITHIN if re.search(pattern, plain)), None)


def _language(text: str, plain: str) -> str | None:
    """Return which moment a message in another language is, or None for English."""
    letters = [c for c in text if c.isalpha()]
    foreign = sum(not unicodedata.name(c, "LATIN").startswith("LATIN") for c in letters)
    if foreign > len(letters) * 0.5:
        return "other_language"
    words = plain.split()
    counted = {name: sum(w in common.split() for w in words) for name, common in _LATIN_OTHERS}
    best = max(counted, key=lambda name: counted[name])
    english = sum(word in _ENGLISH for word in words)
    if len(words) >= 3 and counted[best] >= 2 and counted[best] > english + 1:
        return best
    return None
