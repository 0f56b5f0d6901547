"""How the project team's workbook looks: formats, widths and heights."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from rustpy_xlsxwriter import Format

from integration.model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from integration.model import Column

ENTRY = "correction"
"""The one column in which a person types."""

NARROWEST, WIDEST, ENTRY_WIDTH = 8, 50, 24
"""Widths of a column, in characters; longer text is wrapped."""

LINE_POINTS, LINE_CHARACTERS = 15.0, 55
"""The height of a line, and how many characters one of the widest column has: letters are narrower than figures."""

MOST_LINES = 8
"""How many lines a row shows of a long text."""

PAGE = {"landscape": True, "paper_size": 9, "fit_to_pages": (1, 0), "repeat_rows": 0}
"""A4 across, as wide as the tab, with the headings on every page."""


def heading_format() -> Format:
    """Return the format of the headings."""
    return _text().set_bold().set_background_color("#E8EDF2").set_border_bottom("thin")


def cell_format(column: Column) -> Format:
    """Return the format of a column's cells. A number is kept whole, and shown with the digits that fit."""
    if column.name == ENTRY:
        # As text, so that a spreadsheet program leaves 3/4/2022 or 007 as it was typed.
        return _text().set_num_format("@").set_background_color("#FFF6D6").set_text_wrap()
    if column.kind is Kind.TEXT:
        return _text().set_text_wrap()
    if column.kind is Kind.DATE:
        return _text().set_num_format("dd mmm yyyy")
    number = Format().set_align("right").set_align("top")
    return number.set_num_format("0") if column.kind is Kind.INTEGER else number


def width_of(heading: str, values: Sequence[Any]) -> float:
    """Return a width that shows the longest value, up to the widest."""
    longest = max(map(_length, set(values) - {None}), default=ENTRY_WIDTH if heading == ENTRY else 0)
    # Room for the filter's arrow beside the heading.
    return float(max(NARROWEST, len(heading) + 4, min(longest + 2, WIDEST)))


def heights_of(columns: Mapping[str, Sequence[Any]]) -> dict[int, float]:
    """Return the heights of rows with wrapped text: not every program makes them high enough by itself."""
    lines: dict[int, int] = {}
    for values in columns.values():
        for row, value in enumerate(values, start=1):
            if isinstance(value, str) and (len(value) > WIDEST or "\n" in value):
                needed = sum(len(line) // LINE_CHARACTERS + 1 for line in value.split("\n"))
                lines[row] = max(needed, lines.get(row, 1))
    return {row: LINE_POINTS * min(needed, MOST_LINES) for row, needed in lines.items()}


def _text() -> Format:
    # Text begins a little after a number of the column before it ends.
    return Format().set_align("left").set_indent(1).set_align("top")


def _length(value: object) -> int:
    if isinstance(value, float):
        return len(f"{value:.0f}") if value.is_integer() else len("0.1234")
    return len("31 Jul 2022") if isinstance(value, date) else len(str(value))
