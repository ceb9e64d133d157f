"""What callers are told when a request cannot be answered: one sentence, never a traceback."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

LONGEST_BODY = 1_000_000

_SENTENCES = {
    400: "the body cannot be read: send JSON in UTF-8.",
    404: "there is nothing at this address. Known: /, /protocol, /api/chat, /api/helplines, "
    "/api/countries, /v1/chat/completions, /v1/models, /healthz, /readyz.",
    405: "this address does not answer to this method. Chats are sent with POST, all else is GET.",
    413: f"the body is larger than {LONGEST_BODY:,} bytes: send fewer or shorter messages.",
}


class Detail(BaseModel):
    """What was wrong."""

    message: str
    type: str


class Problem(BaseModel):
    """An error as OpenAI's clients read it."""

    error: Detail


def problem(
    status: int, message: str | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return an error as JSON, by default in the words that belong to its status."""
    kind = "invalid_request_error" if status < 500 else "server_error"
    told = message or _SENTENCES.get(status) or f"the request was refused ({status})."
    body = Problem(error=Detail(message=told, type=kind))
    return JSONResponse(body.model_dump(), status, headers)


def on_http_error(request: Request, error: Exception) -> JSONResponse:
    """Answer what the framework refuses: unknown addresses, methods, unreadable bodies."""
    del request
    if not isinstance(error, HTTPException):
        raise error
    return problem(error.status_code, headers=error.headers)


def on_invalid(request: Request, error: Exception) -> JSONResponse:
    """Answer a body that does not hold what it must."""
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        where = f"character {first['loc'][-1]}"
        return problem(400, f"the body is not JSON ({first['ctx']['error']} at {where}).")
    if first["loc"] == ("body",) and first["type"] != "value_error":
        kind = request.headers.get("content-type", "none")
        return problem(
            400,
            'expected a JSON object such as {"messages": [{"role": "user", "content": "hello"}]} '
            f"with Content-Type: application/json (the request's: {kind[:80]}).",
        )
    return problem(422, _sentence(first))


def _sentence(found: Mapping[str, Any]) -> str:
    """Say which value is wrong and what would work; what a person wrote is never repeated."""
    told = str(found["msg"]).removeprefix("Value error, ")
    path = ""
    for step in found["loc"][1:]:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    given = found.get("input")
    shown = f" (got {given!r})" if path.endswith("role") and len(str(given)) < 40 else ""
    return f"{path.lstrip('.')}: {told}{shown}." if path else f"{told}."
