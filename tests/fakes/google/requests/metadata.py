"""Developer metadata: written on a spreadsheet, a tab, a row or a column, and taken off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.google import fields
from tests.fakes.google.errors import invalid
from tests.fakes.google.requests.request_parts import grid, mask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.google.spreadsheets import Spreadsheet

Metadata = dict[str, Any]


def create(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    wanted = given.get("developerMetadata") or {}
    if not wanted.get("metadataKey"):
        raise invalid("Developer metadata must have a key.")
    if wanted.get("visibility") not in {"DOCUMENT", "PROJECT"}:
        raise invalid("Developer metadata must have a visibility specified.")
    metadata_id = wanted.get("metadataId") or spreadsheet.new_id()
    if any(each["metadataId"] == metadata_id for _, each in _all(spreadsheet)):
        raise invalid(f"Developer metadata with id {metadata_id} already exists.")
    place, location = _location(spreadsheet, wanted.get("location") or {})
    made = {"metadataId": metadata_id, "metadataKey": wanted["metadataKey"]}
    if wanted.get("metadataValue"):
        made["metadataValue"] = wanted["metadataValue"]
    made |= {"location": location, "visibility": wanted["visibility"]}
    place.append(made)
    return {"developerMetadata": made}


def _location(spreadsheet: Spreadsheet, wanted: dict[str, Any]) -> tuple[list[Metadata], dict[str, Any]]:
    """Return the list that holds metadata of the place, and the place as Google names it."""
    if wanted.get("spreadsheet"):
        return spreadsheet.metadata, {"locationType": "SPREADSHEET", "spreadsheet": True}
    if stretch := wanted.get("dimensionRange"):
        tab = grid(spreadsheet, stretch.get("sheetId"))
        start, end = stretch.get("startIndex") or 0, stretch.get("endIndex")
        if end != start + 1 or stretch.get("dimension") not in {"ROWS", "COLUMNS"}:
            raise invalid("Developer metadata can only be associated with a single row or column.")
        kind = stretch["dimension"].removesuffix("S")
        return tab.metadata, {"locationType": kind, "dimensionRange": {"sheetId": tab.sheet_id, **stretch}}
    if "sheetId" not in wanted:
        raise invalid("Developer metadata must have a location.")
    tab = grid(spreadsheet, wanted["sheetId"])
    return tab.metadata, {"locationType": "SHEET", "sheetId": tab.sheet_id}


def update(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    paths = mask(given, ("metadataKey", "metadataValue", "visibility", "location"))
    if ("location",) in paths:
        raise AssertionError("the stand-in does not move developer metadata")
    found = _matching(spreadsheet, given.get("dataFilters") or [])
    for _, each in found:
        for path in paths:
            fields.put(each, given.get("developerMetadata") or {}, path)
    return {"developerMetadata": [each for _, each in found]} if found else {}


def delete(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    found = _matching(spreadsheet, [given.get("dataFilter") or {}])
    for place, each in found:
        place.remove(each)
    return {"deletedDeveloperMetadata": [each for _, each in found]} if found else {}


def _all(spreadsheet: Spreadsheet) -> Iterator[tuple[list[Metadata], Metadata]]:
    for place in (spreadsheet.metadata, *(tab.metadata for tab in spreadsheet.tabs)):
        for each in place:
            yield place, each


def _matching(spreadsheet: Spreadsheet, filters: list[dict[str, Any]]) -> list[tuple[list[Metadata], Metadata]]:
    lookups = [each.get("developerMetadataLookup") or {} for each in filters]
    if not all(lookups):
        raise invalid("Invalid data filter: a developerMetadataLookup must be set.")
    return [(place, each) for place, each in _all(spreadsheet) if any(_matches(each, lookup) for lookup in lookups)]


def _matches(each: Metadata, lookup: dict[str, Any]) -> bool:
    if any(lookup.get(name) not in (None, each.get(name)) for name in ("metadataId", "metadataKey", "metadataValue")):
        return False
    location, wanted = each["location"], lookup.get("metadataLocation") or {}
    if lookup.get("visibility") not in (None, each["visibility"]):
        return False
    if lookup.get("locationType") not in (None, location["locationType"]):
        return False
    return all(location.get(name) == value for name, value in wanted.items())


HANDLERS = {
    "createDeveloperMetadata": create,
    "updateDeveloperMetadata": update,
    "deleteDeveloperMetadata": delete,
}
