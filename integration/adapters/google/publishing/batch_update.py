"""Requests of a `batchUpdate` of the Sheets API: tabs are added, formatted, resized, shown. Each is about one tab."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec

from integration.adapters.google.publishing.actual_state import FILLING_SUFFIX, PROTECTION_NOTE, TAB_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from integration.adapters.google.publishing.actual_state import ActualTab
    from integration.adapters.google.publishing.cell_changes import CellBlock
    from integration.adapters.google.publishing.desired_state import DesiredTab, TabFormat

Request = dict[str, Any]

MAX_TITLE_LENGTH = 100
MIN_ROOM, MAX_ROOM = 20, 1000
"""Empty rows below the last one, so that a tab need not grow with each answer."""


def with_room(rows: int) -> int:
    """Return how many rows the grid of a tab with so many filled rows gets."""
    return rows + max(MIN_ROOM, min(MAX_ROOM, rows // 10))


def grid_size(desired: DesiredTab) -> tuple[int, int]:
    """Return how many rows and columns the grid of a new tab gets."""
    rows, columns = desired.cells.shape
    return with_room(rows), max(1, columns, len(desired.format.widths))


def add_tab(desired: DesiredTab, sheet_id: int) -> Iterator[Request]:
    """Add the tab, hidden, under a title of its own, with its formats."""
    rows, columns = grid_size(desired)
    grid = {"rowCount": rows, "columnCount": columns, **_grid_look(desired.format)}
    title = filling_title(desired.title, sheet_id)
    yield {"addSheet": {"properties": {"sheetId": sheet_id, "title": title, "hidden": True, "gridProperties": grid}}}
    yield set_tab_key(desired.key, sheet_id)
    yield from _set_formats_and_charts(desired.format, sheet_id)
    yield from set_widths(desired.format, sheet_id)


def filling_title(title: str, sheet_id: int) -> str:
    """Return the title of a tab while it is filled; no other tab has it."""
    end = f" {sheet_id}{FILLING_SUFFIX}"
    return title[: MAX_TITLE_LENGTH - len(end)] + end


def set_tab_key(key: str, sheet_id: int) -> Request:
    """Write into the tab's metadata that it is ours, and which."""
    where = {"location": {"sheetId": sheet_id}, "visibility": "DOCUMENT"}
    return {"createDeveloperMetadata": {"developerMetadata": {"metadataKey": TAB_KEY, "metadataValue": key, **where}}}


def reformat_tab(tab_format: TabFormat, tab: ActualTab) -> Iterator[Request]:
    """Give a tab this format, and remove what is left of the one before."""
    # A tab of charts is ours altogether: an interrupted run may have left some. In other tabs people may have charts.
    ours = tab.charts if tab.format_digest else ()
    for chart in (*tab.charts, *tab.other_charts) if tab_format.charts else ours:
        yield {"deleteEmbeddedObject": {"objectId": chart}}
    for protection in tab.protections:
        yield {"deleteProtectedRange": {"protectedRangeId": protection}}
    yield {"repeatCell": {"range": {"sheetId": tab.sheet_id}, "cell": {}, "fields": "userEnteredFormat"}}
    yield _set_grid(tab.sheet_id, _grid_look(tab_format))
    yield from _set_formats_and_charts(tab_format, tab.sheet_id)
    if tab_format.protected:
        yield from set_widths(tab_format, tab.sheet_id)


def set_widths(tab_format: TabFormat, sheet_id: int) -> Iterator[Request]:
    """Set the columns' widths, adjoining columns of one width together."""
    for width, columns in groupby(enumerate(tab_format.widths), key=lambda column: column[1]):
        span = _dimension_range(sheet_id, "COLUMNS", [place for place, _ in columns])
        properties = {"pixelSize": width}
        yield {"updateDimensionProperties": {"range": span, "properties": properties, "fields": "pixelSize"}}


def resize_tab(tab: ActualTab, rows: int, columns: int) -> Request:
    """Give the tab's grid this size."""
    return _set_grid(tab.sheet_id, {"rowCount": rows, "columnCount": columns})


def _grid_look(tab_format: TabFormat) -> Request:
    return {"frozenRowCount": tab_format.frozen_rows, "hideGridlines": tab_format.hides_grid}


def _set_grid(sheet_id: int, grid: Request) -> Request:
    properties = {"sheetId": sheet_id, "gridProperties": grid}
    fields = ",".join(f"gridProperties.{name}" for name in grid)
    return {"updateSheetProperties": {"properties": properties, "fields": fields}}


def set_formats(tab_format: TabFormat, sheet_id: int) -> Iterator[Request]:
    """Format the cells."""
    for each in tab_format.cell_formats:
        edges = {
            "startRowIndex": each.first_row,
            "endRowIndex": each.end_row,
            "startColumnIndex": each.first_column,
            "endColumnIndex": each.end_column,
        }
        cells = {"sheetId": sheet_id, **{name: edge for name, edge in edges.items() if edge is not None}}
        fields = f"userEnteredFormat({each.fields})"
        yield {"repeatCell": {"range": cells, "cell": {"userEnteredFormat": dict(each.format)}, "fields": fields}}


def delete_rows(sheet_id: int, rows: Iterable[int]) -> Iterator[Request]:
    """Delete whole rows, the last first, so that what people type beside the others moves with them."""
    runs = groupby(enumerate(sorted(set(rows))), key=lambda place: place[1] - place[0])
    spans = [[row for _, row in group] for _, group in runs]
    for span in reversed(spans):
        yield {"deleteDimension": {"range": _dimension_range(sheet_id, "ROWS", span)}}


def _dimension_range(sheet_id: int, dimension: str, span: list[int]) -> Request:
    """Return the range of adjoining rows or columns."""
    return {"sheetId": sheet_id, "dimension": dimension, "startIndex": span[0], "endIndex": span[-1] + 1}


def copy_tab(sheet_id: int, copy_id: int, title: str, *, index: int) -> Iterator[Request]:
    """Keep a hidden copy of a tab as it stands at this moment; being a copy, it has our key too."""
    yield {
        "duplicateSheet": {
            "sourceSheetId": sheet_id, "newSheetId": copy_id, "newSheetName": title, "insertSheetIndex": index,
        }
    }  # fmt: skip
    yield {"updateSheetProperties": {"properties": {"sheetId": copy_id, "hidden": True}, "fields": "hidden"}}


def set_cells(sheet_id: int, block: CellBlock) -> Request:
    """Write cells; text is text, whatever it begins with."""
    rows = [{"values": [_cell(value) for value in row]} for row in block.values.tolist()]
    start = {"sheetId": sheet_id, "rowIndex": block.row, "columnIndex": block.column}
    return {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}


def _cell(value: str | float | bool) -> Request:  # noqa: FBT001  # what a cell may hold
    if value == "":
        return {}
    kind = "stringValue" if isinstance(value, str) else "boolValue" if isinstance(value, bool) else "numberValue"
    return {"userEnteredValue": {kind: value}}


def delete_tab(sheet_id: int) -> Request:
    """Delete a tab."""
    return {"deleteSheet": {"sheetId": sheet_id}}


def show_tab(sheet_id: int, title: str, *, instead_of: ActualTab | None) -> Iterator[Request]:
    """Show a filled tab under its title, in the place of the one that it replaces."""
    place = {"hidden": instead_of.hidden, "index": instead_of.index} if instead_of else {"hidden": False}
    yield {"updateSheetProperties": {"properties": {"sheetId": sheet_id, **place}, "fields": ",".join(place)}}
    if instead_of:
        yield delete_tab(instead_of.sheet_id)
    yield {"updateSheetProperties": {"properties": {"sheetId": sheet_id, "title": title}, "fields": "title"}}


def format_digest(tab_format: TabFormat) -> str:
    """Return a digest of the format without the widths, which people may change once a tab is there.

    In a protected tab the widths are ours, but depend on its words: only their number is part of the digest.
    """
    parts = msgspec.json.encode((
        tab_format.frozen_rows, len(tab_format.widths) if tab_format.protected else 0, tab_format.protected,
        tab_format.hides_grid, tab_format.charts,
        [(f.first_row, f.end_row, f.first_column, f.end_column, f.format, f.fields) for f in tab_format.cell_formats],
    ))  # fmt: skip
    return hashlib.sha256(parts).hexdigest()[:32]


def chart_ids(tab_format: TabFormat, sheet_id: int) -> tuple[int, ...]:
    """Return the ids that the charts of this format get in this tab; those of another format get others."""
    digest = format_digest(tab_format)
    return tuple(_to_id(f"{sheet_id} {digest} {number}") for number in range(len(tab_format.charts)))


def protection_ids(tab_format: TabFormat, sheet_id: int) -> tuple[int, ...]:
    """Return the id that the protection of this tab gets, if it gets one."""
    return (_to_id(f"{sheet_id} {format_digest(tab_format)} protection"),) if tab_format.protected else ()


def _to_id(seed: str) -> int:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") & 0x7FFFFFFF or 1


def _set_formats_and_charts(tab_format: TabFormat, sheet_id: int) -> Iterator[Request]:
    yield from set_formats(tab_format, sheet_id)
    protected = {"range": {"sheetId": sheet_id}, "description": PROTECTION_NOTE, "warningOnly": True}
    for protection_id in protection_ids(tab_format, sheet_id):
        yield {"addProtectedRange": {"protectedRange": {"protectedRangeId": protection_id, **protected}}}
    for chart_id, chart in zip(chart_ids(tab_format, sheet_id), tab_format.charts, strict=True):
        yield {"addChart": {"chart": {**_with_sheet_id(chart, sheet_id), "chartId": chart_id}}}


def _with_sheet_id(part: Any, sheet_id: int) -> Any:
    """Return a part of a chart with the tab's id in each range and each place of a cell."""
    if isinstance(part, list | tuple):
        return [_with_sheet_id(each, sheet_id) for each in part]
    if not isinstance(part, dict):
        return deepcopy(part)
    placed = {name: _with_sheet_id(value, sheet_id) for name, value in part.items()}
    if {"startRowIndex", "endRowIndex"} & set(part) or "rowIndex" in part or "columnIndex" in part:
        placed["sheetId"] = sheet_id
    return placed
