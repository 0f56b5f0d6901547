"""The programme's calendar: which fortnight, survey window, phase and month a day belongs to.

Days are numpy `datetime64[D]` in Europe/London; NaT belongs to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from config.schema import PeriodKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from config.schema import Programme, Span
    from config.schema.sources import AskingPeriod

FORTNIGHT_DAYS = 14


@dataclass(frozen=True, slots=True)
class Period:
    """One period: its kind, its name in tabs and commands, its first and last day."""

    kind: PeriodKind
    name: str
    start: date
    end: date


def number_fortnights(days: NDArray[np.datetime64], programme: Programme) -> NDArray[np.int64]:
    """Return the number of each day's fortnight, 1 for the first; 0 where the day is NaT."""
    start = np.datetime64(programme.start)
    missing = np.isnat(days)
    offset = (np.where(missing, start, days) - start).astype("timedelta64[D]").astype(np.int64)
    return np.where(missing, 0, offset // FORTNIGHT_DAYS + 1)


def number_asking_periods(days: NDArray[np.datetime64], asked: AskingPeriod, programme: Programme) -> NDArray[np.int64]:
    """Return the number of the period, in each of which a person is asked once, that holds each day.

    0 is that of days outside every survey window, where a person is asked once a window.
    """
    match asked:
        case "week":
            return ((days - np.datetime64(programme.start)) // np.timedelta64(7, "D")).astype(np.int64) + 1
        case "fortnight":
            return number_fortnights(days, programme)
        case "month" | "quarter":
            months = days.astype("datetime64[M]").astype(np.int64)
            return months // 3 if asked == "quarter" else months
        case "window":
            places = {key: place for place, key in enumerate(programme.windows, 1)}
            return np.array([places.get(key, 0) for key in find_spans(days, programme.windows)], dtype=np.int64)
        case "once":
            return np.ones(len(days), dtype=np.int64)


def find_spans(days: NDArray[np.datetime64], spans: Mapping[str, Span]) -> NDArray[np.object_]:
    """Return the key of the span that holds each day; None where none does."""
    found = np.full(len(days), None, dtype=object)
    for key, span in spans.items():
        found[(days >= np.datetime64(span.start)) & (days <= np.datetime64(span.end))] = key
    return found


def list_begun_periods(kind: PeriodKind, programme: Programme, as_of: date) -> tuple[Period, ...]:
    """Return every period of the kind that has begun by the reporting date, in order."""
    match kind:
        case PeriodKind.FORTNIGHT:
            count = (min(as_of, programme.end) - programme.start).days // FORTNIGHT_DAYS + 1
            starts = [programme.start + timedelta(days=FORTNIGHT_DAYS * number) for number in range(max(count, 0))]
            last = timedelta(days=FORTNIGHT_DAYS - 1)
            return tuple(Period(kind, str(number), start, start + last) for number, start in enumerate(starts, 1))
        case PeriodKind.WINDOW:
            spans = sorted(programme.windows.items(), key=lambda item: item[1].start)
            return tuple(Period(kind, key, span.start, span.end) for key, span in spans if span.start <= as_of)
        case PeriodKind.MONTH:
            return _list_months(programme, as_of)
        case PeriodKind.TO_DATE:
            return (Period(kind, "to_date", programme.start, as_of),)


def list_complete_months(programme: Programme, as_of: date) -> tuple[Period, ...]:
    """Return the calendar months from the programme's first on whose last day has come by the reporting date."""
    return tuple(month for month in _list_months(programme, as_of) if month.end <= as_of)


def _list_months(programme: Programme, as_of: date) -> tuple[Period, ...]:
    months = []
    first = programme.start.replace(day=1)
    while first <= min(as_of, programme.end):
        end = last_day_of_month(first.year, first.month)
        months.append(Period(PeriodKind.MONTH, f"{first:%Y-%m}", first, end))
        first = end + timedelta(days=1)
    return tuple(months)


def index_periods(
    kind: PeriodKind, days: NDArray[np.datetime64], periods: tuple[Period, ...], programme: Programme
) -> NDArray[np.int64]:
    """Return for each day the position of its period among `periods`, all of one kind; -1 for none."""
    if kind is PeriodKind.FORTNIGHT:
        number = number_fortnights(days, programme)
        return np.where((number >= 1) & (number <= len(periods)), number - 1, -1)
    if kind is PeriodKind.TO_DATE:  # a sheet's row may be dated before the programme: it counts all the same
        return np.where(days <= np.datetime64(periods[0].end), 0, -1)
    index = np.full(len(days), -1, dtype=np.int64)
    for position, period in enumerate(periods):
        index[(days >= np.datetime64(period.start)) & (days <= np.datetime64(period.end))] = position
    return index


def last_day_of_month(year: int, month: int) -> date:
    """Return the last day of a calendar month."""
    return next_month(date(year, month, 1)) - timedelta(days=1)


def next_month(day: date) -> date:
    """Return the first day of the month after the day's."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
