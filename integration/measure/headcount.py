"""How many people a team had on a day: from the sheet of teams, else from programme.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from config.schema import Programme
    from integration.measure.groups import Who


def headcount_on(day: date, who: Who, programme: Programme, sheet: pd.DataFrame | None) -> float:
    """Return the people in force on the day; of an authority, all its teams' summed."""
    teams = programme.authorities[who.authority].teams
    names = [who.team] if who.team else list(teams)
    return float(sum(_of_team(day, name, teams[name].headcount, sheet) for name in names))


def _of_team(day: date, team: str, otherwise: int, sheet: pd.DataFrame | None) -> float:
    if sheet is None:
        return otherwise
    known = sheet[(sheet["_team"] == team) & sheet["headcount"].notna() & (sheet["from_on"] <= np.datetime64(day))]
    return otherwise if known.empty else float(known.sort_values("from_on")["headcount"].iloc[-1])
