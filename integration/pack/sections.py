"""The detail: for each outcome its figures by team and period, its charts, and its lists of things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.pack.content import FigureRow, Section
from integration.pack.things import action_table, milestone_table, small_change_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.pack.content import ChartPlan, Figure, Measure, ThingTable
    from integration.pack.figures import Book
    from integration.pack.ground import Ground

NEWEST_ONLY = (PeriodKind.TO_DATE, PeriodKind.FORTNIGHT, PeriodKind.MONTH)
"""Kinds of period of which the tables show the newest alone; the charts show the others."""


def sections(ground: Ground, plans: tuple[ChartPlan, ...]) -> tuple[Section, ...]:
    """Return a section for each outcome that has anything to show, in the order of the measures."""
    outcomes = dict.fromkeys(measure.outcome for measure in ground.measures.values())
    found = (_section(outcome, ground, plans) for outcome in outcomes)
    return tuple(section for section in found if section.rows or section.charts or section.things)


def _section(outcome: str, ground: Ground, plans: tuple[ChartPlan, ...]) -> Section:
    measures = [measure for measure in ground.measures.values() if measure.outcome == outcome]
    teams = ground.authority.teams
    by_team = any(ground.now.latest(measure.key, team) for measure in measures for team in teams)
    columns = tuple(teams) if by_team else ()
    return Section(
        title=outcome,
        columns=(ground.authority.name, *(teams[team].name for team in columns)),
        rows=tuple(row for measure in measures for row in _rows(measure, ground.now, columns)),
        charts=tuple(plan.name for plan in plans if plan.outcome == outcome),
        things=_things(outcome, ground),
    )


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


def _things(outcome: str, ground: Ground) -> tuple[ThingTable, ...]:
    """Return the lists that stand under this outcome: each under the first measure of the kind that goes with it."""
    tables = {
        "count": small_change_table(ground.things),
        "on_time": milestone_table(ground.things, ground.as_of),
        "held": action_table(ground.things, ground.as_of),
    }
    first = {measure.kind: measure.outcome for measure in reversed(list(ground.measures.values()))}
    return tuple(table for kind, table in tables.items() if first.get(kind) == outcome and table.rows)
