"""A1 notation, as the Sheets API takes it."""

from __future__ import annotations


def quoted(title: str) -> str:
    """Return a tab's title as it stands in a range; a quote in it is doubled."""
    return "'" + title.replace("'", "''") + "'"


def column_letters(place: int) -> str:
    """Return the letters of a column counted from 0: A, Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def block(title: str, row: int, column: int, end_row: int, end_column: int) -> str:
    """Return the range from a cell up to before another, rows and columns counted from 0."""
    first, last = f"{column_letters(column)}{row + 1}", f"{column_letters(end_column - 1)}{end_row}"
    return f"{quoted(title)}!{first}" if first == last else f"{quoted(title)}!{first}:{last}"
