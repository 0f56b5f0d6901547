"""The tab of the leaders' charts: below each other, each with the figures that it is drawn from to its right.

The charts have the first column, so that it stays as wide as they are when a line more takes a column more.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np

from integration.adapters.google.publishing.desired_state import (
    AS_TYPED,
    HEADING_FILL,
    HEADLINE,
    LEADERS,
    PADDING,
    RUN_OVER,
    TITLE,
    ApiObject,
    CellFormat,
    DesiredTab,
    TabFormat,
    cell_format,
    colour_style,
    fit_width,
    format_rows,
    lacking_width,
)
from integration.adapters.workbooks.cells import clean_cell_text
from integration.publish.charts import TARGET_LINE
from integration.publish.figure_tables import wrap_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integration.model import SummaryChart

ABOUT = "The figures of the tables as lines, one chart for each measure, with its figures to its right."
GAPS = "A gap in a line is a figure that is hidden, or that nobody gave. The oldest period stands first."

PERIOD = "Period"
"""The heading of the periods, and the title of their axis."""

PERIODS_COLUMN = 1
"""The charts lie over the column before."""

CHART_WIDTH, CHART_HEIGHT, CHART_MARGIN, ROW_HEIGHT = 680, 380, 40, 21
"""In pixels; the margin is between a chart and its figures, the row height the least of a row."""

WIDEST = 220
"""Pixels of a column of periods or figures."""

WIDE_FIGURE = (100_000,)
"""What a column of figures has room for at least."""

LINE_COLOURS = ("#12436D", "#28A197", "#801650", "#F46A25", "#A285D1")
TARGET_COLOUR = "#3D3D3D"
"""The Analysis Function's palette: the whole authority in dark blue, teams in the others; a target is grey."""


@dataclass(frozen=True, slots=True)
class ChartBlock:
    """A chart, its words, and its rows: of its title, its headings, and where the next begins; counted from 0."""

    chart: SummaryChart
    lines: Sequence[str]
    title_row: int
    heading_row: int
    end_row: int

    @property
    def figures_end(self) -> int:
        """The row below the newest period."""
        return self.heading_row + 1 + len(self.chart.periods)


def build_chart_tab(charts: Sequence[SummaryChart], *, key: str, title: str) -> DesiredTab:
    """Return the tab of all charts: above each its title and its words, to its right its figures, the oldest first.

    A gap in a line is an empty cell.
    """
    blocks = list(_blocks(charts))
    columns = PERIODS_COLUMN + 1 + max(len(chart.lines) for chart in charts)
    cells = np.full((blocks[-1].end_row, columns), "", dtype=object)
    cells[:3, 0] = (title, ABOUT, GAPS)
    for block in blocks:
        cells[block.title_row : block.heading_row, 0] = [clean_cell_text(block.chart.title), *block.lines]
        top, chart = block.heading_row, block.chart
        cells[top : block.figures_end, PERIODS_COLUMN] = [PERIOD, *map(clean_cell_text, chart.periods)]
        for column, (name, figures) in enumerate(chart.lines, start=PERIODS_COLUMN + 1):
            cells[top, column] = clean_cell_text(name)
            cells[top + 1 : block.figures_end, column] = ["" if figure is None else figure for figure in figures]
    tab_format = TabFormat(
        frozen_rows=0,
        widths=tuple(_widths(blocks)),
        cell_formats=(
            CellFormat(0, None, 0, None, cell_format(points=LEADERS, wrap=RUN_OVER)),
            CellFormat(0, 1, 0, 1, cell_format(points=TITLE, bold=True, wrap=RUN_OVER)),
            *(each for block in blocks for each in _formats(block)),
        ),
        protected=True,
        hides_grid=True,
        charts=tuple(map(_embedded_chart, blocks)),
    )
    return DesiredTab(key, title, cells, tab_format)


def _blocks(charts: Sequence[SummaryChart]) -> Iterator[ChartBlock]:
    row = 4
    for chart in charts:
        lines = list(wrap_lines(clean_cell_text(chart.alt_text)))
        heading = row + 1 + len(lines)
        end = heading + max(len(chart.periods) + 1, -(-CHART_HEIGHT // ROW_HEIGHT)) + 2
        yield ChartBlock(chart, lines, row, heading, end)
        row = end


def _widths(blocks: Sequence[ChartBlock]) -> list[int]:
    """Return the widths of the charts' column, then of those of the figures."""
    periods = [period for block in blocks for period in block.chart.periods]
    names = zip_longest(*([name for name, _ in block.chart.lines] for block in blocks), fillvalue="")
    widths = [
        CHART_WIDTH + CHART_MARGIN,
        fit_width(PERIOD, periods, points=LEADERS, widest=WIDEST),
        *(fit_width(max(shown, key=len), WIDE_FIGURE, points=LEADERS, widest=WIDEST) for shown in names),
    ]
    lines = [line for block in blocks for line in block.lines]
    return [widths[0] + lacking_width(lines, widths, points=LEADERS), *widths[1:]]


def _formats(block: ChartBlock) -> Iterator[CellFormat]:
    title = cell_format(points=HEADLINE, bold=True, wrap=RUN_OVER)
    yield CellFormat(block.title_row, block.title_row + 1, 0, 1, title)
    series, top = len(block.chart.lines), block.heading_row
    heading = cell_format(points=LEADERS, bold=True, fill=HEADING_FILL)
    figure_headings = [heading | {"horizontalAlignment": "RIGHT"}] * series
    known = [figure for _, figures in block.chart.lines for figure in figures if figure is not None]
    number = {"type": "NUMBER", "pattern": "#,##0" if all(float(figure).is_integer() for figure in known) else "0.0"}
    if block.chart.percent:
        number = {"type": "PERCENT", "pattern": "0%"}
    figures = [cell_format(points=LEADERS, right=True, ruled=True, number=number)] * series
    period = cell_format(points=LEADERS, ruled=True, number=AS_TYPED)
    yield from format_rows([heading, *figure_headings], first_row=top, end_row=top + 1, first_column=PERIODS_COLUMN)
    yield from format_rows(
        [period, *figures], first_row=top + 1, end_row=block.figures_end, first_column=PERIODS_COLUMN
    )


def _embedded_chart(block: ChartBlock) -> Mapping[str, Any]:
    """Return an `EmbeddedChart` of lines, drawn from the figures to its right; every `sheetId` is left out."""
    chart, columns = block.chart, range(PERIODS_COLUMN + 1, PERIODS_COLUMN + 1 + len(block.chart.lines))
    return {
        "spec": {
            "title": clean_cell_text(chart.title),
            "titleTextFormat": {"fontSize": HEADLINE, "bold": True},
            "altText": f"Line chart. {clean_cell_text(chart.title)}. {clean_cell_text(chart.alt_text)}",
            "hiddenDimensionStrategy": "SHOW_ALL",
            "basicChart": {
                "chartType": "LINE",
                "legendPosition": "BOTTOM_LEGEND",
                "headerCount": 1,
                "interpolateNulls": False,
                "axis": [{"position": "BOTTOM_AXIS", "title": PERIOD}, _left_axis(chart)],
                "domains": [{"domain": _chart_data(block, PERIODS_COLUMN)}],
                "series": [
                    {"series": _chart_data(block, column), "targetAxis": "LEFT_AXIS", **_line(chart, place)}
                    for place, column in enumerate(columns)
                ],
            },
        },
        "position": {
            "overlayPosition": {
                "anchorCell": {"rowIndex": block.heading_row, "columnIndex": PERIODS_COLUMN - 1},
                "offsetXPixels": PADDING["left"],
                "widthPixels": CHART_WIDTH,
                "heightPixels": CHART_HEIGHT,
            }
        },
    }


def _left_axis(chart: SummaryChart) -> ApiObject:
    """Return the axis of the figures: from 0, and of shares to 100% where none lies beyond."""
    known = [figure for _, figures in chart.lines for figure in figures if figure is not None]
    axis: ApiObject = {"position": "LEFT_AXIS", "title": "Percentage" if chart.percent else "Figure"}
    if min(known, default=0) >= 0:
        axis["viewWindowOptions"] = {"viewWindowMode": "EXPLICIT", "viewWindowMin": 0}
        if chart.percent and max(known, default=0) <= 1:
            axis["viewWindowOptions"]["viewWindowMax"] = 1
    return axis


def _chart_data(block: ChartBlock, column: int) -> ApiObject:
    """Return a `ChartData` of one column, whose first cell is its heading."""
    rows = {"startRowIndex": block.heading_row, "endRowIndex": block.figures_end}
    return {"sourceRange": {"sources": [{**rows, "startColumnIndex": column, "endColumnIndex": column + 1}]}}


def _line(chart: SummaryChart, place: int) -> ApiObject:
    """Return how a line is drawn: with points, or a figure between two gaps would not be seen."""
    if place == len(chart.lines) - 1 and chart.lines[place][0] == TARGET_LINE:
        return {"colorStyle": colour_style(TARGET_COLOUR), "lineStyle": {"type": "MEDIUM_DASHED", "width": 2}}
    return {
        "colorStyle": colour_style(
            LINE_COLOURS[0] if place == 0 else LINE_COLOURS[1 + (place - 1) % (len(LINE_COLOURS) - 1)]
        ),
        "lineStyle": {"type": "SOLID", "width": 2 if place else 3},
        "pointStyle": {"shape": "CIRCLE", "size": 5 if place else 7},
    }
