"""What Google draws: the specification of a chart, checked against what its schema says only in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.google import colours
from tests.fakes.google.errors import invalid
from tests.fakes.google.requests.request_parts import grid, whole_range

if TYPE_CHECKING:
    from tests.fakes.google.spreadsheets import Spreadsheet

KINDS = (
    "basicChart", "bubbleChart", "candlestickChart", "histogramChart", "orgChart", "pieChart", "scorecardChart",
    "treemapChart", "waterfallChart",
)  # fmt: skip
LINED = {"AREA", "LINE", "SCATTER"}
MINOR_AXES = {"BAR": {"BOTTOM_AXIS"}}
USUAL_MINOR_AXES = {"LEFT_AXIS", "RIGHT_AXIS"}


def settled(spreadsheet: Spreadsheet, wanted: dict[str, Any] | None) -> dict[str, Any]:
    """Return a `ChartSpec` as it is kept: its ranges say their tab, its colours stand twice. Raises Refusal."""
    if not wanted:
        raise invalid("No chart spec specified.")
    if len([kind for kind in KINDS if kind in wanted]) != 1:
        raise invalid("Exactly one kind of chart must be specified.")
    if "basicChart" in wanted:
        _check(wanted["basicChart"])
    spec: dict[str, Any] = colours.settled(_placed(spreadsheet, wanted))
    return spec


def _check(chart: dict[str, Any]) -> None:
    kind, series = chart.get("chartType", ""), chart.get("series") or []
    if not series:
        raise invalid("A chart must have at least one series.")
    if len(chart.get("domains") or []) > 1:
        raise invalid("Only a single domain is supported.")
    positions = [each.get("position") for each in chart.get("axis") or []]
    if len(set(positions)) < len(positions):
        raise invalid("Each axis position can be specified only once.")
    for each in series:
        if each.get("targetAxis") not in {None, *MINOR_AXES.get(kind, USUAL_MINOR_AXES)}:
            raise invalid(f"{each['targetAxis']} is not a valid minor axis for a chart of type {kind}.")
        if "type" in each and kind != "COMBO":
            raise invalid("Series type may be specified only for COMBO charts.")
        if ({"lineStyle", "pointStyle"} & set(each)) and each.get("type", kind) not in LINED:
            raise invalid(f"Line style and point style are not supported for a chart of type {kind}.")
    data = [
        *(each.get("domain", {}) for each in chart.get("domains") or []),
        *(each.get("series", {}) for each in series),
    ]
    if len({len(each.get("sourceRange", {}).get("sources", [])) for each in data}) > 1:
        raise invalid("The domain and all series must have the same number of source ranges.")


def _placed(spreadsheet: Spreadsheet, found: Any) -> Any:
    """Return a part of a specification with every range saying its sheetId, of a tab that is there."""
    if isinstance(found, list):
        return [_placed(spreadsheet, each) for each in found]
    if not isinstance(found, dict):
        return found
    if "sources" in found:
        return {**found, "sources": [_source(spreadsheet, whole_range(each)) for each in found["sources"]]}
    return {name: _placed(spreadsheet, each) for name, each in found.items()}


def _source(spreadsheet: Spreadsheet, source: dict[str, Any]) -> dict[str, Any]:
    tab = grid(spreadsheet, source["sheetId"])
    row, column = source.get("startRowIndex", 0), source.get("startColumnIndex", 0)
    if source.get("endRowIndex", tab.rows) - row > 1 and source.get("endColumnIndex", tab.columns) - column > 1:
        raise invalid("Source range must have either a width of 1 or a height of 1.")
    if row >= tab.rows or column >= tab.columns:
        raise invalid(f"Range exceeds grid limits. Max rows: {tab.rows}, max columns: {tab.columns}")
    return source
