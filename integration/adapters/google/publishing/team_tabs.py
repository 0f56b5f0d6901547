"""The tabs of the project team as they are to stand in Google Sheets: text is text, days and numbers are numbers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from integration.adapters.google.publishing.desired_state import (
    AS_TYPED,
    CLIP,
    ENTRY_FILL,
    HEADING_FILL,
    WIDEST,
    WRAP,
    Form,
    TabFormat,
    TabImage,
    Value,
    across,
    cell_format,
    holds_prose,
    is_right,
    width_of,
)
from integration.adapters.workbooks.cells import column_values
from integration.model import ColumnType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from integration.model import Column, Tab


LONGEST_TEXT = 50_000

ENTRY, ENTRY_WIDTH = "correction", 180

EPOCH = date(1899, 12, 30).toordinal()

DATE = {"type": "DATE", "pattern": "dd mmm yyyy"}
INTEGER = {"type": "NUMBER", "pattern": "0"}


def build_team_tab(tab: Tab) -> TabImage:
    """Return the tab's image: headings, then the rows; its key and its title are its name.

    Text is as `clean_text` leaves it for Google's cells. Days are serial numbers, before March 1900 text; a number
    that is none, or has no end, is an empty cell; numbers in a column of text stay numbers.
    """
    columns = [column_values(tab, column, longest=LONGEST_TEXT) for column in tab.columns]
    images = np.empty((len(tab.frame) + 1, len(columns)), dtype=object)
    for place, (column, values) in enumerate(zip(tab.columns, columns, strict=True)):
        images[0, place] = column.name
        images[1:, place] = to_sheet_values(values)
    return TabImage(tab.name, tab.name, images, _look(tab.columns, columns))


def to_sheet_values(values: Sequence[Any]) -> list[Value]:
    """Return plain values as the Sheets API takes them: days as serial numbers, None as an empty cell."""
    if date in map(type, values):
        values = [value.toordinal() - EPOCH if isinstance(value, date) else value for value in values]
    return ["" if value is None else value for value in values]


def _look(columns: Sequence[Column], values: Sequence[Sequence[Any]]) -> TabFormat:
    headings = [cell_format(bold=True, fill=HEADING_FILL, right=is_right(column.type)) for column in columns]
    widths = [_width(*column) for column in zip(columns, values, strict=True)]
    body = [_form(*column) for column in zip(columns, values, widths, strict=True)]
    return TabFormat(
        frozen_rows=1,
        widths=tuple(widths),
        formats=(
            *across(headings, first_row=0, end_row=1),
            *across(body, first_row=1, end_row=None),
        ),
    )


def _form(column: Column, values: Sequence[object], width: int) -> Form:
    if column.name == ENTRY:
        return cell_format(number=AS_TYPED, fill=ENTRY_FILL)
    if column.type is ColumnType.TEXT:
        # Google might take a number for text where the cell says that it holds text.
        number = None if {int, float} & set(map(type, values)) else AS_TYPED
        # A code that is too long, such as a response's id, would make every row higher and be no easier to read.
        is_code = width >= WIDEST and not holds_prose(values)
        return cell_format(number=number, wrap=CLIP if is_code else WRAP)
    if column.type is ColumnType.DATE:
        return cell_format(number=DATE)
    return cell_format(number=INTEGER if column.type is ColumnType.INTEGER else None, right=True)


def _width(column: Column, values: Sequence[object]) -> int:
    found = width_of(column.name, values)
    return max(found, ENTRY_WIDTH) if column.name == ENTRY else found
