"""The cells of one figure as leaders see it: numbers as numbers, and a sign where there is none."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from config.schema import CountMeasure, MeanMeasure, RatioMeanMeasure, ResponseRateMeasure, ShareMeasure
from integration.model import Column, Kind, Percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.schema import MeasureSpec

HIDDEN = "[c]"
NOT_AVAILABLE = "[x]"
NOT_APPLICABLE = "[z]"

FIGURE_COLUMNS = (
    Column("Figure", Kind.NUMBER),
    Column("Number", Kind.NUMBER),
    Column("Out of", Kind.NUMBER),
    Column("Likely range, from", Kind.NUMBER),
    Column("Likely range, to", Kind.NUMBER),
    Column("Target", Kind.NUMBER),
)


def figure_cells(record: Mapping[str, Any], spec: MeasureSpec) -> tuple[float | str, ...]:
    """Return the cells under `FIGURE_COLUMNS` for one row of a `Shown` frame; none of them is blank."""
    value, number, out_of = record["value"], record["numerator"], record["denominator"]
    if isinstance(spec, MeanMeasure | RatioMeanMeasure):
        out_of = record["n"]
    whole = isinstance(spec, CountMeasure)
    average = whole or isinstance(spec, MeanMeasure | RatioMeanMeasure)
    return (
        _cell(record, spec, value),
        NOT_APPLICABLE if average else _count(record, number),
        NOT_APPLICABLE if whole else _count(record, out_of),
        _limit(record, spec, record["lower"]),
        _limit(record, spec, record["upper"]),
        NOT_APPLICABLE if pd.isna(record["target"]) else _number(spec, record["target"]),
    )


def is_percentage(spec: MeasureSpec) -> bool:
    """Return whether figures of this measure are shares, shown as percentages."""
    return not isinstance(spec, CountMeasure | MeanMeasure)


def day_of(value: date) -> date:
    """Return a date as such, where a frame may have made a timestamp of it."""
    return value.date() if isinstance(value, datetime) else value


def plain_number(value: float) -> float:
    """Return a whole number as `int`, any other as it is."""
    return int(value) if float(value).is_integer() else float(value)


def _cell(record: Mapping[str, Any], spec: MeasureSpec, value: float) -> float | str:
    if record["hidden"]:
        return HIDDEN
    return NOT_AVAILABLE if pd.isna(value) else _number(spec, value)


def _count(record: Mapping[str, Any], value: float) -> float | str:
    if record["hidden"]:
        return HIDDEN
    return NOT_AVAILABLE if pd.isna(value) else plain_number(value)


def _limit(record: Mapping[str, Any], spec: MeasureSpec, value: float) -> float | str:
    if not isinstance(spec, ShareMeasure | ResponseRateMeasure):
        return NOT_APPLICABLE
    # A response rate above 1 (people gave no code) has a figure but no range.
    missing = pd.isna(value) and not record["hidden"] and not pd.isna(record["value"])
    return NOT_APPLICABLE if missing else _cell(record, spec, value)


def _number(spec: MeasureSpec, value: float) -> float:
    if is_percentage(spec):
        return Percent(value)
    return plain_number(value) if isinstance(spec, CountMeasure) else float(value)
