"""start: the scheduler on one machine. Slots are planned in one thread and run, one after another, in the main one."""

from __future__ import annotations

import logging
import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from integration.adapters.home import lock_home
from integration.errors import BusyError, CallError, CrescendoError
from integration.schedule import find_next_run
from integration.text_format import format_time
from jobs.scheduling.monitoring import monitoring_timers
from jobs.scheduling.runs import PLAN_SECONDS, plan_due, run_slot
from jobs.scheduling.timers import POLL_SECONDS, Actions, StopRequest, Timers, stop_on_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from integration.model import Slot
    from integration.wiring import Service

SCHEDULER_LOCK = "scheduler.lock"
PAUSE_SECONDS = 5.0
"""How long nothing is tried after the store could not be used."""

_log = logging.getLogger("crescendo.start")
"""What is done every so many seconds, by its name."""


def run_scheduler(
    service: Service, *, do: Callable[[Service, Slot], str] | None = None, also: Actions | None = None
) -> None:
    """Run what is due until told to stop, with the steps of `also` beside it.

    Raises BusyError where a scheduler runs in this home folder already, CallError where machines share the store.
    """
    if service.database_url is not None:
        raise CallError(
            "DATABASE_URL names a database that several machines share, and start is for one machine alone: use "
            "worker, or take DATABASE_URL away."
        )
    with _alone(service.home):
        _run(service, StopRequest(), do, also or {})


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    with ExitStack() as held:
        try:
            held.enter_context(lock_home(home, name=SCHEDULER_LOCK, wait_seconds=0))
        except BusyError:
            raise BusyError(
                f"A scheduler runs in {home} already, and one is enough; stop that one first, or name another home."
            ) from None
        yield


def _run(service: Service, stopping: StopRequest, do: Callable[[Service, Slot], str] | None, also: Actions) -> None:
    taken = service.store.ledger.take_back()
    waker = Timers(
        {"plan": (PLAN_SECONDS, lambda: plan_due(service, service.settings.jobs)), **monitoring_timers(service), **also}
    )
    waker.start()
    _log.info(
        "started", extra={"home": service.home, "cut_short_before": len(taken), "next": describe_next_run(service)}
    )
    try:
        with stop_on_signals(stopping):
            while not stopping.is_wanted:
                try:
                    _next(service, stopping, do)
                except CrescendoError as error:  # the store itself: how a slot ended cannot even be said
                    _pause(service, stopping, error)
    finally:
        waker.stop()
    _log.info("stopped", extra={"home": service.home})


def _next(service: Service, stopping: StopRequest, do: Callable[[Service, Slot], str] | None) -> None:
    """Run the earliest slot that waits, or wait a little."""
    waiting = service.store.ledger.waiting(now=service.clock.now())
    if waiting:
        run_slot(service, waiting[0], by=f"process {os.getpid()}", do=do)
    else:
        stopping.wait(POLL_SECONDS)


def _pause(service: Service, stopping: StopRequest, error: CrescendoError) -> None:
    """Wait until the store can be used again; what had begun and could not be ended in it then waits again."""
    while not stopping.is_wanted:
        _log.warning("the store cannot be used", extra={"error": str(error)})
        stopping.wait(PAUSE_SECONDS)
        try:
            service.store.ledger.take_back()
        except CrescendoError as still:
            error = still
        else:
            return


def describe_next_run(service: Service) -> str:
    """Return the job that is next, and when, so that who has just started it knows what to wait for."""
    now = service.clock.now()
    known = service.store.ledger.known(now=now)
    times = {name: find_next_run(job, known.get(name), now) for name, job in service.settings.jobs.items()}
    soonest = min(((at, name) for name, at in times.items() if at), default=None)
    return f"{soonest[1]} {format_time(soonest[0].isoformat())}" if soonest else "nothing: every job is by hand"
