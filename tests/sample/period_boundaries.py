"""Moments at which a period begins or ends, and the hours in which London's clocks change."""

from __future__ import annotations

from datetime import date, timedelta

from tests.sample.instants import HOUR_SECONDS, SECOND, at_london
from tests.sample.programme import END, PHASES, START, WINDOWS, first_day_of

HALF_HOUR = HOUR_SECONDS // 2
A_DAY = timedelta(days=1)
CLOCKS_CHANGE = (
    at_london(date(2021, 10, 31), 3 * HALF_HOUR),
    at_london(date(2021, 10, 31), 3 * HALF_HOUR, again=True),
    at_london(date(2021, 10, 31), 47 * HALF_HOUR),
    at_london(date(2022, 3, 27), HALF_HOUR),
    at_london(date(2022, 3, 27), 2 * HOUR_SECONDS),
    at_london(date(2022, 3, 28), HALF_HOUR),
    at_london(date(2022, 10, 30), 3 * HALF_HOUR),
    at_london(date(2022, 10, 30), 3 * HALF_HOUR, again=True),
    at_london(date(2022, 10, 31), 0),
)


def around_midnight(day: date) -> tuple[int, ...]:
    """Return the moments around the midnight with which a day begins."""
    midnight = at_london(day, 0)
    return (midnight - HALF_HOUR * SECOND, midnight - 1, midnight, midnight + HALF_HOUR * SECOND)


def window_boundaries(as_of: date) -> list[int]:
    """Return moments around the first and last day of the programme, of each window, and the reporting date."""
    spans = (*((span.first, span.last) for span in WINDOWS), (START, END), (as_of, as_of))
    days = {day for first, last in spans for day in (first, last + A_DAY)}
    return [moment for day in sorted(days) for moment in around_midnight(day)]


def all_boundaries(as_of: date) -> list[int]:
    """Return those, and moments around phases, some fortnights and months, and the changes of the clocks."""
    days = {span.first for span in PHASES} | {first_day_of(number) for number in (2, 5, 15, 24, 25, 39)}
    days |= {date(2021, 10, 1), date(2022, 4, 1), date(2022, 7, 1), date(2022, 8, 1)}
    further = [moment for day in sorted(days) for moment in around_midnight(day)]
    return list(dict.fromkeys([*window_boundaries(as_of), *further, *CLOCKS_CHANGE]))
