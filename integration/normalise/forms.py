"""The accepted rows of a form: newest versions, corrections, refusals, periods, one a person.

Works on whole columns; a new answer changes the typed chunk it comes in, and this is worked out anew.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from config.schema import CodeField, TeamField
from integration.model import Column, ColumnType, Counts, Issue, IssueCode, Rows
from integration.normalise.chunks import describe_found, parse_date_columns, read_answer
from integration.normalise.fields import list_published_columns
from integration.normalise.values import normalise_code
from integration.periods import find_spans, number_fortnights
from integration.text_format import format_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from config.schema import Form, Programme
    from integration.normalise.fields import FieldColumn

FIRST_COLUMNS = tuple(
    Column(name, ColumnType.INTEGER if name == "fortnight" else ColumnType.TEXT)
    for name in (
        "response_id",
        "submitted_at",
        "authority",
        "team",
        "phase",
        "fortnight",
        "window",
        "counted",
    )
)


def accept_form_rows(  # noqa: PLR0913, PLR0917  # what a form is settled from
    source: str,
    form: Form,
    programme: Programme,
    columns: Sequence[FieldColumn],
    chunk: pa.Table,
    corrections: Mapping[tuple[str, str], str],
) -> Rows:
    """Return the form's rows from the typed chunk of all its versions, and what needs attention.

    `corrections` are this form's, by (response id, field).
    """
    frame = keep_newest_versions(chunk.to_pandas())
    reports = _reports(frame)
    apply_corrections(frame, reports, corrections, columns, form.test_codes)
    team = find_owner_column(columns).name
    _add_when(frame, programme)
    refused = _refusals(frame, team, programme)
    accepted = frame[refused == ""].copy()
    _add_whose(accepted, team, programme)
    _add_periods(accepted, programme)
    superseded = _superseded(accepted, columns) if form.one_per else np.zeros(len(accepted), dtype=bool)
    accepted["_counted"] = ~superseded
    accepted["counted"] = np.where(superseded, "superseded", "yes")
    issues = [
        *_whole_row_issues(source, frame, refused, reports, corrections, columns, programme),
        *_field_issues(source, accepted, reports, columns),
    ]
    counts = Counts(
        received=len(frame),
        accepted=len(accepted),
        refused=len(frame) - len(accepted),
        counted=int((~superseded).sum()),
        superseded=int(superseded.sum()),
    )
    published = (*FIRST_COLUMNS, *list_published_columns([c for c in columns if c.name != team]))
    accepted = parse_date_columns(accepted, columns)
    accepted = accepted.sort_values(["_at", "_id"], kind="stable").reset_index(drop=True)
    return Rows(source, accepted, published, tuple(issues), counts)


def keep_newest_versions(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the newest version of each response, indexed by its id; an older one arriving late changes nothing."""
    newest = frame.sort_values(["response_id", "last_submitted_at", "seq"], kind="stable")
    first_submitted = newest.groupby("response_id", sort=False)["created_at"].transform("min")
    newest = newest.assign(created_at=first_submitted).drop_duplicates("response_id", keep="last")
    newest["_id"] = newest["response_id"]
    return newest.set_index("response_id", drop=False)


def _reports(frame: pd.DataFrame) -> FieldReports:
    reported = frame.loc[frame["_issues"].notna(), "_issues"]
    return {
        (str(row_id), field): (code, found, False)
        for row_id, packed in zip(reported.index, reported.array, strict=True)
        for field, code, found in json.loads(packed)
    }


def _add_when(frame: pd.DataFrame, programme: Programme) -> None:
    # To the microsecond: nanoseconds would end in 1677 and 2262, and one answer of an odd year must not stop the rest.
    moments = frame["created_at"].str.slice(0, 26).to_numpy(dtype=object).astype("datetime64[us]")
    at = pd.Series(moments, index=frame.index).dt.tz_localize("UTC")
    local = at.dt.tz_convert(programme.timezone).dt.tz_localize(None)
    ahead = (local - at.dt.tz_localize(None)) // pd.Timedelta(hours=1)
    text = np.datetime_as_string(local.to_numpy(), unit="s") if len(frame) else np.empty(0, dtype=str)
    offsets = np.where(ahead.to_numpy() == 1, "+01:00", "+00:00")
    frame["submitted_at"] = np.char.add(text, offsets)
    frame["_at"] = at
    frame["_on"] = local.to_numpy().astype("datetime64[D]").astype("datetime64[s]")


def _refusals(frame: pd.DataFrame, team: str, programme: Programme) -> NDArray[np.str_]:
    on = frame["_on"].to_numpy()
    outside = (on < np.datetime64(programme.start)) | (on > np.datetime64(programme.end))
    return np.select(
        [frame["is_test"].to_numpy(dtype=bool), outside, frame[team].isna().to_numpy()],
        [str(IssueCode.TEST_SUBMISSION), str(IssueCode.OUTSIDE_PROGRAMME), str(IssueCode.UNKNOWN_TEAM)],
        default="",
    )


def _add_whose(frame: pd.DataFrame, team: str, programme: Programme) -> None:
    names = {key: t.name for a in programme.authorities.values() for key, t in a.teams.items()}
    authority_of = {key: a for a, authority in programme.authorities.items() for key in authority.teams}
    titles = {key: authority.name for key, authority in programme.authorities.items()}
    frame["_team"] = frame[team].astype(object)
    frame["_authority"] = frame["_team"].map(authority_of)
    frame["team"] = frame["_team"].map(names)
    frame["authority"] = frame["_authority"].map(titles)


def _add_periods(frame: pd.DataFrame, programme: Programme) -> None:
    days = frame["_on"].to_numpy().astype("datetime64[D]")
    frame["fortnight"] = number_fortnights(days, programme)
    frame["window"] = find_spans(days, programme.windows)
    frame["phase"] = find_spans(days, programme.phases)


def _superseded(frame: pd.DataFrame, columns: Sequence[FieldColumn]) -> NDArray[np.bool_]:
    code = next(column.name for column in columns if isinstance(column.field, CodeField))
    ordered = frame.reset_index(drop=True).sort_values(["last_submitted_at", "_id"], kind="stable")
    later = ordered.duplicated(["_team", code, "fortnight"], keep="last") & ordered[code].notna()
    return later.sort_index().to_numpy(dtype=bool)


def _whole_row_issues(  # noqa: PLR0913, PLR0917  # one call, from settle_form
    source: str,
    frame: pd.DataFrame,
    refused: NDArray[np.str_],
    reports: FieldReports,
    corrections: Mapping[tuple[str, str], str],
    columns: Sequence[FieldColumn],
    programme: Programme,
) -> list[Issue]:
    owner = find_owner_column(columns)
    issues = []
    listed = np.isin(refused, [str(IssueCode.UNKNOWN_TEAM), str(IssueCode.OUTSIDE_PROGRAMME)])
    rows = frame[listed]
    for row_id, submitted_at, code in zip(rows.index, rows["submitted_at"], refused[listed], strict=True):
        if code == IssueCode.UNKNOWN_TEAM:
            _, found, corrected = reports.get((row_id, owner.name), ("", "", False))
            what = (CORRECTION_UNREADABLE if corrected else "") + WHAT_TO_DO[IssueCode.UNKNOWN_TEAM]
            issues.append(Issue(source, row_id, owner.name, IssueCode.UNKNOWN_TEAM, found, owner.allowed, what))
        elif code == IssueCode.OUTSIDE_PROGRAMME:
            typed = corrections.get((row_id, "submitted_at"), "")
            what = (CANNOT_BE_CORRECTED if typed else "") + WHAT_TO_DO[IssueCode.OUTSIDE_PROGRAMME]
            allowed = f"a day from {format_date(programme.start)} to {format_date(programme.end)}"
            issues.append(
                Issue(
                    source,
                    row_id,
                    "submitted_at",
                    IssueCode.OUTSIDE_PROGRAMME,
                    _sent_on(submitted_at),
                    allowed,
                    what,
                    typed,
                )
            )
    return issues


def _sent_on(submitted_at: str) -> str:
    try:
        return format_date(date.fromisoformat(submitted_at[:10]))
    except ValueError:  # the year 0 or 10000, at the edge of what a time stamp can say
        return submitted_at[:10]


def _field_issues(
    source: str, accepted: pd.DataFrame, reports: FieldReports, columns: Sequence[FieldColumn]
) -> list[Issue]:
    allowed = {column.name: column.allowed for column in columns}
    order = {name: i for i, name in enumerate(allowed)}
    counted = set(accepted.index[accepted["_counted"]])
    issues = [
        Issue(
            source, row_id, field, IssueCode(code), found, allowed[field],
            (CORRECTION_UNREADABLE if corrected else "") + WHAT_TO_DO[IssueCode(code)],
        )
        for (row_id, field), (code, found, corrected) in reports.items()
        if row_id in counted
    ]  # fmt: skip
    return sorted(issues, key=lambda issue: (issue.key, order[issue.field]))


FieldReports = dict[tuple[str, str], tuple[str, str, bool]]
"""(row id, field) -> (code, what was found, whether that was a correction)."""


def apply_corrections(
    frame: pd.DataFrame,
    reports: FieldReports,
    corrections: Mapping[tuple[str, str], str],
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
            reports[row_id, name] = (str(read.code), describe_found(column, typed), True)
        number = column.kind in (ColumnType.INTEGER, ColumnType.NUMBER)
        frame.loc[row_id, name] = read.value if read.value is not None or not number else float("nan")
        if column.has_other:
            frame.loc[row_id, f"{name}_other"] = read.other
        if column.is_ticks:
            frame.loc[row_id, f"_n.{name}"] = read.ticks
        if isinstance(column.field, CodeField):
            frame.loc[row_id, "is_test"] = normalise_code(typed) in {normalise_code(code) for code in test_codes}


def find_owner_column(columns: Sequence[FieldColumn]) -> FieldColumn:
    """Return the column that says whose row it is: the team's, or in a sheet kept by authority the authority's."""
    teams = [column for column in columns if isinstance(column.field, TeamField)]
    return teams[0] if teams else next(column for column in columns if column.field.type == "authority")


TYPE_CORRECTION = "Type the right value into “correction”; until then"

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

CANNOT_BE_CORRECTED = "It cannot be corrected here. "
CORRECTION_UNREADABLE = "What was typed into “correction” cannot be read either. "
