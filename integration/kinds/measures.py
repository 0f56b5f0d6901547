"""The kinds of measure: one record each. `MEASURE_KINDS` has them by the `kind` that stands in the YAML."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
import pandas as pd

from config import schema
from config.schema.measures import MeasureBase, kind_name
from config.spelling import fold_case
from integration.kinds import cells
from integration.kinds.cells import CellValues, RowValues
from integration.periods import list_complete_months

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from config.schema import FieldSpec, Settings
    from integration.kinds.cells import GroupedRows, Persons
    from integration.model import Rows
    from integration.periods import Period

M = TypeVar("M", bound=MeasureBase)


@dataclass(frozen=True, slots=True)
class CellRows:
    """What a measure's figures are calculated from: the rows that count, and which of them stand in which cell.

    `fields` are those of its source; `rows` are those of every source. `persons` are who answered, of a form.
    """

    frame: pd.DataFrame
    grouped: GroupedRows
    fields: Sequence[FieldSpec]
    settings: Settings
    rows: Mapping[str, Rows]
    as_of: date
    persons: Persons | None


class ValueFormat(StrEnum):
    """How a figure of a measure is written."""

    PERCENT = "percent"
    """A part of 1, as a percentage."""
    OUT_OF = "out of"
    """A part of 1 that counts events, too few for a percentage to say more: "6 of 7". A percentage in a table."""
    COUNT = "count"
    NUMBER = "number"
    """A number in the unit that the measure's YAML names."""

    @property
    def is_share(self) -> bool:
        """Whether the value is a part of 1."""
        return self in {ValueFormat.PERCENT, ValueFormat.OUT_OF}


class Basis(StrEnum):
    """What a figure rests on, as it is written beside it."""

    NUMERATOR = "numerator"
    """Numerator and denominator: "10 of 15"."""
    ANSWERS = "answers"
    """How many answers it is worked out from: "14 answers"."""
    NONE = "none"
    """Nothing: the figure says it itself."""


class DisclosedAs(StrEnum):
    """What a figure on people tells of those whom it rests on."""

    SHARE = "share"
    """How many of them gave one of some answers."""
    MEAN = "mean"
    """The mean of their answers."""
    RESPONSES = "responses"
    """That they answered at all; `n` are those who could have."""
    COUNT = "count"
    """How many they are."""


class ChartKind(StrEnum):
    """The kinds of chart that a pack may have."""

    FORTNIGHTS = "fortnights"
    """Shares over fortnights, one panel a question."""
    RESPONSE_RATE = "response_rate"
    """The response rate over fortnights, with its target."""
    COUNT = "count"
    """Small changes implemented, added up over time, against the pace that was hoped for."""
    WINDOWS = "windows"
    """Each survey round as a dot, with its interval where the kind has one, one panel a measure; of every kind."""
    MILESTONES = "milestones"
    """When each milestone was due and when it was done."""


class Decision(StrEnum):
    """What leaders are asked to decide where a measure is behind its target."""

    TARGET = "target"
    """What would help."""
    PACE = "pace"
    """What would keep the pace towards the target at a phase's end."""
    ANSWERING = "answering"
    """Whether teams could make time to answer."""
    REVIEW = "review"
    """When the month's review meeting, which is missing, will be held."""


class WorkItemKind(StrEnum):
    """The work items of which a pack has a table below a measure."""

    SMALL_CHANGE = "small_change"
    MILESTONE = "milestone"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Pace:
    """How a count is expected to grow: the stages of the work items that it counts, and the phase of its target."""

    stages: tuple[str, ...]
    phase: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureKind(Generic[M]):
    """Everything that the stages need to know of one kind of measure.

    - `model`: its settings in YAML, with what it may rest on and which fields it allows.
    - `calculate`: its figure in each cell.
    - `has_interval`: whether it is a share of people, with Wilson's interval.
    - `disclosed_as`: what a figure on people tells of them, by which it is decided whether leaders see it.
    - `value_format`, `basis`: how a figure is written, and what stands beside it.
    - `target_of_all`: what a target of 1 is called, "" for "100%".
    - `chart`: the chart of the pack that shows it, beside that of survey rounds; None for no other.
    - `decision`: what leaders are asked where it is behind its target.
    - `work_items`: which work items stand in a table below it.
    - `find_pace`: how its count is expected to grow; None where it has no such pace.
    """

    model: type[M]
    calculate: Callable[[M, CellRows], CellValues]
    has_interval: bool
    disclosed_as: DisclosedAs
    value_format: ValueFormat
    basis: Basis
    target_of_all: str
    chart: ChartKind | None
    decision: Decision
    work_items: WorkItemKind | None
    find_pace: Callable[[M], Pace] | None


def _calculate_share(spec: schema.ShareMeasure, source: CellRows) -> CellValues:
    """Return the share of valid answers that are in the set; of a grid, of people with any row in it."""
    field = next(field for field in source.fields if field.name == spec.field)
    rows = field.rows if isinstance(field, schema.RowsField) else ()
    columns = [source.frame[name] for name in ([f"{spec.field}.{row}" for row in rows] or [spec.field])]
    answered = np.any([column.notna().to_numpy() for column in columns], axis=0)
    inside = np.any([_is_in(column, spec.values) for column in columns], axis=0)  # not pandas
    return cells.calculate_shares(RowValues(answered, (inside & answered).astype(float)), source.grouped)


SHARE = MeasureKind(
    model=schema.ShareMeasure,
    calculate=_calculate_share,
    has_interval=True,
    disclosed_as=DisclosedAs.SHARE,
    value_format=ValueFormat.PERCENT,
    basis=Basis.NUMERATOR,
    target_of_all="",
    chart=ChartKind.FORTNIGHTS,
    decision=Decision.TARGET,
    work_items=None,
    find_pace=None,
)


def read_numbers(spec: schema.NumbersMeasure, frame: pd.DataFrame) -> RowValues:
    """Return each row's number; of tick boxes, how many were ticked, 0 where none was."""
    ticks = f"_n.{spec.field}"
    number = frame[ticks if ticks in frame else spec.field].to_numpy(dtype=float)
    return RowValues(~np.isnan(number), number)


MEAN = MeasureKind(
    model=schema.MeanMeasure,
    calculate=lambda spec, source: cells.calculate_means(read_numbers(spec, source.frame), source.grouped),
    has_interval=False,
    disclosed_as=DisclosedAs.MEAN,
    value_format=ValueFormat.NUMBER,
    basis=Basis.ANSWERS,
    target_of_all="",
    chart=None,
    decision=Decision.TARGET,
    work_items=None,
    find_pace=None,
)


def _calculate_ratio_mean(spec: schema.RatioMeanMeasure, source: CellRows) -> CellValues:
    """Return the mean of a / b where both are there, b > 0 and a <= b."""
    a, b = (source.frame[name].to_numpy(dtype=float) for name in (spec.numerator, spec.denominator))
    valid = (b > 0) & (a <= b)
    ratios = np.divide(a, b, out=np.full(len(a), np.nan), where=valid)
    return cells.calculate_means(RowValues(valid, ratios), source.grouped)


RATIO_MEAN = MeasureKind(
    model=schema.RatioMeanMeasure,
    calculate=_calculate_ratio_mean,
    has_interval=False,
    disclosed_as=DisclosedAs.MEAN,
    value_format=ValueFormat.PERCENT,
    basis=Basis.ANSWERS,
    target_of_all="",
    chart=None,
    decision=Decision.TARGET,
    work_items=None,
    find_pace=None,
)


def _calculate_response_rate(spec: schema.ResponseRateMeasure, source: CellRows) -> CellValues:  # noqa: ARG001
    """Return people who answered / headcount, over the teams that have a headcount; n is the headcount.

    Exceeds 1 where the headcount is too small, or where some answered twice without a code.
    """
    if source.persons is None:
        raise AssertionError("a response rate rests on a form")
    headcounts, members = find_headcounts(source), source.grouped.members
    periods = len(source.grouped.periods)
    nobody = {
        (team, number)
        for team, counts in _find_team_headcounts(source).items()
        for number in np.flatnonzero(counts == 0).tolist()
    }
    if nobody:
        teams = source.frame["_team"].tolist()
        members = tuple(
            rows[[(teams[row], cell % periods) not in nobody for row in rows.tolist()]] if len(rows) else rows
            for cell, rows in enumerate(members)
        )
    return cells.divide(headcounts, cells.count_people(members, source.persons), headcounts, members)


def find_headcounts(source: CellRows) -> NDArray[np.float64]:
    """Return for each cell the headcount in force on its period's first day; of an authority, all its teams' summed."""
    of_team, authorities = _find_team_headcounts(source), source.settings.programme.authorities
    return np.concatenate([
        np.sum([of_team[team] for team in ([group.team] if group.team else authorities[group.authority].teams)], axis=0)
        for group in source.grouped.groups
    ])  # fmt: skip


def _find_team_headcounts(source: CellRows) -> dict[str, NDArray[np.float64]]:
    """Return the headcount of each team by periods: the newest of the sheet of headcounts, else that of the YAML.

    A row of the sheet without a day or a number says nothing. Of a team that joined later it is that of its first day;
    one that does not take part in the period has none.
    """
    programme = source.settings.programme
    in_force: dict[str, tuple[list[date], list[float]]] = {}
    if programme.headcounts:
        sheet = source.rows[programme.headcounts].frame.dropna(subset=["headcount", "from_on"])
        for team, of_team in sheet.sort_values("from_on", kind="stable").groupby("_team"):
            in_force[str(team)] = [day.date() for day in of_team["from_on"]], of_team["headcount"].tolist()

    def headcount(authority: str, team: str, period: Period) -> float:
        first, last = programme.find_days(authority, team)
        if period.end < first or period.start > last:
            return 0.0
        days, counts = in_force.get(team, ([], []))
        position = bisect_right(days, max(period.start, first))
        return counts[position - 1] if position else float(programme.authorities[authority].teams[team].headcount)

    return {
        team: np.array([headcount(key, team, period) for period in source.grouped.periods], dtype=float)
        for key, authority in programme.authorities.items()
        for team in authority.teams
    }


RESPONSE_RATE = MeasureKind(
    model=schema.ResponseRateMeasure,
    calculate=_calculate_response_rate,
    has_interval=True,
    disclosed_as=DisclosedAs.RESPONSES,
    value_format=ValueFormat.PERCENT,
    basis=Basis.NUMERATOR,
    target_of_all="",
    chart=ChartKind.RESPONSE_RATE,
    decision=Decision.ANSWERING,
    work_items=None,
    find_pace=None,
)


def _calculate_count(spec: schema.CountMeasure, source: CellRows) -> CellValues:
    """Return how many rows satisfy every condition."""
    conditions = [_is_in(source.frame[field], values) for field, values in spec.where.items()]
    met = np.all([*conditions, np.ones(len(source.frame), dtype=bool)], axis=0)
    return cells.calculate_counts(RowValues(met, met.astype(float)), source.grouped)


COUNT = MeasureKind(
    model=schema.CountMeasure,
    calculate=_calculate_count,
    has_interval=False,
    disclosed_as=DisclosedAs.COUNT,
    value_format=ValueFormat.COUNT,
    basis=Basis.NONE,
    target_of_all="",
    chart=ChartKind.COUNT,
    decision=Decision.PACE,
    work_items=WorkItemKind.SMALL_CHANGE,
    find_pace=lambda spec: Pace(
        tuple(fold_case(stage) for stages in spec.where.values() for stage in stages), spec.within_phase
    ),
)


def _calculate_on_time(spec: schema.OnTimeMeasure, source: CellRows) -> CellValues:
    """Return the share of rows that were done by the day on which they were due, out of those that have such a day."""
    due, done = source.frame[spec.due].to_numpy(), source.frame[spec.done].to_numpy()
    return cells.calculate_shares(RowValues(~np.isnat(due), (done <= due).astype(float)), source.grouped)


ON_TIME = MeasureKind(
    model=schema.OnTimeMeasure,
    calculate=_calculate_on_time,
    has_interval=False,
    disclosed_as=DisclosedAs.SHARE,
    value_format=ValueFormat.OUT_OF,
    basis=Basis.NUMERATOR,
    target_of_all="",
    chart=ChartKind.MILESTONES,
    decision=Decision.TARGET,
    work_items=WorkItemKind.MILESTONE,
    find_pace=None,
)


def _calculate_months_held(spec: schema.HeldMeasure, source: CellRows) -> CellValues:
    """Return complete months with at least one row out of complete months so far, from the group's own first one."""
    programme, grouped = source.settings.programme, source.grouped
    months = list_complete_months(programme, source.as_of)
    days = source.frame[spec.dated_by].to_numpy().astype("datetime64[D]")
    in_month = [(days >= np.datetime64(month.start)) & (days <= np.datetime64(month.end)) for month in months]
    complete = np.any([*in_month, np.zeros(len(source.frame), dtype=bool)], axis=0)
    kept = tuple(rows[complete[rows]] for rows in grouped.members)
    numerator = np.array([float(sum(month[rows].any() for month in in_month)) for rows in kept])
    spans = [programme.find_days(group.authority, group.team) for group in grouped.groups for _ in grouped.periods]
    own_months = [sum(month.end >= first and month.start <= last for month in months) for first, last in spans]
    denominator = np.array(own_months, dtype=float)
    return cells.divide(denominator, numerator, denominator, kept)


HELD = MeasureKind(
    model=schema.HeldMeasure,
    calculate=_calculate_months_held,
    has_interval=False,
    disclosed_as=DisclosedAs.SHARE,
    value_format=ValueFormat.OUT_OF,
    basis=Basis.NUMERATOR,
    target_of_all="every month",
    chart=None,
    decision=Decision.REVIEW,
    work_items=WorkItemKind.ACTION,
    find_pace=None,
)

RECORDS: tuple[MeasureKind[Any], ...] = (SHARE, MEAN, RATIO_MEAN, RESPONSE_RATE, COUNT, ON_TIME, HELD)
MEASURE_KINDS: Mapping[str, MeasureKind[Any]] = {kind_name(kind.model): kind for kind in RECORDS}


def _is_in(column: pd.Series[Any], answers: Iterable[int | str]) -> NDArray[np.bool_]:
    """Return which rows have one of the answers; words as they are compared, also those that look like numbers."""
    if column.dtype.kind == "f":
        return column.isin([float(answer) for answer in answers]).to_numpy(dtype=bool)
    counted = {fold_case(str(answer)) for answer in answers}
    places, distinct = pd.factorize(column)  # a missing one's place, -1, is the last
    return np.array([*(fold_case(str(each)) in counted for each in distinct), False], dtype=bool)[places]
