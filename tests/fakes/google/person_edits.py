"""Edits as people make them in the browser, between our calls."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tests.fakes.google import a1
from tests.fakes.google.cells import CellFormat, Formula, Value, number, serial, shown
from tests.fakes.google.range_shifts import without_sheet
from tests.fakes.google.resize import delete, insert, resize
from tests.fakes.google.sharing import OWNER
from tests.fakes.google.tab import Tab
from tests.fakes.google.user_entered import ShownNumber

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.fakes.google.spreadsheets import Spreadsheet
    from tests.fakes.google.state import State

Typed = str | int | float | bool | date | Formula | ShownNumber | None
DAY = {"userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "dd/mm/yyyy"}}}
MOMENT = {"userEnteredFormat": {"numberFormat": {"type": "DATE_TIME", "pattern": "dd/mm/yyyy hh:mm:ss"}}}


class Person:
    """Someone with a browser. Rows count from 1 and columns have letters, as on the screen."""

    def __init__(self, state: State, email: str = OWNER) -> None:
        self._state = state
        self._email = email

    @contextmanager
    def _editing(self, spreadsheet_id: str) -> Iterator[Spreadsheet]:
        with self._state.lock:
            spreadsheet = self._state.spreadsheets[spreadsheet_id]
            yield spreadsheet
            self._state.files[spreadsheet_id].touch(self._state.clock.tick(), self._email)

    def type(self, spreadsheet_id: str, tab: str, cell: str, value: Typed) -> None:
        """Type a value into a cell; None or "" clears it."""
        with self._editing(spreadsheet_id) as spreadsheet:
            span = a1.parse(cell)
            enter(spreadsheet.tab(tab), span.row, span.column, [value])

    def rename_tab(self, spreadsheet_id: str, tab: str, title: str) -> None:
        """Give a tab another title."""
        with self._editing(spreadsheet_id) as spreadsheet:
            spreadsheet.tab(tab).title = title

    def move_tab(self, spreadsheet_id: str, tab: str, index: int) -> None:
        """Drag a tab to another place, counted from 0."""
        with self._editing(spreadsheet_id) as spreadsheet:
            found = spreadsheet.tab(tab)
            spreadsheet.tabs.remove(found)
            spreadsheet.tabs.insert(index, found)

    def hide_tab(self, spreadsheet_id: str, tab: str, *, hidden: bool = True) -> None:
        """Hide a tab, or show it again."""
        with self._editing(spreadsheet_id) as spreadsheet:
            spreadsheet.tab(tab).hidden = hidden

    def add_tab(self, spreadsheet_id: str, tab: str, rows: Sequence[Sequence[Typed]] = ()) -> int:
        """Add a tab behind the others, with what it holds; return its id."""
        with self._editing(spreadsheet_id) as spreadsheet:
            made = Tab(spreadsheet.new_id(), tab)
            fill(made, rows)
            spreadsheet.tabs.append(made)
            return made.sheet_id

    def delete_tab(self, spreadsheet_id: str, tab: str) -> None:
        """Delete a tab."""
        with self._editing(spreadsheet_id) as spreadsheet:
            gone = spreadsheet.tab(tab)
            spreadsheet.tabs.remove(gone)
            for other in spreadsheet.tabs:
                other.charts = without_sheet(other.charts, gone.sheet_id)

    def insert_row(self, spreadsheet_id: str, tab: str, row: int, values: Sequence[Typed] = ()) -> None:
        """Insert a row above the row of that number, and type into it."""
        with self._editing(spreadsheet_id) as spreadsheet:
            found = spreadsheet.tab(tab)
            insert(spreadsheet, found, "ROWS", at=row - 1, count=1, like=max(row - 2, 0))
            enter(found, row - 1, 0, values)

    def delete_rows(self, spreadsheet_id: str, tab: str, row: int, count: int = 1) -> None:
        """Delete rows from the row of that number on."""
        with self._editing(spreadsheet_id) as spreadsheet:
            delete(spreadsheet, spreadsheet.tab(tab), "ROWS", at=row - 1, count=count)

    def insert_column(self, spreadsheet_id: str, tab: str, column: str, values: Sequence[Typed] = ()) -> None:
        """Insert a column left of the one of that letter, and type into it from the top."""
        with self._editing(spreadsheet_id) as spreadsheet:
            found, index = spreadsheet.tab(tab), a1.column_of(column)
            insert(spreadsheet, found, "COLUMNS", at=index, count=1, like=max(index - 1, 0))
            for row, value in enumerate(values):
                enter(found, row, index, [value])

    def delete_column(self, spreadsheet_id: str, tab: str, column: str) -> None:
        """Delete the column of that letter."""
        with self._editing(spreadsheet_id) as spreadsheet:
            delete(spreadsheet, spreadsheet.tab(tab), "COLUMNS", at=a1.column_of(column), count=1)

    def move_column(self, spreadsheet_id: str, tab: str, column: str, to: str) -> None:
        """Drag a column so that it then has the letter `to`."""
        with self._editing(spreadsheet_id) as spreadsheet:
            found, old, new = spreadsheet.tab(tab), a1.column_of(column), a1.column_of(to)
            found.cells = [_with_moved(row, old, new, found.columns) for row in found.cells]
            found.formats = [_with_moved(row, old, new, found.columns) for row in found.formats]

    def sort(self, spreadsheet_id: str, tab: str, column: str, *, descending: bool = False, headings: int = 1) -> None:
        """Sort the rows below the headings by the column of that letter."""
        with self._editing(spreadsheet_id) as spreadsheet:
            found, index = spreadsheet.tab(tab), a1.column_of(column)
            height = len(found.cells)
            order = sorted(range(headings, height), key=lambda row: _rank(found.value(row, index)), reverse=descending)
            whole = [*range(headings), *order]
            found.formats += [()] * (height - len(found.formats))
            found.cells, found.formats = (
                [found.cells[row] for row in whole],
                [found.formats[row] for row in whole] + found.formats[height:],
            )

    def clear(self, spreadsheet_id: str, tab: str, cells: str = "") -> None:
        """Delete the values of a range, or of a whole tab."""
        with self._editing(spreadsheet_id) as spreadsheet:
            found = spreadsheet.tab(tab)
            span = a1.parse(cells).within(found.rows, found.columns)
            for row in range(span.row, min(span.end_row or 0, len(found.cells))):
                found.put(row, span.column, [None] * ((span.end_column or 0) - span.column))

    def paste(self, spreadsheet_id: str, tab: str, cell: str, rows: Sequence[Sequence[Typed]]) -> None:
        """Paste rows from a cell on; the grid grows as it must."""
        with self._editing(spreadsheet_id) as spreadsheet:
            found, span = spreadsheet.tab(tab), a1.parse(cell)
            fill(found, rows, row=span.row, column=span.column)

    def protect(self, spreadsheet_id: str, tab: str, cells: str = "", *, editors: Sequence[str] = ()) -> None:
        """Protect a range, or a whole tab, so that only this person and the editors may change it."""
        with self._editing(spreadsheet_id) as spreadsheet:
            found, span = spreadsheet.tab(tab), a1.parse(cells)
            given = {"startRowIndex": span.row, "endRowIndex": span.end_row,
                     "startColumnIndex": span.column, "endColumnIndex": span.end_column}  # fmt: skip
            limits = {name: index for name, index in given.items() if index is not None} if cells else {}
            found.protected.append(
                {
                    "protectedRangeId": spreadsheet.new_id(),
                    "range": {"sheetId": found.sheet_id, **limits},
                    "editors": {"users": [self._email, *editors]},
                }
            )

    def touch(self, file_id: str) -> None:
        """Open a file and change something in it that no call shows: only its modifiedTime moves."""
        with self._state.lock:
            self._state.files[file_id].touch(self._state.clock.tick(), self._email)


def enter(tab: Tab, row: int, column: int, values: Sequence[Typed]) -> None:
    """Type values side by side; days get a date format."""
    for offset, value in enumerate(values):
        stored, cell_format = entered(value)
        tab.put(row, column + offset, [stored])
        if cell_format:
            tab.put_format(row, column + offset, cell_format)


def fill(tab: Tab, rows: Sequence[Sequence[Typed]], *, row: int = 0, column: int = 0) -> None:
    """Type rows of values; the grid grows as it must."""
    width = max(map(len, rows), default=0)
    resize(tab, max(tab.rows, row + len(rows)), max(tab.columns, column + width))
    for offset, values in enumerate(rows):
        stored = [entered(value) for value in values]
        tab.put(row + offset, column, [value for value, _ in stored])
        for place, (_, cell_format) in enumerate(stored):
            if cell_format:
                tab.put_format(row + offset, column + place, cell_format)


def entered(value: Typed) -> tuple[Value, CellFormat | None]:
    """Return what stands in a cell once a value was typed, and the format that it brings."""
    if isinstance(value, ShownNumber):
        return value.value, value.cell_format
    if isinstance(value, datetime):
        return serial(value), MOMENT
    if isinstance(value, date):
        return serial(value), DAY
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value), None
    return (value if value != "" else None), None


def _with_moved(row: Sequence[Any], old: int, new: int, columns: int) -> tuple[Any, ...]:
    whole = [*row, *(None,) * (columns - len(row))]
    whole.insert(new, whole.pop(old))
    while whole and whole[-1] is None:
        whole.pop()
    return tuple(whole)


def _rank(value: Value) -> tuple[int, float, str]:
    """Return a rank: numbers, then text, then nothing, as Sheets sorts."""
    if value is None:
        return 2, 0, ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return 0, value, ""
    return 1, 0, shown(value, None).casefold()
