"""Replies from a server that speaks OpenAI's chat protocol: vLLM, Ollama, llama.cpp, our own."""

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any

from listenwell.core.errors import ModelError
from listenwell.core.types import Candidate, Message, Prompt
from listenwell.generation.addresses import Address
from listenwell.generation.plan_words import instructions

KEY_VARIABLE = "LISTENWELL_OPENAI_API_KEY"
"""The only place a key is read from; it is in no message, log or representation."""
LONGEST_SENT = 6000
"""Characters of the conversation that are sent at most, the newest ones."""

_AGAIN = frozenset({429, 500, 502, 503, 504})
_REFUSES_KEY = frozenset({401, 403})
_LARGEST = 1_000_000
_THOUGHT, _THOUGHT_ENDS = "<think>", "</think>"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds, and how often to try again.

    Attributes:
        connect: For a connection.
        silence: For the next sign of life.
        total: For the whole reply, all tries together; the page gives up after 60.
        tries: How often a reply is asked for before its first word came.
        backoff: Before the second try; twice that before the third.
        rest: How long a server that failed is left alone, so that nobody waits for it each time.
    """

    connect: float = 4.0
    silence: float = 30.0
    total: float = 45.0
    tries: int = 3
    backoff: float = 0.5
    rest: float = 20.0


class _Failed(Exception):
    """A try that failed: why, whether another may help and when, and whether a rest would."""

    def __init__(
        self, why: str, *, again: bool = False, wait: float = 0.0, rest: bool = True
    ) -> None:
        super().__init__(why)
        self.again, self.wait, self.rest = again, wait, rest


class OpenAIGenerator:
    """A language model on a server; the person's messages go to that host."""

    # Even a server on this computer may pass on what it gets: what is kept is not given to it.
    stays_here = False
    speaks_many = True

    def __init__(self, model: str, url: str, patience: Patience | None = None) -> None:
        """Take note of where to ask; nothing is sent yet.

        Raises:
            ConfigError: The address is not one of a server, or would be asked without encryption.
        """
        self._address = Address.of(url)
        self.name = f"openai:{model}"
        self.host = self._address.host
        self.on_this_machine = self._address.on_this_machine
        self._model = model
        self._patience = patience or Patience()
        self._rests_until = 0.0

    def check(self) -> None:
        """Make sure that the server is there and has the model; nothing of anybody's is sent.

        Raises:
            ModelError: It is not there, refuses the key, or has no such model.
        """
        try:
            known = self._models()
        except _Failed as problem:
            hint = " Is the server running?" if problem.again else ""
            raise ModelError(f"{problem}{hint} Without it: --generator embedded.") from problem
        # Ollama lists "llama3.2:latest" and answers to "llama3.2".
        if known and self._model not in known and f"{self._model}:latest" not in known:
            raise ModelError(
                f"{self.host} has no model {self._model!r}. It has: {', '.join(known)}. "
                f"For example: --generator openai:{known[0]}@{self._address.url}."
            )

    def propose(self, prompt: Prompt, count: int, seed: int) -> Sequence[Candidate]:
        """Return replies, each from a call of its own, for not every server knows `n`.

        Raises:
            ModelError: The server cannot be reached, refuses, or breaks off.
        """
        return [
            Candidate(text)
            for number in range(count)
            if (text := "".join(self.stream(prompt, seed + number)).strip())
        ]

    def stream(self, prompt: Prompt, seed: int) -> Iterator[str]:
        """Yield one reply in pieces, as they come.

        Raises:
            ModelError: The server cannot be reached, refuses, or breaks off, which may be after
                some pieces were yielded.
        """
        if time.monotonic() < self._rests_until:
            raise ModelError(f"{self.host} failed a moment ago, and is left alone for a little.")
        until = time.monotonic() + self._patience.total
        for attempt in range(self._patience.tries):
            begun = False
            try:
                for piece in self._reply(prompt, seed, until):
                    begun = True
                    yield piece
                return
            except _Failed as problem:
                wait = max(problem.wait, self._patience.backoff * 2**attempt)
                last = attempt + 1 == self._patience.tries
                if begun or last or not problem.again or time.monotonic() + wait > until:
                    self._rests_until = time.monotonic() + self._patience.rest * problem.rest
                    raise ModelError(str(problem)) from problem
            time.sleep(wait)

    def _reply(self, prompt: Prompt, seed: int, until: float) -> Iterator[str]:
        """Yield one try's pieces; every way to fail is a `_Failed`."""
        body = {
            "model": self._model,
            "messages": sent(prompt),
            "stream": True,
            "seed": seed,
        }
        with self._asked("POST", "/chat/completions", body) as response:
            yield from _without_thought(self._pieces(response, until))

    def _models(self) -> list[str]:
        """Return the names of the models that the server tells of."""
        with self._asked("GET", "/models") as response:
            try:
                content = json.loads(response.read(_LARGEST))
                return [str(entry["id"]) for entry in content["data"]]
            except (ValueError, LookupError, TypeError) as error:
                raise _Failed(
                    f"{self._address.url}/models is not what an OpenAI-compatible server answers."
                ) from error

    @contextmanager
    def _asked(self, method: str, path: str, body: object = None) -> Iterator[HTTPResponse]:
        """Give a server's answer while it is read; every way to fail is a `_Failed`."""
        kind = HTTPSConnection if self._address.secure else HTTPConnection
        with ExitStack() as opened:
            link = kind(self._address.name, self._address.port, timeout=self._patience.connect)
            opened.callback(link.close)
            try:
                response = self._answer(link, method, path, body)
                opened.callback(response.close)
                if response.status != 200:
                    raise self._refused(response)
                yield response
            except (OSError, HTTPException) as error:
                raise self._lost(error) from error

    def _answer(self, link: HTTPConnection, method: str, path: str, body: object) -> HTTPResponse:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if key := os.environ.get(KEY_VARIABLE):
            headers["Authorization"] = f"Bearer {key}"
        try:
            link.connect()
        except OSError as error:
            raise _Failed(f"{self.host} cannot be reached ({_why(error)}).", again=True) from error
        link.sock.settimeout(self._patience.silence)
        link.request(method, self._address.path + path, json.dumps(body) if body else None, headers)
        return link.getresponse()

    def _refused(self, response: HTTPResponse) -> _Failed:
        status = response.status
        if status in _REFUSES_KEY:
            return _Failed(f"{self.host} refuses the key; put the right one into {KEY_VARIABLE}.")
        if status == 404:
            return _Failed(
                f"{self.host} has no model {self._model!r}, or nothing at {self._address.url}: "
                "the address mostly ends in /v1."
            )
        wait = response.headers.get("Retry-After", "")
        return _Failed(
            f"{self.host} answered with HTTP {status}.",
            again=status in _AGAIN,
            wait=float(wait) if wait.isdecimal() else 0.0,
        )

    def _lost(self, error: Exception) -> _Failed:
        if isinstance(error, TimeoutError):
            # Whoever was silent for so long would be so again, and a person waits.
            return _Failed(f"{self.host} said nothing for {self._patience.silence:g} seconds.")
        return _Failed(f"{self.host} broke off ({_why(error)}).", again=True)

    def _pieces(self, response: HTTPResponse, until: float) -> Iterator[str]:
        for line in self._lines(response, until):
            if line == b"data: [DONE]":
                return
            if line.startswith(b"data:"):
                yield from self._text(line[5:])
        raise _Failed(f"{self.host} broke off before its reply was whole.", again=True)

    def _lines(self, response: HTTPResponse, until: float) -> Iterator[bytes]:
        waiting, size = b"", 0
        while received := response.read1(4096):
            size += len(received)
            if time.monotonic() > until or size > _LARGEST:
                raise _Failed(f"{self.host} did not come to an end.")
            *lines, waiting = (waiting + received).split(b"\n")
            yield from (line.strip() for line in lines)
        yield waiting.strip()

    def _text(self, data: bytes) -> Iterator[str]:
        try:
            choices: list[Any] = json.loads(data)["choices"]
            text = choices[0]["delta"].get("content") if choices else ""
            ended = choices[0].get("finish_reason") if choices else None
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise _Failed(f"{self.host} sent what is no chat reply.") from error
        if isinstance(text, str) and text:
            yield text
        if ended in {"length", "content_filter"}:
            raise _Failed(f"{self.host} stopped its reply short ({ended}).", rest=False)


def sent(prompt: Prompt) -> list[dict[str, str]]:
    """Return the messages that are sent: the plan in words, and the newest turns.

    What is left out of a long message is its beginning.
    """
    room, newest = LONGEST_SENT, list[Message]()
    for said in reversed(prompt.messages):
        if room <= 0:
            break
        newest.append(Message(said.role, said.content[-room:]))
        room -= len(said.content)
    if len(newest) > 1 and newest[-1].role == "assistant":
        newest.pop()  # many chat templates want the person to speak first
    told = [{"role": "system", "content": instructions(prompt)}]
    return told + [{"role": said.role, "content": said.content} for said in reversed(newest)]


def _without_thought(pieces: Iterator[str]) -> Iterator[str]:
    """Leave out what a reasoning model writes for itself before it answers."""
    waiting = ""
    for piece in pieces:
        waiting += piece
        begun = waiting.lstrip()
        if not begun or _THOUGHT.startswith(begun):
            continue
        if begun.startswith(_THOUGHT):
            if _THOUGHT_ENDS not in begun:
                continue
            waiting = begun.partition(_THOUGHT_ENDS)[2].lstrip()
        yield waiting
        break
    else:
        if not waiting.lstrip().startswith(_THOUGHT):
            yield waiting
        return
    yield from pieces


def _why(error: Exception) -> str:
    told = error.strerror if isinstance(error, OSError) else None
    return told or type(error).__name__
