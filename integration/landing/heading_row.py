"""A heading row: which words stand over which column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.fold import fold
from integration.landing.shrink import is_blank
from integration.model import DateCell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from integration.model import Cell, SheetReading


def words_of(cell: Cell | DateCell) -> str:
    """Return what a person sees in a heading or in the cell of a key."""
    if isinstance(cell, DateCell):
        return cell.iso
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def heading_places(heading_row: Sequence[Cell | DateCell]) -> dict[str, list[int]]:
    """Return for each folded heading the columns over which it stands, counted from 0, the first first."""
    places: dict[str, list[int]] = {}
    for at, cell in enumerate(heading_row):
        if not is_blank(cell):
            places.setdefault(fold(words_of(cell)), []).append(at)
    return places


def nameless_columns(reading: SheetReading) -> list[int]:
    """Return the columns that have values, but no heading."""
    heading_row, *rows = reading.rows or ((),)
    width = max((len(row) for row in rows), default=0)
    nameless = [at for at in range(width) if at >= len(heading_row) or is_blank(heading_row[at])]
    return [at for at in nameless if any(at < len(row) and not is_blank(row[at]) for row in rows)]
