"""Which language the crisis dialogue speaks: the screen's finding, else the person's commonest words."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
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
          "ahora mamá mama papá hermana hermano esposo madre padre tomado tomó pastillas miedo "
          "te tu mis nos anoche ayer porque siempre donde dónde qué cuál alguien algo todo todos toda "
          "tiene tienen quiere puede pueden hago digo llamar llamo vive pega pegó mató murió hijo hija "
          "amigo amiga novio novia abuela ahí allí aquí acá después ella ellos años hace llegó viene "
          "vienen dice dicen violaron cuchillo calle sé aún sangra mismo nunca jamás eres",
    "fr": "je j tu ne pas me mon ma que de la le est suis veux très une un pour avec oui non rien "
          "plus mais moi ai peux personne ce soir c mourir vivre envie merci "
          "on a il elle ils elles nous vous ça ca les des du en y se son sa ses mes qui quoi comment "
          "quand pourquoi dans sur chez au aux et pris avalé cachets tous tout fait déjà encore jamais "
          "va vais vont faut dois sont était mari femme frère soeur sœur mère père fille fils "
          "jveu jveux jve jvais chui chuis chu jsuis chai jsp jpp jy pk pq nn tt seul seule cest bcp mourrir crever "
          "envi envie tu peut peuvent es fait fais moins bien vraiment là gout tannée",
    "de": "ich du nicht mich mein meine das der die ist bin will sehr ein eine mit ja nein nichts "
          "mehr aber mir habe kann niemand heute nacht und sterben leben danke "
          "hab hat haben sie er es wir ihr sich zu zum zur von vom auf auch noch nur doch jetzt dann "
          "wenn dass oder für bei mal kein keine keinen ihm ihn dir dich sind wie wo wer wann warum "
          "was in an am grad gerade genommen geschluckt tabletten soll muss geht dem den des im "
          "schwester bruder mutter vater freund freundin frau mann sohn tochter weiß weiss nein "
          "net ned nimma nimmer nümm nümme nüm wü wui wott mog mecht sterm läbe lebm hob hobn hom wos wenn geht "
          "ghoifn elei nei ois scho goa jo geh leck digga alter bro echt grad hald halt mol kan koan oba",
    "pt": "eu não me meu minha que de o a é estou quero muito uma um com sim nada mais mas tenho "
          "posso sozinho sozinha ninguém hoje pra hj vc nao vou morrer viver matar obrigado obrigada "
          "se do da em na os as ao ele ela eles isso está tá lá foi tem pode por até quanto tempo "
          "agora mandar mensagem mãe pai irmã irmão também você tomou remédios "
          "elas seu sua dele dela tô tou tava fui fez faz vai vão quer quem quando onde pq então aqui "
          "ontem sempre nunca alguém tudo todos ainda depois filho filha amigo amiga namorado namorada "
          "mulher bateu estuprada violada dor peito braço sangue faca falo faço ligar liguei demora "
          "número gente comigo pro pelo dos das esse essa meus minhas acho no ponte to sangrando "
          "grávida gravida sozinhos vocês avc rua",
    "it": "io non mi mia mio che di il è sono voglio molto una un per con sì si niente nulla più ma ho "
          "ce posso sola solo nessuno chi come oggi stasera stanotte la faccio finita farla mai morire uccidermi vivere grazie "
          "le lo i gli ha hai hanno preso tutte tutti nel nella del della al alla anche ancora adesso "
          "devo devono quando quante quanto figlia figlio moglie marito madre padre mamma papà pastiglie "
          "ti ci sta stanno fa fanno dice dicono era ero suo sua suoi miei mie dove perché cosa quale "
          "qualcuno tutto dopo prima sempre ieri sera notte amica amico ragazzo ragazza fratello sorella "
          "polizia mangio giorni segue male bene meglio peggio dico chiamare chiamo arrivata arrivato "
          "arrivano anni dolore petto braccio sangue coltello dei delle svenuta svenuto esce stretto "
          "collo ammazzo uccido quello quella stronzo sul ponte tetto binari "
          "vorrei sparire scomparire proprio forse boh zia zio balcone mangia",
    "hi": "main mujhe nahi nahin hai hoon hun kya mera meri aur ki ka ko se bahut koi haan kuch raha "
          "rahi chahta chahti ab jeena marna "
          "ne li liya kha kaat dost bhai didi mummy uska uske usne wo woh ke pe bhi toh kaise kab aap "
          "tum hum saari saare goliyan gaya gayi gaye karu karna kar hain tha thi mein saans khoon "
          "raat kaati kalai kyu kyun kaun kisko mujhse mujhpe usko uski unko unhone isko liye wala wali wale gya gyi "
          "nhi kuchh sabko jaan jeene jee phir lekin yahan yaha wahan kaha kahan chahiye pata batao batau bataun baat "
          "galti dalenge dunga dungi lunga lungi karunga karungi aaya aayi rahe bacha bachche bachcha baccha beti beta "
          "behen maa baap saas sasur yaar maine mera tera tere zindagi hua hui theek thik accha acha aaj "
          "hu rha rhi ghar karti karta karte sakta sakti sakte padega padegi deti lagta lagti chuka chuki bol bolu bolun bata batana",
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

    Many answers are one word, and the same in two languages: the talk as a whole tells. "No" alone
    tells nothing, however often it is said, where another message does.
    """
    scores: Counter[str] = Counter()
    told_by = [_scores(text[:MOST_READ]) for text in reversed(texts)]
    plain = [found for found in told_by if _leads(found)]
    telling = islice(plain or (found for found in told_by if any(found.values())), RECENT)
    for age, found in enumerate(telling):
        for language, score in found.items():
            scores[language] += (RECENT + 1 - age) * score
    return max(LANGUAGES, key=lambda language: scores[language]) if any(scores.values()) else ""


def _leads(scores: Mapping[str, int]) -> bool:
    """Whether one language has more words of a message than every other."""
    first, second = sorted(scores.values(), reverse=True)[:2]
    return first > second


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
