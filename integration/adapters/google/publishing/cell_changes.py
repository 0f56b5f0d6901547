"""What must be written so that a tab holds what it is to hold: the cells that differ, and no others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from integration.adapters.google.api.resources import cell_range

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

if TYPE_CHECKING:
    Array = npt.NDArray[np.object_]

LARGEST_CALL = 1_900_000
"""Bytes of values in one call; Google recommends 2 MB."""

ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class CellBlock:
    """Cells that stand together: the first one's place, counted from 0, and the values by rows."""

    row: int
    column: int
    values: Array

    def encoded(self, title: str) -> msgspec.Raw:
        """Return it as a ValueRange of the Sheets API."""
        rows, columns = self.values.shape
        where = cell_range(title, self.row, self.column, self.row + rows, self.column + columns)
        return msgspec.Raw(
            msgspec.json.encode({"range": where, "majorDimension": "ROWS", "values": self.values.tolist()})
        )


def diff_cells(before: Array, after: Array) -> list[CellBlock]:
    """Return the cells of `after` that differ from `before`; what `after` does not reach is emptied."""
    shape = (max(before.shape[0], after.shape[0]), max(before.shape[1], after.shape[1]))
    old, new = _widened(before, shape), _widened(after, shape)
    differs = np.zeros((shape[0], shape[1] + 2), dtype=np.int8)
    differs[:, 1:-1] = old != new
    edges = np.diff(differs, axis=1)
    starts, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    return [
        CellBlock(row, first, new[row:end_row, first:end])
        for row, end_row, first, end in _stacked(zip(starts[:, 0], starts[:, 1], ends[:, 1], strict=True))
    ]


def split_into_blocks(cells: Array) -> Iterator[CellBlock]:
    """Give all cells in blocks of whole rows, each small enough for a call."""
    for row in range(0, len(cells), ROWS_AT_ONCE):
        yield CellBlock(row, 0, cells[row : row + ROWS_AT_ONCE])


def batch_values(blocks: Iterable[tuple[str, CellBlock]]) -> Iterator[list[msgspec.Raw]]:
    """Give the blocks of tabs by title as the `data` of calls, none larger than `LARGEST_CALL` where that can be."""
    call: list[msgspec.Raw] = []
    size = 0
    for raw in (raw for title, each in blocks for raw in _small_enough(title, each)):
        if call and size + len(bytes(raw)) > LARGEST_CALL:
            yield call
            call, size = [], 0
        call.append(raw)
        size += len(bytes(raw)) + 1
    if call:
        yield call


def _small_enough(title: str, each: CellBlock) -> Iterator[msgspec.Raw]:
    raw = each.encoded(title)
    rows = len(each.values)
    if len(bytes(raw)) <= LARGEST_CALL or rows == 1:
        yield raw
        return
    half = rows // 2
    yield from _small_enough(title, CellBlock(each.row, each.column, each.values[:half]))
    yield from _small_enough(title, CellBlock(each.row + half, each.column, each.values[half:]))


def _stacked(runs: Iterable[tuple[Any, Any, Any]]) -> list[tuple[int, int, int, int]]:
    """Put runs of equal columns in rows that follow each other together: (row, end row, column, end column)."""
    stacked: list[list[int]] = []
    latest: dict[tuple[int, int], list[int]] = {}
    for row, first, end in runs:
        above = latest.get((int(first), int(end)))
        if above is not None and above[1] == row:
            above[1] += 1
        else:
            latest[int(first), int(end)] = [int(row), int(row) + 1, int(first), int(end)]
            stacked.append(latest[int(first), int(end)])
    return [(row, end_row, first, end) for row, end_row, first, end in stacked]


def _widened(cells: Array, shape: tuple[int, int]) -> Array:
    if cells.shape == shape:
        return cells
    wide: Array = np.full(shape, "", dtype=object)
    wide[: cells.shape[0], : cells.shape[1]] = cells
    return wide
