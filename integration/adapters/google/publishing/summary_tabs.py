"""The leaders' summary as it is to stand in Google Sheets: the same words and tables as in the workbook on disk."""

from __future__ import annotations

from itertools import count, groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from integration.adapters.google.publishing.chart_tab import ABOUT, build_chart_tab
from integration.adapters.google.publishing.desired_state import (
    AS_TYPED,
    FIELDS,
    HEADING_FILL,
    HEADLINE,
    LEADERS,
    RUN_OVER,
    TITLE,
    CellFormat,
    Form,
    TabFormat,
    TabImage,
    across,
    cell_format,
    is_right,
    room_for,
    width_of,
)
from integration.adapters.google.publishing.team_tabs import LONGEST_TEXT, to_sheet_values
from integration.adapters.workbooks.cells import clean_text
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

    from integration.model import Column, Summary, SummaryTable

INTRODUCTION, CONTACT = "Introductory information", "Contact"
"""The headings of the cover, those of the workbook on disk."""

CHARTS = "Charts"

WIDEST, WIDEST_NOTE, COVER_WIDTH, NUMBER_WIDTH = 400, 760, 860, 100
"""Widths of columns in pixels."""

MOST_FROZEN_ROWS = 6
"""With more, little of a small screen would be left to scroll."""

DATE = {"type": "DATE", "pattern": "d mmm yyyy"}


def build_summary_tabs(summary: Summary) -> tuple[TabImage, ...]:
    """Return the tabs of one authority's summary: Cover, Contents, Notes, one for each table, then the charts.

    There is no tab of charts where there is no chart. A tab's key is `summary.` and its title. Nothing is a formula
    or a link, and people's words are as `clean_text` leaves them.
    """
    told = (build_notes_table(summary), *summary.tables)
    charts = _free_title([COVER, *(table.sheet for table in told)]) if summary.charts else ""
    contents = build_contents_table(told, [(charts, ABOUT)] if charts else [])
    return (
        _cover(summary),
        *(_page(table) for table in (contents, *told)),
        *([build_chart_tab(summary.charts, key=_key(charts), title=charts)] if charts else []),
    )


def _key(title: str) -> str:
    return f"summary.{title}"


def _free_title(taken: Sequence[str]) -> str:
    """Return a title for the charts that no other tab has."""
    known = {title.casefold() for title in taken}
    titles = (CHARTS if number == 1 else f"{CHARTS} {number}" for number in count(1))
    return next(title for title in titles if title.casefold() not in known)


def _cover(summary: Summary) -> TabImage:
    parts = ((INTRODUCTION, summary.introduction), (CONTACT, summary.contact))
    lines = [(summary.title, TITLE)]
    for heading, body in parts:
        lines += [(heading, HEADLINE), *((line, LEADERS) for line in body)]
    image = np.array([[_text(line)] for line, _ in lines], dtype=object)
    formats = tuple(
        CellFormat(row, row + 1, 0, 1, cell_format(points=points, bold=points != LEADERS), FIELDS)
        for row, (_, points) in enumerate(lines)
    )
    look = TabFormat(frozen_rows=0, widths=(COVER_WIDTH,), formats=formats, protected=True, hides_grid=True)
    return TabImage(_key(COVER), COVER, image, look)


def _page(table: SummaryTable) -> TabImage:
    """Return the tab of one table: its title, the lines about it, its headings, its rows."""
    above = [table.title, *table.subtitles, table_instructions(table)]
    headings = unique_headings(table.columns)
    columns = [[_plain(row[place]) for row in table.cells] for place in range(len(headings))]
    widths = [_width(table, *column) for column in zip(table.columns, headings, columns, strict=True)]
    lacking = room_for(above[1:], widths, points=LEADERS)
    top = len(above)
    image = np.full((top + 1 + len(table.cells), len(headings) + bool(lacking)), "", dtype=object)
    image[:top, 0] = [_text(line) for line in above]
    image[top, : len(headings)] = headings
    for place, values in enumerate(columns):
        image[top + 1 :, place] = to_sheet_values(values)
    look = TabFormat(
        frozen_rows=top + 1 if top < MOST_FROZEN_ROWS else 0,
        # An empty column beside a narrow table, over which the lines above it can run.
        widths=(*widths, *([lacking] if lacking else [])),
        formats=(
            *_page_formats(table, top=len(above), end=len(image)),
            *_number_formats(table, first_row=len(above) + 1),
        ),
        protected=True,
        hides_grid=True,
    )
    return TabImage(_key(table.sheet), table.sheet, image, look)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    return float(value) if isinstance(value, float) else value


def _text(text: str) -> str:
    return clean_text(text, longest=LONGEST_TEXT)


def _width(table: SummaryTable, column: Column, heading: str, values: Sequence[object]) -> int:
    if is_right(column.type):
        return NUMBER_WIDTH
    return width_of(heading, values, points=LEADERS, widest=WIDEST_NOTE if table.sheet in TEXT_SHEETS else WIDEST)


def _page_formats(table: SummaryTable, *, top: int, end: int) -> Iterator[CellFormat]:
    """Yield the formats of the whole tab, then of its title, its headings in the row `top`, its rows up to `end`."""
    yield CellFormat(0, None, 0, None, cell_format(points=LEADERS, wrap=RUN_OVER), FIELDS)
    yield CellFormat(0, 1, 0, None, cell_format(points=TITLE, bold=True, wrap=RUN_OVER), FIELDS)
    rights = [is_right(column.type) for column in table.columns]
    headings = [cell_format(points=LEADERS, bold=True, fill=HEADING_FILL, right=right) for right in rights]
    yield from across(headings, first_row=top, end_row=top + 1)
    yield from across([_body(column.type) for column in table.columns], first_row=top + 1, end_row=end)


def _body(kind: ColumnType) -> Form:
    number = {ColumnType.TEXT: AS_TYPED, ColumnType.DATE: DATE}.get(kind)
    return cell_format(points=LEADERS, right=is_right(kind), number=number, ruled=True)


def _number_formats(table: SummaryTable, *, first_row: int) -> Iterator[CellFormat]:
    """Yield how numbers are shown, stretch by stretch; a sign takes the format of the number above it."""
    for place in range(len(table.columns)):
        patterns = _patterns([row[place] for row in table.cells])
        row = first_row
        for pattern, stretch in groupby(patterns):
            end = row + len(list(stretch))
            if pattern:
                number = {"type": "PERCENT" if pattern.endswith("%") else "NUMBER", "pattern": pattern}
                yield CellFormat(row, end, place, place + 1, {"numberFormat": number}, "numberFormat")
            row = end


def _patterns(values: Sequence[object]) -> Iterator[str]:
    known = ""
    for value in values:
        known = number_format(value) if isinstance(value, int | float) else known
        yield known
