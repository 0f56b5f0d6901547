"""Which figures are hidden from leaders, so that no reader can tell what one of a few people said.

1. Minimum group: a figure on people rests on at least `minimum_group` respondents, or on none. Respondents are people,
   not answers: five people who answer in two fortnights of one window are five. Of a response rate they are those who
   answered.
2. Unanimity: a share of exactly 0% or 100% of people, or a mean of answers that were all the same, tells what each
   one said.
3. Same form: where too few answered one question of a form, its other questions and its response rate are hidden there
   too, for each of them says something about how many there were.
4. Complementary suppression: where a hidden team could be worked out from its authority and the other teams, more teams
   are hidden, the smallest first, until the hidden ones are more than one and together a group large enough. A window
   that is made of whole fortnights is hidden where one of them is.
5. Differencing over a rewording: where the answers to a question's old wording are left out of a period, its figure is
   hidden wherever that of all answers in the period would be, or that of the answers left out. The one was shown before
   the wording changed, or will be when the YAML says that both ask the same, and subtraction gives the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from config.schema import PeriodKind
from integration.kinds.measures import MEASURE_KINDS
from integration.model import DIFFERENCING_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from config.schema import Audience, MeasureSpec
    from integration.model import Figures

    Total = tuple[int, NDArray[np.int64]]
    """A total and the parts that add up to it, by their positions among the figures."""


def find_hidden_figures(figures: Figures, measures: Mapping[str, MeasureSpec], audience: Audience) -> pd.Series[bool]:
    """Return for each row of the figures' frame whether leaders must not see it."""
    frame = figures.frame
    hidden = nothing = np.zeros(len(frame), dtype=bool)
    for columns in DIFFERENCING_COLUMNS:  # rule 5: as if the other figure stood where the figure itself does
        if columns["people"] in frame:
            other = frame.assign(**{what: frame[column] for what, column in columns.items()})
            hidden = hidden | _hide(other, nothing, measures, audience)
    return pd.Series(_hide(frame, hidden, measures, audience), index=frame.index)


def _hide(
    frame: pd.DataFrame, already: NDArray[np.bool_], measures: Mapping[str, MeasureSpec], audience: Audience
) -> NDArray[np.bool_]:
    """Return what rules 1 to 4 hide by the columns `people`, `value` and `sd`, where some is hidden already."""
    on_people = frame["measure"].map({key: spec.rests_on == "people" for key, spec in measures.items()}).to_numpy(bool)
    people = frame["people"].to_numpy()
    few = on_people & (people > 0) & (people < audience.minimum_group)
    source = frame["measure"].map({key: spec.source for key, spec in measures.items()})
    place = [source, *(frame[name] for name in ("authority", "team", "period_kind", "period"))]
    few_of_form = pd.Series(few, index=frame.index).groupby(place).transform("any").to_numpy(dtype=bool)
    hidden: NDArray[np.bool_] = already | few | (on_people & (people > 0) & few_of_form)
    if not audience.show_unanimous:
        unanimous = frame["sd"].eq(0.0)
        for key, spec in measures.items():
            unanimous |= (frame["measure"] == key) & frame["value"].isin(MEASURE_KINDS[spec.kind].unanimous_at)
        hidden |= on_people & unanimous.to_numpy(dtype=bool)
    authorities, windows = [*_sum_teams(frame, on_people)], [*_sum_fortnights(frame, on_people)]
    # What one total hides may leave another with a single hidden part; what is hidden only ever grows, so this ends.
    while sum(
        [
            *(_hide_complements(hidden, each, people, audience.minimum_group) for each in authorities),
            *(_hide_window(hidden, each) for each in windows),
        ]
    ):
        pass
    return hidden


def _sum_teams(frame: pd.DataFrame, on_people: NDArray[np.bool_]) -> Iterator[Total]:
    """Yield the figures of authorities with those of their teams."""
    is_team = frame["team"].to_numpy() != ""
    for positions in _group_positions(frame, on_people, ["measure", "authority", "period_kind", "period"]):
        whole, teams = positions[~is_team[positions]], positions[is_team[positions]]
        if len(whole) == 1 and len(teams):
            yield int(whole[0]), teams


def _sum_fortnights(frame: pd.DataFrame, on_people: NDArray[np.bool_]) -> Iterator[Total]:
    """Yield the figures of windows that are made of whole fortnights with those of the fortnights."""
    kind = frame["period_kind"].to_numpy()
    first = pd.to_datetime(frame["period_start"]).to_numpy()
    last = pd.to_datetime(frame["period_end"]).to_numpy()
    days = (last - first) // np.timedelta64(1, "D") + 1
    for positions in _group_positions(frame, on_people, ["measure", "authority", "team"]):
        fortnights = positions[kind[positions] == PeriodKind.FORTNIGHT]
        for window in positions[kind[positions] == PeriodKind.WINDOW]:
            inside = fortnights[(first[fortnights] >= first[window]) & (last[fortnights] <= last[window])]
            if len(inside) and days[inside].sum() == days[window]:
                yield int(window), inside


def _group_positions(frame: pd.DataFrame, wanted: NDArray[np.bool_], by: list[str]) -> Iterator[NDArray[np.int64]]:
    """Yield the positions of the wanted figures, group by group."""
    number = frame.groupby(by, sort=False).ngroup().to_numpy()
    positions = np.flatnonzero(wanted)
    ordered = positions[np.argsort(number[positions], kind="stable")]
    groups = np.split(ordered, np.flatnonzero(np.diff(number[ordered])) + 1)
    return (group for group in groups if len(group))


def _hide_complements(hidden: NDArray[np.bool_], each: Total, people: NDArray[np.float64], minimum: int) -> bool:
    """Hide as many parts more as it takes that none can be told by subtraction; return whether any was."""
    total, parts = each
    if hidden[total] or not hidden[parts].any():
        return False
    changed = False
    while True:
        secret = parts[hidden[parts]]
        if len(secret) > 1 and people[secret].sum() >= minimum:
            return changed
        others = parts[~hidden[parts] & (people[parts] > 0)]
        hidden[others[np.argmin(people[others])] if len(others) else total] = changed = True
        if not len(others):
            return True


def _hide_window(hidden: NDArray[np.bool_], each: Total) -> bool:
    """Hide a window where a fortnight of it is hidden; return whether it was not before."""
    window, fortnights = each
    changed = bool(hidden[fortnights].any() and not hidden[window])
    hidden[window] |= changed
    return changed
