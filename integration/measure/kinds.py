"""One function a kind of measure: what each row adds, and what a group of rows comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from config.schema import CountMeasure, HeldMeasure, MeanMeasure, OnTimeMeasure, RatioMeanMeasure, ShareMeasure
    from integration.measure.groups import GroupedRows
    from integration.periods import Period


@dataclass(frozen=True, slots=True)
class RowValues:
    """What each row adds: whether it is valid, and its number (for a share: 1 where it is in the set)."""

    valid: NDArray[np.bool_]
    number: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupValues:
    """What each group comes to; float64 with NaN for none. `rows` are the positions that contributed."""

    n: NDArray[np.float64]
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    value: NDArray[np.float64]
    sd: NDArray[np.float64]
    median: NDArray[np.float64]
    rows: tuple[NDArray[np.int64], ...]


def read_set_membership(spec: ShareMeasure, frame: pd.DataFrame, grid: Sequence[str]) -> RowValues:
    """Return which rows have a valid answer, and which of those are in the set; of a grid, in any of its rows."""
    columns = [frame[name] for name in (grid or [spec.field])]
    wanted = {value.casefold() if isinstance(value, str) else float(value) for value in spec.values}  # noqa: PD011  # not pandas
    answered = np.any([column.notna().to_numpy() for column in columns], axis=0)
    inside = np.any([_is_in(column, wanted) for column in columns], axis=0)
    return RowValues(answered, (inside & answered).astype(float))


def read_numbers(spec: MeanMeasure, frame: pd.DataFrame) -> RowValues:
    """Return each row's number; of tick boxes, how many were ticked: none ticked is 0."""
    ticks = f"_n.{spec.field}"
    number = frame[ticks if ticks in frame else spec.field].to_numpy(dtype=float)
    return RowValues(~np.isnan(number), number)


def read_ratios(spec: RatioMeanMeasure, frame: pd.DataFrame) -> RowValues:
    """Return a / b where both are there, b > 0 and a <= b."""
    a, b = frame[spec.numerator].to_numpy(dtype=float), frame[spec.denominator].to_numpy(dtype=float)
    valid = (b > 0) & (a <= b)
    return RowValues(valid, np.divide(a, b, out=np.full(len(a), np.nan), where=valid))


def match_conditions(spec: CountMeasure, frame: pd.DataFrame) -> RowValues:
    """Return which rows satisfy every condition."""
    conditions = [_is_in(frame[field], {value.casefold() for value in values}) for field, values in spec.where.items()]
    met = np.all([*conditions, np.ones(len(frame), dtype=bool)], axis=0)
    return RowValues(met, met.astype(float))


def match_on_time(spec: OnTimeMeasure, frame: pd.DataFrame) -> RowValues:
    """Return which rows have a day by which they are due, and which of those were done by then."""
    due, done = frame[spec.due].to_numpy(), frame[spec.done].to_numpy()
    return RowValues(~np.isnat(due), (done <= due).astype(float))


def calculate_shares(answers: RowValues, groups: GroupedRows) -> GroupValues:
    """Return numerator / denominator of each group; n is the denominator."""
    kept = _valid_only(answers, groups)
    denominator = np.array([float(len(rows)) for rows in kept])
    numerator = np.array([answers.number[rows].sum() for rows in kept])
    return _values(denominator, numerator, denominator, kept)


def calculate_means(answers: RowValues, groups: GroupedRows) -> GroupValues:
    """Return the mean of each group; the numerator is the sum. Standard deviation from two on (n - 1)."""
    kept = _valid_only(answers, groups)
    n = np.array([float(len(rows)) for rows in kept])
    total = np.array([answers.number[rows].sum() for rows in kept])
    sd = np.array([answers.number[rows].std(ddof=1) if len(rows) > 1 else np.nan for rows in kept])
    median = np.array([np.median(answers.number[rows]) if len(rows) else np.nan for rows in kept])
    return _values(n, total, n, kept, sd, median)


def calculate_counts(answers: RowValues, groups: GroupedRows) -> GroupValues:
    """Return how many rows of each group there are; there is no denominator."""
    kept = _valid_only(answers, groups)
    n = np.array([float(len(rows)) for rows in kept])
    none = np.full(len(kept), np.nan)
    return GroupValues(n, n, none, n, none, none, kept)


def calculate_rates(groups: GroupedRows, headcounts: NDArray[np.float64]) -> GroupValues:
    """Return responses / headcount; n is the headcount. May exceed 1 where people gave no code."""
    numerator = np.array([float(len(rows)) for rows in groups.members])
    return _values(headcounts, numerator, headcounts, groups.members)


def calculate_months_held(
    spec: HeldMeasure, frame: pd.DataFrame, groups: GroupedRows, months: Sequence[Period]
) -> GroupValues:
    """Return complete months with at least one row out of complete months so far."""
    days = frame[spec.dated_by].to_numpy().astype("datetime64[D]")
    in_month = [(days >= np.datetime64(month.start)) & (days <= np.datetime64(month.end)) for month in months]
    complete = np.any([*in_month, np.zeros(len(frame), dtype=bool)], axis=0)
    kept = tuple(rows[complete[rows]] for rows in groups.members)
    numerator = np.array([float(sum(month[rows].any() for month in in_month)) for rows in kept])
    denominator = np.full(len(kept), float(len(months)))
    return _values(denominator, numerator, denominator, kept)


def _values(  # noqa: PLR0913, PLR0917  # the columns of one table
    n: NDArray[np.float64],
    numerator: NDArray[np.float64],
    denominator: NDArray[np.float64],
    rows: tuple[NDArray[np.int64], ...],
    sd: NDArray[np.float64] | None = None,
    median: NDArray[np.float64] | None = None,
) -> GroupValues:
    none = np.full(len(rows), np.nan)
    value = np.divide(numerator, denominator, out=none.copy(), where=denominator > 0)
    return GroupValues(
        n, numerator, denominator, value, none if sd is None else sd, none if median is None else median, rows
    )


def _valid_only(answers: RowValues, groups: GroupedRows) -> tuple[NDArray[np.int64], ...]:
    return tuple(rows[answers.valid[rows]] for rows in groups.members)


def _is_in(column: pd.Series[Any], wanted: set[str | float]) -> NDArray[np.bool_]:
    if column.dtype.kind == "f":
        return column.isin([value for value in wanted if isinstance(value, float)]).to_numpy(dtype=bool)
    return column.str.casefold().isin(wanted).to_numpy(dtype=bool)
