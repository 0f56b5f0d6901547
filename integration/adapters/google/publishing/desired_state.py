"""The desired state of a tab in Google Sheets: its cells and formats, and what those of all our tabs have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from integration.adapters.sources.number_formats import FIRST_DAY
from integration.model import ColumnType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt


Value = str | float | int
"""A cell as the Sheets API gives and takes it unformatted: text, a number, a date as its serial number; "" is empty."""


FORMAT_FIELDS = (
    "backgroundColorStyle,borders,horizontalAlignment,numberFormat,padding,textFormat,verticalAlignment,wrapStrategy"
)
"""The mask of a whole format: what a format does not name is as in a new spreadsheet, whatever people have set."""


@dataclass(frozen=True, slots=True)
class CellFormat:
    """The format of all cells from `first_row` up to before `end_row` (None: to the end), likewise the columns.

    `format` is a `CellFormat` of the Sheets API v4, `fields` the mask of what of it is set.
    """

    first_row: int
    end_row: int | None
    first_column: int
    end_column: int | None
    format: Mapping[str, Any]
    fields: str = FORMAT_FIELDS


@dataclass(frozen=True, slots=True)
class TabFormat:
    """How a tab looks. Widths are in pixels, one a column; `charts` are `EmbeddedChart`s of the Sheets API v4.

    In a chart every `sheetId` is left out: the id of the tab is written when it is sent. `protected` means that Google
    warns a person who begins to edit. `hides_grid` leaves out the lines between the cells.
    """

    frozen_rows: int
    widths: tuple[int, ...]
    cell_formats: tuple[CellFormat, ...]
    protected: bool = False
    hides_grid: bool = False
    charts: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class DesiredTab:
    """One tab: `key`, by which it is found again whatever people call it; its title; its cells; its format.

    `cells` is an array of `Value`s of shape (rows, columns), the headings among them.
    """

    key: str
    title: str
    cells: npt.NDArray[np.object_]
    format: TabFormat


ApiObject = dict[str, Any]
"""A JSON object of the Sheets API v4."""

HEADING_FILL, ENTRY_FILL, RULE_COLOUR = "#E8EDF2", "#FFF6D6", "#D5D9DD"

NARROWEST, WIDEST = 60, 380
"""Widths of columns in pixels; longer text is wrapped."""

WIDEST_LINE = 1600
"""Pixels of a line above a table."""

WIDTH_STEP = 20
"""Widths grow in such steps, so that an answer a little longer than the others does not move the columns."""

CELL_MARGIN = 20
"""Pixels beside a cell's text: its padding, and that letters are not all alike."""

PROSE_WIDTH, CODE_WIDTH = 0.62, 0.74
"""Pixels of a character for each point of the type: in prose; in figures, codes and bold headings."""

SMALL, LEADERS, HEADLINE, TITLE = 10, 11, 13, 18
"""Points of the type: of the project team's tabs, as in any new spreadsheet; of the leaders', headlines, titles."""

PADDING = {"top": 3, "right": 7, "bottom": 3, "left": 7}

WRAP, RUN_OVER, CLIP = "WRAP", "OVERFLOW_CELL", "CLIP"
"""What a long text does: go on in another line, run over the empty cells beside it, be cut at the cell's edge."""

AS_TYPED: ApiObject = {"type": "TEXT", "pattern": "@"}
"""Text stays text when it is edited: 007 is no number, =1+1 no formula."""

MAX_CELL_TEXT = 50_000
"""What one cell may hold, in UTF-16 units."""


def to_sheet_values(values: Sequence[Any]) -> list[Value]:
    """Return plain values as the Sheets API takes them: dates as serial numbers, None as an empty cell."""
    if date in map(type, values):
        first_day = FIRST_DAY.toordinal()
        values = [value.toordinal() - first_day if isinstance(value, date) else value for value in values]
    return ["" if value is None else value for value in values]


def cell_format(  # noqa: PLR0913  # what a cell looks like
    *,
    points: int = SMALL,
    bold: bool = False,
    right: bool = False,
    wrap: str = WRAP,
    fill: str = "",
    number: Mapping[str, Any] | None = None,
    ruled: bool = False,
) -> ApiObject:
    """Return a `CellFormat` of the Sheets API: text at the top and to the left; `ruled` draws a line below."""
    api_format: ApiObject = {
        "horizontalAlignment": "RIGHT" if right else "LEFT",
        "padding": PADDING,
        "textFormat": {"fontSize": points, "bold": bold},
        "verticalAlignment": "TOP",
        "wrapStrategy": wrap,
    }
    if fill:
        api_format["backgroundColorStyle"] = colour_style(fill)
    if number:
        api_format["numberFormat"] = dict(number)
    if ruled:
        api_format["borders"] = {"bottom": {"style": "SOLID", "colorStyle": colour_style(RULE_COLOUR)}}
    return api_format


def colour_style(code: str) -> ApiObject:
    """Return a `ColorStyle` of a colour written as `#E8EDF2`."""
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return {"rgbColor": {"red": red, "green": green, "blue": blue}}


def format_rows(
    formats: Sequence[ApiObject], *, first_row: int, end_row: int | None, first_column: int = 0
) -> tuple[CellFormat, ...]:
    """Return the formats of a range of rows, one a column; adjoining columns that look alike share one."""
    starts = [place for place, each in enumerate(formats) if place == 0 or each != formats[place - 1]]
    ends = [*starts[1:], len(formats)]
    return tuple(
        CellFormat(first_row, end_row, first_column + start, first_column + end, formats[start])
        for start, end in zip(starts, ends, strict=True)
    )


def is_right_aligned(kind: ColumnType) -> bool:
    """Whether cells of this kind stand to the right, so that the digits of numbers stand below each other."""
    return kind in (ColumnType.INTEGER, ColumnType.NUMBER)


def fit_width(heading: str, values: Collection[object], *, points: int = SMALL, widest: int = WIDEST) -> int:
    """Return a width in pixels that shows the heading and the longest value, up to the widest. None is no value."""
    texts = [value for value in values if isinstance(value, str)]
    others = [value for value in values if not isinstance(value, str)] if len(texts) < len(values) else []
    prose = [text for text in texts if " " in text]
    codes = [text for text in texts if " " not in text] if prose else texts
    code_length = max(max(map(len, codes), default=0), _longest_figure(others), len(heading))
    prose_length = max(map(len, prose), default=0)
    needed = max(code_length * CODE_WIDTH, prose_length * PROSE_WIDTH) * points + CELL_MARGIN
    return int(min(max(-(-needed // WIDTH_STEP) * WIDTH_STEP, NARROWEST), widest))


def _longest_figure(values: Collection[object]) -> int:
    """Return how many characters numbers and dates take; None takes none."""
    longest = 0
    for value in set(values) - {None}:
        if isinstance(value, float) and not value.is_integer():
            # As many digits of a fraction as Google shows where no format says how many.
            return len("0.1234567891")
        text = f"{value:.0f}" if isinstance(value, float) else str(value)
        longest = max(longest, len("31 Jul 2022") if isinstance(value, date) else len(text))
    return longest


def has_prose(values: Collection[object]) -> bool:
    """Whether any text of these can be broken into lines, and is not a code."""
    return any(isinstance(value, str) and " " in value for value in values)


def lacking_width(lines: Iterable[str], widths: Iterable[int], *, points: int) -> int:
    """Return how many pixels lines that run over the empty cells beside them lack; 0 where they have room.

    Google cuts text at the edge of the tab.
    """
    return max(fit_width("", list(lines), points=points, widest=WIDEST_LINE) - sum(widths), 0)
