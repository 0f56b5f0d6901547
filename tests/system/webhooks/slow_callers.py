"""Callers that take for ever: they send a byte a second, or nothing at all, or do not read what they are answered.

One thread plays all of them, so that a thousand cost next to nothing. Whoever is cut off comes back at once.
"""

from __future__ import annotations

import resource
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HEAD = b"POST /hooks/forms/pulse HTTP/1.1\r\nHost: crescendo\r\nContent-Type: application/json\r\n"
SENT_AT_ONCE: Mapping[str, bytes] = {
    "nothing": b"",
    "first line": b"P",
    "headers": HEAD + b"X-Long: ",
    "body": HEAD + b"Content-Length: 100000\r\n\r\n{",
    "chunked body": HEAD + b"Transfer-Encoding: chunked\r\n\r\n8000\r\n{",
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
}
"""What each kind of sender begins with; then it drips."""
DRIPS: Mapping[str, bytes] = {"nothing": b"", "chunks": b"1\r\n{\r\n"}
SENDERS = tuple(SENT_AT_ONCE)
READER = "slow reader"
ASKED_AT_ONCE = b"GET /metrics HTTP/1.1\r\nHost: crescendo\r\n\r\n" * 10
SMALLEST_BUFFER = 2048
A_SECOND, SLICES = 1.0, 20


@dataclass(slots=True)
class Line:
    """One connection of a caller of some kind."""

    kind: str
    port: int
    socket: socket.socket | None = None
    since: float = 0.0

    def connect(self) -> None:
        """Connect, and send what comes at once."""
        self.close()
        self.socket = socket.socket()
        if self.kind == READER:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALLEST_BUFFER)
        self.socket.settimeout(10)
        self.socket.connect(("127.0.0.1", self.port))
        self.since = time.monotonic()
        self.socket.sendall(ASKED_AT_ONCE if self.kind == READER else SENT_AT_ONCE[self.kind])
        self.socket.settimeout(0)

    def drip(self) -> bool:
        """Send a little, or read a byte; return whether the line is still open."""
        assert self.socket is not None
        try:
            if self.kind != READER:
                self.socket.send(DRIPS.get(self.kind, b"x"))
            return self.socket.recv(1 if self.kind == READER else 4096) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False

    def close(self) -> None:
        """Hang up."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


@dataclass
class SlowCallers:
    """So many such callers, in turn of each kind, for as long as the block runs."""

    port: int
    number: int
    kinds: Sequence[str] = SENDERS
    cut_after: list[tuple[str, float]] = field(default_factory=list)
    """Of every line that was cut: the kind of its caller, and how many seconds it had been open."""

    def __post_init__(self) -> None:
        self._lines = [Line(kind, self.port) for kind in islice(cycle(self.kinds), self.number)]
        self._thread = threading.Thread(target=self._drip_on, daemon=True)
        self._is_over = threading.Event()
        self.rounds = 0
        self.problem: Exception | None = None

    def __enter__(self) -> Self:
        _allow_connections(self.number)
        for line in self._lines:
            line.connect()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join(30)
        for line in self._lines:
            line.close()

    def _drip_on(self) -> None:
        for lines in self._in_turn():
            for line in lines:
                if not line.drip():
                    self.cut_after.append((line.kind, time.monotonic() - line.since))
                    try:
                        line.connect()
                    except OSError as problem:
                        self.problem = problem
                        return

    def _in_turn(self) -> Iterator[Sequence[Line]]:
        """Give a part of the lines at a time, so that each has its turn once a second."""
        while True:
            self.rounds += 1
            for place in range(SLICES):
                if self._is_over.wait(A_SECOND / SLICES):
                    return
                yield self._lines[place::SLICES]


def _allow_connections(number: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = number + 200
    if soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard) if hard > 0 else wanted, hard))
