"""The web side as a process of its own, which a test may kill and start again."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from tests.system.commands import PROJECT
from tests.unit.webhooks.web_app import ENCODED_SECRET, signed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PATIENCE_SECONDS = 30


@dataclass
class Running:
    """`python -m webhooks` on a free port of this machine; `before` is a command that it is run under (strace).

    `module` is another that starts it in its own way.
    """

    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[str] = ()
    before: Sequence[str] = ()
    module: str = "webhooks"
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_path(self) -> Path:
        """Return the file into which it logs."""
        return self.home.with_name(f"{self.home.name}.web.log")

    def start(self) -> None:
        """Start, and return when it is ready; the port stays the same."""
        self.port = self.port or free_port()
        words = [*self.before, sys.executable, "-m", self.module, "--home", str(self.home), "--port", str(self.port)]
        environment = {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "WEBHOOK_SECRETS": ENCODED_SECRET,
            **self.environment,
        }
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  # our own command
                [*words, *self.options], cwd=PROJECT, env=environment, stdout=log, stderr=log
            )
        self.wait_until_ready(self.process)

    def wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until the process, whoever started it, answers that it is ready."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and process.poll() is None:
            with suppress(OSError, http.client.HTTPException):
                if self.get("/readyz") == 200:
                    return
            time.sleep(0.02)
        logged = self.log_path.read_text(errors="replace")[-2000:] if self.log_path.exists() else ""
        raise AssertionError(f"the web side did not start: {logged}")

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self._end(signal.SIGKILL)

    def get(self, path: str, *, timeout_seconds: float = 10) -> int:
        """Return the status of a GET."""
        connection = self.connection(timeout_seconds)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def post(
        self, body: bytes, *, form: str = "pulse", connection: http.client.HTTPConnection | None = None
    ) -> tuple[int, bytes]:
        """Post a signed body to a form's hook, on a connection of its own unless one is given; return what came."""
        line = connection or self.connection()
        try:
            line.request("POST", f"/hooks/forms/{form}", body, signed(body, at=time.time()))
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            if connection is None:
                line.close()

    def connection(self, timeout_seconds: float = 30) -> http.client.HTTPConnection:
        """Return a connection to it."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_seconds)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(how)
            try:
                self.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
