"""The leaders' accessible workbook, by gptables.

gptables reads markup in plain text (`[words](address)` becomes a link, `$$note$$` a reference, white space an empty
cell) and refuses a cell of signs alone. Text with a format, even an empty one, it leaves as it is: every text here is
given that way, so that people's words stay text.
"""

from __future__ import annotations

import io
import re
import warnings
from copy import deepcopy
from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import pandas as pd

from integration.adapters.workbooks.cells import clean_cell_text
from integration.adapters.workbooks.data_workbook import make_reproducible
from integration.adapters.workbooks.summary_pages import (
    CONTENTS,
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

    from xlsxwriter.worksheet import Worksheet

    from integration.model import Summary, SummaryTable

with warnings.catch_warnings():
    # While it is imported, gptables leaves a file of its own open.
    warnings.simplefilter("ignore", ResourceWarning)
    import gptables
    from gptables.core.gptable import FormatList

LITERALLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_summary(summary: Summary) -> bytes:
    """Return the .xlsx of one authority's summary: Cover, Contents, Notes, then one sheet a table.

    Every table is marked as one and has no empty cell; numbers stay numbers beside `[c]`; nothing is frozen,
    filtered or merged. The same summary always gives the same bytes.
    """
    listed = (build_notes_table(summary), *summary.tables)
    tables = {table.sheet: table for table in (build_contents_table(listed), *listed)}
    cover = gptables.Cover(
        title=_literal(summary.title),
        intro=[_literal(line) for line in summary.introduction],
        contact=[_literal(line) for line in summary.contact],
        cover_label=COVER,
        width=WIDEST_NOTE,
    )
    theme = deepcopy(gptables.gptheme)
    theme.update_subtitle_format({"font_size": 12})  # text above tables no larger than in them
    theme.update_cover_text_format({"valign": "top"})
    written = io.BytesIO()
    with warnings.catch_warnings():
        # Contents and notes are tables like the others here: they say more than gptables' own.
        warnings.filterwarnings("ignore", message="No note text provided")
        # gptables still calls pandas in a way that is to go.
        warnings.filterwarnings("ignore", category=pd.errors.Pandas4Warning)
        workbook = gptables.produce_workbook(
            written,
            {name: _build_table(number, table) for number, (name, table) in enumerate(tables.items(), start=1)},
            theme=theme,
            cover=cover,
            contentsheet_label=None,
            auto_width=False,
            gridlines="hide_printed",
            workbook_options={"in_memory": True, **LITERALLY},
        )
    for sheet in workbook.worksheets():  # printed on A4 across, as wide as a page
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    lay_out_cover(workbook.get_worksheet_by_name(COVER), summary)
    for name, table in tables.items():
        widest = WIDEST_NOTE if name in TEXT_SHEETS else WIDEST
        lay_out_table(workbook.get_worksheet_by_name(name), table, unique_headings(table.columns), widest=widest)
    workbook.close()
    return make_reproducible(written, title=summary.title, author=" ".join(summary.contact))


def _build_table(number: int, table: SummaryTable) -> gptables.GPTable:
    cells = [[_literal(cell) if isinstance(cell, str) else cell for cell in row] for row in table.cells]
    if table.sheet == CONTENTS:
        cells = [[{sheet: f"internal:'{sheet}'!A1"}, _literal(about)] for sheet, about in table.cells]
    return gptables.GPTable(
        table=pd.DataFrame(cells, columns=unique_headings(table.columns), dtype=object),
        # A name such as T1 would be taken for a cell, and the table silently not be marked as one.
        table_name=f"table_{number}_{re.sub(r'[^A-Za-z0-9]+', '_', table.sheet)}",
        title=_literal_above(table.title),
        subtitles=[_literal_above(line) for line in table.subtitles],
        instructions=table_instructions(table),
        index_columns={},
        additional_formatting=list(cell_formats(table)),
    )


def _literal(text: str) -> FormatList:
    return FormatList([{}, clean_cell_text(text)])


def _literal_above(text: str) -> list[object]:
    """Return a text above a table; there gptables would still take `$$` for a reference."""
    return [{}, clean_cell_text(text).replace("$$", "$ $")]


WIDEST, WIDEST_NOTE, NUMBER_WIDTH = 52, 100, 11
"""Widths of columns, in characters; longer text is wrapped."""

ROOM = 1.05
"""A character of the summary's type is so much wider than one of the type in which widths are counted."""

LINE_POINTS, TITLE_POINTS = 15.75, 27
"""The height of a line of text, and of one of a title on the cover."""

A4 = 9
"""The paper's number in spreadsheets."""


def cell_formats(table: SummaryTable) -> Iterator[dict[str, Any]]:
    """Yield the formats of a table's cells, in gptables' terms."""
    for place, column in enumerate(table.columns):
        align = "right" if column.type.is_numeric else "left"
        style = {"align": align, "valign": "top", "num_format": "d mmm yyyy" if column.type is ColumnType.DATE else ""}
        yield {"column": {"columns": [place], "format": style, "include_names": True}}
    # One entry a cell: of several cells in one entry gptables formats only the last.
    for down, row in enumerate(table.cells, start=1):
        for place, value in enumerate(row):
            if isinstance(value, int | float):
                yield {"cell": {"cells": (down, place), "format": {"num_format": number_format(value)}}}


def lay_out_cover(cover: Worksheet, summary: Summary) -> None:
    """Make room for wrapped lines: the title, then a heading and its lines twice."""
    cover.set_row(0, TITLE_POINTS * _count_lines([summary.title], [WIDEST_NOTE // 2]))
    heading = 1
    for lines in (summary.introduction, summary.contact):
        cover.set_row(heading, TITLE_POINTS)
        for down, line in enumerate(lines, start=1):
            cover.set_row(heading + down, LINE_POINTS * _count_lines([line], [WIDEST_NOTE]))
        heading += len(lines) + 1


def lay_out_table(sheet: Worksheet, table: SummaryTable, headings: Sequence[str], *, widest: int = WIDEST) -> None:
    """Set the widths of columns; and heights, since not every program makes a row as high as its wrapped text."""
    widths = []
    for place, column in enumerate(table.columns):
        lengths = (len("31 Jul 2022") if isinstance(row[place], date) else len(str(row[place])) for row in table.cells)
        width = min(max(len(column.name), *lengths) + 2, widest)
        widths.append(NUMBER_WIDTH if column.type.is_numeric else width)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, ROOM * width)
    # Title, subtitles and instructions stand above the headings.
    for down, row in enumerate([headings, *table.cells], start=len(table.subtitles) + 2):
        sheet.set_row(down, LINE_POINTS * _count_lines(row, widths))


def _count_lines(row: Sequence[object], widths: Sequence[int]) -> int:
    """Return how many lines the row's longest text takes."""
    return max(
        sum(max(1, len(wrap(line, round(ROOM * width)))) for line in str(value).splitlines())
        if isinstance(value, str)
        else 1
        for value, width in zip(row, widths, strict=True)
    )
