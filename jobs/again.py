"""When a run that failed is tried again: pure reckoning."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from jobs.due import next_slot

if TYPE_CHECKING:
    from datetime import datetime

    from config.schema import Job

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 60))
"""Before the second attempt, the third, the fourth, and every later one."""
A_DAY_LONG = 27
"""So many attempts reach over a day; a job of which each slot counts is tried so often, or until its next slot."""


def wait_before(failures: int) -> timedelta:
    """Return how long to wait after so many failures."""
    return WAITS[min(failures, len(WAITS)) - 1]


def again_at(job: Job, *, failures: int, now: datetime) -> datetime | None:
    """Return when a slot is tried again that has failed so often of what passes by itself; None: not any more.

    Where missed slots are made good by one run, the next slot is the next attempt, if it comes sooner.
    """
    at, following = now + wait_before(failures), next_slot(job.when, now)
    if following is not None and at < following:
        return at
    is_next_enough = following is not None and job.missed == "once"
    return at if failures < A_DAY_LONG and not is_next_enough else None
