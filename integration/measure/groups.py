"""Rows into groups: who (each team, each authority) by when (each period), worked out on whole columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from config.schema import MeanMeasure, RatioMeanMeasure, ShareMeasure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    from config.schema import MeasureSpec, Programme
    from integration.periods import Period


@dataclass(frozen=True, slots=True)
class Group:
    """A team, or (team "") a whole authority; both by key."""

    authority: str
    team: str


@dataclass(frozen=True, slots=True)
class GroupedRows:
    """Every who by every period, in that order; `members[g]` holds the positions of the rows in group g.

    A row stands in its team's group and in its authority's. Groups without rows are there as well.
    """

    whos: tuple[Group, ...]
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
    rows: pd.DataFrame, index: NDArray[np.int64], periods: Sequence[Period], whos: Sequence[Group]
) -> GroupedRows:
    """Return the groups of `rows` (with `_team` and `_authority`); `index` is each row's period, -1 for none."""
    place = {(who.authority, who.team): i for i, who in enumerate(whos)}
    authorities = _places(rows["_authority"], [""] * len(rows), place)
    teams = _places(rows["_authority"], rows["_team"], place) if any(who.team for who in whos) else None
    count = len(whos) * len(periods)
    members: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)] * count
    for places in (authorities, teams):
        if places is None:
            continue
        valid = np.flatnonzero((index >= 0) & (places >= 0))
        group = places[valid] * len(periods) + index[valid]
        order = np.argsort(group, kind="stable")
        starts, ends = (
            np.searchsorted(group[order], np.arange(count)),
            np.searchsorted(group[order], np.arange(count), "right"),
        )
        for g in np.flatnonzero(ends > starts):
            members[g] = valid[order[starts[g] : ends[g]]]
    return GroupedRows(tuple(whos), tuple(periods), tuple(members))


def _places(
    authorities: Iterable[str], teams: Iterable[str], place: Mapping[tuple[str, str], int]
) -> NDArray[np.int64]:
    pairs = zip(authorities, teams, strict=True)
    return np.array([place.get(pair, -1) for pair in pairs], dtype=np.int64)


def list_series_starts(spec: MeasureSpec, breaks: Mapping[str, tuple[date, ...]]) -> NDArray[np.datetime64]:
    """Return the first days of all the measure's series but the first; `breaks` are those of its source, by field."""
    days = {day for field in _fields(spec) for day in breaks.get(field, ())}
    return np.array(sorted(days), dtype="datetime64[D]")


def number_series(days: NDArray[np.datetime64], first: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Return the number of the series that is in force on each day, 0 for the first."""
    return np.searchsorted(first, days, side="right")


def number_current_series(first: NDArray[np.datetime64], periods: Iterable[Period], as_of: date) -> NDArray[np.int64]:
    """Return the number of each period's series: that of its last day, or of the reporting date before it."""
    return number_series(np.array([min(period.end, as_of) for period in periods], dtype="datetime64[D]"), first)


def find_series_starts(in_force: NDArray[np.int64], first: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Return the first day of each numbered series; NaT for the first one."""
    return np.concatenate([np.array(["NaT"], dtype="datetime64[D]"), first])[in_force]


def keep_current_series(groups: GroupedRows, series: NDArray[np.int64], in_force: NDArray[np.int64]) -> GroupedRows:
    """Return the groups without the rows of earlier series than their period's; `series` by row, `in_force` by period.

    A group without rows of its period's series is empty, whatever was answered before.
    """
    by_group = np.tile(in_force, len(groups.whos))
    members = (rows[series[rows] == number] for rows, number in zip(groups.members, by_group, strict=True))
    return replace(groups, members=tuple(members))


def keep_left_out(groups: GroupedRows, series: NDArray[np.int64], in_force: NDArray[np.int64]) -> GroupedRows:
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
