"""The timers: each step every so many seconds, whatever the other steps and the clock on the wall do."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from integration.errors import StoreError
from jobs.scheduling.timers import Timers

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

PATIENCE_SECONDS = 20
A_MOMENT = 0.1


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_every_action_is_called_at_once_and_repeatedly_though_another_fails(caplog: pytest.LogCaptureFixture) -> None:
    called: list[str] = []

    def fail() -> None:
        called.append("fail")
        raise StoreError("The store is on a full disk; make room.")

    def break_down() -> None:
        called.append("break")
        raise ValueError("what Ana answered")

    actions = {"fail": fail, "break": break_down, "plan": lambda: called.append("plan")}
    timers = Timers({name: (A_MOMENT, action) for name, action in actions.items()})
    timers.start()
    until(lambda: called.count("plan") >= 3)
    timers.stop()
    assert called.count("fail") >= 2
    assert called.count("break") >= 2
    assert "Ana" not in "".join(record.getMessage() for record in caplog.records)


def test_a_clock_that_is_put_back_stops_nothing() -> None:
    called = threading.Event()
    timers = Timers({"plan": (A_MOMENT, called.set)})
    timers.start()
    until(called.is_set)
    for job in timers._schedulers["plan"].jobs:  # noqa: SLF001  # what the library believes when the clock goes back an hour
        assert job.next_run is not None
        job.next_run += timedelta(hours=1)
    called.clear()
    until(called.is_set)
    timers.stop()


def test_an_action_that_hangs_keeps_no_other_waiting() -> None:
    is_answered, planned = threading.Event(), []
    timers = Timers({"mail": (A_MOMENT, is_answered.wait), "plan": (A_MOMENT, lambda: planned.append(1))})
    timers.start()
    until(lambda: len(planned) >= 2)
    is_answered.set()
    timers.stop()
