"""A spreadsheet as it stands in Google: its tabs, which of them are ours, and what they hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

OURS = "crescendo.tab"
"""The key of the developer metadata by which a tab of ours is found again, whatever people call it."""

FILLING = " (being filled)"
"""The end of the title of a hidden tab that is not to be seen yet."""

BLANK_TAB = "Sheet1"
"""The tab that a new spreadsheet has; blank and alone beside ours, it is taken away when they are shown."""

PROTECTION = "Written by the service: what is typed here is overwritten."

WHICH_TABS: Mapping[str, Any] = {
    "includeGridData": "false",
    "fields": "sheets(properties(sheetId,title,index,hidden,sheetType,gridProperties(rowCount,columnCount)),"
    "developerMetadata(metadataKey,metadataValue),protectedRanges(protectedRangeId,description),charts(chartId))",
}
"""What we ask of a spreadsheet: nothing of its cells."""


@dataclass(frozen=True, slots=True)
class LiveTab:
    """One tab. `key` is "" where it is not ours; `rows` and `columns` are the size of its grid.

    `look` is the digest of the look that we gave it last, "" where nobody knows any more; `cells` as in a TabImage,
    as far as they are known.
    `others_charts` are charts that we do not remember to have made.
    """

    sheet_id: int
    title: str
    index: int
    hidden: bool
    rows: int
    columns: int
    key: str = ""
    look: str = ""
    protections: tuple[int, ...] = ()
    charts: tuple[int, ...] = ()
    others_charts: tuple[int, ...] = ()
    cells: npt.NDArray[np.object_] | None = None

    @property
    def is_left_over(self) -> bool:
        """Whether it is a tab of ours that was never shown, because a run broke off."""
        return bool(self.key) and self.hidden and self.title.endswith(FILLING)

    def holding(self, rows: Sequence[Sequence[Any]]) -> LiveTab:
        """Return the tab with the cells that Google gave, ragged and trimmed as it gives them."""
        return replace(self, cells=as_cells(rows))


def tabs_of(metadata: Mapping[str, Any]) -> tuple[LiveTab, ...]:
    """Return the tabs that `WHICH_TABS` asked for; a tab that is no grid (a chart's own) is left out."""
    return tuple(_tab(sheet) for sheet in metadata.get("sheets", ()) if "gridProperties" in sheet["properties"])


def _tab(sheet: Mapping[str, Any]) -> LiveTab:
    properties = sheet["properties"]
    keys = {each.get("metadataKey"): each.get("metadataValue", "") for each in sheet.get("developerMetadata", ())}
    protections = sheet.get("protectedRanges", ())
    return LiveTab(
        sheet_id=properties.get("sheetId", 0),
        title=properties["title"],
        index=properties.get("index", 0),
        hidden=properties.get("hidden", False),
        rows=properties["gridProperties"].get("rowCount", 0),
        columns=properties["gridProperties"].get("columnCount", 0),
        key=keys.get(OURS, ""),
        protections=tuple(p["protectedRangeId"] for p in protections if p.get("description") == PROTECTION),
        charts=tuple(chart["chartId"] for chart in sheet.get("charts", ())),
    )


def as_cells(rows: Sequence[Sequence[Any]]) -> npt.NDArray[np.object_]:
    """Return rows of unequal length as an array, "" where there is nothing."""
    width = max(map(len, rows), default=0)
    cells: npt.NDArray[np.object_] = np.full((len(rows), width), "", dtype=object)
    for number, row in enumerate(rows):
        cells[number, : len(row)] = row
    return cells
