"""Issues of fields, in the words that a person reads, and the corrections that people typed to settle them.

Used alike for the rows of forms and of sheets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.schema import CodeField, TeamField
from integration.kinds.values import normalise_code
from integration.model import Issue, IssueCode
from integration.normalise.fields import describe_found, read_answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from integration.normalise.fields import FieldColumn

TYPE_CORRECTION = "Type the right value into “correction”; until then"
CANNOT_BE_CORRECTED = "It cannot be corrected here. "
CORRECTION_UNREADABLE = "What was typed into “correction” cannot be read either. "

WHAT_TO_DO: dict[IssueCode, str] = {
    IssueCode.OUTSIDE_PROGRAMME: (
        "It was sent outside the programme's dates and counts nowhere. Nothing to do, unless the dates in "
        "programme.yaml are wrong."
    ),
    IssueCode.UNKNOWN_TEAM: f"{TYPE_CORRECTION} the row counts nowhere.",
    IssueCode.UNKNOWN_AUTHORITY: f"{TYPE_CORRECTION} the row counts nowhere.",
    IssueCode.MISSING_KEY: "Give the row its own reference in the shared sheet; until then it counts nowhere.",
    IssueCode.DUPLICATE_KEY: (
        "The first row with this reference counts. Give this one its own reference in the shared sheet, or delete it."
    ),
    IssueCode.MISSING_REQUIRED: f"{TYPE_CORRECTION} the field stays empty, and the rest of the row counts.",
    IssueCode.UNKNOWN_CHOICE: f"{TYPE_CORRECTION} only this answer is left out.",
    IssueCode.NOT_A_NUMBER: f"{TYPE_CORRECTION} only this answer is left out.",
    IssueCode.OUT_OF_RANGE: f"{TYPE_CORRECTION} only this answer is left out.",
    IssueCode.NOT_A_DATE: f"{TYPE_CORRECTION} only this answer is left out.",
    IssueCode.BAD_FORMAT: f"{TYPE_CORRECTION} only this answer is left out.",
}


@dataclass(frozen=True, slots=True)
class FieldReport:
    """What is wrong with one field of one row: the code, what was found, and whether that was a correction."""

    code: IssueCode
    found: str
    is_correction: bool = False


FieldReports = dict[tuple[str, str], FieldReport]
"""By (row id, field)."""
Corrections = Mapping[tuple[str, str], str]
"""What people typed to count instead of what was found, by (row id, field)."""


def find_owner_column(columns: Sequence[FieldColumn]) -> FieldColumn:
    """Return the column of the team that a row belongs to; in a sheet kept by authority, of the authority."""
    teams = [column for column in columns if isinstance(column.field, TeamField)]
    return teams[0] if teams else next(column for column in columns if column.field.type == "authority")


def apply_corrections(
    frame: pd.DataFrame,
    reports: FieldReports,
    corrections: Corrections,
    columns: Sequence[FieldColumn],
    test_codes: Sequence[str] = (),
) -> None:
    """Change `frame` (indexed by row id) and `reports` in place by the corrections of (row id, field).

    Corrections of rows or fields that are not there change nothing.
    """
    by_name = {column.name: column for column in columns}
    for (row_id, name), typed in corrections.items():
        column = by_name.get(name)
        if column is None or row_id not in frame.index:
            continue
        read = read_answer(column, typed)
        reports.pop((row_id, name), None)
        if read.code is not None:
            reports[row_id, name] = FieldReport(read.code, describe_found(column, typed), is_correction=True)
        frame.loc[row_id, name] = float("nan") if read.value is None and column.type.is_numeric else read.value
        if column.has_other:
            frame.loc[row_id, f"{name}_other"] = read.other
        if column.is_ticks:
            frame.loc[row_id, f"_n.{name}"] = read.ticks
        if isinstance(column.field, CodeField):
            frame.loc[row_id, "is_test"] = normalise_code(typed) in {normalise_code(code) for code in test_codes}


def describe_issue(source: str, key: str, column: FieldColumn, code: IssueCode, report: FieldReport | None) -> Issue:
    """Return the issue of one field of a row: what was found there, what is allowed and what to do."""
    what_to_do = (CORRECTION_UNREADABLE if report and report.is_correction else "") + WHAT_TO_DO[code]
    return Issue(source, key, column.name, code, report.found if report else "", column.allowed, what_to_do)
