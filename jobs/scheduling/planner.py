"""Planning: what is due is entered into the ledger, once, whoever plans it and however many do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from config.schema.jobs import ByHand
from integration.schedule import find_due_slots

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.schema import Job
    from integration.model import Slot
    from integration.ports import Clock, Ledger
    from integration.wiring import Service


def plan_due(service: Service, jobs: Mapping[str, Job]) -> list[Slot]:
    """Enter the slots of the jobs that are due now, and return those that nobody had entered."""
    return plan_into(service.store.ledger, jobs, clock=service.clock)


def plan_into(ledger: Ledger, jobs: Mapping[str, Job], *, clock: Clock) -> list[Slot]:
    """Do the same with a ledger alone. Where nothing is due, which is nearly always, it is only read.

    A job counts from the first look at which it has a schedule: one that was by hand until now has missed nothing.
    """
    now = clock.now()
    known = ledger.known(now=now)
    new = [name for name, job in jobs.items() if name not in known and not isinstance(job.when, ByHand)]
    if new:
        ledger.know(new, now=now)
    return ledger.plan_by(partial(find_due_slots, jobs), clock=clock) if find_due_slots(jobs, known, now) else []
