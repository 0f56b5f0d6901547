"""The project team's tabs as they are to stand in Google Sheets: text is text, dates and numbers are numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from integration.adapters.google.publishing.desired_state import (
    AS_TYPED,
    CLIP,
    ENTRY_FILL,
    HEADING_FILL,
    MAX_CELL_TEXT,
    WIDEST,
    WRAP,
    ApiObject,
    DesiredTab,
    TabFormat,
    cell_format,
    fit_width,
    format_rows,
    has_prose,
    is_right_aligned,
    to_sheet_values,
)
from integration.adapters.workbooks.cells import column_values
from integration.model import ColumnType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from integration.model import Column, Tab

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
