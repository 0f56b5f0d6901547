"""The accepted rows of a shared sheet: columns are known by their headings, rows by their keys, wherever they stand.

1. Every row with any value in a column of the YAML gets its key; a row without one, and a later one with the same
   key, is refused.
2. Each cell is read by its column's rule.
3. Corrections replace what was typed; one that gives two rows the same key refuses the later of them.
4. A row of no known team (or authority) is refused.
5. What a person can put right becomes issues.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from config.schema import AuthorityField, TeamField
from config.spelling import fold_case, is_blank, visible_text
from integration.errors import SourceError
from integration.kinds.values import Raw, ReadValue, to_text
from integration.model import ColumnType, Counts, FailedCell, Issue, IssueCode, Rows
from integration.normalise.columns import (
    CANNOT_BE_CORRECTED,
    WHAT_TO_DO,
    FieldReport,
    apply_corrections,
    describe_found,
    describe_issue,
    find_owner_column,
    list_published_columns,
    parse_date_columns,
    read_cell,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.schema import Programme, Sheet
    from integration.model import SheetReading
    from integration.normalise.columns import Corrections, FieldColumn, FieldReports

KEY_SEPARATOR = " · "
KEY_WITHOUT_RESULT = (
    "The cell holds a formula that no program has worked out yet: open the sheet in a spreadsheet program and save it "
    "there; until then the row counts nowhere."
)
CODES_OF_OTHER_NAMES = dict.fromkeys([IssueCode.UNKNOWN_TEAM, IssueCode.UNKNOWN_AUTHORITY], IssueCode.UNKNOWN_CHOICE)


@dataclass(frozen=True, slots=True)
class _SheetRow:
    """A row with any value: its number as a person counts rows, its key ("" for none), its cells by column.

    `failed` is the cell of the key that shows an error, or has a formula without a result, with its column.
    """

    number: int
    key: str
    cells: tuple[Raw, ...]
    failed: tuple[FieldColumn, FailedCell] | None = None


def accept_sheet_rows(  # noqa: PLR0913, PLR0917  # all that decides which rows count
    source: str,
    sheet: Sheet,
    programme: Programme,
    columns: Sequence[FieldColumn],
    reading: SheetReading,
    corrections: Corrections,
) -> Rows:
    """Return the sheet's rows and what needs attention; `corrections` are this sheet's, by (key, field).

    Raises SourceError where a column of the key is missing.
    """
    rows = _read_rows(source, sheet, columns, reading)
    refused, accepted_rows = _split_by_key(rows)
    frame, reports = _read_cells(accepted_rows, columns)
    spellings = {fold_case(row.key): row.key for row in accepted_rows}
    key_field = sheet.key[0] if len(sheet.key) == 1 else None  # a key of one column is corrected in its sheet
    by_key = {(spellings.get(fold_case(k), k), f): typed for (k, f), typed in corrections.items() if f != key_field}
    apply_corrections(frame, reports, by_key, columns)
    if len(sheet.key) > 1:
        parts = frame[list(sheet.key)].map(lambda part: fold_case(part) if isinstance(part, str) else part)
        doubled = parts.duplicated() & parts.notna().all(axis="columns")
        refused += [(row, IssueCode.DUPLICATE_KEY) for row in accepted_rows if row.key in set(frame.index[doubled])]
        frame = frame[~doubled]
    owner = find_owner_column(columns)
    unknown = frame[owner.name].isna().to_numpy()
    unknown_code = IssueCode.UNKNOWN_TEAM if isinstance(owner.field, TeamField) else IssueCode.UNKNOWN_AUTHORITY
    accepted = frame[~unknown].copy()
    issues = [
        *_list_key_issues(source, sheet, columns, refused, corrections),
        *(
            describe_issue(source, key, owner, _refusal_code(report, unknown_code), report)
            for key in frame.index[unknown]
            for report in (reports.get((key, owner.name)),)
        ),
        *(
            # a team that does not say to whom the row belongs is a choice like any other
            describe_issue(source, key, column, CODES_OF_OTHER_NAMES.get(report.code, report.code), report)
            for key in accepted.index
            for column in columns
            if (report := reports.get((key, column.name)))
        ),
    ]
    _add_names(accepted, columns, owner, programme)
    count = len(accepted)
    counts = Counts(received=len(rows), accepted=count, refused=len(rows) - count, counted=count, superseded=0)
    accepted = parse_date_columns(accepted, columns).reset_index(drop=True)
    return Rows(source, accepted, list_published_columns(columns), tuple(issues), counts)


def _refusal_code(report: FieldReport | None, unknown: IssueCode) -> IssueCode:
    return IssueCode.NO_RESULT if report and report.code is IssueCode.NO_RESULT else unknown


def _read_rows(source: str, sheet: Sheet, columns: Sequence[FieldColumn], reading: SheetReading) -> list[_SheetRow]:
    headings = [fold_case(to_text(cell)) for cell in reading.rows[0]] if reading.rows else []
    indexes = {
        column.name: headings.index(fold_case(column.heading))
        for column in columns
        if fold_case(column.heading) in headings
    }
    missing = [column.heading for column in columns if column.name in sheet.key and column.name not in indexes]
    if missing:
        raise SourceError(
            f"{source}: the tab “{sheet.tab}” has no column headed “{missing[0]}”, by which its rows are known; "
            f"put the heading back, or change sheets/{source}.yaml."
        )
    places = [indexes.get(column.name) for column in columns]
    rows = []
    for number, line in enumerate(reading.rows[1:], start=2):
        cells = tuple(line[place] if place is not None and place < len(line) else None for place in places)
        if not all(is_blank(cell) for cell in cells):
            by_name = dict(zip((column.name for column in columns), zip(columns, cells, strict=True), strict=True))
            parts = [by_name[name] for name in sheet.key]
            failed = next(((column, cell) for column, cell in parts if isinstance(cell, FailedCell)), None)
            rows.append(_SheetRow(number, "" if failed else _join_key(parts), cells, failed))
    return rows


def _join_key(key: Sequence[tuple[FieldColumn, Raw]]) -> str:
    """Return the row's key as it reads, by which a person knows it; "" where a part of it is blank."""
    parts = []
    for column, cell in key:
        if is_blank(cell):
            return ""
        value = column.read(cell).value
        parts.append(visible_text(to_text(cell) if value is None or column.type is ColumnType.NUMBER else str(value)))
    return KEY_SEPARATOR.join(parts)


def _split_by_key(rows: Sequence[_SheetRow]) -> tuple[list[tuple[_SheetRow, IssueCode]], list[_SheetRow]]:
    """Return the rows refused for their keys, and the first row of each key."""
    keys: set[str] = set()
    refused: list[tuple[_SheetRow, IssueCode]] = []
    accepted = []
    for row in rows:
        if row.failed and not row.failed[1].error:
            refused.append((row, IssueCode.NO_RESULT))
        elif not row.key:
            refused.append((row, IssueCode.MISSING_KEY))
        elif fold_case(row.key) in keys:
            refused.append((row, IssueCode.DUPLICATE_KEY))
        else:
            keys.add(fold_case(row.key))
            accepted.append(row)
    return refused, accepted


def _read_cells(rows: Sequence[_SheetRow], columns: Sequence[FieldColumn]) -> tuple[pd.DataFrame, FieldReports]:
    """Return the typed values, indexed by key, and what is wrong with some; each distinct spelling is read once."""
    data: dict[str, list[object]] = {"_id": [row.key for row in rows]}
    reports: FieldReports = {}
    for number, column in enumerate(columns):
        by_spelling: dict[tuple[type, Raw], ReadValue] = {}
        reads = []
        for row in rows:
            raw = row.cells[number]
            spelling = (type(raw), raw)
            if spelling not in by_spelling:
                by_spelling[spelling] = read_cell(column, raw)
            read = by_spelling[spelling]
            reads.append(read)
            if read.code is not None:
                reports[row.key, column.name] = FieldReport(read.code, describe_found(column, raw))
        blank = np.nan if column.type.is_numeric else None
        data[column.name] = [blank if read.value is None else read.value for read in reads]
        if column.has_other:
            data[f"{column.name}_other"] = [read.other for read in reads]
        if column.is_ticks:
            data[f"_n.{column.name}"] = [read.ticks for read in reads]
    dtypes = {column.name: float if column.type.is_numeric else object for column in columns}
    return pd.DataFrame(data).astype(dtypes).set_index("_id", drop=False), reports


def _list_key_issues(
    source: str,
    sheet: Sheet,
    columns: Sequence[FieldColumn],
    refused: Sequence[tuple[_SheetRow, IssueCode]],
    corrections: Corrections,
) -> list[Issue]:
    field = sheet.key[0]
    heading = next(column.heading for column in columns if column.name == field)
    typed_by_key = {fold_case(key): typed for (key, name), typed in corrections.items() if name == field}
    issues = []
    for row, code in refused:
        key = row.key or f"row {row.number}"
        typed = typed_by_key.get(fold_case(key), "")
        advice = KEY_WITHOUT_RESULT if code is IssueCode.NO_RESULT else WHAT_TO_DO[code]
        what_to_do = (CANNOT_BE_CORRECTED if typed else "") + advice
        found = f"{row.key}, again in row {row.number}" if row.key else ""
        name, allowed = field, f"a “{heading}” that no other row has"
        if row.failed:
            column, cell = row.failed
            name, allowed, found = column.name, column.allowed, describe_found(column, cell)
        issues.append(Issue(source, key, name, code, found, allowed, what_to_do, typed))
    return issues


def _add_names(frame: pd.DataFrame, columns: Sequence[FieldColumn], owner: FieldColumn, programme: Programme) -> None:
    """Add the keys of each row's team and authority, and write names where columns hold keys."""
    authorities = programme.authorities
    team_names = {key: team.name for each in authorities.values() for key, team in each.teams.items()}
    authority_of = {team: key for key, each in authorities.items() for team in each.teams}
    by_team = isinstance(owner.field, TeamField)
    frame["_team"] = frame[owner.name] if by_team else ""
    frame["_authority"] = frame[owner.name].map(authority_of) if by_team else frame[owner.name]
    for column in columns:
        if isinstance(column.field, TeamField):
            frame[column.name] = frame[column.name].map(team_names)
        elif isinstance(column.field, AuthorityField):
            frame[column.name] = frame[column.name].map({key: each.name for key, each in authorities.items()})
