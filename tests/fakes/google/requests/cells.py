"""Cells: values and formats, one by one, repeated over a range, or copied."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.fakes.google import colours
from tests.fakes.google.a1 import Span
from tests.fakes.google.cells import CellFormat, Value, number
from tests.fakes.google.errors import invalid
from tests.fakes.google.protection import refuse_protected
from tests.fakes.google.requests.request_parts import area, grid, mask
from tests.fakes.google.values import LONGEST_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.fakes.google.spreadsheets import Spreadsheet
    from tests.fakes.google.tab import Tab

Path = tuple[str, ...]
SETTABLE = ("userEnteredValue", "userEnteredFormat", "note", "dataValidation", "textFormatRuns", "hyperlink")
PASTES: dict[str, tuple[bool, bool]] = {
    "PASTE_NORMAL": (True, True), "PASTE_VALUES": (True, False), "PASTE_FORMAT": (False, True),
    "PASTE_NO_BORDERS": (True, True),
}  # fmt: skip


def repeat_cell(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:
    paths = mask(given, SETTABLE)
    tab, span = area(spreadsheet, given.get("range") or {})
    refuse_protected(tab, span, by=by)
    cell = given.get("cell") or {}
    formats = [path for path in paths if path[0] != "userEnteredValue"]
    if formats:
        _format_span(tab, span, _painter(cell, formats))
    if len(formats) < len(paths):
        values = [_value(cell)] * ((span.end_column or 0) - span.column)
        for row in range(span.row, span.end_row or 0):
            tab.put(row, span.column, values)
    return {}


def _painter(cell: dict[str, Any], paths: Sequence[Path]) -> Callable[[CellFormat | None], CellFormat | None]:
    """Return what turns a format into the format after an update; equal formats become one object."""
    known: dict[str, CellFormat | None] = {}
    seen: dict[int, tuple[CellFormat | None, CellFormat | None]] = {}

    def paint(old: CellFormat | None) -> CellFormat | None:
        if id(old) not in seen:
            new = json.loads(json.dumps(old or {}))
            for path in paths:
                colours.put(new, cell, path)
            cell_format = _without_empty(colours.settled(new)) or None
            seen[id(old)] = old, known.setdefault(json.dumps(cell_format, sort_keys=True), cell_format)
        return seen[id(old)][1]

    return paint


def _without_empty(found: dict[str, Any]) -> dict[str, Any]:
    kept = {name: _without_empty(each) if isinstance(each, dict) else each for name, each in found.items()}
    return {name: each for name, each in kept.items() if each not in ({}, "") or colours.is_colour(name)}


def _format_span(tab: Tab, span: Span, paint: Callable[[CellFormat | None], CellFormat | None]) -> None:
    """Paint a part of the grid; rows that looked alike share one object again."""
    rows: dict[int, tuple[tuple[CellFormat | None, ...], tuple[CellFormat | None, ...]]] = {}
    end_column = span.end_column or 0
    tab.formats.extend([()] * ((span.end_row or 0) - len(tab.formats)))
    for row in range(span.row, span.end_row or 0):
        old = tab.formats[row]
        if id(old) not in rows:
            whole = (*old, *(None,) * (end_column - len(old)))
            middle = map(paint, whole[span.column : end_column])
            rows[id(old)] = old, (*whole[: span.column], *middle, *whole[end_column:])
        tab.formats[row] = rows[id(old)][1]


def update_cells(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:
    paths = mask(given, SETTABLE)
    rows = [row.get("values") or [] for row in given.get("rows") or []]
    if "range" in given:
        tab, span = area(spreadsheet, given["range"])
    else:
        tab, span = _from_start(spreadsheet, given.get("start") or {}, rows)
    height, width = (span.end_row or 0) - span.row, (span.end_column or 0) - span.column
    if len(rows) > height:
        raise invalid(
            f"Attempting to write row: {span.row + height}, beyond the last requested row of: {span.row + height - 1}"
        )
    if max(map(len, rows), default=0) > width:
        last = span.column + width
        raise invalid(f"Attempting to write column: {last}, beyond the last requested column of: {last - 1}")
    refuse_protected(tab, span, by=by)
    is_whole = "range" in given
    for r in range(height if is_whole else len(rows)):
        cells = rows[r] if r < len(rows) else []
        for c in range(width if is_whole else len(cells)):
            _set(tab, span.row + r, span.column + c, cells[c] if c < len(cells) else {}, paths)
    return {}


def _from_start(spreadsheet: Spreadsheet, start: dict[str, Any], rows: list[list[dict[str, Any]]]) -> tuple[Tab, Span]:
    tab = grid(spreadsheet, start.get("sheetId"))
    row, column = start.get("rowIndex") or 0, start.get("columnIndex") or 0
    if row >= tab.rows:
        raise invalid(f"GridCoordinate.rowIndex[{row}] is after last row in grid[{tab.rows}]")
    if column >= tab.columns:
        raise invalid(f"GridCoordinate.columnIndex[{column}] is after last column in grid[{tab.columns}]")
    width = max(map(len, rows), default=0)
    return tab, Span(row, row + len(rows), column, column + width).within(tab.rows, tab.columns)


def _set(tab: Tab, row: int, column: int, cell: dict[str, Any], paths: Sequence[Path]) -> None:
    formats = [path for path in paths if path[0] != "userEnteredValue"]
    if len(formats) < len(paths):
        tab.put(row, column, [_value(cell)])
    if formats:
        tab.put_format(row, column, _painter(cell, formats)(tab.format_at(row, column)))


def _value(cell: dict[str, Any]) -> Value:
    """Return the value that a `CellData` gives; formulas are never the product's to send."""
    given = cell.get("userEnteredValue") or {}
    if "formulaValue" in given:
        raise AssertionError("a formula was sent; the product writes values only")
    if "numberValue" in given:
        return number(given["numberValue"])
    if "boolValue" in given:
        return bool(given["boolValue"])
    text = given.get("stringValue") or None
    if text and len(text) > LONGEST_TEXT:
        raise invalid(f"Your input contains more than the maximum of {LONGEST_TEXT} characters in a single cell.")
    return text


def copy_paste(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:
    with_values, with_looks = PASTES[given.get("pasteType") or "PASTE_NORMAL"]
    origin, source = area(spreadsheet, given.get("source") or {})
    tab, target = area(spreadsheet, given.get("destination") or {})
    height, width = (source.end_row or 0) - source.row, (source.end_column or 0) - source.column
    tall = max(height, ((target.end_row or 0) - target.row) // height * height)
    wide = max(width, ((target.end_column or 0) - target.column) // width * width)
    pasted = Span(target.row, target.row + tall, target.column, target.column + wide)
    refuse_protected(tab, pasted, by=by)
    before = origin.copy()
    for r in range(min(tall, tab.rows - target.row)):
        for c in range(min(wide, tab.columns - target.column)):
            row, column = source.row + r % height, source.column + c % width
            if with_values:
                tab.put(target.row + r, target.column + c, [before.value(row, column)])
            if with_looks:
                tab.put_format(target.row + r, target.column + c, before.format_at(row, column))
    return {}


HANDLERS = {"repeatCell": repeat_cell, "updateCells": update_cells, "copyPaste": copy_paste}
