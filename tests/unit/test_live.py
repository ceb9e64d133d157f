"""Replies that are shown while a server writes them: what is sent, what is shown, and who steps in."""

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.request import Request, urlopen

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from fakes import FixedReader, Scripted, conversation
from listenwell.bot import Listenwell, build_engine
from listenwell.cli.main import app
from listenwell.core.types import History, Message
from listenwell.dialogue.engine import DANGER_STAYS, Engine
from listenwell.dialogue.memory import Memory
from listenwell.dialogue.trace import Trace
from listenwell.generation.openai_compatible import OpenAIGenerator, Patience
from listenwell.server.app import create_app
from rude import SENTENCES, Rude, rude_server
from serving import served

LONELY = "My best friend moved away last month and the evenings are so quiet now"
WHOLE = "".join(SENTENCES)


@pytest.fixture(scope="module")
def server() -> Iterator[Rude]:
    with rude_server("ready") as found:
        yield found


AUTHORED = build_engine("authored")


def talking(server: Rude, model: str, silence: float = 0.3) -> Engine:
    server.asked.clear()
    patience = Patience(backoff=0.01, silence=silence, rest=0)
    written = Scripted("What was your friend like?")
    return replace(
        AUTHORED,
        generator=OpenAIGenerator(model, server.url, patience),
        fallback=written,
    )


def shown(engine: Engine, history: History, text: str) -> tuple[list[str], Trace]:
    pieces, answering = [], engine.stream(history, text)
    while True:
        try:
            pieces.append(next(answering))
        except StopIteration as ended:
            return pieces, ended.value


def test_a_reply_is_shown_sentence_by_sentence(server: Rude):
    pieces, trace = shown(talking(server, "ready"), History(), LONELY)
    assert pieces == [
        "That sounds lonely.",
        " You had so much together.",
        " What do you miss most?",
    ]
    assert trace.turn.reply.text == WHOLE
    assert trace.turn.reply.generator == "openai:ready"
    assert trace.notes == ()
    (asked,) = server.asked
    assert asked["messages"][0]["role"] == "system"
    assert asked["messages"][1:] == [{"role": "user", "content": LONELY}]


@pytest.mark.parametrize("model", ["drops", "stalls", "harms", "short"])
def test_what_was_shown_stays_and_is_ended_by_others(server: Rude, model: str):
    pieces, trace = shown(talking(server, model), History(), LONELY)
    reply = trace.turn.reply
    assert pieces[0] == "That sounds lonely."
    assert "".join(pieces) == reply.text
    assert reply.text.count("That sounds lonely.") == 1
    assert reply.text.endswith("?")
    assert len(pieces) == 2
    assert "depress" not in reply.text
    assert reply.generator in {f"openai:{model}+templates", f"openai:{model}+embedded"}
    assert len(trace.notes) == 2
    assert trace.notes[0].startswith(f"openai:{model}")


@pytest.mark.parametrize("model", ["closed", "broken", "silent"])
def test_a_reply_that_never_began_is_given_by_the_fallback(server: Rude, model: str):
    pieces, trace = shown(talking(server, model), History(), LONELY)
    assert pieces == [trace.turn.reply.text]
    assert trace.turn.reply.text == "What was your friend like?"
    assert trace.notes[-1].endswith("answered in its place")


def test_a_reply_ends_where_the_plan_wants_it_to(server: Rude):
    _, trace = shown(talking(server, "rambles"), History(), LONELY)
    words = len(trace.turn.reply.text.split())
    assert trace.turn.plan.words <= words < trace.turn.plan.words + 5
    assert trace.notes == ()


def test_a_reply_that_repeats_itself_is_ended(server: Rude):
    _, trace = shown(talking(server, "stutters"), History(), LONELY)
    assert trace.turn.reply.text.count("You can do something.") == 1
    assert "Maybe" not in trace.turn.reply.text
    assert trace.notes[0] == "openai:stutters was refused: repeats-itself"


def test_a_reply_that_was_given_before_or_misses_the_feeling_is_refused(server: Rude):
    history = conversation("I miss my friend", "That sounds lonely.")
    _, trace = shown(talking(server, "ready"), history, LONELY)
    assert trace.refused == (("That sounds lonely.", "said-before"),) * 2
    sad = replace(talking(server, "glad"), reader=FixedReader(devastated=1.0))
    _, trace = shown(sad, History(), LONELY)
    assert trace.refused[0] == ("That's great news!", "contradicts-the-feeling")
    assert "great" not in trace.turn.reply.text


@pytest.mark.parametrize(
    "text", ["I am going to kill myself tonight", "I took all the pills an hour ago"]
)
def test_nothing_is_sent_in_danger_nor_what_was_said_in_it(server: Rude, text: str):
    engine = talking(server, "ready")
    turn = engine.respond(History(), text)
    assert turn.reply.generator == "crisis"
    history = History((turn.user, Message("assistant", turn.reply.text)))
    for said in (
        "no",
        "I'm safe now, my sister is here with me",
        "we are watching a film about cats",
    ):
        turn = engine.respond(history, said)
        history = history.add(turn.user, Message("assistant", turn.reply.text))
    assert not server.asked


def test_once_it_is_over_the_fallback_answers_until_the_words_are_out_of_sight(server: Rude):
    engine = talking(server, "ready")

    class Forgiving:
        """Reads danger in one message only, as a screen may that forgets fast."""

        def assess(self, history: History):
            return AUTHORED.assess(History(history.messages[-1:]))

    engine.screen = Forgiving()
    before = conversation("I want to kill myself", "I'm with you. Where are you?")
    trace = engine.explain(before, LONELY)
    assert DANGER_STAYS in trace.notes
    assert not server.asked
    later = before.add(
        *conversation("my dog barks", "Loudly?", "yes", "Mm.", "all day", "Oh.").messages
    )
    engine.explain(later, LONELY)
    assert len(server.asked) == 1
    assert "kill" not in server.texts


def test_what_is_remembered_is_sent_only_where_that_was_allowed(server: Rude):
    engine = talking(server, "ready")
    engine.memory = Memory(("has a sister, Jo",))
    engine.respond(History(), LONELY)
    assert "Jo" not in server.texts
    engine.memory = Memory(("has a sister, Jo",), may_leave=True)
    engine.respond(History(), LONELY)
    assert "Jo" in server.texts


def test_the_page_gets_a_sentence_before_the_server_has_written_the_next(server: Rude):
    server.go_on.clear()
    body = {"messages": [{"role": "user", "content": LONELY}], "stream": True}
    seen = []
    with served(talking(server, "waits", silence=9)) as url:
        request = Request(f"{url}/api/chat", json.dumps(body).encode())
        request.add_header("Content-Type", "application/json")
        with urlopen(request) as response:
            for line in response:
                seen.append(line.decode().strip())
                if "lonely" in seen[-1]:
                    server.go_on.set()  # only now the rest is written
    done = json.loads(seen[-2].removeprefix("data: "))
    said = "".join(json.loads(line[6:])["text"] for line in seen if line.startswith('data: {"text'))
    assert said == done["reply"] == WHOLE
    assert done["generator"] == "openai:waits"
    assert "it gives what you write to another program on this computer" in done["notice"]


def test_openai_clients_get_it_live_too(server: Rude):
    page = create_app(talking(server, "ready"))
    body = {"messages": [{"role": "user", "content": LONELY}], "stream": True}
    lines = TestClient(page).post("/v1/chat/completions", json=body).text.split("\n\n")
    deltas = [json.loads(line[6:])["choices"][0]["delta"] for line in lines[:-2]]
    assert "".join(delta.get("content", "") for delta in deltas) == WHOLE


def test_the_command_tells_where_words_go_who_answered_and_why():
    with rude_server("drops") as server:
        given = ["ask", LONELY, "--generator", f"openai:drops@{server.url}", "--explain"]
        done = CliRunner().invoke(app, given)
    assert done.exit_code == 0
    assert done.stdout.startswith("That sounds lonely. ")
    assert "to another program on this computer" in done.stderr
    assert "by openai:drops+" in done.stderr
    assert "note openai:drops: 127.0.0.1" in done.stderr


def test_people_are_told_at_the_start_where_their_words_go(server: Rude):
    bot = Listenwell(f"openai:ready@{server.url}")
    assert "another program on this computer" in str(bot.notice())
    assert "".join(bot.stream(LONELY)) == bot.turns[0].reply.text == WHOLE
    assert bot.turns[0].reading.emotion
    elsewhere = replace(
        AUTHORED,
        generator=OpenAIGenerator("large", "https://api.example.org/v1"),
    )
    for hosts in (("testserver",), None):
        about = TestClient(create_app(elsewhere, hosts)).get("/api/about").json()
        assert "sends what you write to api.example.org" in about["privacy"]
        assert "Everything stays" not in about["privacy"]
    page = TestClient(create_app(elsewhere)).get("/protocol").text
    assert "api.example.org" in page
    assert "everything stays" not in page
