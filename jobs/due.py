"""When jobs run: pure reckoning in Europe/London, so that the clocks' change moves no slot."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from jobs.london import LONDON

if TYPE_CHECKING:
    from config.schema import Job


def schedule_in_words(job: Job) -> str:
    """Return the schedule as a person says it."""
    if job.every_minutes is not None:
        return "every minute" if job.every_minutes == 1 else f"every {job.every_minutes} minutes"
    at = f"at {job.daily_at:%H:%M}"
    return f"on day {job.monthly_on} of each month {at}" if job.monthly_on else f"every day {at}"


def next_run(job: Job, last_ended_at: datetime | None, now: datetime) -> datetime:
    """Return when the job is next due, aware UTC: now, where a slot has passed since it last ended.

    A job that never ran is due at its next slot; one that runs every so many minutes, now.
    """
    if job.every_minutes is not None:
        due = last_ended_at + timedelta(minutes=job.every_minutes) if last_ended_at else now
        return max(due, now)
    since = last_ended_at or now
    slot = _first_slot_after(job, since)
    return max(slot, now)


def _first_slot_after(job: Job, moment: datetime) -> datetime:
    day = moment.astimezone(LONDON).date()
    while True:
        if job.monthly_on is None or day.day == job.monthly_on:
            slot = datetime.combine(day, job.daily_at or time(), tzinfo=LONDON).astimezone(UTC)
            if slot > moment:
                return slot
        day += timedelta(days=1)
