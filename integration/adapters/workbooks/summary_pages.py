"""The sheets of the leaders' summary beside its tables, for a workbook on disk and for a spreadsheet at Google."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.adapters.workbooks.cells import clean_cell_text
from integration.model import Column, ColumnType, Percent, SummaryTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from integration.model import Summary

COVER, CONTENTS, NOTES = "Cover", "Contents", "Notes"
TEXT_SHEETS = (CONTENTS, NOTES)
ONE_TABLE = "This worksheet contains one table."
SEE_NOTES = f"{ONE_TABLE} The worksheet {NOTES} explains its words and signs."


def build_contents_table(tables: Sequence[SummaryTable], further: Sequence[tuple[str, str]] = ()) -> SummaryTable:
    """Return the table of contents: each sheet and what it shows; then `further` sheets, which hold no table."""
    columns = (Column("Sheet", ColumnType.TEXT), Column("What it shows", ColumnType.TEXT))
    cells = tuple((table.sheet, next(iter(table.subtitles), table.title)) for table in tables)
    return SummaryTable(CONTENTS, CONTENTS, (), columns, (*cells, *further))


def build_notes_table(summary: Summary) -> SummaryTable:
    """Return the table that explains signs, words and measures."""
    columns = (Column("Sign or word", ColumnType.TEXT), Column("What it means", ColumnType.TEXT))
    about = "What the signs and words of this workbook mean, and what each measure counts."
    return SummaryTable(NOTES, NOTES, (about,), columns, summary.notes)


def table_instructions(table: SummaryTable) -> str:
    """Return the line that stands right above a table."""
    return ONE_TABLE if table.sheet in TEXT_SHEETS else SEE_NOTES


def unique_headings(columns: Sequence[Column]) -> list[str]:
    """Return headings of which no two are the same but for case, or a table would not be marked as one."""
    headings: list[str] = []
    for column in columns:
        known = {heading.casefold() for heading in headings}
        name, number = clean_cell_text(column.name), 1
        while name.casefold() in known:
            number += 1
            name = f"{clean_cell_text(column.name)} {number}"
        headings.append(name)
    return headings


def number_format(value: float) -> str:
    """Return how a number is shown: a share as a whole percentage, an average with one decimal."""
    if isinstance(value, Percent):
        return "0%"
    return "#,##0" if isinstance(value, int) else "0.0"
