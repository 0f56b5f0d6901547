"""Wakes what is to be done every few seconds, each step in a thread of its own: none keeps another waiting."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from schedule import Scheduler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


MAX_SLEEP_SECONDS, MAX_STOP_SECONDS = 1.0, 40.0

_log = logging.getLogger("crescendo.waker")


class Timers:
    """Calls each step every so many seconds; `steps` are by their name."""

    def __init__(self, steps: Mapping[str, tuple[int, Callable[[], object]]]) -> None:
        self._stopping = threading.Event()
        self._schedulers = {name: Scheduler() for name in steps}
        self._threads = [
            threading.Thread(target=self._wake, args=(name, *step), name=f"waker {name}", daemon=True)
            for name, step in steps.items()
        ]

    def start(self) -> None:
        """Call every step at once, and then go on, each in a thread of its own."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Wake nothing more; a step that is running ends first, unless it takes too long."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(MAX_STOP_SECONDS)

    def _wake(self, name: str, seconds: int, step: Callable[[], object]) -> None:
        scheduler = self._schedulers[name]
        while not self._stopping.is_set():
            idle = scheduler.idle_seconds
            # The library looks at the clock on the wall: where that was put back, it would sleep for as long.
            if idle is None or idle > seconds + 1:
                scheduler.clear()
                scheduler.every(seconds).seconds.do(_guarded, name, step)
                scheduler.run_all()
            else:
                scheduler.run_pending()
                self._stopping.wait(min(max(idle, 0), MAX_SLEEP_SECONDS))


def _guarded(name: str, step: Callable[[], object]) -> None:
    try:
        step()
    except Exception as error:  # noqa: BLE001  # the waker must outlive whatever happens
        from integration.errors import CrescendoError  # noqa: PLC0415

        if isinstance(error, CrescendoError):
            _log.warning("a step failed", extra={"step": name, "error": str(error)})
        else:
            _log.exception("a step failed inside", extra={"step": name})


class StopRequest:
    """Whether somebody asked to stop.

    A plain attribute, because a signal strikes in the very thread that may just hold the lock of a threading.Event.
    """

    def __init__(self) -> None:
        self.is_wanted = False

    def wait(self, seconds: float) -> None:
        """Sleep so long, unless it is time to stop."""
        if not self.is_wanted:
            time.sleep(seconds)


@contextmanager
def stop_on_signals(stopping: StopRequest) -> Iterator[None]:
    """Note SIGTERM or SIGINT; a second one raises KeyboardInterrupt. Only in the main thread."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        if stopping.is_wanted:
            raise KeyboardInterrupt
        stopping.is_wanted = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


POLL_SECONDS = 1.0


Actions = Mapping[str, tuple[int, "Callable[[], object]"]]
