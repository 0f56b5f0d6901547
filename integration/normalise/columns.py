"""Columns, made of the YAML's fields: how each reads an answer, what is wrong with one, and how people correct it.

Used alike for the rows of forms and of sheets. An issue is said in the words that a person reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from config import schema
from config.spelling import is_blank
from integration.kinds import values
from integration.kinds.fields import FIELD_KINDS, ReadingContext
from integration.model import Column, ColumnType, FailedCell, Issue, IssueCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from config.schema import FieldSpec, Programme
    from integration.kinds.fields import ReadAnswer
    from integration.kinds.values import Raw, ReadValue

NOT_SHOWN = "(not shown)"
MAX_FOUND_LENGTH = 300


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """One column of typed values: a field, or one row of a grid.

    `allowed` is what a person may type, in words; `question_id` and `question` are empty for a sheet.
    """

    name: str
    field: FieldSpec
    type: ColumnType
    read: ReadAnswer
    allowed: str
    question_id: str
    question: str
    heading: str

    @property
    def has_other(self) -> bool:
        """Whether a text may stand beside the value "other"."""
        return isinstance(self.field, schema.SelectField) and self.field.other

    @property
    def is_ticks(self) -> bool:
        """Whether the answer is any number of ticks."""
        return self.field.answers is schema.Answers.TICKS


def build_columns(fields: Iterable[FieldSpec], programme: Programme, key: bytes) -> tuple[FieldColumn, ...]:
    """Return the columns of a form or a sheet, in the YAML's order; `key` is that of the hash of respondents' codes."""
    columns: list[FieldColumn] = []
    for field in fields:
        kind = FIELD_KINDS[field.type]
        read = kind.build_reader(field, ReadingContext(programme, key))
        rule = kind.column, read, kind.describe_allowed(field, programme)
        if isinstance(field, schema.RowsField):
            title = field.question or field.name
            columns += [
                FieldColumn(
                    f"{field.name}.{row_key}", field, *rule,
                    question_id=row.id or "", question=f"{title} [{row.label}]", heading="",
                )
                for row_key, row in field.rows.items()
            ]  # fmt: skip
        else:
            columns.append(
                FieldColumn(
                    field.name, field, *rule,
                    question_id=field.id or "", question=field.question or "", heading=field.heading or "",
                )
            )  # fmt: skip
    return tuple(columns)


def list_published_columns(columns: Iterable[FieldColumn]) -> tuple[Column, ...]:
    """Return the columns of a tab; the text of "other" stands in a column of its own beside it."""
    published = []
    for column in columns:
        published.append(Column(column.name, column.type))
        if column.has_other:
            published.append(Column(f"{column.name}_other", ColumnType.TEXT))
    return tuple(published)


def find_owner_column(columns: Sequence[FieldColumn]) -> FieldColumn:
    """Return the column of the team that a row belongs to; in a sheet kept by authority, of the authority."""
    teams = [column for column in columns if isinstance(column.field, schema.TeamField)]
    return teams[0] if teams else next(column for column in columns if column.field.type == "authority")


def read_answer(column: FieldColumn, raw: Raw) -> ReadValue:
    """Read one answer by its column's rule; a missing one is an issue only where it is required."""
    if is_blank(raw):
        return values.ReadValue(code=IssueCode.MISSING_REQUIRED) if column.field.required else values.NO_VALUE
    return values.read_failed(raw, column.read) if isinstance(raw, FailedCell) else column.read(raw)


def read_cell(column: FieldColumn, raw: Raw) -> ReadValue:
    """Read an answer that one cell holds whole, with all its ticks: of a sheet, or a correction."""
    is_joined = column.is_ticks and isinstance(raw, str) and not is_blank(raw)
    return read_answer(column, f"{values.JOINED_MARK}{raw}" if is_joined else raw)


def describe_found(column: FieldColumn, raw: Raw) -> str:
    """Return what a person may see of what was found: never what identifies a respondent."""
    if not FIELD_KINDS[column.field.type].shows_found:
        return NOT_SHOWN
    text = values.to_text(raw).replace(values.JOINED_MARK, "").replace(values.TICK_SEPARATOR, ", ").strip()
    return text if len(text) <= MAX_FOUND_LENGTH else text[: MAX_FOUND_LENGTH - 1] + "…"


def parse_date_columns(frame: pd.DataFrame, columns: Sequence[FieldColumn]) -> pd.DataFrame:
    """Return the frame with its columns of days as datetime64 instead of text."""
    dates = [column.name for column in columns if column.type is ColumnType.DATE]
    return frame.assign(
        **{name: pd.to_datetime(frame[name], format="%Y-%m-%d").astype("datetime64[s]") for name in dates}
    )


TYPE_CORRECTION = "Type the right value into “correction”; until then"
CANNOT_BE_CORRECTED = "It cannot be corrected here. "
DID_NOT_TAKE_PART = (
    "If it did take part on that day, change its from or until in programme.yaml. Else: type the right team into "
    "“correction”; until then the row counts nowhere."
)
CORRECTION_UNREADABLE = "What was typed into “correction” cannot be read either. "

WHAT_TO_DO: dict[IssueCode, str] = {
    IssueCode.UNREADABLE: (
        "It counts nowhere; the others were read. Put it right where it was saved, or fetch the responses again; it "
        "cannot be corrected here."
    ),
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
    IssueCode.NO_RESULT: (
        "The cell holds a formula that no program has worked out yet: open the sheet in a spreadsheet program and save "
        "it there, or type the right value into “correction”; until then the cell counts as nothing."
    ),
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
        read = read_cell(column, values.from_text(typed))
        reports.pop((row_id, name), None)
        if read.code is not None:
            reports[row_id, name] = FieldReport(read.code, describe_found(column, typed), is_correction=True)
        frame.loc[row_id, name] = float("nan") if read.value is None and column.type.is_numeric else read.value
        if column.has_other:
            frame.loc[row_id, f"{name}_other"] = read.other
        if column.is_ticks:
            frame.loc[row_id, f"_n.{name}"] = read.ticks
        if column.field.answers is schema.Answers.PERSON:
            frame.loc[row_id, "is_test"] = values.normalise_code(typed) in {
                values.normalise_code(code) for code in test_codes
            }


def describe_issue(source: str, key: str, column: FieldColumn, code: IssueCode, report: FieldReport | None) -> Issue:
    """Return the issue of one field of a row: what was found there, what is allowed and what to do."""
    what_to_do = (CORRECTION_UNREADABLE if report and report.is_correction else "") + WHAT_TO_DO[code]
    return Issue(source, key, column.name, code, report.found if report else "", column.allowed, what_to_do)
