"""Rows into cells: by group (each team, each authority) and period, and by series where a question was reworded.

Worked out on whole columns. A series is a run of answers to one wording of a question.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from integration.kinds.cells import Group, GroupedRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    from config.schema import MeasureSpec, Programme
    from integration.periods import Period


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
class Series:
    """The series of a measure by number, 0 for the first: the first days of the others, and each row's and period's.

    A period's series is that of its last day, or of the reporting date before it.
    """

    starts: NDArray[np.datetime64]
    of_rows: NDArray[np.int64]
    of_periods: NDArray[np.int64]


def number_series(
    spec: MeasureSpec,
    breaks: Mapping[str, tuple[date, ...]],
    days: NDArray[np.datetime64],
    periods: Sequence[Period],
    as_of: date,
) -> Series:
    """Return the series of a measure; `breaks` are the first days of new ones by field, `days` are the rows' days."""
    days_of_breaks = {day for field in spec.list_named_fields() for day in breaks.get(field.name, ())}
    starts = np.array(sorted(days_of_breaks), dtype="datetime64[D]")
    last_days = np.array([min(period.end, as_of) for period in periods], dtype="datetime64[D]")
    return Series(starts, np.searchsorted(starts, days, "right"), np.searchsorted(starts, last_days, "right"))


def keep_current_series(grouped: GroupedRows, series: Series) -> GroupedRows:
    """Return the cells without the rows of earlier series than their period's.

    A cell without rows of its period's series is empty, whatever was answered before.
    """
    by_cell = np.tile(series.of_periods, len(grouped.groups))
    members = (rows[series.of_rows[rows] == number] for rows, number in zip(grouped.members, by_cell, strict=True))
    return replace(grouped, members=tuple(members))


def keep_left_out(grouped: GroupedRows, series: Series) -> GroupedRows:
    """Return the cells with the rows that `keep_current_series` leaves out, of these the newest series alone.

    With any older ones they are a larger group: this is the smallest that differencing could reveal.
    """
    by_cell = np.tile(series.of_periods, len(grouped.groups))
    earlier = (rows[series.of_rows[rows] < number] for rows, number in zip(grouped.members, by_cell, strict=True))
    members = (rows[series.of_rows[rows] == series.of_rows[rows].max(initial=0)] for rows in earlier)
    return replace(grouped, members=tuple(members))
