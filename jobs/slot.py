"""Running a slot: begun in the ledger, done under its deadline, ended in the ledger; tried again where that helps."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from integration.errors import CrescendoError
from jobs.deadline import deadline
from jobs.parts import base_job, part_of
from jobs.progress import silently

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from config.schema import Job
    from integration.model import Slot
    from integration.wiring import Service

CUT_SHORT_AT_MOST = 5
"""So many attempts may end with the death of the process before the slot is given up: it may be what kills it."""
LONGEST_WAIT = timedelta(hours=1)

_log = logging.getLogger("crescendo.jobs")


def run_slot(
    service: Service, slot: Slot, *, by: str, do: Callable[[Service, Slot], str] | None = None
) -> datetime | None:
    """Run a slot that has not ended, and write down how it went; return when it is to be tried again, if it is.

    Raises nothing that the slot's own work raised; StoreError and BusyError where the ledger cannot be written.
    """
    ledger, job = service.store.ledger, service.settings.jobs[base_job(slot.job)]
    began_at = service.clock.now()
    attempt = ledger.begin(slot, by=by, now=began_at)
    if attempt is None:
        return None
    facts = {"job": slot.job, "due": slot.due_at.isoformat(), "attempt": attempt}
    if attempt > job.tries + CUT_SHORT_AT_MOST:
        note = f"{slot.job} was cut short {attempt - 1} times, so it is given up; look what ends the process."
        _log.error("given up", extra=facts)
        ledger.fail(slot, now=began_at, note=note, retryable=False, again_at=None)
        return None
    try:
        with deadline(job.within.timedelta, slot.job), silently():
            note = (do or do_job)(service, slot)
    except CrescendoError as error:
        return _failed(service, slot, job, attempt, str(error), retryable=not error.permanent)
    except Exception as error:  # noqa: BLE001  # the runner; it is loud, and the ledger knows
        _log.exception("failed inside", extra=facts)
        note = f"{slot.job} failed inside ({type(error).__name__}); the log of the service says where."
        return _failed(service, slot, job, attempt, note, retryable=True)
    ended_at = service.clock.now()
    ledger.finish(slot, now=ended_at, note=note)
    _log.info("done", extra={**facts, "seconds": round((ended_at - began_at).total_seconds(), 1)})
    return None


def do_job(service: Service, slot: Slot) -> str:
    """Do what the job does, as of the day on which the slot was due; return what was done, in a sentence."""
    from jobs.once import run_once  # noqa: PLC0415  # heavy, and not needed to look

    job = base_job(slot.job)
    if job == "pack":  # the month that had ended when it was due, however late it is
        from jobs.runner import day_of  # noqa: PLC0415

        return run_once(service, job, as_of=day_of(service, slot.due_at))
    return run_once(service, job, part=part_of(slot.job))


def wait_before(attempt: int) -> timedelta:
    """Return how long to wait after a failed attempt: 1, 5, 25 minutes, then an hour."""
    return min(timedelta(minutes=5 ** min(attempt - 1, 3)), LONGEST_WAIT)


def _failed(  # noqa: PLR0913  # a failure has so many parts
    service: Service, slot: Slot, job: Job, attempt: int, note: str, *, retryable: bool
) -> datetime | None:
    now = service.clock.now()
    again_at = now + wait_before(attempt) if retryable and attempt < job.tries else None
    facts = {"job": slot.job, "due": slot.due_at.isoformat(), "attempt": attempt}
    _log.warning("failed", extra={**facts, "again_at": again_at.isoformat() if again_at else "never"})
    service.store.ledger.fail(slot, now=now, note=note, retryable=retryable, again_at=again_at)
    return again_at
