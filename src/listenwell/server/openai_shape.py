"""The shape that OpenAI's clients read. Token counts are left out: nobody here pays by the token."""

import json
import time
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from listenwell.dialogue.engine import pieces

MODEL = "listenwell"


def models() -> dict[str, Any]:
    """Return the list of models: this one."""
    return {
        "object": "list",
        "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "listenwell"}],
    }


def completion(reply: str) -> dict[str, Any]:
    """Return a whole reply."""
    message = {"role": "assistant", "content": reply}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {**_head("chat.completion"), "choices": [choice]}


def chunks(sentences: Iterable[str]) -> Iterator[str]:
    """Yield a reply in pieces, as server-sent events, as its sentences come."""
    head = _head("chat.completion.chunk")
    yield _data(head, {"role": "assistant", "content": ""}, None)
    for sentence in sentences:
        for piece in filter(None, pieces(sentence)):
            yield _data(head, {"content": piece}, None)
    yield _data(head, {}, "stop")
    yield "data: [DONE]\n\n"


def _head(kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": kind,
        "created": int(time.time()),
        "model": MODEL,
    }


def _data(head: dict[str, Any], delta: dict[str, str], reason: str | None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return f"data: {json.dumps({**head, 'choices': [choice]})}\n\n"
