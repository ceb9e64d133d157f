"""A small real server that speaks OpenAI's protocol, and misbehaves as the model's name says."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SENTENCES = ("That sounds", " lonely. You had", " so much together. What do you", " miss most?")

PIECES = {
    "thinks": ("<th", "ink>She says. ", "Hm.</think>\n\n", *SENTENCES),
    "harms": ("That sounds lonely. ", "You have clinical depression. ", "What now?"),
    "short": SENTENCES[:2],
    "rambles": tuple(f"Word number {n} is here. " for n in range(200)),
    "stutters": ("That sounds lonely. You can do something. ", "You can do something. Maybe."),
    "silent": (),
    "glad": ("That's great news! ", "How exciting."),
}
"""What some models write; every other one writes `SENTENCES`."""


@dataclass
class Rude:
    """What a server was asked, and where it is.

    Attributes:
        go_on: Set it to let a model named "waits" write its second half.
    """

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)

    @property
    def texts(self) -> str:
        """Everything that was sent to be answered."""
        return json.dumps([body["messages"] for body in self.asked])


class Handler(BaseHTTPRequestHandler):
    """Answers as the model's name says."""

    models: tuple[str, ...]
    seen: Rude

    def do_GET(self) -> None:
        closed = "closed" in self.models
        if self.path != "/v1/models" or closed:
            self._plain(401 if closed else 404)
            return
        self._plain(200, {"data": [{"id": name} for name in self.models]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.asked.append(body)
        self.seen.keys.append(self.headers.get("Authorization"))
        model = body["model"]
        first = [one["model"] for one in self.seen.asked].count(model) == 1
        if model == "flaky" and first:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        statuses = {"closed": 401, "missing": 404, "broken": 500}
        if status := 429 if model == "busy" and first else statuses.get(model):
            self._plain(status)
            return
        self.send_response(200)
        self.end_headers()
        self._speak(model)

    def _speak(self, model: str) -> None:
        for number, piece in enumerate(PIECES.get(model, SENTENCES)):
            if number == 2 and model == "drops":
                return
            if number == 2 and model in {"stalls", "waits"} and not self.seen.go_on.wait(8):
                return
            self._data({"choices": [{"delta": {"content": piece}}]})
        if model == "rubbish":
            self._line("data: {no")
        ended = "length" if model == "short" else "stop"
        self._data({"choices": [{"delta": {}, "finish_reason": ended}]})
        self._line("data: [DONE]")

    def _data(self, content: object) -> None:
        self._line(f"data: {json.dumps(content)}")

    def _line(self, line: str) -> None:
        with suppress(OSError):  # the other side went away, as it may
            self.wfile.write(f"{line}\n\n".encode())

    def _plain(self, status: int, content: object = None) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def rude_server(*models: str) -> Iterator[Rude]:
    """Serve until the block ends; `models` is what it says it has."""
    seen = Rude()
    handler = type("Handler", (Handler,), {"models": models, "seen": seen})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        seen.url = f"http://127.0.0.1:{server.server_port}/v1"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield seen
        finally:
            seen.go_on.set()
            server.shutdown()
