"""The shared sheets by gspread: one call tells which tabs there are and which cells are days, one brings values."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import dropwhile
from typing import TYPE_CHECKING, Any

import msgspec

from config.fold import fold
from integration.adapters.google.a1 import quoted
from integration.errors import PublishError
from integration.model import DateCell, SheetReading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from integration.adapters.google.client import GoogleClient
    from integration.model import Cell

UNFORMATTED: Mapping[str, Any] = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER"}
TABS = "properties(sheetId,title,sheetType,gridProperties(rowCount,columnCount))"
WHICH_TABS: Mapping[str, Any] = {"includeGridData": "false", "fields": f"sheets.{TABS}"}
WHICH_DAYS = f"sheets({TABS},data(startRow,startColumn,rowData.values.effectiveFormat.numberFormat.type))"

LARGEST_WITH_DAYS = 300_000
"""Cells of tabs together up to which Google is asked which are days; in larger ones a day arrives as its number."""

DAYS = {"DATE", "DATE_TIME"}
FIRST_DAY, LAST_NUMBER = date(1899, 12, 30), 2_958_465
"""Day 0 of spreadsheets, and the number of the last day that they know: 31 December 9999."""


class _Known(msgspec.Struct):
    """A tab as it was when it was last read."""

    sheet_id: int
    title: str
    cells: int


def read_sheets(
    client: GoogleClient,
    spreadsheet_id: str,
    tabs: Sequence[str],
    *,
    recall: Callable[[str], str | None],
    remember: Callable[[str, str], None],
) -> Mapping[str, SheetReading]:
    """Return the tabs that are there, by the names asked for. Raises what the client raises.

    A tab is known by its name, case and white space aside; one that has another name now by the id that it had when
    it was last read (`recall`, `remember`).
    """
    memory = f"google.tabs.{spreadsheet_id}"
    before: dict[str, _Known] = msgspec.json.decode(recall(memory) or "{}", type=dict[str, _Known])
    days = _days(client, spreadsheet_id, [before[name].title for name in tabs]) if _are_at_hand(tabs, before) else None
    found = (
        {name: before[name] for name in tabs} if days is not None else _find_all(client, spreadsheet_id, tabs, before)
    )
    if not found:
        return {}
    titles = [each.title for each in found.values()]
    if days is None and sum(each.cells for each in found.values()) <= LARGEST_WITH_DAYS:
        days = _days(client, spreadsheet_id, titles)
    answer = client.values_batch_get(spreadsheet_id, [quoted(title) for title in titles], {**UNFORMATTED})
    remember(memory, msgspec.json.encode({**before, **found}).decode())
    return {
        name: SheetReading(
            _rows(values.get("values", ()), (days or {}).get(tab.title, frozenset())),
            called="" if fold(tab.title) == fold(name) else tab.title,
        )
        for (name, tab), values in zip(found.items(), answer["valueRanges"], strict=True)
    }


def _are_at_hand(tabs: Sequence[str], before: Mapping[str, _Known]) -> bool:
    """Say whether every tab can be asked for as it was: known, of the name that is asked for, and not too large."""
    known = [before.get(name) for name in tabs]
    same = all(tab and fold(tab.title) == fold(name) for tab, name in zip(known, tabs, strict=True))
    return same and sum(tab.cells for tab in known if tab) <= LARGEST_WITH_DAYS


def _find_all(
    client: GoogleClient, spreadsheet_id: str, tabs: Sequence[str], before: Mapping[str, _Known]
) -> dict[str, _Known]:
    live: dict[int, _Known] = {}
    for sheet in client.fetch_sheet_metadata(spreadsheet_id, params={**WHICH_TABS}).get("sheets", ()):
        properties = sheet["properties"]
        if properties.get("sheetType", "GRID") == "GRID":
            grid = properties.get("gridProperties", {})
            size = grid.get("rowCount", 0) * grid.get("columnCount", 0)
            tab = _Known(properties.get("sheetId", 0), properties["title"], size)
            live[tab.sheet_id] = tab
    found = {name: _find(name, live, before.get(name), tabs) for name in tabs}
    return {name: tab for name, tab in found.items() if tab}


def _find(name: str, live: Mapping[int, _Known], before: _Known | None, tabs: Sequence[str]) -> _Known | None:
    """Return the tab with that name, or the one that had it; never one that is asked for by its own name."""
    by_name = next((tab for tab in live.values() if fold(tab.title) == fold(name)), None)
    if by_name is not None or before is None or before.sheet_id not in live:
        return by_name
    had_it = live[before.sheet_id]
    return None if fold(had_it.title) in set(map(fold, tabs)) else had_it


def _days(
    client: GoogleClient, spreadsheet_id: str, titles: Sequence[str]
) -> dict[str, frozenset[tuple[int, int]]] | None:
    """Return the places of the cells that are shown as days, by title; None where the tabs are not as they were."""
    params: dict[str, Any] = {
        "includeGridData": "true",
        "fields": WHICH_DAYS,
        "ranges": [quoted(title) for title in titles],
    }
    try:
        sheets = client.fetch_sheet_metadata(spreadsheet_id, params=params).get("sheets", ())
    except PublishError:  # a tab was renamed or taken away
        return None
    found = {sheet["properties"]["title"]: frozenset(_places(sheet.get("data", ()))) for sheet in sheets}
    return found if set(titles) <= set(found) else None


def _places(data: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    return [
        (grid.get("startRow", 0) + row, grid.get("startColumn", 0) + column)
        for grid in data
        for row, cells in enumerate(grid.get("rowData", ()))
        for column, cell in enumerate(cells.get("values", ()))
        if cell.get("effectiveFormat", {}).get("numberFormat", {}).get("type") in DAYS
    ]


def _rows(rows: Sequence[Sequence[Any]], days: frozenset[tuple[int, int]]) -> tuple[tuple[Cell | DateCell, ...], ...]:
    """Return the rows from the heading on: days and numbers as in a workbook, an empty cell as None."""
    cells = (
        tuple(_cell(value, is_day=(place, column) in days) for column, value in enumerate(row))
        for place, row in enumerate(rows)
    )
    return tuple(dropwhile(lambda row: not any(cell is not None for cell in row), cells))


def _cell(value: Any, *, is_day: bool) -> Cell | DateCell:
    if isinstance(value, bool | str):
        return None if value == "" else value
    if is_day and 0 <= value <= LAST_NUMBER:
        return DateCell((FIRST_DAY + timedelta(days=int(value))).isoformat())
    return float(value)
