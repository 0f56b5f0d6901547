"""Cells (a group in a period): what each row contributes to the figure there, and what the rows of a cell amount to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from integration.periods import Period


@dataclass(frozen=True, slots=True)
class Group:
    """A team, or (team "") a whole authority; both by key."""

    authority: str
    team: str


@dataclass(frozen=True, slots=True)
class GroupedRows:
    """A cell for every group and every period, in that order; `members[cell]` holds the positions of its rows.

    A row stands in its team's cell and in its authority's. Cells without rows are there as well.
    """

    groups: tuple[Group, ...]
    periods: tuple[Period, ...]
    members: tuple[NDArray[np.int64], ...]


@dataclass(frozen=True, slots=True)
class RowValues:
    """What each row contributes: whether it is valid, and its number (for a share: 1 where it is in the set)."""

    valid: NDArray[np.bool_]
    number: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CellValues:
    """What each cell amounts to; float64 with NaN for none. `rows` are the positions that contributed.

    `value` is `numerator` / `denominator` wherever there are both: of a kind whose value is no such quotient they are
    NaN. `n` is how many answers, rows or people it is worked out from. `sd` is the spread of people's own answers, by
    which a figure is known to be that of people who all answered alike: a kind without it must name the values that
    tell the same (`unanimous_at`).
    """

    n: NDArray[np.float64]
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    value: NDArray[np.float64]
    sd: NDArray[np.float64]
    median: NDArray[np.float64]
    rows: tuple[NDArray[np.int64], ...]


def calculate_shares(row_values: RowValues, grouped: GroupedRows) -> CellValues:
    """Return numerator / denominator of each cell; n is the denominator."""
    kept = _keep_valid(row_values, grouped)
    denominator = count_rows(kept)
    return divide(denominator, _sum_rows(row_values, kept), denominator, kept)


def calculate_means(row_values: RowValues, grouped: GroupedRows) -> CellValues:
    """Return the mean of each cell; the numerator is the sum. Standard deviation from two on (n - 1)."""
    kept = _keep_valid(row_values, grouped)
    n, number = count_rows(kept), row_values.number
    sd = np.array([number[rows].std(ddof=1) if len(rows) > 1 else np.nan for rows in kept])
    median = np.array([np.median(number[rows]) if len(rows) else np.nan for rows in kept])
    return replace(divide(n, _sum_rows(row_values, kept), n, kept), sd=sd, median=median)


def calculate_counts(row_values: RowValues, grouped: GroupedRows) -> CellValues:
    """Return how many rows of each cell there are; there is no denominator."""
    kept = _keep_valid(row_values, grouped)
    n, none = count_rows(kept), np.full(len(kept), np.nan)
    return CellValues(n=n, numerator=n, denominator=none, value=n, sd=none, median=none, rows=kept)


def divide(
    n: NDArray[np.float64],
    numerator: NDArray[np.float64],
    denominator: NDArray[np.float64],
    rows: tuple[NDArray[np.int64], ...],
) -> CellValues:
    """Return numerator / denominator of each cell, NaN where the denominator is 0."""
    none = np.full(len(rows), np.nan)
    value = np.divide(numerator, denominator, out=none.copy(), where=denominator > 0)
    return CellValues(n, numerator, denominator, value, sd=none, median=none, rows=rows)


def count_rows(cells: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
    """Return how many rows each cell has."""
    return np.array([float(len(rows)) for rows in cells])


def _keep_valid(row_values: RowValues, grouped: GroupedRows) -> tuple[NDArray[np.int64], ...]:
    return tuple(rows[row_values.valid[rows]] for rows in grouped.members)


def _sum_rows(row_values: RowValues, cells: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
    return np.array([row_values.number[rows].sum() for rows in cells])
