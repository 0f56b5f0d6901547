"""Running a slot: begun in the ledger, done under its deadline, ended in the ledger; tried again where that helps."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from integration.errors import CrescendoError
from jobs.again import again_at
from jobs.deadline import deadline
from jobs.parts import base_job, part_of
from jobs.progress import silently

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from integration.model import Slot
    from integration.wiring import Service

CUT_SHORT_AT_MOST = 5
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
    if given_up := _too_often_cut_short(service, slot):
        return _failed(service, slot, attempt, given_up, retryable=False)
    job = service.settings.jobs[base_job(slot.job)]
    try:
        with deadline(job.within.timedelta, slot.job), silently():
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
    from jobs.once import run_once  # noqa: PLC0415  # heavy, and not needed to look

    job = base_job(slot.job)
    if job == "pack":  # the month that had ended when it was due, however late it is
        from jobs.runner import day_of  # noqa: PLC0415

        return run_once(service, job, as_of=day_of(service, slot.due_at))
    return run_once(service, job, part=part_of(slot.job))


def _too_often_cut_short(service: Service, slot: Slot) -> str:
    entry = service.store.ledger.entry(slot)
    if entry is None or entry.cut_short <= CUT_SHORT_AT_MOST:
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
        at = again_at(service.settings.jobs[base_job(slot.job)], failures=max(failures, 1), now=now)
    is_ours = service.store.ledger.fail(slot, now=now, note=note, retryable=retryable, again_at=at, attempt=attempt)
    if not is_ours:
        _log.warning("failed, and has ended otherwise meanwhile", extra=_facts(slot, attempt))
        return None
    again = at.isoformat() if at else "not before the next slot"
    _log.warning("failed", extra={**_facts(slot, attempt), "why": note, "again": again})
    return at


def _facts(slot: Slot, attempt: int) -> dict[str, object]:
    return {"job": slot.job, "due": slot.due_at.isoformat(), "attempt": attempt}
