"""`listenwell serve`: the web page and the HTTP interfaces, on this machine unless told otherwise."""

import errno
import ipaddress
import socket
from typing import Annotated

import typer

from listenwell.cli import options
from listenwell.cli.terminal import stderr
from listenwell.core.errors import ListenwellError
from listenwell.safety.settings import load_settings

BACKLOG = 256


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port; 0 picks a free one.")
    ] = 8000,
    generator: options.Generator = None,
    model: options.AnyModel = None,
    templates: options.Templates = None,
    no_emotions: options.NoEmotions = False,
    country: options.Country = None,
    language: options.Language = None,
    config: options.Config = None,
) -> None:
    """Serve the web page and the HTTP interfaces until Ctrl-C."""
    from listenwell.server.app import create_app
    from listenwell.server.gate import LOOPBACK
    from listenwell.server.running import run

    settings = load_settings(config).chosen(country).speaking(language)
    engine = options.engine_from(generator, model, templates, no_emotions, settings=settings)
    engine.language = settings.language or ""
    local = is_loopback(host)
    app = create_app(engine, (*LOOPBACK, host.lower()) if local else None, settings)
    with listening(host, port) as listener:
        if not local:
            _say(f"Warning: other machines can reach {host}: no encryption, and no login.")
        if engine.destination:
            _say(f"What people write is sent to {engine.destination.host}; the page tells them.")
        where = address(host, listener)
        run(app, listener, lambda: _say(f"Listenwell is at {where} (Ctrl-C stops it)"))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that holds the port.

    Raises:
        ListenwellError: The port is taken or not allowed, or the host is none of this machine's.
    """
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        family, _, _, _, where = found[0]
        return socket.create_server((where[0], port), family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        raise ListenwellError(_why_not(host, port, error)) from error


def address(host: str, listener: socket.socket) -> str:
    """Return the URL of a listening socket."""
    name = f"[{host.strip('[]')}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}"


def _say(line: str) -> None:
    stderr.print(line, markup=False)


def _why_not(host: str, port: int, error: Exception) -> str:
    code = error.errno if isinstance(error, OSError) else None
    if code == errno.EADDRINUSE:
        return f"port {port} is taken on {host}. Try another: --port {port % 65535 + 1}."
    if code == errno.EACCES:
        return f"port {port} needs administrator rights. Try one above 1023: --port 8000."
    return f"{host!r} is not an address of this machine ({error}). Try --host 127.0.0.1."
