"""Which figures are hidden so that nobody can tell what one of a few people said.

1. Minimum group: a figure on people rests on at least `minimum_group` respondents, or on none. Respondents are people,
   not answers: five people who answer in two fortnights of one window are five. Of a response rate they are those who
   answered.
2. Unanimity: a share of exactly 0% or 100% of people, or a mean of answers that were all the same, tells what each
   one said.
3. One form, one decision: where too few answered one question of a form, its other questions and its response rate
   are hidden there too, for each of them says something about how many there were.
4. Series: a figure that leaves out what fewer people than the minimum group answered to a question's old words. Held
   against the figure of the whole period, as it was or will be shown under other words in the YAML, it tells of them.
5. Complements: where a hidden team could be worked out from its authority and the other teams, more teams are hidden,
   the smallest first, until the hidden ones are more than one and together a group large enough, and what a
   rewording left out of them together is none or large enough. A window that is made of whole fortnights is hidden
   where one of them is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from config.schema import PeriodKind, ShareMeasure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from config.schema import Audience, MeasureSpec
    from integration.model import Figures


@dataclass(frozen=True, slots=True)
class Sum:
    """A total and the parts that add up to it, by their positions among the figures."""

    total: int
    parts: NDArray[np.int64]


def hidden_figures(figures: Figures, measures: Mapping[str, MeasureSpec], audience: Audience) -> pd.Series[bool]:
    """Return for each row of the figures' frame whether leaders must not see it."""
    frame = figures.frame
    on_people = frame["measure"].map({key: spec.rests_on == "people" for key, spec in measures.items()}).to_numpy(bool)
    people, left_out = frame["people"].to_numpy(), frame["left_out_people"].to_numpy()
    hidden = on_people & (people > 0) & (people < audience.minimum_group)
    hidden |= on_people & (people > 0) & _same_form(frame, hidden, measures)
    hidden |= on_people & (people > 0) & (left_out > 0) & (left_out < audience.minimum_group)
    if not audience.show_unanimous:
        hidden |= on_people & _is_unanimous(frame, measures)
    teams, windows = [*_authorities_of_teams(frame, on_people)], [*_windows_of_fortnights(frame, on_people)]
    # What one sum hides may leave another with a single secret; what is hidden only ever grows, so this ends.
    while sum(
        [
            *(_hide_complements(hidden, each, people, left_out, audience.minimum_group) for each in teams),
            *(_hide_total(hidden, each) for each in windows),
        ]
    ):
        pass
    return pd.Series(hidden, index=frame.index)


def _is_unanimous(frame: pd.DataFrame, measures: Mapping[str, MeasureSpec]) -> NDArray[np.bool_]:
    shares = frame["measure"].isin([k for k, spec in measures.items() if isinstance(spec, ShareMeasure)])
    return ((shares & frame["value"].isin([0.0, 1.0])) | frame["sd"].eq(0.0)).to_numpy(dtype=bool)


def _same_form(
    frame: pd.DataFrame, hidden: NDArray[np.bool_], measures: Mapping[str, MeasureSpec]
) -> NDArray[np.bool_]:
    source = frame["measure"].map({key: spec.source for key, spec in measures.items()})
    by = [source, *(frame[name] for name in ("authority", "team", "period_kind", "period"))]
    return pd.Series(hidden, index=frame.index).groupby(by).transform("any").to_numpy(dtype=bool)


def _authorities_of_teams(frame: pd.DataFrame, on_people: NDArray[np.bool_]) -> Iterator[Sum]:
    is_team = frame["team"].to_numpy() != ""
    for positions in _groups(frame, on_people, ["measure", "authority", "period_kind", "period"]):
        whole, teams = positions[~is_team[positions]], positions[is_team[positions]]
        if len(whole) == 1 and len(teams):
            yield Sum(int(whole[0]), teams)


def _windows_of_fortnights(frame: pd.DataFrame, on_people: NDArray[np.bool_]) -> Iterator[Sum]:
    kind = frame["period_kind"].to_numpy()
    first = pd.to_datetime(frame["period_start"]).to_numpy()
    last = pd.to_datetime(frame["period_end"]).to_numpy()
    days = (last - first) // np.timedelta64(1, "D") + 1
    for positions in _groups(frame, on_people, ["measure", "authority", "team"]):
        fortnights = positions[kind[positions] == PeriodKind.FORTNIGHT]
        for window in positions[kind[positions] == PeriodKind.WINDOW]:
            inside = fortnights[(first[fortnights] >= first[window]) & (last[fortnights] <= last[window])]
            if len(inside) and days[inside].sum() == days[window]:
                yield Sum(int(window), inside)


def _groups(frame: pd.DataFrame, wanted: NDArray[np.bool_], by: list[str]) -> Iterator[NDArray[np.int64]]:
    number = frame.groupby(by, sort=False).ngroup().to_numpy()
    positions = np.flatnonzero(wanted)
    ordered = positions[np.argsort(number[positions], kind="stable")]
    groups = np.split(ordered, np.flatnonzero(np.diff(number[ordered])) + 1)
    return (group for group in groups if len(group))


def _hide_total(hidden: NDArray[np.bool_], each: Sum) -> bool:
    """Hide the total where a part is hidden; return whether it was not before."""
    changed = bool(hidden[each.parts].any() and not hidden[each.total])
    hidden[each.total] |= changed
    return changed


def _hide_complements(
    hidden: NDArray[np.bool_],
    each: Sum,
    people: NDArray[np.float64],
    left_out: NDArray[np.float64],
    minimum: int,
) -> bool:
    """Hide as many parts more as it takes that none can be told by taking away; return whether any was."""
    if hidden[each.total] or not hidden[each.parts].any():
        return False
    changed = False
    while True:
        secret = each.parts[hidden[each.parts]]
        is_large = len(secret) > 1 and people[secret].sum() >= minimum
        if is_large and not 0 < left_out[secret].sum() < minimum:
            return changed
        others = each.parts[~hidden[each.parts] & (people[each.parts] > 0)]
        hidden[others[np.argmin(people[others])] if len(others) else each.total] = changed = True
        if not len(others):
            return True
