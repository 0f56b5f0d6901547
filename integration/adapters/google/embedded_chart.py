"""A chart that Google Sheets draws itself, as an `EmbeddedChart` of the Sheets API v4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from integration.adapters.google.look import HEADLINE, PADDING, Form, colour
from integration.adapters.workbook_text import clean_text
from integration.publish.charts import TARGET

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integration.model import SummaryChart

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
            "altText": f"Line chart. {clean_text(chart.title)}. {clean_text(chart.told)}",
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
                    for place, at in enumerate(range(column + 1, column + 1 + len(chart.series)))
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
    known = [figure for _, figures in chart.series for figure in figures if figure is not None]
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
    if place == len(chart.series) - 1 and chart.series[place][0] == TARGET:
        return {"colorStyle": colour(GOAL), "lineStyle": {"type": "MEDIUM_DASHED", "width": 2}}
    return {
        "colorStyle": colour(LINES[0] if place == 0 else LINES[1 + (place - 1) % (len(LINES) - 1)]),
        "lineStyle": {"type": "SOLID", "width": 2 if place else 3},
        "pointStyle": {"shape": "CIRCLE", "size": 5 if place else 7},
    }
