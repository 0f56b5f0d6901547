"""Which figures are hidden so that nobody can tell what one of a few people said.

1. Minimum group: a figure on people rests on at least `minimum_group` respondents, or on none. Respondents are people,
   not answers: five people who answer in two fortnights of one window are five. Of a response rate they are those who
   answered.
2. Unanimity: a share of exactly 0% or 100% of people tells what each one said.
3. Complements: where a hidden team could be worked out from the total and the other teams, more teams are hidden,
   the smallest first, until the hidden ones together are a group large enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from config.schema import ShareMeasure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from config.schema import Audience, MeasureSpec
    from integration.model import Figures

ONE_FIGURE = ["measure", "authority", "period_kind", "period"]


def hidden_figures(figures: Figures, measures: Mapping[str, MeasureSpec], audience: Audience) -> pd.Series[bool]:
    """Return for each row of the figures' frame whether leaders must not see it."""
    frame = figures.frame
    people = frame["measure"].map({key: spec.rests_on == "people" for key, spec in measures.items()}).to_numpy(bool)
    respondents = frame["people"].to_numpy()
    hidden = people & (respondents > 0) & (respondents < audience.minimum_group)
    if not audience.show_unanimous:
        hidden |= people & _is_unanimous(frame, measures)
    teams = frame["team"].to_numpy() != ""
    for group in _groups_with_a_hidden_team(frame, hidden & teams):
        _hide_complements(hidden, group, teams=teams, respondents=respondents, minimum=audience.minimum_group)
    return pd.Series(hidden, index=frame.index)


def _groups_with_a_hidden_team(frame: pd.DataFrame, hidden: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Return the positions of each group of a total and its teams of which some team is hidden."""
    number = frame.groupby(ONE_FIGURE, sort=False).ngroup().to_numpy()
    positions = np.argsort(number, kind="stable")
    groups = np.split(positions, np.flatnonzero(np.diff(number[positions])) + 1)
    touched = set(number[hidden].tolist())
    return [group for group in groups if len(group) and number[group[0]] in touched]


def _is_unanimous(frame: pd.DataFrame, measures: Mapping[str, MeasureSpec]) -> NDArray[np.bool_]:
    shares = frame["measure"].isin([k for k, spec in measures.items() if isinstance(spec, ShareMeasure)])
    return (shares & frame["value"].isin([0.0, 1.0])).to_numpy(dtype=bool)


def _hide_complements(
    hidden: NDArray[np.bool_],
    group: NDArray[np.int64],
    *,
    teams: NDArray[np.bool_],
    respondents: NDArray[np.float64],
    minimum: int,
) -> None:
    total = group[~teams[group]]
    of_teams = group[teams[group]]
    if hidden[total].all() or not hidden[of_teams].any():
        return
    while True:
        secret = of_teams[hidden[of_teams]]
        if len(secret) > 1 and respondents[secret].sum() >= minimum:
            return
        others = of_teams[~hidden[of_teams] & (respondents[of_teams] > 0)]
        if not len(others):
            hidden[total] = True
            return
        hidden[others[np.argmin(respondents[others])]] = True
