"""Every figure of every measure, as of a reporting date, each with its n and the ids it rests on.

For each measure and each kind of period that it has:

1. The rows that count are dated; later ones than the reporting date are left out.
2. They are put into cells: each group (team or authority) in each period.
3. Where a question was reworded, only the answers to the wording in force on the period's last day stay.
4. The values of each cell are calculated by the measure's kind (`integration.kinds.measures`).
5. The people behind each figure are counted, and what each of its rows contributes is noted.

At the end shares and rates get their confidence intervals.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from config.schema.fields import Answers, find_series_breaks
from integration.kinds.cells import GroupedRows, Persons, count_people, count_rows, group_rows, list_groups
from integration.kinds.measures import MEASURE_KINDS, CellRows, find_headcounts
from integration.model import Figures
from integration.periods import index_periods, list_begun_periods, number_asking_periods

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from config.schema import MeasureSpec, PeriodKind, Programme, Settings
    from config.schema.fields import DetectedRewording
    from integration.kinds.cells import CellValues
    from integration.model import Rows
    from integration.periods import Period

CONFIDENCE = 0.95


def calculate_figures(
    settings: Settings,
    rows: Mapping[str, Rows],
    as_of: date,
    rewordings: Mapping[str, Sequence[DetectedRewording]] | None = None,
) -> Figures:
    """Return all figures as of the day: rows dated later count for none, later periods are not there.

    The frame has FIGURE_COLUMNS and the further columns named there, by measure, then by group, then by period. A
    figure uses answers of one series only: `series_from` is that series' first day, NaT for the first one.
    `rewordings` has, by form, those that readings have detected; they count until the YAML has them.
    """
    detected = rewordings or {}
    breaks = {source: find_series_breaks(form, detected.get(source, ())) for source, form in settings.forms.items()}
    parts = [
        _calculate_measure(key, kind, settings, rows, as_of, breaks.get(spec.source, {}))
        for key, spec in settings.measures.items()
        for kind in spec.periods
    ]
    frame = pd.concat(parts, ignore_index=True)
    _add_intervals(frame, settings)
    return Figures(as_of, frame)


def _calculate_measure(  # noqa: PLR0913, PLR0917  # one call, from calculate_figures
    key: str,
    kind: PeriodKind,
    settings: Settings,
    rows: Mapping[str, Rows],
    as_of: date,
    breaks: Mapping[str, tuple[date, ...]],
) -> pd.DataFrame:
    spec = settings.measures[key]
    calculate = MEASURE_KINDS[spec.kind].calculate
    frame, days = _select_rows(spec, rows[spec.source].frame, settings, as_of)
    periods = list_begun_periods(kind, settings.programme, as_of)
    fields = (settings.forms.get(spec.source) or settings.sheets[spec.source]).fields
    with_teams = any(field.type == "team" for field in fields)
    groups = list_groups(settings.programme, with_teams=with_teams)
    all_rows = group_rows(frame, index_periods(kind, days, periods, settings.programme), periods, groups)
    series = _number_series(spec, breaks, days, periods, as_of)
    grouped = _keep_current_series(all_rows, series)
    cell_rows = CellRows(frame, grouped, fields, settings, rows, as_of, _find_persons(spec, frame, days, settings))
    values = calculate(spec, cell_rows)
    headcounts = find_headcounts(cell_rows) if _asks_staff(spec, settings) else None
    columns = _build_columns(key, spec, grouped, values, frame["_id"].to_numpy(dtype=object))
    columns["people"] = _count_people(spec, values, cell_rows.persons, headcounts)
    columns["headcount"] = np.full(len(values.n), np.nan) if headcounts is None else headcounts
    if spec.rests_on == "people":
        names = frame["_id"].to_numpy(dtype=object) if cell_rows.persons is None else cell_rows.persons.name
        numbers = np.ones(len(frame)) if values.numbers is None else values.numbers
        columns["persons"] = [names[rows] for rows in values.rows]
        columns["answers"] = [numbers[rows] for rows in values.rows]
    first_days = np.concatenate([np.array(["NaT"], dtype="datetime64[D]"), series.starts])[series.of_periods]
    columns["series_from"] = np.tile(first_days.astype("datetime64[s]"), len(groups))
    spans = [settings.programme.find_days(group.authority, group.team) for group in groups for _ in periods]
    took_part = [
        period.end >= first and period.start <= last
        for (first, last), period in zip(spans, list(periods) * len(groups), strict=True)
    ]
    return pd.DataFrame(columns)[took_part]


def _select_rows(
    spec: MeasureSpec, frame: pd.DataFrame, settings: Settings, as_of: date
) -> tuple[pd.DataFrame, NDArray[np.datetime64]]:
    """Return the rows that count for the measure, and the day of each; of a sheet, the date that the measure names."""
    counted = frame[frame["_counted"]] if "_counted" in frame else frame
    _, dated_by = spec.find_date_field() or ("", "_on")
    days = counted[dated_by].to_numpy().astype("datetime64[D]")
    is_in = (days <= np.datetime64(as_of)) & _takes_part(counted, days, settings.programme)
    if within := spec.find_phase():
        phase = settings.programme.phases[within]
        is_in &= (days >= np.datetime64(phase.start)) & (days <= np.datetime64(phase.end))
    return counted[is_in].reset_index(drop=True), days[is_in]


def _takes_part(frame: pd.DataFrame, days: NDArray[np.datetime64], programme: Programme) -> NDArray[np.bool_]:
    """Return which rows belong to a team and an authority that took part on the row's day."""
    takes_part = np.ones(len(frame), dtype=bool)
    for group in list_groups(programme, with_teams=True):
        first, last = programme.find_days(group.authority, group.team)
        if (first, last) != (date.min, date.max):
            is_own = (frame["_team"] == group.team) if group.team else (frame["_authority"] == group.authority)
            outside = (days < np.datetime64(first)) | (days > np.datetime64(last))
            takes_part &= ~(is_own.to_numpy(dtype=bool) & outside)
    return takes_part


@dataclass(frozen=True, slots=True)
class _Series:
    """The series of a measure by number, 0 for the first: the first days of the others, and each row's and period's.

    A series is a run of answers to one wording of a question. A period's series is that of its last day, or of the
    reporting date before it.
    """

    starts: NDArray[np.datetime64]
    of_rows: NDArray[np.int64]
    of_periods: NDArray[np.int64]


def _number_series(
    spec: MeasureSpec,
    breaks: Mapping[str, tuple[date, ...]],
    days: NDArray[np.datetime64],
    periods: Sequence[Period],
    as_of: date,
) -> _Series:
    """Return the series of a measure; `breaks` are the first days of new ones by field, `days` are the rows' days."""
    days_of_breaks = {day for field in spec.list_named_fields() for day in breaks.get(field.name, ())}
    starts = np.array(sorted(days_of_breaks), dtype="datetime64[D]")
    last_days = np.array([min(period.end, as_of) for period in periods], dtype="datetime64[D]")
    return _Series(starts, np.searchsorted(starts, days, "right"), np.searchsorted(starts, last_days, "right"))


def _keep_current_series(grouped: GroupedRows, series: _Series) -> GroupedRows:
    """Return the cells without the rows of earlier series than their period's.

    A cell without rows of its period's series is empty, whatever was answered before.
    """
    by_cell = np.tile(series.of_periods, len(grouped.groups))
    members = (rows[series.of_rows[rows] == number] for rows, number in zip(grouped.members, by_cell, strict=True))
    return replace(grouped, members=tuple(members))


def _build_columns(
    key: str, spec: MeasureSpec, grouped: GroupedRows, values: CellValues, ids: NDArray[np.object_]
) -> dict[str, object]:
    cells = [(group, period) for group in grouped.groups for period in grouped.periods]
    targets = [spec.target if spec.target_for == "each" or not group.team else None for group, _ in cells]
    return {
        "measure": [key] * len(cells),
        "authority": [group.authority for group, _ in cells],
        "team": [group.team for group, _ in cells],
        "period_kind": [str(period.kind) for _, period in cells],
        "period": [period.name for _, period in cells],
        "period_start": [period.start for _, period in cells],
        "period_end": [period.end for _, period in cells],
        "n": values.n,
        "numerator": values.numerator,
        "denominator": values.denominator,
        "value": values.value,
        "lower": np.nan,
        "upper": np.nan,
        "target": np.array(targets, dtype=float),
        "sd": values.sd,
        "median": values.median,
        "ids": [tuple(ids[rows]) for rows in values.rows],
    }


def _find_persons(
    spec: MeasureSpec, frame: pd.DataFrame, days: NDArray[np.datetime64], settings: Settings
) -> Persons | None:
    """Return who answered, of a form: a code is a person within its team; None for a sheet."""
    form = settings.forms.get(spec.source)
    if form is None:
        return None
    asked_in = number_asking_periods(days, settings.find_asking_period(spec.source), settings.programme)
    code = next((field.name for field in form.fields if field.answers is Answers.PERSON), None)
    codes = frame[code] if code is not None and code in frame else pd.Series(None, index=frame.index, dtype=object)
    numbers = frame.groupby(["_team", codes], sort=False).ngroup().fillna(-1)  # of no group where there is no code
    number = np.array(numbers, dtype=np.int64)
    place = frame.groupby(["_team", pd.Series(asked_in, index=frame.index), number < 0], sort=False).cumcount()
    name = np.where(number < 0, "without a code " + place.astype(str), codes.astype(str))
    return Persons(number, asked_in, np.array(frame["_team"].astype(str) + " " + name, dtype=object))


def _asks_staff(spec: MeasureSpec, settings: Settings) -> bool:
    form = settings.forms.get(spec.source)
    return form is not None and form.asks == "staff"


def _count_people(
    spec: MeasureSpec, values: CellValues, persons: Persons | None, headcounts: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    """Return how many people each figure rests on, at the least that is possible; NaN for a figure on work items.

    Of a sheet each row is a person: it holds what each of them said of themselves, once.
    """
    if spec.rests_on == "things":
        return np.full(len(values.rows), np.nan)
    if persons is None:
        return count_rows(values.rows)
    return count_people(values.rows, persons, headcounts)


def _add_intervals(frame: pd.DataFrame, settings: Settings) -> None:
    """Add Wilson's interval to every share and rate of people (Wilson 1927), by statsmodels."""
    from statsmodels.stats.proportion import proportion_confint  # noqa: PLC0415  # more than a second to import

    measures = [key for key, spec in settings.measures.items() if MEASURE_KINDS[spec.kind].has_interval]
    numerator, denominator = frame["numerator"].to_numpy(), frame["denominator"].to_numpy()
    has_interval = frame["measure"].isin(measures).to_numpy() & (denominator > 0) & (numerator <= denominator)
    rows = np.flatnonzero(has_interval)
    lower, upper = proportion_confint(numerator[rows], denominator[rows], alpha=1 - CONFIDENCE, method="wilson")
    share = numerator[rows] / denominator[rows]  # at 0 and 1 rounding puts an end a hair inside the share itself
    frame.loc[rows, "lower"] = np.clip(np.minimum(lower, share), 0, 1)
    frame.loc[rows, "upper"] = np.clip(np.maximum(upper, share), 0, 1)
