"""Stopping gently: the first signal lets what runs end, the second breaks it off."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Event
    from types import FrameType


@contextmanager
def stop_on_signals(stopping: Event) -> Iterator[None]:
    """Set the event on SIGTERM or SIGINT; a second one raises KeyboardInterrupt. Only in the main thread."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
