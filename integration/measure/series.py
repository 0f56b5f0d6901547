"""Answers of one series only: where a question was reworded, a figure never mixes answers to the old and new words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from config.schema import MeanMeasure, RatioMeanMeasure, ShareMeasure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from config.schema import MeasureSpec
    from integration.measure.groups import Groups
    from integration.periods import Period


def series_starts(
    spec: MeasureSpec, breaks: Mapping[str, tuple[date, ...]], periods: Iterable[Period], as_of: date
) -> NDArray[np.datetime64]:
    """Return for each period the first day of the series in force on its last day, or on the reporting date before it.

    NaT stands for the first series. `breaks` are those of the measure's source, by field.
    """
    days = sorted(day for field in _fields(spec) for day in breaks.get(field, ()))
    starts = [max((day for day in days if day <= min(period.end, as_of)), default=None) for period in periods]
    return np.array(starts, dtype="datetime64[D]")


def only_in_series(groups: Groups, days: NDArray[np.datetime64], starts: NDArray[np.datetime64]) -> Groups:
    """Return the groups without the rows that belong to an earlier series than their period's; `days` by row."""
    if np.isnat(starts).all():
        return groups
    by_group: Sequence[np.datetime64] = [*starts] * len(groups.whos)
    members = (
        rows if np.isnat(start) else rows[days[rows] >= start]
        for rows, start in zip(groups.members, by_group, strict=True)
    )
    return replace(groups, members=tuple(members))


def _fields(spec: MeasureSpec) -> tuple[str, ...]:
    match spec:
        case ShareMeasure() | MeanMeasure():
            return (spec.field,)
        case RatioMeanMeasure():
            return (spec.numerator, spec.denominator)
    return ()
