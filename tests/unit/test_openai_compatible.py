"""The client of OpenAI-compatible servers, against a real one that misbehaves on purpose."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from listenwell.bot import build_engine
from listenwell.core.errors import ModelError
from listenwell.core.types import History, Message, Plan, Prompt, Strategy
from listenwell.generation.openai_compatible import OpenAIGenerator, Patience

PROMPT = Prompt((Message("user", "I am tired."),), Plan(Strategy.QUESTION, "sadness"))
SEEN: list[str] = []


class Rude(BaseHTTPRequestHandler):
    """Answers as the model's name says."""

    def do_POST(self) -> None:
        model = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["model"]
        SEEN.append(model)
        busy = model == "busy" and SEEN.count("busy") == 1
        self.send_response({"closed": 401, "missing": 404}.get(model, 429 if busy else 200))
        self.end_headers()
        if model == "hangs":
            threading.Event().wait(0.6)
        piece = json.dumps({"choices": [{"delta": {"content": "That is hard."}}]})
        self.wfile.write(b"data: {no\n" if model == "rubbish" else f"data: {piece}\n\n".encode())
        if model != "drops":
            self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    SEEN.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Rude) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def test_a_busy_server_is_asked_again(url: str) -> None:
    replies = OpenAIGenerator("busy", url, Patience(backoff=0.01)).propose(PROMPT, 2, 0)
    assert [reply.text for reply in replies] == ["That is hard."] * 2
    assert len(SEEN) == 3


@pytest.mark.parametrize(
    ("model", "why"),
    [
        ("closed", "key"),
        ("missing", "no model 'missing'"),
        ("rubbish", "no chat reply"),
        ("drops", "broke off"),
        ("hangs", "while asking"),
    ],
)
def test_what_went_wrong_is_told_without_asking_again(url: str, model: str, why: str) -> None:
    with pytest.raises(ModelError, match=why):
        OpenAIGenerator(model, url, Patience(silence=0.2)).propose(PROMPT, 1, 0)
    assert [model] == SEEN


def test_nothing_is_sent_in_danger(url: str) -> None:
    engine = build_engine("templates")
    engine.generator = OpenAIGenerator("ready", url)
    turn = engine.respond(History(), "I am going to kill myself tonight")
    assert turn.plan.route == "crisis"
    assert not SEEN
    engine.respond(History(), "My manager shouted at me in front of everybody at work today")
    assert SEEN
