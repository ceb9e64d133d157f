"""What the server tells beside its replies: disclosures, help lines, the age gate, the protocol."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from test_server import chat, events, send

from fakes import FixedReader, engine
from listenwell.safety import disclosure
from listenwell.safety.notices import Notices
from listenwell.safety.referrals import counted
from listenwell.safety.settings import Settings
from listenwell.server.app import _chosen_by, create_app
from listenwell.server.bodies import Chat

TOLD = {"seconds_since_told": 60, "seconds_since_message": 60}


@pytest.mark.parametrize(
    ("fields", "notice"),
    [
        ({}, disclosure.START),
        (TOLD, None),
        ({"seconds_since_told": 3 * 3600}, disclosure.REPEAT),
        ({"seconds_since_told": 3600, "minor": True}, disclosure.BREAK),
        ({"seconds_since_told": 7 * 86400, "seconds_since_message": 7 * 86400}, disclosure.RETURN),
        ({"seconds_since_told": 1e300}, disclosure.REPEAT),
    ],
)
def test_a_reply_comes_with_what_has_to_be_said(fields: dict, notice: str | None):
    assert chat("hello", **fields).json()["notice"] == notice
    assert events(chat("hello", stream=True, **fields))[-1][1]["notice"] == notice


@pytest.mark.parametrize("said", ["hi, I'm 15", "tengo 16 años", "मैं 15 साल की हूँ"])
def test_who_says_that_they_are_young_is_told_as_often_as_the_young_are(said: str):
    assert chat(said, seconds_since_told=3600).json()["notice"] == disclosure.BREAK
    assert chat("my son is 15", seconds_since_told=3600).json()["notice"] is None
    notices = Notices(Settings())
    start = datetime(2026, 1, 1, tzinfo=UTC)
    notices.before_reply(start)
    notices.hear(said)
    assert notices.before_reply(start + timedelta(hours=1)) == disclosure.BREAK


@pytest.mark.parametrize("seconds", [-1, "soon", 1e999])
def test_a_time_that_is_none_is_refused(seconds: object):
    body = json.dumps(
        {"messages": [{"role": "user", "content": "x"}], "seconds_since_told": seconds}
    )
    answered = send("POST", "/api/chat", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answered.status_code < 500


def test_a_request_can_switch_emotion_reading_off():
    app = create_app(engine("What happened then?", reader=FixedReader(sad=1.0)))
    assert send("GET", "/api/about", app=app).json()["reads_emotions"] is True
    assert chat("I had a strange day", app=app).json()["emotion"] == "sad"
    assert chat("I had a strange day", app=app, read_emotions=False).json()["emotion"] is None


def test_a_request_carries_the_country_that_the_person_chose():
    bot = engine("x")
    body = Chat.model_validate({"messages": [{"role": "user", "content": "x"}], "country": "ie"})
    assert _chosen_by(body, bot).country == "IE"
    assert bot.country is None
    assert chat("hello", country="Ireland").status_code == 422


def test_the_lines_of_a_country_are_given_with_the_fallback():
    found = send("GET", "/api/helplines?country=ie&need=abuse").json()
    assert found["country"] == "IE"
    assert found["emergency"] == ["112", "999"]
    assert found["lines"][0]["call"] == ["1800 341 900"]
    assert found["lines"][-1]["chat"] == "findahelpline.com"


def test_without_a_country_the_directories_of_the_world_are_given():
    found = send("GET", "/api/helplines").json()
    assert found["country"] is None
    assert found["lines"][0]["chat"] == "findahelpline.com"
    assert send("GET", "/api/helplines?country=xx").status_code == 200


def test_the_country_of_the_settings_is_only_a_beginning():
    app = create_app(engine("x"), settings=Settings("DE"))
    assert send("GET", "/api/about", app=app).json()["country"] == "DE"
    assert send("GET", "/api/helplines", app=app).json()["country"] == "DE"
    assert send("GET", "/api/helplines?country=FR", app=app).json()["country"] == "FR"


def test_every_country_can_be_chosen():
    found = send("GET", "/api/countries").json()
    assert {"code": "IE", "name": "Ireland"} in found
    assert [row["name"] for row in found] == sorted(row["name"] for row in found)


def test_an_age_is_answered_with_a_band_and_kind_words_for_the_too_young():
    app = create_app(engine("x"), settings=Settings(minimum_age=16))
    bands = [
        send("POST", "/api/age", app=app, json={"age": n}).json()["band"] for n in (15, 16, 18)
    ]
    assert bands == ["too-young", "minor", "adult"]
    told = send("POST", "/api/age", app=app, json={"age": 12, "country": "GB"}).json()["words"]
    assert "0800 1111" in told
    assert send("POST", "/api/age", app=app, json={"age": 900}).status_code == 422


def test_a_referral_is_counted_when_somebody_is_given_a_line():
    chat("I had a strange day")
    assert counted() == ()
    said: tuple[str, ...] = ()
    for text in ("I want to kill myself", "yes", "tonight"):
        said = (*said, text)
        said = (*said, chat(*said).json()["reply"])
    assert {row.kind for row in counted()} == {"suicide"}


def test_the_protocol_is_published():
    app = create_app(engine("x"), settings=Settings("IE", ("eu",)))
    answered = send("GET", "/protocol", app=app)
    assert answered.headers["content-type"].startswith("text/html")
    assert "AI Act" in answered.text
    assert "style=" not in answered.text
