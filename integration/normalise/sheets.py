"""The accepted rows of a shared sheet: columns by heading, rows by key, wherever they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from config.schema import AuthorityField, TeamField
from config.spelling import clean_text, fold_case
from integration.errors import SourceError
from integration.model import ColumnType, Counts, Issue, IssueCode, Rows
from integration.normalise.chunks import describe_found, parse_date_columns, read_answer
from integration.normalise.fields import list_published_columns
from integration.normalise.forms import (
    CANNOT_BE_CORRECTED,
    CORRECTION_UNREADABLE,
    WHAT_TO_DO,
    FieldReports,
    apply_corrections,
    find_owner_column,
)
from integration.normalise.values import Raw, ReadValue, is_blank, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from config.schema import Programme, Sheet
    from integration.model import SheetReading
    from integration.normalise.fields import FieldColumn

KEY_JOIN = " · "


@dataclass(frozen=True, slots=True)
class _SheetRow:
    """One row with any value: its place as a person counts rows, its key ("" for none), its cells."""

    place: int
    key: str
    cells: tuple[Raw, ...]


def accept_sheet_rows(  # noqa: PLR0913, PLR0917  # what a sheet is settled from
    source: str,
    sheet: Sheet,
    programme: Programme,
    columns: Sequence[FieldColumn],
    reading: SheetReading,
    corrections: Mapping[tuple[str, str], str],
) -> Rows:
    """Return the sheet's rows and what needs attention; `corrections` are this sheet's, by (key, field)."""
    rows = _rows(source, sheet, columns, reading)
    refused, firsts = _split_by_key(rows)
    frame, reports = _typed(firsts, columns)
    apply_corrections(frame, reports, _correctable(corrections, sheet, firsts), columns)
    frame, doubled = _split_corrected(frame, sheet, firsts)
    refused += doubled
    owner = find_owner_column(columns)
    unknown = frame[owner.name].isna().to_numpy()
    accepted = frame[~unknown].copy()
    issues = _row_issues(source, sheet, columns, refused, corrections)
    issues += _owner_issues(source, owner, frame.index[unknown], reports)
    issues += _field_issues(source, columns, accepted.index, reports)
    _name_owners(accepted, columns, owner, programme)
    count = len(accepted)
    counts = Counts(received=len(rows), accepted=count, refused=len(rows) - count, counted=count, superseded=0)
    accepted = parse_date_columns(accepted, columns).reset_index(drop=True)
    return Rows(source, accepted, list_published_columns(columns), tuple(issues), counts)


def _rows(source: str, sheet: Sheet, columns: Sequence[FieldColumn], reading: SheetReading) -> list[_SheetRow]:
    headings = [fold_case(to_text(cell)) for cell in reading.rows[0]] if reading.rows else []
    places = {
        column.name: headings.index(fold_case(column.heading))
        for column in columns
        if fold_case(column.heading) in headings
    }
    missing = [column.heading for column in columns if column.name in sheet.key and column.name not in places]
    if missing:
        raise SourceError(
            f"{source}: the tab “{sheet.tab}” has no column headed “{missing[0]}”, by which its rows are known; "
            "put the heading back, or change sheets/" + source + ".yaml."
        )
    rows = []
    for place, line in enumerate(reading.rows[1:], start=2):
        cells = tuple(_cell(line, places.get(column.name)) for column in columns)
        if not all(is_blank(cell) for cell in line):
            rows.append(_SheetRow(place, _key(sheet, columns, cells), cells))
    return rows


def _cell(line: Sequence[Raw], place: int | None) -> Raw:
    return line[place] if place is not None and place < len(line) else None


def _key(sheet: Sheet, columns: Sequence[FieldColumn], cells: Sequence[Raw]) -> str:
    parts = []
    for name in sheet.key:
        column, cell = next((c, cell) for c, cell in zip(columns, cells, strict=True) if c.name == name)
        if is_blank(cell):
            return ""
        value = column.read(cell).value
        parts.append(clean_text(to_text(cell) if value is None or column.kind is ColumnType.NUMBER else str(value)))
    return KEY_JOIN.join(parts)


def _split_by_key(rows: Sequence[_SheetRow]) -> tuple[list[tuple[_SheetRow, IssueCode]], list[_SheetRow]]:
    seen: set[str] = set()
    refused: list[tuple[_SheetRow, IssueCode]] = []
    firsts = []
    for row in rows:
        if not row.key:
            refused.append((row, IssueCode.MISSING_KEY))
        elif fold_case(row.key) in seen:
            refused.append((row, IssueCode.DUPLICATE_KEY))
        else:
            seen.add(fold_case(row.key))
            firsts.append(row)
    return refused, firsts


def _typed(rows: Sequence[_SheetRow], columns: Sequence[FieldColumn]) -> tuple[pd.DataFrame, FieldReports]:
    data: dict[str, list[object]] = {"_id": [row.key for row in rows]}
    reports: FieldReports = {}
    for i, column in enumerate(columns):
        known: dict[tuple[type, Raw], ReadValue] = {}
        reads = []
        for row in rows:
            raw = row.cells[i]
            spelling = (type(raw), raw)
            if spelling not in known:
                known[spelling] = read_answer(column, raw)
            reads.append(known[spelling])
            if known[spelling].code is not None:
                reports[row.key, column.name] = (str(known[spelling].code), describe_found(column, raw), False)
        number = column.kind in (ColumnType.INTEGER, ColumnType.NUMBER)
        data[column.name] = [np.nan if number and read.value is None else read.value for read in reads]
        if column.has_other:
            data[f"{column.name}_other"] = [read.other for read in reads]
        if column.is_ticks:
            data[f"_n.{column.name}"] = [read.ticks for read in reads]
    frame = pd.DataFrame(data)
    for column in columns:
        if column.kind in (ColumnType.INTEGER, ColumnType.NUMBER):
            frame[column.name] = frame[column.name].astype(float)
        else:
            frame[column.name] = frame[column.name].astype(object)
    return frame.set_index("_id", drop=False), reports


def _correctable(
    corrections: Mapping[tuple[str, str], str], sheet: Sheet, rows: Sequence[_SheetRow]
) -> dict[tuple[str, str], str]:
    """Return the corrections by the keys as they are spelt now; a key of one column is corrected in its sheet."""
    spelt = {fold_case(row.key): row.key for row in rows}
    keys = set(sheet.key) if len(sheet.key) == 1 else set()
    return {
        (spelt.get(fold_case(key), key), field): value
        for (key, field), value in corrections.items()
        if field not in keys
    }


def _split_corrected(
    frame: pd.DataFrame, sheet: Sheet, rows: Sequence[_SheetRow]
) -> tuple[pd.DataFrame, list[tuple[_SheetRow, IssueCode]]]:
    """Take out the later of two rows that corrections gave the same key, where a key has two columns."""
    if len(sheet.key) == 1 or frame.empty:
        return frame, []
    parts = frame[list(sheet.key)]
    again = parts.duplicated() & parts.notna().all(axis="columns")
    doubled = set(frame.index[again])
    return frame[~again], [(row, IssueCode.DUPLICATE_KEY) for row in rows if row.key in doubled]


def _row_issues(
    source: str,
    sheet: Sheet,
    columns: Sequence[FieldColumn],
    refused: Sequence[tuple[_SheetRow, IssueCode]],
    corrections: Mapping[tuple[str, str], str],
) -> list[Issue]:
    field = sheet.key[0]
    heading = next(column.heading for column in columns if column.name == field)
    issues = []
    for row, code in refused:
        key = row.key or f"row {row.place}"
        typed = corrections.get((key, field), "")
        what = (CANNOT_BE_CORRECTED if typed else "") + WHAT_TO_DO[code]
        found = f"{row.key}, again in row {row.place}" if row.key else ""
        issues.append(Issue(source, key, field, code, found, f"a “{heading}” that no other row has", what, typed))
    return issues


def _owner_issues(source: str, owner: FieldColumn, keys: pd.Index[str], reports: FieldReports) -> list[Issue]:
    code = IssueCode.UNKNOWN_TEAM if isinstance(owner.field, TeamField) else IssueCode.UNKNOWN_AUTHORITY
    issues = []
    for key in keys:
        _, found, corrected = reports.get((key, owner.name), ("", "", False))
        what = (CORRECTION_UNREADABLE if corrected else "") + WHAT_TO_DO[code]
        issues.append(Issue(source, key, owner.name, code, found, owner.allowed, what))
    return issues


def _field_issues(
    source: str, columns: Sequence[FieldColumn], keys: pd.Index[str], reports: FieldReports
) -> list[Issue]:
    by_name = {column.name: column for column in columns}
    issues = []
    for key in keys:
        for name, column in by_name.items():
            if (key, name) not in reports:
                continue
            reported, found, corrected = reports[key, name]
            code = IssueCode(reported)
            if code in (
                IssueCode.UNKNOWN_TEAM,
                IssueCode.UNKNOWN_AUTHORITY,
            ):  # not the row's owner: one field among others
                code = IssueCode.UNKNOWN_CHOICE
            what = (CORRECTION_UNREADABLE if corrected else "") + WHAT_TO_DO[code]
            issues.append(Issue(source, key, name, code, found, column.allowed, what))
    return issues


def _name_owners(frame: pd.DataFrame, columns: Sequence[FieldColumn], owner: FieldColumn, programme: Programme) -> None:
    teams = {key: team for a in programme.authorities.values() for key, team in a.teams.items()}
    authority_of = {key: a for a, authority in programme.authorities.items() for key in authority.teams}
    by_team = isinstance(owner.field, TeamField)
    frame["_team"] = frame[owner.name] if by_team else ""
    frame["_authority"] = frame[owner.name].map(authority_of) if by_team else frame[owner.name]
    for column in columns:
        if isinstance(column.field, TeamField):
            frame[column.name] = frame[column.name].map({key: team.name for key, team in teams.items()})
        elif isinstance(column.field, AuthorityField):
            frame[column.name] = frame[column.name].map({k: a.name for k, a in programme.authorities.items()})
