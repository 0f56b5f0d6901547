"""A deadline for what runs in this process: past it, it is broken off where it is; what was committed stays."""

from __future__ import annotations

import faulthandler
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from integration.errors import TooLong

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta
    from types import FrameType

AGAIN_SECONDS = 5.0
"""Where the first call to stop was swallowed, it is repeated so often."""
GRACE_SECONDS = 60.0
"""Who has not stopped so long after the deadline is stuck outside Python: the process ends, and is started anew."""


@contextmanager
def deadline(within: timedelta, what: str) -> Iterator[None]:
    """Break the block off with TooLong where it takes longer. Only in the main thread."""
    seconds, is_on = within.total_seconds(), True

    def stop(_number: int, _frame: FrameType | None) -> None:
        if is_on:  # once the block is being left, nothing may strike into its tidying up
            raise TooLong(
                f"{what} took longer than {seconds / 60:g} minutes and was broken off; what was finished is kept. If "
                "it happens again, look what keeps it waiting, or give it more time in jobs.yaml (within)."
            )

    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_SECONDS)
        faulthandler.dump_traceback_later(seconds + GRACE_SECONDS, exit=True)
        yield
    finally:
        is_on = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()
        signal.signal(signal.SIGALRM, before)
