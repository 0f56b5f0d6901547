"""Writes the register as a spreadsheet, as if it had been downloaded."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import xlsxwriter

from tests.sample.spelling import respell
from tests.sample.typed_values import NOTHING, Formula

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.sample.random_choices import RandomChoices
    from tests.sample.sheets.source import Line, Source
    from tests.sample.typed_values import Typed

MADE_ON = datetime(2022, 8, 1, 9, 0, 0)  # noqa: DTZ001  # a workbook's own times have no zone


def write_register(draw: RandomChoices, path: Path, tabs: Mapping[Source, list[Line]]) -> None:
    """Write the tabs, columns in any order under headings in any case, and one tab that no configuration names."""
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": MADE_ON})
    formats = {kind: book.add_format({"num_format": shown}) for kind, shown in DATE_FORMATS.items()}
    for source, lines in tabs.items():
        sheet = book.add_worksheet(source.tab)
        columns = list(source.headings) if draw.clean else draw.mix(list(source.headings))
        for place, column in enumerate(columns):
            heading = source.headings[column]
            sheet.write_string(0, place, respell(draw, heading) if draw.slips(0.3) else heading)
            for row, line in enumerate(lines, start=1):
                _write(sheet, row, place, line.get(column, NOTHING).typed, formats)
    book.add_worksheet("Scratch").write_string(0, 0, "Nobody's business")
    book.close()


DATE_FORMATS: dict[type, str] = {date: "dd/mm/yyyy", datetime: "yyyy-mm-dd hh:mm:ss"}


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, place: int, typed: Typed, formats: Mapping[type, object]
) -> None:
    """Write a cell as what it is: text stays text, also where it looks like a formula."""
    match typed:
        case None | tuple():
            return
        case str():
            sheet.write_string(row, place, typed)
        case Formula():
            sheet.write_formula(row, place, typed.formula, None, typed.shows)
        case datetime() | date():
            sheet.write_datetime(row, place, typed, formats[type(typed)])
        case _:
            sheet.write_number(row, place, typed)
