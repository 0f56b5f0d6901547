"""The shared sheets by gspread: one call tells which tabs there are, one brings all their values."""

from __future__ import annotations

from itertools import dropwhile
from typing import TYPE_CHECKING, Any

import msgspec

from config.fold import fold
from integration.adapters.google.a1 import quoted
from integration.model import SheetReading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from integration.adapters.google.client import GoogleClient
    from integration.model import Cell

UNFORMATTED: Mapping[str, Any] = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER"}
WHICH_TABS: Mapping[str, Any] = {"includeGridData": "false", "fields": "sheets.properties(sheetId,title,sheetType)"}


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
    known: dict[str, int] = msgspec.json.decode(recall(memory) or "{}", type=dict[str, int])
    live: dict[int, str] = {
        tab["properties"].get("sheetId", 0): tab["properties"]["title"]
        for tab in client.fetch_sheet_metadata(spreadsheet_id, params={**WHICH_TABS}).get("sheets", ())
        if tab["properties"].get("sheetType", "GRID") == "GRID"
    }
    found = {name: place for name in tabs if (place := _find(name, live, known.get(name), tabs)) is not None}
    if not found:
        return {}
    answer = client.values_batch_get(spreadsheet_id, [quoted(live[place]) for place in found.values()], {**UNFORMATTED})
    remember(memory, msgspec.json.encode({**known, **found}).decode())
    return {
        name: SheetReading(
            _rows(values.get("values", ())), called="" if fold(live[place]) == fold(name) else live[place]
        )
        for (name, place), values in zip(found.items(), answer["valueRanges"], strict=True)
    }


def _find(name: str, live: Mapping[int, str], before: int | None, tabs: Sequence[str]) -> int | None:
    """Return the id of the tab with that name, or of the one that had it; never one that is asked for by name."""
    by_name = next((place for place, title in live.items() if fold(title) == fold(name)), None)
    if by_name is not None or before is None or before not in live:
        return by_name
    return None if fold(live[before]) in set(map(fold, tabs)) else before


def _rows(rows: Sequence[Sequence[Any]]) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows from the heading on: numbers as in a workbook, an empty cell as None."""
    cells = (tuple(_cell(value) for value in row) for row in rows)
    return tuple(dropwhile(lambda row: not any(cell is not None for cell in row), cells))


def _cell(value: str | float | bool | None) -> Cell:  # noqa: FBT001  # a ticked box is True
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return None if value == "" else value
