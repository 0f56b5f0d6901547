"""How the leaders' summary looks: number formats, widths and heights."""

from __future__ import annotations

from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from integration.adapters.summary_pages import number_format
from integration.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from integration.model import Summary, SummaryTable

WIDEST, WIDEST_NOTE, NUMBER_WIDTH = 52, 100, 11
"""Widths of columns, in characters; longer text is wrapped."""

ROOM = 1.05
"""A character of the summary's type is so much wider than one of the type in which widths are counted."""

LINE_POINTS, TITLE_POINTS = 15.75, 27
"""The height of a line of text, and of one of a title on the cover."""

A4 = 9
"""The paper's number in spreadsheets."""


def cell_formats(table: SummaryTable) -> Iterator[dict[str, Any]]:
    """Yield what gptables is told of the formats of a table's cells."""
    for place, column in enumerate(table.columns):
        align = "right" if column.kind in (Kind.INTEGER, Kind.NUMBER) else "left"
        style = {"align": align, "valign": "top", "num_format": "d mmm yyyy" if column.kind is Kind.DATE else ""}
        yield {"column": {"columns": [place], "format": style, "include_names": True}}
    # One entry a cell: of several cells in one entry gptables formats only the last.
    for down, row in enumerate(table.cells, start=1):
        for place, value in enumerate(row):
            if isinstance(value, int | float):
                yield {"cell": {"cells": (down, place), "format": {"num_format": number_format(value)}}}


def lay_out_pages(workbook: Workbook) -> None:
    """Print every sheet on A4 across, as wide as a page."""
    for sheet in workbook.worksheets():
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)


def lay_out_cover(cover: Worksheet, summary: Summary) -> None:
    """Make room for wrapped lines: the title, then a heading and its lines twice."""
    cover.set_row(0, TITLE_POINTS * _lines([summary.title], [WIDEST_NOTE // 2]))
    heading = 1
    for lines in (summary.introduction, summary.contact):
        cover.set_row(heading, TITLE_POINTS)
        for down, line in enumerate(lines, start=1):
            cover.set_row(heading + down, LINE_POINTS * _lines([line], [WIDEST_NOTE]))
        heading += len(lines) + 1


def lay_out_table(sheet: Worksheet, table: SummaryTable, headings: Sequence[str], *, widest: int = WIDEST) -> None:
    """Set the widths of columns; and heights, since not every program makes a row as high as its wrapped text."""
    widths = [_width(table, place, widest) for place in range(len(table.columns))]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, ROOM * width)
    # Title, subtitles and instructions stand above the headings.
    for down, row in enumerate([headings, *table.cells], start=len(table.subtitles) + 2):
        sheet.set_row(down, LINE_POINTS * _lines(row, widths))


def _width(table: SummaryTable, place: int, widest: int) -> int:
    column = table.columns[place]
    if column.kind in (Kind.INTEGER, Kind.NUMBER):
        return NUMBER_WIDTH
    longest = max(_length(row[place]) for row in table.cells)
    return min(max(longest, len(column.name)) + 2, widest)


def _length(value: object) -> int:
    return len("31 Jul 2022") if isinstance(value, date) else len(str(value))


def _lines(row: Sequence[object], widths: Sequence[int]) -> int:
    """Return how many lines the row's longest text takes."""
    return max(
        sum(max(1, len(wrap(line, round(ROOM * width)))) for line in str(value).splitlines())
        if isinstance(value, str)
        else 1
        for value, width in zip(row, widths, strict=True)
    )
