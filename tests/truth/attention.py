"""Holds `needs_attention` against the truth: everything that a person can put right, and nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl

from config.loading.load import load_settings
from config.spelling import fold_case
from integration.normalise.sheets import KEY_SEPARATOR
from tests.truth.workbook import low, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.truth.tally import Tally
    from tests.truth.workbook import Book, Cells

PROGRAMME = Path(__file__).parents[2] / "config" / "crescendo"
REFUSED = ("unknown_team", "outside_programme")
NOTHING_TO_DO = "test_submission"


Line = tuple[str, str, str, str]
"""(source, key, field, code) as small letters."""


def list_unworked(data: Path) -> list[Line]:
    """Return the lines that are due for formulas of which the shared sheets hold no result; not in a key."""
    lines = []
    for source, sheet in load_settings(PROGRAMME).sheets.items():
        path = data / "sheets" / f"{sheet.spreadsheet}.xlsx"
        typed, shown = (openpyxl.load_workbook(path, data_only=only)[sheet.tab] for only in (False, True))
        names = {fold_case(field.heading or field.name): field.name for field in sheet.fields}
        columns = [names.get(fold_case(str(cell.value))) for cell in typed[1]]
        for cells, results in zip(typed.iter_rows(2), shown.iter_rows(2), strict=True):
            row = dict(zip(columns, results, strict=True))
            key = KEY_SEPARATOR.join(low(plain(row[part].value)) for part in sheet.key)
            lines += [
                (source, key, name, "no_result")
                for name, cell, result in zip(columns, cells, results, strict=True)
                if name and cell.data_type == "f" and result.value is None
            ]
    return lines


def check_attention(tally: Tally, truth: dict[str, Any], book: Book, unworked: Sequence[Line]) -> None:
    """Hold refused rows and reported fields of forms and sheets against the truth; `unworked` are due besides."""
    rows = book.rows("needs_attention")
    found = [_key(row) for row in rows]
    forms = [line for line in found if line[0] in truth["received"]]
    tally.same("lines of needs_attention that stand there twice", len(forms) - len(set(forms)), 0)
    _check_forms(tally, truth, set(forms))
    _check_sheets(tally, truth["sheets"], [line for line in found if line[0] not in truth["received"]], unworked)
    tally.same("lines that say nothing to do", [_key(row) for row in rows if not row.get("what_to_do")], [])
    shown = {str(row.get("found")) for row in rows if low(row.get("field")) == "code"}
    tally.same("what is shown of codes", sorted(shown - {"(not shown)"}), [])


def _key(row: Cells) -> tuple[str, str, str, str]:
    return (low(row.get("source")), low(row.get("key")), low(row.get("field")), low(row.get("code")))


def _check_forms(tally: Tally, truth: dict[str, Any], found: set[tuple[str, str, str, str]]) -> None:
    expected = {(one["form"], low(one["responseId"]), low(one["field"]), one["code"]) for one in truth["issues"]}
    whole = (*REFUSED, NOTHING_TO_DO)
    tally.every("reported field", {line for line in found if line[3] not in whole}, expected)
    refused = {(one["form"], low(one["responseId"]), one["code"]) for one in truth["refused"]}
    tally.every(
        "refused row",
        {(source, key, code) for source, key, _, code in found if code in whole},
        {line for line in refused if line[2] != NOTHING_TO_DO},
    )


def _check_sheets(tally: Tally, sheets: dict[str, Any], found: list[Line], unworked: Sequence[Line]) -> None:
    """Hold the rows and fields of sheets; a row whose key the truth leaves open is only counted."""
    tally.every("formula without a result", {line for line in found if line[3] == "no_result"}, set(unworked))
    found = [line for line in found if line[3] != "no_result"]
    issues = sheets["sheet_issues"]
    for issue in issues:
        hit = any(
            (source, field, code) == (issue["sheet"], issue["field"], issue["code"])
            and (key == low(issue["key"]) if issue["key"] else _is_place(key, code))
            for source, key, field, code in found
        )
        tally.same(f"needs_attention has {issue}", hit, expected=True)
    doubles = [(double["sheet"], low(double["key"]), "duplicate_key") for double in sheets.get("doubles", ())]
    seen = {(source, key, code) for source, key, _, code in found}
    tally.same("keys of two columns that were met twice", [line for line in doubles if line not in seen], [])
    expected = Counter([*((one["sheet"], one["code"]) for one in issues), *((line[0], line[2]) for line in doubles)])
    tally.same("lines about sheets", Counter((source, code) for source, _, _, code in found), expected)


def _is_place(key: str, code: str) -> bool:
    """Say whether a key is fit for a row that has none: its place."""
    return code != "missing_key" or (key.startswith("row ") and key[4:].isdigit())
