"""Hands what the hooks received to the store, counts it for the monitor, and logs it. Never an answer or a secret."""

from __future__ import annotations

import collections
import logging
import threading
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from flask import Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from integration.errors import CrescendoError
from webhooks.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration.model import Arrival, IntakeOutcome
    from integration.ports import Clock, Intake
    from webhooks.request_checks import RateLimiter


@dataclass(frozen=True, slots=True)
class IntakeService:
    """What every hook works with: the store's intake, and the clock, counters, rate limits and log around it."""

    intake: Intake
    clock: Clock
    metrics: Metrics
    limiter: RateLimiter
    log: EventLog

    def accept(self, hook: str, arrival: Arrival) -> IntakeOutcome:
        """Return when the arrival stands on disk. Raises Refusal (503) where it does not, as far as the store knows."""
        self.metrics.received.labels(hook, arrival.source).inc()
        began = time.perf_counter()
        try:
            outcome = self.intake.take(arrival)
        except CrescendoError:
            raise Refusal(503) from None
        self.metrics.store_seconds.observe(time.perf_counter() - began)
        self.metrics.kept.labels(hook, arrival.source, outcome.value).inc()
        self.log.write("accepted", hook=hook, source=arrival.source, status=outcome.value)
        return outcome

    def record_secret(self, form: str, index: int) -> None:
        """Record with which secret, from the newest (0), a form's script signed: scripts that use an old one show."""
        self.metrics.signed.labels(form, "older" if index else "newest").inc()
        if index:
            self.log.write("signed with an older secret", form=form)


def accepted_response(status: str) -> Response:
    """Return the answer 202 with a status in one word."""
    return Response(b'{"status":"' + status.encode() + b'"}\n', 202, mimetype="application/json")


BUCKETS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters of one application, in the text format of Prometheus.

    `source` is a form's or spreadsheet's key out of the configuration, so that callers cannot make up new ones.
    """

    def __init__(self, *, waited_seconds: Callable[[], float]) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # it would add a second line for each counter
        self._registry = registry = CollectorRegistry()
        counter = partial(Counter, registry=registry)
        self.received = counter("crescendo_received", "Authentic arrivals.", ("hook", "source"))
        what = "Arrivals that stand on disk, by what became of them."
        self.kept = counter("crescendo_kept", what, ("hook", "source", "status"))
        what = "Authentic messages of forms' scripts, by which secret they were signed with."
        self.signed = counter("crescendo_signed", what, ("form", "secret"))
        # Answered 202 so that they do not come again, though nothing of them is kept.
        what = "Authentic messages about nothing that the configuration names, and those of no use."
        self.ignored = counter("crescendo_ignored", what, ("hook",))
        self.refused = counter("crescendo_refused", "Requests that were refused, by HTTP status.", ("hook", "status"))
        self.store_seconds = Histogram(
            "crescendo_store_seconds", "Seconds from an arrival to the disk.", buckets=BUCKETS_SECONDS,
            registry=registry,
        )  # fmt: skip
        Gauge(
            "crescendo_queue_age_seconds", "Seconds that the oldest arrival has waited for the disk.", registry=registry
        ).set_function(waited_seconds)

    def text(self) -> bytes:
        """Return all of it in the text format of Prometheus."""
        return generate_latest(self._registry)


EVERY_SECONDS = 10.0
MAX_KINDS = 500
"""Kinds are made of keys of the configuration and of our own words; a bound all the same."""

_log = logging.getLogger("crescendo.web")


class EventLog:
    """Logs events so that a flood of the same makes no flood of lines. Facts hold no answer and no secret."""

    def __init__(self, *, every_seconds: float = EVERY_SECONDS) -> None:
        self._every_seconds = every_seconds
        self._logged_at: dict[tuple[str, ...], float] = {}
        self._unlogged: collections.Counter[tuple[str, ...]] = collections.Counter()
        self._lock = threading.Lock()

    def write(self, event: str, **facts: str) -> None:
        """Log the event with its facts, or count it until the next line of its kind."""
        now, kind = time.monotonic(), (event, *facts.values())
        with self._lock:
            logged_at = self._logged_at.get(kind)
            if logged_at is None and len(self._logged_at) >= MAX_KINDS:
                return
            if logged_at is not None and now - logged_at < self._every_seconds:
                self._unlogged[kind] += 1
                return
            self._logged_at[kind] = now
            count = 1 + self._unlogged.pop(kind, 0)
        _log.info(event, extra=facts | ({"count": count} if count > 1 else {}))
