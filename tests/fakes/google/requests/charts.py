"""Charts: added, redrawn, moved, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.google.errors import invalid
from tests.fakes.google.requests.chart_spec import settled
from tests.fakes.google.requests.request_parts import grid, whole_range

if TYPE_CHECKING:
    from tests.fakes.google.spreadsheets import Spreadsheet
    from tests.fakes.google.tab import Tab

SIZE = {"widthPixels": 600, "heightPixels": 371}


def add(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    wanted = given.get("chart") or {}
    tab, position = _position(spreadsheet, wanted.get("position") or {})
    chart_id = wanted.get("chartId") or spreadsheet.new_id()
    if any(each["chartId"] == chart_id for other in spreadsheet.tabs for each in other.charts):
        raise invalid(f"Chart with id {chart_id} already exists.")
    made = {"chartId": chart_id, "spec": settled(spreadsheet, wanted.get("spec")), "position": position}
    if "border" in wanted:
        made["border"] = wanted["border"]
    tab.charts.append(made)
    return {"chart": made}


def _position(spreadsheet: Spreadsheet, wanted: dict[str, Any]) -> tuple[Tab, dict[str, Any]]:
    overlay = wanted.get("overlayPosition")
    if overlay is None:
        raise AssertionError("the stand-in draws charts over cells only: say an overlayPosition")
    anchor = whole_range(overlay.get("anchorCell") or {})
    tab = grid(spreadsheet, anchor["sheetId"])
    for index, size, name in (("rowIndex", tab.rows, "row"), ("columnIndex", tab.columns, "column")):
        if (found := anchor.get(index) or 0) >= size:
            raise invalid(f"GridCoordinate.{index}[{found}] is after last {name} in grid[{size}]")
    return tab, {"overlayPosition": {**SIZE, **overlay, "anchorCell": anchor}}


def update_spec(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    _, chart = _find(spreadsheet, given.get("chartId"))
    chart["spec"] = settled(spreadsheet, given.get("spec"))
    return {}


def update_position(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    tab, chart = _find(spreadsheet, given.get("objectId"))
    if not given.get("fields"):
        raise invalid("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    old = chart["position"].get("overlayPosition", {})
    wanted = (given.get("newPosition") or {}).get("overlayPosition") or {}
    place, position = _position(spreadsheet, {"overlayPosition": {**old, **wanted}})
    tab.charts.remove(chart)
    place.charts.append({**chart, "position": position})
    return {"position": position}


def delete(spreadsheet: Spreadsheet, given: dict[str, Any], by: str) -> dict[str, Any]:  # noqa: ARG001  # same shape
    tab, chart = _find(spreadsheet, given.get("objectId"))
    tab.charts.remove(chart)
    return {}


def _find(spreadsheet: Spreadsheet, chart_id: int | None) -> tuple[Tab, dict[str, Any]]:
    for tab in spreadsheet.tabs:
        for each in tab.charts:
            if each["chartId"] == chart_id:
                return tab, each
    raise invalid(f"No embedded object with id: {chart_id or 0}")


HANDLERS = {
    "addChart": add,
    "updateChartSpec": update_spec,
    "updateEmbeddedObjectPosition": update_position,
    "deleteEmbeddedObject": delete,
}
