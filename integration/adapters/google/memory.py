"""The image of a spreadsheet as it was last written or read, kept in the store."""

from __future__ import annotations

import zlib
from datetime import datetime  # noqa: TC003  # msgspec reads the annotations
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from integration.adapters.google.live import LiveTab

if TYPE_CHECKING:
    from collections.abc import Sequence

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


class Memory(msgspec.Struct, array_like=True):
    """`modified` is when Google says that the file was changed last, `checked_at` when we read all of it last."""

    form: int
    modified: str
    checked_at: datetime
    tabs: list[_Tab]

    def live(self) -> tuple[LiveTab, ...]:
        """Return the tabs as they stood."""
        return tuple(_as_live(tab) for tab in self.tabs)


def remember(modified: str, checked_at: datetime, tabs: Sequence[LiveTab]) -> bytes:
    """Return the image as bytes."""
    memory = Memory(FORM, modified, checked_at, [_as_kept(tab) for tab in tabs])
    return zlib.compress(msgspec.msgpack.encode(memory), level=1)


def understand(body: bytes | None) -> Memory | None:
    """Return the image, or None where there is none that we understand."""
    if not body:
        return None
    try:
        memory = msgspec.msgpack.decode(zlib.decompress(body), type=Memory)
    except (msgspec.DecodeError, zlib.error):
        return None
    return memory if memory.form == FORM else None


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
