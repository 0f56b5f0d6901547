"""start: the scheduler on one machine. Slots are planned in one thread and run, one after another, in the main one."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from integration.adapters.home import lock_for_scheduler
from integration.errors import CallError, CrescendoError
from integration.operations.monitoring.clock_watch import ClockWatch
from integration.schedule import find_next_run
from integration.text_format import format_time
from jobs.scheduling.monitoring import monitoring_timers
from jobs.scheduling.runs import PLAN_SECONDS, plan_due, run_slot
from jobs.scheduling.timers import POLL_SECONDS, Actions, StopRequest, Timers, stop_on_signals

if TYPE_CHECKING:
    from collections.abc import Callable

    from integration.model import Slot
    from integration.wiring import Service

PAUSE_SECONDS = 5.0
"""How long nothing is tried after the store could not be used."""

_log = logging.getLogger("crescendo.start")


def run_scheduler(
    service: Service, *, do: Callable[[Service, Slot], str] | None = None, more_timers: Actions | None = None
) -> None:
    """Run what is due until told to stop, with the actions of `more_timers` beside it.

    Raises BusyError where a scheduler runs in this home folder already, CallError where machines share the store.
    """
    if service.database_url is not None:
        raise CallError(
            "DATABASE_URL names a database that several machines share, and start is for one machine alone: use "
            "worker, or take DATABASE_URL away."
        )
    with lock_for_scheduler(service.home):
        _run_until_stopped(service, do, more_timers or {})


def _run_until_stopped(service: Service, do: Callable[[Service, Slot], str] | None, more_timers: Actions) -> None:
    ledger, stop_request, by = service.store.ledger, StopRequest(), f"process {os.getpid()}"
    cut_short = ledger.reset_running()
    clock = ClockWatch(service)

    def plan_jobs() -> None:
        clock.look()
        plan_due(ledger, service.settings.jobs, clock=service.clock)

    timers = Timers({"plan": (PLAN_SECONDS, plan_jobs), **monitoring_timers(service, clock), **more_timers})
    timers.start()
    facts = {"home": service.home, "cut_short_before": len(cut_short), "next": describe_next_run(service)}
    _log.info("started", extra=facts)
    try:
        with stop_on_signals(stop_request):
            while not stop_request.is_made:
                try:
                    if waiting := ledger.ready(now=service.clock.now()):
                        run_slot(service, waiting[0], by=by, do=do)
                    else:
                        stop_request.wait(POLL_SECONDS)
                except CrescendoError as error:  # of the store itself: how a slot ended cannot even be recorded
                    _wait_for_store(service, stop_request, error)
    finally:
        timers.stop()
    _log.info("stopped", extra={"home": service.home})


def _wait_for_store(service: Service, stop_request: StopRequest, error: CrescendoError) -> None:
    """Wait until the store can be used again; what had begun and could not be ended in it then waits again."""
    while not stop_request.is_made:
        _log.warning("the store cannot be used", extra={"error": str(error)})
        stop_request.wait(PAUSE_SECONDS)
        try:
            service.store.ledger.reset_running()
        except CrescendoError as still:
            error = still
        else:
            return


def describe_next_run(service: Service) -> str:
    """Return the job that is next, and when, so that an operator who has just started it knows what to wait for."""
    now = service.clock.now()
    known = service.store.ledger.registered(now=now)
    times = {name: find_next_run(job, known.get(name), now) for name, job in service.settings.jobs.items()}
    soonest = min(((at, name) for name, at in times.items() if at), default=None)
    return f"{soonest[1]} {format_time(soonest[0].isoformat())}" if soonest else "nothing: every job is by hand"
