"""The pack's charts as Vega-Lite specifications, each with its title, its alternative in words and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.pack.charts.counts import draw_count
from integration.pack.charts.drawing import Chart, DataTable
from integration.pack.charts.fortnights import draw_response_rate, draw_shares
from integration.pack.charts.milestones import draw_milestones
from integration.pack.charts.windows import draw_windows
from integration.pack.content import ChartKind

if TYPE_CHECKING:
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
