"""The life of a scheduled run: planned in the ledger, begun, done under its deadline, ended, or tried again."""

from __future__ import annotations

import faulthandler
import logging
import signal
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from config.schema.jobs import ByHand
from integration.errors import CrescendoError, JobTimeoutError
from integration.operations.job_runs import base_job, shard_of
from integration.schedule import find_due_slots, find_next_slot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from types import FrameType

    from config.schema import Job
    from integration.model import Slot
    from integration.ports import Clock, Ledger
    from integration.wiring import Service


def plan_due(service: Service, jobs: Mapping[str, Job]) -> list[Slot]:
    """Enter the slots of the jobs that are due now, and return those that nobody had entered."""
    return plan_in_ledger(service.store.ledger, jobs, clock=service.clock)


def plan_in_ledger(ledger: Ledger, jobs: Mapping[str, Job], *, clock: Clock) -> list[Slot]:
    """Do the same with a ledger alone. Where nothing is due, which is nearly always, it is only read.

    A job counts from the first look at which it has a schedule: one that was by hand until now has missed nothing.
    """
    now = clock.now()
    known = ledger.known(now=now)
    new = [name for name, job in jobs.items() if name not in known and not isinstance(job.when, ByHand)]
    if new:
        ledger.know(new, now=now)
    return ledger.plan_by(partial(find_due_slots, jobs), clock=clock) if find_due_slots(jobs, known, now) else []


MAX_CUT_SHORT = 5
"""So many attempts may end with the death of the process before the slot is given up: it may be what kills it."""

_log = logging.getLogger("crescendo.jobs")


def run_slot(
    service: Service, slot: Slot, *, by: str, do: Callable[[Service, Slot], str] | None = None
) -> datetime | None:
    """Run a slot that has not ended, and write down how it went; return when it is to be tried again, if it is.

    Raises nothing that the slot's own work raised; StoreError and BusyError where the ledger cannot be written.
    """
    began_at = service.clock.now()
    attempt = service.store.ledger.begin(slot, by=by, now=began_at)
    if attempt is None:
        return None
    if given_up := _reason_to_give_up(service, slot):
        return _failed(service, slot, attempt, given_up, retryable=False)
    job = service.settings.jobs[base_job(slot.job)]
    try:
        with time_limit(job.within.timedelta, slot.job):
            note = (do or do_job)(service, slot)
    except CrescendoError as error:
        return _failed(service, slot, attempt, str(error), retryable=not error.permanent)
    except Exception as error:  # noqa: BLE001  # the runner; it is loud, and the ledger knows
        _log.exception("failed inside", extra=_facts(slot, attempt))
        note = f"{slot.job} failed inside ({type(error).__name__}); the log of the service says where."
        return _failed(service, slot, attempt, note, retryable=True)
    ended_at = service.clock.now()
    service.store.ledger.finish(slot, now=ended_at, note=note, attempt=attempt)
    _log.info("done", extra={**_facts(slot, attempt), "seconds": round((ended_at - began_at).total_seconds(), 1)})
    return None


def do_job(service: Service, slot: Slot) -> str:
    """Do what the job does, as of the day on which the slot was due; return what was done, in a sentence."""
    from integration.operations.dispatch import run_job  # noqa: PLC0415  # heavy, and not needed to look

    job = base_job(slot.job)
    if job == "pack":  # the month that had ended when it was due, however late it is
        from integration.operations.job_runs import day_of  # noqa: PLC0415

        return run_job(service, job, as_of=day_of(service, slot.due_at))
    return run_job(service, job, shard=shard_of(slot.job))


def _reason_to_give_up(service: Service, slot: Slot) -> str:
    entry = service.store.ledger.entry(slot)
    if entry is None or entry.cut_short <= MAX_CUT_SHORT:
        return ""
    return (
        f"{slot.job} was cut short {entry.cut_short} times, so it is given up: look in the machine's log what "
        "ends the process (memory, most likely), then run it by hand."
    )


def _failed(service: Service, slot: Slot, attempt: int, note: str, *, retryable: bool) -> datetime | None:
    now, entry = service.clock.now(), service.store.ledger.entry(slot)
    at = None
    if retryable:
        failures = attempt - (entry.cut_short if entry else 0)
        at = next_attempt_at(service.settings.jobs[base_job(slot.job)], failures=max(failures, 1), now=now)
    is_ours = service.store.ledger.fail(slot, now=now, note=note, retryable=retryable, again_at=at, attempt=attempt)
    if not is_ours:
        _log.warning("failed, and has ended otherwise meanwhile", extra=_facts(slot, attempt))
        return None
    again = at.isoformat() if at else "not before the next slot"
    _log.warning("failed", extra={**_facts(slot, attempt), "why": note, "again": again})
    return at


def _facts(slot: Slot, attempt: int) -> dict[str, object]:
    return {"job": slot.job, "due": slot.due_at.isoformat(), "attempt": attempt}


REPEAT_SECONDS = 5.0
"""Where the first call to stop was swallowed, it is repeated so often."""
GRACE_SECONDS = 60.0
"""Who has not stopped so long after the deadline is stuck outside Python: the process ends, and is started anew."""


@contextmanager
def time_limit(within: timedelta, what: str) -> Iterator[None]:
    """Break the block off with TooLong where it takes longer. Only in the main thread."""
    seconds, is_on = within.total_seconds(), True

    def stop(_number: int, _frame: FrameType | None) -> None:
        if is_on:  # once the block is being left, nothing may strike into its tidying up
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


RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 60))
"""Before the second attempt, the third, the fourth, and every later one."""
MAX_ATTEMPTS = 27
"""So many attempts reach over a day; a job of which each slot counts is tried so often, or until its next slot."""


def retry_delay(failures: int) -> timedelta:
    """Return how long to wait after so many failures."""
    return RETRY_DELAYS[min(failures, len(RETRY_DELAYS)) - 1]


def next_attempt_at(job: Job, *, failures: int, now: datetime) -> datetime | None:
    """Return when a slot is tried again that has failed so often of what passes by itself; None: not any more.

    Where missed slots are made good by one run, the next slot is the next attempt, if it comes sooner.
    """
    at, following = now + retry_delay(failures), find_next_slot(job.when, now)
    if following is not None and at < following:
        return at
    is_next_enough = following is not None and job.missed == "once"
    return at if failures < MAX_ATTEMPTS and not is_next_enough else None


PLAN_SECONDS = 2
