"""The parts that every request has: which tab, which range of it, which fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.google import fields
from tests.fakes.google.errors import invalid
from tests.fakes.google.protection import span_of
from tests.fakes.google.values import refuse_outside

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.fakes.google.a1 import Span
    from tests.fakes.google.spreadsheets import Spreadsheet
    from tests.fakes.google.tab import Dimension, Tab


def grid(spreadsheet: Spreadsheet, sheet_id: int | None) -> Tab:
    """Return the tab of that id; none given means 0, as in Google's own messages."""
    tab = spreadsheet.by_id(sheet_id or 0)
    if tab is None:
        raise invalid(f"No grid with id: {sheet_id or 0}")
    return tab


def area(spreadsheet: Spreadsheet, grid_range: dict[str, Any]) -> tuple[Tab, Span]:
    """Return the tab and the part of its grid of a `GridRange`; refuse one that begins outside."""
    tab, span = grid(spreadsheet, grid_range.get("sheetId")), span_of(grid_range)
    refuse_outside(tab, span, ends_too=False)
    return tab, span.within(tab.rows, tab.columns)


def whole_range(grid_range: dict[str, Any]) -> dict[str, Any]:
    """Return a `GridRange` that says its sheetId."""
    return {"sheetId": 0, **grid_range}


def mask(given: dict[str, Any], every: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the paths that the request's `fields` lists; `*` is each of `every`."""
    text = given.get("fields") or ""
    if not text:
        raise invalid("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    try:
        tree = fields.parse(text)
    except ValueError:
        raise invalid(f"Invalid field mask: {text}") from None
    paths: list[tuple[str, ...]] = [(name,) for name in every] if "*" in tree else fields.leaves(tree)
    if unknown := [path[0] for path in paths if path[0] not in set(every)]:
        raise invalid(f"Invalid field: {unknown[0]}")
    return paths


def stretch(tab: Tab, dimension_range: dict[str, Any]) -> tuple[Dimension, int, int]:
    """Return the dimension and the start and end of a `DimensionRange`."""
    dimension: Dimension = "COLUMNS" if dimension_range.get("dimension") == "COLUMNS" else "ROWS"
    if dimension_range.get("dimension") not in {"ROWS", "COLUMNS"}:
        raise invalid("No dimension specified.")
    size = length(tab, dimension)
    end = dimension_range.get("endIndex")
    return dimension, dimension_range.get("startIndex") or 0, size if end is None else end


def length(tab: Tab, dimension: Dimension) -> int:
    """Return how many rows or columns the grid has."""
    return tab.rows if dimension == "ROWS" else tab.columns
