"""Requests of one `batchUpdate`: tabs made, dressed, grown, shown. Each function gives them for one tab; pure."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec

from integration.adapters.google.publishing.actual_state import FILLING_SUFFIX, PROTECTION_NOTE, TAB_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from integration.adapters.google.publishing.actual_state import LiveTab
    from integration.adapters.google.publishing.desired_state import CellFormat, TabFormat, TabImage

Request = dict[str, Any]

LONGEST_TITLE = 100
ROOM_AT_LEAST, ROOM_AT_MOST = 20, 1000
"""Rows that a tab has below its last one, so that it need not grow with each answer."""


def with_room(rows: int) -> int:
    """Return how many rows the grid of a tab with so many filled rows gets."""
    return rows + max(ROOM_AT_LEAST, min(ROOM_AT_MOST, rows // 10))


def add_tab(image: TabImage, sheet_id: int) -> Iterator[Request]:
    """Make the tab, hidden, under a title of its own, dressed as it is to look."""
    rows, columns = image.cells.shape
    yield {
        "addSheet": {
            "properties": {
                "sheetId": sheet_id,
                "title": filling_title(image.title, sheet_id),
                "hidden": True,
                "gridProperties": {
                    "rowCount": with_room(rows),
                    "columnCount": max(1, columns, len(image.look.widths)),
                    "frozenRowCount": image.look.frozen_rows,
                    "hideGridlines": image.look.hides_grid,
                },
            }
        }
    }
    yield set_tab_key(image.key, sheet_id)
    yield from _dressed(image.look, sheet_id)
    yield from set_widths(image.look, sheet_id)


def filling_title(title: str, sheet_id: int) -> str:
    """Return the title of a tab while it is filled; no other tab has it."""
    end = f" {sheet_id}{FILLING_SUFFIX}"
    return title[: LONGEST_TITLE - len(end)] + end


def set_tab_key(key: str, sheet_id: int) -> Request:
    """Write into the tab that it is ours, and which."""
    return {
        "createDeveloperMetadata": {
            "developerMetadata": {
                "metadataKey": TAB_KEY,
                "metadataValue": key,
                "location": {"sheetId": sheet_id},
                "visibility": "DOCUMENT",
            }
        }
    }


def reformat_tab(look: TabFormat, tab: LiveTab) -> Iterator[Request]:
    """Give a tab that stands there this look, and take away what was left of the one before."""
    # A tab of charts is ours altogether, for a run that broke off may have left some; elsewhere others are people's.
    ours = tab.charts if tab.look else ()
    for chart in (*tab.charts, *tab.others_charts) if look.charts else ours:
        yield {"deleteEmbeddedObject": {"objectId": chart}}
    for protection in tab.protections:
        yield {"deleteProtectedRange": {"protectedRangeId": protection}}
    yield {"repeatCell": {"range": {"sheetId": tab.sheet_id}, "cell": {}, "fields": "userEnteredFormat"}}
    yield {
        "updateSheetProperties": {
            "properties": {
                "sheetId": tab.sheet_id,
                "gridProperties": {"frozenRowCount": look.frozen_rows, "hideGridlines": look.hides_grid},
            },
            "fields": "gridProperties.frozenRowCount,gridProperties.hideGridlines",
        }
    }
    yield from _dressed(look, tab.sheet_id)
    if look.protected:
        yield from set_widths(look, tab.sheet_id)


def set_widths(look: TabFormat, sheet_id: int) -> Iterator[Request]:
    """Set the columns' widths, neighbours of one width together."""
    for width, columns in groupby(enumerate(look.widths), key=lambda column: column[1]):
        places = [place for place, _ in columns]
        yield {
            "updateDimensionProperties": {
                "range": {
                    "sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": places[0], "endIndex": places[-1] + 1
                },
                "properties": {"pixelSize": width},
                "fields": "pixelSize",
            }
        }  # fmt: skip


def resize_tab(tab: LiveTab, rows: int, columns: int) -> Request:
    """Give the tab's grid this size."""
    return {
        "updateSheetProperties": {
            "properties": {"sheetId": tab.sheet_id, "gridProperties": {"rowCount": rows, "columnCount": columns}},
            "fields": "gridProperties.rowCount,gridProperties.columnCount",
        }
    }


def set_formats(look: TabFormat, sheet_id: int) -> Iterator[Request]:
    """Format the cells."""
    for each in look.formats:
        cells = {"sheetId": sheet_id, **_span(each)}
        fields = f"userEnteredFormat({each.fields})"
        yield {"repeatCell": {"range": cells, "cell": {"userEnteredFormat": dict(each.form)}, "fields": fields}}


def delete_rows(sheet_id: int, rows: Iterable[int]) -> Iterator[Request]:
    """Take whole rows out, the last first, so that what people type beside the others moves with them."""
    together = groupby(enumerate(sorted(set(rows))), key=lambda place: place[1] - place[0])
    spans = [[row for _, row in group] for _, group in together]
    for span in reversed(spans):
        yield {
            "deleteDimension": {
                "range": {
                    "sheetId": sheet_id, "dimension": "ROWS", "startIndex": span[0], "endIndex": span[-1] + 1
                }
            }
        }  # fmt: skip


def delete_tab(sheet_id: int) -> Request:
    """Take a tab away."""
    return {"deleteSheet": {"sheetId": sheet_id}}


def show_tab(sheet_id: int, title: str, *, instead_of: LiveTab | None) -> Iterator[Request]:
    """Let a filled tab be seen under its title, at the place of the one that it replaces."""
    properties: Request = {"sheetId": sheet_id, "hidden": False}
    if instead_of:
        properties |= {"hidden": instead_of.hidden, "index": instead_of.index}
    yield _set(properties)
    if instead_of:
        yield delete_tab(instead_of.sheet_id)
    yield _set({"sheetId": sheet_id, "title": title})


def format_digest(look: TabFormat) -> str:
    """Return a digest of the look, but for the widths: those are people's, once a tab is there.

    In a protected tab they are ours, but move with its words: only their number tells one look from another.
    """
    parts = msgspec.json.encode((
        look.frozen_rows, len(look.widths) if look.protected else 0, look.protected, look.hides_grid, look.charts,
        [(f.first_row, f.end_row, f.first_column, f.end_column, f.form, f.fields) for f in look.formats],
    ))  # fmt: skip
    return hashlib.sha256(parts).hexdigest()[:32]


def chart_ids(look: TabFormat, sheet_id: int) -> tuple[int, ...]:
    """Return the ids that this look's charts get in this tab; another look's are others."""
    seeds = (f"{sheet_id} {format_digest(look)} {number}" for number in range(len(look.charts)))
    return tuple(_positive(seed) for seed in seeds)


def protection_ids(look: TabFormat, sheet_id: int) -> tuple[int, ...]:
    """Return the id that the protection of this tab gets, if it gets one."""
    return (_positive(f"{sheet_id} {format_digest(look)} protection"),) if look.protected else ()


def _dressed(look: TabFormat, sheet_id: int) -> Iterator[Request]:
    yield from set_formats(look, sheet_id)
    for identity in protection_ids(look, sheet_id):
        protected = {
            "protectedRangeId": identity,
            "range": {"sheetId": sheet_id},
            "description": PROTECTION_NOTE,
            "warningOnly": True,
        }
        yield {"addProtectedRange": {"protectedRange": protected}}
    for identity, chart in zip(chart_ids(look, sheet_id), look.charts, strict=True):
        yield {"addChart": {"chart": {**_placed(chart, sheet_id), "chartId": identity}}}


def _placed(part: Any, sheet_id: int) -> Any:
    """Return a part of a chart with the tab's id in each range and place of a cell."""
    if isinstance(part, list | tuple):
        return [_placed(each, sheet_id) for each in part]
    if not isinstance(part, dict):
        return deepcopy(part)
    placed = {name: _placed(value, sheet_id) for name, value in part.items()}
    if {"startRowIndex", "endRowIndex"} & set(part) or "rowIndex" in part or "columnIndex" in part:
        placed["sheetId"] = sheet_id
    return placed


def _span(each: CellFormat) -> dict[str, int]:
    ends = {
        "startRowIndex": each.first_row,
        "endRowIndex": each.end_row,
        "startColumnIndex": each.first_column,
        "endColumnIndex": each.end_column,
    }
    return {name: value for name, value in ends.items() if value is not None}


def _set(properties: Request) -> Request:
    fields = ",".join(name for name in properties if name != "sheetId")
    return {"updateSheetProperties": {"properties": properties, "fields": fields}}


def _positive(seed: str) -> int:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") & 0x7FFFFFFF or 1
