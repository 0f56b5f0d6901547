"""How a sheet's heading row differs from its fields in the YAML. Columns are known by their headings, not their place.

1. `check_headings` finds columns that are missing, doubled, moved or without a heading. Only a missing key column is
   an error; the rest are notices.
2. `restore_lost_columns` adds to a reading the columns that it lost, with what they held before.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.schema import DateField
from config.spelling import fold_case, is_blank
from integration.kinds.values import count_from_1904
from integration.model import DateCell, FailedCell, SheetReading
from integration.text_format import format_column_letters, quote, quote_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from config.schema import Sheet
    from integration.kinds.question_types import LocateInYaml
    from integration.model import SheetCell

    Row = Sequence[SheetCell]


MOST_TITLE_ROWS = 20
"""How far down headings are looked for that do not stand where they must."""


@dataclass(frozen=True, slots=True)
class HeadingCheck:
    """What is wrong with a heading row: with an error the sheet cannot be read, with notices it can."""

    error: str | None
    notices: tuple[str, ...]


def check_headings(
    sheet: Sheet, reading: SheetReading, *, before: SheetReading | None, locate: LocateInYaml
) -> HeadingCheck:
    """Compare a sheet's heading row with its fields, and with the reading before for what has moved.

    Each sentence names the line of YAML to change. `before` is the newest reading that landed.
    """
    heading_row = reading.rows[0] if reading.rows else ()
    headings = _headings_by_field(sheet)
    now, unnamed = find_headings(heading_row), find_unnamed_columns(reading)
    old = find_headings(before.rows[0]) if before and before.rows else {}
    missing = {name: heading for name, heading in headings.items() if fold_case(heading) not in now}
    erased = {
        name: column
        for name, heading in missing.items()
        if fold_case(heading) in old and (column := old[fold_case(heading)][0]) in unnamed
    }
    moved = [
        f"{quote(heading)} moved from {format_column_letters(left)} to {format_column_letters(here)}"
        for heading in headings.values()
        if (folded := fold_case(heading)) in old
        and folded in now
        and (left := old[folded][0]) != (here := now[folded][0])
    ]
    return HeadingCheck(
        error=_describe_missing_key(sheet, missing, reading, locate),
        notices=(
            *_describe_missing(sheet, missing, erased, heading_row, locate),
            *_describe_doubled(headings, now, locate),
            *(
                f"Column {format_column_letters(column)} has values and no heading, so it is not read; give it the "
                f"heading of a field ({locate('fields')}), or any other."
                for column in unnamed
                if column not in erased.values()
            ),
            *([f"{'Column' if len(moved) == 1 else 'Columns:'} {', '.join(moved)}; nothing to do."] if moved else []),
        ),
    )


def describe_renamed_tab(configured: str, now: str, line: str) -> str:
    """Return the notice that a tab is no longer called what the line (a file and its line) has."""
    return (
        f"The tab {quote(configured)} is now called {quote(now)}: it was read all the same; write the new name in "
        f"{line}."
    )


def _headings_by_field(sheet: Sheet) -> dict[str, str]:
    return {field.name: field.heading or field.name for field in sheet.fields}


def _describe_missing_key(
    sheet: Sheet, missing: Mapping[str, str], reading: SheetReading, locate: LocateInYaml
) -> str | None:
    keys = [name for name in sheet.key if name in missing]
    if not keys:
        return None
    heading_row = reading.rows[0] if reading.rows else ()
    wanted = {fold_case(heading) for name, heading in _headings_by_field(sheet).items() if name in sheet.key}
    if any(wanted <= find_headings(row).keys() for row in reading.rows[1:MOST_TITLE_ROWS]):
        titles = quote_list(cell_text(cell) for cell in heading_row if not is_blank(cell))
        return (
            f"Its headings stand below other rows ({titles}), and must be the first row: delete what stands above the "
            "headings, or move it into another tab."
        )
    found = quote_list(cell_text(cell) for cell in heading_row if not is_blank(cell)) or "no headings"
    lines = " and ".join(locate("fields", name, "heading") for name in keys)
    return (
        f"It has no column {quote_list(missing[name] for name in keys)}, by which its rows are known, but {found}; put "
        f"the heading back, or write the right one at {lines}."
    )


def _describe_missing(
    sheet: Sheet, missing: Mapping[str, str], erased: Mapping[str, int], heading_row: Row, locate: LocateInYaml
) -> Iterator[str]:
    configured = {fold_case(heading) for heading in _headings_by_field(sheet).values()}
    texts = [cell_text(cell) for cell in heading_row if not is_blank(cell)]
    unknown = [text for text in texts if fold_case(text) not in configured]
    for name, heading in missing.items():
        if name in sheet.key:
            continue
        if name in erased:
            where = f"its heading in column {format_column_letters(erased[name])} is blank now"
        else:
            others = f" (headings that no field names: {quote_list(unknown)})" if unknown else ""
            where = f"it is not there{others}"
        yield (
            f"Column {quote(heading)} of field {name}: {where}. The field keeps what it had; put the heading back, or "
            f"write the new one at {locate('fields', name, 'heading')}."
        )


def _describe_doubled(headings: Mapping[str, str], now: Mapping[str, list[int]], locate: LocateInYaml) -> Iterator[str]:
    for name, heading in headings.items():
        columns = now.get(fold_case(heading), [])
        if len(columns) > 1:
            first, *others = map(format_column_letters, columns)
            yield (
                f"The heading {quote(heading)} ({locate('fields', name, 'heading')}) stands over column {first}, which "
                f"counts, and over {' and '.join(others)} too: rename or delete what does not belong there."
            )


def cell_text(cell: SheetCell) -> str:
    """Return what a person sees in a heading or in the cell of a key."""
    if isinstance(cell, DateCell):
        return cell.iso
    if isinstance(cell, FailedCell):
        return cell.error
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def find_headings(heading_row: Row) -> dict[str, list[int]]:
    """Return for each folded heading the columns that it stands over, counted from 0, the first first."""
    columns: dict[str, list[int]] = {}
    for column, cell in enumerate(heading_row):
        if not is_blank(cell):
            columns.setdefault(fold_case(cell_text(cell)), []).append(column)
    return columns


def find_unnamed_columns(reading: SheetReading) -> list[int]:
    """Return the columns that have values, but no heading."""
    heading_row, *rows = reading.rows or ((),)
    width = max((len(row) for row in rows), default=0)
    unnamed = [column for column in range(width) if is_blank(_cell(heading_row, column))]
    return [column for column in unnamed if any(not is_blank(_cell(row, column)) for row in rows)]


def restore_lost_columns(sheet: Sheet, before: SheetReading | None, now: SheetReading) -> SheetReading:
    """Return the reading with each column that it lost since the one before: its heading, and what its rows had.

    Rows are known by the sheet's key; one that is new has nothing there.
    """
    if before is None or not before.rows or not now.rows:
        return now
    old = {heading: columns[0] for heading, columns in find_headings(before.rows[0]).items()}
    new = {heading: columns[0] for heading, columns in find_headings(now.rows[0]).items()}
    headings = _headings_by_field(sheet)
    lost = [heading for heading in headings.values() if fold_case(heading) in old and fold_case(heading) not in new]
    keys = [fold_case(headings[name]) for name in sheet.key]
    if not lost or not all(key in old and key in new for key in keys):
        return now
    old_keys = _number_keys(before.rows[1:], [old[key] for key in keys])
    values = {
        key: [_cell(row, old[fold_case(heading)]) for heading in lost]
        for key, row in zip(old_keys, before.rows[1:], strict=True)
    }
    width = max(len(row) for row in now.rows)
    new_keys = _number_keys(now.rows[1:], [new[key] for key in keys])
    added: list[Row] = [lost, *(values.get(key, [None] * len(lost)) for key in new_keys)]
    return SheetReading(
        tuple((*row, *(None,) * (width - len(row)), *cells) for row, cells in zip(now.rows, added, strict=True))
    )


def count_days_from_1904(sheet: Sheet, reading: SheetReading) -> SheetReading:
    """Return the reading of a workbook of the 1904 system with the days that bare numbers in columns of days mean."""
    if not reading.counts_from_1904 or not reading.rows:
        return reading
    columns = find_headings(reading.rows[0])
    headings = [fold_case(field.heading or field.name) for field in sheet.fields if isinstance(field, DateField)]
    days = {column for heading in headings for column in columns.get(heading, ())}
    rows = (
        tuple(count_from_1904(cell) if column in days else cell for column, cell in enumerate(row))
        for row in reading.rows[1:]
    )
    return replace(reading, rows=(reading.rows[0], *rows))


def _number_keys(rows: Sequence[Row], key_columns: Sequence[int]) -> list[tuple[str, ...]]:
    """Return each row's key, and of rows with the same key a number to tell them apart."""
    counts: Counter[tuple[str, ...]] = Counter()
    numbered = []
    for row in rows:
        cells = [_cell(row, column) for column in key_columns]
        key = tuple("" if is_blank(cell) else fold_case(cell_text(cell)) for cell in cells)
        counts[key] += 1
        numbered.append((*key, str(counts[key])))
    return numbered


def _cell(row: Row, column: int) -> SheetCell:
    return row[column] if column < len(row) else None
