"""Ranges in A1 notation, read and written as Google does."""

from __future__ import annotations

import re
from dataclasses import dataclass

CELL = re.compile(r"\$?([A-Za-z]{0,3})\$?(\d*)")
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*")


@dataclass(frozen=True, slots=True)
class Span:
    """Rows and columns from 0, ends not included; an end of None is open."""

    row: int = 0
    end_row: int | None = None
    column: int = 0
    end_column: int | None = None

    def within(self, rows: int, columns: int) -> Span:
        """Return the part of it that a grid of that size has."""
        end_row = rows if self.end_row is None else min(self.end_row, rows)
        end_column = columns if self.end_column is None else min(self.end_column, columns)
        return Span(self.row, max(end_row, self.row), self.column, max(end_column, self.column))

    @property
    def is_one_cell(self) -> bool:
        """Return whether it names exactly one cell."""
        return self.end_row == self.row + 1 and self.end_column == self.column + 1

    def text(self) -> str:
        """Return it in A1 notation: `B2`, `A1:C3`, `A2:C`, `2:3`."""
        open_row, open_column = self.end_row is None, self.end_column is None
        if self.is_one_cell:
            return letters(self.column) + str(self.row + 1)
        first = letters(self.column) + str(self.row + 1)
        last = ("" if open_column else letters(self.end_column_index)) + ("" if open_row else str(self.end_row))
        return f"{first}:{last}" if last else first

    @property
    def end_column_index(self) -> int:
        """Return the index of the last column; the range must not be open."""
        return (self.end_column or 1) - 1


def letters(column: int) -> str:
    """Return the letters of a column counted from 0."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_of(name: str) -> int:
    """Return the column, from 0, of its letters."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def quoted(title: str) -> str:
    """Return a tab's title as it stands in a range: in quotes only where it must."""
    if PLAIN.fullmatch(title) and not LIKE_A_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def split(text: str) -> tuple[str | None, str]:
    """Return the title in front of `!` (None where there is no `!`) and the rest. Raises ValueError."""
    if text.startswith("'"):
        found = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text, re.DOTALL)
        if not found:
            raise ValueError(text)
        return found[1].replace("''", "'"), found[2] or ""
    title, mark, rest = text.rpartition("!")
    return (title, rest) if mark else (None, text)


def parse(text: str) -> Span:
    """Return the span of `A1`, `A1:B2`, `A:B`, `2:3`, `A2:B`; "" is everything. Raises ValueError."""
    if not text:
        return Span()
    first, colon, last = text.partition(":")
    row, column = _corner(first)
    if not colon:
        if row is None or column is None:
            raise ValueError(text)
        return Span(row, row + 1, column, column + 1)
    end_row, end_column = _corner(last)
    if (row is None and column is None) or (end_row is None and end_column is None):
        raise ValueError(text)
    rows, columns = _ordered(row, end_row), _ordered(column, end_column)
    return Span(rows[0], rows[1], columns[0], columns[1])


def _corner(text: str) -> tuple[int | None, int | None]:
    found = CELL.fullmatch(text)
    if not found or not text or found[2] == "0":
        raise ValueError(text)
    return int(found[2]) - 1 if found[2] else None, column_of(found[1]) if found[1] else None


def _ordered(first: int | None, last: int | None) -> tuple[int, int | None]:
    """Return (start, end); where a corner does not say, it is open to that side."""
    if first is None:
        return 0, None if last is None else last + 1
    if last is None:
        return first, None
    return min(first, last), max(first, last) + 1
