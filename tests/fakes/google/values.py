"""Reading and writing ranges of values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.google import a1
from tests.fakes.google.cells import Formula, Value, is_in_time, number, plain, shown
from tests.fakes.google.errors import Refusal, invalid
from tests.fakes.google.protection import refuse_protected
from tests.fakes.google.tab import trimmed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fakes.google.spreadsheets import Spreadsheet
    from tests.fakes.google.tab import Tab

LONGEST_TEXT = 50_000


@dataclass(frozen=True, slots=True)
class Reading:
    """How values are to be read."""

    render: str = "FORMATTED_VALUE"
    dates: str = "SERIAL_NUMBER"
    dimension: str = "ROWS"

    @staticmethod
    def of(query: dict[str, Any], prefix: str = "") -> Reading:
        """Return what a query (or, with its prefix, a request) asks for."""
        render, dates = ("valueRenderOption", "dateTimeRenderOption") if not prefix else (
            f"{prefix}ValueRenderOption", f"{prefix}DateTimeRenderOption",
        )  # fmt: skip
        return Reading(
            query.get(render) or "FORMATTED_VALUE", query.get(dates) or "SERIAL_NUMBER",
            (query.get("majorDimension") or "ROWS").replace("DIMENSION_UNSPECIFIED", "ROWS"),
        )  # fmt: skip


def resolve(spreadsheet: Spreadsheet, text: str) -> tuple[Tab, a1.Span]:
    """Return the tab and the span that a range means. Raises Refusal."""
    try:
        title, rest = a1.split(text)
        if title is None and (tab := spreadsheet.find(rest)):
            return tab, a1.Span()
        whole = text.startswith("'") and title is not None and not rest
        span = a1.Span() if whole else a1.parse(rest)
    except ValueError:
        raise invalid(f"Unable to parse range: {text}") from None
    found = spreadsheet.find(title) if title is not None else next(iter(spreadsheet.visible), None)
    if found is None or not text or (title is not None and not whole and not rest):
        raise invalid(f"Unable to parse range: {text}")
    return found, span


def named(tab: Tab, span: a1.Span) -> str:
    """Return a range as Google names it."""
    return f"{a1.quoted(tab.title)}!{span.text()}"


def refuse_outside(tab: Tab, span: a1.Span, *, ends_too: bool) -> None:
    """Refuse a range that begins (with `ends_too`: or ends) outside the grid."""
    ends = ends_too and ((span.end_row or 0) > tab.rows or (span.end_column or 0) > tab.columns)
    if span.row >= tab.rows or span.column >= tab.columns or ends:
        raise invalid(
            f"Range ({named(tab, span)}) exceeds grid limits. Max rows: {tab.rows}, max columns: {tab.columns}"
        )


def read(spreadsheet: Spreadsheet, text: str, reading: Reading) -> dict[str, Any]:
    """Return a `ValueRange`: its range bounded to the grid, no `values` where there are none."""
    tab, span = resolve(spreadsheet, text)
    refuse_outside(tab, span, ends_too=False)
    return _value_range(tab, span, reading)


def _value_range(tab: Tab, span: a1.Span, reading: Reading) -> dict[str, Any]:
    within = span.within(tab.rows, tab.columns)
    found: dict[str, Any] = {"range": named(tab, within), "majorDimension": reading.dimension}
    rows = trimmed(tab.part(within))
    if reading.render == "UNFORMATTED_VALUE" and reading.dates == "SERIAL_NUMBER":
        values = [[plain(value) for value in row] for row in rows]
    else:
        values = [
            [_rendered(tab, r, c, value, reading) for c, value in enumerate(row, within.column)]
            for r, row in enumerate(rows, within.row)
        ]
    if reading.dimension == "COLUMNS":
        width = max(map(len, values), default=0)
        full = [[*row, *[""] * (width - len(row))] for row in values]
        values = [[plain(value) for value in column] for column in trimmed(list(zip(*full, strict=True)))]
    if values:
        found["values"] = values
    return found


def _rendered(tab: Tab, row: int, column: int, value: Value, reading: Reading) -> str | int | float | bool:
    if reading.render == "FORMULA" and isinstance(value, Formula):
        return value.text
    cell_format = tab.format_at(row, column)
    if reading.render == "FORMATTED_VALUE":
        return shown(value, cell_format)
    found = plain(value)
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return (
        shown(value, cell_format)
        if is_number and reading.dates == "FORMATTED_STRING" and is_in_time(cell_format)
        else found
    )


def write(spreadsheet: Spreadsheet, body: dict[str, Any], *, by: str) -> dict[str, Any]:
    """Do a `values:batchUpdate` on this copy of a spreadsheet; return its answer. Raises Refusal."""
    option = body.get("valueInputOption") or "INPUT_VALUE_OPTION_UNSPECIFIED"
    if option == "INPUT_VALUE_OPTION_UNSPECIFIED":
        raise invalid("'valueInputOption' is required but not specified")
    if option != "RAW":
        raise AssertionError("values were sent USER_ENTERED, which would turn people's words into formulas")
    answers, touched = [], Touched()
    for index, given in enumerate(body.get("data") or []):
        try:
            answers.append(_write_one(spreadsheet, given, body, touched, by=by))
        except Refusal as refusal:
            raise invalid(f"Invalid data[{index}]: {refusal.message}") from None
    totals = {f"total{name[0].upper()}{name[1:]}": count for name, count in touched.counts().items()}
    found = {"totalUpdatedSheets": len(touched.sheets), "responses": answers}
    return {"spreadsheetId": spreadsheet.id, **totals, **{name: each for name, each in found.items() if each}}


@dataclass(slots=True)
class Touched:
    """Which tabs, rows, columns were written to, and how many cells; each row and column counts once."""

    sheets: set[int] = field(default_factory=set)
    rows: set[tuple[int, int]] = field(default_factory=set)
    columns: set[tuple[int, int]] = field(default_factory=set)
    cells: int = 0

    def add(self, other: Touched) -> None:
        """Add what another one has."""
        self.sheets |= other.sheets
        self.rows |= other.rows
        self.columns |= other.columns
        self.cells += other.cells

    def counts(self) -> dict[str, int]:
        """Return the counts by Google's names, zeros left out."""
        found = {"updatedRows": len(self.rows), "updatedColumns": len(self.columns), "updatedCells": self.cells}
        return {name: count for name, count in found.items() if count}


def _write_one(
    spreadsheet: Spreadsheet, given: dict[str, Any], body: dict[str, Any], touched: Touched, *, by: str
) -> dict[str, Any]:
    text = given.get("range") or ""
    tab, span = resolve(spreadsheet, text)
    refuse_outside(tab, span, ends_too=True)
    rows = _rows(given)
    width = max(map(len, rows), default=0)
    _refuse_too_much(tab, span, text, height=len(rows), width=width)
    whole = a1.Span(span.row, span.row + max(len(rows), 1), span.column, span.column + max(width, 1))
    if width:
        refuse_protected(tab, whole, by=by)
    here = Touched()
    for offset, row in enumerate(rows):
        if columns := _put(tab, span.row + offset, span.column, row):
            here.rows.add((tab.sheet_id, span.row + offset))
            here.columns |= {(tab.sheet_id, column) for column in columns}
            here.cells += len(columns)
    here.sheets = {tab.sheet_id} if here.cells else set()
    touched.add(here)
    answer: dict[str, Any] = {"spreadsheetId": spreadsheet.id, "updatedRange": named(tab, whole), **here.counts()}
    if body.get("includeValuesInResponse"):
        answer["updatedData"] = _value_range(tab, whole, Reading.of(body, "response"))
    return answer


def _rows(given: dict[str, Any]) -> list[list[object]]:
    rows: list[list[object]] = [list(row) for row in given.get("values") or []]
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, dict | list):
                kind = "struct_value" if isinstance(value, dict) else "list_value"
                raise invalid(f"Invalid values[{r}][{c}]: {kind} {{\n}}\n")
            if isinstance(value, str) and len(value) > LONGEST_TEXT:
                raise invalid(
                    f"Your input contains more than the maximum of {LONGEST_TEXT} characters in a single cell."
                )
    if given.get("majorDimension") == "COLUMNS":
        height = max(map(len, rows), default=0)
        return [[column[r] if r < len(column) else None for column in rows] for r in range(height)]
    return rows


def _refuse_too_much(tab: Tab, span: a1.Span, text: str, *, height: int, width: int) -> None:
    """Refuse values beyond the range, or beyond the grid where the range is one cell to begin at."""
    begins = span.is_one_cell
    end_row = tab.rows if begins or span.end_row is None else span.end_row
    end_column = tab.columns if begins or span.end_column is None else span.end_column
    asked = f"Requested writing within range [{text}], but tried writing to"
    if span.row + height > end_row:
        raise invalid(f"{asked} row [{end_row + 1}]")
    if span.column + width > end_column:
        raise invalid(f"{asked} column [{a1.letters(end_column)}]")


def _put(tab: Tab, row: int, column: int, given: Sequence[object]) -> Sequence[int]:
    """Put one row: None leaves a cell as it is, "" clears it; return the columns that were set."""
    if None not in given:
        tab.put(row, column, [_stored(value) for value in given])
        return range(column, column + len(given))
    there = [column + offset for offset, value in enumerate(given) if value is not None]
    for each in there:
        tab.put(row, each, [_stored(given[each - column])])
    return there


def _stored(value: object) -> Value:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return number(value)
    return str(value) if value != "" else None
