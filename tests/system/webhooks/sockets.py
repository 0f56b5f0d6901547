"""Bytes on a socket: what is sent to the web side as it is, and what comes back, answer by answer."""

from __future__ import annotations

import json
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.unit.webhooks.web_app import signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.system.webhooks.running import Running

PATIENCE_SECONDS = 30
SETTLED_SECONDS = 0.3
"""After so long without a byte nothing more is on its way on a line that stays open."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """Return the code of a refusal, whose shape must be right; empty where nothing is refused."""
        if self.status < 400:
            return ""
        assert self.headers["content-type"] == "application/json"
        error: dict[str, Any] = json.loads(self.body)
        assert set(error) == {"error"}
        assert set(error["error"]) == {"code", "message"}
        code: str = error["error"]["code"]
        return code


@dataclass(frozen=True, slots=True)
class Talk:
    """Every answer that came, and whether the line was cut after them."""

    answers: list[Answer]
    is_cut: bool

    @property
    def statuses(self) -> list[int]:
        """Return the statuses, in order."""
        return [answer.status for answer in self.answers]


def exchange(web: Running, sent: bytes, *, answers: int = 1) -> Talk:
    """Send all of it, read only then; return so many answers, and any that nobody expected."""
    with socket.create_connection(("127.0.0.1", web.port), timeout=PATIENCE_SECONDS) as line:
        with suppress(ConnectionError):  # what was answered before the line was cut is still to be read
            line.sendall(sent)
        return receive(line, answers=answers)


def receive(line: socket.socket, *, answers: int = 1) -> Talk:
    """Read until so many answers came and nothing more does, or the line is cut."""
    came = b""
    until = time.monotonic() + PATIENCE_SECONDS
    line.settimeout(SETTLED_SECONDS)
    while time.monotonic() < until:
        try:
            some = line.recv(65536)
        except TimeoutError:
            if len(read(came)) >= answers:
                return Talk(read(came), is_cut=False)
            continue
        except ConnectionError:
            some = b""
        if not some:
            return Talk(read(came), is_cut=True)
        came += some
    raise AssertionError(f"{len(read(came))} answers of {answers} came: {came[:500]!r}")


def read(came: bytes) -> list[Answer]:
    """Return the whole answers in what came."""
    answers = []
    while b"\r\n\r\n" in came:
        head, rest = came.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = int(headers.get("content-length", 0))
        if len(rest) < length:
            break
        answers.append(Answer(int(first.split(" ")[1]), headers, rest[:length]))
        came = rest[length:]
    return answers


def request(first_line: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """Return a request as it is sent; its length stands there only where the headers give it."""
    lines = [first_line, "Host: crescendo", *(f"{name}: {value}" for name, value in (headers or {}).items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def signed_post(body: bytes, *, form: str = "pulse", **others: str) -> bytes:
    """Return a post as a form's script sends it, signed now; `others` are more headers."""
    headers = {**signed(body, at=time.time()), "Content-Length": str(len(body)), **others}
    return request(f"POST /hooks/forms/{form} HTTP/1.1", headers, body)
