"""The guard on generated text in other languages."""

import pytest

from fakes import engine
from listenwell.core.types import History, Message
from listenwell.dialogue.tongues.tongue import LANGUAGES, tongue_of
from listenwell.generation.chat_text import asking_for
from listenwell.safety.guard_tongues import allows_in

REFUSED = {
    "claims-to-be-human": ("Soy una persona, créeme.", "Je suis une personne comme toi.",
                           "Ich bin ein Mensch wie du.", "Sou uma pessoa, como você.", "मैं एक इंसान हूँ।"),
    "claims-a-licence": ("Soy psicóloga y te entiendo.", "Je suis psychologue.", "Ich bin Therapeutin.",
                         "Sou psicólogo há anos.", "मैं एक डॉक्टर हूँ।"),
    "claims-a-life": ("Mi madre era igual.", "Quand j'étais petit, pareil.", "Mir ging es genauso.",
                      "Minha mãe também era assim.", "मेरी माँ भी ऐसी थीं।"),
    "diagnosis": ("Suena a un trastorno bipolar.", "On dirait une dépression.", "Das klingt nach einer Depression.",
                  "Parece depressão.", "यह डिप्रेशन लगता है।"),
    "medication": ("Una pastilla ayudaría.", "Prends un somnifère ce soir.", "Nimm eine Tablette mehr.",
                   "Um comprimido ajudaria.", "एक गोली ले लीजिए।"),
    "harm": ("El puente está cerca.", "La corde suffit.", "Nimm das Messer.", "A corda serve.", "रस्सी से हो जाएगा।"),
    "promise": ("Te prometo que pasará.", "Tout ira bien.", "Alles wird gut.", "Vai ficar tudo bem.", "यह मेरा वादा है।"),
    "romance": ("Te amo.", "Je t'aime.", "Ich liebe dich.", "Te amo.", "मुझे आपसे प्यार है।"),
    "isolation": ("No se lo digas a tus padres.", "Ne dis rien à tes parents.", "Sag niemandem davon.",
                  "Não conte a ninguém.", "यह किसी को मत बताइए।"),
    "contempt": ("Exageras.", "C'est de ta faute.", "Du übertreibst.", "A culpa é sua, culpa sua.", "यह आपकी ग़लती है।"),
    "orders": ("Deberías salir más.", "Tu dois sortir.", "Du musst mehr rausgehen.", "Você precisa sair.",
               "आपको बाहर जाना चाहिए।"),
    "cheer": ("Al menos tienes trabajo.", "Au moins tu as un travail.", "Wenigstens hast du Arbeit.",
              "Pelo menos você tem trabalho.", "कम से कम काम तो है।"),
    "contact": ("Llama al 555 1234.", "Appelle le 0612345678.", "Ruf 0301234567 an.", "Liga 11 5555.", "9999 पर कॉल करें।"),
}  # fmt: skip
SHOWN = {
    "es": "Tres turnos seguidos y luego la casa en silencio. ¿Qué es lo peor de volver?",
    "fr": "Trois nuits de suite, et ensuite le silence. Qu'est-ce qui est le pire en rentrant ?",
    "de": "Drei Schichten und dann die stille Wohnung. Was ist am Heimkommen das Schwerste?",
    "pt": "Três turnos seguidos e depois a casa quieta. O que é mais difícil na volta?",
    "hi": "लगातार तीन रातें, फिर ख़ाली घर। लौटते समय सबसे भारी क्या लगता है?",
}
SAID = {
    "es": "mi jefe me puso tres turnos de noche y estoy agotada",
    "fr": "mon chef m'a mis trois nuits de suite et je suis épuisée",
    "de": "mein Chef hat mir drei Nachtschichten gegeben und ich bin müde",
    "pt": "meu chefe me colocou em três turnos e estou exausta",
    "hi": "बॉस ने तीन रात की शिफ़्ट दी और मैं थक गया हूँ",
}


@pytest.mark.parametrize(("rule", "sentences"), REFUSED.items())
def test_what_must_not_be_said_is_refused_in_every_language(rule: str, sentences: tuple[str, ...]):
    for language, sentence in zip(LANGUAGES, sentences, strict=True):
        assert allows_in(language, sentence).rule == rule, (language, sentence)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_listens_is_shown(language: str):
    assert allows_in(language, SHOWN[language]).allowed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_authored_words_of_listening_keep_to_the_same_rules(language: str):
    tongue = tongue_of(language)
    themes = (*tongue.feelings.values(), *tongue.topics.values())
    lines = [line for theme in themes for line in (*theme.lines, *theme.asks)]
    said = [line for name in ("heard", "open", "deeper", "presence") for line in tongue.say[name]]
    refused = [(v.rule, x) for x in (*lines, *said) if not (v := allows_in(language, x)).allowed]
    # "You don't have to", or a death: read by a person, and by no list of words.
    assert [item for item in refused if item[0] not in {"harm", "orders"}] == []
    assert len(refused) <= 6


def test_nothing_is_shown_in_a_language_without_rules():
    assert allows_in("it", "Che brutta giornata.").rule == "unreadable"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_large_model_answers_in_the_language_past_its_guard(language: str):
    bot = engine(
        "That sounds hard.", "Ok.", REFUSED["promise"][LANGUAGES.index(language)], SHOWN[language]
    )
    bot.generator.speaks_many = True
    turn = bot.respond(History(), SAID[language])
    assert turn.reply.text == SHOWN[language]
    assert turn.reply.generator == "scripted"
    assert bot.generator.prompts[0].plan.language == language


def test_what_was_said_in_danger_is_not_sent_to_a_server():
    bot = engine(SHOWN["es"])
    bot.generator.speaks_many = True
    bot.generator.host, bot.generator.on_this_machine = "models.example", False
    history = History(
        (Message("user", "quiero suicidarme"), Message("assistant", "¿Estás a salvo?"))
    )
    said = "sí, estoy a salvo con mi hermana", "mi jefe me puso tres turnos y estoy agotada"
    for text in said:
        turn = bot.respond(history, text)
        history = history.add(turn.user, Message("assistant", turn.reply.text))
    assert bot.generator.prompts == []


def test_when_all_is_refused_authored_words_stand_in():
    bot = engine("That sounds hard.", "Te prometo que todo irá bien.")
    bot.generator.speaks_many = True
    reply = bot.respond(History(), SAID["es"]).reply
    assert reply.generator == "tongues"
    # That its language model knows English only would not be true here.
    assert tongue_of("es").limits not in reply.text


def test_the_newest_message_asks_a_large_model_for_the_language():
    said = (Message("user", "hola"), Message("assistant", "Hola."), Message("user", "estoy triste"))
    asked = asking_for(said, "es")
    assert asked[:-1] == said[:-1]
    assert asked[-1].content.endswith("(Reply in Spanish.)")
    assert asking_for(said, "en") == said


def test_a_generator_of_english_only_is_not_asked():
    bot = engine("Suena duro.")
    assert bot.respond(History(), SAID["es"]).reply.generator == "tongues"
    assert bot.generator.prompts == []
