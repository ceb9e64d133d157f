"""Asking a language model behind any OpenAI-compatible address: vLLM, Ollama, llama.cpp, a vendor."""

import json
import os
import re
import time
from dataclasses import dataclass
from typing import Any

import httpx

from listenwell.core.errors import ConfigError, ModelError
from listenwell.generation.openai_compatible import KEY_VARIABLE

ATTEMPTS = 3
"""How often a busy or silent server is asked before it is given up."""
BUSY = frozenset({408, 429, 500, 502, 503, 504})

_FENCED = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL)


class Rubbish(Exception):
    """The model answered, but not with what was asked for; the message says how."""


@dataclass(frozen=True, slots=True)
class ChatServer:
    """One model behind one address.

    Attributes:
        url: Up to and without `/chat/completions`, such as `http://localhost:11434/v1`.
        timeout: Seconds to wait for one answer.
        pause: Seconds before a second attempt; the third waits twice as long.
    """

    url: str
    model: str
    timeout: float = 120.0
    pause: float = 2.0

    def ask(self, instruction: str, text: str, *, temperature: float = 0.9) -> Any:
        """Return the JSON value that the model answers with.

        Args:
            instruction: Who the model is to be, and the form of the answer.
            text: What it is given.
            temperature: How freely it writes.

        Raises:
            ModelError: The server cannot be reached, refuses, or stays silent.
            Rubbish: The answer holds no JSON.
        """
        messages = [
            {"role": "system", "content": instruction}, {"role": "user", "content": text},
        ]  # fmt: skip
        body = {"model": self.model, "messages": messages, "temperature": temperature}
        return _json_in(_content(self._post(body)))

    def _post(self, body: dict[str, Any]) -> httpx.Response:
        problem = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(self.pause * attempt)
            try:
                response = httpx.post(
                    f"{self.url.rstrip('/')}/chat/completions",
                    json=body, headers=_headers(), timeout=self.timeout,
                )  # fmt: skip
            except httpx.TimeoutException:
                problem = f"no answer within {self.timeout:g} seconds"
                continue
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise ModelError(
                    f"{self.url} cannot be reached ({error}). Is the server running, and does the "
                    "address end in /v1?"
                ) from error
            if response.status_code not in BUSY:
                return _accepted(response, self)
            problem = f"HTTP {response.status_code} {_reason(response)}"
        raise ModelError(f"{self.url}: given up after {ATTEMPTS} attempts: {problem}.")


def _headers() -> dict[str, str]:
    key = os.environ.get(KEY_VARIABLE)
    return {"Authorization": f"Bearer {key}"} if key else {}


def _accepted(response: httpx.Response, server: ChatServer) -> httpx.Response:
    match response.status_code:
        case 200:
            return response
        case 401 | 403:
            given = (
                "the key it holds was refused" if os.environ.get(KEY_VARIABLE) else "it is not set"
            )
            raise ConfigError(
                f"{server.url} wants a key (HTTP {response.status_code}): put it in {KEY_VARIABLE}; {given}."
            )
        case 404:
            raise ModelError(
                f"{server.url} knows no model {server.model!r} or no /chat/completions (HTTP 404 "
                f"{_reason(response)}). {server.url.rstrip('/')}/models lists what it has."
            )
        case status:
            raise ModelError(f"{server.url} refused: HTTP {status} {_reason(response)}.")


def _reason(response: httpx.Response) -> str:
    return " ".join(response.text.split())[:200] or response.reason_phrase


def _content(response: httpx.Response) -> str:
    try:
        content = response.json()["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError):
        raise Rubbish("not in the OpenAI shape") from None
    if not isinstance(content, str):
        raise Rubbish("no text")
    return content


def _json_in(text: str) -> Any:
    """Return the JSON in an answer, also when the model put words or a fence around it."""
    fenced = _FENCED.search(text)
    inside = fenced[1] if fenced else text[text.find("{") :] if "{" in text else ""
    try:
        return json.JSONDecoder().raw_decode(inside.strip())[0]
    except ValueError:
        raise Rubbish("no JSON") from None
