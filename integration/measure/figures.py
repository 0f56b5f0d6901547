"""Every figure of every measure, as of a reporting date, each with its n and the ids it rests on."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from config.schema import (
    CountMeasure,
    GridField,
    HeldMeasure,
    MeanMeasure,
    OnTimeMeasure,
    RatioMeanMeasure,
    ResponseRateMeasure,
    ShareMeasure,
)
from config.schema.sources import find_series_breaks
from integration.measure import kinds
from integration.measure.groups import (
    GroupedRows,
    find_series_starts,
    group_rows,
    keep_current_series,
    keep_left_out,
    list_groups,
    list_series_starts,
    number_current_series,
    number_series,
)
from integration.model import DIFFERENCING_COLUMNS, FIGURE_COLUMNS, Figures
from integration.periods import index_periods, list_begun_periods, list_complete_months

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from config.schema import MeasureSpec, PeriodKind, Programme, Settings
    from config.schema.sources import DetectedRewording
    from integration.measure.groups import Group
    from integration.model import Rows

CONFIDENCE = 0.95


def calculate_figures(
    settings: Settings,
    rows: Mapping[str, Rows],
    as_of: date,
    reworded: Mapping[str, Sequence[DetectedRewording]] | None = None,
) -> Figures:
    """Return all figures as of the day: rows dated later count for none, later periods are not there.

    The frame has FIGURE_COLUMNS and the further columns named there, by measure, then by who, then by period. A figure
    uses answers of one series only: `series_from` is that series' first day, NaT for the first one.
    `reworded` has, by form, the rewordings that a reading has seen; they count until the YAML has them.
    """
    seen = reworded or {}
    series = {source: find_series_breaks(form, seen.get(source, ())) for source, form in settings.forms.items()}
    parts = [
        _figures(key, spec, kind, settings=settings, rows=rows, as_of=as_of, breaks_of=series.get(spec.source, {}))
        for key, spec in settings.measures.items()
        for kind in spec.periods
    ]
    frame = pd.concat(parts, ignore_index=True)
    _add_intervals(frame, settings)
    return Figures(as_of, frame)


def _figures(  # noqa: PLR0913  # one call, from measure
    key: str,
    spec: MeasureSpec,
    kind: PeriodKind,
    *,
    settings: Settings,
    rows: Mapping[str, Rows],
    as_of: date,
    breaks_of: Mapping[str, tuple[date, ...]],
) -> pd.DataFrame:
    frame = _counted(rows[spec.source].frame)
    days = _days(spec, frame).to_numpy().astype("datetime64[D]")
    belongs = (days <= np.datetime64(as_of)) & _within(spec, days, settings)
    come, days = frame[belongs].reset_index(drop=True), days[belongs]
    periods = list_begun_periods(kind, settings.programme, as_of)
    whos = list_groups(settings.programme, with_teams=_has_teams(settings, spec.source))
    first = list_series_starts(spec, breaks_of)
    series, in_force = number_series(days, first), number_current_series(first, periods, as_of)
    groups = group_rows(come, index_periods(kind, days, periods, settings.programme), periods, whos)
    kept = keep_current_series(groups, series, in_force)

    def come_to(members: GroupedRows) -> kinds.GroupValues:
        return _values(spec, come, members, settings, rows, as_of)

    values = come_to(kept)
    columns = _columns(key, spec, kept, values, come["_id"].to_numpy(dtype=object))
    columns |= {"people": _people(spec, settings, come, values)}
    if len(first):
        whole = come_to(groups)
        others = whole, come_to(keep_left_out(replace(groups, members=whole.rows), series, in_force))
        for names, other in zip(DIFFERENCING_COLUMNS, others, strict=True):
            columns |= {names["people"]: _people(spec, settings, come, other)}
            columns |= {names["value"]: other.value, names["sd"]: other.sd}
    columns |= {"series_from": np.tile(find_series_starts(in_force, first).astype("datetime64[s]"), len(whos))}
    return pd.DataFrame(columns)


def _counted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["_counted"]] if "_counted" in frame else frame


def _days(spec: MeasureSpec, frame: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    """Return the day to which each row belongs; of a sheet, the date that the measure names."""
    if isinstance(spec, OnTimeMeasure):
        return frame[spec.due]
    dated_by = getattr(spec, "dated_by", None)
    return frame[dated_by] if dated_by else frame["_on"]


def _within(spec: MeasureSpec, days: NDArray[np.datetime64], settings: Settings) -> NDArray[np.bool_]:
    if isinstance(spec, CountMeasure) and spec.within_phase:
        phase = settings.programme.phases[spec.within_phase]
        return (days >= np.datetime64(phase.start)) & (days <= np.datetime64(phase.end))
    return np.ones(len(days), dtype=bool)


def _values(  # noqa: PLR0911, PLR0913, PLR0917  # one return a kind reads best; one call, from _figures
    spec: MeasureSpec,
    frame: pd.DataFrame,
    groups: GroupedRows,
    settings: Settings,
    rows: Mapping[str, Rows],
    as_of: date,
) -> kinds.GroupValues:
    match spec:
        case ShareMeasure():
            return kinds.calculate_shares(kinds.read_set_membership(spec, frame, _grid(settings, spec)), groups)
        case MeanMeasure():
            return kinds.calculate_means(kinds.read_numbers(spec, frame), groups)
        case RatioMeanMeasure():
            return kinds.calculate_means(kinds.read_ratios(spec, frame), groups)
        case ResponseRateMeasure():
            return kinds.calculate_rates(groups, _headcounts(groups, settings, rows))
        case CountMeasure():
            return kinds.calculate_counts(kinds.match_conditions(spec, frame), groups)
        case OnTimeMeasure():
            return kinds.calculate_shares(kinds.match_on_time(spec, frame), groups)
        case HeldMeasure():
            return kinds.calculate_months_held(spec, frame, groups, list_complete_months(settings.programme, as_of))


def _columns(
    key: str, spec: MeasureSpec, groups: GroupedRows, values: kinds.GroupValues, ids: NDArray[np.object_]
) -> dict[str, object]:
    pairs = [(who, period) for who in groups.whos for period in groups.periods]
    targets = [spec.target if spec.target_for == "each" or not who.team else None for who, _ in pairs]
    data = {
        "measure": [key] * len(pairs),
        "authority": [who.authority for who, _ in pairs],
        "team": [who.team for who, _ in pairs],
        "period_kind": [str(period.kind) for _, period in pairs],
        "period": [period.name for _, period in pairs],
        "period_start": [period.start for _, period in pairs],
        "period_end": [period.end for _, period in pairs],
        "n": values.n,
        "numerator": values.numerator,
        "denominator": values.denominator,
        "value": values.value,
        "lower": np.nan,
        "upper": np.nan,
        "target": np.array(targets, dtype=float),
    }
    more = {"sd": values.sd, "median": values.median, "ids": [tuple(ids[rows]) for rows in values.rows]}
    return {name: data[name] for name in FIGURE_COLUMNS} | more


def _add_intervals(frame: pd.DataFrame, settings: Settings) -> None:
    """Add Wilson's interval to every share and rate of people (Wilson 1927), by statsmodels."""
    from statsmodels.stats.proportion import proportion_confint  # noqa: PLC0415  # more than a second to import

    kinds_of = {
        key: spec for key, spec in settings.measures.items() if isinstance(spec, (ShareMeasure, ResponseRateMeasure))
    }
    a, b = frame["numerator"].to_numpy(), frame["denominator"].to_numpy()
    rows = np.flatnonzero(frame["measure"].isin(kinds_of).to_numpy() & (b > 0) & (a <= b))
    lower, upper = proportion_confint(a[rows], b[rows], alpha=1 - CONFIDENCE, method="wilson")
    share = a[rows] / b[rows]  # at 0 and 1 rounding puts an end a hair inside the share itself
    frame.loc[rows, "lower"] = np.clip(np.minimum(lower, share), 0, 1)
    frame.loc[rows, "upper"] = np.clip(np.maximum(upper, share), 0, 1)


def _people(
    spec: MeasureSpec, settings: Settings, frame: pd.DataFrame, values: kinds.GroupValues
) -> NDArray[np.float64]:
    """Return how many people each figure rests on; NaN for a figure on things."""
    if spec.rests_on == "things":
        return np.full(len(values.rows), np.nan)
    form = settings.forms.get(spec.source)
    codes = [field.name for field in form.fields if field.type == "code"] if form else []
    once = bool(form and form.one_per)
    return count_people(values.rows, frame, codes[0] if codes else None, once_a_fortnight=once)


def _headcounts(groups: GroupedRows, settings: Settings, rows: Mapping[str, Rows]) -> NDArray[np.float64]:
    name = settings.programme.headcounts
    headcounts = read_headcounts(settings.programme, rows[name].frame if name else None)
    return np.array([headcounts.on(period.start, who) for who in groups.whos for period in groups.periods], dtype=float)


def _grid(settings: Settings, spec: ShareMeasure) -> list[str]:
    source = settings.forms.get(spec.source) or settings.sheets[spec.source]
    field = next(field for field in source.fields if field.name == spec.field)
    return [f"{field.name}.{row}" for row in field.rows] if isinstance(field, GridField) else []


def _has_teams(settings: Settings, source: str) -> bool:
    fields = (settings.forms.get(source) or settings.sheets[source]).fields
    return any(field.type == "team" for field in fields)


@dataclass(frozen=True, slots=True)
class Headcounts:
    """For each team the days from which a headcount is in force, in order, and the headcounts."""

    programme: Programme
    of_team: dict[str, tuple[list[date], list[float]]]

    def on(self, day: date, who: Group) -> float:
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


def count_people(
    groups: Sequence[NDArray[np.int64]], frame: pd.DataFrame, code: str | None, *, once_a_fortnight: bool
) -> NDArray[np.float64]:
    """Return for each group of row positions how many people, at the least that is sensible, stand behind it.

    A code is a person; an answer without one is another person, but for a form that a person answers once a fortnight
    only within one fortnight: over several, the same five people must not be taken for ten.
    """
    if code is None or code not in frame:
        return np.array([float(len(rows)) for rows in groups])
    codes = frame[code].to_numpy(dtype=object)
    known = frame[code].notna().to_numpy()
    sittings = frame["fortnight"].to_numpy() if once_a_fortnight else np.zeros(len(frame), dtype=np.int64)
    return np.array([_people_of_groups(codes[rows], known[rows], sittings[rows]) for rows in groups], dtype=float)


def _people_of_groups(codes: NDArray[np.object_], known: NDArray[np.bool_], sittings: NDArray[np.int64]) -> int:
    by_code = len(set(codes[known]))
    by_sitting = (
        len(set(codes[known & (sittings == sitting)])) + int((~known & (sittings == sitting)).sum())
        for sitting in set(sittings.tolist())
    )
    return max([by_code, *by_sitting])
