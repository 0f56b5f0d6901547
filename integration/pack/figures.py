"""From the shown frame to figures: numbers that may be shown, the words for them, and how to find one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from config.schema import PeriodKind
from integration.pack.content import Figure, Measure, State
from integration.pack.formatting import first_day, format_count, format_list
from integration.text_format import (
    format_date,
    format_date_range,
    format_month,
    format_number,
    format_one_decimal,
    format_percent,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from config.schema import Programme
    from integration.model import LeadersView

NUMBERS = ("n", "numerator", "denominator", "value", "lower", "upper")
NEWEST_FIRST = (PeriodKind.TO_DATE, PeriodKind.FORTNIGHT, PeriodKind.MONTH, PeriodKind.WINDOW)
"""Of the kinds of period that a measure has, the one whose latest figure says where we are."""


@dataclass(frozen=True, slots=True)
class FigureIndex:
    """The figures of one authority as of one day, found by measure, team and kind of period."""

    series_by: Mapping[tuple[str, str, str], tuple[Figure, ...]]

    def series(self, measure: str, kind: str, team: str = "") -> tuple[Figure, ...]:
        """Return the measure's figures of one kind of period, the oldest first."""
        return self.series_by.get((measure, team, kind), ())

    def latest(self, measure: str, team: str = "") -> Figure | None:
        """Return the figure of the newest finished period that says where the measure is, shown or not."""
        for kind in NEWEST_FIRST:
            found = self.series(measure, kind, team)
            if found:
                return found[-1]
        return None


def index_figures(shown: LeadersView, measures: Mapping[str, Measure], programme: Programme) -> FigureIndex:
    """Return the shown figures of every measure that the configuration knows."""
    series: dict[tuple[str, str, str], list[Figure]] = {}
    for figure in _figures(shown, measures, programme):
        series.setdefault((figure.measure, figure.team, figure.period_kind), []).append(figure)
    ordered = {key: tuple(sorted(found, key=_by_end)) for key, found in series.items()}
    return FigureIndex(ordered)


def _figures(shown: LeadersView, measures: Mapping[str, Measure], programme: Programme) -> Iterator[Figure]:
    frame = shown.frame[shown.frame["measure"].isin(list(measures))]
    for record in frame.to_dict("records"):
        yield _figure({str(name): value for name, value in record.items()}, shown, measures, programme)


def _figure(
    record: Mapping[str, object], shown: LeadersView, measures: Mapping[str, Measure], programme: Programme
) -> Figure:
    measure = measures[str(record["measure"])]
    team, kind, period = str(record["team"]), str(record["period_kind"]), str(record["period"])
    teams = programme.authorities[shown.authority].teams
    state = _state(record)
    # What is hidden is emptied here once more: no number of such a row gets any further.
    numbers = {name: _number(record[name]) if state is not State.HIDDEN else None for name in NUMBERS}
    start, end = _day(record["period_start"]), _day(record["period_end"])
    ids = record.get("ids")
    return Figure(
        key=":".join((measure.key, team or shown.authority, kind, period)),
        measure=measure.key,
        team=team,
        team_name=teams[team].name if team in teams else programme.authorities[shown.authority].name,
        period_kind=kind,
        period=period,
        period_title=programme.windows[period].title if period in programme.windows else period,
        period_words=_period_words(kind, period, start, end or shown.as_of, programme),
        start=start,
        end=end,
        target=_number(record["target"]),
        state=state,
        ids=tuple(map(str, ids)) if isinstance(ids, (tuple, list)) and state is not State.HIDDEN else (),
        main=format_value(measure, state, numbers),
        basis=format_basis(measure, state, numbers),
        interval=format_interval(numbers),
        series_from=_day(record.get("series_from")),
        **numbers,
    )


def _state(record: Mapping[str, object]) -> State:
    if bool(record["hidden"]):
        return State.HIDDEN
    return State.NO_ANSWERS if _number(record["value"]) is None else State.SHOWN


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _day(value: object) -> date | None:
    if value is None or value is pd.NaT:
        return None
    return pd.Timestamp(str(value)).date()


def _period_words(kind: str, period: str, start: date | None, end: date, programme: Programme) -> str:
    if kind == PeriodKind.TO_DATE or start is None:
        return f"up to {format_date(end)}"
    if kind == PeriodKind.MONTH:
        return format_month(first_day(period))
    if kind == PeriodKind.WINDOW and period in programme.windows:
        return f"{programme.windows[period].title}, {format_date_range(start, end)}"
    return format_date_range(start, end)


def _by_end(figure: Figure) -> date:
    return figure.end or figure.start or _NEVER


_NEVER = pd.Timestamp.min.date()

PERCENT_KINDS = ("share", "response_rate", "ratio_mean")
"""Kinds shown as a percentage."""
OUT_OF_KINDS = ("on_time", "held")
"""Kinds shown as "6 of 7": they count things, too few for a percentage to say more."""


HIDDEN_SYMBOL = "[c]"
NO_ANSWERS_SYMBOL = "[x]"
HIDDEN_NOTE = f"{HIDDEN_SYMBOL} means hidden to protect people in small groups."
NO_ANSWERS_NOTE = f"{NO_ANSWERS_SYMBOL} means that there are no answers or entries yet."


def format_value(measure: Measure, state: State, numbers: Mapping[str, float | None]) -> str:
    """Return the number that a reader sees first: "67%", "4.1", "9", "10 of 11", or a mark in brackets."""
    value = numbers["value"]
    if state is not State.SHOWN or value is None:
        return HIDDEN_SYMBOL if state is State.HIDDEN else NO_ANSWERS_SYMBOL
    if measure.kind in OUT_OF_KINDS:
        return _out_of(numbers)
    if measure.kind in PERCENT_KINDS:
        return format_percent(value)
    if measure.kind == "count":
        return format_number(value)
    return f"{format_one_decimal(value)} {measure.unit}".strip()


def format_basis(measure: Measure, state: State, numbers: Mapping[str, float | None]) -> str:
    """Return what the number rests on: "10 of 15" beside a percentage, "14 answers" beside a mean."""
    if state is not State.SHOWN or measure.kind in OUT_OF_KINDS or measure.kind == "count":
        return ""
    if measure.kind in {"share", "response_rate"}:
        return _out_of(numbers)
    plural = "entries" if measure.counted == "entry" else ""
    return format_count(numbers["n"] or 0, measure.counted, plural=plural)


def format_interval(numbers: Mapping[str, float | None]) -> str:
    """Return the interval of a share in words, "" where there is none."""
    lower, upper = numbers["lower"], numbers["upper"]
    if lower is None or upper is None:
        return ""
    return f"could be between {format_percent(lower)} and {format_percent(upper)}"


def format_target(measure: Measure, target: float | None) -> str:
    """Return a target as its figures are said: "70%", "10", "every month"; "" where there is none."""
    if target is None:
        return ""
    if measure.kind == "held" and target == 1:
        return "every month"
    if measure.kind in PERCENT_KINDS or measure.kind in OUT_OF_KINDS:
        return format_percent(target)
    return format_number(target) if measure.kind == "count" else f"{format_one_decimal(target)} {measure.unit}".strip()


def _out_of(numbers: Mapping[str, float | None]) -> str:
    return f"{format_number(numbers['numerator'] or 0)} of {format_number(numbers['denominator'] or 0)}"


def split_series(figures: Sequence[Figure]) -> list[list[Figure]]:
    """Return the figures of one measure, series by series; the oldest first, as they are given."""
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
    """Return why the figures are not compared with each other throughout; "" where they are."""
    days = [format_date(day) for day in list_rewording_days(figures)]
    if not days:
        return ""
    return f"The question was reworded on {format_list(days)}; figures before and after are not compared."
