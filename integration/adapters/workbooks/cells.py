"""Cells of a tab as plain values, for a workbook on disk and for a spreadsheet at Google; corrections read back."""

from __future__ import annotations

import re
from datetime import date, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from config.spelling import fold_case, is_blank
from integration.kinds.values import count_from_1904, to_text
from integration.model import ColumnType

if TYPE_CHECKING:
    from integration.model import Column, SheetReading, Tab

EARLIEST = date(1900, 3, 1)
"""Spreadsheet programs agree on the numbers of days from here on; an earlier day is written as text."""


def column_values(tab: Tab, column: Column, *, longest: int) -> list[Any]:
    """Return a column's cells from top to bottom: text, floats, dates, None for an empty cell.

    Text is as `clean_text` leaves it, at most `longest` UTF-16 units. Numbers in a column of text stay as they are;
    a day before `EARLIEST` is text, `1899-12-31`.
    """
    series = tab.frame[column.name]
    if column.type is ColumnType.TEXT:
        if series.dtype != "str":
            return [_clean_value(value, longest) for value in series.tolist()]
        # Many answers are the same few words: each is cleaned once. A missing one's code, -1, takes the last place.
        codes, distinct = pd.factorize(series)
        texts = [*(text or None for text in clean_cell_texts(distinct.tolist(), longest=longest)), None]
        return list(np.array(texts, dtype=object)[codes].tolist())
    if column.type is ColumnType.DATE:
        is_datetime = isinstance(series.dtype, np.dtype) and series.dtype.kind == "M"
        days = series.to_numpy().astype("datetime64[D]").tolist() if is_datetime else series.tolist()
        return [_clean_day(value, longest) for value in days]
    numbers = series.to_numpy(dtype="float64", na_value=np.nan)
    return [value if isfinite(value) else None for value in numbers.tolist()]


def _clean_value(value: object, longest: int) -> str | float | None:
    if isinstance(value, str):
        return clean_cell_text(value, longest=longest) or None
    if _is_missing(value):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value if isfinite(value) else None
    return clean_cell_text(str(value), longest=longest)


def _clean_day(value: object, longest: int) -> date | str | None:
    if not isinstance(value, date) or _is_missing(value):
        return clean_cell_text(value, longest=longest) or None if isinstance(value, str) else None
    day = value.date() if isinstance(value, datetime) else value
    return day if day >= EARLIEST else day.isoformat()


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or value != value  # noqa: PLR0124  # NaN and NaT differ from themselves


LONGEST_TEXT = 32_767
"""What one cell of a workbook may hold, in UTF-16 units, as Excel counts them."""

CUT_NOTICE = " … [cut here; the service keeps the whole text]"

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")


def clean_cell_texts(texts: list[str], *, longest: int = LONGEST_TEXT) -> list[str]:
    """Return what `clean_text` returns of each; at one look where there is nothing to clean in any of them."""
    if "".join(texts).replace("\n", "").isprintable() and max(map(len, texts), default=0) <= longest // 2:
        return texts
    return [clean_cell_text(text, longest=longest) for text in texts]


def clean_cell_text(text: str, *, longest: int = LONGEST_TEXT) -> str:
    """Return the text with what XML forbids as U+FFFD, line ends as line feeds, cut above `longest` UTF-16 units."""
    if text.isprintable() and len(text) <= longest // 2:
        return text
    text = _FORBIDDEN.sub("\ufffd", _LINE_END.sub("\n", text))
    units = text.encode("utf-16-le")
    if len(units) <= 2 * longest:
        return text
    # A character outside the basic plane is two units: half of one is left out.
    return units[: 2 * (longest - len(CUT_NOTICE))].decode("utf-16-le", "ignore") + CUT_NOTICE


ATTENTION_TAB = "needs_attention"
CORRECTION_COLUMNS = ("source", "key", "field", "correction")
"""The columns that a correction is read from, wherever they stand."""


def parse_corrections(reading: SheetReading) -> list[tuple[str, str, str, str]]:
    """Return (source, key, field, value) of each; raises ValueError where a column is gone."""
    headings = [fold_case(to_text(cell)) for cell in reading.rows[0]] if reading.rows else []
    places = [headings.index(name) for name in CORRECTION_COLUMNS]
    corrections = []
    for row in reading.rows[1:]:
        *names, typed = (row[i] if i < len(row) else None for i in places)
        # Only a day is such a number: no field that counts something goes that far.
        cell = count_from_1904(typed) if reading.counts_from_1904 else typed
        source, key, field, value = map(to_text, (*names, cell))
        if source.strip() and key and field.strip() and not is_blank(value):
            corrections.append((source.strip(), key, field.strip(), value.strip()))
    return corrections
