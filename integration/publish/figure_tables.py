"""Tables of figures for leaders: one row for each period, measure and group, whose columns are always the same."""

from __future__ import annotations

import re
import textwrap
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from config.schema import CountMeasure, MeanMeasure, PeriodKind, RatioMeanMeasure, ResponseRateMeasure, ShareMeasure
from integration.model import Column, ColumnType, Percent
from integration.text_format import format_date, format_date_range, format_month

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from config.schema import MeasureSpec, Programme, Settings
    from integration.model import LeadersView

HIDDEN = "[c]"
NOT_AVAILABLE = "[x]"
NOT_APPLICABLE = "[z]"

SUMMARY_FIGURE_COLUMNS = (
    Column("Figure", ColumnType.NUMBER),
    Column("Number", ColumnType.NUMBER),
    Column("Out of", ColumnType.NUMBER),
    Column("Likely range, from", ColumnType.NUMBER),
    Column("Likely range, to", ColumnType.NUMBER),
    Column("Target", ColumnType.NUMBER),
)

PERIOD = Column("Period", ColumnType.TEXT)
MEASURE = Column("Measure", ColumnType.TEXT)
WHO = Column("Who", ColumnType.TEXT)

HISTORY_COLUMNS = (PERIOD, MEASURE, WHO, *SUMMARY_FIGURE_COLUMNS)
LATEST_COLUMNS = (MEASURE, WHO, PERIOD, *SUMMARY_FIGURE_COLUMNS)

HEADLINE_PERIOD_KINDS = (PeriodKind.TO_DATE, PeriodKind.FORTNIGHT, PeriodKind.MONTH, PeriodKind.WINDOW)
"""Of the kinds of period that a measure has, the first of these is the one that Headlines shows, as the pack does."""

Cells = tuple[Any, ...]
Record = dict[str, Any]


def build_history_rows(shown: LeadersView, measures: Sequence[str], settings: Settings) -> tuple[Cells, ...]:
    """Return the cells under `HISTORY_COLUMNS`, by `kinds_of`, in each kind the newest period first.

    Within a period stand the measures in the order given, of each the whole authority and then its teams.
    """
    records = [record for key in measures for record in _records(shown, key, settings)]
    # Sorting keeps the order of equals, so that measures and groups stay as they are within a period.
    records.sort(key=lambda record: (_end(record), _start(record)), reverse=True)
    kinds = order_period_kinds(measures, settings)
    records.sort(key=lambda record: kinds.index(record["period_kind"]))
    return tuple(
        (_period(record, settings), *_measure_and_who(record, shown, settings), *_figure(record, settings))
        for record in records
    )


def order_period_kinds(measures: Sequence[str], settings: Settings) -> tuple[PeriodKind, ...]:
    """Return the kinds of period of these measures: the one that most of them have comes first."""
    cuts = [kind for key in measures for kind in settings.measures[key].periods]
    return tuple(sorted(set(cuts), key=lambda kind: (-cuts.count(kind), HEADLINE_PERIOD_KINDS.index(kind))))


def build_latest_rows(shown: LeadersView, measures: Sequence[str], settings: Settings) -> tuple[Cells, ...]:
    """Return the cells under `LATEST_COLUMNS`: of each measure the newest period that says where it is."""
    return tuple(
        (*_measure_and_who(record, shown, settings), _period(record, settings), *_figure(record, settings))
        for key in measures
        for record in _newest(_records(shown, key, settings))
    )


def format_measure_title(spec: MeasureSpec) -> str:
    """Return what a leader reads beside the figure, with its unit."""
    unit = spec.unit if isinstance(spec, MeanMeasure) else ""
    return f"{spec.title} ({unit})" if unit and unit.casefold() not in spec.title.casefold() else spec.title


def format_whole_authority(name: str) -> str:
    """Return how the authority with all its teams is called in the column `Who`."""
    return f"{name}, all teams"


def _records(shown: LeadersView, measure: str, settings: Settings) -> list[Record]:
    """Return the measure's rows of this authority alone, the whole authority before its teams."""
    frame = shown.frame
    own = frame[(frame["measure"] == measure) & (frame["authority"] == shown.authority)]
    records = [{str(name): value for name, value in record.items()} for record in own.to_dict("records")]
    groups = ["", *settings.programme.authorities[shown.authority].teams]
    return sorted(records, key=lambda record: groups.index(record["team"]))


def _newest(records: Sequence[Record]) -> list[Record]:
    for kind in HEADLINE_PERIOD_KINDS:
        of_kind = [record for record in records if record["period_kind"] == kind]
        if of_kind:
            end = max(map(_end, of_kind))
            return [record for record in of_kind if _end(record) == end]
    return []


def _measure_and_who(record: Record, shown: LeadersView, settings: Settings) -> tuple[str, str]:
    authority = settings.programme.authorities[shown.authority]
    team = record["team"]
    who = authority.teams[team].name if team else format_whole_authority(authority.name)
    return format_measure_title(settings.measures[record["measure"]]), who


def _period(record: Record, settings: Settings) -> str:
    kind, period = record["period_kind"], record["period"]
    return format_period(kind, period, _start(record), _end(record), programme=settings.programme)


def _figure(record: Record, settings: Settings) -> tuple[float | str, ...]:
    return format_figure_cells(record, settings.measures[record["measure"]])


def _start(record: Record) -> date:
    return to_date(record["period_start"])


def _end(record: Record) -> date:
    return to_date(record["period_end"])


def format_figure_cells(record: Mapping[str, Any], spec: MeasureSpec) -> tuple[float | str, ...]:
    """Return the cells under `FIGURE_COLUMNS` for one row of a `Shown` frame; none of them is blank."""
    value, number, out_of = record["value"], record["numerator"], record["denominator"]
    if isinstance(spec, MeanMeasure | RatioMeanMeasure):
        out_of = record["n"]
    whole = isinstance(spec, CountMeasure)
    average = whole or isinstance(spec, MeanMeasure | RatioMeanMeasure)
    return (
        _cell(record, spec, value),
        NOT_APPLICABLE if average else _count(record, number),
        NOT_APPLICABLE if whole else _count(record, out_of),
        _limit(record, spec, record["lower"]),
        _limit(record, spec, record["upper"]),
        NOT_APPLICABLE if pd.isna(record["target"]) else _number(spec, record["target"]),
    )


def is_percentage(spec: MeasureSpec) -> bool:
    """Return whether figures of this measure are shares, shown as percentages."""
    return not isinstance(spec, CountMeasure | MeanMeasure)


def to_date(value: date) -> date:
    """Return a date as such, where a frame may have made a timestamp of it."""
    return value.date() if isinstance(value, datetime) else value


def to_plain_number(value: float) -> float:
    """Return a whole number as `int`, any other as it is."""
    return int(value) if float(value).is_integer() else float(value)


def _cell(record: Mapping[str, Any], spec: MeasureSpec, value: float) -> float | str:
    if record["hidden"]:
        return HIDDEN
    return NOT_AVAILABLE if pd.isna(value) else _number(spec, value)


def _count(record: Mapping[str, Any], value: float) -> float | str:
    if record["hidden"]:
        return HIDDEN
    return NOT_AVAILABLE if pd.isna(value) else to_plain_number(value)


def _limit(record: Mapping[str, Any], spec: MeasureSpec, value: float) -> float | str:
    if not isinstance(spec, ShareMeasure | ResponseRateMeasure):
        return NOT_APPLICABLE
    # A response rate above 1 (people gave no code) has a figure but no range.
    missing = pd.isna(value) and not record["hidden"] and not pd.isna(record["value"])
    return NOT_APPLICABLE if missing else _cell(record, spec, value)


def _number(spec: MeasureSpec, value: float) -> float:
    if is_percentage(spec):
        return Percent(value)
    return to_plain_number(value) if isinstance(spec, CountMeasure) else float(value)


LINE_LENGTH = 180
"""Characters of a line above a table: about as wide as the table."""


def team_names_by_key(programme: Programme) -> dict[str, str]:
    """Return the name of each team by its key."""
    return {key: team.name for authority in programme.authorities.values() for key, team in authority.teams.items()}


def authority_names_by_key(programme: Programme) -> dict[str, str]:
    """Return the name of each authority by its key."""
    return {key: authority.name for key, authority in programme.authorities.items()}


def format_period(kind: str, period: str, start: date, end: date, *, programme: Programme) -> str:
    """Return a period as a leader reads it: "Fortnight 23, 11 to 24 July 2022"."""
    if kind == PeriodKind.FORTNIGHT:
        return f"Fortnight {period}, {format_date_range(start, end)}"
    if kind == PeriodKind.WINDOW:
        window = programme.windows.get(period)
        return f"{window.title if window else period}, {format_date_range(start, end)}"
    if kind == PeriodKind.MONTH:
        return format_month(start)
    return f"Up to {format_date(end)}"


def wrap_lines(text: str) -> tuple[str, ...]:
    """Return a text as lines that fit above a table: broken between sentences first, then between words."""
    sentences = re.split(r"(?<=[.!?])\s+", text.strip())
    return tuple(line for sentence in sentences for line in textwrap.wrap(sentence, LINE_LENGTH))
