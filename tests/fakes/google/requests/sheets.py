"""Tabs: added, taken away, renamed, moved, hidden, resized."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.google import colours, fields
from tests.fakes.google.errors import invalid
from tests.fakes.google.range_shifts import without_sheet
from tests.fakes.google.requests.request_parts import mask
from tests.fakes.google.resize import resize
from tests.fakes.google.spreadsheet_resource import properties
from tests.fakes.google.spreadsheets import MOST_CELLS
from tests.fakes.google.tab import Tab

if TYPE_CHECKING:
    from tests.fakes.google.spreadsheets import Spreadsheet

LONGEST_TITLE = 100
CHANGEABLE = ("title", "index", "hidden", "gridProperties", "tabColor", "tabColorStyle", "rightToLeft", "sheetId")
LOOKS = ("tabColor", "tabColorStyle", "rightToLeft")


def add_sheet(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    wanted = given.get("properties") or {}
    sheet_id = wanted.get("sheetId", spreadsheet.new_id())
    if sheet_id < 0:
        raise invalid("Sheet id must be non-negative.")
    if spreadsheet.by_id(sheet_id):
        raise invalid(f"Sheet with id {sheet_id} already exists.")
    size = wanted.get("gridProperties") or {}
    tab = Tab(sheet_id, _free_title(spreadsheet), size.get("rowCount") or 1000, size.get("columnCount") or 26)
    index = min(wanted.get("index", len(spreadsheet.tabs)), len(spreadsheet.tabs))
    spreadsheet.tabs.insert(index, tab)
    paths = [path for path in _paths(wanted) if path[0] not in {"index", "sheetId"}]
    _change(spreadsheet, tab, wanted, paths)
    return {"properties": properties(spreadsheet, tab)}


def duplicate_sheet(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    """Copy a tab with all that belongs to it, its metadata too; each thing but the tab gets an id of its own."""
    source = _sheet(spreadsheet, given.get("sourceSheetId"))
    sheet_id = given.get("newSheetId", spreadsheet.new_id())
    if spreadsheet.by_id(sheet_id):
        raise invalid(f"Sheet with id {sheet_id} already exists.")
    index, title = given.get("insertSheetIndex") or 0, given.get("newSheetName") or f"Copy of {source.title}"
    if index > len(spreadsheet.tabs):
        raise invalid(f"Invalid insertSheetIndex: {index}")
    if spreadsheet.find(title):
        raise invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')
    tab = source.copy()
    tab.sheet_id, tab.title, tab.hidden = sheet_id, title, False
    for things, identity in ((tab.metadata, "metadataId"), (tab.protected, "protectedRangeId"), (tab.charts, "chartId"),
                             (tab.banding, "bandedRangeId")):  # fmt: skip
        things[:] = [{**_moved(each, source.sheet_id, sheet_id), identity: spreadsheet.new_id()} for each in things]
    spreadsheet.tabs.insert(index, tab)
    return {"properties": properties(spreadsheet, tab)}


def _moved(part: Any, old: int, new: int) -> Any:
    if isinstance(part, list):
        return [_moved(each, old, new) for each in part]
    if not isinstance(part, dict):
        return part
    return {name: new if name == "sheetId" and each == old else _moved(each, old, new) for name, each in part.items()}


def _paths(wanted: dict[str, Any]) -> list[tuple[str, ...]]:
    found = [("gridProperties", name) for name in wanted.get("gridProperties") or {}]
    return [*found, *((name,) for name in wanted if name in CHANGEABLE and name != "gridProperties")]


def _free_title(spreadsheet: Spreadsheet) -> str:
    number = len(spreadsheet.tabs) + 1
    while spreadsheet.find(f"Sheet{number}"):
        number += 1
    return f"Sheet{number}"


def delete_sheet(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    tab = _sheet(spreadsheet, given.get("sheetId"))
    if len(spreadsheet.tabs) == 1:
        raise invalid("You can't remove all the sheets in a document.")
    if spreadsheet.visible == [tab]:
        raise invalid("You can't remove all the visible sheets in a document.")
    spreadsheet.tabs.remove(tab)
    for other in spreadsheet.tabs:
        other.charts = without_sheet(other.charts, tab.sheet_id)
    return {}


def update_sheet_properties(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    wanted = given.get("properties") or {}
    tab = _sheet(spreadsheet, wanted.get("sheetId"))
    _change(spreadsheet, tab, wanted, [path for path in mask(given, CHANGEABLE) if path != ("sheetId",)])
    return {}


def update_spreadsheet_properties(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    for path in mask(given, ("title", "locale", "timeZone", "autoRecalc")):
        fields.put(spreadsheet.properties, given.get("properties") or {}, path)
    return {}


def _sheet(spreadsheet: Spreadsheet, sheet_id: int | None) -> Tab:
    tab = spreadsheet.by_id(sheet_id or 0)
    if tab is None:
        raise invalid(f"No sheet with id: {sheet_id or 0}")
    return tab


def _change(spreadsheet: Spreadsheet, tab: Tab, wanted: dict[str, Any], paths: list[tuple[str, ...]]) -> None:
    new = properties(spreadsheet, tab)
    for path in paths:
        colours.put(new, wanted, path)
    _rename(spreadsheet, tab, str(new.get("title", "")))
    if ("index",) in paths:
        _move(spreadsheet, tab, int(wanted.get("index") or 0))
    tab.hidden = bool(new.get("hidden"))
    if not spreadsheet.visible:
        raise invalid("You can't hide all the sheets in a document.")
    tab.properties = colours.settled({name: new[name] for name in LOOKS if new.get(name)})
    _regrid(spreadsheet, tab, new.get("gridProperties", {}))


def _rename(spreadsheet: Spreadsheet, tab: Tab, title: str) -> None:
    if not title:
        raise invalid("The sheet name cannot be empty.")
    if len(title) > LONGEST_TITLE:
        raise invalid(f"The sheet name cannot be greater than {LONGEST_TITLE} characters.")
    other = spreadsheet.find(title)
    if other is not None and other is not tab:
        raise invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')
    tab.title = title


def _move(spreadsheet: Spreadsheet, tab: Tab, index: int) -> None:
    """Move a tab; the index counts the tabs as they stand before the move."""
    now = spreadsheet.tabs.index(tab)
    if index < 0 or index > len(spreadsheet.tabs):
        raise invalid(f"Sheet index {index} is out of bounds.")
    spreadsheet.tabs.remove(tab)
    spreadsheet.tabs.insert(index - 1 if index > now else index, tab)


def _regrid(spreadsheet: Spreadsheet, tab: Tab, grid: dict[str, Any]) -> None:
    rows, columns = int(grid.get("rowCount", 0)), int(grid.get("columnCount", 0))
    for count, name in ((rows, "rows"), (columns, "columns")):
        if count < 1:
            raise invalid(f"You can't delete all the {name} on the sheet.")
    frozen_rows, frozen_columns = int(grid.get("frozenRowCount") or 0), int(grid.get("frozenColumnCount") or 0)
    for size, old, frozen, name in (
        (rows, tab.rows, tab.frozen[0], "rows"),
        (columns, tab.columns, tab.frozen[1], "columns"),
    ):
        if size < old and size <= frozen:
            raise invalid(f"Sorry, it is not possible to delete all non-frozen {name}.")
    if frozen_rows >= rows:
        raise invalid("You can't freeze all visible rows on the sheet.")
    if frozen_columns >= columns:
        raise invalid("You can't freeze all visible columns on the sheet.")
    resize(tab, rows, tab.columns)
    refuse_too_many_cells(spreadsheet)  # Google counts once the rows are there, before columns go
    resize(tab, rows, columns)
    tab.grid = {name: value for name, value in grid.items() if value and name not in {"rowCount", "columnCount"}}
    refuse_too_many_cells(spreadsheet)


def refuse_too_many_cells(spreadsheet: Spreadsheet) -> None:
    """Refuse what makes a spreadsheet larger than Google allows."""
    if spreadsheet.cell_count > MOST_CELLS:
        raise invalid(
            f"This action would increase the number of cells in the workbook above the limit of {MOST_CELLS} cells."
        )


HANDLERS = {
    "addSheet": add_sheet,
    "deleteSheet": delete_sheet,
    "duplicateSheet": duplicate_sheet,
    "updateSheetProperties": update_sheet_properties,
    "updateSpreadsheetProperties": update_spreadsheet_properties,
}
