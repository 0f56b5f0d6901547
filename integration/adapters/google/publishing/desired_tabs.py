"""The tabs as they are to stand in Google Sheets: the project team's tables, then the leaders' summary.

In the team's tabs text is text, dates and numbers are numbers; the summary has the same words and tables as the
workbook on disk.
"""

from __future__ import annotations

from itertools import count, groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from integration.adapters.google.publishing.chart_tab import ABOUT, build_chart_tab
from integration.adapters.google.publishing.desired_state import (
    AS_TYPED,
    CLIP,
    ENTRY_FILL,
    HEADING_FILL,
    HEADLINE,
    LEADERS,
    MAX_CELL_TEXT,
    RUN_OVER,
    TITLE,
    WIDEST,
    WRAP,
    ApiObject,
    CellFormat,
    DesiredTab,
    TabFormat,
    cell_format,
    fit_width,
    format_rows,
    has_prose,
    is_right_aligned,
    lacking_width,
    to_sheet_values,
)
from integration.adapters.workbooks.cells import clean_cell_text, column_values
from integration.adapters.workbooks.summary_pages import (
    COVER,
    TEXT_SHEETS,
    build_contents_table,
    build_notes_table,
    number_format,
    table_instructions,
    unique_headings,
)
from integration.model import ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from integration.model import Column, Summary, SummaryTable, Tab

ENTRY_COLUMN, ENTRY_WIDTH = "correction", 180
"""The one column in which a person types, and its least width in pixels."""

TEAM_DATE = {"type": "DATE", "pattern": "dd mmm yyyy"}
INTEGER = {"type": "NUMBER", "pattern": "0"}


def build_team_tab(tab: Tab) -> DesiredTab:
    """Return the desired tab: headings, then the rows; its key and its title are its name.

    Text is as `clean_cell_text` leaves it for Google's cells. Dates are serial numbers, before March 1900 text; a
    number that is NaN or infinite is an empty cell; numbers in a column of text stay numbers.
    """
    columns = [column_values(tab, column, longest=MAX_CELL_TEXT) for column in tab.columns]
    cells = np.empty((len(tab.frame) + 1, len(columns)), dtype=object)
    for place, (column, values) in enumerate(zip(tab.columns, columns, strict=True)):
        cells[0, place] = column.name
        cells[1:, place] = to_sheet_values(values)
    headings = [
        cell_format(bold=True, fill=HEADING_FILL, right=is_right_aligned(column.type)) for column in tab.columns
    ]
    widths = [
        max(fit_width(column.name, values), ENTRY_WIDTH if column.name == ENTRY_COLUMN else 0)
        for column, values in zip(tab.columns, columns, strict=True)
    ]
    body = [_column_format(*column) for column in zip(tab.columns, columns, widths, strict=True)]
    tab_format = TabFormat(
        frozen_rows=1,
        widths=tuple(widths),
        cell_formats=(*format_rows(headings, first_row=0, end_row=1), *format_rows(body, first_row=1, end_row=None)),
    )
    return DesiredTab(tab.name, tab.name, cells, tab_format)


def _column_format(column: Column, values: Sequence[Any], width: int) -> ApiObject:
    if column.name == ENTRY_COLUMN:
        return cell_format(number=AS_TYPED, fill=ENTRY_FILL)
    if column.type is ColumnType.TEXT:
        # Google might take a number for text where the cell says that it holds text.
        number = None if {int, float} & set(map(type, values)) else AS_TYPED
        # A code that is too long, such as a response's id, would make every row higher and be no easier to read.
        is_code = width >= WIDEST and not has_prose(values)
        return cell_format(number=number, wrap=CLIP if is_code else WRAP)
    if column.type is ColumnType.DATE:
        return cell_format(number=TEAM_DATE)
    return cell_format(number=INTEGER if column.type is ColumnType.INTEGER else None, right=True)


INTRODUCTION, CONTACT = "Introductory information", "Contact"
"""The headings of the cover, those of the workbook on disk."""

CHARTS = "Charts"

WIDEST_TEXT, WIDEST_NOTE, COVER_WIDTH, NUMBER_WIDTH = 400, 760, 860, 100
"""Widths of columns in pixels."""

MAX_FROZEN_ROWS = 6
"""With more, little of a small screen would be left to scroll."""

LEADERS_DATE = {"type": "DATE", "pattern": "d mmm yyyy"}


def build_summary_tabs(summary: Summary) -> tuple[DesiredTab, ...]:
    """Return the tabs of one authority's summary: Cover, Contents, Notes, one for each table, then the charts.

    There is no tab of charts where there is no chart. A tab's key is `summary.` and its title. Nothing is a formula
    or a link, and people's words are as `clean_cell_text` leaves them.
    """
    tables = (build_notes_table(summary), *summary.tables)
    charts = _free_title([COVER, *(table.sheet for table in tables)]) if summary.charts else ""
    contents = build_contents_table(tables, [(charts, ABOUT)] if charts else [])
    return (
        _cover_tab(summary),
        *(_table_tab(table) for table in (contents, *tables)),
        *([build_chart_tab(summary.charts, key=_key(charts), title=charts)] if charts else []),
    )


OWN_KEY = "summary."
"""What the key of each of the summary's tabs begins with."""


def _key(title: str) -> str:
    return f"{OWN_KEY}{title}"


def title_as_written(key: str) -> str:
    """Return the title that we gave a tab of the summary, whatever people call it now; "" for another tab."""
    return key.removeprefix(OWN_KEY) if key.startswith(OWN_KEY) else ""


def _free_title(taken: Sequence[str]) -> str:
    """Return a title for the charts that no other tab has."""
    known = {title.casefold() for title in taken}
    titles = (CHARTS if number == 1 else f"{CHARTS} {number}" for number in count(1))
    return next(title for title in titles if title.casefold() not in known)


def _cover_tab(summary: Summary) -> DesiredTab:
    lines = [(summary.title, TITLE)]
    for heading, body in ((INTRODUCTION, summary.introduction), (CONTACT, summary.contact)):
        lines += [(heading, HEADLINE), *((line, LEADERS) for line in body)]
    cells = np.array([[_to_cell(line)] for line, _ in lines], dtype=object)
    cell_formats = tuple(
        CellFormat(row, row + 1, 0, 1, cell_format(points=points, bold=points != LEADERS))
        for row, (_, points) in enumerate(lines)
    )
    tab_format = TabFormat(0, (COVER_WIDTH,), cell_formats, protected=True, hides_grid=True)
    return DesiredTab(_key(COVER), COVER, cells, tab_format)


def _table_tab(table: SummaryTable) -> DesiredTab:
    """Return the tab of one table: its title, the lines about it, its headings, its rows."""
    above = [table.title, *table.subtitles, table_instructions(table)]
    headings = unique_headings(table.columns)
    columns = [[_to_cell(row[place]) for row in table.cells] for place in range(len(headings))]
    widest = WIDEST_NOTE if table.sheet in TEXT_SHEETS else WIDEST_TEXT
    widths = [
        NUMBER_WIDTH if is_right_aligned(column.type) else fit_width(heading, values, points=LEADERS, widest=widest)
        for column, heading, values in zip(table.columns, headings, columns, strict=True)
    ]
    lacking = lacking_width(above[1:], widths, points=LEADERS)
    top = len(above)
    cells = np.full((top + 1 + len(table.cells), len(headings) + bool(lacking)), "", dtype=object)
    cells[:top, 0] = [_to_cell(line) for line in above]
    cells[top, : len(headings)] = headings
    for place, values in enumerate(columns):
        cells[top + 1 :, place] = to_sheet_values(values)
    tab_format = TabFormat(
        frozen_rows=top + 1 if top < MAX_FROZEN_ROWS else 0,
        # An empty column beside a narrow table, over which the lines above it can run.
        widths=(*widths, *([lacking] if lacking else [])),
        cell_formats=(
            *_table_formats(table, heading_row=top, end_row=len(cells)),
            *_number_formats(table, first_row=top + 1),
        ),
        protected=True,
        hides_grid=True,
    )
    return DesiredTab(_key(table.sheet), table.sheet, cells, tab_format)


def _to_cell(value: Any) -> Any:
    if isinstance(value, str):
        return clean_cell_text(value, longest=MAX_CELL_TEXT)
    return float(value) if isinstance(value, float) else value


def _table_formats(table: SummaryTable, *, heading_row: int, end_row: int) -> Iterator[CellFormat]:
    """Yield the formats of the whole tab, then of its title, its headings, its rows."""
    yield CellFormat(0, None, 0, None, cell_format(points=LEADERS, wrap=RUN_OVER))
    yield CellFormat(0, 1, 0, None, cell_format(points=TITLE, bold=True, wrap=RUN_OVER))
    headings, body = [], []
    for column in table.columns:
        right = is_right_aligned(column.type)
        number = {ColumnType.TEXT: AS_TYPED, ColumnType.DATE: LEADERS_DATE}.get(column.type)
        headings.append(cell_format(points=LEADERS, bold=True, fill=HEADING_FILL, right=right))
        body.append(cell_format(points=LEADERS, right=right, number=number, ruled=True))
    yield from format_rows(headings, first_row=heading_row, end_row=heading_row + 1)
    yield from format_rows(body, first_row=heading_row + 1, end_row=end_row)


def _number_formats(table: SummaryTable, *, first_row: int) -> Iterator[CellFormat]:
    """Yield how numbers are shown, row range by row range; a sign takes the format of the number above it."""
    for place in range(len(table.columns)):
        patterns: list[str] = []
        for values in table.cells:
            is_number = isinstance(values[place], int | float)
            patterns.append(number_format(values[place]) if is_number else patterns[-1] if patterns else "")
        row = first_row
        for pattern, rows in groupby(patterns):
            end = row + len(list(rows))
            if pattern:
                number = {"type": "PERCENT" if pattern.endswith("%") else "NUMBER", "pattern": pattern}
                yield CellFormat(row, end, place, place + 1, {"numberFormat": number}, "numberFormat")
            row = end
