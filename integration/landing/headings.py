"""Are the columns of a sheet there? They are known by their headings, never by their place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.spelling import fold_case
from integration.model import DateCell, SheetReading, is_blank
from integration.text_format import format_column_letters, quote, quote_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from config.schema import Sheet
    from integration.landing.form_changes import LocateInYaml
    from integration.model import Cell


@dataclass(frozen=True, slots=True)
class HeadingCheck:
    """What is wrong with a heading row: with an error the sheet cannot be read, with notices it can."""

    error: str | None
    notices: tuple[str, ...]


def check_headings(
    sheet: Sheet, reading: SheetReading, *, before: SheetReading | None, place: LocateInYaml
) -> HeadingCheck:
    """Hold a sheet's heading row against its fields, and against the reading before for what has moved.

    No key column is an error; other columns that are missing, doubled, moved or without a heading are notices, each
    with the line of YAML to change. `before` is the newest reading that landed.
    """
    heading_row = reading.rows[0] if reading.rows else ()
    headings = {field.name: field.heading or field.name for field in sheet.fields}
    now, nameless = find_headings(heading_row), find_unnamed_columns(reading)
    old = find_headings(before.rows[0]) if before and before.rows else {}
    missing = {name: heading for name, heading in headings.items() if fold_case(heading) not in now}
    erased = {name: old[fold_case(heading)][0] for name, heading in missing.items() if fold_case(heading) in old}
    erased = {name: at for name, at in erased.items() if at in nameless}
    return HeadingCheck(
        error=_missing_key(sheet, missing, heading_row, place),
        notices=(
            *_missing(sheet, missing, erased, _unnamed(headings, heading_row), place),
            *_doubled(headings, now, place),
            *_nameless([at for at in nameless if at not in erased.values()], place),
            *_moved(headings, old, now),
        ),
    )


def describe_renamed_tab(written: str, now: str, place: str) -> str:
    """Return the notice that a tab is no longer called what stands at the place (a file and its line)."""
    now_called = f"The tab {quote(written)} is now called {quote(now)}"
    return f"{now_called}: it was read all the same; write the new name in {place}."


def _unnamed(headings: Mapping[str, str], heading_row: Sequence[Cell | DateCell]) -> list[str]:
    """Return the headings that no field names."""
    named = set(map(fold_case, headings.values()))
    words = [cell_text(cell) for cell in heading_row if not is_blank(cell)]
    return [each for each in words if fold_case(each) not in named]


def _missing_key(
    sheet: Sheet, missing: Mapping[str, str], heading_row: Sequence[Cell | DateCell], place: LocateInYaml
) -> str | None:
    keys = [name for name in sheet.key if name in missing]
    if not keys:
        return None
    found = quote_list(cell_text(cell) for cell in heading_row if not is_blank(cell)) or "no headings"
    return (
        f"It has no column {quote_list(missing[name] for name in keys)}, by which its rows are known, but {found}; put "
        f"the heading back, or write the right one at {' and '.join(_line(name, place) for name in keys)}."
    )


def _missing(
    sheet: Sheet, missing: Mapping[str, str], erased: Mapping[str, int], unnamed: Sequence[str], place: LocateInYaml
) -> Iterator[str]:
    for name, heading in missing.items():
        if name in sheet.key:
            continue
        if name in erased:
            where = f"its heading in column {format_column_letters(erased[name])} is blank now"
        else:
            others = f" (headings that no field names: {quote_list(unnamed)})" if unnamed else ""
            where = f"it is not there{others}"
        yield (
            f"Column {quote(heading)} of field {name}: {where}. The field keeps what it had; put the heading back, or "
            f"write the new one at {_line(name, place)}."
        )


def _doubled(headings: Mapping[str, str], now: Mapping[str, list[int]], place: LocateInYaml) -> Iterator[str]:
    for name, heading in headings.items():
        first, *others = now.get(fold_case(heading), [0])
        if others:
            columns = " and ".join(map(format_column_letters, others))
            yield (
                f"The heading {quote(heading)} ({_line(name, place)}) stands over column "
                f"{format_column_letters(first)}, which counts, and over {columns} too: rename or delete what does not belong there."  # noqa: E501
            )


def _nameless(columns: Sequence[int], place: LocateInYaml) -> Iterator[str]:
    for at in columns:
        yield (
            f"Column {format_column_letters(at)} has values and no heading, so it is not read; give it the heading of "
            f"a field ({place('fields')}), or any other."
        )


def _moved(headings: Mapping[str, str], old: Mapping[str, list[int]], now: Mapping[str, list[int]]) -> Iterator[str]:
    moved = [
        f"{quote(heading)} moved from {format_column_letters(old[folded][0])} to {format_column_letters(now[folded][0])}"  # noqa: E501
        for heading in headings.values()
        if (folded := fold_case(heading)) in old and folded in now and old[folded][0] != now[folded][0]
    ]
    if moved:
        yield f"{'Column' if len(moved) == 1 else 'Columns:'} {', '.join(moved)}; nothing to do."


def _line(name: str, place: LocateInYaml) -> str:
    return place("fields", name, "heading")


def cell_text(cell: Cell | DateCell) -> str:
    """Return what a person sees in a heading or in the cell of a key."""
    if isinstance(cell, DateCell):
        return cell.iso
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def find_headings(heading_row: Sequence[Cell | DateCell]) -> dict[str, list[int]]:
    """Return for each folded heading the columns over which it stands, counted from 0, the first first."""
    places: dict[str, list[int]] = {}
    for at, cell in enumerate(heading_row):
        if not is_blank(cell):
            places.setdefault(fold_case(cell_text(cell)), []).append(at)
    return places


def find_unnamed_columns(reading: SheetReading) -> list[int]:
    """Return the columns that have values, but no heading."""
    heading_row, *rows = reading.rows or ((),)
    width = max((len(row) for row in rows), default=0)
    nameless = [at for at in range(width) if at >= len(heading_row) or is_blank(heading_row[at])]
    return [at for at in nameless if any(at < len(row) and not is_blank(row[at]) for row in rows)]


def restore_lost_columns(sheet: Sheet, before: SheetReading | None, now: SheetReading) -> SheetReading:
    """Return the reading with each column that it lost since the one before: its heading, and what its rows had.

    Rows are known by the sheet's key; one that is new has nothing there.
    """
    if before is None or not before.rows or not now.rows:
        return now
    old, new = _places(before.rows[0]), _places(now.rows[0])
    headings = {field.name: field.heading or field.name for field in sheet.fields}
    lost = [heading for heading in headings.values() if fold_case(heading) in old and fold_case(heading) not in new]
    keys = [fold_case(headings[name]) for name in sheet.key]
    if not lost or not all(key in old and key in new for key in keys):
        return now
    earlier = zip(_keys(before.rows[1:], old, keys), before.rows[1:], strict=True)
    had = {key: [_cell(row, old[fold_case(heading)]) for heading in lost] for key, row in earlier}
    nothing: list[Cell | DateCell] = [None] * len(lost)
    width = max(len(row) for row in now.rows)
    kept = [(*_wide(now.rows[0], width), *lost)]
    later = zip(_keys(now.rows[1:], new, keys), now.rows[1:], strict=True)
    kept += [(*_wide(row, width), *had.get(key, nothing)) for key, row in later]
    return SheetReading(tuple(kept))


def _places(heading_row: Sequence[Cell | DateCell]) -> dict[str, int]:
    return {heading: at[0] for heading, at in find_headings(heading_row).items()}


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
    return tuple("" if is_blank(cell) else fold_case(cell_text(cell)) for cell in cells)


def _cell(row: Sequence[Cell | DateCell], place: int) -> Cell | DateCell:
    return row[place] if place < len(row) else None


def _wide(row: Sequence[Cell | DateCell], width: int) -> tuple[Cell | DateCell, ...]:
    return (*row, *(None,) * (width - len(row)))
