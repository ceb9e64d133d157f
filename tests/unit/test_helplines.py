"""The directory of help lines: its schema, what is found and said, and how countries are read."""

import json
import re
import time
from datetime import date, timedelta
from importlib.resources import files
from typing import Annotated, Self

import pytest
import yaml
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, model_validator
from typer.testing import CliRunner

from listenwell.cli.main import app
from listenwell.core.errors import UnknownNameError
from listenwell.core.types import History, Message, Risk, RiskKind, RiskLevel, Signal
from listenwell.dialogue.engine import Engine
from listenwell.dialogue.templates import Templates
from listenwell.perception.reader import NoReader
from listenwell.safety import helplines
from listenwell.safety.countries import countries, country_code, country_named, emergency_numbers
from listenwell.safety.crisis import crisis_reply
from listenwell.safety.guard import RuleGuard
from listenwell.safety.helplines import (
    FALLBACKS,
    Line,
    Need,
    _words,
    due,
    every_line,
    host,
    is_sure,
    known_contacts,
    lines_for,
    names_contact,
    spoken,
)
from listenwell.safety.screen import RuleScreen
from listenwell.safety.settings import Settings
from listenwell.safety.talk.contacts import country_in
from listenwell.server.app import create_app

FOLDER = files("listenwell.safety").joinpath("helplines")
TODAY = date(2026, 11, 27)
BY_NEED = ("US", "GB", "IE", "CA", "AU", "NZ", "IN", "DE", "FR", "ES", "IT", "BR", "MX", "JP", "ZA")
NUMBER = r"[*#]?[\d() .-]{2,}\d(, then (press )?\d)?"
Languages = Annotated[list[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]], Field(min_length=1)]


class Entry(BaseModel):
    """What an entry in a country's file must hold, and nothing else."""

    model_config = ConfigDict(extra="forbid")

    service: Annotated[str, Field(min_length=3)]
    needs: Annotated[list[Need], Field(min_length=1)]
    call: list[Annotated[str, Field(pattern=f"^{NUMBER}$")]] = []
    text: Annotated[str, Field(pattern=rf"^([A-Z]+ to )?{NUMBER}$")] | None = None
    whatsapp: Annotated[str, Field(pattern=f"^{NUMBER}$")] | None = None
    chat: Annotated[str, Field(pattern=r"^[a-z0-9.-]+\.[a-z]+$")] | None = None
    hours: str | None
    languages: Languages
    note: Annotated[str, Field(max_length=80)] | None = None
    url: HttpUrl
    source: HttpUrl
    date_checked: date | None
    verified: bool

    @model_validator(mode="after")
    def _can_be_reached_and_is_honest(self) -> Self:
        assert self.call or self.text or self.chat or self.whatsapp, "no way to reach it"
        assert not self.verified or self.date_checked, "verified, but on no day"
        return self


FILES = sorted(file.name for file in FOLDER.iterdir() if re.fullmatch(r"[A-Z]{2}\.yaml", file.name))


@pytest.mark.parametrize("name", FILES)
def test_a_country_s_file_keeps_to_the_schema(name: str):
    rows = yaml.safe_load(FOLDER.joinpath(name).read_text("utf-8"))
    services = [Entry.model_validate(row).service for row in rows]
    assert len(services) == len(set(services))
    assert name[:2] in countries()


def test_there_are_lines_for_sixty_countries_and_an_emergency_number_for_each():
    with_lines = {line.country for line in every_line()}
    assert len(with_lines) >= 60
    assert len(with_lines) == len(FILES)
    assert all(emergency_numbers(code) for code in with_lines)


@pytest.mark.parametrize("country", BY_NEED)
def test_the_fifteen_countries_have_lines_by_need(country: str):
    needs = {need for line in every_line() if line.country == country for need in line.needs}
    assert {"suicide", "crisis", "abuse", "youth"} <= needs | (
        {"youth"} if country == "MX" else set()
    )
    assert len(needs) >= 5 - (country in {"BR", "MX"})


def test_what_is_known_by_heart_is_there():
    def numbers(country: str, need: str) -> set[str]:
        return {n for line in lines_for(country, need) for n in (*line.call, line.text or "")}

    assert {"988", "HOME to 741741"} <= numbers("US", "suicide")
    assert "838255" in numbers("US", "veterans")
    assert {"116 123", "SHOUT to 85258"} <= numbers("GB", "suicide")
    assert "0800 1111" in numbers("GB", "youth")
    assert "13 11 14" in numbers("AU", "suicide")
    assert "3114" in numbers("FR", "suicide")
    assert "024" in numbers("ES", "suicide")
    assert "188" in numbers("BR", "suicide")
    assert "0800 111 0 111" in numbers("DE", "suicide")
    assert emergency_numbers("GB")[0] == "999"
    assert emergency_numbers("au") == ("000", "112")


def test_the_line_made_for_a_need_goes_before_one_that_also_covers_it():
    assert lines_for("GB", "abuse")[0].service == "National Domestic Abuse Helpline"
    assert lines_for("IE", "youth")[0].service == "ISPCC Childline"


@pytest.mark.parametrize("need", [*Need, "self_harm", "psychosis", "overdose", "nonsense"])
@pytest.mark.parametrize("country", ["US", "MT", "TD", "XX", "", None])
def test_there_is_always_somewhere_to_turn(country: str | None, need: str):
    found = lines_for(country, need)
    assert found
    assert "findahelpline.com" in spoken(found)
    assert {line.country for line in found} == {country if country in {"US", "MT"} else None}


def test_a_line_is_said_in_a_sentence_with_the_way_out_beside_it():
    assert spoken(lines_for("US", "suicide")) == (
        "Call or text 988 (988 Suicide & Crisis Lifeline, any hour), or text HOME to 741741 "
        "(Crisis Text Line, any hour). If you can't get through, findahelpline.com shows other "
        "lines. In immediate danger: 911."
    )
    assert spoken(lines_for("FR", "suicide"), "fr").startswith("Appelle le 3114 (")
    assert spoken(lines_for(None, "suicide")).startswith("findahelpline.com shows a line")


@pytest.mark.parametrize("country", sorted({str(line.country) for line in every_line()}))
def test_what_is_said_is_short_whatever_the_country(country: str):
    for need in Need:
        assert len(spoken(lines_for(country, need)).split()) <= 60


def test_the_language_is_the_person_s_where_a_country_has_two():
    assert "0800 32 123" in spoken(lines_for("BE", "suicide"), "fr").partition(",")[0]
    assert "1813" in spoken(lines_for("BE", "suicide"), "nl").partition(",")[0]


def test_every_language_says_all_that_english_says():
    assert {frozenset(words) - {"stop", "comma"} for words in _words().values()} == {
        frozenset(_words()["en"])
    }
    for language in _words():
        for country in ("US", "ES", "BR", None):
            said = spoken(lines_for(country, "suicide"), language)
            assert "findahelpline.com" in said
            assert "{" not in said


def test_only_an_entry_checked_lately_goes_without_the_fallback():
    def checked(day: date | None, verified: bool) -> Line:
        return Line("A", "IE", (Need.CRISIS,), "https://a.ie", "https://a.ie", call=("1800 1",),
                    date_checked=day, verified=verified)  # fmt: skip

    assert is_sure(checked(TODAY - timedelta(180), True), TODAY)
    assert not is_sure(checked(TODAY - timedelta(181), True), TODAY)
    assert not is_sure(checked(TODAY, False), TODAY)
    assert not is_sure(checked(None, True), TODAY)
    assert "findahelpline" not in spoken([checked(date.today(), True)])
    assert "findahelpline" in spoken([checked(date.today(), False)])


@pytest.mark.parametrize(("days", "beside"), [(30, True), (90, False)])
def test_the_days_that_an_operator_sets_hold_in_the_crisis_dialogue(
    days: int, beside: bool, monkeypatch: pytest.MonkeyPatch
):
    checked = Line("A", "IE", (Need.SUICIDE,), "https://a.ie", "https://a.ie", call=("1800 1",),
                   hours="24/7", date_checked=date.today() - timedelta(60), verified=True)  # fmt: skip
    helplines.known_contacts()  # remembered: not what this directory of one line holds
    monkeypatch.setattr(helplines, "_lines_of", lambda code: (checked,) if code == "IE" else ())
    danger = Risk(
        RiskLevel.HIGH, (Signal("intent", RiskKind.SUICIDE, RiskLevel.HIGH, "i want to die"),)
    )
    said = crisis_reply(
        History((
            Message("user", "i want to die"),
            Message("assistant", "Are you thinking about killing yourself?"),
            Message("user", "what number can i call"),
        )), danger, "IE", days,
    )  # fmt: skip
    assert "1800 1" in said
    assert ("findahelpline" in said) is beside
    engine = Engine(RuleScreen(), NoReader(), None, RuleGuard(), Templates.default())
    with TestClient(create_app(engine, settings=Settings("IE", helplines_days=days))) as client:
        found = client.get("/api/helplines").json()
        said = [{"role": "user", "content": "i want to die, where can i call"}]
        body = {"messages": said, "country": "IE"}
        reply = client.post("/api/chat", json=body).json()["reply"]
    assert ("findahelpline" in found["said"]) is beside
    assert "1800 1" in reply
    assert ("findahelpline" in reply) is beside


def test_every_entry_that_nobody_checked_is_due():
    unchecked = [line for line in every_line() if not line.verified]
    assert set(unchecked) <= set(due(TODAY))


def test_contacts_are_known_as_digits_and_hosts_and_no_others_are():
    assert {"988", "741741", "116123", "911", "findahelpline.com"} <= known_contacts()
    assert "18002738255" not in known_contacts()  # an older number of the same service
    assert {"8007997233", "18007997233", "iasp.info", "samaritans.org", "4141"} <= known_contacts()
    assert all(re.fullmatch(r"\d+|[a-z0-9.-]+\.[a-z]+", contact) for contact in known_contacts())
    assert host("https://www.Thehotline.org/x") == "thehotline.org"


def test_a_text_with_a_line_in_it_is_told_from_one_without():
    assert names_contact("You could call 116 123 (Samaritans).")
    assert names_contact("Look at https://findahelpline.com, it is there at any hour.")
    assert not names_contact("Call me on 555-0134.")
    assert not names_contact("That is a lot to hold. Who could sit with you?")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I'm in Ireland", "IE"),
        ("uk", "GB"),
        ("The US.", "US"),
        ("us", "US"),
        ("Deutschland", "DE"),
        ("IE", "IE"),
        ("im in england innit", "GB"),
        ("I'm from Ireland but live in the UK", "GB"),
        ("I moved from Poland to Germany", "DE"),
        ("I left Syria and I'm in Sweden", "SE"),
        ("ich bin in der Schweiz", "CH"),
        ("我在中国", "CN"),
        ("estoy en México", "MX"),
        ("I'm in Chad", "TD"),
        ("japan i think", "JP"),
        ("in", None),
        ("NO", None),
        ("no", None),
        ("it", None),
        ("me", None),
        ("my brother jordan hates me", None),
        ("chad left me", None),
        ("I'm in Georgia", None),
        ("i'm not in the US", None),
        ("I never lived in France", None),
        ("we talked about france and spain all evening", None),
        ("turkey for dinner again", None),
        ("I'm in pain", None),
        ("", None),
    ],
)
def test_a_country_is_read_from_what_people_say(text: str, code: str | None):
    assert country_named(text) == code


@pytest.mark.parametrize("flood", ["a" * 100_000, "in the " * 15_000, "1-" * 50_000, "中" * 99_999])
def test_a_flood_is_read_in_no_time(flood: str):
    started = time.perf_counter()
    country_named(flood)
    names_contact(flood)
    assert time.perf_counter() - started < 0.5


def test_a_setting_may_name_a_country_by_any_name_or_its_code():
    assert [country_code(name) for name in ("no", "Georgia", "deutschland")] == ["NO", "GE", "DE"]
    with pytest.raises(UnknownNameError, match="Did you mean 'Ireland'"):
        country_code("Irelnd")


def run(*words: str):
    return CliRunner().invoke(app, ["helplines", *words])


@pytest.mark.parametrize(
    ("said", "country"),
    [("sono in Italia", "IT"), ("negli Stati Uniti", "US"), ("я живу в Германии", "DE"),
     ("из Казахстана", "KZ"), ("أعيش في السعودية", "SA"), ("السعوديه", "SA"), ("我住在马来西亚", "MY"),
     ("香港", "HK"), ("Cabo Verde", "CV"), ("из того, что было", None), ("in georgia", None)],
)  # fmt: skip
def test_a_country_is_known_by_its_names_in_ten_languages(said: str, country: str | None):
    assert country_in(said, asked=True) == country


@pytest.mark.parametrize("said", ["Mm.", "gm", "np", "eh", "bf"])
def test_two_letters_of_the_net_are_no_country(said: str):
    assert country_in(said, asked=True) is None
    assert country_in("nz", asked=False) is None
    assert country_in("nz", asked=True) == "NZ"


def test_the_command_shows_a_country_by_need_with_the_fallbacks():
    done = run("ireland", "--need", "abuse")
    assert done.exit_code == 0
    assert "1800 341 900" in done.stdout
    assert "112 or 999" in done.stdout
    assert "findahelpline.com" in done.stdout
    assert "Bodywhys" not in done.stdout


def test_the_command_s_json_holds_source_and_date_of_every_entry():
    found = json.loads(run("GB", "--json").stdout)
    assert found["emergency"] == ["999", "112"]
    assert all({"source", "date_checked", "verified"} <= line.keys() for line in found["lines"])
    assert [line["service"] for line in found["fallbacks"]] == [line.service for line in FALLBACKS]


def test_a_country_that_is_not_known_still_gets_somewhere_to_turn():
    done = run("TF")
    assert done.exit_code == 2
    assert done.stderr == "Error: no country named 'TF' in the directory.\n"
    for way in ("findahelpline.com", "iasp.info", "the local emergency number"):
        assert way in done.stdout
    assert "Did you mean 'Ireland'?" in run("Irelnd").stderr


def test_a_country_that_is_not_known_has_the_fallbacks_in_json_too():
    done = run("TF", "--json", "--need", "youth")
    found = json.loads(done.stdout)
    assert done.exit_code == 2
    assert (found["country"], found["emergency"]) == (None, [])
    assert found["lines"] == found["fallbacks"] != []


def test_the_check_exits_with_1_while_entries_are_due():
    done = run("check", "--json")
    assert len(json.loads(done.stdout)) == len(due(date.today()))
    assert done.exit_code == (1 if due(date.today()) else 0)
