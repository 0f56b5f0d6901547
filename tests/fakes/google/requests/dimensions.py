"""Rows and columns: appended, inserted, deleted, given a size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.google import fields
from tests.fakes.google.a1 import Span
from tests.fakes.google.cells import shown
from tests.fakes.google.errors import invalid
from tests.fakes.google.protection import refuse_protected
from tests.fakes.google.requests.request_parts import grid, length, mask, stretch
from tests.fakes.google.requests.sheets import refuse_too_many_cells
from tests.fakes.google.resize import delete, insert

if TYPE_CHECKING:
    from tests.fakes.google.spreadsheets import Spreadsheet
    from tests.fakes.google.tab import Dimension, Tab

PIXELS_A_LETTER, LEAST_PIXELS = 7, 21


def append_dimension(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    tab = grid(spreadsheet, given.get("sheetId"))
    count = given.get("length") or 0
    if count < 1:
        raise invalid("length must be greater than 0.")
    if given.get("dimension") == "COLUMNS":
        tab.columns += count
    else:
        tab.rows += count
    refuse_too_many_cells(spreadsheet)
    return {}


def insert_dimension(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    wanted = given.get("range") or {}
    tab = grid(spreadsheet, wanted.get("sheetId"))
    dimension, start, end = stretch(tab, wanted)
    size, is_like_before = length(tab, dimension), bool(given.get("inheritFromBefore"))
    if start > size:
        raise invalid(f"range.startIndex is larger than current grid size ({size})")
    if start == size and not is_like_before:
        raise invalid(f"range.startIndex must be less than the grid size ({size}) if inheritFromBefore is false.")
    if start == 0 and is_like_before:
        raise invalid("range.startIndex must be greater than 0 if inheritFromBefore is true.")
    if end <= start:
        raise invalid("range.endIndex must be greater than range.startIndex.")
    insert(spreadsheet, tab, dimension, at=start, count=end - start, like=start - 1 if is_like_before else start)
    refuse_too_many_cells(spreadsheet)
    return {}


def delete_dimension(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:
    wanted = given.get("range") or {}
    tab = grid(spreadsheet, wanted.get("sheetId"))
    dimension, start, end = stretch(tab, wanted)
    name = "row" if dimension == "ROWS" else "column"
    size, frozen = length(tab, dimension), tab.frozen[dimension == "COLUMNS"]
    if start >= size:
        raise invalid(
            f"Cannot delete a {name} that doesn't exist. Tried to delete {name} index {start} but there are only"
            f" {size} {name}s."
        )
    end = min(end, size)
    if end - start == size:
        raise invalid(f"You can't delete all the {name}s on the sheet.")
    frozen_left = frozen - max(0, min(end, frozen) - start)
    if size - (end - start) <= frozen_left:
        raise invalid(f"Sorry, it is not possible to delete all non-frozen {name}s.")
    refuse_protected(tab, _span(dimension, start, end), by=by)
    delete(spreadsheet, tab, dimension, at=start, count=end - start)
    if frozen != frozen_left:
        tab.grid["frozenRowCount" if dimension == "ROWS" else "frozenColumnCount"] = frozen_left
    return {}


def _span(dimension: Dimension, start: int, end: int) -> Span:
    return Span(row=start, end_row=end) if dimension == "ROWS" else Span(column=start, end_column=end)


def update_dimension_properties(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    wanted = given.get("range") or {}
    tab = grid(spreadsheet, wanted.get("sheetId"))
    dimension, start, end = stretch(tab, wanted)
    paths = mask(given, ("pixelSize", "hiddenByUser", "developerMetadata"))
    for index in range(start, min(end, length(tab, dimension))):
        for path in paths:
            fields.put(_properties(tab, dimension).setdefault(index, {}), given.get("properties") or {}, path)
    return {}


def _properties(tab: Tab, dimension: Dimension) -> dict[int, dict[str, Any]]:
    return tab.row_properties if dimension == "ROWS" else tab.column_properties


def auto_resize_dimensions(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    wanted = given.get("dimensions") or {}
    tab = grid(spreadsheet, wanted.get("sheetId"))
    dimension, start, end = stretch(tab, wanted)
    if dimension == "COLUMNS":
        for index in range(start, min(end, tab.columns)):
            longest = max(
                (
                    len(shown(row[index], tab.format_at(r, index)))
                    for r, row in enumerate(tab.cells)
                    if index < len(row)
                ),
                default=0,
            )
            tab.column_properties.setdefault(index, {})["pixelSize"] = max(LEAST_PIXELS, longest * PIXELS_A_LETTER)
    return {}


HANDLERS = {
    "appendDimension": append_dimension,
    "insertDimension": insert_dimension,
    "deleteDimension": delete_dimension,
    "updateDimensionProperties": update_dimension_properties,
    "autoResizeDimensions": auto_resize_dimensions,
}
