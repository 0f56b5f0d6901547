"""Wakes what is to be done every few seconds, in a thread of its own; a step that fails never stops the others."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from schedule import Scheduler

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST_SLEEP_SECONDS = 1.0

_log = logging.getLogger("crescendo.waker")


class Waker:
    """Calls each step every so many seconds; `steps` are by their name."""

    def __init__(self, steps: Mapping[str, tuple[int, Callable[[], object]]]) -> None:
        self._scheduler = Scheduler()
        for name, (seconds, step) in steps.items():
            self._scheduler.every(seconds).seconds.do(_guarded, name, step)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._wake, name="waker", daemon=True)

    def start(self) -> None:
        """Call every step once, now, and then go on in a thread of its own."""
        self._scheduler.run_all()
        self._thread.start()

    def stop(self) -> None:
        """Wake nothing more; a step that is running ends first."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _wake(self) -> None:
        while not self._stopping.is_set():
            self._scheduler.run_pending()
            self._stopping.wait(min(max(self._scheduler.idle_seconds or 0, 0), LONGEST_SLEEP_SECONDS))


def _guarded(name: str, step: Callable[[], object]) -> None:
    try:
        step()
    except Exception as error:  # noqa: BLE001  # the waker must outlive whatever happens
        from integration.errors import CrescendoError  # noqa: PLC0415

        if isinstance(error, CrescendoError):
            _log.warning("a step failed", extra={"step": name, "error": str(error)})
        else:
            _log.exception("a step failed inside", extra={"step": name})
