"""Which charts this pack has: chosen by the kinds of the configured measures, where there is something to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.pack.content import ChartKind, ChartPlan, State
from integration.pack.things import MILESTONE, of_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.pack.figures import Book
    from integration.pack.ground import Ground

PANELS_AT_MOST = 4


def plan_charts(ground: Ground) -> tuple[ChartPlan, ...]:
    """Return the charts outcome by outcome. A chart without a single figure that may be shown is left out."""
    outcomes = dict.fromkeys(measure.outcome for measure in ground.measures.values())
    return tuple(plan for outcome in outcomes for plan in _plans(outcome, ground))


def _plans(outcome: str, ground: Ground) -> Iterator[ChartPlan]:
    measures = {key: measure for key, measure in ground.measures.items() if measure.outcome == outcome}
    by_fortnight = [key for key in measures if _has_shown(ground.now, key, PeriodKind.FORTNIGHT)]
    by_round = [key for key in measures if _has_shown(ground.now, key, PeriodKind.WINDOW)]
    to_date = [key for key in measures if _has_shown(ground.now, key, PeriodKind.TO_DATE)]
    shares = [key for key in by_fortnight if measures[key].kind == "share"]
    if shares:
        yield _plan(ChartKind.FORTNIGHTS, shares, outcome)
    for key in by_fortnight:
        if measures[key].kind == "response_rate":
            yield _plan(ChartKind.RESPONSE_RATE, [key], outcome)
    if any(not ground.now.series(key, PeriodKind.FORTNIGHT) for key in by_round):
        yield _plan(ChartKind.WINDOWS, by_round, outcome)
    counts = [key for key in to_date if measures[key].kind == "count"]
    if counts:
        yield _plan(ChartKind.COUNT, counts, outcome)
    on_time = [key for key, measure in measures.items() if measure.kind == "on_time"]
    if on_time and any(thing.due_on for thing in of_kind(ground.things, MILESTONE)):
        yield _plan(ChartKind.MILESTONES, on_time, outcome)


def _plan(kind: ChartKind, keys: list[str], outcome: str) -> ChartPlan:
    return ChartPlan(f"{kind}_{keys[0]}", kind, tuple(keys[:PANELS_AT_MOST]), outcome)


def _has_shown(book: Book, measure: str, kind: str) -> bool:
    return any(figure.state is State.SHOWN for figure in book.series(measure, kind))
