"""Rows and columns of a tab, inserted and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.google.range_shifts import shift_all

if TYPE_CHECKING:
    from tests.fakes.google.cells import CellFormat
    from tests.fakes.google.spreadsheets import Spreadsheet
    from tests.fakes.google.tab import Dimension, Tab


def resize(tab: Tab, rows: int, columns: int) -> None:
    """Give a grid another size; what lies beyond is lost, ranges are left as they are."""
    if columns < tab.columns:
        tab.cells = [row[:columns] for row in tab.cells]
        tab.formats = [row[:columns] for row in tab.formats]
    tab.cells, tab.formats = tab.cells[:rows], tab.formats[:rows]
    tab.rows, tab.columns = rows, columns
    tab.row_properties = {index: each for index, each in tab.row_properties.items() if index < rows}
    tab.column_properties = {index: each for index, each in tab.column_properties.items() if index < columns}


def insert(spreadsheet: Spreadsheet, tab: Tab, dimension: Dimension, *, at: int, count: int, like: int | None) -> None:  # noqa: PLR0913  # where, what, how many
    """Insert empty rows or columns at an index, with the formats of the one at `like`."""
    if dimension == "ROWS":
        formats = tab.formats[like] if like is not None and like < len(tab.formats) else ()
        if at < len(tab.cells):
            tab.cells[at:at] = [()] * count
        tab.formats.extend([()] * (at - len(tab.formats) if formats else 0))
        if at <= len(tab.formats):
            tab.formats[at:at] = [formats] * count
        tab.rows += count
        tab.row_properties = _moved(tab.row_properties, at, count)
    else:
        tab.cells = [(*row[:at], *(None,) * count, *row[at:]) if at < len(row) else row for row in tab.cells]
        tab.formats = [_widened(row, at, count, like) for row in tab.formats]
        tab.columns += count
        tab.column_properties = _moved(tab.column_properties, at, count)
    shift_all(spreadsheet, tab, dimension, at=at, count=count)


def _widened(
    row: tuple[CellFormat | None, ...], at: int, count: int, like: int | None
) -> tuple[CellFormat | None, ...]:
    cell_format = row[like] if like is not None and like < len(row) else None
    if at >= len(row) and cell_format is None:
        return row
    return (*row[:at], *(None,) * (at - len(row)), *(cell_format,) * count, *row[at:])


def delete(spreadsheet: Spreadsheet, tab: Tab, dimension: Dimension, *, at: int, count: int) -> None:
    """Take rows or columns out."""
    if dimension == "ROWS":
        del tab.cells[at : at + count]
        del tab.formats[at : at + count]
        tab.rows -= count
        tab.row_properties = _moved(tab.row_properties, at, -count)
    else:
        tab.cells = [row[:at] + row[at + count :] for row in tab.cells]
        tab.formats = [row[:at] + row[at + count :] for row in tab.formats]
        tab.columns -= count
        tab.column_properties = _moved(tab.column_properties, at, -count)
    shift_all(spreadsheet, tab, dimension, at=at, count=-count)


def _moved(properties: dict[int, dict[str, Any]], at: int, count: int) -> dict[int, dict[str, Any]]:
    gone = range(at, at - count) if count < 0 else range(0)
    return {index + count if index >= at else index: each for index, each in properties.items() if index not in gone}
