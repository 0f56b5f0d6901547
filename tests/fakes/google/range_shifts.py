"""Ranges that shift when rows or columns are inserted or deleted, wherever they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from tests.fakes.google.spreadsheets import Spreadsheet
    from tests.fakes.google.tab import Dimension, Tab

Found = TypeVar("Found")
GONE = object()
NAMES: dict[Dimension, tuple[str, str, str]] = {
    "ROWS": ("startRowIndex", "endRowIndex", "rowIndex"),
    "COLUMNS": ("startColumnIndex", "endColumnIndex", "columnIndex"),
}


def shift_all(spreadsheet: Spreadsheet, tab: Tab, dimension: Dimension, *, at: int, count: int) -> None:
    """Move every range of the tab: `count` rows or columns have come (or, below 0, gone) at an index."""
    for other in spreadsheet.tabs:
        other.charts = _shifted(other.charts, tab.sheet_id, dimension, at, count)
    tab.metadata = _shifted(tab.metadata, tab.sheet_id, dimension, at, count)
    tab.protected = _shifted(tab.protected, tab.sheet_id, dimension, at, count)
    tab.banding = _shifted(tab.banding, tab.sheet_id, dimension, at, count)
    tab.merges = _shifted(tab.merges, tab.sheet_id, dimension, at, count)


def _shifted(found: Any, sheet_id: int, dimension: Dimension, at: int, count: int) -> Any:
    if isinstance(found, list):
        moved = [_shifted(each, sheet_id, dimension, at, count) for each in found]
        return [each for each in moved if each is not GONE]
    if not isinstance(found, dict):
        return found
    if "sheetId" not in found:
        new = {name: _shifted(each, sheet_id, dimension, at, count) for name, each in found.items()}
        is_lost = any(new.get(name) is GONE for name in ("range", "location", "dimensionRange"))
        return GONE if is_lost else {name: each for name, each in new.items() if each is not GONE}
    return _moved(found, dimension, at, count) if found["sheetId"] == sheet_id else found


def _moved(found: dict[str, Any], dimension: Dimension, at: int, count: int) -> Any:
    start_name, end_name, index_name = NAMES[dimension]
    if found.get("dimension") == dimension:
        start_name, end_name = "startIndex", "endIndex"
    start, end = found.get(start_name), found.get(end_name)
    new = dict(found)
    if start is not None:
        new[start_name] = _place(start, at, count, is_end=False)
    if end is not None:
        new[end_name] = _place(end, at, count, is_end=True)
        if new[end_name] <= (new.get(start_name) or 0):
            return GONE
    if index_name in found:
        new[index_name] = _place(found[index_name], at, count, is_end=False)
    return new


def _place(index: int, at: int, count: int, *, is_end: bool) -> int:
    if count < 0:
        return index - max(0, min(index - at, -count))
    return index + count if (index > at if is_end else index >= at) else index


def without_sheet(found: Found, sheet_id: int) -> Found:
    """Return objects without the ranges in a tab that is gone."""
    if isinstance(found, list):
        kept = [each for each in found if not (isinstance(each, dict) and each.get("sheetId") == sheet_id)]
        return [without_sheet(each, sheet_id) for each in kept]  # type: ignore[return-value]  # a list as before
    if isinstance(found, dict):
        return {name: without_sheet(each, sheet_id) for name, each in found.items()}  # type: ignore[return-value]  # likewise
    return found
