"""Rows into groups: who (each team, each authority) by when (each period), worked out on whole columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from config.schema import Programme
    from integration.periods import Period


@dataclass(frozen=True, slots=True)
class Who:
    """A team, or (team "") a whole authority; both by key."""

    authority: str
    team: str


@dataclass(frozen=True, slots=True)
class Groups:
    """Every who by every period, in that order; `members[g]` holds the positions of the rows in group g.

    A row stands in its team's group and in its authority's. Groups without rows are there as well.
    """

    whos: tuple[Who, ...]
    periods: tuple[Period, ...]
    members: tuple[NDArray[np.int64], ...]


def whos_of(programme: Programme, *, with_teams: bool) -> tuple[Who, ...]:
    """Return each authority followed by its teams; without teams where the source has none."""
    return tuple(
        Who(key, team)
        for key, authority in programme.authorities.items()
        for team in ("", *(authority.teams if with_teams else ()))
    )


def group_rows(rows: pd.DataFrame, index: NDArray[np.int64], periods: Sequence[Period], whos: Sequence[Who]) -> Groups:
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
    return Groups(tuple(whos), tuple(periods), tuple(members))


def _places(
    authorities: Iterable[str], teams: Iterable[str], place: Mapping[tuple[str, str], int]
) -> NDArray[np.int64]:
    pairs = zip(authorities, teams, strict=True)
    return np.array([place.get(pair, -1) for pair in pairs], dtype=np.int64)
