"""Scripts of several forms that send on until each response is acknowledged, and record every answer that they got."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.unit.webhooks.web_app import envelope, response, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMS = ("pulse", "families")
AGAIN = {429, 503}
PAUSE_SECONDS = 0.02

Version = tuple[str, str, str]
"""A form, a response's id, and when it was last submitted."""


@dataclass
class History:
    """What one sender sent, and every answer that it got: `answers` has (version, status), in order."""

    sent: dict[Version, str] = field(default_factory=dict)
    answers: list[tuple[Version, str]] = field(default_factory=list)
    attempts: int = 0
    surprises: list[str] = field(default_factory=list)


class Sender:
    """Sends so many responses: new ones, edits of its earlier ones, and some that it sent before."""

    def __init__(self, number: int, port: int, posts: int) -> None:
        self.history = History()
        self._number, self._port, self._posts = number, port, posts
        self._chance = random.Random(number)
        self._line: http.client.HTTPConnection | None = None
        self._thread = threading.Thread(target=self._send_all, daemon=True)
        self._is_over = False

    def start(self) -> None:
        """Begin to send, one after another."""
        self._thread.start()

    def is_sending(self) -> bool:
        """Whether there is more to be sent."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End, whatever is still to be sent."""
        self._is_over = True
        self._thread.join(60)
        self._hang_up()

    def _send_all(self) -> None:
        before: list[tuple[str, dict[str, Any]]] = []
        for place in range(self._posts):
            form, data = self._next(before, place)
            before.append((form, data))
            self._send(form, data)
            if self._is_over:
                return

    def _next(self, before: Sequence[tuple[str, dict[str, Any]]], place: int) -> tuple[str, dict[str, Any]]:
        draw = self._chance.random()
        if before and draw < 0.15:
            return self._chance.choice(before)
        if before and draw < 0.35:
            form, data = self._chance.choice(before)
            return form, response(data["responseId"], _moment(place), q1=f"mended — {place} ✓")
        return self._chance.choice(FORMS), response(f"r-{self._number}-{place}", _moment(place), q1=f"text {place} é")

    def _send(self, form: str, data: dict[str, Any]) -> None:
        version = (form, data["responseId"], data["lastSubmittedTime"])
        self.history.sent.setdefault(version, json.dumps(data, separators=(",", ":")))
        body = envelope(data)
        while not self._is_over:
            self.history.attempts += 1
            try:
                status, answer = self._post(form, body)
            except (OSError, http.client.HTTPException):
                self._hang_up()
                time.sleep(PAUSE_SECONDS)
                continue
            if status == 202:
                self.history.answers.append((version, json.loads(answer)["status"]))
                return
            if status not in AGAIN:
                self.history.surprises.append(f"{version} was answered {status}: {answer!r}")
                return
            time.sleep(PAUSE_SECONDS)

    def _post(self, form: str, body: bytes) -> tuple[int, bytes]:
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        self._line.request("POST", f"/hooks/forms/{form}", body, signed(body, at=time.time()))
        answer = self._line.getresponse()
        return answer.status, answer.read()

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


class Senders:
    """Several senders at once."""

    def __init__(self, port: int, *, posts: int, how_many: int = 8) -> None:
        self._all = [Sender(number, port, posts // how_many) for number in range(how_many)]
        self.posts = posts // how_many * how_many

    def start(self) -> None:
        """Let them begin."""
        for sender in self._all:
            sender.start()

    def acknowledged(self) -> int:
        """Return how many answers they have got so far."""
        return sum(len(sender.history.answers) for sender in self._all)

    def are_sending(self) -> bool:
        """Whether one of them still sends."""
        return any(sender.is_sending() for sender in self._all)

    def stop(self) -> None:
        """Let none of them go on."""
        for sender in self._all:
            sender.stop()

    def histories(self) -> list[History]:
        """Return what each of them wrote down."""
        return [sender.history for sender in self._all]


_DAY_SECONDS = 86_400


def _moment(place: int) -> str:
    """Return a moment that no other version of the same sender's has."""
    second = place % _DAY_SECONDS
    return f"2022-03-28T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"
