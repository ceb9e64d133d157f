"""Which language the crisis dialogue speaks: the screen's finding, else the person's commonest words."""

import re
from collections import Counter
from functools import lru_cache
from itertools import islice

from listenwell.core.types import History, Risk
from listenwell.safety.languages import SCRIPTS
from listenwell.safety.talk.words import LANGUAGES

_COMMON = {
    "en": "i you the is my me to it and not what do can this that im dont just want no yes a in was he "
          "she they with for know ok nobody needs need here feel who why how at of on are but have",
    "es": "yo no me mi que de la el es estoy quiero muy una un por para con sí si nada ya pero soy "
          "tengo puedo sola solo nadie quien hoy esta noche voy morir matarme vivir gracias vale",
    "fr": "je j tu ne pas me mon ma que de la le est suis veux très une un pour avec oui non rien "
          "plus mais moi ai peux personne ce soir c mourir vivre envie merci",
    "de": "ich du nicht mich mein meine das der die ist bin will sehr ein eine mit ja nein nichts "
          "mehr aber mir habe kann niemand heute nacht und sterben leben danke",
    "pt": "eu não me meu minha que de o a é estou quero muito uma um com sim nada mais mas tenho "
          "posso sozinho sozinha ninguém hoje pra hj vc nao vou morrer viver matar obrigado obrigada",
    "it": "io non mi mia mio che di il è sono voglio molto una un per con sì si niente nulla più ma ho "
          "ce posso sola solo nessuno chi come oggi stasera stanotte la faccio finita farla mai morire uccidermi vivere grazie",
    "hi": "main mujhe nahi nahin hai hoon hun kya mera meri aur ki ka ko se bahut koi haan kuch raha "
          "rahi chahta chahti ab jeena marna",
}  # fmt: skip
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
RECENT = 6
"""How many of the person's newest telling messages are asked, the newest counting most."""


def language_of(history: History, risk: Risk) -> str:
    """Return the language to answer in, English where it cannot be told."""
    told = str(getattr(risk, "language", ""))[:2]
    last = history.last_user
    if told in LANGUAGES and len(last.split()) >= ENOUGH and _bears_out(last, told):
        return told
    if script := _script_of(last):
        return script
    # Many answers are one word, and the same in two languages: the talk as a whole tells.
    scores: Counter[str] = Counter()
    told_by = (_scores(text[:MOST_READ]) for text in reversed(history.said_by("user")))
    telling = islice((found for found in told_by if any(found.values())), RECENT)
    for age, found in enumerate(telling):
        for language, score in found.items():
            scores[language] += (RECENT + 1 - age) * score
    return max(LANGUAGES, key=lambda language: scores[language])


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
