"""What is counted for whoever watches the machine: numbers only, by hook, form and outcome; never an answer."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration.model import IntakeOutcome

BUCKETS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters of one application, in the text format of Prometheus.

    `source` is a form's or spreadsheet's key out of the configuration, so that callers cannot make up new ones.
    """

    def __init__(self, *, waited_seconds: Callable[[], float]) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second line for each counter, that nobody reads
        self._registry = CollectorRegistry()
        self._received = Counter(
            "crescendo_received", "Authentic arrivals.", ("hook", "source"), registry=self._registry
        )
        self._kept = Counter(
            "crescendo_kept", "Arrivals that stand on disk, by what became of them.", ("hook", "source", "status"),
            registry=self._registry,
        )  # fmt: skip
        self._signed = Counter(
            "crescendo_signed", "Authentic messages of forms' scripts, by which secret they were signed with.",
            ("form", "secret"), registry=self._registry,
        )  # fmt: skip
        self._ignored = Counter(
            "crescendo_ignored", "Authentic messages about nothing that the configuration names, and those of no use.",
            ("hook",), registry=self._registry,
        )  # fmt: skip
        self._refused = Counter(
            "crescendo_refused", "Requests that were refused, by HTTP status.", ("hook", "status"),
            registry=self._registry,
        )  # fmt: skip
        self._stored_after = Histogram(
            "crescendo_store_seconds",
            "Seconds from an arrival to the disk.",
            buckets=BUCKETS_SECONDS,
            registry=self._registry,
        )
        waiting = Gauge(
            "crescendo_queue_age_seconds", "Seconds that the oldest arrival has waited for the disk.",
            registry=self._registry,
        )  # fmt: skip
        waiting.set_function(waited_seconds)

    def received(self, hook: str, source: str) -> None:
        """Count an authentic arrival, before it is stored."""
        self._received.labels(hook, source).inc()

    def signed(self, form: str, secret: str) -> None:
        """Count an authentic message by whether its secret is the newest or an older one."""
        self._signed.labels(form, secret).inc()

    def kept(self, hook: str, source: str, receipt: IntakeOutcome, seconds: float) -> None:
        """Count an arrival that stands on disk, and how long that took."""
        self._kept.labels(hook, source, receipt.value).inc()
        self._stored_after.observe(seconds)

    def ignored(self, hook: str) -> None:
        """Count an authentic message that is answered, so that it does not come again, and of which nothing is kept."""
        self._ignored.labels(hook).inc()

    def refused(self, hook: str, status: int) -> None:
        """Count a refusal."""
        self._refused.labels(hook, str(status)).inc()

    def text(self) -> bytes:
        """Return all of it in the text format of Prometheus."""
        return generate_latest(self._registry)


EVERY_SECONDS = 10.0
MAX_KINDS = 500
"""Kinds are made of keys of the configuration and of our own words; a bound all the same."""

_log = logging.getLogger("crescendo.web")


@dataclass(slots=True)
class _Kind:
    told_at: float
    untold: int = 0


class EventLog:
    """Notes what happens, so that a flood of the same makes no flood of lines. Facts hold no answer and no secret."""

    def __init__(self, *, every_seconds: float = EVERY_SECONDS) -> None:
        self._every_seconds = every_seconds
        self._kinds: dict[tuple[str, ...], _Kind] = {}
        self._lock = threading.Lock()

    def note(self, what: str, **facts: str) -> None:
        """Write it down, or count it until the next line of its kind."""
        now = time.monotonic()
        with self._lock:
            kind = self._kinds.get((what, *facts.values()))
            if kind is None and len(self._kinds) >= MAX_KINDS:
                return
            if kind is not None and now - kind.told_at < self._every_seconds:
                kind.untold += 1
                return
            count = 1 + (kind.untold if kind else 0)
            self._kinds[what, *facts.values()] = _Kind(now)
        _log.info(what, extra=facts | ({"count": count} if count > 1 else {}))
