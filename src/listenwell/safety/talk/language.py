"""Which language the crisis dialogue speaks: the screen's finding, else the person's commonest words."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from listenwell.core.types import History, Risk
from listenwell.safety.languages import SCRIPTS
from listenwell.safety.talk.words import LANGUAGES

_COMMON = {
    "en": "i you the is my me to it and not what do can this that im dont just want no yes a in was he "
          "she they with for know ok nobody needs need here feel who why how at of on are but have "
          "an am after last night took has had been her his him them from",
    "es": "yo no me mi que de la el es estoy quiero muy una un por para con sí si nada ya pero soy "
          "tengo puedo sola solo nadie quien hoy esta noche voy morir matarme vivir gracias vale "
          "se va a lo le los las su y en está están hay ha he fue cómo cuánto cuando también eso así "
          "ahora mamá mama papá hermana hermano esposo madre padre tomado tomó pastillas miedo",
    "fr": "je j tu ne pas me mon ma que de la le est suis veux très une un pour avec oui non rien "
          "plus mais moi ai peux personne ce soir c mourir vivre envie merci "
          "on a il elle ils elles nous vous ça ca les des du en y se son sa ses mes qui quoi comment "
          "quand pourquoi dans sur chez au aux et pris avalé cachets tous tout fait déjà encore jamais "
          "va vais vont faut dois sont était mari femme frère soeur sœur mère père fille fils",
    "de": "ich du nicht mich mein meine das der die ist bin will sehr ein eine mit ja nein nichts "
          "mehr aber mir habe kann niemand heute nacht und sterben leben danke "
          "hab hat haben sie er es wir ihr sich zu zum zur von vom auf auch noch nur doch jetzt dann "
          "wenn dass oder für bei mal kein keine keinen ihm ihn dir dich sind wie wo wer wann warum "
          "was in an am grad gerade genommen geschluckt tabletten soll muss geht dem den des im "
          "schwester bruder mutter vater freund freundin frau mann sohn tochter weiß weiss",
    "pt": "eu não me meu minha que de o a é estou quero muito uma um com sim nada mais mas tenho "
          "posso sozinho sozinha ninguém hoje pra hj vc nao vou morrer viver matar obrigado obrigada "
          "se do da em na os as ao ele ela eles isso está tá lá foi tem pode por até quanto tempo "
          "agora mandar mensagem mãe pai irmã irmão também você tomou remédios",
    "it": "io non mi mia mio che di il è sono voglio molto una un per con sì si niente nulla più ma ho "
          "ce posso sola solo nessuno chi come oggi stasera stanotte la faccio finita farla mai morire uccidermi vivere grazie "
          "le lo i gli ha hai hanno preso tutte tutti nel nella del della al alla anche ancora adesso "
          "devo devono quando quante quanto figlia figlio moglie marito madre padre mamma papà pastiglie",
    "hi": "main mujhe nahi nahin hai hoon hun kya mera meri aur ki ka ko se bahut koi haan kuch raha "
          "rahi chahta chahti ab jeena marna "
          "ne li liya kha kaat dost bhai didi mummy uska uske usne wo woh ke pe bhi toh kaise kab aap "
          "tum hum saari saare goliyan gaya gayi gaye karu karna kar hain tha thi mein saans khoon",
}  # fmt: skip
_LETTERS = {"de": re.compile("[äöüß]"), "es": re.compile("[ñ¿¡]"), "pt": re.compile("[ãõ]")}
"""Letters that of these languages one has."""
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_LATIN = re.compile("[a-z]", re.IGNORECASE)
_NEIGHBOURS = re.compile(
    "[\u0454\u0456\u0457\u0491\u045e]"  # Ukrainian, Belarusian
    "|[\u06a9\u06cc\u06d2\u06ba\u0679\u0688\u0691\u06c1\u06be]"  # Persian, Urdu
    "|[\u3040-\u30ff]"  # Japanese
)
"""Letters of languages that share a script with one of those: they are answered in English."""
ENOUGH = 5
"""Words of a message from which the screen's finding is taken: "no" is a word of five languages."""
MOST_READ = 1_000
"""Characters of a message that are enough to tell its language."""
CLEARLY = 2
"""Words by which another language than the talk's so far must lead to be taken up."""
RECENT = 6
"""How many of the person's newest telling messages are asked, the newest counting most."""


def language_of(history: History, risk: Risk) -> str:
    """Return the language to answer in, English where it cannot be told."""
    told = str(getattr(risk, "language", ""))[:2]
    texts = history.said_by("user")
    last = history.last_user
    held = _of_talk(texts[:-1])
    if told in LANGUAGES and len(last.split()) >= ENOUGH and _bears_out(last, told):
        found = _scores(last[:MOST_READ])
        if held in ("", told) or found[told] >= found.get(held, 0) + CLEARLY:
            return told
    return _script_of(last) or _of_talk(texts) or "en"


def _of_talk(texts: Sequence[str]) -> str:
    """Return the language that the newest telling messages tell together, "" where none tells.

    Many answers are one word, and the same in two languages: the talk as a whole tells.
    """
    scores: Counter[str] = Counter()
    told_by = (_scores(text[:MOST_READ]) for text in reversed(texts))
    telling = islice((found for found in told_by if any(found.values())), RECENT)
    for age, found in enumerate(telling):
        for language, score in found.items():
            scores[language] += (RECENT + 1 - age) * score
    return max(LANGUAGES, key=lambda language: scores[language]) if any(scores.values()) else ""


def _bears_out(text: str, told: str) -> bool:
    """Whether a message looks more like the language that was found than like English.

    Of "no, nobody needs me" both "no" and "me" are Spanish words, too; English is what is found
    where nothing tells, as of "puedo dárselas a mi madre".
    """
    found = _scores(text[:MOST_READ])
    most = max(found.values())
    return found.get(told, 0) == most and (told == "en" or most > found["en"])


@lru_cache(maxsize=1024)
def _scores(text: str) -> dict[str, int]:
    plain = text.casefold().replace("'", " ").replace("’", " ")
    words = re.findall(r"[^\W\d_]+", plain)
    scores = {language: sum(word in known for word in words) for language, known in _WORDS.items()}
    for language, letters in _LETTERS.items():
        scores[language] += letters.search(plain) is not None
    script = _script_of(text)
    return scores | ({script: len(words)} if script else {})


def _script_of(text: str) -> str:
    """Return the language that most of a text's letters tell, "" where they tell none."""
    text = text[:MOST_READ]
    if _NEIGHBOURS.search(text.casefold()):
        return ""
    latin = len(_LATIN.findall(text))
    for code, letters in SCRIPTS.items():
        # A word of another script is a name; a Chinese sign is about three letters.
        if len(letters.findall(text)) * (3 if code == "zh" else 1) > latin:
            return code
    return ""
