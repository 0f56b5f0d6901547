"""A tab's columns as plain values: what a workbook on disk and a spreadsheet at Google hold alike."""

from __future__ import annotations

from datetime import date, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from integration.adapters.workbook_text import clean_text, clean_texts
from integration.model import Kind

if TYPE_CHECKING:
    from integration.model import Column, Tab

EARLIEST = date(1900, 3, 1)
"""Spreadsheet programs agree on the numbers of days from here on; an earlier day is written as text."""


def column_values(tab: Tab, column: Column, *, longest: int) -> list[Any]:
    """Return a column's cells from top to bottom: text, floats, dates, None for an empty cell.

    Text is as `clean_text` leaves it, at most `longest` UTF-16 units. Numbers in a column of text stay as they are;
    a day before `EARLIEST` is text, `1899-12-31`.
    """
    series = tab.frame[column.name]
    if column.kind is Kind.TEXT:
        return _texts(series, longest)
    if column.kind is Kind.DATE:
        return [_day(value, longest) for value in _days(series)]
    numbers = series.to_numpy(dtype="float64", na_value=np.nan)
    return [value if isfinite(value) else None for value in numbers.tolist()]


def _texts(series: pd.Series[Any], longest: int) -> list[Any]:
    if series.dtype != "str":
        return [_text(value, longest) for value in series.tolist()]
    # Many answers are the same few words: each is cleaned once. The code of a missing one, -1, takes the last place.
    codes, distinct = pd.factorize(series)
    texts = [*(text or None for text in clean_texts(distinct.tolist(), longest=longest)), None]
    found: list[Any] = np.array(texts, dtype=object)[codes].tolist()
    return found


def _text(value: object, longest: int) -> str | float | None:
    if isinstance(value, str):
        return clean_text(value, longest=longest) or None
    if _is_missing(value):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value if isfinite(value) else None
    return clean_text(str(value), longest=longest)


def _days(series: pd.Series[Any]) -> list[Any]:
    if isinstance(series.dtype, np.dtype) and series.dtype.kind == "M":
        days: list[Any] = series.to_numpy().astype("datetime64[D]").tolist()
        return days
    return series.tolist()


def _day(value: object, longest: int) -> date | str | None:
    if not isinstance(value, date) or _is_missing(value):
        return clean_text(value, longest=longest) or None if isinstance(value, str) else None
    day = value.date() if isinstance(value, datetime) else value
    return day if day >= EARLIEST else day.isoformat()


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or value != value  # noqa: PLR0124  # NaN and NaT differ from themselves
