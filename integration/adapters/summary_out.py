"""The leaders' accessible workbook, by gptables.

gptables reads markup in plain text (`[words](address)` becomes a link, `$$note$$` a reference, white space an empty
cell) and refuses a cell of signs alone. Text with a format, even an empty one, it leaves as it is: every text here is
given that way, so that people's words stay words.
"""

from __future__ import annotations

import io
import re
import warnings
from copy import deepcopy
from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import gptables
import pandas as pd
from gptables.core.gptable import FormatList

from integration.adapters.workbook_out import clean_text, stamp
from integration.model import Column, Kind, SummaryTable
from integration.publish import Percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlsxwriter.worksheet import Worksheet

    from integration.model import Summary

NOTES = "Notes"
INSTRUCTIONS = f"This worksheet contains one table. The worksheet {NOTES} explains its words and signs."

WIDEST, WIDEST_NOTE, NUMBER_WIDTH = 48, 100, 11
"""Widths of columns, in characters; longer text is wrapped."""

ROOM = 1.05
"""A character of the summary's type is so much wider than one of the type in which widths are counted."""

LINE_POINTS, TITLE_POINTS = 15.75, 27
"""The height of a line of text, and of one of a title on the cover."""

A4 = 9
"""The paper's number in spreadsheets."""

LITERALLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_summary(summary: Summary) -> bytes:
    """Return the .xlsx of one authority's summary: Cover, Contents, Notes, then one sheet a table.

    Every table is marked as one and has no empty cell; numbers stay numbers beside `[c]`; nothing is frozen,
    filtered or merged. The same summary always gives the same bytes.
    """
    tables = {table.sheet: table for table in (_notes_table(summary), *summary.tables)}
    written = io.BytesIO()
    with warnings.catch_warnings():
        # The notes are a table like the others here, since they explain words and not numbered places.
        warnings.filterwarnings("ignore", message="No note text provided")
        workbook = gptables.produce_workbook(
            written,
            {sheet: _table(number, table) for number, (sheet, table) in enumerate(tables.items(), start=1)},
            theme=_theme(),
            cover=_cover(summary),
            contentsheet_options={"column_names": ["Sheet", "What it shows"], "title": "Contents"},
            auto_width=False,
            gridlines="hide_printed",
            workbook_options={"in_memory": True, **LITERALLY},
        )
    _lay_out(workbook, summary, tables)
    workbook.close()
    return stamp(written, title=summary.title, author=" ".join(summary.contact))


def _notes_table(summary: Summary) -> SummaryTable:
    columns = (Column("Sign or word", Kind.TEXT), Column("What it means", Kind.TEXT))
    return SummaryTable(NOTES, NOTES, (), columns, summary.notes)


def _cover(summary: Summary) -> gptables.Cover:
    return gptables.Cover(
        title=_literal(summary.title),
        intro=[_literal(line) for line in summary.introduction],
        contact=[_literal(line) for line in summary.contact],
        width=WIDEST_NOTE,
    )


def _table(number: int, table: SummaryTable) -> gptables.GPTable:
    cells = [[_cell(value) for value in row] for row in table.cells]
    return gptables.GPTable(
        table=pd.DataFrame(cells, columns=_headings(table.columns), dtype=object),
        # A name such as T1 would be taken for a cell, and the table silently not be marked as one.
        table_name=f"table_{number}_{re.sub(r'[^A-Za-z0-9]+', '_', table.sheet)}",
        title=_above(table.title),
        subtitles=[_above(line) for line in table.subtitles],
        instructions=INSTRUCTIONS if table.sheet != NOTES else "This worksheet contains one table.",
        index_columns={},
        additional_formatting=list(_formats(table)),
    )


def _cell(value: object) -> object:
    return _literal(value) if isinstance(value, str) else value


def _literal(text: str) -> FormatList:
    return FormatList([{}, clean_text(text)])


def _above(text: str) -> list[object]:
    """Return a text above a table; there gptables would still take `$$` for a reference."""
    return [{}, clean_text(text).replace("$$", "$ $")]


def _headings(columns: Sequence[Column]) -> list[str]:
    """Return headings of which no two are the same but for case, or the table would not be marked as one."""
    headings: list[str] = []
    for column in columns:
        known = [heading.casefold() for heading in headings]
        name, number = clean_text(column.name), 1
        while name.casefold() in known:
            number += 1
            name = f"{clean_text(column.name)} {number}"
        headings.append(name)
    return headings


def _formats(table: SummaryTable) -> Iterator[dict[str, Any]]:
    for place, column in enumerate(table.columns):
        align = "left" if column.kind in (Kind.TEXT, Kind.DATE) else "right"
        style = {"align": align, "valign": "top", "num_format": "d mmm yyyy" if column.kind is Kind.DATE else ""}
        yield {"column": {"columns": [place], "format": style, "include_names": True}}
    # One entry a cell: of several cells in one entry gptables formats only the last.
    for down, row in enumerate(table.cells, start=1):
        for place, value in enumerate(row):
            if isinstance(value, int | float):
                yield {"cell": {"cells": (down, place), "format": {"num_format": _number_format(value)}}}


def _number_format(value: float) -> str:
    if isinstance(value, Percent):
        return "0%"
    return "#,##0" if isinstance(value, int) else "0.0"


def _theme() -> gptables.Theme:
    theme = deepcopy(gptables.gptheme)
    theme.update_subtitle_format({"font_size": 12})
    theme.update_cover_text_format({"valign": "top"})
    return theme


def _lay_out(workbook: gptables.GPWorkbook, summary: Summary, tables: Mapping[str, SummaryTable]) -> None:
    for sheet in workbook.worksheets():
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    _lay_out_cover(workbook.get_worksheet_by_name("Cover"), summary)
    workbook.get_worksheet_by_name("Contents").set_column(0, 1, ROOM * WIDEST)
    for name, table in tables.items():
        sheet = workbook.get_worksheet_by_name(name)
        widths = list(_widths(table))
        for place, width in enumerate(widths):
            sheet.set_column(place, place, ROOM * width)
        # Title, subtitles and instructions stand above the headings.
        headings = len(table.subtitles) + 2
        for down, row in enumerate([_headings(table.columns), *table.cells]):
            # Not every spreadsheet program makes a row as high as its wrapped text by itself.
            sheet.set_row(headings + down, LINE_POINTS * _lines(row, widths))


def _lay_out_cover(cover: Worksheet, summary: Summary) -> None:
    """Make room for wrapped lines: the title, then a heading and its lines twice."""
    cover.set_row(0, TITLE_POINTS * _lines([summary.title], [WIDEST_NOTE // 2]))
    heading = 1
    for lines in (summary.introduction, summary.contact):
        cover.set_row(heading, TITLE_POINTS)
        for down, line in enumerate(lines, start=1):
            cover.set_row(heading + down, LINE_POINTS * _lines([line], [WIDEST_NOTE]))
        heading += len(lines) + 1


def _widths(table: SummaryTable) -> Iterator[int]:
    for place, column in enumerate(table.columns):
        if column.kind in (Kind.INTEGER, Kind.NUMBER):
            yield NUMBER_WIDTH
            continue
        longest = max(_length(row[place]) for row in table.cells)
        most = WIDEST_NOTE if table.sheet == NOTES else WIDEST
        yield min(max(longest, len(column.name)) + 2, most)


def _lines(row: Sequence[object], widths: Sequence[int]) -> int:
    return max(
        sum(max(1, len(wrap(line, round(ROOM * width)))) for line in str(value).splitlines()) if isinstance(value, str) else 1
        for value, width in zip(row, widths, strict=True)
    )


def _length(value: object) -> int:
    return len("31 Jul 2022") if isinstance(value, date) else len(str(value))
