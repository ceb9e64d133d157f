"""`listenwell serve` as it is run: what it says, and how it ends."""

import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from listenwell.cli.serve import address, is_loopback, listening
from listenwell.core.errors import ListenwellError
from listenwell.embedded.files import FILES, MANIFEST

RUN = "from listenwell.cli.main import main; main()"
COMMAND = [sys.executable, "-c", RUN, "serve", "--generator", "templates"]


@contextmanager
def serving(*options: str) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_it_says_where_it_is_once_it_listens_and_ctrl_c_ends_it_quietly():
    with serving("--port", "0") as process:
        said = process.stderr.readline()
        assert said.startswith("Listenwell is at http://127.0.0.1:")
        assert said.endswith("(Ctrl-C stops it)\n")
        with urllib.request.urlopen(f"{said.split()[3]}/readyz", timeout=5) as answered:
            assert answered.status == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_conversation_leaves_no_trace_on_the_terminal():
    with serving("--port", "0") as process:
        where = process.stderr.readline().split()[3]
        body = b'{"messages": [{"role": "user", "content": "the bowl by the door"}]}'
        request = urllib.request.Request(
            f"{where}/api/chat", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answered:
            assert b"reply" in answered.read()
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=10) == ("", "")


def test_a_taken_port_is_an_error_and_nothing_else():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with serving("--port", str(port)) as process:
            out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, "")
    assert err == f"Error: port {port} is taken on 127.0.0.1. Try another: --port {port + 1}.\n"


def test_a_damaged_model_is_an_error_before_anything_listens(tmp_path: Path):
    for name in (MANIFEST, *FILES):
        (tmp_path / name).write_bytes(b"damaged")
    command = [sys.executable, "-c", RUN, "serve", "--port", "0", "--model", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 2
    assert "Listenwell is at" not in ran.stderr
    assert ran.stderr.startswith("Error: ")


def test_an_open_address_comes_with_a_warning():
    with serving("--port", "0", "--host", "0.0.0.0") as process:
        assert "no encryption" in process.stderr.readline()
        assert process.stderr.readline().startswith("Listenwell is at http://0.0.0.0:")


def test_a_taken_port_is_told_with_one_that_may_be_free():
    with listening("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(ListenwellError, match=rf"port {port} is taken.*--port {port + 1}"):
            listening("127.0.0.1", port)


def test_an_address_of_another_machine_is_told():
    with pytest.raises(ListenwellError, match=r"'192\.0\.2\.1' is not an address of this machine"):
        listening("192.0.2.1", 0)


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("x.org", False)],
)
def test_only_loopback_counts_as_this_machine(host: str, local: bool):
    assert is_loopback(host) is local


@pytest.mark.skipif(not socket.has_ipv6, reason="needs IPv6")
def test_an_ipv6_address_is_written_in_brackets():
    try:
        listener = listening("::1", 0)
    except ListenwellError:
        pytest.skip("no IPv6 loopback here")
    with listener:
        assert address("::1", listener) == f"http://[::1]:{listener.getsockname()[1]}"
