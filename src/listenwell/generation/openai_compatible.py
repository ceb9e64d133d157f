"""Replies from a server that speaks OpenAI's chat protocol: vLLM, Ollama, llama.cpp, our own."""

import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from listenwell.core.errors import ConfigError, ModelError
from listenwell.core.types import Candidate, Plan, Prompt

KEY_VARIABLE = "LISTENWELL_OPENAI_KEY"
"""The only place a key is read from; it is in no message, log or representation."""

_AGAIN = frozenset({429, 500, 502, 503, 504})
_LARGEST = 1_000_000
_BOUNDARIES = (
    "You are an AI that listens; never claim to be human or a therapist. Never diagnose, speak of "
    "medication or doses, describe a way to be hurt, promise, blame, flirt, or invent facts, "
    "names or phone numbers."
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds, and how often to try again."""

    connect: float = 5.0
    silence: float = 30.0
    total: float = 60.0
    tries: int = 3
    backoff: float = 0.5


def instructions(plan: Plan) -> str:
    """Return the plan as the words that a language model is told before the conversation."""
    ends = "You may end with one question." if plan.asks else "Ask no question."
    avoid = f" Avoid: {', '.join(sorted(plan.avoid))}." if plan.avoid else ""
    return (
        f"Listen and reflect what the person feels. Strategy: {plan.strategy.value}. "
        f"Answer in at most {plan.words} words, plainly and warmly, in the person's language. "
        f"{ends}{avoid} {_BOUNDARIES}"
    )


class OpenAIGenerator:
    """A language model on a server; the person's messages go to that host."""

    stays_here = False

    def __init__(self, model: str, url: str, patience: Patience | None = None) -> None:
        """Take note of where to ask; nothing is sent yet.

        Raises:
            ConfigError: The address is not one of a server.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise ConfigError(
                "the server's address must be like http://localhost:11434/v1, without a password."
            )
        self.name = f"openai:{model}"
        self.host = parts.netloc
        self._parts = parts
        self._model = model
        self._patience = patience or Patience()

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
            ModelError: As for `propose`; also after some pieces were yielded.
        """
        until = time.monotonic() + self._patience.total
        secure = self._parts.scheme == "https"
        kind = HTTPSConnection if secure else HTTPConnection
        port = self._parts.port or (443 if secure else 80)
        for attempt in range(1, self._patience.tries + 1):
            link = kind(self._parts.hostname or "", port, timeout=self._patience.connect)
            begun = False
            try:
                response = self._ask(link, prompt, seed)
                if response.status == 200:
                    begun = True
                    yield from self._pieces(response, until)
                    return
                problem, again = self._refusal(response.status), response.status in _AGAIN
            except (OSError, HTTPException) as error:
                problem, again = f"{self.host}: {type(error).__name__} while asking.", not begun
            finally:
                link.close()
            wait = self._patience.backoff * 2 ** (attempt - 1)
            if not again or attempt == self._patience.tries or time.monotonic() + wait > until:
                raise ModelError(problem)
            time.sleep(wait)

    def _ask(self, link: HTTPConnection, prompt: Prompt, seed: int) -> HTTPResponse:
        messages = [{"role": "system", "content": instructions(prompt.plan)}]
        messages += [{"role": said.role, "content": said.content} for said in prompt.messages]
        body = {"model": self._model, "messages": messages, "stream": True, "seed": seed}
        headers = {"Content-Type": "application/json"}
        if key := os.environ.get(KEY_VARIABLE):
            headers["Authorization"] = f"Bearer {key}"
        link.connect()
        link.sock.settimeout(self._patience.silence)
        path = self._parts.path.rstrip("/") + "/chat/completions"
        link.request("POST", path, json.dumps(body), headers)
        return link.getresponse()

    def _refusal(self, status: int) -> str:
        why = {
            401: f"refuses the key; put the right one in {KEY_VARIABLE}",
            404: f"knows no model {self._model!r}, or the address lacks its /v1",
        }
        return f"{self.host} {why.get(status, f'answered with HTTP {status}')}."

    def _pieces(self, response: HTTPResponse, until: float) -> Iterator[str]:
        for line in self._lines(response, until):
            if line == b"data: [DONE]":
                return
            if line.startswith(b"data:"):
                yield self._text(line[5:])
        raise ModelError(f"{self.host} broke off before its reply was whole.")

    def _lines(self, response: HTTPResponse, until: float) -> Iterator[bytes]:
        waiting, size = b"", 0
        while received := response.read1(4096):
            size += len(received)
            if time.monotonic() > until or size > _LARGEST:
                raise ModelError(f"{self.host} did not come to an end.")
            *lines, waiting = (waiting + received).split(b"\n")
            yield from (line.strip() for line in lines)

    def _text(self, data: bytes) -> str:
        try:
            choices: list[Any] = json.loads(data)["choices"]
            text = choices[0]["delta"].get("content") if choices else ""
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise ModelError(f"{self.host} sent what is no chat reply.") from error
        return text if isinstance(text, str) else ""
