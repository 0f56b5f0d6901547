"""`batchUpdate`: all requests, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.google.errors import Refusal, invalid
from tests.fakes.google.requests import banding, cells, charts, dimensions, metadata, protected, sheets
from tests.fakes.google.spreadsheet_resource import described, without_zero_ids

if TYPE_CHECKING:
    from tests.fakes.google.spreadsheets import Spreadsheet

HANDLERS = (
    sheets.HANDLERS | dimensions.HANDLERS | cells.HANDLERS | metadata.HANDLERS | protected.HANDLERS | charts.HANDLERS
    | banding.HANDLERS
)  # fmt: skip


def update(spreadsheet: Spreadsheet, body: dict[str, Any], *, by: str) -> dict[str, Any]:
    """Do the requests on this copy of a spreadsheet; return the answer. Raises Refusal, with none to be kept."""
    requests = body.get("requests") or []
    if not requests:
        raise invalid("Must specify at least one request.")
    replies = [_one(spreadsheet, request, index, by) for index, request in enumerate(requests)]
    answer: dict[str, Any] = {"spreadsheetId": spreadsheet.id, "replies": replies}
    if body.get("includeSpreadsheetInResponse"):
        ranges = body.get("responseRanges") or []
        answer["updatedSpreadsheet"] = described(
            spreadsheet, ranges=ranges, with_cells=bool(body.get("responseIncludeGridData"))
        )
    return answer


def _one(spreadsheet: Spreadsheet, request: dict[str, Any], index: int, by: str) -> dict[str, Any]:
    kinds = [kind for kind, given in request.items() if given is not None]
    if not kinds:
        raise invalid(f"Invalid requests[{index}]: No request set.")
    kind, *more = kinds
    if more:
        said = f"oneof field 'kind' is already set. Cannot set '{more[0]}'"
        raise invalid(f"Invalid value at 'requests[{index}]' (oneof), {said}")
    if kind not in HANDLERS:
        raise AssertionError(f"the stand-in does not know the request {kind}")
    try:
        reply = HANDLERS[kind](spreadsheet, request[kind], by)
    except Refusal as refusal:
        raise invalid(f"Invalid requests[{index}].{kind}: {refusal.message}") from None
    return {kind: without_zero_ids(reply)} if reply else {}
