"""The charts of a pack: one record a kind of chart, with which measures it shows and how it is drawn.

Every figure of a chart stands somewhere as text: in the table of a section, or in one of the tables of chart data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.kinds.measures import ChartKind, WorkItemKind
from integration.pack.charts.fortnights import draw_response_rate, draw_shares
from integration.pack.charts.progress import draw_milestones, draw_small_changes
from integration.pack.charts.windows import draw_windows
from integration.pack.content import ChosenChart, State
from integration.pack.work_items import select_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from integration.pack.charts.drawing import Chart
    from integration.pack.content import Measure, PackContent
    from integration.pack.context import PackContext

MOST_PANELS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartDesign:
    """One kind of chart.

    - `select`: the measures that each chart of this kind shows, of the given ones, which share an outcome.
    - `draw`: the chart, of what was selected.
    """

    select: Callable[[PackContext, Iterable[Measure]], Iterator[list[str]]]
    draw: Callable[[PackContent, ChosenChart], Chart]


def choose_charts(context: PackContext) -> tuple[ChosenChart, ...]:
    """Return the charts outcome by outcome. A chart without a single figure that may be shown is left out.

    Measures for which one chart has no room stand in another of the same kind.
    """
    outcomes: dict[str, list[Measure]] = {}
    for measure in context.measures.values():
        outcomes.setdefault(measure.outcome, []).append(measure)
    return tuple(
        ChosenChart(f"{kind}_{keys[place]}", kind, tuple(keys[place : place + MOST_PANELS]), outcome)
        for outcome, measures in outcomes.items()
        for kind, design in CHART_DESIGNS.items()
        for keys in design.select(context, measures)
        for place in range(0, len(keys), MOST_PANELS)
    )


def _list_shown(
    context: PackContext, measures: Iterable[Measure], period: PeriodKind, chart: ChartKind | None = None
) -> list[str]:
    """Return the measures, of those with this chart, that have a figure of this kind of period that may be shown."""
    return [
        measure.key
        for measure in measures
        if chart in {None, measure.kind.chart}
        and any(figure.state is State.SHOWN for figure in context.now.series(measure.key, period))
    ]


def _select_shares(context: PackContext, measures: Iterable[Measure]) -> Iterator[list[str]]:
    if shares := _list_shown(context, measures, PeriodKind.FORTNIGHT, ChartKind.FORTNIGHTS):
        yield shares


def _select_response_rates(context: PackContext, measures: Iterable[Measure]) -> Iterator[list[str]]:
    yield from ([key] for key in _list_shown(context, measures, PeriodKind.FORTNIGHT, ChartKind.RESPONSE_RATE))


def _select_windows(context: PackContext, measures: Iterable[Measure]) -> Iterator[list[str]]:
    """Yield every measure with survey rounds, where one of them has no chart over fortnights."""
    by_window = _list_shown(context, measures, PeriodKind.WINDOW)
    if any(not context.now.series(key, PeriodKind.FORTNIGHT) for key in by_window):
        yield by_window


def _select_counts(context: PackContext, measures: Iterable[Measure]) -> Iterator[list[str]]:
    if counts := _list_shown(context, measures, PeriodKind.TO_DATE, ChartKind.COUNT):
        yield counts[:MOST_PANELS]  # one line, that of the count with a target


def _select_milestones(context: PackContext, measures: Iterable[Measure]) -> Iterator[list[str]]:
    """Yield the measures of milestones, where a milestone has a day on which it is due."""
    on_time = [measure.key for measure in measures if measure.kind.chart is ChartKind.MILESTONES][:1]  # one timeline
    if on_time and any(milestone.due_on for milestone in select_kind(context.work_items, WorkItemKind.MILESTONE)):
        yield on_time


CHART_DESIGNS: Mapping[ChartKind, ChartDesign] = {
    ChartKind.FORTNIGHTS: ChartDesign(select=_select_shares, draw=draw_shares),
    ChartKind.RESPONSE_RATE: ChartDesign(select=_select_response_rates, draw=draw_response_rate),
    ChartKind.WINDOWS: ChartDesign(select=_select_windows, draw=draw_windows),
    ChartKind.COUNT: ChartDesign(select=_select_counts, draw=draw_small_changes),
    ChartKind.MILESTONES: ChartDesign(select=_select_milestones, draw=draw_milestones),
}
"""Every kind of chart, in the order in which a pack has them within an outcome."""


def draw_charts(content: PackContent) -> tuple[Chart, ...]:
    """Return every chart of the pack, in the order in which they appear."""
    return tuple(CHART_DESIGNS[chosen.kind].draw(content, chosen) for chosen in content.charts)


@dataclass(frozen=True, slots=True)
class ChartDataTable:
    """A table of the figures of one or more charts; every row begins with its period."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def build_chart_data_tables(charts: Iterable[Chart]) -> tuple[ChartDataTable, ...]:
    """Return the figures that stand in no other table; charts over the same periods share one."""
    by_periods: dict[tuple[str, ...], list[Chart]] = {}
    for chart in charts:
        if not chart.data.is_in_section:
            periods = (chart.data.columns[0], *(row[0] for row in chart.data.rows))
            by_periods.setdefault(periods, []).append(chart)
    tables = []
    for (heading, *names), sharing in by_periods.items():
        columns = (heading, *(column for chart in sharing for column in chart.data.columns[1:]))
        rows = tuple(
            (period, *(cell for chart in sharing for cell in chart.data.rows[place][1:]))
            for place, period in enumerate(names)
        )
        tables.append(ChartDataTable(f"{heading} by {heading.lower()}", columns, rows))
    return tuple(tables)
