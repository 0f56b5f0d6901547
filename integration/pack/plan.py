"""Which charts this pack has: chosen by the kinds of the configured measures, where there is something to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.pack.content import ChartKind, ChartPlan, State
from integration.pack.things import MILESTONE, of_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from integration.model import ShownThing
    from integration.pack.content import Measure
    from integration.pack.figures import Book

PANELS_AT_MOST = 4


def plan_charts(measures: Mapping[str, Measure], book: Book, things: tuple[ShownThing, ...]) -> tuple[ChartPlan, ...]:
    """Return the charts outcome by outcome. A chart without a single figure that may be shown is left out."""
    outcomes = dict.fromkeys(measure.outcome for measure in measures.values())
    return tuple(
        plan
        for outcome in outcomes
        for plan in _plans(outcome, {k: m for k, m in measures.items() if m.outcome == outcome}, book, things)
    )


def _plans(
    outcome: str, measures: Mapping[str, Measure], book: Book, things: tuple[ShownThing, ...]
) -> Iterator[ChartPlan]:
    over_time = [k for k, m in measures.items() if m.kind == "share" and _has_shown(book, k, PeriodKind.FORTNIGHT)]
    if over_time:
        yield _plan(ChartKind.FORTNIGHTS, over_time, outcome)
    for key, measure in measures.items():
        if measure.kind == "response_rate" and _has_shown(book, key, PeriodKind.FORTNIGHT):
            yield _plan(ChartKind.RESPONSE_RATE, [key], outcome)
    by_round = [k for k in measures if _has_shown(book, k, PeriodKind.WINDOW)]
    if any(not book.series(key, PeriodKind.FORTNIGHT) for key in by_round):
        yield _plan(ChartKind.WINDOWS, by_round, outcome)
    counts = [k for k, m in measures.items() if m.kind == "count" and _has_shown(book, k, PeriodKind.TO_DATE)]
    if counts:
        yield _plan(ChartKind.COUNT, counts, outcome)
    dated = any(thing.due_on for thing in of_kind(things, MILESTONE))
    on_time = [key for key, measure in measures.items() if measure.kind == "on_time"]
    if dated and on_time:
        yield _plan(ChartKind.MILESTONES, on_time, outcome)


def _plan(kind: ChartKind, keys: list[str], outcome: str) -> ChartPlan:
    return ChartPlan(f"{kind}_{keys[0]}", kind, tuple(keys[:PANELS_AT_MOST]), outcome)


def _has_shown(book: Book, measure: str, kind: str) -> bool:
    return any(figure.state is State.SHOWN for figure in book.series(measure, kind))
