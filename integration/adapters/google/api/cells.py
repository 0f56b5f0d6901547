"""What a cell at Google shows: its value and its number format, asked for and read together.

A cell is read by the same rules as one of a workbook, so that a spreadsheet gives the same values by either way.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from integration.adapters.sources.number_formats import (
    DEFAULT_PATTERNS,
    FIRST_DAY,
    LAST_DAY,
    NO_SUCH_DAY,
    is_special,
    show_number,
    write_day,
)
from integration.kinds.values import from_text
from integration.model import DateCell, FailedCell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from integration.model import SheetCell

CELL_FIELDS = "data(startRow,startColumn,rowData.values(effectiveValue,effectiveFormat.numberFormat))"
"""What is asked of each cell of a tab, within its `sheets(...)`."""

ERROR_WORDS = {
    "N_A": "#N/A", "DIVIDE_BY_ZERO": "#DIV/0!", "REF": "#REF!", "NAME": "#NAME?", "VALUE": "#VALUE!", "NUM": "#NUM!",
    "NULL_VALUE": "#NULL!", "ERROR": "#ERROR!", "LOADING": "",
}  # fmt: skip
"""What a cell shows by its type of error; one that is being loaded has no result yet."""
LOADING_SHOWN = "Loading..."

CellData = dict[str, Any]
"""A cell as spreadsheets.get gives it."""


def list_cells(sheet: Mapping[str, Any]) -> list[list[CellData]]:
    """Return the cells of a tab by rows, as they stand from its first row and column on."""
    rows: list[list[CellData]] = []
    for grid in sheet.get("data", ()):
        first, left = grid.get("startRow", 0), grid.get("startColumn", 0)
        for number, row in enumerate(grid.get("rowData", ()), start=first):
            rows += [[] for _ in range(number + 1 - len(rows))]
            rows[number] += [{} for _ in range(left - len(rows[number]))]
            rows[number][left:] = row.get("values", ())
    return rows


def read_plain(cell: CellData) -> str | float | bool:
    """Return a cell's value as UNFORMATTED_VALUE gives it; "" for an empty one."""
    value = cell.get("effectiveValue", {})
    if "errorValue" in value:
        return _error_word(value["errorValue"]) or LOADING_SHOWN
    plain: str | float | bool = next(iter(value.values()), "")
    return plain


def read_shown(cell: CellData) -> SheetCell:
    """Return what a cell shows."""
    value = cell.get("effectiveValue", {})
    if "errorValue" in value:
        return FailedCell(_error_word(value["errorValue"]))
    if "numberValue" not in value:
        plain = read_plain(cell)
        return None if plain == "" else plain
    number = float(value["numberValue"])
    shown = show_number(number, _pattern(cell.get("effectiveFormat", {}).get("numberFormat", {})))
    if isinstance(shown, date):
        return DateCell(write_day(shown))
    return FailedCell(shown) if shown == NO_SUCH_DAY else shown


_TIME_WORDS = re.compile(r"-?\d+:\d\d(?::\d\d)?(?:[.,]\d+)?(?: ?[ap]\.?m\.?)?", re.ASCII | re.IGNORECASE)
_HOUR_WORDS = re.compile(r"\d:\d\d", re.ASCII)
_DAY_WORDS = re.compile(r"\d{1,4}([/.-])\d{1,2}\1\d{1,4}\b.*|(?:\w+ )?\d{1,2}[ -][^\W\d]{3,}.*", re.IGNORECASE)


def read_by_words(plain: Any, shown: Any) -> SheetCell:
    """Return what a cell shows, by its unformatted value and its words, where its number format is not known."""
    if isinstance(plain, bool):
        return plain
    if isinstance(plain, str):
        return FailedCell("") if plain == LOADING_SHOWN else from_text(plain) if plain else None
    words = str(shown).strip()
    if words.endswith("%") or _TIME_WORDS.fullmatch(words):
        return words
    if _DAY_WORDS.fullmatch(words) and 0 <= plain <= (LAST_DAY - FIRST_DAY).days:
        pattern = DEFAULT_PATTERNS["DATE_TIME" if _HOUR_WORDS.search(words) else "DATE"]
        day = show_number(float(plain), pattern)
        return DateCell(write_day(day)) if isinstance(day, date) else FailedCell(NO_SUCH_DAY)
    return float(plain)


def trim(rows: Sequence[Sequence[SheetCell]]) -> tuple[tuple[SheetCell, ...], ...]:
    """Return the rows from the first to the last that hold anything; each ends with its last cell."""
    trimmed: list[tuple[SheetCell, ...]] = []
    for row in rows:
        end = len(row)
        while end and row[end - 1] is None:
            end -= 1
        if end or trimmed:
            trimmed.append(tuple(row[:end]))
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return tuple(trimmed)


def _error_word(error: Mapping[str, Any]) -> str:
    kind = str(error.get("type", "ERROR"))
    return ERROR_WORDS.get(kind, f"#{kind}!")


def _pattern(number_format: Mapping[str, str]) -> str:
    """Return the number format as a pattern, also where its type alone says what is shown."""
    pattern = number_format.get("pattern", "")
    return pattern if is_special(pattern) else DEFAULT_PATTERNS.get(number_format.get("type", ""), "")
