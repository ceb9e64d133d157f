"""Summary, moods, journal and memory for people who speak another language than English."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer.testing

from fakes import conversation, engine
from listenwell.cli import asides, main
from listenwell.core.types import History, Message
from listenwell.dialogue.summary import summarise
from listenwell.dialogue.tongues.interface import told
from listenwell.dialogue.tongues.tongue import LANGUAGES, tongue_of
from listenwell.safety.age import QUESTION, TOO_YOUNG, too_young
from listenwell.safety.screen import RuleScreen
from listenwell.storage.dates import moment
from listenwell.storage.entries import Kind
from listenwell.storage.store import Store

ENGINE = engine("What was that like?")
SPANISH = conversation(
    "Estoy muy cansada, llevo semanas durmiendo fatal por el trabajo.", "Es mucho.",
    "Mi jefe me llama a todas horas y tengo miedo de perder el empleo.", "Ya veo.",
    "anyway, my brother says hi. No estoy enfadada con mi hermana.", "Vale.",
    "Quiero morirme esta noche.", "Aquí estoy.",
)  # fmt: skip
HINDI = conversation(
    "मुझे परीक्षा का बहुत डर लगता है। घर में पापा रोज़ नंबर पूछते हैं।", "अच्छा।",
    "रात भर नींद नहीं आती और मैं बहुत थक गया हूँ।", "समझ गया।",
)  # fmt: skip
ROMAN = conversation("mujhe office mein bahut darr lagta hai aur neend nahi aati", "Accha.")


def listenwell(*words: str, typed: str | None = None) -> str:
    done = typer.testing.CliRunner().invoke(main.app, words, input=typed)
    assert done.exit_code == 0, done
    return done.output


def page(code: str, talk: History) -> str:
    return summarise(talk, RuleScreen(), tongue_of(code)).text()


def test_a_spanish_talk_gives_a_spanish_page_of_what_its_words_tell():
    summary = summarise(SPANISH, RuleScreen(), tongue_of("es"))
    assert summary.topics[0] == "el trabajo"
    assert set(summary.feelings) == {"cansancio", "tristeza", "miedo o preocupación"}
    assert summary.left_out
    assert summary.words == (
        "Estoy muy cansada, llevo semanas durmiendo fatal por el trabajo.",
        "Mi jefe me llama a todas horas y tengo miedo de perder el empleo.",
        "No estoy enfadada con mi hermana.",
    )
    text = summary.text()
    assert "«Mi jefe" in text
    # Neither headings nor the sentence that was in English, nor the words of danger.
    assert not re.search(r"\b(you|your|what|in|anyway|brother|felt|morirme|left)\b", text, re.I)
    assert summary.note().startswith("el trabajo")


def test_a_hindi_talk_gives_a_page_in_its_script_alone():
    text = page("hi", HINDI)
    assert "डर या चिंता" in text
    assert "पढ़ाई" in text
    assert "“मुझे परीक्षा का बहुत डर लगता है।”" in text
    assert not re.search(r"[A-Za-z]", text)
    # Who writes it in Latin letters reads it in them.
    assert not re.search("[\u0900-\u097f]", page("hi-Latn", ROMAN))


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_feeling_and_topic_has_a_name_of_its_own(code: str):
    tongue = tongue_of(code)
    for themes in (tongue.feelings, tongue.topics):
        names = [theme.called for theme in themes.values()]
        assert len(set(names)) == len(themes)
        assert not set(names) & set(themes)


def test_an_exercise_gone_through_stands_on_the_page():
    exercise = tongue_of("de").exercises[0]
    talk = conversation(
        "Ich habe Angst vor der Arbeit.", exercise.steps[0], "fertig", exercise.steps[-1]
    )
    assert f"Übungen, die du gemacht hast: {exercise.title}" in page("de", talk)


def test_a_mood_check_in_walked_through_in_german(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LISTENWELL_LANGUAGE", "de")
    assert "Noch ist nichts aufgehoben." in listenwell("mood")
    first = listenwell("mood", "7", "--note", "am Fluss gewesen")
    assert "verschlüsselt" in first
    assert "Notiert. Gut, dass etwas leicht war." in first
    assert listenwell("mood", "6") == "Notiert.\n"
    table = listenwell("mood", "--notes")
    assert table.split()[:8] == ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So", "Schnitt"]
    assert "6,5" in table
    assert re.search(r"\d+\. \w+\.? \d{4}, \d\d:\d\d  7  am Fluss gewesen", table)
    assert "Gelöscht: 6, " in listenwell("mood", "--undo")
    low = listenwell("mood", "1")
    assert "Gerade ist es richtig schwer." in low
    assert "findahelpline.com" in low
    everything = "".join((first, table, low))
    assert not re.search(r"\b(Noted|kept|mean|Mon|This|call|text)\b", everything)


def test_a_grave_line_is_answered_in_the_language_it_was_written_in():
    said = listenwell("journal", "no quiero vivir, quiero morirme")
    assert "Guardado, solo para ti." in said
    assert "Una persona sí:" in said
    assert "988" in said
    assert "A person can" not in said


def test_the_option_goes_before_the_settings_and_memory_follows_them(private_home: Path):
    private_home.mkdir()
    (private_home / "config.yaml").write_text("language: fr\n", encoding="utf-8")
    assert "C'est gardé, rien que pour toi." in listenwell("journal", "ok")
    assert "Guardado" in listenwell("journal", "--language", "pt", "ok")
    assert "La mémoire est activée." in listenwell("memory", "on")
    assert "fichier de clé" in listenwell("memory", "show")
    assert "Tout est supprimé" in listenwell("memory", "delete", "--everything")


def test_beside_a_spanish_talk_everything_is_spanish(private_home: Path, capsys):
    for command in ("/summary", "/mood 8 caminé un rato", "/journal llovió", "/exercises", "/mood"):
        assert asides.as_message(command, SPANISH, ENGINE) is None
    said = capsys.readouterr().err
    assert "No se ha guardado." in said
    assert "respiración en cuadrado" in said
    # What is typed, and no other word of English.
    plain = re.sub(r"/\w+( keep)?|`.*?`|[\w-]+  |/tmp\S+", "", said)
    assert not re.search(r"\b(kept|keep|noted|one|step|not|mean|your?|this|is)\b", plain, re.I)
    with Store.open(private_home) as store:
        assert store.entries(Kind.MOOD)[0].text == "caminé un rato"


def test_an_error_is_in_one_language_from_end_to_end(capsys):
    asides.as_message("/mood mucho", SPANISH, ENGINE)
    said = "Fallo: el ánimo va con un número de 1 a 10, no con 'mucho': /mood 6 dormí algo.\n"
    assert capsys.readouterr().err == said
    asides.as_message("/exercise yoga", SPANISH, ENGINE)  # has no words in Spanish
    assert capsys.readouterr().err.startswith("Error: no exercise named")


@pytest.mark.parametrize("code", LANGUAGES)
def test_an_exercise_is_chosen_by_name_in_every_language(code: str):
    bot = engine("What was that like?")
    bot.language = code
    for exercise in tongue_of(code).exercises:
        message = asides.as_message(f"/exercise {exercise.name}", History(), bot)
        assert message is not None
        assert exercise.steps[0] in bot.respond(History(), message).reply.text


@pytest.mark.parametrize(("answer", "kept"), [("sí", 1), ("y", 1), ("no", 0), ("", 0)])
def test_a_page_is_offered_and_agreed_to_in_spanish(
    answer: str, kept: int, private_home: Path, monkeypatch: pytest.MonkeyPatch
):
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or answer)
    talk = History(SPANISH.messages[:4]).add(
        Message("user", "Mi jefe no me deja."), Message("user", "Estoy triste por eso.")
    )
    asides.close(talk, ENGINE)
    assert asked[0] == "¿Una página corta de esta charla, para guardar o tirar? [s/N] "
    assert private_home.exists() == bool(kept)


def test_the_age_question_and_the_words_for_the_too_young_are_in_the_language():
    for code in LANGUAGES:
        words = too_young(16, None, code, lambda text, code=code: told(text, code))
        assert "16" in words
        assert "talk" not in words
        assert not re.search(r"\b(how old|kept)\b", told(QUESTION, code))
        assert told(TOO_YOUNG, code) != TOO_YOUNG


def test_a_date_is_written_as_the_language_writes_it():
    at = datetime(2026, 3, 5, 9, 30, tzinfo=UTC).astimezone()
    time = f"{at:%H:%M}"
    assert moment(at) == f"5 Mar 2026, {time}"
    assert moment(at, lambda text: told(text, "de")) == f"5. März 2026, {time}"
    assert moment(at, lambda text: told(text, "pt")) == f"5 de mar. de 2026, {time}"


def test_reply_over_a_pipe_speaks_what_was_chosen(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LISTENWELL_LANGUAGE", "pt")
    line = json.dumps({"id": 1, "turns": [{"role": "user", "content": "ok"}]})
    answer = json.loads(listenwell("reply", "--jsonl", "--generator", "authored", typed=line))
    assert answer["generator"] == "tongues"
