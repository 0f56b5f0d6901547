"""Tables of figures for leaders: one row for each period, measure and group, whose columns are always the same."""

from __future__ import annotations

import re
import textwrap
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from config.schema import PeriodKind
from integration.kinds.measures import MEASURE_KINDS, Basis, ValueFormat
from integration.model import Column, ColumnType, Percent, ShownAs
from integration.text_format import format_date, format_date_range, format_month

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from config.schema import MeasureSpec, Programme, Settings
    from integration.model import LeadersView

HIDDEN = "[c]"
WITHDRAWN = "[w]"
NOT_AVAILABLE = "[x]"
NOT_APPLICABLE = "[z]"

_FIGURE_COLUMNS = tuple(
    Column(name, ColumnType.NUMBER)
    for name in ("Figure", "Number", "Out of", "Likely range, from", "Likely range, to", "Target")
)
_PERIOD, _MEASURE, _WHO = (Column(name, ColumnType.TEXT) for name in ("Period", "Measure", "Who"))
HISTORY_COLUMNS = (_PERIOD, _MEASURE, _WHO, *_FIGURE_COLUMNS)
LATEST_COLUMNS = (_MEASURE, _WHO, _PERIOD, *_FIGURE_COLUMNS)

HEADLINE_PERIOD_KINDS = (PeriodKind.TO_DATE, PeriodKind.FORTNIGHT, PeriodKind.MONTH, PeriodKind.WINDOW)
"""Of the kinds of period that a measure has, the first of these is the one that Headlines shows, as the pack does."""

LINE_LENGTH = 180
"""Characters of a line above a table: about as wide as the table."""

Cells = tuple[Any, ...]
Record = dict[str, Any]


def build_history_rows(view: LeadersView, measures: Sequence[str], settings: Settings) -> tuple[Cells, ...]:
    """Return the cells under `HISTORY_COLUMNS`, by `order_period_kinds`, in each kind the newest period first.

    Within a period stand the measures in the order given, of each the whole authority and then its teams.
    """
    records = [record for key in measures for record in _list_records(view, key, settings)]
    # Sorting keeps the order of equals, so that measures and groups stay as they are within a period.
    records.sort(key=lambda record: (as_date(record["period_end"]), as_date(record["period_start"])), reverse=True)
    kinds = order_period_kinds(measures, settings)
    records.sort(key=lambda record: kinds.index(record["period_kind"]))
    return tuple((*name_figure(record, settings), *_format_figures(record, settings)) for record in records)


def build_latest_rows(view: LeadersView, measures: Sequence[str], settings: Settings) -> tuple[Cells, ...]:
    """Return the cells under `LATEST_COLUMNS`: of each measure the newest period of its headline kind."""
    newest: list[Record] = []
    for key in measures:
        records = _list_records(view, key, settings)
        by_kind = ([record for record in records if record["period_kind"] == kind] for kind in HEADLINE_PERIOD_KINDS)
        of_kind = next(filter(None, by_kind), [])
        end = max((as_date(record["period_end"]) for record in of_kind), default=None)
        newest += [record for record in of_kind if as_date(record["period_end"]) == end]
    named = ((name_figure(record, settings), _format_figures(record, settings)) for record in newest)
    return tuple((measure, who, period, *figures) for (period, measure, who), figures in named)


def name_figure(record: Record, settings: Settings) -> tuple[str, str, str]:
    """Return what a row says of a figure's period, its measure and its group."""
    authority, spec = settings.programme.authorities[record["authority"]], settings.measures[record["measure"]]
    who = authority.teams[record["team"]].name if record["team"] else format_whole_authority(authority.name)
    return _format_period(record, settings.programme), format_measure_title(spec), who


def order_period_kinds(measures: Sequence[str], settings: Settings) -> tuple[PeriodKind, ...]:
    """Return the kinds of period of these measures: the one that most of them have comes first."""
    kinds = [kind for key in measures for kind in settings.measures[key].periods]
    return tuple(sorted(set(kinds), key=lambda kind: (-kinds.count(kind), HEADLINE_PERIOD_KINDS.index(kind))))


def format_measure_title(spec: MeasureSpec) -> str:
    """Return what a leader reads beside the figure, with its unit."""
    unit = spec.find_unit()
    return f"{spec.title} ({unit})" if unit and unit.casefold() not in spec.title.casefold() else spec.title


def format_whole_authority(name: str) -> str:
    """Return what the authority with all its teams is called in the column `Who`."""
    return f"{name}, all teams"


def is_percentage(spec: MeasureSpec) -> bool:
    """Return whether figures of this measure are shares, shown as percentages."""
    return MEASURE_KINDS[spec.kind].value_format.is_share


def as_date(value: date) -> date:
    """Return a date as such, where a frame may have made a timestamp of it."""
    return value.date() if isinstance(value, datetime) else value


def wrap_lines(text: str) -> tuple[str, ...]:
    """Return a text as lines that fit above a table: broken between sentences first, then between words."""
    sentences = re.split(r"(?<=[.!?])\s+", text.strip())
    return tuple(line for sentence in sentences for line in textwrap.wrap(sentence, LINE_LENGTH))


def _list_records(view: LeadersView, measure: str, settings: Settings) -> list[Record]:
    """Return the measure's rows of this authority alone, the whole authority before its teams."""
    own = view.frame[(view.frame["measure"] == measure) & (view.frame["authority"] == view.authority)]
    records = [{str(name): value for name, value in record.items()} for record in own.to_dict("records")]
    groups = ["", *settings.programme.authorities[view.authority].teams]
    return sorted(records, key=lambda record: groups.index(record["team"]))


def _format_period(record: Record, programme: Programme) -> str:
    """Return a period as a leader reads it: "Fortnight 23, 11 to 24 July 2022"."""
    start, end = as_date(record["period_start"]), as_date(record["period_end"])
    match record["period_kind"]:
        case PeriodKind.FORTNIGHT:
            return f"Fortnight {record['period']}, {format_date_range(start, end)}"
        case PeriodKind.WINDOW:
            window = programme.windows.get(record["period"])
            return f"{window.title if window else record['period']}, {format_date_range(start, end)}"
        case PeriodKind.MONTH:
            return format_month(start)
    return f"Up to {format_date(end)}"


SYMBOLS = {ShownAs.HIDDEN: HIDDEN, ShownAs.WITHDRAWN: WITHDRAWN}
"""What stands in the place of a figure that is not shown."""


def _format_figures(record: Mapping[str, Any], settings: Settings) -> tuple[float | str, ...]:
    """Return the cells under `_FIGURE_COLUMNS`; none of them is blank."""
    spec = settings.measures[record["measure"]]
    value, kind, told = record["value"], MEASURE_KINDS[spec.kind], record["told"]
    symbol = SYMBOLS.get(record["shown_as"], "")

    def cell(value: float, number: float) -> float | str:
        return symbol or (NOT_AVAILABLE if pd.isna(value) else number)

    def limit(value: float) -> float | str:
        # A response rate above 1 (people gave no code) has a figure but no range.
        has_no_range = pd.isna(value) and not symbol and not pd.isna(record["value"])
        return NOT_APPLICABLE if has_no_range or not kind.has_interval else cell(value, _unit_number(spec, value))

    out_of = record["n"] if kind.basis is Basis.ANSWERS else record["denominator"]
    target = NOT_APPLICABLE if pd.isna(record["target"]) else _unit_number(spec, record["target"])
    if told:
        return (told, told, _whole_number(out_of), NOT_APPLICABLE, NOT_APPLICABLE, target)
    return (
        cell(value, _unit_number(spec, value)),
        cell(record["numerator"], _whole_number(record["numerator"]))
        if kind.basis is Basis.NUMERATOR
        else NOT_APPLICABLE,
        NOT_APPLICABLE if kind.basis is Basis.NONE else cell(out_of, _whole_number(out_of)),
        limit(record["lower"]),
        limit(record["upper"]),
        target,
    )


def _unit_number(spec: MeasureSpec, value: float) -> float:
    if is_percentage(spec):
        return Percent(value)
    return _whole_number(value) if MEASURE_KINDS[spec.kind].value_format is ValueFormat.COUNT else float(value)


def _whole_number(value: float) -> float:
    """Return a whole number as `int`, any other as it is."""
    return int(value) if float(value).is_integer() else float(value)
