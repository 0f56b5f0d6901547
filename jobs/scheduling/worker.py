"""worker: one of any number of processes, on any number of machines, that run what is due from the shared queue.

The queue's thread fetches slots, the main thread runs them (so that a time limit can break them off), and the timers'
threads plan and watch over the jobs.
"""

from __future__ import annotations

import logging
import os
import socket
from concurrent.futures import Future
from datetime import timedelta
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from integration.adapters.queue import STALLED_SECONDS, QueueWorker
from integration.adapters.store.postgresql import conninfo_of
from integration.errors import CallError, CrescendoError, StoreUnreachableError
from integration.operations.job_runs import jobs_by_shard
from integration.operations.monitoring.clock_watch import ClockWatch
from jobs.scheduling.monitoring import monitoring_timers
from jobs.scheduling.runs import PLAN_SECONDS, plan_due, run_slot
from jobs.scheduling.timers import POLL_SECONDS, Actions, StopRequest, Timers, stop_on_signals

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from integration.model import Slot
    from integration.wiring import Service

REFILL_SECONDS = 20
RETRY_AFTER = timedelta(seconds=5)
"""How long after the store could not be used a slot is tried again."""

_log = logging.getLogger("crescendo.worker")

HandedOver = tuple["Slot", "Future[datetime | None]"]
"""A slot from the queue's thread, and what that thread waits for: the moment of the next attempt, or None."""


def run_worker(
    service: Service,
    *,
    do: Callable[[Service, Slot], str] | None = None,
    more_timers: Actions | None = None,
    stalled_seconds: float = STALLED_SECONDS,
) -> None:
    """Run what is due until told to stop, with the actions of `more_timers` beside it.

    Raises CallError where no database is named that machines could share, StoreUnreachableError where the queue is lost
    for good. A worker that has given no sign of life for `stalled_seconds` is taken for dead.
    """
    if service.database_url is None:
        raise CallError(
            "A worker needs a database that several machines can share: set DATABASE_URL to a PostgreSQL database, or "
            "use start, which runs everything on this machine."
        )
    ledger = service.store.ledger  # before the queue: a store that does not count is refused with nothing begun
    handed_over: SimpleQueue[HandedOver] = SimpleQueue()

    def hand_over(slot: Slot) -> Future[datetime | None]:
        done: Future[datetime | None] = Future()
        handed_over.put((slot, done))
        return done

    def refill() -> None:
        for slot in ledger.refill_queue():
            _log.warning("slot put back into the queue", extra={"job": slot.job, "due": slot.due_at.isoformat()})

    clock = ClockWatch(service)

    def plan() -> None:
        clock.look()
        plan_due(ledger, jobs_by_shard(service.settings), clock=service.clock)

    queue = QueueWorker(conninfo_of(service.database_url), hand_over, stalled_seconds=stalled_seconds)
    timers = Timers({
        "plan": (PLAN_SECONDS, plan),
        "refill": (REFILL_SECONDS, refill),
        **monitoring_timers(service, clock),
        **(more_timers or {}),
    })  # fmt: skip
    stop_request = StopRequest()
    timers.start()
    queue.start()
    by = f"{socket.gethostname()} {os.getpid()}"
    _log.info("started", extra={"by": by})
    with stop_on_signals(stop_request):
        while not stop_request.is_made and queue.is_alive:
            _run_next(service, handed_over, by, do)
        queue.stop()
        while queue.is_alive:  # what was handed over meanwhile is still run
            _run_next(service, handed_over, by, do)
    timers.stop()
    if not stop_request.is_made:
        raise StoreUnreachableError("The queue's thread has ended by itself; see the log, and start the worker again.")
    _log.info("stopped", extra={"by": by})


def _run_next(
    service: Service, handed_over: SimpleQueue[HandedOver], by: str, do: Callable[[Service, Slot], str] | None
) -> None:
    """Run the slot that was handed over, if one was; else wait a little for one."""
    try:
        slot, done = handed_over.get(timeout=POLL_SECONDS)
    except Empty:
        return
    if not done.set_running_or_notify_cancel():
        return
    try:
        done.set_result(run_slot(service, slot, by=by, do=do))
    except CrescendoError as error:  # the ledger cannot be written
        _log.warning("the store cannot be used", extra={"job": slot.job, "error": str(error)})
        done.set_result(service.clock.now() + RETRY_AFTER)
    except BaseException as error:
        done.set_exception(error)
        raise
