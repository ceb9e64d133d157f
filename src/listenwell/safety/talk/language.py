"""Which language the crisis dialogue speaks: the screen's finding, else the person's commonest words."""

import re

from listenwell.core.types import History, Risk
from listenwell.safety.talk.words import LANGUAGES

_COMMON = {
    "en": "i you the is my me to it and not what do can this that im dont just want no yes",
    "es": "yo no me mi que de la el es estoy quiero muy una un por para con sí si nada ya pero soy "
          "tengo puedo sola solo nadie quien hoy esta noche",
    "fr": "je j tu ne pas me mon ma que de la le est suis veux très une un pour avec oui non rien "
          "plus mais moi ai peux personne ce soir c",
    "de": "ich du nicht mich mein meine das der die ist bin will sehr ein eine mit ja nein nichts "
          "mehr aber mir habe kann niemand heute nacht und",
    "pt": "eu não me meu minha que de o a é estou quero muito uma um com sim nada mais mas tenho "
          "posso sozinho sozinha ninguém hoje pra hj vc nao",
    "hi": "main mujhe nahi nahin hai hoon hun kya mera meri aur ki ka ko se bahut koi haan kuch raha "
          "rahi chahta chahti ab jeena marna",
}  # fmt: skip
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_DEVANAGARI = re.compile(r"[\u0900-\u097f]")
RECENT = 6
"""How many of the person's newest messages are asked, until one can be told."""


def language_of(history: History, risk: Risk) -> str:
    """Return the language to answer in, English where it cannot be told."""
    told = str(getattr(risk, "language", ""))[:2]
    last = history.last_user.split()
    if told in LANGUAGES and (told != "en" or len(last) > RECENT):
        return told
    for text in reversed(history.said_by("user")[-RECENT:]):
        found = _told(text)
        if found:
            return found
    return "en"


def _told(text: str) -> str | None:
    if _DEVANAGARI.search(text):
        return "hi"
    words = re.findall(r"[^\W\d_]+", text.casefold().replace("'", " ").replace("’", " "))
    scores = {language: sum(word in known for word in words) for language, known in _WORDS.items()}
    best = max(scores, key=lambda language: scores[language])
    others = max(score for language, score in scores.items() if language != best)
    return best if scores[best] > others else None
