"""The kinds of measure: what each row contributes, and what the rows of a cell (a group in a period) amount to."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    """What each row contributes: whether it is valid, and its number (for a share: 1 where it is in the set)."""

    valid: NDArray[np.bool_]
    number: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CellValues:
    """What each cell amounts to; float64 with NaN for none. `rows` are the positions that contributed."""

    n: NDArray[np.float64]
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    value: NDArray[np.float64]
    sd: NDArray[np.float64]
    median: NDArray[np.float64]
    rows: tuple[NDArray[np.int64], ...]


def read_set_membership(spec: ShareMeasure, frame: pd.DataFrame, names: Sequence[str]) -> RowValues:
    """Return which rows have a valid answer, and which of those are in the set; of a grid, in any of its columns."""
    columns = [frame[name] for name in names]
    wanted = {value.casefold() if isinstance(value, str) else float(value) for value in spec.values}  # noqa: PD011  # not pandas
    answered = np.any([column.notna().to_numpy() for column in columns], axis=0)
    inside = np.any([_is_in(column, wanted) for column in columns], axis=0)
    return RowValues(answered, (inside & answered).astype(float))


def read_numbers(spec: MeanMeasure, frame: pd.DataFrame) -> RowValues:
    """Return each row's number; of tick boxes, how many were ticked, 0 where none was."""
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


def calculate_shares(row_values: RowValues, grouped: GroupedRows) -> CellValues:
    """Return numerator / denominator of each cell; n is the denominator."""
    kept = _keep_valid(row_values, grouped)
    denominator = _count_rows(kept)
    return _divide(denominator, _sum_rows(row_values, kept), denominator, kept)


def calculate_means(row_values: RowValues, grouped: GroupedRows) -> CellValues:
    """Return the mean of each cell; the numerator is the sum. Standard deviation from two on (n - 1)."""
    kept = _keep_valid(row_values, grouped)
    n, number = _count_rows(kept), row_values.number
    sd = np.array([number[rows].std(ddof=1) if len(rows) > 1 else np.nan for rows in kept])
    median = np.array([np.median(number[rows]) if len(rows) else np.nan for rows in kept])
    return replace(_divide(n, _sum_rows(row_values, kept), n, kept), sd=sd, median=median)


def calculate_counts(row_values: RowValues, grouped: GroupedRows) -> CellValues:
    """Return how many rows of each cell there are; there is no denominator."""
    kept = _keep_valid(row_values, grouped)
    n, none = _count_rows(kept), np.full(len(kept), np.nan)
    return CellValues(n=n, numerator=n, denominator=none, value=n, sd=none, median=none, rows=kept)


def calculate_rates(grouped: GroupedRows, headcounts: NDArray[np.float64]) -> CellValues:
    """Return responses / headcount; n is the headcount. May exceed 1 where people gave no code."""
    return _divide(headcounts, _count_rows(grouped.members), headcounts, grouped.members)


def calculate_months_held(
    spec: HeldMeasure, frame: pd.DataFrame, grouped: GroupedRows, months: Sequence[Period]
) -> CellValues:
    """Return complete months with at least one row out of complete months so far."""
    days = frame[spec.dated_by].to_numpy().astype("datetime64[D]")
    in_month = [(days >= np.datetime64(month.start)) & (days <= np.datetime64(month.end)) for month in months]
    complete = np.any([*in_month, np.zeros(len(frame), dtype=bool)], axis=0)
    kept = tuple(rows[complete[rows]] for rows in grouped.members)
    numerator = np.array([float(sum(month[rows].any() for month in in_month)) for rows in kept])
    denominator = np.full(len(kept), float(len(months)))
    return _divide(denominator, numerator, denominator, kept)


def _divide(
    n: NDArray[np.float64],
    numerator: NDArray[np.float64],
    denominator: NDArray[np.float64],
    rows: tuple[NDArray[np.int64], ...],
) -> CellValues:
    none = np.full(len(rows), np.nan)
    value = np.divide(numerator, denominator, out=none.copy(), where=denominator > 0)
    return CellValues(n, numerator, denominator, value, sd=none, median=none, rows=rows)


def _keep_valid(row_values: RowValues, grouped: GroupedRows) -> tuple[NDArray[np.int64], ...]:
    return tuple(rows[row_values.valid[rows]] for rows in grouped.members)


def _count_rows(cells: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
    return np.array([float(len(rows)) for rows in cells])


def _sum_rows(row_values: RowValues, cells: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
    return np.array([row_values.number[rows].sum() for rows in cells])


def _is_in(column: pd.Series[Any], wanted: set[str | float]) -> NDArray[np.bool_]:
    if column.dtype.kind == "f":
        return column.isin([value for value in wanted if isinstance(value, float)]).to_numpy(dtype=bool)
    return column.str.casefold().isin(wanted).to_numpy(dtype=bool)
