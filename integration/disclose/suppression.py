"""Which figures are hidden from leaders, so that nobody can tell what one of a few people said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from config.schema import PeriodKind, ShareMeasure
from integration.model import DIFFERENCING_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from config.schema import Audience, MeasureSpec
    from integration.model import Figures


@dataclass(frozen=True, slots=True)
class Total:
    """A total and the parts that add up to it, by their positions among the figures."""

    total: int
    parts: NDArray[np.int64]


def find_hidden_figures(figures: Figures, measures: Mapping[str, MeasureSpec], audience: Audience) -> pd.Series[bool]:
    """Return for each row of the figures' frame whether leaders must not see it."""
    frame = figures.frame
    nothing = np.zeros(len(frame), dtype=bool)
    others = [_hidden(other, nothing, measures, audience) for other in _held_against(frame)]
    return pd.Series(_hidden(frame, np.any([nothing, *others], axis=0), measures, audience), index=frame.index)


def _held_against(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Give the figures that these can be held against, in the columns in which a figure itself stands."""
    for columns in DIFFERENCING_COLUMNS:
        if columns["people"] in frame:
            yield frame.assign(**{what: frame[column] for what, column in columns.items()})


def _hidden(
    frame: pd.DataFrame, already: NDArray[np.bool_], measures: Mapping[str, MeasureSpec], audience: Audience
) -> NDArray[np.bool_]:
    """Return what is hidden by its `people`, `value` and `sd`, where some is hidden already."""
    on_people = frame["measure"].map({key: spec.rests_on == "people" for key, spec in measures.items()}).to_numpy(bool)
    people = frame["people"].to_numpy()
    few = on_people & (people > 0) & (people < audience.minimum_group)
    hidden = already | few | (on_people & (people > 0) & _same_form(frame, few, measures))
    if not audience.show_unanimous:
        hidden |= on_people & _is_unanimous(frame, measures)
    teams, windows = [*_authorities_of_teams(frame, on_people)], [*_windows_of_fortnights(frame, on_people)]
    # What one sum hides may leave another with a single secret; what is hidden only ever grows, so this ends.
    while sum(
        [
            *(_hide_complements(hidden, each, people, audience.minimum_group) for each in teams),
            *(_hide_total(hidden, each) for each in windows),
        ]
    ):
        pass
    return hidden


def _is_unanimous(frame: pd.DataFrame, measures: Mapping[str, MeasureSpec]) -> NDArray[np.bool_]:
    shares = frame["measure"].isin([k for k, spec in measures.items() if isinstance(spec, ShareMeasure)])
    return ((shares & frame["value"].isin([0.0, 1.0])) | frame["sd"].eq(0.0)).to_numpy(dtype=bool)


def _same_form(
    frame: pd.DataFrame, hidden: NDArray[np.bool_], measures: Mapping[str, MeasureSpec]
) -> NDArray[np.bool_]:
    source = frame["measure"].map({key: spec.source for key, spec in measures.items()})
    by = [source, *(frame[name] for name in ("authority", "team", "period_kind", "period"))]
    return pd.Series(hidden, index=frame.index).groupby(by).transform("any").to_numpy(dtype=bool)


def _authorities_of_teams(frame: pd.DataFrame, on_people: NDArray[np.bool_]) -> Iterator[Total]:
    is_team = frame["team"].to_numpy() != ""
    for positions in _groups(frame, on_people, ["measure", "authority", "period_kind", "period"]):
        whole, teams = positions[~is_team[positions]], positions[is_team[positions]]
        if len(whole) == 1 and len(teams):
            yield Total(int(whole[0]), teams)


def _windows_of_fortnights(frame: pd.DataFrame, on_people: NDArray[np.bool_]) -> Iterator[Total]:
    kind = frame["period_kind"].to_numpy()
    first = pd.to_datetime(frame["period_start"]).to_numpy()
    last = pd.to_datetime(frame["period_end"]).to_numpy()
    days = (last - first) // np.timedelta64(1, "D") + 1
    for positions in _groups(frame, on_people, ["measure", "authority", "team"]):
        fortnights = positions[kind[positions] == PeriodKind.FORTNIGHT]
        for window in positions[kind[positions] == PeriodKind.WINDOW]:
            inside = fortnights[(first[fortnights] >= first[window]) & (last[fortnights] <= last[window])]
            if len(inside) and days[inside].sum() == days[window]:
                yield Total(int(window), inside)


def _groups(frame: pd.DataFrame, wanted: NDArray[np.bool_], by: list[str]) -> Iterator[NDArray[np.int64]]:
    number = frame.groupby(by, sort=False).ngroup().to_numpy()
    positions = np.flatnonzero(wanted)
    ordered = positions[np.argsort(number[positions], kind="stable")]
    groups = np.split(ordered, np.flatnonzero(np.diff(number[ordered])) + 1)
    return (group for group in groups if len(group))


def _hide_total(hidden: NDArray[np.bool_], each: Total) -> bool:
    """Hide the total where a part is hidden; return whether it was not before."""
    changed = bool(hidden[each.parts].any() and not hidden[each.total])
    hidden[each.total] |= changed
    return changed


def _hide_complements(hidden: NDArray[np.bool_], each: Total, people: NDArray[np.float64], minimum: int) -> bool:
    """Hide as many parts more as it takes that none can be told by taking away; return whether any was."""
    if hidden[each.total] or not hidden[each.parts].any():
        return False
    changed = False
    while True:
        secret = each.parts[hidden[each.parts]]
        if len(secret) > 1 and people[secret].sum() >= minimum:
            return changed
        others = each.parts[~hidden[each.parts] & (people[each.parts] > 0)]
        hidden[others[np.argmin(people[others])] if len(others) else each.total] = changed = True
        if not len(others):
            return True
