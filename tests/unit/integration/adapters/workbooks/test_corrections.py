"""Corrections typed into data.xlsx are read by the rules for any cell: as what they show."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

import openpyxl

from integration.adapters.sources.folder import read_workbook
from integration.adapters.sources.workbook_protocol import OWN_WORKBOOK_LIMITS
from integration.adapters.workbooks.cells import ATTENTION_TAB, CORRECTION_COLUMNS, parse_corrections
from integration.model import SheetReading

if TYPE_CHECKING:
    from pathlib import Path

TYPED: list[tuple[object, str, str]] = [
    (0.35, "0%", "35%"),
    (0.125, "0.0%", "12.5%"),
    (7.5, "General", "7.5"),
    ("7,5 hours", "@", "7,5 hours"),
    (time(5, 30), "h:mm", "5:30"),
    (date(2021, 10, 21), "dd/mm/yyyy", "2021-10-21"),
    ("=1+1", "General", "(a formula without a result)"),
    ("#DIV/0!", "General", "#DIV/0!"),
]
"""What is typed, the number format of its cell, and the correction that is kept."""


def test_a_bare_day_in_a_workbook_of_the_1904_system_is_counted_from_there() -> None:
    rows = (CORRECTION_COLUMNS, ("blueprint", "N-01", "due", 43028.0), ("pulse", "r1", "hours_total", 12.0))
    assert [value for *_, value in parse_corrections(SheetReading(rows, counts_from_1904=True))] == ["2021-10-21", "12"]
    assert [value for *_, value in parse_corrections(SheetReading(rows))] == ["43028", "12"]


def test_a_correction_is_what_its_cell_shows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    tab = book.create_sheet(ATTENTION_TAB)
    tab.append(CORRECTION_COLUMNS)
    for number, (value, number_format, _) in enumerate(TYPED, start=2):
        tab.append(["pulse", f"r{number}", "hours_total", value])
        tab.cell(number, 4).number_format = number_format
    book.save(tmp_path / "data.xlsx")
    reading = read_workbook(tmp_path / "data.xlsx", [ATTENTION_TAB], limits=OWN_WORKBOOK_LIMITS)[ATTENTION_TAB]
    assert [value for _, _, _, value in parse_corrections(reading)] == [kept for _, _, kept in TYPED]
