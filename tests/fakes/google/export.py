"""A spreadsheet as a workbook, as "Download as .xlsx" gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xlsxwriter

from tests.fakes.google.cells import number_format, plain

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from tests.fakes.google.spreadsheets import Spreadsheet
    from tests.fakes.google.tab import Tab

USUAL = {"DATE": "dd/mm/yyyy", "DATE_TIME": "dd/mm/yyyy hh:mm:ss", "TIME": "hh:mm:ss", "PERCENT": "0%"}


def export(spreadsheet: Spreadsheet, path: Path) -> None:
    """Write every tab: days as real dates, text as text whatever it begins with."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as workbook:
        for tab in spreadsheet.tabs:
            sheet = workbook.add_worksheet(tab.title[:31])
            _write(workbook, sheet, tab)
            if tab.hidden:
                sheet.hide()


def _write(workbook: Workbook, sheet: Worksheet, tab: Tab) -> None:
    formats: dict[str, Format] = {}
    for row, values in enumerate(tab.cells):
        for column, value in enumerate(values):
            found, cell_format = plain(value), tab.format_at(row, column)
            if found == "":
                continue
            if isinstance(found, bool):
                sheet.write_boolean(row, column, found)
            elif isinstance(found, str):
                sheet.write_string(row, column, found)
            else:
                form = number_format(cell_format)
                pattern = form.get("pattern") or USUAL.get(form.get("type", ""), "General")
                if pattern not in formats:
                    formats[pattern] = workbook.add_format({"num_format": pattern})
                sheet.write_number(row, column, found, formats[pattern])
