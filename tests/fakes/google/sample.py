"""Fills a stand-in from a folder of forms and sheets."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import openpyxl

from tests.fakes.google.cells import Formula
from tests.fakes.google.forms import nanoseconds

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from tests.fakes.google.person_edits import Typed
    from tests.fakes.google.stand_in import StandIn


def add_sample(google: StandIn, folder: Path) -> dict[str, dict[str, str]]:
    """Add each form and workbook of DIR/forms and DIR/sheets; return {"forms": {key: id}, "sheets": {name: id}}."""
    return {
        "forms": {each.parent.name: _add_form(google, each) for each in sorted(folder.glob("forms/*/form.json"))},
        "sheets": {each.stem: _add_workbook(google, each) for each in sorted(folder.glob("sheets/*.xlsx"))},
    }


def _add_form(google: StandIn, path: Path) -> str:
    form_id = f"1FAIp-{path.parent.name}-0123456789abcdefghijklmnop"
    form = json.loads(path.read_text(encoding="utf-8"))
    answers = path.with_name("responses.json")
    found = json.loads(answers.read_text(encoding="utf-8")) if answers.exists() else {}
    google.add_form(form_id, form, _newest(found.get("responses", [])))
    return form_id


def _newest(responses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each response as it was last submitted: a form in Google holds no earlier version of it."""
    newest: dict[str, dict[str, Any]] = {}
    for each in responses:
        known = newest.setdefault(each["responseId"], each)
        if nanoseconds(each["lastSubmittedTime"]) > nanoseconds(known["lastSubmittedTime"]):
            newest[each["responseId"]] = each
    return list(newest.values())


def _add_workbook(google: StandIn, path: Path) -> str:
    spreadsheet_id = f"1Sheet-{path.stem}-0123456789abcdefghijklmnopqr"
    seen = openpyxl.load_workbook(path, data_only=True)
    typed = openpyxl.load_workbook(path)
    tabs = {sheet.title: _rows(sheet, typed[sheet.title]) for sheet in seen.worksheets}
    google.add_spreadsheet(spreadsheet_id, path.stem, tabs)
    return spreadsheet_id


def _rows(seen: Worksheet, typed: Worksheet) -> list[list[Typed]]:
    return [
        [_cell(value, source) for value, source in zip(values, sources, strict=True)]
        for values, sources in zip(seen.iter_rows(values_only=True), typed.iter_rows(values_only=True), strict=True)
    ]


def _cell(value: object, source: object) -> Typed:
    """Return what was typed: a day for a real date at midnight, a formula with the result that it shows."""
    if isinstance(source, str) and source.startswith("=") and source != value:
        return Formula(source, value if isinstance(value, str | int | float) else "")
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    return value if isinstance(value, str | int | float | date) else None
