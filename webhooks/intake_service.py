"""Hands what the hooks received to the store, counts it for the monitor and logs it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response

from integration.errors import CrescendoError
from webhooks.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integration.model import Arrival, IntakeOutcome
    from integration.ports import Clock, Intake
    from webhooks.request_checks import RateLimiter
    from webhooks.telemetry import EventLog, Metrics


@dataclass(frozen=True, slots=True)
class IntakeService:
    """Takes arrivals in for a hook, and answers with their receipt."""

    intake: Intake
    clock: Clock
    metrics: Metrics
    limiter: RateLimiter
    diary: EventLog

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


def accepted_response(status: str) -> Response:
    """Return the answer 202 with a status in one word."""
    return Response(_BODIES.get(status) or _status_body(status), 202, mimetype="application/json")


def _status_body(status: str) -> bytes:
    return b'{"status":"' + status.encode() + b'"}\n'


_BODIES: Mapping[str, bytes] = {status: _status_body(status) for status in ("stored", "duplicate", "noted", "ignored")}
