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
from typing import TYPE_CHECKING

import pandas as pd

from integration.adapters.summary_look import (
    WIDEST,
    WIDEST_NOTE,
    cell_formats,
    lay_out_cover,
    lay_out_pages,
    lay_out_table,
)
from integration.adapters.summary_pages import (
    CONTENTS,
    COVER,
    OF_WORDS,
    contents_table,
    headings_of,
    instructions,
    notes_table,
)
from integration.adapters.workbook_stamp import stamp
from integration.adapters.workbook_text import clean_text

with warnings.catch_warnings():
    # While it is imported, gptables leaves a file of its own open.
    warnings.simplefilter("ignore", ResourceWarning)
    import gptables
    from gptables.core.gptable import FormatList

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integration.model import Summary, SummaryTable

LITERALLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_summary(summary: Summary) -> bytes:
    """Return the .xlsx of one authority's summary: Cover, Contents, Notes, then one sheet a table.

    Every table is marked as one and has no empty cell; numbers stay numbers beside `[c]`; nothing is frozen,
    filtered or merged. The same summary always gives the same bytes.
    """
    told = (notes_table(summary), *summary.tables)
    tables = {table.sheet: table for table in (contents_table(told), *told)}
    written = io.BytesIO()
    with warnings.catch_warnings():
        # Contents and notes are tables like the others here: they say more than gptables' own.
        warnings.filterwarnings("ignore", message="No note text provided")
        # gptables still calls pandas in a way that is to go.
        warnings.filterwarnings("ignore", category=pd.errors.Pandas4Warning)
        workbook = gptables.produce_workbook(
            written,
            {name: _table(number, table) for number, (name, table) in enumerate(tables.items(), start=1)},
            theme=_theme(),
            cover=_cover(summary),
            contentsheet_label=None,
            auto_width=False,
            gridlines="hide_printed",
            workbook_options={"in_memory": True, **LITERALLY},
        )
    _lay_out(workbook, summary, tables)
    workbook.close()
    return stamp(written, title=summary.title, author=" ".join(summary.contact))


def _lay_out(workbook: gptables.GPWorkbook, summary: Summary, tables: Mapping[str, SummaryTable]) -> None:
    lay_out_pages(workbook)
    lay_out_cover(workbook.get_worksheet_by_name(COVER), summary)
    for name, table in tables.items():
        widest = WIDEST_NOTE if name in OF_WORDS else WIDEST
        lay_out_table(workbook.get_worksheet_by_name(name), table, headings_of(table.columns), widest=widest)


def _cover(summary: Summary) -> gptables.Cover:
    return gptables.Cover(
        title=_literal(summary.title),
        intro=[_literal(line) for line in summary.introduction],
        contact=[_literal(line) for line in summary.contact],
        cover_label=COVER,
        width=WIDEST_NOTE,
    )


def _table(number: int, table: SummaryTable) -> gptables.GPTable:
    cells = [[_literal(cell) if isinstance(cell, str) else cell for cell in row] for row in table.cells]
    if table.sheet == CONTENTS:
        cells = [[_link(sheet), _literal(about)] for sheet, about in table.cells]
    return gptables.GPTable(
        table=pd.DataFrame(cells, columns=headings_of(table.columns), dtype=object),
        # A name such as T1 would be taken for a cell, and the table silently not be marked as one.
        table_name=f"table_{number}_{re.sub(r'[^A-Za-z0-9]+', '_', table.sheet)}",
        title=_above(table.title),
        subtitles=[_above(line) for line in table.subtitles],
        instructions=instructions(table),
        index_columns={},
        additional_formatting=list(cell_formats(table)),
    )


def _literal(text: str) -> FormatList:
    return FormatList([{}, clean_text(text)])


def _link(sheet: str) -> dict[str, str]:
    return {sheet: f"internal:'{sheet}'!A1"}


def _above(text: str) -> list[object]:
    """Return a text above a table; there gptables would still take `$$` for a reference."""
    return [{}, clean_text(text).replace("$$", "$ $")]


def _theme() -> gptables.Theme:
    """Return gptables' own theme, with text above tables no larger than in them."""
    theme = deepcopy(gptables.gptheme)
    theme.update_subtitle_format({"font_size": 12})
    theme.update_cover_text_format({"valign": "top"})
    return theme
