"""Are the columns of a sheet there? They are known by their headings, never by their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.fold import fold
from integration.landing.heading_row import heading_places, nameless_columns, words_of
from integration.landing.shrink import is_blank
from integration.landing.wording import column_letters, listed, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from config.schema import Sheet
    from integration.landing.wording import Place
    from integration.model import Cell, DateCell, SheetReading


@dataclass(frozen=True, slots=True)
class Headings:
    """What is wrong with a heading row: with an error the sheet cannot be read, with notices it can."""

    error: str | None
    notices: tuple[str, ...]


def check_headings(sheet: Sheet, reading: SheetReading, *, before: SheetReading | None, place: Place) -> Headings:
    """Hold a sheet's heading row against its fields, and against the reading before for what has moved.

    No key column is an error; other columns that are missing, doubled, moved or without a heading are notices, each
    with the line of YAML to change. `before` is the newest reading that landed.
    """
    heading_row = reading.rows[0] if reading.rows else ()
    headings = {field.name: field.heading or field.name for field in sheet.fields}
    now, nameless = heading_places(heading_row), nameless_columns(reading)
    old = heading_places(before.rows[0]) if before and before.rows else {}
    missing = {name: heading for name, heading in headings.items() if fold(heading) not in now}
    erased = {name: old[fold(heading)][0] for name, heading in missing.items() if fold(heading) in old}
    erased = {name: at for name, at in erased.items() if at in nameless}
    return Headings(
        error=_missing_key(sheet, missing, heading_row, place),
        notices=(
            *_missing(sheet, missing, erased, _unnamed(headings, heading_row), place),
            *_doubled(headings, now, place),
            *_nameless([at for at in nameless if at not in erased.values()], place),
            *_moved(headings, old, now),
        ),
    )


def renamed_tab(written: str, now: str, place: str) -> str:
    """Return the notice that a tab is no longer called what stands at the place (a file and its line)."""
    now_called = f"The tab {said(written)} is now called {said(now)}"
    return f"{now_called}: it was read all the same; write the new name in {place}."


def _unnamed(headings: Mapping[str, str], heading_row: Sequence[Cell | DateCell]) -> list[str]:
    """Return the headings that no field names."""
    named = set(map(fold, headings.values()))
    words = [words_of(cell) for cell in heading_row if not is_blank(cell)]
    return [each for each in words if fold(each) not in named]


def _missing_key(
    sheet: Sheet, missing: Mapping[str, str], heading_row: Sequence[Cell | DateCell], place: Place
) -> str | None:
    keys = [name for name in sheet.key if name in missing]
    if not keys:
        return None
    found = listed(words_of(cell) for cell in heading_row if not is_blank(cell)) or "no headings"
    return (
        f"It has no column {listed(missing[name] for name in keys)}, by which its rows are known, but {found}; put the "
        f"heading back, or write the right one at {' and '.join(_line(name, place) for name in keys)}."
    )


def _missing(
    sheet: Sheet, missing: Mapping[str, str], erased: Mapping[str, int], unnamed: Sequence[str], place: Place
) -> Iterator[str]:
    for name, heading in missing.items():
        if name in sheet.key:
            continue
        if name in erased:
            where = f"its heading in column {column_letters(erased[name])} is blank now"
        else:
            others = f" (headings that no field names: {listed(unnamed)})" if unnamed else ""
            where = f"it is not there{others}"
        yield (
            f"Column {said(heading)} of field {name}: {where}. The field keeps what it had; put the heading back, or "
            f"write the new one at {_line(name, place)}."
        )


def _doubled(headings: Mapping[str, str], now: Mapping[str, list[int]], place: Place) -> Iterator[str]:
    for name, heading in headings.items():
        first, *others = now.get(fold(heading), [0])
        if others:
            columns = " and ".join(map(column_letters, others))
            yield (
                f"The heading {said(heading)} ({_line(name, place)}) stands over column {column_letters(first)}, which "
                f"counts, and over {columns} too: rename or delete what does not belong there."
            )


def _nameless(columns: Sequence[int], place: Place) -> Iterator[str]:
    for at in columns:
        yield (
            f"Column {column_letters(at)} has values and no heading, so it is not read; give it the heading of a field "
            f"({place('fields')}), or any other."
        )


def _moved(headings: Mapping[str, str], old: Mapping[str, list[int]], now: Mapping[str, list[int]]) -> Iterator[str]:
    moved = [
        f"{said(heading)} moved from {column_letters(old[folded][0])} to {column_letters(now[folded][0])}"
        for heading in headings.values()
        if (folded := fold(heading)) in old and folded in now and old[folded][0] != now[folded][0]
    ]
    if moved:
        yield f"{'Column' if len(moved) == 1 else 'Columns:'} {', '.join(moved)}; nothing to do."


def _line(name: str, place: Place) -> str:
    return place("fields", name, "heading")
