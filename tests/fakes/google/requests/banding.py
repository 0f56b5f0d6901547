"""Bands of colour: added, changed, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.google import colours
from tests.fakes.google.errors import invalid
from tests.fakes.google.requests.request_parts import area, mask, whole_range

if TYPE_CHECKING:
    from tests.fakes.google.spreadsheets import Spreadsheet
    from tests.fakes.google.tab import Tab


def add(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    wanted = given.get("bandedRange") or {}
    tab, span = area(spreadsheet, wanted.get("range") or {})
    for each in tab.banding:
        _, other = area(spreadsheet, each["range"])
        if max(span.row, other.row) < min(span.end_row or 0, other.end_row or 0) and max(
            span.column, other.column
        ) < min(span.end_column or 0, other.end_column or 0):
            raise invalid(
                "You cannot add alternating background colors to a range that already has alternating background"
                " colors."
            )
    wanted_id = wanted.get("bandedRangeId")
    if any(each["bandedRangeId"] == wanted_id for other in spreadsheet.tabs for each in other.banding):
        raise invalid(f"Banded range with id {wanted_id} already exists.")
    made = {"bandedRangeId": spreadsheet.new_id(), **colours.settled(wanted), "range": whole_range(wanted["range"])}
    tab.banding.append(made)
    return {"bandedRange": made}


def update(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    wanted = given.get("bandedRange") or {}
    _, found = _find(spreadsheet, wanted.get("bandedRangeId"))
    for path in mask(given, ("range", "rowProperties", "columnProperties")):
        colours.put(found, colours.settled(wanted), path)
    found["range"] = whole_range(found["range"])
    return {}


def delete(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    tab, found = _find(spreadsheet, given.get("bandedRangeId"))
    tab.banding.remove(found)
    return {}


def _find(spreadsheet: Spreadsheet, banded_id: int | None) -> tuple[Tab, dict[str, Any]]:
    for tab in spreadsheet.tabs:
        for each in tab.banding:
            if each["bandedRangeId"] == banded_id:
                return tab, each
    raise invalid(f"No banded range with id: {banded_id or 0}")


HANDLERS = {"addBanding": add, "updateBanding": update, "deleteBanding": delete}
