"""Which slots of the jobs are due: pure reckoning, by the clock on the wall in London."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import chain
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
"""Between two slots of any schedule; the fifth Friday of a month is never longer away than some months."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


def iterate_slots(when: Schedule, after: datetime, until: datetime) -> Iterator[datetime]:
    """Give the schedule's slots that are later than `after` and not later than `until`, aware UTC, ascending.

    A day has one slot of `daily at 01:30` also when the clocks change: where that time does not exist it is the
    moment at which the clock would have shown it (then it shows 02:30), where it exists twice the first.
    """
    match when:
        case ByHand():
            return iter(())
        case Every():
            return (_EPOCH + number * when.minutes * _MINUTE for number in _numbers(when, after, until))
        case _:
            days = iterate_days(when, after.astimezone(LONDON).date(), until.astimezone(LONDON).date())
            moments = (datetime.combine(day, when.at, tzinfo=LONDON).astimezone(UTC) for day in days)
            return (moment for moment in moments if after < moment <= until)


def find_next_slot(when: Schedule, after: datetime) -> datetime | None:
    """Return the schedule's first slot later than `after`, aware UTC; None for a job that runs by hand only."""
    return next(iterate_slots(when, after, after + LONGEST_GAP), None)


def find_due_slots(jobs: Mapping[str, Job], known: Mapping[str, JobHistory], now: datetime) -> list[PlannedSlot]:
    """Return what is to be planned now: the slots of each known job since its newest one, earliest first.

    A job whose missed slots are made good `once` has its newest slot alone, which covers the others; and none as long
    as a slot of it is still to end, so that it never overlaps itself.
    """
    due = chain.from_iterable(_due(name, job, known[name], now) for name, job in jobs.items() if name in known)
    return sorted(due, key=lambda planned: planned.slot.due_at)


def describe_schedule(job: Job) -> str:
    """Return the schedule as a person says it."""
    return job.when.in_words()


def find_next_run(job: Job, known: JobHistory | None, now: datetime) -> datetime | None:
    """Return when the job is next to run, aware UTC; None for a job that runs by hand only.

    That is now, where a slot has passed that has not ended. A job of which nothing is known is due at its next slot.
    """
    if known is None:
        return find_next_slot(job.when, now)
    after = known.newest or known.since
    slot = known.open[0].due_at if known.open else find_next_slot(job.when, after)
    return None if slot is None else max(slot, now)


def _due(name: str, job: Job, known: JobHistory, now: datetime) -> Iterator[PlannedSlot]:
    after = known.newest or known.since
    if job.missed == "each":
        return (PlannedSlot(Slot(due_at, name)) for due_at in iterate_slots(job.when, after, now))
    newest, count = (None, 0) if known.open else _newest(job.when, after, now)
    return iter(() if newest is None else (PlannedSlot(Slot(newest, name), covers=count),))


def _newest(when: Schedule, after: datetime, until: datetime) -> tuple[datetime | None, int]:
    """Return the newest slot of a span, and how many there are in it; quick also where a job runs every minute."""
    if isinstance(when, Every):
        numbers = _numbers(when, after, until)
        return (_EPOCH + numbers[-1] * when.minutes * _MINUTE if numbers else None), len(numbers)
    moments = list(iterate_slots(when, after, until))
    return (moments[-1] if moments else None), len(moments)


def _numbers(when: Every, after: datetime, until: datetime) -> range:
    """Return the slots of the span by their number, counted from the midnight that began 1970 in UTC."""
    step = when.minutes * _MINUTE
    return range((after - _EPOCH) // step + 1, (until - _EPOCH) // step + 1)


DAY = timedelta(days=1)
SATURDAY = 5


def iterate_days(when: Daily | Weekly | Monthly, first: date, last: date) -> Iterator[date]:
    """Give the days of the schedule from `first` to `last`, both included, ascending."""
    match when:
        case Daily(working=working):
            return (day for day in _every_day(first, last) if not working or is_working_day(day))
        case Weekly(weekday=weekday):
            return _every_day(first + (weekday - first.weekday()) % len(WEEKDAYS) * DAY, last, step=len(WEEKDAYS))
        case Monthly():
            of_each = (_day_of(when, year, month) for year, month in _months(first, last))
            return (day for day in of_each if day is not None and first <= day <= last)


def is_working_day(day: date) -> bool:
    """Say whether it is a Monday to Friday that is no bank holiday of England and Wales."""
    return day.weekday() < SATURDAY and day not in _bank_holidays(day.year)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    from holidays import country_holidays  # noqa: PLC0415  # slow to import, and few schedules ask

    return frozenset(country_holidays("GB", subdiv="ENG", years=year))  # Wales has the same


def _day_of(when: Monthly, year: int, month: int) -> date | None:
    """Return the day of the schedule in a month; None where the month has no fifth such day."""
    days = calendar.monthrange(year, month)[1]
    every = [date(year, month, day) for day in range(1, days + 1)]
    if when.kind == "day":
        return every[-1] if when.which == LAST_OF_MONTH else every[min(when.which, days) - 1]
    if when.kind == "working day":
        fitting = [day for day in every if is_working_day(day)]
    else:
        fitting = [day for day in every if WEEKDAYS[day.weekday()] == when.kind]
    if when.which == LAST_OF_MONTH:
        return fitting[-1]
    return fitting[when.which - 1] if when.which <= len(fitting) else None


def _every_day(first: date, last: date, *, step: int = 1) -> Iterator[date]:
    return (first + number * DAY for number in range(0, (last - first).days + 1, step))


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield number // 12, number % 12 + 1
