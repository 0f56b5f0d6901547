"""Wakes what is to be done every few seconds, in a thread of its own; a step that fails never stops the others."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from schedule import Scheduler

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST_SLEEP_SECONDS, LONGEST_END_SECONDS = 1.0, 40.0

_log = logging.getLogger("crescendo.waker")


class Waker:
    """Calls each step every so many seconds; `steps` are by their name."""

    def __init__(self, steps: Mapping[str, tuple[int, Callable[[], object]]]) -> None:
        self._steps = steps
        self._shortest = min(seconds for seconds, _ in steps.values())
        self._scheduler = Scheduler()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._wake, name="waker", daemon=True)

    def start(self) -> None:
        """Call every step at once, and then go on, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Wake nothing more; a step that is running ends first, unless it takes too long."""
        self._stopping.set()
        self._thread.join(LONGEST_END_SECONDS)

    def _wake(self) -> None:
        self._begin()
        while not self._stopping.is_set():
            idle = self._scheduler.idle_seconds or 0
            if idle > self._shortest + 1:
                # The library looks at the clock on the wall, which was put back: it would sleep for as long.
                self._begin()
                continue
            self._scheduler.run_pending()
            self._stopping.wait(min(max(idle, 0), LONGEST_SLEEP_SECONDS))

    def _begin(self) -> None:
        self._scheduler.clear()
        for name, (seconds, step) in self._steps.items():
            self._scheduler.every(seconds).seconds.do(_guarded, name, step)
        self._scheduler.run_all()


def _guarded(name: str, step: Callable[[], object]) -> None:
    try:
        step()
    except Exception as error:  # noqa: BLE001  # the waker must outlive whatever happens
        from integration.errors import CrescendoError  # noqa: PLC0415

        if isinstance(error, CrescendoError):
            _log.warning("a step failed", extra={"step": name, "error": str(error)})
        else:
            _log.exception("a step failed inside", extra={"step": name})
