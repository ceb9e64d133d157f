"""The client of OpenAI-compatible servers, against real ones: our own, and one that misbehaves."""

import socket
from collections.abc import Iterator

import pytest

from listenwell.bot import build_engine
from listenwell.core.errors import ConfigError, ModelError
from listenwell.core.types import Message, Plan, Prompt, Stage, Strategy
from listenwell.generation.addresses import Address
from listenwell.generation.openai_compatible import (
    KEY_VARIABLE,
    LONGEST_SENT,
    OpenAIGenerator,
    Patience,
    sent,
)
from listenwell.generation.plan_words import instructions
from rude import SENTENCES, Rude, rude_server
from serving import served

PLAN = Plan(Strategy.QUESTION, "sadness", avoid=frozenset({"cheer"}), words=20)
PROMPT = Prompt((Message("user", "I am tired."),), PLAN)
WHOLE = "".join(SENTENCES)


@pytest.fixture(scope="module")
def server() -> Iterator[Rude]:
    with rude_server("busy", "tiny:latest") as found:
        yield found


def generator(server: Rude, model: str, **patience: float) -> OpenAIGenerator:
    server.asked.clear()
    return OpenAIGenerator(model, server.url, Patience(backoff=0.01, silence=0.2, **patience))


@pytest.mark.parametrize("model", ["busy", "flaky"])
def test_what_passes_is_tried_again(server: Rude, model: str):
    assert "".join(generator(server, model).stream(PROMPT, 0)) == WHOLE
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("model", "why", "asked"),
    [
        ("closed", KEY_VARIABLE, 1),
        ("missing", "no model 'missing'", 1),
        ("broken", "HTTP 500", 3),
        ("rubbish", "no chat reply", 1),
        ("drops", "broke off", 1),
        ("stalls", r"said nothing for 0\.2 seconds", 1),
        ("short", "stopped its reply short", 1),
    ],
)
def test_what_went_wrong_is_told(server: Rude, model: str, why: str, asked: int):
    with pytest.raises(ModelError, match=why):
        list(generator(server, model).stream(PROMPT, 0))
    assert len(server.asked) == asked


def test_a_server_that_failed_is_left_alone_for_a_moment(server: Rude):
    failing = generator(server, "broken", rest=60)
    for _ in range(2):
        with pytest.raises(ModelError):
            list(failing.stream(PROMPT, 0))
    assert len(server.asked) == 3


def test_what_a_model_thinks_is_no_part_of_its_reply(server: Rude):
    assert "".join(generator(server, "thinks").stream(PROMPT, 0)) == WHOLE


def test_the_key_comes_from_the_environment_and_shows_nowhere(
    server: Rude, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(KEY_VARIABLE, "a-secret")
    asked = generator(server, "closed")
    with pytest.raises(ModelError) as told:
        list(asked.stream(PROMPT, 0))
    assert server.keys[-1] == "Bearer a-secret"
    assert "a-secret" not in f"{told.value} {asked!r} {vars(asked)}"


def test_a_server_is_looked_at_before_anybody_talks(server: Rude):
    generator(server, "busy").check()
    generator(server, "tiny").check()  # as Ollama lists it
    with pytest.raises(ModelError, match=r"no model 'huge'.*It has: busy, tiny:latest"):
        generator(server, "huge").check()
    with pytest.raises(ModelError, match="/v1"):
        OpenAIGenerator("busy", server.url.removesuffix("/v1")).check()
    assert not server.asked


def test_a_server_that_is_not_there_or_wants_a_key_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ModelError, match=r"cannot be reached.*--generator embedded"):
        OpenAIGenerator("any", f"http://127.0.0.1:{port}/v1").check()
    with rude_server("closed") as closed, pytest.raises(ModelError, match=KEY_VARIABLE):
        OpenAIGenerator("any", closed.url).check()


def test_our_own_server_answers_it():
    with served(build_engine("authored")) as url:
        own = OpenAIGenerator("listenwell", f"{url}/v1")
        own.check()
        pieces = list(own.stream(PROMPT, 0))
    assert len(pieces) > 3
    assert "".join(pieces).endswith((".", "?"))


def test_the_plan_is_told_in_plain_words():
    told = instructions(PROMPT)
    for words in ("ask about", "at most 20 words", "one open question", "Give no advice", "bright"):
        assert words in told
    coping = Plan(
        Strategy.SUGGESTIONS, "sadness", stage=Stage.COPING, topic="self_worth", asks=False
    )
    told = instructions(Prompt(PROMPT.messages, coping, "lonely", memory=("has a sister, Jo",)))
    for words in ("one small idea", "self worth", "lonely", "Ask no question", "has a sister, Jo"):
        assert words in told
    assert "Give no advice" not in told
    assert "From earlier talks" not in instructions(PROMPT)


def test_only_the_newest_words_are_sent_and_the_person_speaks_first():
    long = [
        Message("user", "early " * 500),
        Message("assistant", "Mm."),
        Message("user", "x" * 5990),
    ]
    rows = sent(Prompt(tuple(long), PLAN))
    assert [row["role"] for row in rows] == ["system", "user", "assistant", "user"]
    assert sum(len(row["content"]) for row in rows[1:]) == LONGEST_SENT
    rows = sent(Prompt(tuple(long[1:]), PLAN))
    assert [row["role"] for row in rows] == ["system", "user"]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("localhost:11434", "not a server's address"),
        ("ftp://localhost/v1", "not a server's address"),
        ("http://localhost:port/v1", "not an address"),
        ("http://me:secret@localhost/v1", "name or password"),
        ("https://localhost/v1?key=secret", "ends with its path"),
        ("http://api.example.org/v1", "without encryption.*https://api.example.org"),
    ],
)
def test_an_address_that_cannot_be_used_is_told(url: str, why: str):
    with pytest.raises(ConfigError, match=why) as told:
        Address.of(url)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "host", "here"),
    [
        ("http://localhost:11434/v1", "localhost:11434", True),
        ("http://[::1]:8000/v1", "[::1]:8000", True),
        ("http://192.168.1.20:8000/v1", "192.168.1.20:8000", False),
        ("http://ollama:11434/v1", "ollama:11434", False),
        ("https://api.example.org/v1/", "api.example.org", False),
    ],
)
def test_an_address_says_where_words_go(url: str, host: str, here: bool):
    found = Address.of(url)
    assert (found.host, found.on_this_machine) == (host, here)
    assert found.url == url.rstrip("/")
