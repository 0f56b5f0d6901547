"""A column that a sheet has lost keeps what it had, until its heading or the YAML is put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.fold import fold
from integration.landing.heading_row import heading_places, words_of
from integration.landing.shrink import is_blank
from integration.model import SheetReading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from config.schema import Sheet
    from integration.model import Cell, DateCell


def keep_lost_columns(sheet: Sheet, before: SheetReading | None, now: SheetReading) -> SheetReading:
    """Return the reading with each column that it lost since the one before: its heading, and what its rows had.

    Rows are known by the sheet's key; one that is new has nothing there.
    """
    if before is None or not before.rows or not now.rows:
        return now
    old, new = _places(before.rows[0]), _places(now.rows[0])
    headings = {field.name: field.heading or field.name for field in sheet.fields}
    lost = [heading for heading in headings.values() if fold(heading) in old and fold(heading) not in new]
    keys = [fold(headings[name]) for name in sheet.key]
    if not lost or not all(key in old and key in new for key in keys):
        return now
    had = {_key(row, old, keys): [_cell(row, old[fold(heading)]) for heading in lost] for row in before.rows[1:]}
    nothing: list[Cell | DateCell] = [None] * len(lost)
    width = max(len(row) for row in now.rows)
    kept = [(*_wide(now.rows[0], width), *lost)]
    kept += [(*_wide(row, width), *had.get(_key(row, new, keys), nothing)) for row in now.rows[1:]]
    return SheetReading(tuple(kept))


def _places(heading_row: Sequence[Cell | DateCell]) -> dict[str, int]:
    return {heading: at[0] for heading, at in heading_places(heading_row).items()}


def _key(row: Sequence[Cell | DateCell], places: Mapping[str, int], keys: Sequence[str]) -> tuple[str, ...]:
    cells = [_cell(row, places[key]) for key in keys]
    return tuple("" if is_blank(cell) else fold(words_of(cell)) for cell in cells)


def _cell(row: Sequence[Cell | DateCell], place: int) -> Cell | DateCell:
    return row[place] if place < len(row) else None


def _wide(row: Sequence[Cell | DateCell], width: int) -> tuple[Cell | DateCell, ...]:
    return (*row, *(None,) * (width - len(row)))
