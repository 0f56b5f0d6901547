"""start: the scheduler on one machine. Slots are planned in one thread and run, one after another, in the main one."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from integration.adapters.home import hold
from integration.errors import BusyError, CallError, CrescendoError
from integration.operations.alerts import AlertChanges, update_alerts
from integration.schedule import find_next_run
from integration.text_format import format_time
from jobs.scheduling.heartbeat import beat
from jobs.scheduling.planner import plan_due
from jobs.scheduling.runs import run_slot
from jobs.scheduling.timers import Stopping, Waker, stop_on_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from integration.model import Slot
    from integration.wiring import Service

SCHEDULER_LOCK = "scheduler.lock"
LOOK_SECONDS = 1.0
PLAN_SECONDS = 2
WATCH_SECONDS = 30
BEAT_SECONDS = 20
PAUSE_SECONDS = 5.0
"""How long nothing is tried after the store could not be used."""

_log = logging.getLogger("crescendo.start")


Steps = Mapping[str, tuple[int, "Callable[[], object]"]]
"""What is done every so many seconds, by its name."""


def start(service: Service, *, do: Callable[[Service, Slot], str] | None = None, also: Steps | None = None) -> None:
    """Run what is due until told to stop, with the steps of `also` beside it.

    Raises BusyError where a scheduler runs in this home folder already, CallError where machines share the store.
    """
    if service.database_url is not None:
        raise CallError(
            "DATABASE_URL names a database that several machines share, and start is for one machine alone: use "
            "worker, or take DATABASE_URL away."
        )
    with _alone(service.home):
        _run(service, Stopping(), do, also or {})


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    with ExitStack() as held:
        try:
            held.enter_context(hold(home, name=SCHEDULER_LOCK, wait_seconds=0))
        except BusyError:
            raise BusyError(
                f"A scheduler runs in {home} already, and one is enough; stop that one first, or name another home."
            ) from None
        yield


def _run(service: Service, stopping: Stopping, do: Callable[[Service, Slot], str] | None, also: Steps) -> None:
    taken = service.store.ledger.take_back()
    waker = Waker(
        {"plan": (PLAN_SECONDS, lambda: plan_due(service, service.settings.jobs)), **watching(service), **also}
    )
    waker.start()
    _log.info("started", extra={"home": service.home, "cut_short_before": len(taken), "next": what_is_next(service)})
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


def _next(service: Service, stopping: Stopping, do: Callable[[Service, Slot], str] | None) -> None:
    """Run the earliest slot that waits, or wait a little."""
    waiting = service.store.ledger.waiting(now=service.clock.now())
    if waiting:
        run_slot(service, waiting[0], by=f"process {os.getpid()}", do=do)
    else:
        stopping.wait(LOOK_SECONDS)


def _pause(service: Service, stopping: Stopping, error: CrescendoError) -> None:
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


def watching(service: Service) -> Steps:
    """Return the steps that look after the jobs, wherever they run: alerts, and the outside monitor."""
    clock = service.clock
    return {
        "alerts": (WATCH_SECONDS, lambda: _log_news(update_alerts(service, now=clock.now()))),
        "heartbeat": (BEAT_SECONDS, lambda: _log_silence(beat(service, now=clock.now()))),
    }


def what_is_next(service: Service) -> str:
    """Return the job that is next, and when, so that who has just started it knows what to wait for."""
    now = service.clock.now()
    known = service.store.ledger.known(now=now)
    times = {name: find_next_run(job, known.get(name), now) for name, job in service.settings.jobs.items()}
    soonest = min(((at, name) for name, at in times.items() if at), default=None)
    return f"{soonest[1]} {format_time(soonest[0].isoformat())}" if soonest else "nothing: every job is by hand"


def _log_news(watched: AlertChanges) -> None:
    if watched != AlertChanges():
        _log.warning("alerts", extra={"news": watched.in_words()})


def _log_silence(why: str | None) -> None:
    if why:
        _log.warning("no heartbeat", extra={"why": why})
