"""The terminal and the page in other languages."""

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from fakes import engine
from listenwell.cli.chat import HELP
from listenwell.cli.main import app
from listenwell.core.errors import ConfigError, UnknownNameError
from listenwell.dialogue.tongues.interface import interface, told
from listenwell.dialogue.tongues.tongue import LANGUAGES
from listenwell.safety import disclosure
from listenwell.safety.settings import Settings, load_settings
from listenwell.safety.talk.words import LANGUAGES as IN_DANGER
from listenwell.safety.talk.words import SPOKEN
from listenwell.server.app import create_app
from listenwell.storage.dates import MONTHS
from listenwell.storage.trends import COLUMNS


def send(method: str, path: str, *, app: FastAPI | None = None, **options: Any) -> httpx.Response:
    transport = httpx.ASGITransport(app or create_app(engine("hello")))

    async def sent() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:8000"
        ) as client:
            return await client.request(method, path, **options)

    return asyncio.run(sent())


SOURCE = Path(disclosure.__file__).parents[1]
IN_SOURCE = (
    "safety/disclosure.py", "safety/age.py", "server/app.py", "cli/chat.py", "cli/asides.py", "cli/kept.py",
    "cli/mood.py", "cli/memory.py", "storage/dates.py", "storage/trends.py", "dialogue/summary.yaml",
    "server/static/index.html", "server/static/chat.js", "server/static/lines.js",
)  # fmt: skip


def test_every_english_text_stands_in_the_source():
    text = "\n".join((SOURCE / name).read_text(encoding="utf-8") for name in IN_SOURCE)
    # Strings are broken over lines in the source, and so is what stands in the page.
    plain = " ".join(re.sub(r"\"\s*\+?\s*\"", "", text).split())
    assert not [english for english in interface("es") if english not in plain]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_start_the_help_and_the_page_are_in_the_language(language: str):
    assert set(interface(language)) == set(interface("es"))
    start = told(disclosure.at_the_start(reads_emotions=True), language)
    assert "Listenwell" in start
    assert "You" not in start
    assert "keep" not in told(HELP, language).replace("/summary keep", "")
    assert told(HELP, "en") == HELP


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_there_and_none_is_the_english_one(language: str):
    words = interface(language)
    # Forms of dates and of quotes may be alike, and so may this one word of the page's.
    alike = {
        en for en in words if en == words[en] and re.search(r"[a-z]", re.sub(r"{.*?}", "", en))
    }
    assert alike <= {"Conversation"}
    assert not [en for en in words if set(_parts(en)) != set(_parts(words[en]))]
    for english, many in ((COLUMNS, 8), (MONTHS, 12)):
        assert len(set(told(english, language).split())) == many


def _parts(text: str) -> list[str]:
    return re.findall(r"{\w+}|/(?:exercise|quit|summary keep)\b|`listenwell [\w -]+", text)


def test_all_languages_of_the_crisis_dialogue_have_a_dialogue_and_an_interface():
    assert {"en", *LANGUAGES} == set(SPOKEN) < set(IN_DANGER)


def test_the_page_is_told_its_words_and_its_help_lines():
    assert send("GET", "/api/words?language=de").json()["words"]["Send"] == "Senden"
    assert send("GET", "/api/words?language=xx").json() == {"language": "en", "words": {}}
    about = send("GET", "/api/about?language=fr").json()
    assert about["disclosure"].startswith("Tu parles avec Listenwell, une IA.")
    assert "findahelpline.com" in about["lines"]
    assert about["lines"].startswith("À toute heure")
    lines = send("GET", "/api/helplines?country=ES&language=es").json()
    assert lines["said"].startswith("Llama al 024")


def test_the_page_says_no_to_the_too_young_in_their_language():
    gated = create_app(engine("hello"), settings=Settings(minimum_age=16))
    answer = send("POST", "/api/age", app=gated, json={"age": 13, "language": "es"}).json()
    assert answer["words"].startswith("Gracias por decírmelo. Estoy hecha para personas de 16 años")


def test_the_page_begins_in_the_language_that_was_set():
    set_to_hindi = create_app(engine("hello"), settings=Settings(language="hi"))
    languages = send("GET", "/api/languages", app=set_to_hindi).json()
    assert languages["chosen"] == "hi"
    assert [row["code"] for row in languages["known"]] == ["en", *LANGUAGES]


def test_a_chosen_language_answers_what_could_be_any():
    body = {"messages": [{"role": "user", "content": "ok"}], "language": "pt"}
    answer = send("POST", "/api/chat", json=body).json()
    assert answer["generator"] == "tongues"
    assert answer["notice"].startswith("Você está falando com Listenwell")


def test_the_terminal_speaks_the_language_that_was_chosen():
    said = CliRunner().invoke(
        app, ["chat", "--generator", "templates", "--language", "es"], input="/help\nestoy triste\n"
    )
    assert said.exit_code == 0
    assert "Hablas con Listenwell, una IA." in said.output
    assert "/quit       salir" in said.output
    assert "You're" not in said.output


def test_a_language_that_is_not_spoken_is_refused_with_those_that_are(tmp_path: Path):
    with pytest.raises(UnknownNameError, match="es"):
        load_settings(environ={"LISTENWELL_LANGUAGE": "klingon"})
    file = tmp_path / "config.yaml"
    file.write_text("language: klingon\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="language"):
        load_settings(file, {})
    file.write_text("language: FR\n", encoding="utf-8")
    assert load_settings(file, {}).language == "fr"
