"""From the shown frame to figures: numbers that may be shown, the words for them, and how to find one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from config.schema import PeriodKind
from integration.pack.content import Figure, State
from integration.pack.tell import tell_basis, tell_interval, tell_main
from integration.pack.words import first_day
from integration.words import long_date, month_words, span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from config.schema import Programme
    from integration.model import Shown
    from integration.pack.content import Measure

NUMBERS = ("n", "numerator", "denominator", "value", "lower", "upper")
NEWEST_FIRST = (PeriodKind.TO_DATE, PeriodKind.FORTNIGHT, PeriodKind.MONTH, PeriodKind.WINDOW)
"""Of the kinds of period that a measure has, the one whose latest figure says where we are."""


@dataclass(frozen=True, slots=True)
class Book:
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


def read_book(shown: Shown, measures: Mapping[str, Measure], programme: Programme) -> Book:
    """Return the shown figures of every measure that the configuration knows."""
    series: dict[tuple[str, str, str], list[Figure]] = {}
    for figure in _figures(shown, measures, programme):
        series.setdefault((figure.measure, figure.team, figure.period_kind), []).append(figure)
    ordered = {key: tuple(sorted(found, key=_by_end)) for key, found in series.items()}
    return Book(ordered)


def _figures(shown: Shown, measures: Mapping[str, Measure], programme: Programme) -> Iterator[Figure]:
    frame = shown.frame[shown.frame["measure"].isin(list(measures))]
    for record in frame.to_dict("records"):
        yield _figure({str(name): value for name, value in record.items()}, shown, measures, programme)


def _figure(
    record: Mapping[str, object], shown: Shown, measures: Mapping[str, Measure], programme: Programme
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
        main=tell_main(measure, state, numbers),
        basis=tell_basis(measure, state, numbers),
        interval=tell_interval(numbers),
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
        return f"up to {long_date(end)}"
    if kind == PeriodKind.MONTH:
        return month_words(first_day(period))
    if kind == PeriodKind.WINDOW and period in programme.windows:
        return f"{programme.windows[period].title}, {span(start, end)}"
    return span(start, end)


def _by_end(figure: Figure) -> date:
    return figure.end or figure.start or _NEVER


_NEVER = pd.Timestamp.min.date()
