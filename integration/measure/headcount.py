"""How many people a team had on a day: from the sheet of teams, else from programme.yaml."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from config.schema import Programme
    from integration.measure.groups import Who


@dataclass(frozen=True, slots=True)
class Headcounts:
    """For each team the days from which a headcount is in force, in order, and the headcounts."""

    programme: Programme
    of_team: dict[str, tuple[list[date], list[float]]]

    def on(self, day: date, who: Who) -> float:
        """Return the people in force on the day; of an authority, all its teams' summed."""
        teams = self.programme.authorities[who.authority].teams
        return sum(self._of(team, day, teams[team].headcount) for team in ([who.team] if who.team else teams))

    def _of(self, team: str, day: date, otherwise: int) -> float:
        days, counts = self.of_team.get(team, ([], []))
        position = bisect_right(days, day)
        return counts[position - 1] if position else float(otherwise)


def read_headcounts(programme: Programme, sheet: pd.DataFrame | None) -> Headcounts:
    """Return the headcounts of the sheet of teams ; a row without a day or a number says nothing."""
    of_team: dict[str, tuple[list[date], list[float]]] = {}
    if sheet is not None:
        complete = sheet.dropna(subset=["headcount", "from_on"]).sort_values("from_on", kind="stable")
        for team, rows in complete.groupby("_team"):
            of_team[str(team)] = ([day.date() for day in rows["from_on"]], rows["headcount"].tolist())
    return Headcounts(programme, of_team)
