"""The accepted rows of a form, worked out on whole columns.

1. Of each response the newest version counts.
2. Corrections replace what was answered.
3. Each response is dated, in the programme's time zone.
4. Test submissions, responses from outside the programme's dates and those of no known team are refused.
5. Each accepted row gets its team's and its authority's name, and its fortnight, window and phase.
6. Where the form takes one answer a person and fortnight, earlier ones are superseded: they stay, and do not count.
7. What a person can put right becomes issues: refused rows, and fields of rows that count. A response that could not
   be read at all is a refused one as well.

A new answer changes only the typed chunk that it came in; all of this is worked out anew.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from config.schema import Answers
from integration.model import Column, ColumnType, Counts, Issue, IssueCode, Rows
from integration.normalise.columns import (
    CANNOT_BE_CORRECTED,
    DID_NOT_TAKE_PART,
    WHAT_TO_DO,
    FieldReport,
    apply_corrections,
    describe_issue,
    find_owner_column,
    list_published_columns,
    parse_date_columns,
)
from integration.periods import find_spans, number_asking_periods, number_fortnights
from integration.text_format import format_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from config.schema import Form, Programme
    from integration.model import UnreadableResponse
    from integration.normalise.columns import Corrections, FieldColumn, FieldReports

FIRST_COLUMNS = tuple(
    Column(name, ColumnType.INTEGER if name == "fortnight" else ColumnType.TEXT)
    for name in ("response_id", "submitted_at", "authority", "team", "phase", "fortnight", "window", "counted")
)


def accept_form_rows(  # noqa: PLR0913, PLR0917  # all that decides which rows count
    source: str,
    form: Form,
    programme: Programme,
    columns: Sequence[FieldColumn],
    chunk: pa.Table,
    corrections: Corrections,
    *,
    unreadable: Sequence[UnreadableResponse] = (),
) -> Rows:
    """Return the form's rows from the typed chunk of all its versions, and what needs attention.

    `corrections` are this form's, by (response id, field); `unreadable` are the responses that its source holds and
    that could not be read. One of which another version could be read is received as that.
    """
    frame = _keep_newest_versions(chunk.to_pandas())
    reported = frame["_issues"].dropna()
    reports: FieldReports = {
        (str(row_id), field): FieldReport(IssueCode(code), found)
        for row_id, encoded in zip(reported.index, reported.array, strict=True)
        for field, code, found in json.loads(encoded)
    }
    apply_corrections(frame, reports, corrections, columns, form.test_codes)
    _add_dates(frame, programme)
    owner = find_owner_column(columns)
    on = frame["_on"].to_numpy()
    outside = (on < np.datetime64(programme.start)) | (on > np.datetime64(programme.end))
    refusals = np.select(  # the first code for which a row is refused whole
        [frame["is_test"].to_numpy(dtype=bool), outside, _has_no_team(frame, owner.name, programme)],
        [str(IssueCode.TEST_SUBMISSION), str(IssueCode.OUTSIDE_PROGRAMME), str(IssueCode.UNKNOWN_TEAM)],
        default="",
    )
    accepted = frame[refusals == ""].copy()
    _add_team_and_periods(accepted, owner.name, programme)
    superseded = np.zeros(len(accepted), dtype=bool)
    if form.one_per:
        days = accepted["_on"].to_numpy().astype("datetime64[D]")
        superseded = _find_superseded(accepted, columns, number_asking_periods(days, form.one_per, programme))
    accepted["_counted"] = ~superseded
    accepted["counted"] = np.where(superseded, "superseded", "yes")
    counted_ids = set(accepted.index[~superseded])
    places = {column.name: place for place, column in enumerate(columns)}
    to_settle = sorted((row_id, places[field]) for row_id, field in reports if row_id in counted_ids)
    issues = [
        *(_describe_unreadable(source, each) for each in unreadable),
        *_list_refusal_issues(source, frame, refusals, programme, owner, reports, corrections),
        *(
            describe_issue(source, row_id, columns[place], report.code, report)
            for row_id, place in to_settle
            if (report := reports[row_id, columns[place].name])
        ),
    ]
    received = len(frame) + len({each.key for each in unreadable}.difference(frame.index))
    counts = Counts(
        received=received,
        accepted=len(accepted),
        refused=received - len(accepted),
        counted=int((~superseded).sum()),
        superseded=int(superseded.sum()),
    )
    published = (*FIRST_COLUMNS, *list_published_columns([c for c in columns if c is not owner]))
    accepted = parse_date_columns(accepted, columns)
    accepted = accepted.sort_values(["_at", "_id"], kind="stable").reset_index(drop=True)
    return Rows(source, accepted, published, tuple(issues), counts)


def _keep_newest_versions(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the newest version of each response, indexed by its id; an older one arriving late changes nothing.

    A response keeps the moment at which it was first submitted.
    """
    newest = frame.sort_values(["response_id", "last_submitted_at", "seq"], kind="stable")
    first_submitted = newest.groupby("response_id", sort=False)["created_at"].transform("min")
    newest = newest.assign(created_at=first_submitted).drop_duplicates("response_id", keep="last")
    newest["_id"] = newest["response_id"]
    return newest.set_index("response_id", drop=False)


def _add_dates(frame: pd.DataFrame, programme: Programme) -> None:
    # To the microsecond: nanoseconds would end in 1677 and 2262, and one answer of an odd year must not stop the rest.
    moments = frame["created_at"].str.slice(0, 26).to_numpy(dtype=object).astype("datetime64[us]")
    at = pd.Series(moments, index=frame.index).dt.tz_localize("UTC")
    local = at.dt.tz_convert(programme.timezone).dt.tz_localize(None)
    ahead_hours = (local - at.dt.tz_localize(None)) // pd.Timedelta(hours=1)
    text = np.datetime_as_string(local.to_numpy(), unit="s") if len(frame) else np.empty(0, dtype=str)
    frame["submitted_at"] = np.char.add(text, np.where(ahead_hours.to_numpy() == 1, "+01:00", "+00:00"))
    frame["_at"] = at
    frame["_on"] = local.to_numpy().astype("datetime64[D]").astype("datetime64[s]")


def _has_no_team(frame: pd.DataFrame, team: str, programme: Programme) -> NDArray[np.bool_]:
    """Return which rows name no team, or one that did not take part on that day."""
    named = frame[team].to_numpy(dtype=object)
    on = frame["_on"].to_numpy().astype("datetime64[D]")
    has_none = frame[team].isna().to_numpy(copy=True)
    for authority, owner in programme.authorities.items():
        for key in owner.teams:
            first, last = programme.find_days(authority, key)
            is_away = (on < np.datetime64(first)) | (on > np.datetime64(last))
            has_none |= (named == key) & is_away
    return has_none


def _add_team_and_periods(frame: pd.DataFrame, team: str, programme: Programme) -> None:
    authorities = programme.authorities
    frame["_team"] = frame[team].astype(object)
    frame["_authority"] = frame["_team"].map({name: key for key, each in authorities.items() for name in each.teams})
    frame["team"] = frame["_team"].map({key: t.name for each in authorities.values() for key, t in each.teams.items()})
    frame["authority"] = frame["_authority"].map({key: each.name for key, each in authorities.items()})
    days = frame["_on"].to_numpy().astype("datetime64[D]")
    frame["fortnight"] = number_fortnights(days, programme)
    frame["window"] = find_spans(days, programme.windows)
    frame["phase"] = find_spans(days, programme.phases)


def _find_superseded(
    frame: pd.DataFrame, columns: Sequence[FieldColumn], periods: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which rows have a later one by the same code, of the same team and period; in no period (0) none has."""
    code = next(column.name for column in columns if column.field.answers is Answers.PERSON)
    ordered = frame.reset_index(drop=True).assign(_period=periods)
    ordered = ordered.sort_values(["last_submitted_at", "_id"], kind="stable")
    superseded = ordered.duplicated(["_team", code, "_period"], keep="last") & ordered[code].notna()
    return (superseded & (ordered["_period"] > 0)).sort_index().to_numpy(dtype=bool)


def _list_refusal_issues(  # noqa: PLR0913, PLR0917  # one call, from accept_form_rows
    source: str,
    frame: pd.DataFrame,
    refusals: NDArray[np.str_],
    programme: Programme,
    owner: FieldColumn,
    reports: FieldReports,
    corrections: Corrections,
) -> list[Issue]:
    issues = []
    listed = np.isin(refusals, [str(IssueCode.UNKNOWN_TEAM), str(IssueCode.OUTSIDE_PROGRAMME)])
    rows = frame[listed]
    codes = map(IssueCode, refusals[listed])
    for row_id, submitted_at, code in zip(rows.index, rows["submitted_at"], codes, strict=True):
        team = rows.loc[row_id, owner.name]
        if code is IssueCode.UNKNOWN_TEAM and isinstance(team, str):
            issues.append(_describe_absent_team(source, row_id, owner, programme, team, submitted_at))
        elif code is IssueCode.UNKNOWN_TEAM:
            report = reports.get((row_id, owner.name))
            issues.append(describe_issue(source, row_id, owner, code, report))
        else:
            typed = corrections.get((row_id, "submitted_at"), "")
            day = _format_submission_date(submitted_at)
            allowed = f"a day from {format_date(programme.start)} to {format_date(programme.end)}"
            what_to_do = (CANNOT_BE_CORRECTED if typed else "") + WHAT_TO_DO[code]
            issues.append(Issue(source, row_id, "submitted_at", code, day, allowed, what_to_do, typed))
    return issues


def _describe_absent_team(  # noqa: PLR0913, PLR0917  # one call, from _list_refusal_issues
    source: str, row_id: str, owner: FieldColumn, programme: Programme, team: str, submitted_at: str
) -> Issue:
    """Return the issue of an answer for a team (its key) that did not take part on that day."""
    authority = next(key for key, each in programme.authorities.items() if team in each.teams)
    name, (first, last) = programme.authorities[authority].teams[team].name, programme.find_days(authority, team)
    begins = f" from {format_date(first)}" if first > date.min else ""
    ends = f" until {format_date(last)}" if last < date.max else ""
    return Issue(
        source, row_id, owner.name, IssueCode.UNKNOWN_TEAM,
        found=f"{name}, {_format_submission_date(submitted_at)}",
        allowed=f"{name} takes part{begins}{ends} (from and until in programme.yaml)",
        what_to_do=DID_NOT_TAKE_PART,
    )  # fmt: skip


def _describe_unreadable(source: str, each: UnreadableResponse) -> Issue:
    allowed = "a response as Google Forms gives it"
    return Issue(
        source, each.key, each.field, IssueCode.UNREADABLE, each.reason, allowed, WHAT_TO_DO[IssueCode.UNREADABLE]
    )


def _format_submission_date(submitted_at: str) -> str:
    try:
        return format_date(date.fromisoformat(submitted_at[:10]))
    except ValueError:  # the year 0 or 10000, at the edge of what a time stamp can say
        return submitted_at[:10]
