"""Stopping gently: the first signal lets what runs end, the second breaks it off."""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


class Stopping:
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
def stop_on_signals(stopping: Stopping) -> Iterator[None]:
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
