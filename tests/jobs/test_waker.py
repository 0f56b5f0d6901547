"""The waker: whatever a step does, the others are called when they are due."""

from __future__ import annotations

import threading

from jobs.waker import Waker

PATIENCE_SECONDS = 30


def test_a_step_that_is_kept_waiting_and_one_that_fails_hold_no_other_back() -> None:
    """A mail server may look into an alert for ten minutes; the outside monitor must hear of us all the same."""
    is_answered, heard = threading.Event(), threading.Semaphore(0)

    def fail() -> None:
        raise ValueError

    waker = Waker(
        {
            "mail": (1, lambda: is_answered.wait(PATIENCE_SECONDS)),
            "broken": (1, fail),
            "heartbeat": (1, heard.release),
        }
    )
    waker.start()
    try:
        assert all(heard.acquire(timeout=PATIENCE_SECONDS / 3) for _ in range(2))
        assert not is_answered.is_set()
    finally:
        is_answered.set()
        waker.stop()
