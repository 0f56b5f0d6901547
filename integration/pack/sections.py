"""The detail: for each outcome its figures by team and period, its charts, and its lists of things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.pack.content import FigureRow, Section
from integration.pack.things import ACTION, MILESTONE, SMALL_CHANGE, action_table, milestone_table, small_change_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from config.schema import Authority
    from integration.model import ShownThing
    from integration.pack.content import ChartPlan, Figure, Measure, ThingTable
    from integration.pack.figures import Book

LISTED_BY = {"count": SMALL_CHANGE, "on_time": MILESTONE, "held": ACTION}
"""Under the outcome of which kind of measure each kind of thing is listed."""
NEWEST_ONLY = (PeriodKind.TO_DATE, PeriodKind.FORTNIGHT, PeriodKind.MONTH)
"""Kinds of period of which the tables show the newest alone; the charts show the others."""


def sections(
    *,
    authority: Authority,
    measures: Mapping[str, Measure],
    book: Book,
    plans: Iterable[ChartPlan],
    things: tuple[ShownThing, ...],
    as_of: date,
) -> tuple[Section, ...]:
    """Return a section for each outcome that has anything to show, in the order of the measures."""
    plans = tuple(plans)
    found = (
        _section(
            outcome,
            authority,
            {key: measure for key, measure in measures.items() if measure.outcome == outcome},
            book,
            tuple(plan.name for plan in plans if plan.outcome == outcome),
            _things(outcome, measures, things, as_of),
        )
        for outcome in dict.fromkeys(measure.outcome for measure in measures.values())
    )
    return tuple(section for section in found if section.rows or section.charts or section.things)


def _section(  # noqa: PLR0913, PLR0917  # one call, from sections
    outcome: str,
    authority: Authority,
    measures: Mapping[str, Measure],
    book: Book,
    charts: tuple[str, ...],
    things: tuple[ThingTable, ...],
) -> Section:
    teams = tuple(authority.teams)
    by_team = any(book.latest(key, team) for key in measures for team in teams)
    rows = tuple(row for measure in measures.values() for row in _rows(measure, book, teams if by_team else ()))
    names = (authority.name, *(team.name for team in authority.teams.values() if by_team))
    return Section(outcome, names, rows, charts, things)


def _rows(measure: Measure, book: Book, teams: tuple[str, ...]) -> Iterator[FigureRow]:
    """Yield the newest period of each kind, and every survey round; the title stands in the first row alone."""
    title, newest = measure.title, book.latest(measure.key)
    for figure in _periods(measure.key, book):
        cells = (figure, *(_same_period(book, figure, team) for team in teams))
        yield FigureRow(title, figure.period_words, figure.interval if figure is newest else "", cells)
        title = ""


def _periods(key: str, book: Book) -> Iterator[Figure]:
    for kind in NEWEST_ONLY:
        yield from book.series(key, kind)[-1:]
    yield from book.series(key, PeriodKind.WINDOW)


def _same_period(book: Book, figure: Figure, team: str) -> Figure | None:
    found = (f for f in book.series(figure.measure, figure.period_kind, team) if f.period == figure.period)
    return next(found, None)


def _things(
    outcome: str, measures: Mapping[str, Measure], things: tuple[ShownThing, ...], as_of: date
) -> tuple[ThingTable, ...]:
    """Return the lists whose kind is listed under this outcome: under the first measure of the kind that goes with it."""
    tables = {
        SMALL_CHANGE: lambda: small_change_table(things),
        MILESTONE: lambda: milestone_table(things, as_of),
        ACTION: lambda: action_table(things, as_of),
    }
    outcome_of = {LISTED_BY[m.kind]: m.outcome for m in reversed(measures.values()) if m.kind in LISTED_BY}
    found = (tables[kind]() for kind, listed_under in outcome_of.items() if listed_under == outcome)
    return tuple(table for table in found if table.rows)
