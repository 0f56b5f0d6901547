"""serve: the web side and the scheduler together, on one store. The web side is a process of its own."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from config.environment import read_webhook_credentials, read_webhook_secrets
from integration.errors import CallError
from jobs.scheduling.single_machine import run_scheduler

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from integration.wiring import Service

CHECK_SECONDS = 5
STOP_SECONDS = 15

_log = logging.getLogger("crescendo.serve")


def serve_web_and_jobs(
    service: Service, *, config: Path, host: str, port: int, announce: Callable[[str], None]
) -> None:
    """Run what is due and serve the web side, until told to stop; a web side that dies is started again.

    Where no secret of a webhook is set, one is made in keys.json.

    Raises CallError where the port is taken, SecretMissing where the web side would not start.
    """
    read_webhook_secrets(service.home, may_make=True)
    read_webhook_credentials(service.home)
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise CallError(
            f"The web side cannot listen on {host}:{port} ({error.strerror}): give another --port, or another --host."
        ) from None
    announce(f"Open http://{host}:{port}/ in a browser; stop with Ctrl-C.")
    command = [sys.executable, "-m", "webhooks", "--config", str(config), "--home", str(service.home)]
    web = _WebProcess([*command, "--host", host, "--port", str(port)])
    timers = {"web": (CHECK_SECONDS, web.ensure_running)}
    try:
        if service.database_url is None:
            run_scheduler(service, more_timers=timers)
        else:
            from jobs.scheduling.worker import run_worker  # noqa: PLC0415  # only where machines share a store

            run_worker(service, more_timers=timers)
    finally:
        web.stop()


class _WebProcess:
    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def ensure_running(self) -> None:
        """Start the web side where it does not run."""
        if self._process is not None:
            if self._process.poll() is None:
                return
            _log.warning("the web side ended and is started again", extra={"exit": self._process.returncode})
        # The folder is the one that this process was started in, so that both read the same configuration.
        self._process = subprocess.Popen(self._command)  # noqa: S603  # our own command

    def stop(self) -> None:
        """Stop the web side."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
