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
    FIELDS,
    HEADING_FILL,
    HEADLINE,
    LEADERS,
    PADDING,
    RUN_OVER,
    TITLE,
    CellFormat,
    Form,
    TabFormat,
    TabImage,
    across,
    cell_format,
    colour,
    room_for,
    width_of,
)
from integration.adapters.workbooks.cells import clean_text
from integration.publish.charts import TARGET_LINE
from integration.publish.figure_tables import wrap_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integration.adapters.google.publishing.desired_state import Value
    from integration.model import SummaryChart

ABOUT = "The figures of the tables as lines, one chart for each measure, with its figures to its right."
GAPS = "A gap in a line is a figure that is hidden, or that nobody gave. The oldest period stands first."

FIRST = 1
"""The column of the periods; the charts lie over the one before."""

MARGIN = 40
"""Pixels between a chart and its figures."""

ROW_HEIGHT = 21
"""The least height of a row, in pixels."""

WIDEST = 220
"""Pixels of a column of periods or figures."""

NUMBERS = (100_000,)
"""What a column of figures has room for at least."""


@dataclass(frozen=True, slots=True)
class ChartBlock:
    """Where a chart's title stands, where its headings, and where what follows begins: rows, counted from 0."""

    title_row: int
    heading_row: int
    end_row: int
    chart: SummaryChart

    @property
    def figures_end(self) -> int:
        """The row below the newest period."""
        return self.heading_row + 1 + len(self.chart.periods)


def build_chart_tab(charts: Sequence[SummaryChart], *, key: str, title: str) -> TabImage:
    """Return the tab of all charts: above each its title and its words, to its right its figures, the oldest first.

    A gap in a line is an empty cell.
    """
    blocks = list(_blocks(charts))
    columns = FIRST + 1 + max(len(chart.lines) for chart in charts)
    image = np.full((blocks[-1].end_row, columns), "", dtype=object)
    image[:3, 0] = (title, ABOUT, GAPS)
    for block in blocks:
        image[block.title_row : block.heading_row, 0] = [clean_text(block.chart.title), *_words(block.chart)]
        for row, values in enumerate(_rows(block.chart), start=block.heading_row):
            image[row, FIRST : FIRST + len(values)] = values
    look = TabFormat(
        frozen_rows=0,
        widths=tuple(_widths(blocks)),
        formats=(*_page(), *(form for block in blocks for form in _formats(block))),
        protected=True,
        hides_grid=True,
        charts=tuple(
            embedded_chart(block.chart, first_row=block.heading_row, end_row=block.figures_end, column=FIRST)
            for block in blocks
        ),
    )
    return TabImage(key, title, image, look)


def _blocks(charts: Sequence[SummaryChart]) -> Iterator[ChartBlock]:
    row = 4
    for chart in charts:
        heading = row + 1 + len(_words(chart))
        end = heading + max(len(chart.periods) + 1, -(-CHART_HEIGHT // ROW_HEIGHT)) + 2
        yield ChartBlock(row, heading, end, chart)
        row = end


def _words(chart: SummaryChart) -> list[str]:
    return list(wrap_lines(clean_text(chart.alt_text)))


def _rows(chart: SummaryChart) -> Iterator[Sequence[Value]]:
    """Yield the headings, then a row for each period."""
    yield [PERIOD, *(clean_text(name) for name, _ in chart.lines)]
    for place, period in enumerate(chart.periods):
        figures = (values[place] for _, values in chart.lines)
        yield [clean_text(period), *("" if figure is None else figure for figure in figures)]


def _widths(blocks: Sequence[ChartBlock]) -> list[int]:
    """Return the widths of the charts' column, then of those of the figures."""
    periods = [period for block in blocks for period in block.chart.periods]
    names = zip_longest(*([name for name, _ in block.chart.lines] for block in blocks), fillvalue="")
    widths = [
        CHART_WIDTH + MARGIN,
        width_of(PERIOD, periods, points=LEADERS, widest=WIDEST),
        *(width_of(max(shown, key=len), NUMBERS, points=LEADERS, widest=WIDEST) for shown in names),
    ]
    words = [line for block in blocks for line in _words(block.chart)]
    return [widths[0] + room_for(words, widths, points=LEADERS), *widths[1:]]


def _page() -> Iterator[CellFormat]:
    yield CellFormat(0, None, 0, None, cell_format(points=LEADERS, wrap=RUN_OVER), FIELDS)
    yield CellFormat(0, 1, 0, 1, cell_format(points=TITLE, bold=True, wrap=RUN_OVER), FIELDS)


def _formats(block: ChartBlock) -> Iterator[CellFormat]:
    title = cell_format(points=HEADLINE, bold=True, wrap=RUN_OVER)
    yield CellFormat(block.title_row, block.title_row + 1, 0, 1, title, FIELDS)
    heading: Form = cell_format(points=LEADERS, bold=True, fill=HEADING_FILL)
    figures = cell_format(points=LEADERS, right=True, ruled=True, number=_number_format(block.chart))
    period = cell_format(points=LEADERS, ruled=True, number=AS_TYPED)
    series = len(block.chart.lines)
    top = block.heading_row
    headings = [heading, *[heading | {"horizontalAlignment": "RIGHT"}] * series]
    yield from across(headings, first_row=top, end_row=top + 1, first_column=FIRST)
    yield from across([period, *[figures] * series], first_row=top + 1, end_row=block.figures_end, first_column=FIRST)


def _number_format(chart: SummaryChart) -> Form:
    if chart.percent:
        return {"type": "PERCENT", "pattern": "0%"}
    known = [figure for _, figures in chart.lines for figure in figures if figure is not None]
    return {"type": "NUMBER", "pattern": "#,##0" if all(map(float.is_integer, map(float, known))) else "0.0"}


PERIOD = "Period"
"""The heading of the periods, and the title of their axis."""

CHART_WIDTH, CHART_HEIGHT = 680, 380
"""In pixels."""

LINES = ("#12436D", "#28A197", "#801650", "#F46A25", "#A285D1")
GOAL = "#3D3D3D"
"""The Analysis Function's palette: the whole authority in dark blue, teams in the others; a target is grey."""


def embedded_chart(chart: SummaryChart, *, first_row: int, end_row: int, column: int) -> Mapping[str, Any]:
    """Return the chart as lines over the cells of its own tab; every `sheetId` is left out.

    In the row `first_row` stand the headings, below them up to before `end_row` the periods in `column` and one line
    in each column that follows. The chart begins in that row, in the column to the left.
    """
    return {
        "spec": {
            "title": clean_text(chart.title),
            "titleTextFormat": {"fontSize": HEADLINE, "bold": True},
            "altText": f"Line chart. {clean_text(chart.title)}. {clean_text(chart.alt_text)}",
            "hiddenDimensionStrategy": "SHOW_ALL",
            "basicChart": {
                "chartType": "LINE",
                "legendPosition": "BOTTOM_LEGEND",
                "headerCount": 1,
                "interpolateNulls": False,
                "axis": [{"position": "BOTTOM_AXIS", "title": PERIOD}, _left_axis(chart)],
                "domains": [{"domain": _column(column, first_row, end_row)}],
                "series": [
                    {"series": _column(at, first_row, end_row), "targetAxis": "LEFT_AXIS", **_line(chart, place)}
                    for place, at in enumerate(range(column + 1, column + 1 + len(chart.lines)))
                ],
            },
        },
        "position": {
            "overlayPosition": {
                "anchorCell": {"rowIndex": first_row, "columnIndex": column - 1},
                "offsetXPixels": PADDING["left"],
                "widthPixels": CHART_WIDTH,
                "heightPixels": CHART_HEIGHT,
            }
        },
    }


def _left_axis(chart: SummaryChart) -> Form:
    """Return the axis of the figures: from 0, and of shares to 100% where none lies beyond."""
    known = [figure for _, figures in chart.lines for figure in figures if figure is not None]
    axis: Form = {"position": "LEFT_AXIS", "title": "Percentage" if chart.percent else "Figure"}
    if min(known, default=0) >= 0:
        axis["viewWindowOptions"] = {"viewWindowMode": "EXPLICIT", "viewWindowMin": 0}
        if chart.percent and max(known, default=0) <= 1:
            axis["viewWindowOptions"]["viewWindowMax"] = 1
    return axis


def _column(column: int, first_row: int, end_row: int) -> Form:
    """Return a `ChartData` of one column, whose first cell is its heading."""
    rows = {"startRowIndex": first_row, "endRowIndex": end_row}
    return {"sourceRange": {"sources": [{**rows, "startColumnIndex": column, "endColumnIndex": column + 1}]}}


def _line(chart: SummaryChart, place: int) -> Form:
    """Return how a line is drawn: with points, or a figure between two gaps would not be seen."""
    if place == len(chart.lines) - 1 and chart.lines[place][0] == TARGET_LINE:
        return {"colorStyle": colour(GOAL), "lineStyle": {"type": "MEDIUM_DASHED", "width": 2}}
    return {
        "colorStyle": colour(LINES[0] if place == 0 else LINES[1 + (place - 1) % (len(LINES) - 1)]),
        "lineStyle": {"type": "SOLID", "width": 2 if place else 3},
        "pointStyle": {"shape": "CIRCLE", "size": 5 if place else 7},
    }
