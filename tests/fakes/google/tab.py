"""One tab: a grid of values and formats, with its charts, protections and metadata."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tests.fakes.google.cells import CellFormat, Value, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fakes.google.a1 import Span

Dimension = Literal["ROWS", "COLUMNS"]
DEFAULT_PIXELS: dict[Dimension, int] = {"ROWS": 21, "COLUMNS": 100}


@dataclass(slots=True)
class Tab:
    """A tab of a spreadsheet. Rows of `cells` and `formats` are ragged tuples that are replaced, never changed.

    `metadata`, `protected`, `charts`, `banding` and `merges` hold the objects of the Sheets API (their ranges always
    say the sheetId); `row_properties` and `column_properties` are `DimensionProperties` by index.
    """

    sheet_id: int
    title: str
    rows: int = 1000
    columns: int = 26
    hidden: bool = False
    grid: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    cells: list[tuple[Value, ...]] = field(default_factory=list)
    formats: list[tuple[CellFormat | None, ...]] = field(default_factory=list)
    row_properties: dict[int, dict[str, Any]] = field(default_factory=dict)
    column_properties: dict[int, dict[str, Any]] = field(default_factory=dict)
    metadata: list[dict[str, Any]] = field(default_factory=list)
    protected: list[dict[str, Any]] = field(default_factory=list)
    charts: list[dict[str, Any]] = field(default_factory=list)
    banding: list[dict[str, Any]] = field(default_factory=list)
    merges: list[dict[str, Any]] = field(default_factory=list)

    @property
    def frozen(self) -> tuple[int, int]:
        """Return how many rows and columns are frozen."""
        return int(self.grid.get("frozenRowCount", 0)), int(self.grid.get("frozenColumnCount", 0))

    @property
    def widths(self) -> dict[int, int]:
        """Return the widths in pixels of the columns that were given one."""
        return {index: int(each["pixelSize"]) for index, each in self.column_properties.items() if "pixelSize" in each}

    @property
    def is_empty(self) -> bool:
        """Return whether no cell has a value."""
        return not any(self.cells)

    def copy(self) -> Tab:
        """Return a copy that can be changed without changing this."""
        return Tab(
            self.sheet_id, self.title, self.rows, self.columns, self.hidden, deepcopy(self.grid),
            deepcopy(self.properties), list(self.cells), list(self.formats), deepcopy(self.row_properties),
            deepcopy(self.column_properties), deepcopy(self.metadata), deepcopy(self.protected), deepcopy(self.charts),
            deepcopy(self.banding), deepcopy(self.merges),
        )  # fmt: skip

    def value(self, row: int, column: int) -> Value:
        """Return what stands in a cell."""
        found: Value = _at(self.cells, row, column)
        return found

    def format_at(self, row: int, column: int) -> CellFormat:
        """Return a cell's format; it must not be changed."""
        return _at(self.formats, row, column) or {}

    def filled_columns(self, row: int) -> int:
        """Return the number of columns of a row up to the last cell with a value or a format."""
        return max(len(rows[row]) if row < len(rows) else 0 for rows in (self.cells, self.formats))

    def values(self) -> list[list[str | int | float | bool]]:
        """Return all values unformatted, trailing empty cells and rows left out."""
        return [[plain(value) for value in row] for row in trimmed(self.cells)]

    def put(self, row: int, column: int, values: Sequence[Value]) -> None:
        """Put values side by side, from a cell on."""
        while len(self.cells) <= row:
            self.cells.append(())
        old = self.cells[row]
        end = column + len(values)
        whole = (*old[:column], *(None,) * (column - len(old)), *values, *old[end:])
        last = len(whole)
        while last and whole[last - 1] is None:
            last -= 1
        self.cells[row] = whole[:last]

    def put_format(self, row: int, column: int, cell_format: CellFormat | None) -> None:
        """Give one cell a format."""
        while len(self.formats) <= row:
            self.formats.append(())
        old = self.formats[row]
        self.formats[row] = (*old[:column], *(None,) * (column - len(old)), cell_format or None, *old[column + 1 :])

    def part(self, span: Span) -> list[tuple[Value, ...]]:
        """Return the values of a part of the grid, rows ragged."""
        within = span.within(self.rows, self.columns)
        rows = self.cells[within.row : within.end_row]
        if within.column == 0 and within.end_column == self.columns:
            return rows
        return [row[within.column : within.end_column] for row in rows]


def _at(rows: Sequence[Sequence[Any]], row: int, column: int) -> Any:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else None


def trimmed(rows: Sequence[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    """Return the rows without empty ends: of each row, and of the whole."""
    whole = []
    for row in rows:
        last = len(row)
        while last and row[last - 1] in (None, ""):
            last -= 1
        whole.append(row[:last])
    while whole and not whole[-1]:
        whole.pop()
    return whole
