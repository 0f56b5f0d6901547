"""A column that a sheet has lost keeps what it had, until its heading or the YAML is put right."""

from __future__ import annotations

from collections import Counter
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
    earlier = zip(_keys(before.rows[1:], old, keys), before.rows[1:], strict=True)
    had = {key: [_cell(row, old[fold(heading)]) for heading in lost] for key, row in earlier}
    nothing: list[Cell | DateCell] = [None] * len(lost)
    width = max(len(row) for row in now.rows)
    kept = [(*_wide(now.rows[0], width), *lost)]
    later = zip(_keys(now.rows[1:], new, keys), now.rows[1:], strict=True)
    kept += [(*_wide(row, width), *had.get(key, nothing)) for key, row in later]
    return SheetReading(tuple(kept))


def _places(heading_row: Sequence[Cell | DateCell]) -> dict[str, int]:
    return {heading: at[0] for heading, at in heading_places(heading_row).items()}


def _keys(
    rows: Sequence[Sequence[Cell | DateCell]], places: Mapping[str, int], keys: Sequence[str]
) -> list[tuple[str, ...]]:
    """Return each row's key, and of rows with the same key which it is."""
    met: Counter[tuple[str, ...]] = Counter()
    found = []
    for row in rows:
        key = _key(row, places, keys)
        met[key] += 1
        found.append((*key, str(met[key])))
    return found


def _key(row: Sequence[Cell | DateCell], places: Mapping[str, int], keys: Sequence[str]) -> tuple[str, ...]:
    cells = [_cell(row, places[key]) for key in keys]
    return tuple("" if is_blank(cell) else fold(words_of(cell)) for cell in cells)


def _cell(row: Sequence[Cell | DateCell], place: int) -> Cell | DateCell:
    return row[place] if place < len(row) else None


def _wide(row: Sequence[Cell | DateCell], width: int) -> tuple[Cell | DateCell, ...]:
    return (*row, *(None,) * (width - len(row)))
