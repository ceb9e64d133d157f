"""uvicorn as this project runs it: nothing that is said gets logged, and Ctrl-C ends it quietly."""

import contextlib
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI


def run(app: FastAPI, listener: socket.socket, on_start: Callable[[], None]) -> None:
    """Serve until Ctrl-C.

    Args:
        app: What answers.
        listener: A socket that is bound and listens.
        on_start: Called once, when requests are being answered.
    """
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    # uvicorn hands Ctrl-C on once it has shut down: by then there is nothing left to do.
    with contextlib.suppress(KeyboardInterrupt):
        _Server(config, on_start).run([listener])


class _Server(uvicorn.Server):
    """A server that says when it has started."""

    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start answering, then say so."""
        await super().startup(sockets)
        self._on_start()
