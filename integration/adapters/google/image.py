"""What a tab of a Google spreadsheet is to hold and how it is to look, worked out whole before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

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
class Look:
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
    look: Look
