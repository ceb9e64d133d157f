"""Who may ask, how much, and what every answer carries; knows nothing of conversations."""

import logging
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from listenwell.server.problems import LONGEST_BODY, problem

LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "testserver")
"""Names of this machine. Any other is a foreign page that had its own name lead here."""
MOST_DRAINED = 20 * LONGEST_BODY
"""Bytes of a body too large that are still taken, so that its sender can read the answer."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_LOG = logging.getLogger(__name__)


class Gate:
    """Lets requests in, or refuses them, and lets no failure out but as one plain sentence."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None) -> None:
        """Stand before an app.

        Args:
            app: What answers.
            hosts: The only names that requests may use for this machine; None allows all.
        """
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Sender(send, scope["path"])
        refusal = self._refuses(Headers(scope=scope), scope["method"])
        if refusal:
            await problem(403, refusal)(scope, receive, answer)
            return
        try:
            await self._app(scope, _Limited(receive), answer)
        except Exception as error:  # the text may be in the error, so only its type is logged
            _LOG.error("a request failed: %s", type(error).__name__)
            if not answer.started:
                told = "something went wrong on this side. Please try again."
                await problem(500, told)(scope, receive, answer)

    def _refuses(self, headers: Headers, method: str) -> str | None:
        host = headers.get("host", "")
        if self._hosts is not None and _name_of(host) not in self._hosts:
            return f"this server answers to {', '.join(LOOPBACK[:3])} only, not to {host[:80]!r}."
        if method not in {"GET", "HEAD", "OPTIONS"} and _is_foreign(headers, host):
            return "requests from other web pages are refused: open Listenwell's own page instead."
        return None


class _Sender:
    """Passes an answer on with the headers that every answer carries."""

    def __init__(self, send: Send, path: str) -> None:
        self.started = False
        self._send = send
        # The page's files may be kept but are asked about each time; nothing else is ever kept.
        self._keep = "no-cache" if path == "/" or path.startswith("/static/") else "no-store"

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            headers["Cache-Control"] = self._keep
        await self._send(message)


class _Limited:
    """Counts the bytes of a body as they come, and stops at the most that is taken."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._taken = 0

    async def __call__(self) -> Message:
        message = await self._next()
        if self._taken <= LONGEST_BODY:
            return message
        while message.get("more_body") and self._taken < MOST_DRAINED:
            message = await self._next()
        raise HTTPException(413)

    async def _next(self) -> Message:
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        return message


def _name_of(host: str) -> str:
    """Return a Host header without its port, in lower case."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
    return f"[{name}]" if ":" in name else name


def _is_foreign(headers: Headers, host: str) -> bool:
    """Whether a browser sent this from another page; other clients tell no origin."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2].lower() != host.lower()
