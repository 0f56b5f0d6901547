"""The pack's charts as Vega-Lite specifications, each with its title, its alternative in words and its figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integration.pack.charts.counts import draw_count
from integration.pack.charts.drawing import Chart, DataTable
from integration.pack.charts.fortnights import draw_response_rate, draw_shares
from integration.pack.charts.milestones import draw_milestones
from integration.pack.charts.windows import draw_windows
from integration.pack.content import ChartKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from integration.pack.content import PackContent

__all__ = ["Chart", "DataTable", "chart_specs"]

DRAW = {
    ChartKind.FORTNIGHTS: draw_shares,
    ChartKind.RESPONSE_RATE: draw_response_rate,
    ChartKind.COUNT: draw_count,
    ChartKind.WINDOWS: draw_windows,
    ChartKind.MILESTONES: draw_milestones,
}


def chart_specs(content: PackContent) -> tuple[Chart, ...]:
    """Return every chart of the pack, in the order in which they appear."""
    return tuple(DRAW[plan.kind](content, plan) for plan in content.plans)


@dataclass(frozen=True, slots=True)
class BehindTable:
    """A table of figures; every row begins with its period."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables_behind(charts: Iterable[Chart]) -> tuple[BehindTable, ...]:
    """Return the figures that stand in no other table; charts over the same periods share one."""
    by_periods: dict[tuple[str, ...], list[Chart]] = {}
    for chart in charts:
        if not chart.table.stands_elsewhere:
            periods = (chart.table.columns[0], *(row[0] for row in chart.table.rows))
            by_periods.setdefault(periods, []).append(chart)
    return tuple(_joined(periods, sharing) for periods, sharing in by_periods.items())


def _joined(periods: tuple[str, ...], charts: list[Chart]) -> BehindTable:
    first, *names = periods
    columns = (first, *(column for chart in charts for column in chart.table.columns[1:]))
    rows = tuple(
        (name, *(cell for chart in charts for cell in chart.table.rows[place][1:])) for place, name in enumerate(names)
    )
    return BehindTable(f"{first} by {first.lower()}", columns, rows)
