"""Are the columns of a sheet there? They are known by their headings; one that is lost keeps what it had."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.fold import fold
from integration.landing.shrink import is_blank
from integration.model import DateCell, SheetReading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from config.schema import Sheet
    from integration.model import Cell


@dataclass(frozen=True, slots=True)
class Headings:
    """What is wrong with a heading row: with an error the sheet cannot be read, with notices it can."""

    error: str | None
    notices: tuple[str, ...]


def missing_columns(sheet: Sheet, heading_row: Sequence[Cell | DateCell]) -> Headings:
    """Hold a sheet's heading row against its fields: no key column is an error, other drift a notice."""
    found = [_words(cell) for cell in heading_row if not is_blank(cell)]
    count = Counter(map(fold, found))
    headings = {field.name: field.heading or field.name for field in sheet.fields}
    missing = {name: heading for name, heading in headings.items() if not count[fold(heading)]}
    unnamed = [heading for heading in found if fold(heading) not in set(map(fold, headings.values()))]
    return Headings(
        error=_missing_key([missing[name] for name in sheet.key if name in missing], found),
        notices=(
            *(_missing(name, heading, unnamed) for name, heading in missing.items() if name not in sheet.key),
            *(_doubled(heading) for heading in headings.values() if count[fold(heading)] > 1),
        ),
    )


def _words(cell: Cell | DateCell) -> str:
    if isinstance(cell, DateCell):
        return cell.iso
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _missing_key(missing: Sequence[str], found: Sequence[str]) -> str | None:
    if not missing:
        return None
    return (
        f"It has no column {_listed(missing)}, by which its rows are known, but {_listed(found)};"
        " put the heading back, or write the right one in the configuration."
    )


def _missing(name: str, heading: str, unnamed: Sequence[str]) -> str:
    others = f" (headings that no field names: {_listed(unnamed)})" if unnamed else ""
    return f'Field {name}: there is no column "{heading}"{others}; put the heading back or write the new one.'


def _doubled(heading: str) -> str:
    return f'The heading "{heading}" stands over more than one column; the first counts: rename the others.'


def _listed(headings: Iterable[str]) -> str:
    return ", ".join(f'"{heading}"' for heading in headings) or "no headings"


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
    places: dict[str, int] = {}
    for place, cell in enumerate(heading_row):
        if not is_blank(cell):
            places.setdefault(fold(_words(cell)), place)
    return places


def _key(row: Sequence[Cell | DateCell], places: dict[str, int], keys: Sequence[str]) -> tuple[str, ...]:
    cells = [_cell(row, places[key]) for key in keys]
    return tuple("" if is_blank(cell) else fold(_words(cell)) for cell in cells)


def _cell(row: Sequence[Cell | DateCell], place: int) -> Cell | DateCell:
    return row[place] if place < len(row) else None


def _wide(row: Sequence[Cell | DateCell], width: int) -> tuple[Cell | DateCell, ...]:
    return (*row, *(None,) * (width - len(row)))
