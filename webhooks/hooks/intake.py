"""What the hooks share: where arrivals are handed in, what is counted, how much may be sent."""

from __future__ import annotations

import ipaddress
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response, request

from integration.errors import CrescendoError
from webhooks.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integration.model import Arrival, IntakeOutcome
    from integration.ports import Clock, Intake
    from webhooks.telemetry import Diary, Metrics


@dataclass(frozen=True, slots=True)
class Desk:
    """Takes arrivals in for a hook, and answers with their receipt."""

    intake: Intake
    clock: Clock
    metrics: Metrics
    limiter: Limiter
    diary: Diary

    def take(self, hook: str, arrival: Arrival) -> IntakeOutcome:
        """Return when the arrival stands on disk. Raises Refusal (503) where it does not, as far as anybody knows."""
        self.metrics.received(hook, arrival.source)
        began = time.perf_counter()
        try:
            receipt = self.intake.take(arrival)
        except CrescendoError:
            raise Refusal(503) from None
        self.metrics.kept(hook, arrival.source, receipt, time.perf_counter() - began)
        self.diary.note("taken in", hook=hook, source=arrival.source, status=receipt.value)
        return receipt

    def signed(self, form: str, which: int) -> None:
        """Note with which of the secrets, from the newest, a form's script signed: who uses an old one is seen."""
        self.metrics.signed(form, "older" if which else "newest")
        if which:
            self.diary.note("signed with an older secret", form=form)


def told(status: str) -> Response:
    """Return the answer 202 with a status in one word."""
    return Response(_TOLD.get(status) or _as_json(status), 202, mimetype="application/json")


def _as_json(status: str) -> bytes:
    return b'{"status":"' + status.encode() + b'"}\n'


_TOLD: Mapping[str, bytes] = {status: _as_json(status) for status in ("stored", "duplicate", "noted", "ignored")}

LARGEST_BODY = 256 * 1024
_LENGTH = re.compile(r"[0-9]+")
_DIGITS_AT_MOST = 12


def body_of_json() -> bytes:
    """Return the raw bytes of the body, which says that it is JSON. Raises Refusal: 411, 413, 415 or 400."""
    length = checked_length()
    if request.mimetype != "application/json" or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise Refusal(415)
    body = request.get_data(cache=False)
    if len(body) != length:  # half of it was lost on the way
        raise Refusal(400, "The body is not as long as it says.")
    return body


def checked_length() -> int:
    """Return how long the body says that it is. Raises Refusal: 411 or 413."""
    length = request.headers.get("Content-Length", "")
    if "Transfer-Encoding" in request.headers or not _LENGTH.fullmatch(length):
        raise Refusal(411)
    if len(length.lstrip("0")) > _DIGITS_AT_MOST or int(length) > LARGEST_BODY:
        raise Refusal(413)
    return int(length)


USUAL = 30_000
MINUTE_SECONDS = 60
NETWORK_OF_ONE = 64
"""An IPv6 caller has as many addresses as it likes within its first so many bits."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests a minute: of one caller's address, whatever they are, and authentic ones of one form."""

    per_client: int = USUAL
    per_form: int = USUAL


class Limiter:
    """Counts in memory, minute by minute. Both checks raise Refusal (429, with the seconds to wait)."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._minute = 0
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def check_client(self, address: str) -> None:
        """Count a request of the caller at this address."""
        self._check(self._limits.per_client, ("client", _one_caller(address)))

    def check_form(self, form: str) -> None:
        """Count an authentic request for the form."""
        self._check(self._limits.per_form, ("form", form))

    def _check(self, limit: int, whose: tuple[str, str]) -> None:
        minute, second = divmod(time.monotonic(), MINUTE_SECONDS)  # a clock that nobody sets
        with self._lock:
            if minute != self._minute:
                self._minute = int(minute)
                self._counts.clear()
            self._counts[whose] += 1
            is_too_many = self._counts[whose] > limit
        if is_too_many:
            raise Refusal(429, retry_seconds=MINUTE_SECONDS - int(second))


def _one_caller(address: str) -> str:
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address, NETWORK_OF_ONE), strict=False))
    except ValueError:
        return address
