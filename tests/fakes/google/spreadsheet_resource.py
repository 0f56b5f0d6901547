"""A spreadsheet as `spreadsheets.get` gives it."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from tests.fakes.google.a1 import Span
from tests.fakes.google.cells import Formula, Value, plain, shown
from tests.fakes.google.tab import DEFAULT_PIXELS
from tests.fakes.google.values import refuse_outside, resolve

if TYPE_CHECKING:
    from tests.fakes.google.cells import CellFormat
    from tests.fakes.google.spreadsheets import Spreadsheet
    from tests.fakes.google.tab import Tab

DEFAULT_FORMAT = {
    "backgroundColor": {"red": 1, "green": 1, "blue": 1},
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM", "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {}, "fontFamily": "arial,sans,sans-serif", "fontSize": 10, "bold": False, "italic": False,
        "strikethrough": False, "underline": False, "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": {"red": 1, "green": 1, "blue": 1}},
}  # fmt: skip


def described(spreadsheet: Spreadsheet, *, ranges: list[str], with_cells: bool) -> dict[str, Any]:
    """Return a `Spreadsheet`; with ranges only the tabs that these lie in."""
    parts: dict[int, list[Span]] = {}
    for text in ranges:
        tab, span = resolve(spreadsheet, text)
        refuse_outside(tab, span, ends_too=False)
        parts.setdefault(tab.sheet_id, []).append(span)
    tabs = [tab for tab in spreadsheet.tabs if not ranges or tab.sheet_id in parts]
    found = {
        "spreadsheetId": spreadsheet.id,
        "properties": {**spreadsheet.properties, "defaultFormat": DEFAULT_FORMAT},
        "sheets": [_sheet(spreadsheet, tab, parts.get(tab.sheet_id, [Span()]), with_cells=with_cells) for tab in tabs],
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{spreadsheet.id}/edit",
    }
    if spreadsheet.metadata:
        found["developerMetadata"] = deepcopy(spreadsheet.metadata)
    return found


def properties(spreadsheet: Spreadsheet, tab: Tab) -> dict[str, Any]:
    """Return a tab's `SheetProperties`."""
    found: dict[str, Any] = {
        "sheetId": tab.sheet_id, "title": tab.title, "index": spreadsheet.tabs.index(tab), "sheetType": "GRID",
        "gridProperties": {"rowCount": tab.rows, "columnCount": tab.columns, **deepcopy(tab.grid)},
    }  # fmt: skip
    if tab.hidden:
        found["hidden"] = True
    return {**found, **deepcopy(tab.properties)}


def _sheet(spreadsheet: Spreadsheet, tab: Tab, spans: list[Span], *, with_cells: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"properties": properties(spreadsheet, tab)}
    if with_cells:
        found["data"] = [_grid_data(tab, span) for span in spans]
    more = {
        "merges": tab.merges,
        "charts": tab.charts,
        "bandedRanges": tab.banding,
        "developerMetadata": [each for each in tab.metadata if each["location"]["locationType"] == "SHEET"],
        "protectedRanges": tab.protected,
    }
    return {**found, **{name: without_zero_ids(each) for name, each in more.items() if each}}


def without_zero_ids(found: Any) -> Any:
    """Return a copy of a reply in which no range says the sheetId 0, as Google's do not."""
    if isinstance(found, list):
        return [without_zero_ids(each) for each in found]
    if not isinstance(found, dict):
        return found
    keeps = "title" in found or "locationType" in found  # properties and metadata do say it
    return {
        name: without_zero_ids(each) for name, each in found.items() if keeps or not (name == "sheetId" and each == 0)
    }


def _grid_data(tab: Tab, span: Span) -> dict[str, Any]:
    within = span.within(tab.rows, tab.columns)
    found: dict[str, Any] = {
        name: value for name, value in (("startRow", within.row), ("startColumn", within.column)) if value
    }
    rows = [_row(tab, row, within) for row in range(within.row, within.end_row or 0)]
    while rows and not rows[-1]:
        rows.pop()
    if rows:
        found["rowData"] = rows
    return {
        **found,
        "rowMetadata": [
            _dimension(tab.row_properties, "ROW", tab, row) for row in range(within.row, within.end_row or 0)
        ],
        "columnMetadata": [
            _dimension(tab.column_properties, "COLUMN", tab, column)
            for column in range(within.column, within.end_column or 0)
        ],
    }


def _dimension(known: dict[int, dict[str, Any]], kind: str, tab: Tab, index: int) -> dict[str, Any]:
    found = {"pixelSize": DEFAULT_PIXELS["ROWS" if kind == "ROW" else "COLUMNS"], **known.get(index, {})}
    if metadata := [
        each
        for each in tab.metadata
        if each["location"]["locationType"] == kind and each["location"]["dimensionRange"].get("startIndex", 0) == index
    ]:
        found["developerMetadata"] = without_zero_ids(metadata)
    return found


def _row(tab: Tab, row: int, within: Span) -> dict[str, Any]:
    end = min(within.end_column or 0, tab.filled_columns(row))
    cells = [_cell(tab.value(row, column), tab.format_at(row, column)) for column in range(within.column, end)]
    while cells and not cells[-1]:
        cells.pop()
    return {"values": cells} if cells else {}


def _cell(value: Value, cell_format: CellFormat) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if value is not None:
        entered = {"formulaValue": value.text} if isinstance(value, Formula) else _extended(value)
        found = {
            "userEnteredValue": entered,
            "effectiveValue": _extended(value),
            "formattedValue": shown(value, cell_format),
        }
    if value is not None or cell_format:
        found |= deepcopy(cell_format)
        found["effectiveFormat"] = {**DEFAULT_FORMAT, **cell_format.get("userEnteredFormat", {})}
    return found


ERROR_TYPES = {
    "#N/A": "N_A", "#DIV/0!": "DIVIDE_BY_ZERO", "#REF!": "REF", "#NAME?": "NAME", "#VALUE!": "VALUE", "#NUM!": "NUM",
    "#NULL!": "NULL_VALUE", "#ERROR!": "ERROR", "Loading...": "LOADING",
}  # fmt: skip
"""The types of error by what a formula shows; a person who types the same words typed a text."""


def _extended(value: Value) -> dict[str, Any]:
    found = plain(value)
    if isinstance(value, Formula) and found in ERROR_TYPES:
        return {"errorValue": {"type": ERROR_TYPES[str(found)], "message": "as the formula shows"}}
    if isinstance(found, bool):
        return {"boolValue": found}
    return {"stringValue": found} if isinstance(found, str) else {"numberValue": found}
