"""Any number of callers that post one signed response after another, as fast as they are answered.

`python -m tests.system.webhooks.load` is a process of its own, so that it takes no more of the server's time than it
must; every request is made and signed before the first is sent.
"""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.system.commands import PROJECT
from tests.unit.webhooks.web_app import envelope, response, signed

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWER_BYTES = 1_400
"""What people write in a long answer; with the rest a body has about 2 KB."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a load came to: requests a second, and the seconds within which half and 99 of 100 were answered."""

    per_second: float
    median_seconds: float
    slowest_seconds: float


def load(port: int, *, callers: int, count: int, path: str = "/hooks/forms/pulse") -> Load:
    """Send so many posts in all from a process of its own. Raises CalledProcessError where one is not answered 202."""
    words = [sys.executable, "-m", "tests.system.webhooks.load", str(port), str(callers), str(count), path]
    ran = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S603  # our own command
    return Load(**json.loads(ran.stdout))


@dataclass(slots=True)
class _Caller:
    line: socket.socket
    sent_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)


def _main(port: int, callers: int, count: int, path: str) -> None:
    run = f"{time.time():.0f}"
    requests = iter([_request(f"{run}-{number}", path) for number in range(count)])
    times: list[float] = []
    began = time.perf_counter()
    with selectors.DefaultSelector() as waiting:
        for _ in range(callers):
            caller = _Caller(socket.create_connection(("127.0.0.1", port), 30))
            caller.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if _send(caller, requests):
                waiting.register(caller.line, selectors.EVENT_READ, caller)
        while waiting.get_map():
            for key, _ in waiting.select(30):
                caller = key.data
                caller.received += caller.line.recv(65536)
                if b"}\n" not in caller.received:
                    continue
                times.append(time.perf_counter() - caller.sent_at)
                if not caller.received.startswith(b"HTTP/1.1 202 "):
                    raise SystemExit(caller.received.decode(errors="replace"))
                caller.received.clear()
                if not _send(caller, requests):
                    waiting.unregister(caller.line)
                    caller.line.close()
    seconds = time.perf_counter() - began
    times.sort()
    measured = {
        "per_second": count / seconds,
        "median_seconds": times[count // 2],
        "slowest_seconds": times[count * 99 // 100],
    }
    sys.stdout.write(json.dumps(measured))


def _send(caller: _Caller, requests: Iterator[bytes]) -> bool:
    request = next(requests, None)
    if request is None:
        return False
    caller.sent_at = time.perf_counter()
    caller.line.sendall(request)
    return True


def _request(response_id: str, path: str) -> bytes:
    body = envelope(response(response_id, t1="x" * ANSWER_BYTES))
    headers = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **signed(body, at=time.time())}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body


if __name__ == "__main__":
    _main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
