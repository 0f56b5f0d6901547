"""The image of a spreadsheet as it was last written or read, kept in the store."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003  # msgspec reads the annotations

import msgspec
import numpy as np

from integration.adapters.google.live import LiveTab

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
class Memory:
    """`modified` is when Google says that the file was changed last, `checked_at` when we read all of it last.

    `modified` is "" where a run may have broken off since; of the tabs then only their looks are known.
    """

    modified: str
    checked_at: datetime
    tabs: tuple[LiveTab, ...]


def pack(memory: Memory) -> bytes:
    """Return the image as bytes."""
    kept = _Kept(FORM, memory.modified, memory.checked_at, [_as_kept(tab) for tab in memory.tabs])
    return zlib.compress(msgspec.msgpack.encode(kept), level=1)


def unpack(body: bytes | None) -> Memory | None:
    """Return the image, or None where there is none that we understand."""
    if not body:
        return None
    try:
        kept = msgspec.msgpack.decode(zlib.decompress(body), type=_Kept)
    except (msgspec.DecodeError, zlib.error):
        return None
    return Memory(kept.modified, kept.checked_at, tuple(map(_as_live, kept.tabs))) if kept.form == FORM else None


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


def without_cells(body: bytes) -> bytes:
    """Return the image without what stands in the cells; empty where it is no image that we understand.

    The spreadsheet is then read again before it is written to the next time.
    """
    memory = unpack(body)
    if memory is None:
        return b""
    return pack(Memory("", memory.checked_at, tuple(replace(tab, cells=None) for tab in memory.tabs)))
