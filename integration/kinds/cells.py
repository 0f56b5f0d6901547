"""Cells (a group in a period): which rows stand in each, what a row contributes there, what the rows amount to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from config.schema import Programme
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


def list_groups(programme: Programme, *, with_teams: bool) -> tuple[Group, ...]:
    """Return each authority followed by its teams; without teams where the source has none."""
    return tuple(
        Group(key, team)
        for key, authority in programme.authorities.items()
        for team in ("", *(authority.teams if with_teams else ()))
    )


def group_rows(
    rows: pd.DataFrame, period_numbers: NDArray[np.int64], periods: Sequence[Period], groups: Sequence[Group]
) -> GroupedRows:
    """Return the cells of `rows` (with `_team` and `_authority`); each row's period is by number, -1 for none."""
    numbers = {(group.authority, group.team): number for number, group in enumerate(groups)}
    levels: list[Iterable[str]] = [[""] * len(rows)]
    if any(group.team for group in groups):
        levels.append(rows["_team"])
    cells = np.arange(len(groups) * len(periods))
    members: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)] * len(cells)
    for teams in levels:
        pairs = zip(rows["_authority"], teams, strict=True)
        group_numbers = np.array([numbers.get(pair, -1) for pair in pairs], dtype=np.int64)
        valid = np.flatnonzero((period_numbers >= 0) & (group_numbers >= 0))
        cell = group_numbers[valid] * len(periods) + period_numbers[valid]
        order = np.argsort(cell, kind="stable")
        starts, ends = (np.searchsorted(cell[order], cells, side) for side in ("left", "right"))
        for number in np.flatnonzero(ends > starts):
            members[number] = valid[order[starts[number] : ends[number]]]
    return GroupedRows(tuple(groups), tuple(periods), tuple(members))


@dataclass(frozen=True, slots=True)
class RowValues:
    """What each row contributes: whether it is valid, and its number (for a share: 1 where it is in the set)."""

    valid: NDArray[np.bool_]
    number: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CellValues:
    """What each cell amounts to; float64 with NaN for none. `rows` are the positions that contributed.

    `value` is `numerator` / `denominator` wherever there are both: of a kind whose value is no such quotient they are
    NaN. `n` is how many answers, rows or people it is worked out from. `sd` is the spread of people's own answers.
    `numbers` is what each row of the source contributes, by position; None where each that contributes counts as one.
    """

    n: NDArray[np.float64]
    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    value: NDArray[np.float64]
    sd: NDArray[np.float64]
    median: NDArray[np.float64]
    rows: tuple[NDArray[np.int64], ...]
    numbers: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class Persons:
    """Who answered, row by row: the number of the person's code, -1 for none; and the period in which they were asked.

    A person answers once in such a period, so that two answers without a code in one of them are two people, and in
    two of them may be one. `name` is one text a person, the same in every run: of the answers of a team without a code
    the first of each period is taken for one person, and so on.
    """

    code: NDArray[np.int64]
    asked_in: NDArray[np.int64]
    name: NDArray[np.object_]


def count_people(
    cells: Sequence[NDArray[np.int64]], persons: Persons, most_without_code: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return how many people answered in each cell, at the least that is possible.

    They are as many as there are codes, and at least as many as answered in the fullest period, with a code or without
    one. `most_without_code` is how many people there are at all, by cell: no more can have answered without a code.
    """
    counts = np.zeros(len(cells))
    for cell, rows in enumerate(cells):
        if not len(rows):
            continue
        code, (_, period) = persons.code[rows], np.unique(persons.asked_in[rows], return_inverse=True)
        known = code >= 0
        without = np.bincount(period[~known], minlength=period.max() + 1)
        if most_without_code is not None:
            without = np.minimum(without, max(most_without_code[cell], 1))
        pairs = np.unique(period[known] * (code.max() + 1) + code[known])  # of a period and a code, each once
        with_code = np.bincount(pairs // (code.max() + 1) if len(pairs) else pairs, minlength=period.max() + 1)
        counts[cell] = max(len(np.unique(code[known])), (with_code + without).max())
    return counts


def calculate_shares(row_values: RowValues, grouped: GroupedRows) -> CellValues:
    """Return numerator / denominator of each cell; n is the denominator."""
    kept = _keep_valid(row_values, grouped)
    denominator = count_rows(kept)
    return replace(divide(denominator, _sum_rows(row_values, kept), denominator, kept), numbers=row_values.number)


def calculate_means(row_values: RowValues, grouped: GroupedRows) -> CellValues:
    """Return the mean of each cell; the numerator is the sum. Standard deviation from two on (n - 1)."""
    kept = _keep_valid(row_values, grouped)
    n, number = count_rows(kept), row_values.number
    sd = np.array([_measure_spread(number[rows]) for rows in kept])
    median = np.array([np.median(number[rows]) if len(rows) else np.nan for rows in kept])
    figures = divide(n, _sum_rows(row_values, kept), n, kept)
    return replace(figures, sd=sd, median=median, numbers=row_values.number)


def _measure_spread(numbers: NDArray[np.float64]) -> float:
    """Return the standard deviation (n - 1), NaN of fewer than two; exactly 0 where all are the same.

    Summing rounds: of six times 0.1 numpy makes 1.5e-17, and what everybody answered would not be known as such.
    """
    if len(numbers) < 2:  # noqa: PLR2004  # a spread needs two
        return float("nan")
    return 0.0 if numbers.min() == numbers.max() else float(numbers.std(ddof=1))


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
