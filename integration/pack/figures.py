"""Figures read from what leaders may see: the numbers that may be shown, their text, and an index to find them.

A symbol such as [c] stands for a number that is not shown. It is explained where it first stands, once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from config.schema import PeriodKind
from integration.kinds.measures import Basis, ValueFormat
from integration.model import ShownAs
from integration.pack.content import Figure, Measure, State
from integration.text_format import (
    format_count,
    format_date,
    format_date_range,
    format_list,
    format_month,
    format_number,
    format_one_decimal,
    format_percent,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from config.schema import Programme
    from integration.model import LeadersView
    from integration.pack.charts.designs import ChartDataTable
    from integration.pack.content import PackContent, Section

NUMBERS = ("n", "numerator", "denominator", "value", "lower", "upper")
NUMBERS_OF_TOLD = ("n", "denominator")
HEADLINE_PERIODS = (PeriodKind.TO_DATE, PeriodKind.FORTNIGHT, PeriodKind.MONTH, PeriodKind.WINDOW)
"""Of the kinds of period that a measure has, the first of these gives its latest figure."""


@dataclass(frozen=True, slots=True)
class FigureIndex:
    """The figures of one authority as of one day, found by (measure, team, kind of period)."""

    by_series: Mapping[tuple[str, str, str], tuple[Figure, ...]]

    def series(self, measure: str, kind: str, team: str = "") -> tuple[Figure, ...]:
        """Return the measure's figures of one kind of period, the oldest first."""
        return self.by_series.get((measure, team, kind), ())

    def latest(self, measure: str, team: str = "") -> Figure | None:
        """Return the figure of the newest finished period that says where the measure is, shown or not."""
        series = next(filter(None, (self.series(measure, kind, team) for kind in HEADLINE_PERIODS)), None)
        return series[-1] if series else None


def index_figures(view: LeadersView, measures: Mapping[str, Measure], programme: Programme) -> FigureIndex:
    """Return the shown figures of every measure that the configuration knows."""
    series: dict[tuple[str, str, str], list[Figure]] = {}
    for record in view.frame[view.frame["measure"].isin(list(measures))].to_dict("records"):
        figure = _read_figure({str(name): value for name, value in record.items()}, view, measures, programme)
        series.setdefault((figure.measure, figure.team, figure.period_kind), []).append(figure)
    return FigureIndex(
        {key: tuple(sorted(figures, key=lambda f: f.end or f.start or date.min)) for key, figures in series.items()}
    )


def _read_figure(
    record: Mapping[str, object], view: LeadersView, measures: Mapping[str, Measure], programme: Programme
) -> Figure:
    measure = measures[str(record["measure"])]
    team, kind, period = str(record["team"]), str(record["period_kind"]), str(record["period"])
    teams = programme.authorities[view.authority].teams
    state, told = STATES[str(record["shown_as"])], str(record["told"])
    # What is hidden is emptied here once more: no number of such a row gets any further.
    read = {State.SHOWN: NUMBERS, State.NO_ANSWERS: NUMBERS, State.TOLD: NUMBERS_OF_TOLD}.get(state, ())
    numbers = {name: _to_number(record[name]) if name in read else None for name in NUMBERS}
    start, end = _to_day(record["period_start"]), _to_day(record["period_end"])
    ids = record.get("ids")
    return Figure(
        key=":".join((measure.key, team or view.authority, kind, period)),
        measure=measure.key,
        team=team,
        team_name=teams[team].name if team in teams else programme.authorities[view.authority].name,
        period_kind=kind,
        period=period,
        period_title=programme.windows[period].title if period in programme.windows else period,
        period_words=_format_period(kind, period, start, end or view.as_of, programme),
        start=start,
        end=end,
        target=_to_number(record["target"]),
        state=state,
        ids=tuple(map(str, ids)) if isinstance(ids, (tuple, list)) and read else (),
        main=told if state is State.TOLD else format_value(measure, state, numbers),
        basis=format_basis(measure, state, numbers),
        interval=format_interval(numbers),
        series_from=_to_day(record.get("series_from")),
        **numbers,
    )


def _to_number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _to_day(value: object) -> date | None:
    return None if value is None or value is pd.NaT else pd.Timestamp(str(value)).date()


def _format_period(kind: str, period: str, start: date | None, end: date, programme: Programme) -> str:
    if kind == PeriodKind.TO_DATE or start is None:
        return f"up to {format_date(end)}"
    if kind == PeriodKind.MONTH:
        return format_month(date.fromisoformat(f"{period}-01"))
    if kind == PeriodKind.WINDOW and period in programme.windows:
        return f"{programme.windows[period].title}, {format_date_range(start, end)}"
    return format_date_range(start, end)


HIDDEN_SYMBOL = "[c]"
WITHDRAWN_SYMBOL = "[w]"
NO_ANSWERS_SYMBOL = "[x]"
HIDDEN_NOTE = f"{HIDDEN_SYMBOL} means hidden to protect people in small groups."
WITHDRAWN_NOTE = f"{WITHDRAWN_SYMBOL} means withdrawn: the figure that stood here was wrong."
NO_ANSWERS_NOTE = f"{NO_ANSWERS_SYMBOL} means that there are no answers or entries yet."


SYMBOLS = {State.HIDDEN: HIDDEN_SYMBOL, State.WITHDRAWN: WITHDRAWN_SYMBOL, State.NO_ANSWERS: NO_ANSWERS_SYMBOL}
STATES = {
    str(ShownAs.FIGURE): State.SHOWN,
    str(ShownAs.BAND): State.TOLD,
    str(ShownAs.HIDDEN): State.HIDDEN,
    str(ShownAs.WITHDRAWN): State.WITHDRAWN,
    str(ShownAs.NO_ANSWERS): State.NO_ANSWERS,
}


def format_value(measure: Measure, state: State, numbers: Mapping[str, float | None]) -> str:
    """Return the number that a reader sees first: "67%", "4.1", "9", "10 of 11", or a symbol in brackets."""
    value = numbers["value"]
    if state is not State.SHOWN or value is None:
        return SYMBOLS.get(state, NO_ANSWERS_SYMBOL)
    is_out_of = measure.kind.value_format is ValueFormat.OUT_OF
    return _format_out_of(numbers) if is_out_of else _format_number(measure, value)


def format_basis(measure: Measure, state: State, numbers: Mapping[str, float | None]) -> str:
    """Return what the number is based on: "10 of 15" beside a percentage, "14 answers" beside a mean."""
    basis = measure.kind.basis
    if state is not State.SHOWN or measure.kind.value_format is ValueFormat.OUT_OF or basis is Basis.NONE:
        return ""
    if basis is Basis.NUMERATOR:
        return _format_out_of(numbers)
    plural = "entries" if measure.counted == "entry" else ""
    return format_count(numbers["n"] or 0, measure.counted, plural=plural)


def format_interval(numbers: Mapping[str, float | None]) -> str:
    """Return the interval of a share as text, "" where there is none."""
    lower, upper = numbers["lower"], numbers["upper"]
    if lower is None or upper is None:
        return ""
    return f"could be between {format_percent(lower)} and {format_percent(upper)}"


def format_target(measure: Measure, target: float | None) -> str:
    """Return a target in the form of its figures: "70%", "10", "every month"; "" where there is none."""
    if target is None:
        return ""
    return (measure.kind.target_of_all if target == 1 else "") or _format_number(measure, target)


def _format_number(measure: Measure, number: float) -> str:
    if measure.kind.value_format.is_share:
        return format_percent(number)
    if measure.kind.value_format is ValueFormat.COUNT:
        return format_number(number)
    space = "" if measure.unit.startswith("%") else " "
    return f"{format_one_decimal(number)}{space}{measure.unit}".strip()


def _format_out_of(numbers: Mapping[str, float | None]) -> str:
    return f"{format_number(numbers['numerator'] or 0)} of {format_number(numbers['denominator'] or 0)}"


def split_series(figures: Sequence[Figure]) -> list[list[Figure]]:
    """Split the figures of one measure, given oldest first, wherever its question was reworded."""
    split: list[list[Figure]] = []
    for figure in figures:
        if not split or split[-1][-1].series_from != figure.series_from:
            split.append([])
        split[-1].append(figure)
    return split


def list_rewording_days(figures: Iterable[Figure]) -> list[date]:
    """Return the days on which a series of these figures began because the question was reworded."""
    return sorted({figure.series_from for figure in figures if figure.series_from})


def note_rewordings(figures: Iterable[Figure]) -> str:
    """Return the note that these figures are not all comparable; "" where they are."""
    days = [format_date(day) for day in list_rewording_days(figures)]
    if not days:
        return ""
    return f"The question was reworded on {format_list(days)}; figures before and after are not compared."


TOLD_NOTE = (
    "“1 or fewer of 12” means nobody or one, “11 or more of 12” everybody or all but one: these are told alike to "
    "protect people in small groups."
)
SYMBOL_NOTES = {
    HIDDEN_SYMBOL: HIDDEN_NOTE, WITHDRAWN_SYMBOL: WITHDRAWN_NOTE, NO_ANSWERS_SYMBOL: NO_ANSWERS_NOTE,
    " or fewer of ": TOLD_NOTE, " or more of ": TOLD_NOTE,
}  # fmt: skip
"""What is explained where it first stands, and how."""


class SymbolNotes(NamedTuple):
    """The note on symbols of the first page, of each section's figures, of each table of chart data; "" for none."""

    first_page: str
    sections: tuple[str, ...]
    chart_data: tuple[str, ...]


def place_symbol_notes(content: PackContent, tables: Sequence[ChartDataTable]) -> SymbolNotes:
    """Return what to explain where in outputs that have the tables of chart data at their end."""
    sections = [list_section_texts(section) for section in content.sections]
    chart_data = [[cell for cells in table.rows for cell in cells] for table in tables]
    first, *others = explain_symbols([list_headline_texts(content), *sections, *chart_data])
    return SymbolNotes(first, tuple(others[: len(sections)]), tuple(others[len(sections) :]))


def explain_symbols(blocks: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return for each block of texts, in the order of reading, what the symbols mean that stand in none before it."""
    known: set[str] = set()
    notes = []
    for block in blocks:
        text = "\n".join(block)
        new = [note for symbol, note in SYMBOL_NOTES.items() if symbol in text and note not in known]
        known.update(new)
        notes.append(" ".join(dict.fromkeys(new)))
    return tuple(notes)


def list_headline_texts(content: PackContent) -> list[str]:
    """Return the texts of the first page in which a symbol may stand."""
    return [f"{headline.figure.main} {headline.since}" for headline in content.headlines]


def list_section_texts(section: Section) -> list[str]:
    """Return the figures of a section's table."""
    return [figure.main for row in section.rows for figure in row.figures if figure]
