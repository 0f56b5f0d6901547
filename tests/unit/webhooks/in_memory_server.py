"""The web server without a network: waitress reads bytes, the application answers, all in the thread that asks."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from waitress.adjustments import Adjustments

from config.keys import WebhookCredentials
from config.loading.load import load_settings
from integration.model import IntakeOutcome
from integration.wiring import build_service
from tests.unit.webhooks.web_app import CONFIG, SECRET
from webhooks.app import create_app
from webhooks.request_checks import RateLimits
from webhooks.server import SETTINGS, Channel

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from integration.model import Arrival
    from integration.wiring import Service

MUCH = RateLimits(10**9, 10**9)
WHOLE_SOCKET_BUFFER = 1 << 20


class Forgetful:
    """Obeys `ports.Intake`, and keeps nothing: for trying out what comes before it, many times over."""

    waited_seconds = 0.0

    def __init__(self) -> None:
        self.taken: list[Arrival] = []

    def take(self, arrival: Arrival) -> IntakeOutcome:
        """Return at once."""
        self.taken.append(arrival)
        return IntakeOutcome.STORED if arrival.response else IntakeOutcome.NOTED

    def close(self) -> None:
        """Do nothing."""


def forgetful_service(home: Path) -> tuple[Service, Forgetful]:
    """Return a service that takes everything in and keeps nothing, and where that can be seen."""
    service, intake = build_service(settings=load_settings(CONFIG), home=home, data=None, key=""), Forgetful()
    service = replace(service)
    service.__dict__["intake"] = intake  # where a cached property keeps what it made
    return service, intake


def app_of(service: Service) -> Flask:
    """Return the application on a service, which refuses nobody for asking often."""
    return create_app(service, WebhookCredentials(form_secrets=(SECRET,)), limits=MUCH)


@dataclass
class Socket:
    """One end of a line: gives what it was given to read, and keeps what is written to it."""

    unread: bytes = b""
    written: bytearray = field(default_factory=bytearray)

    def getsockopt(self, *_: object) -> int:
        """Say how large the buffer is."""
        return WHOLE_SOCKET_BUFFER

    def setblocking(self, *_: object) -> None:
        """Never block."""

    def fileno(self) -> int:
        """Return a number, which nobody uses."""
        return 0

    def getpeername(self) -> tuple[str, int]:
        """Return who is at the other end."""
        return ("127.0.0.1", 1)

    def recv(self, most: int) -> bytes:
        """Return the next bytes."""
        some, self.unread = self.unread[:most], self.unread[most:]
        return some

    def send(self, some: bytes) -> int:
        """Take them all."""
        self.written += some
        return len(some)

    def close(self) -> None:
        """Do nothing."""


class Errors(logging.Handler):
    """Keeps what is logged as an error, which nothing that a caller sends may cause."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.messages.append(self.format(record))


class InMemory:
    """Obeys what a `Channel` asks of its server."""

    server_name, effective_host, effective_port = "crescendo", "127.0.0.1", 8080

    def __init__(self, app: Flask) -> None:
        self.application: Any = app
        self.adj = Adjustments(**SETTINGS)
        self.active_channels: dict[int, Channel] = {}
        self.next_channel_cleanup = 0.0
        self._tasks: deque[Channel] = deque()

    def add_task(self, channel: Channel) -> None:
        """Do it soon."""
        self._tasks.append(channel)

    def pull_trigger(self) -> None:
        """Wake nobody: there is one thread."""

    def talk(self, sent: bytes) -> tuple[bytes, bool]:
        """Return all that is answered to these bytes, and whether the line is cut then."""
        line = Socket(sent)
        channel: Any = Channel(self, line, ("127.0.0.1", 1), self.adj, map={})
        while line.unread and channel.connected and not channel.will_close:
            channel.handle_read()
            while self._tasks:
                self._tasks.popleft().service()
            channel.handle_write()
        is_cut = not channel.connected
        if not is_cut:
            channel.handle_close()
        return bytes(line.written), is_cut
