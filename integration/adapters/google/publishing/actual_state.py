"""What stands in a spreadsheet: its tabs as Google gives them, and the copy of this that the store caches.

The cache says what was last written or read, so that only differences are written.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003  # msgspec reads the annotations
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

TAB_KEY = "crescendo.tab"
"""The key of the developer metadata by which a tab of ours is found again, whatever people call it."""

FILLING_SUFFIX = " (being filled)"
"""The end of the title of a hidden tab that is not to be shown yet."""

BLANK_TAB = "Sheet1"
"""The tab that a new spreadsheet has; if it is blank and the only other one, it is deleted when ours are shown."""

PROTECTION_NOTE = "Written by the service: what is typed here is overwritten."

TAB_PARAMS: Mapping[str, Any] = {
    "includeGridData": "false",
    "fields": "sheets(properties(sheetId,title,index,hidden,sheetType,gridProperties(rowCount,columnCount)),"
    "developerMetadata(metadataKey,metadataValue),protectedRanges(protectedRangeId,description),charts(chartId))",
}
"""What is asked of a spreadsheet: nothing of its cells."""


@dataclass(frozen=True, slots=True)
class ActualTab:
    """One tab. `key` is "" where the service did not make it; `rows` and `columns` are the size of its grid.

    `format_digest` is of the format that we gave it last, "" where that is unknown; `cells` are as in a DesiredTab,
    None where they are unknown. `other_charts` are charts that the cache does not know to be ours.
    """

    sheet_id: int
    title: str
    index: int
    hidden: bool
    rows: int
    columns: int
    key: str = ""
    format_digest: str = ""
    protections: tuple[int, ...] = ()
    charts: tuple[int, ...] = ()
    other_charts: tuple[int, ...] = ()
    cells: npt.NDArray[np.object_] | None = None

    @property
    def is_left_over(self) -> bool:
        """Whether it is a tab of ours that was never shown, because a run was interrupted."""
        return bool(self.key) and self.hidden and self.title.endswith(FILLING_SUFFIX)


def read_tabs(metadata: Mapping[str, Any]) -> tuple[ActualTab, ...]:
    """Return the tabs that `TAB_PARAMS` asked for; a tab that is no grid (a chart's own) is left out."""
    tabs = []
    for sheet in metadata.get("sheets", ()):
        properties = sheet["properties"]
        if (grid := properties.get("gridProperties")) is None:
            continue
        keys = {each.get("metadataKey"): each.get("metadataValue", "") for each in sheet.get("developerMetadata", ())}
        protections = [p for p in sheet.get("protectedRanges", ()) if p.get("description") == PROTECTION_NOTE]
        tabs.append(
            ActualTab(
                sheet_id=properties.get("sheetId", 0),
                title=properties["title"],
                index=properties.get("index", 0),
                hidden=properties.get("hidden", False),
                rows=grid.get("rowCount", 0),
                columns=grid.get("columnCount", 0),
                key=keys.get(TAB_KEY, ""),
                protections=tuple(protection["protectedRangeId"] for protection in protections),
                charts=tuple(chart["chartId"] for chart in sheet.get("charts", ())),
            )
        )
    return tuple(tabs)


def to_array(rows: Sequence[Sequence[Any]]) -> npt.NDArray[np.object_]:
    """Return rows as Google gives them, ragged and trimmed, as an array; "" where there is nothing."""
    width = max(map(len, rows), default=0)
    cells: npt.NDArray[np.object_] = np.full((len(rows), width), "", dtype=object)
    for number, row in enumerate(rows):
        cells[number, : len(row)] = row
    return cells


@dataclass(frozen=True, slots=True)
class CachedState:
    """The cached tabs. `modified` is when Google says that the file was changed last, `checked_at` when it was read.

    `modified` is "" where a run may have been interrupted since; then only the formats of the tabs are known.
    """

    modified: str
    checked_at: datetime
    tabs: tuple[ActualTab, ...]

    def without_cells(self) -> CachedState:
        """Return the state without what stands in the cells: the spreadsheet is read before the next writing."""
        return CachedState("", self.checked_at, tuple(replace(tab, cells=None) for tab in self.tabs))


FORMAT_VERSION = 1
"""A cached state of another version is ignored, and the spreadsheet is read again."""


_StoredTab = tuple[
    int, str, int, bool, int, int, str, str, tuple[int, ...], tuple[int, ...],
    tuple[int, int], list[str | float | int | bool],
]  # fmt: skip
"""The fields of an `ActualTab` from `sheet_id` to `charts`, the shape of its cells, and these row by row."""


class _StoredState(msgspec.Struct, array_like=True):
    version: int
    modified: str
    checked_at: datetime
    tabs: list[_StoredTab]


def encode_state(state: CachedState) -> bytes:
    """Return the state as bytes for the store."""
    tabs = []
    for tab in state.tabs:
        cells = tab.cells if tab.cells is not None else np.empty((0, 0), dtype=object)
        tabs.append((
            tab.sheet_id, tab.title, tab.index, tab.hidden, tab.rows, tab.columns, tab.key, tab.format_digest,
            tab.protections, tab.charts, (cells.shape[0], cells.shape[1]), cells.ravel().tolist(),
        ))  # fmt: skip
    stored = _StoredState(FORMAT_VERSION, state.modified, state.checked_at, tabs)
    return zlib.compress(msgspec.msgpack.encode(stored), level=1)


def decode_state(body: bytes | None) -> CachedState | None:
    """Return the state, or None where there is none that can be read."""
    if not body:
        return None
    try:
        stored = msgspec.msgpack.decode(zlib.decompress(body), type=_StoredState)
    except (msgspec.DecodeError, zlib.error):
        return None
    if stored.version != FORMAT_VERSION:
        return None
    tabs = []
    for tab in stored.tabs:
        shape, values = tab[-2], tab[-1]
        cells = np.empty(len(values), dtype=object)
        cells[:] = values
        tabs.append(ActualTab(*tab[:-2], cells=cells.reshape(shape)))
    return CachedState(stored.modified, stored.checked_at, tuple(tabs))


def drop_cells(body: bytes) -> bytes:
    """Return the stored state without what stands in the cells; empty where it cannot be read."""
    state = decode_state(body)
    return encode_state(state.without_cells()) if state else b""
