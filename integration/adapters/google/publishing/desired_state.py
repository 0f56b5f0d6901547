"""What a tab of a Google spreadsheet is to hold and how it is to look, worked out whole before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from integration.model import ColumnType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt


Value = str | float | int
"""A cell as the Sheets API gives and takes it unformatted: text, a number, a day as its serial number; "" is empty."""


@dataclass(frozen=True, slots=True)
class CellFormat:
    """A format of all cells from `first_row` up to before `end_row` (None: to the end), likewise the columns.

    `form` is a `CellFormat` of the Sheets API v4, `fields` the mask of what of it is set.
    """

    first_row: int
    end_row: int | None
    first_column: int
    end_column: int | None
    form: Mapping[str, Any]
    fields: str


@dataclass(frozen=True, slots=True)
class TabFormat:
    """How a tab looks. Widths are in pixels, one a column; `charts` are `EmbeddedChart`s of the Sheets API v4.

    In a chart every `sheetId` is left out: whoever sends it writes the id of the tab itself. `protected` means that
    Google warns whoever begins to edit. `hides_grid` leaves out the lines between the cells.
    """

    frozen_rows: int
    widths: tuple[int, ...]
    formats: tuple[CellFormat, ...]
    protected: bool = False
    hides_grid: bool = False
    charts: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class TabImage:
    """One tab: `key`, by which it is found again whatever people call it; its title; its cells; its look.

    `cells` is an array of `Value`s of shape (rows, columns), the headings among them.
    """

    key: str
    title: str
    cells: npt.NDArray[np.object_]
    look: TabFormat


"""What one cell may hold, in UTF-16 units."""
"""The one column in which a person types, and its least width in pixels."""
"""Day 0 of Google's serial numbers."""

Form = dict[str, Any]

FIELDS = (
    "backgroundColorStyle,borders,horizontalAlignment,numberFormat,padding,textFormat,verticalAlignment,wrapStrategy"
)
"""The mask of every format here: what a format does not name is as in a new spreadsheet, whatever people made of it."""

HEADING_FILL, ENTRY_FILL, RULE = "#E8EDF2", "#FFF6D6", "#D5D9DD"

NARROWEST, WIDEST = 60, 380
"""Widths of columns in pixels; longer text is wrapped."""

WIDEST_LINE = 1600
"""Pixels of a line above a table."""

WIDTH_STEP = 20
"""Widths grow in such steps, so that an answer a little longer than the others does not move the columns."""

ROOM = 20
"""Pixels beside a cell's text: its padding, and that letters are not all alike."""

PROSE, CODE = 0.62, 0.74
"""The width of a character in pixels for each point of the type: in prose; in figures, codes and bold headings."""

SMALL, LEADERS, HEADLINE, TITLE = 10, 11, 13, 18
"""Points of the type: of the project team's tabs, as in any new spreadsheet; of the leaders', and what stands out."""

PADDING = {"top": 3, "right": 7, "bottom": 3, "left": 7}

WRAP, RUN_OVER, CLIP = "WRAP", "OVERFLOW_CELL", "CLIP"
"""What a long text does: go on in another line, run over the empty cells beside it, be cut at the cell's edge."""

AS_TYPED: Form = {"type": "TEXT", "pattern": "@"}
"""Text stays text when it is edited: 007 is no number, =1+1 no formula."""


def colour(code: str) -> Form:
    """Return a `ColorStyle` of a colour written as `#E8EDF2`."""
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return {"rgbColor": {"red": red, "green": green, "blue": blue}}


def cell_format(  # noqa: PLR0913  # what a cell looks like
    *,
    points: int = SMALL,
    bold: bool = False,
    right: bool = False,
    wrap: str = WRAP,
    fill: str = "",
    number: Mapping[str, Any] | None = None,
    ruled: bool = False,
) -> Form:
    """Return a `CellFormat` of the Sheets API: text at the top and to the left; `ruled` draws a line below."""
    form: Form = {
        "horizontalAlignment": "RIGHT" if right else "LEFT",
        "padding": PADDING,
        "textFormat": {"fontSize": points, "bold": bold},
        "verticalAlignment": "TOP",
        "wrapStrategy": wrap,
    }
    if fill:
        form["backgroundColorStyle"] = colour(fill)
    if number:
        form["numberFormat"] = dict(number)
    if ruled:
        form["borders"] = {"bottom": {"style": "SOLID", "colorStyle": colour(RULE)}}
    return form


def across(
    forms: Sequence[Form], *, first_row: int, end_row: int | None, first_column: int = 0
) -> tuple[CellFormat, ...]:
    """Return the formats of a stretch of rows, one form a column; neighbours that look alike are one format."""
    starts = [place for place, form in enumerate(forms) if place == 0 or form != forms[place - 1]]
    ends = [*starts[1:], len(forms)]
    return tuple(
        CellFormat(first_row, end_row, first_column + start, first_column + end, forms[start], FIELDS)
        for start, end in zip(starts, ends, strict=True)
    )


def is_right(kind: ColumnType) -> bool:
    """Return whether cells of this kind stand to the right, so that numbers stand below each other."""
    return kind in (ColumnType.INTEGER, ColumnType.NUMBER)


def width_of(heading: str, values: Collection[object], *, points: int = SMALL, widest: int = WIDEST) -> int:
    """Return a width in pixels that shows the heading and the longest value, up to the widest. None is no value."""
    texts = texts_of(values)
    others = [value for value in values if not isinstance(value, str)] if len(texts) < len(values) else []
    prose = [text for text in texts if " " in text]
    codes = [text for text in texts if " " not in text] if prose else texts
    code = max(_most(codes), _most_figures(others), len(heading))
    needed = max(code * CODE, _most(prose) * PROSE) * points + ROOM
    return int(min(max(-(-needed // WIDTH_STEP) * WIDTH_STEP, NARROWEST), widest))


def texts_of(values: Collection[object]) -> Collection[str]:
    """Return those of the values that are text."""
    return [value for value in values if isinstance(value, str)]


def holds_prose(values: Collection[object]) -> bool:
    """Return whether any text of these can be broken into lines, and is not a code."""
    return " " in "".join(texts_of(values))


def room_for(lines: Iterable[str], widths: Iterable[int], *, points: int) -> int:
    """Return how many pixels lines that run over the empty cells beside them lack; 0 where they have room.

    Google cuts text at the edge of the tab.
    """
    needed = width_of("", list(lines), points=points, widest=WIDEST_LINE)
    return max(needed - sum(widths), 0)


def _most(texts: Iterable[str]) -> int:
    return max(map(len, texts), default=0)


def _most_figures(values: Collection[object]) -> int:
    """Return how many characters numbers and days take; None takes none."""
    if not all(map(float.is_integer, (value for value in values if isinstance(value, float)))):
        # As many digits of a fraction as Google shows where no format says how many.
        return len("0.1234567891")
    return max(map(_length, set(values) - {None}), default=0)


def _length(value: object) -> int:
    if isinstance(value, float):
        return len(f"{value:.0f}")
    return len("31 Jul 2022") if isinstance(value, date) else len(str(value))
