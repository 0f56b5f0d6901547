"""The image of a spreadsheet as it was last written or read, kept in the store."""

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


FORM = 1
"""The form of an image in the store; one of another form is not understood, and the spreadsheet is read again."""


class _Tab(msgspec.Struct, array_like=True):
    sheet_id: int
    title: str
    index: int
    hidden: bool
    rows: int
    columns: int
    key: str
    look: str
    protections: tuple[int, ...]
    charts: tuple[int, ...]
    shape: tuple[int, int]
    cells: list[str | float | int | bool]


class _Kept(msgspec.Struct, array_like=True):
    form: int
    modified: str
    checked_at: datetime
    tabs: list[_Tab]


@dataclass(frozen=True, slots=True)
class CachedState:
    """`modified` is when Google says that the file was changed last, `checked_at` when we read all of it last.

    `modified` is "" where a run may have broken off since; of the tabs then only their looks are known.
    """

    modified: str
    checked_at: datetime
    tabs: tuple[LiveTab, ...]


def encode_state(memory: CachedState) -> bytes:
    """Return the image as bytes."""
    kept = _Kept(FORM, memory.modified, memory.checked_at, [_as_kept(tab) for tab in memory.tabs])
    return zlib.compress(msgspec.msgpack.encode(kept), level=1)


def decode_state(body: bytes | None) -> CachedState | None:
    """Return the image, or None where there is none that we understand."""
    if not body:
        return None
    try:
        kept = msgspec.msgpack.decode(zlib.decompress(body), type=_Kept)
    except (msgspec.DecodeError, zlib.error):
        return None
    return CachedState(kept.modified, kept.checked_at, tuple(map(_as_live, kept.tabs))) if kept.form == FORM else None


def _as_kept(tab: LiveTab) -> _Tab:
    cells = tab.cells if tab.cells is not None else np.empty((0, 0), dtype=object)
    return _Tab(
        tab.sheet_id, tab.title, tab.index, tab.hidden, tab.rows, tab.columns, tab.key, tab.look, tab.protections,
        tab.charts, (cells.shape[0], cells.shape[1]), cells.ravel().tolist(),
    )  # fmt: skip


def _as_live(tab: _Tab) -> LiveTab:
    cells = np.empty(len(tab.cells), dtype=object)
    cells[:] = tab.cells
    return LiveTab(
        tab.sheet_id, tab.title, tab.index, tab.hidden, tab.rows, tab.columns, tab.key, tab.look, tab.protections,
        tab.charts, cells=cells.reshape(tab.shape),
    )  # fmt: skip


def drop_cells(body: bytes) -> bytes:
    """Return the image without what stands in the cells; empty where it is no image that we understand.

    The spreadsheet is then read again before it is written to the next time.
    """
    memory = decode_state(body)
    if memory is None:
        return b""
    return encode_state(CachedState("", memory.checked_at, tuple(replace(tab, cells=None) for tab in memory.tabs)))


TAB_KEY = "crescendo.tab"

FILLING_SUFFIX = " (being filled)"

BLANK_TAB = "Sheet1"

PROTECTION_NOTE = "Written by the service: what is typed here is overwritten."

TAB_PARAMS: Mapping[str, Any] = {
    "includeGridData": "false",
    "fields": "sheets(properties(sheetId,title,index,hidden,sheetType,gridProperties(rowCount,columnCount)),"
    "developerMetadata(metadataKey,metadataValue),protectedRanges(protectedRangeId,description),charts(chartId))",
}


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
        return bool(self.key) and self.hidden and self.title.endswith(FILLING_SUFFIX)

    def holding(self, rows: Sequence[Sequence[Any]]) -> LiveTab:
        """Return the tab with the cells that Google gave, ragged and trimmed as it gives them."""
        return replace(self, cells=to_array(rows))


def read_tabs(metadata: Mapping[str, Any]) -> tuple[LiveTab, ...]:
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
        key=keys.get(TAB_KEY, ""),
        protections=tuple(p["protectedRangeId"] for p in protections if p.get("description") == PROTECTION_NOTE),
        charts=tuple(chart["chartId"] for chart in sheet.get("charts", ())),
    )


def to_array(rows: Sequence[Sequence[Any]]) -> npt.NDArray[np.object_]:
    """Return rows of unequal length as an array, "" where there is nothing."""
    width = max(map(len, rows), default=0)
    cells: npt.NDArray[np.object_] = np.full((len(rows), width), "", dtype=object)
    for number, row in enumerate(rows):
        cells[number, : len(row)] = row
    return cells
