"""Answers of one series only: where a question was reworded, a figure never mixes answers to the old and new words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from config.schema import MeanMeasure, RatioMeanMeasure, ShareMeasure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from numpy.typing import NDArray

    from config.schema import MeasureSpec
    from integration.measure.groups import Groups
    from integration.periods import Period


def first_days(spec: MeasureSpec, breaks: Mapping[str, tuple[date, ...]]) -> NDArray[np.datetime64]:
    """Return the first days of all the measure's series but the first; `breaks` are those of its source, by field."""
    days = {day for field in _fields(spec) for day in breaks.get(field, ())}
    return np.array(sorted(days), dtype="datetime64[D]")


def series_of(days: NDArray[np.datetime64], first: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Return the number of the series that is in force on each day, 0 for the first."""
    return np.searchsorted(first, days, side="right")


def series_in_force(first: NDArray[np.datetime64], periods: Iterable[Period], as_of: date) -> NDArray[np.int64]:
    """Return the number of each period's series: that of its last day, or of the reporting date before it."""
    return series_of(np.array([min(period.end, as_of) for period in periods], dtype="datetime64[D]"), first)


def series_starts(in_force: NDArray[np.int64], first: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Return the first day of each numbered series; NaT for the first one."""
    return np.concatenate([np.array(["NaT"], dtype="datetime64[D]"), first])[in_force]


def only_in_force(groups: Groups, series: NDArray[np.int64], in_force: NDArray[np.int64]) -> Groups:
    """Return the groups without the rows of earlier series than their period's; `series` by row, `in_force` by period.

    A group without rows of its period's series is empty, whatever was answered before.
    """
    by_group = np.tile(in_force, len(groups.whos))
    members = (rows[series[rows] == number] for rows, number in zip(groups.members, by_group, strict=True))
    return replace(groups, members=tuple(members))


def left_out(groups: Groups, series: NDArray[np.int64], in_force: NDArray[np.int64]) -> Groups:
    """Return the groups with the rows that `only_in_force` leaves out, of these the newest series alone.

    With any older ones they are a larger group: this is the smallest that taking away could tell of.
    """
    by_group = np.tile(in_force, len(groups.whos))
    earlier = (rows[series[rows] < number] for rows, number in zip(groups.members, by_group, strict=True))
    return replace(groups, members=tuple(rows[series[rows] == series[rows].max(initial=0)] for rows in earlier))


def _fields(spec: MeasureSpec) -> tuple[str, ...]:
    match spec:
        case ShareMeasure() | MeanMeasure():
            return (spec.field,)
        case RatioMeanMeasure():
            return (spec.numerator, spec.denominator)
    return ()
