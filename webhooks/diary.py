"""What the web side writes into the log: each kind of thing at once, and then every ten seconds with its count."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

EVERY_SECONDS = 10.0
KINDS_AT_MOST = 500
"""Kinds are made of keys of the configuration and of our own words; a bound all the same."""

_log = logging.getLogger("crescendo.web")


@dataclass(slots=True)
class _Kind:
    told_at: float
    untold: int = 0


class Diary:
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
            if kind is None and len(self._kinds) >= KINDS_AT_MOST:
                return
            if kind is not None and now - kind.told_at < self._every_seconds:
                kind.untold += 1
                return
            count = 1 + (kind.untold if kind else 0)
            self._kinds[what, *facts.values()] = _Kind(now)
        _log.info(what, extra=facts | ({"count": count} if count > 1 else {}))
