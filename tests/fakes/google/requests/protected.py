"""Protected ranges: added, changed, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.google import fields
from tests.fakes.google.errors import invalid
from tests.fakes.google.protection import SENTENCE, may_edit
from tests.fakes.google.requests.request_parts import grid, mask, whole_range

if TYPE_CHECKING:
    from tests.fakes.google.spreadsheets import Spreadsheet
    from tests.fakes.google.tab import Tab


def add(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:
    wanted = given.get("protectedRange") or {}
    if "range" not in wanted:
        raise invalid("Must specify a range, a named range or a table to protect.")
    tab = grid(spreadsheet, wanted["range"].get("sheetId"))
    wanted_id = wanted.get("protectedRangeId")
    if any(each["protectedRangeId"] == wanted_id for other in spreadsheet.tabs for each in other.protected):
        raise invalid(f"Protected range with id {wanted_id} already exists.")
    made = {"protectedRangeId": spreadsheet.new_id(), **wanted, "range": whole_range(wanted["range"])}
    _settle(made, by)
    tab.protected.append(made)
    return {"protectedRange": {**made, "editors": {}}}  # who may edit is said only by spreadsheets.get


def _settle(made: dict[str, Any], by: str) -> None:
    """Keep whoever protects an editor; where people are only warned, nobody else is listed."""
    listed = [] if made.get("warningOnly") else (made.get("editors") or {}).get("users", [])
    made["editors"] = {"users": list(dict.fromkeys([*listed, by]))}
    made["requestingUserCanEdit"] = True
    if not made.get("warningOnly"):
        made.pop("warningOnly", None)


def update(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:
    wanted = given.get("protectedRange") or {}
    _, found = _find(spreadsheet, wanted.get("protectedRangeId"), by)
    for path in mask(given, ("range", "description", "warningOnly", "editors", "unprotectedRanges", "namedRangeId")):
        fields.put(found, wanted, path)
    found["range"] = whole_range(found.get("range") or {})
    _settle(found, by)
    return {}


def delete(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:
    tab, found = _find(spreadsheet, given.get("protectedRangeId"), by)
    tab.protected.remove(found)
    return {}


def _find(spreadsheet: Spreadsheet, protected_id: int | None, by: str) -> tuple[Tab, dict[str, Any]]:
    for tab in spreadsheet.tabs:
        for each in tab.protected:
            if each["protectedRangeId"] == protected_id:
                if not may_edit(each, by=by):
                    raise invalid(SENTENCE)
                return tab, each
    raise invalid(f"No protected range with id: {protected_id or 0}")


HANDLERS = {"addProtectedRange": add, "updateProtectedRange": update, "deleteProtectedRange": delete}
