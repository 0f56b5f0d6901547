"""Calls what is to be done every few seconds, each action in a thread of its own: none keeps another waiting."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from schedule import Scheduler

from integration.errors import CrescendoError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

POLL_SECONDS = 1.0
"""How long a main loop waits before it asks again whether there is something to run, or whether to stop."""
MAX_SLEEP_SECONDS, MAX_STOP_SECONDS = 1.0, 40.0

Actions = Mapping[str, tuple[float, "Callable[[], object]"]]
"""What is called every so many seconds, by its name."""

_log = logging.getLogger("crescendo.timers")


class Timers:
    """Calls each action every so many seconds, until stopped."""

    def __init__(self, actions: Actions) -> None:
        self._stopping = threading.Event()
        self._schedulers = {name: Scheduler() for name in actions}
        self._threads = [
            threading.Thread(target=self._run, args=(name, *action), name=f"timer {name}", daemon=True)
            for name, action in actions.items()
        ]

    def start(self) -> None:
        """Call every action at once, and then go on, each in a thread of its own."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Call nothing more; an action that is running ends first, unless it takes too long."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(MAX_STOP_SECONDS)

    def _run(self, name: str, seconds: float, action: Callable[[], object]) -> None:
        scheduler = self._schedulers[name]
        while not self._stopping.is_set():
            idle = scheduler.idle_seconds
            # The library reads the machine's clock: where that was set back, it would sleep for as long.
            if idle is None or idle > seconds + 1:
                scheduler.clear()
                scheduler.every(seconds).seconds.do(_call, name, action)  # type: ignore[arg-type]  # a fraction serves as well
                scheduler.run_all()
            else:
                scheduler.run_pending()
                self._stopping.wait(min(max(idle, 0), MAX_SLEEP_SECONDS))


def _call(name: str, action: Callable[[], object]) -> None:
    try:
        action()
    except CrescendoError as error:
        _log.warning("a timer's action failed", extra={"timer": name, "error": str(error)})
    except Exception:  # noqa: BLE001  # the thread must outlive whatever an action does; it is loud
        _log.exception("a timer's action failed inside", extra={"timer": name})


class StopRequest:
    """Whether the operator, or the machine, has asked this process to stop.

    A plain attribute, because a signal strikes in the very thread that may just hold the lock of a threading.Event.
    """

    def __init__(self) -> None:
        self.is_made = False

    def wait(self, seconds: float) -> None:
        """Sleep so long, unless it is time to stop."""
        if not self.is_made:
            time.sleep(seconds)


@contextmanager
def stop_on_signals(stop_request: StopRequest) -> Iterator[None]:
    """Note SIGTERM or SIGINT; a second one raises KeyboardInterrupt. Only in the main thread."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        if stop_request.is_made:
            raise KeyboardInterrupt
        stop_request.is_made = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
