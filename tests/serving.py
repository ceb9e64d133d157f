"""Our own server, really running, for tests that need one on the other side of a socket."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from listenwell.dialogue.engine import Engine
from listenwell.server.app import create_app


@contextmanager
def served(engine: Engine) -> Iterator[str]:
    """Serve an engine until the block ends, and give the address."""
    config = uvicorn.Config(create_app(engine), log_config=None, lifespan="off", ws="none")
    running = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=running.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            running.should_exit = True
            thread.join()
