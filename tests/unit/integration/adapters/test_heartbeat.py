"""The heartbeat, sent to a real server on this machine: once, nowhere else, and never an error that is raised."""

from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from integration.adapters.heartbeat import send_heartbeat
from tests.unit.integration.adapters.mail.mail_servers import free_port, run_scripted_server

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "f3b1c2"  # noqa: S105  # an example


class Monitor(HTTPServer):
    """An outside monitor: writes down what it hears, and answers as it is told."""

    def __init__(self, status: int = 200) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = status
        self.heard: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/ping/{SECRET}"


class Handler(BaseHTTPRequestHandler):
    server: Monitor

    def do_GET(self) -> None:
        self.server.heard.append(self.path)
        self.send_response(self.server.status)
        if self.server.status in {301, 302, 307}:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"OK")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Say nothing."""


@contextmanager
def monitor(status: int = 200) -> Iterator[Monitor]:
    with Monitor(status) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_heartbeat_is_one_call() -> None:
    with monitor() as server:
        assert send_heartbeat(server.url) is None
    assert server.heard == [f"/ping/{SECRET}"]


@pytest.mark.parametrize("status", [301, 302, 307, 404, 500])
def test_another_answer_is_a_sentence_and_followed_nowhere(status: int) -> None:
    with monitor(status) as server:
        said = send_heartbeat(server.url)
    assert said
    assert said.startswith(f"The monitor at HEARTBEAT_URL answered {status}")
    assert SECRET not in said
    assert len(server.heard) == 1


def test_a_monitor_that_is_not_there_is_a_sentence() -> None:
    said = send_heartbeat(f"http://127.0.0.1:{free_port()}/{SECRET}")
    assert said
    assert "cannot be reached (ConnectionError)" in said
    assert SECRET not in said


@pytest.mark.parametrize("silent", [False, True])
def test_a_monitor_that_breaks_off_or_falls_silent_is_a_sentence(*, silent: bool) -> None:
    with run_scripted_server(silent=silent) as server:
        said = send_heartbeat(f"http://127.0.0.1:{server.port}/{SECRET}", timeout_seconds=0.2)
    assert said
    assert "cannot be reached" in said
    assert SECRET not in said
