"""The project team's workbook: text is text, dates are dates, numbers are numbers, and nothing is a formula.

Written in Rust (rustpy-xlsxwriter), which on 100,000 rows takes a third of the time of XlsxWriter. What it cannot do
is settled here: text that no workbook can hold, days before 1900, columns of mixed type, the time of making.
"""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from rustpy_xlsxwriter import write_worksheets

from integration.adapters.tab_values import column_values
from integration.adapters.workbook_look import PAGE, cell_format, heading_format, heights_of, width_of
from integration.adapters.workbook_stamp import stamp
from integration.adapters.workbook_text import LONGEST_TEXT
from integration.errors import RenderError
from integration.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from integration.model import Tab

TITLE = "Data for the project team"

LONGEST_NAME, MOST_ROWS = 31, 1_048_575
"""Characters of a tab's name, and rows under its headings, that Excel allows."""


def write_workbook(tabs: Sequence[Tab]) -> bytes:
    """Return an .xlsx with the tabs in their order; headings are frozen and can be filtered.

    Text comes back as the same text, but for what `clean_text` replaces; numbers in a column of text stay numbers.
    The same tabs always give the same bytes. Raises RenderError for a tab that no workbook can hold.
    """
    for tab in tabs:
        _check(tab)
    columns = {tab.name: _columns(tab) for tab in tabs}
    every_tab = dict.fromkeys(columns, True)
    written = io.BytesIO()
    write_worksheets(
        [(name, _as_table(values)) for name, values in columns.items()],
        written,
        freeze_panes={"general": {"row": 1}},
        autofilter=every_tab,
        # Shared strings, as Excel itself writes them: some viewers show nothing of strings kept in their cells.
        dedupe_strings=every_tab,
        header_format=dict.fromkeys(columns, heading_format()),
        column_formats={tab.name: [cell_format(column) for column in tab.columns] for tab in tabs},
        column_widths={name: [width_of(*column) for column in values.items()] for name, values in columns.items()},
        row_heights={name: heights_of(values) for name, values in columns.items()},
        # Numbers kept as text, such as a reference 007, are meant so.
        ignore_errors={tab.name: _text_columns(tab) for tab in tabs if len(tab.frame)},
        page_setup=dict.fromkeys(columns, PAGE),
    )
    return stamp(written, title=TITLE)


def _check(tab: Tab) -> None:
    if len(tab.name) > LONGEST_NAME:
        raise RenderError(
            f"data.xlsx cannot have a tab named “{tab.name}”: give it a key of at most {LONGEST_NAME} characters"
        )
    if len(tab.frame) > MOST_ROWS:
        raise RenderError(
            f"data.xlsx: the tab “{tab.name}” has {len(tab.frame):,} rows, and a spreadsheet holds {MOST_ROWS:,}; "
            "give later answers a form of their own"
        )


def _text_columns(tab: Tab) -> list[str]:
    return [column.name for column in tab.columns if column.kind is Kind.TEXT]


def _columns(tab: Tab) -> dict[str, list[Any]]:
    """Return each column as plain values: text, whole numbers, floats, dates, None for an empty cell."""
    return {column.name: column_values(tab, column, longest=LONGEST_TEXT) for column in tab.columns}


def _as_table(columns: Mapping[str, list[Any]]) -> pa.Table | list[dict[str, Any]]:
    """Return an Arrow table, which Rust writes fastest; rows where a column holds values of several types."""
    types = {name: {type(value) for value in values if value is not None} for name, values in columns.items()}
    if any(len(found) > 1 for found in types.values()):
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return pa.table({name: pa.array(values, _arrow_type(types[name])) for name, values in columns.items()})


def _arrow_type(types: Iterable[type]) -> pa.DataType:
    found = next(iter(types), str)
    return {str: pa.string(), date: pa.date32()}.get(found, pa.float64())
