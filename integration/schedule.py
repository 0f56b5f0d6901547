"""Which slots of the jobs are due, and when a job runs next: from the schedules and the ledger, in London time.

A slot is a moment at which a job is to run. Nothing here reads the clock: the caller says what time it is.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from config.schema.jobs import LAST_OF_MONTH, WEEKDAYS, ByHand, Daily, Every, Monthly, Weekly
from integration.model import PlannedSlot, Slot
from integration.text_format import LONDON

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.schema import Job
    from config.schema.jobs import Schedule
    from integration.model import JobHistory

LONGEST_GAP = timedelta(days=400)
"""Longer than between any two slots of a schedule; the rarest, a fifth Friday of a month, comes within some months.

What was missed is made good from so long ago on: a longer time in which nothing ran is a clock that was years behind.
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


def find_due_slots(jobs: Mapping[str, Job], histories: Mapping[str, JobHistory], now: datetime) -> list[PlannedSlot]:
    """Return the slots to be planned now: those of each job in the ledger since its newest one, earliest first.

    A job whose missed slots are made up `once` gets its newest slot alone, which covers the others; and none while a
    slot of it is still open, so that it never overlaps itself.
    """
    due: list[PlannedSlot] = []
    for name, job in jobs.items():
        history = histories.get(name)
        if history is None:
            continue
        after = max(_count_from(history), now - LONGEST_GAP)
        if job.missed == "each":
            due += [PlannedSlot(Slot(due_at, name)) for due_at in iterate_slots(job.when, after, now)]
        elif not history.open:
            newest, count = _newest_slot(job.when, after, now)
            due += [PlannedSlot(Slot(newest, name), covers=count)] if newest else []
    return sorted(due, key=lambda planned: planned.slot.due_at)


def find_next_run(job: Job, history: JobHistory | None, now: datetime) -> datetime | None:
    """Return when the job is to run next, aware UTC; None for a job that runs by hand only.

    That is now where a slot has passed and is not done. A job that the ledger does not know is due at its next slot.
    """
    if history is None:
        return find_next_slot(job.when, now)
    slot = history.open[0].due_at if history.open else find_next_slot(job.when, _count_from(history))
    return None if slot is None else max(slot, now)


def _count_from(history: JobHistory) -> datetime:
    """Return the moment after which the job's next slot lies."""
    return max(history.newest or history.since, history.since)


def find_next_slot(when: Schedule, after: datetime) -> datetime | None:
    """Return the schedule's first slot later than `after`, aware UTC; None for a job that runs by hand only."""
    return next(iterate_slots(when, after, after + LONGEST_GAP), None)


def iterate_slots(when: Schedule, after: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the schedule's slots later than `after` and not later than `until`, aware UTC, ascending.

    A day has one slot of `daily at 01:30` also when the clocks change: where that time does not exist it is the
    moment at which the clock would have shown it (then it shows 02:30), where it exists twice the first.
    """
    match when:
        case ByHand():
            return iter(())
        case Every():
            return (_EPOCH + number * when.minutes * _MINUTE for number in _interval_numbers(when, after, until))
        case _:
            days = iterate_days(when, after.astimezone(LONDON).date(), until.astimezone(LONDON).date())
            moments = (datetime.combine(day, when.at, tzinfo=LONDON).astimezone(UTC) for day in days)
            return (moment for moment in moments if after < moment <= until)


def _newest_slot(when: Schedule, after: datetime, until: datetime) -> tuple[datetime | None, int]:
    """Return the newest slot of a span, and how many there are in it; quick also where a job runs every minute."""
    if isinstance(when, Every):
        numbers = _interval_numbers(when, after, until)
        return (_EPOCH + numbers[-1] * when.minutes * _MINUTE if numbers else None), len(numbers)
    moments = list(iterate_slots(when, after, until))
    return (moments[-1] if moments else None), len(moments)


def _interval_numbers(when: Every, after: datetime, until: datetime) -> range:
    """Return the slots of the span by their number, counted from the midnight that began 1970 in UTC."""
    step = when.minutes * _MINUTE
    return range((after - _EPOCH) // step + 1, (until - _EPOCH) // step + 1)


def iterate_days(when: Daily | Weekly | Monthly, first: date, last: date) -> Iterator[date]:
    """Yield the days of the schedule from `first` to `last`, both included, ascending."""
    match when:
        case Daily(working=working):
            return (day for day in _iterate_dates(first, last) if not working or is_working_day(day))
        case Weekly(weekday=weekday):
            start = first + (weekday - first.weekday()) % len(WEEKDAYS) * _DAY
            return _iterate_dates(start, last, step_days=len(WEEKDAYS))
        case Monthly():
            months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
            days = (_day_of_month(when, number // 12, number % 12 + 1) for number in months)
            return (day for day in days if day is not None and first <= day <= last)


def _iterate_dates(first: date, last: date, *, step_days: int = 1) -> Iterator[date]:
    return (first + number * _DAY for number in range(0, (last - first).days + 1, step_days))


def _day_of_month(when: Monthly, year: int, month: int) -> date | None:
    """Return the day of the schedule in a month; None where the month has no fifth such day."""
    days = [date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]
    if when.kind == "day":
        return days[-1] if when.which == LAST_OF_MONTH else days[min(when.which, len(days)) - 1]
    if when.kind == "working day":
        days = [day for day in days if is_working_day(day)]
    else:
        days = [day for day in days if WEEKDAYS[day.weekday()] == when.kind]
    if when.which == LAST_OF_MONTH:
        return days[-1]
    return days[when.which - 1] if when.which <= len(days) else None


def is_working_day(day: date) -> bool:
    """Return whether the day is a Monday to Friday and no bank holiday of England and Wales."""
    return day.weekday() < calendar.SATURDAY and day not in _bank_holidays(day.year)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    from holidays import country_holidays  # noqa: PLC0415  # slow to import, and few schedules ask

    return frozenset(country_holidays("GB", subdiv="ENG", years=year))  # Wales has the same
