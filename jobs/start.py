"""start: the scheduler on one machine. Slots are planned in one thread and run, one after another, in the main one."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from integration.adapters.lock import hold
from integration.errors import BusyError, CrescendoError
from jobs.plan import plan_due
from jobs.slot import run_slot
from jobs.stopping import stop_on_signals
from jobs.waker import Waker

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration.model import Slot
    from integration.wiring import Service

SCHEDULER_LOCK = "scheduler.lock"
LOOK_SECONDS = 1.0
PLAN_SECONDS = 2
WATCH_SECONDS = 30
PAUSE_SECONDS = 5.0
"""How long nothing is tried after the store could not be used."""

_log = logging.getLogger("crescendo.start")


Steps = Mapping[str, tuple[int, "Callable[[], object]"]]
"""What is done every so many seconds, by its name."""


def start(service: Service, *, do: Callable[[Service, Slot], str] | None = None, also: Steps | None = None) -> None:
    """Run what is due until told to stop, with the steps of `also` beside it.

    Raises BusyError where a scheduler runs in this home folder already.
    """
    stopping = threading.Event()
    try:
        with hold(service.home, name=SCHEDULER_LOCK, wait_seconds=0):
            _run(service, stopping, do, also or {})
    except BusyError:
        raise BusyError(
            f"A scheduler runs in {service.home} already, and one is enough; stop that one first, or name another home."
        ) from None


def _run(service: Service, stopping: threading.Event, do: Callable[[Service, Slot], str] | None, also: Steps) -> None:
    taken = service.store.ledger.take_back()
    waker = Waker(
        {
            "plan": (PLAN_SECONDS, lambda: plan_due(service, service.settings.jobs)),
            **watching(service),
            **also,
        }
    )
    waker.start()
    _log.info("started", extra={"home": service.home, "pid": os.getpid(), "cut_short_before": len(taken)})
    try:
        with stop_on_signals(stopping):
            while not stopping.is_set():
                _next(service, stopping, do)
    finally:
        waker.stop()
    _log.info("stopped", extra={"home": service.home})


def _next(service: Service, stopping: threading.Event, do: Callable[[Service, Slot], str] | None) -> None:
    """Run the earliest slot that waits, or wait a little."""
    try:
        waiting = service.store.ledger.waiting(now=service.clock.now())
        if waiting:
            run_slot(service, waiting[0], by=f"process {os.getpid()}", do=do)
        else:
            stopping.wait(LOOK_SECONDS)
    except CrescendoError as error:  # the store itself: what is in it cannot even be said to have failed
        _log.warning("the store cannot be used", extra={"error": str(error)})
        stopping.wait(PAUSE_SECONDS)


def watching(service: Service) -> Steps:
    """Return the steps that look after the jobs, wherever they run."""
    return {}
