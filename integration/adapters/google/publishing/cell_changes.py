"""Which cells of a tab must be written so that it holds what it is to hold: those that differ, and no others.

In needs_attention, where people type corrections, rows also keep their places (`merge_typed_rows`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from config.spelling import is_blank
from integration.adapters.google.api.resources import cell_range
from integration.adapters.google.publishing.actual_state import to_array
from integration.adapters.workbooks.cells import CORRECTION_COLUMNS
from integration.kinds.values import to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy.typing as npt

    Array = npt.NDArray[np.object_]

LARGEST_CALL = 1_900_000
"""Bytes of values in one call; Google recommends 2 MB."""

ROWS_PER_BLOCK = 2000

IDENTITY_COLUMNS = ("source", "key", "field", "code")
"""The columns of needs_attention that say which issue a row is about."""

TYPED_COLUMN = "correction"


@dataclass(frozen=True, slots=True)
class CellBlock:
    """Adjoining cells: the place of the first one, counted from 0, and the values by rows."""

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
    """Return the cells of `after` that differ from `before`; cells beyond the edges of `after` are emptied.

    Cells that differ next to each other in a row are one block; so are such runs of equal columns in rows that follow
    each other.
    """
    shape = (max(before.shape[0], after.shape[0]), max(before.shape[1], after.shape[1]))
    old, new = _widened(before, shape), _widened(after, shape)
    differs = np.zeros((shape[0], shape[1] + 2), dtype=np.int8)
    differs[:, 1:-1] = old != new
    edges = np.diff(differs, axis=1)
    starts, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    blocks: list[list[int]] = []
    latest: dict[tuple[int, int], list[int]] = {}
    for row, first, end in zip(starts[:, 0].tolist(), starts[:, 1].tolist(), ends[:, 1].tolist(), strict=True):
        above = latest.get((first, end))
        if above is not None and above[1] == row:
            above[1] += 1
        else:
            latest[first, end] = [row, row + 1, first, end]
            blocks.append(latest[first, end])
    return [CellBlock(row, first, new[row:end_row, first:end]) for row, end_row, first, end in blocks]


def _widened(cells: Array, shape: tuple[int, int]) -> Array:
    if cells.shape == shape:
        return cells
    wide: Array = np.full(shape, "", dtype=object)
    wide[: cells.shape[0], : cells.shape[1]] = cells
    return wide


def split_into_blocks(cells: Array) -> Iterator[CellBlock]:
    """Yield all cells in blocks of whole rows."""
    yield from split_block(CellBlock(0, 0, cells))


def split_block(block: CellBlock) -> Iterator[CellBlock]:
    """Yield a block in blocks of not too many rows."""
    for row in range(0, len(block.values), ROWS_PER_BLOCK):
        yield CellBlock(block.row + row, block.column, block.values[row : row + ROWS_PER_BLOCK])


def batch_values(blocks: Iterable[tuple[str, CellBlock]]) -> Iterator[list[msgspec.Raw]]:
    """Yield blocks, each with its tab's title, as the `data` of calls.

    None is larger than `LARGEST_CALL`, unless a single row is.
    """
    call: list[msgspec.Raw] = []
    size = 0
    for raw in (raw for title, block in blocks for raw in _split_to_fit(title, block)):
        if call and size + len(bytes(raw)) > LARGEST_CALL:
            yield call
            call, size = [], 0
        call.append(raw)
        size += len(bytes(raw)) + 1
    if call:
        yield call


def _split_to_fit(title: str, block: CellBlock) -> Iterator[msgspec.Raw]:
    raw = block.encoded(title)
    rows = len(block.values)
    if len(bytes(raw)) <= LARGEST_CALL or rows == 1:
        yield raw
        return
    half = rows // 2
    yield from _split_to_fit(title, CellBlock(block.row, block.column, block.values[:half]))
    yield from _split_to_fit(title, CellBlock(block.row + half, block.column, block.values[half:]))


@dataclass(frozen=True, slots=True)
class MergedRows:
    """Which rows to delete, counted from 0 with the headings, and what the tab is to hold after that."""

    deleted: tuple[int, ...]
    cells: Array


def merge_typed_rows(
    desired: Array, actual: Array, is_stored: Callable[[str, str, str, str], bool]
) -> MergedRows | None:
    """Return how the tab as it is becomes the desired one; None where it must be left until the next run.

    Rows that stay keep their place, new ones come below; a row with a correction that the store does not have stays
    as it was typed. `is_stored` says of (source, key, field, correction) whether the store has it. The tab must be
    left where people have moved its columns and such a correction stands among them.
    """
    headings = [str(name) for name in desired[0]]
    actual_headings = [to_text(cell).strip() for cell in actual[0]] if len(actual) else []
    has_corrections = set(CORRECTION_COLUMNS) <= set(actual_headings)
    places = [actual_headings.index(name) for name in CORRECTION_COLUMNS] if has_corrections else []

    def is_waiting(row: Sequence[Any]) -> bool:
        """Whether a person typed a correction here that the store does not have."""
        if not places:
            return False
        source, key, field, value = (to_text(row[place]).strip() for place in places)
        return not is_blank(value) and not is_stored(source, key, field, value)

    if not len(actual) or actual_headings[: len(headings)] != headings:
        return None if any(map(is_waiting, actual[1:])) else MergedRows((), desired)
    identity_places = [headings.index(name) for name in IDENTITY_COLUMNS]
    typed_place = headings.index(TYPED_COLUMN)
    wanted = dict(zip(_identities(desired[1:], identity_places), desired[1:], strict=True))
    rows: list[Sequence[Any]] = [desired[0]]
    deleted: list[int] = []
    for number, (identity, row) in enumerate(zip(_identities(actual[1:], identity_places), actual[1:], strict=True), 1):
        now, waits = wanted.pop(identity, None), is_waiting(row)
        if now is not None:
            kept = list(now)
            kept[typed_place] = row[typed_place] if waits else now[typed_place]
            rows.append(kept)
        elif waits:
            rows.append(row)
        else:
            deleted.append(number)
    return MergedRows(tuple(deleted), to_array([*rows, *wanted.values()]))


def _identities(rows: Array, places: Sequence[int]) -> list[tuple[str, ...]]:
    """Return what identifies each row: its cells at these places, and a number where several rows have the same."""
    counts: Counter[tuple[str, ...]] = Counter()
    identities = []
    for row in rows:
        identity = tuple(to_text(row[place]).strip() for place in places)
        counts[identity] += 1
        identities.append((*identity, str(counts[identity])))
    return identities
