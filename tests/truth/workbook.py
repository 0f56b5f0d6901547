"""Reads a workbook back with other eyes than those that wrote it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from pathlib import Path

Cells = dict[str, Any]


class Book:
    """A workbook whose tabs have one heading row."""

    def __init__(self, path: Path) -> None:
        self._book = openpyxl.load_workbook(path)

    def rows(self, tab: str) -> list[Cells]:
        """Return the rows of a tab by heading, blank ones left out; none where there is no such tab."""
        if tab not in self._book.sheetnames:
            return []
        lines = self._book[tab].iter_rows(values_only=True)
        headings = [str(cell).strip() if cell is not None else "" for cell in next(lines, ())]
        read = (dict(zip(headings, map(plain, line), strict=True)) for line in lines)
        return [row for row in read if any(value is not None for value in row.values())]

    def formulas(self) -> list[str]:
        """Return where a cell is a formula."""
        return [
            f"{sheet.title}!{cell.coordinate}"
            for sheet in self._book
            for line in sheet.iter_rows()
            for cell in line
            if cell.data_type == "f"
        ]

    def text(self) -> str:
        """Return everything that can be read in the workbook."""
        cells = (cell for sheet in self._book for line in sheet.iter_rows(values_only=True) for cell in line)
        return "\n".join([*self._book.sheetnames, *(str(cell) for cell in cells if cell is not None)])


def plain(value: object) -> Any:
    """Return a cell's value: None where it is empty, a day as ISO text."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    return value.isoformat() if isinstance(value, date) else value


def low(value: object) -> str:
    """Return a value as text without regard to case."""
    return "" if value is None else str(value).strip().lower()


def comparable(column: str, value: object) -> Any:
    """Return a value as it is held against another: an authority may stand there by its name or its key."""
    return low(value) if column == "authority" else value
