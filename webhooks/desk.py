"""What the hooks share: where arrivals are handed in, what is counted, how much may be sent."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response

from integration.errors import CrescendoError
from webhooks.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integration.model import Arrival, Receipt
    from integration.ports import Clock, Intake
    from webhooks.diary import Diary
    from webhooks.limits import Limiter
    from webhooks.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Desk:
    """Takes arrivals in for a hook, and answers with their receipt."""

    intake: Intake
    clock: Clock
    metrics: Metrics
    limiter: Limiter
    diary: Diary

    def take(self, hook: str, arrival: Arrival) -> Receipt:
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
