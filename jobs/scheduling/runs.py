"""The life of a scheduled run, from the schedule to its end in the ledger.

1. `plan_due` enters the slots that are due into the ledger, each once, however many processes plan.
2. The scheduler of a single machine, or a worker, takes one that waits, and `run_slot` begins an attempt at it.
3. A slot that has ended its process too often is given up.
4. `do_job` does the work, by `integration/operations/dispatch.py`, within the time that jobs.yaml gives it.
5. The ledger keeps that it is done, and what was done; or that it failed, why, and when the retry policy tries again.
"""

from __future__ import annotations

import faulthandler
import logging
import signal
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from config.schema.jobs import ByHand
from integration.alerts.wording import job_of_shard
from integration.errors import CrescendoError, JobTimeoutError, name_exhaustion
from integration.operations.job_runs import shard_of
from integration.schedule import find_due_slots, find_next_slot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from types import FrameType

    from config.schema import Job
    from integration.adapters.store.ledger import Ledger
    from integration.model import Slot
    from integration.ports import Clock
    from integration.wiring import Service

PLAN_SECONDS = 2
"""How often the slots that are due are planned."""
MAX_CUT_SHORT = 5
"""So many attempts may end with the death of the process before the slot is given up: it may be what kills it."""

_log = logging.getLogger("crescendo.jobs")


def plan_due(ledger: Ledger, jobs: Mapping[str, Job], *, clock: Clock) -> list[Slot]:
    """Enter the slots of the jobs that are due now, and return those that no other process had entered.

    Where nothing is due, which is nearly always, the ledger is only read. A job counts from the first planning at which
    it has a schedule: one that was by hand until now has missed nothing. Slots of a time that is still to come, which a
    clock planned that was wrong, are set aside first.
    """
    now = clock.now()
    if ahead := ledger.set_aside(now=now):
        jobs_ahead = ", ".join(dict.fromkeys(slot.job for slot in ahead))
        _log.warning("slots of a time to come set aside", extra={"slots": len(ahead), "jobs": jobs_ahead})
    known = ledger.registered(now=now)
    new = [name for name, job in jobs.items() if name not in known and not isinstance(job.when, ByHand)]
    if new:
        ledger.register(new, now=now)
    return ledger.plan_with(partial(find_due_slots, jobs), clock=clock) if find_due_slots(jobs, known, now) else []


def run_slot(
    service: Service, slot: Slot, *, by: str, do: Callable[[Service, Slot], str] | None = None
) -> datetime | None:
    """Run a slot that has not ended, and record how it went; return when it is to be tried again, if it is.

    Raises nothing that the slot's own work raised; StoreError and BusyError where the ledger cannot be written.
    """
    ledger, began_at = service.store.ledger, service.clock.now()
    attempt = ledger.begin(slot, by=by, now=began_at)
    if attempt is None:
        return None
    entry = ledger.entry(slot)
    if entry is not None and entry.cut_short > MAX_CUT_SHORT:
        note = (
            f"{slot.job} was cut short {entry.cut_short} times, so it is given up: look in the machine's log what "
            "ends the process (memory, most likely), then run it by hand."
        )
        return _record_failure(service, slot, attempt, note, retryable=False)
    job = service.settings.jobs[job_of_shard(slot.job)]
    try:
        with time_limit(job.within.timedelta, slot.job):
            note = (do or do_job)(service, slot)
    except CrescendoError as error:
        return _record_failure(service, slot, attempt, str(error), retryable=not error.permanent)
    except Exception as error:  # noqa: BLE001  # the runner; it is loud, and the ledger knows
        _log.exception("failed inside", extra=_facts(slot, attempt))
        inside = f"{slot.job} failed inside ({type(error).__name__}); the log of the service says where."
        note = name_exhaustion(error) or inside
        return _record_failure(service, slot, attempt, note, retryable=True)
    ended_at = service.clock.now()
    ledger.finish(slot, now=ended_at, note=note, attempt=attempt)
    _log.info("done", extra={**_facts(slot, attempt), "seconds": round((ended_at - began_at).total_seconds(), 1)})
    return None


def do_job(service: Service, slot: Slot) -> str:
    """Do what the job does, as of the day on which the slot was due; return what was done, in a sentence."""
    from integration.operations.dispatch import run_job  # noqa: PLC0415  # heavy, and not needed while nothing is due

    job = job_of_shard(slot.job)
    if job == "pack":  # the month that had ended when it was due, however late it is
        from integration.operations.job_runs import day_of  # noqa: PLC0415

        return run_job(service, job, as_of=day_of(service, slot.due_at))
    return run_job(service, job, shard=shard_of(slot.job))


def _record_failure(service: Service, slot: Slot, attempt: int, note: str, *, retryable: bool) -> datetime | None:
    ledger, now = service.store.ledger, service.clock.now()
    entry, retry_at = ledger.entry(slot), None
    if retryable:
        failures = attempt - (entry.cut_short if entry else 0)
        retry_at = next_attempt_at(service.settings.jobs[job_of_shard(slot.job)], failures=max(failures, 1), now=now)
    if not ledger.fail(slot, now=now, note=note, retryable=retryable, retry_at=retry_at, attempt=attempt):
        _log.warning("failed, but another process has ended it meanwhile", extra=_facts(slot, attempt))
        return None
    when = retry_at.isoformat() if retry_at else "not before the next slot"
    _log.warning("failed", extra={**_facts(slot, attempt), "reason": note, "retry_at": when})
    return retry_at


def _facts(slot: Slot, attempt: int) -> dict[str, object]:
    return {"job": slot.job, "due": slot.due_at.isoformat(), "attempt": attempt}


# --- the time limit -----------------------------------------------------------------------------------------

REPEAT_SECONDS = 5.0
"""Where the first signal to stop was swallowed, it is repeated so often."""
GRACE_SECONDS = 60.0
"""A process that has not stopped so long after the limit is stuck outside Python: it ends, and is started anew."""


@contextmanager
def time_limit(within: timedelta, what: str) -> Iterator[None]:
    """Break the block off with JobTimeoutError where it takes longer. Only in the main thread."""
    seconds, is_on = within.total_seconds(), True

    def stop(_number: int, _frame: FrameType | None) -> None:
        if is_on:  # once the block is being left, nothing may interrupt its tidying up
            raise JobTimeoutError(
                f"{what} took longer than {seconds / 60:g} minutes and was broken off; what was finished is kept. If "
                "it happens again, look what keeps it waiting, or give it more time in jobs.yaml (within)."
            )

    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, REPEAT_SECONDS)
        faulthandler.dump_traceback_later(seconds + GRACE_SECONDS, exit=True)
        yield
    finally:
        is_on = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()
        signal.signal(signal.SIGALRM, before)


# --- the retry policy ---------------------------------------------------------------------------------------

RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 60))
"""Before the second attempt, the third, the fourth, and every later one."""
MAX_ATTEMPTS = 27
"""So many attempts reach over a day; a job of which each slot counts is tried so often, or until its next slot."""


def retry_delay(failures: int) -> timedelta:
    """Return how long to wait after so many failures."""
    return RETRY_DELAYS[min(failures, len(RETRY_DELAYS)) - 1]


def next_attempt_at(job: Job, *, failures: int, now: datetime) -> datetime | None:
    """Return when a slot is tried again that has failed so often of what passes; None: not any more.

    Where missed slots are made good by one run, the next slot is the next attempt, if it comes sooner.
    """
    at, following = now + retry_delay(failures), find_next_slot(job.when, now)
    if following is not None and at < following:
        return at
    is_next_enough = following is not None and job.missed == "once"
    return at if failures < MAX_ATTEMPTS and not is_next_enough else None
