"""What the stages hand on: typed rows and their issues, figures, and what of it goes out.

Normalising makes `Rows`, measuring `Figures`, disclosing a `LeadersView`, publishing tabs, summaries and mails.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    import pandas as pd


class IssueCode(StrEnum):
    """Why a row was refused or a field reported. The values appear in `needs_attention`."""

    UNREADABLE = "unreadable"
    """A response, or a row of a CSV of answers, of another shape, or without its time."""
    TEST_SUBMISSION = "test_submission"
    OUTSIDE_PROGRAMME = "outside_programme"
    UNKNOWN_TEAM = "unknown_team"
    UNKNOWN_AUTHORITY = "unknown_authority"
    MISSING_KEY = "missing_key"
    DUPLICATE_KEY = "duplicate_key"
    MISSING_REQUIRED = "missing_required"
    UNKNOWN_CHOICE = "unknown_choice"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_DATE = "not_a_date"
    BAD_FORMAT = "bad_format"
    NO_RESULT = "no_result"


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem in one row that a person can put right: what was found, what is allowed, what to do."""

    source: str
    key: str
    field: str
    code: IssueCode
    found: str
    allowed: str
    what_to_do: str
    correction: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """received = accepted + refused, and accepted = counted + superseded, always."""

    received: int
    accepted: int
    refused: int
    counted: int
    superseded: int


class ColumnType(StrEnum):
    """The type of a column's cells."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"

    @property
    def is_numeric(self) -> bool:
        """Whether the cells are numbers."""
        return self in {ColumnType.INTEGER, ColumnType.NUMBER}


@dataclass(frozen=True, slots=True)
class Column:
    """A published column."""

    name: str
    type: ColumnType


@dataclass(frozen=True, slots=True)
class Rows:
    """The accepted rows of one source.

    `frame` has the published `columns` and technical ones, whose names start with an underscore:
    `_id` (response id or row key), `_on` (datetime64 day, Europe/London, of a form's row), `_team`, `_authority`
    (keys), `_counted` (bool), and `_n.<field>` (how many ticks, for tick boxes).
    """

    source: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    issues: tuple[Issue, ...]
    counts: Counts


FIGURE_COLUMNS = (
    "measure", "authority", "team", "period_kind", "period", "period_start", "period_end", "n", "numerator",
    "denominator", "value", "lower", "upper", "target",
)  # fmt: skip
"""Columns of a frame of figures. `authority` and `team` are keys here (`team` is "" for the whole authority);
`period` is text; `period_start` and `period_end` are dates; numbers are float64 with NaN for none. Further columns:
`ids` (a tuple of the contributing row ids), `sd` and `median` (of a mean), `people` (how many people it rests on,
NaN for a figure on work items), `series_from` (the first day of its series, NaT for the first series), and those of
DIFFERENCING_COLUMNS. A series is a run of answers to one wording of a question."""

DIFFERENCING_COLUMNS = tuple(
    {what: f"{name}_{what}" for what in ("people", "value", "sd")} for name in ("whole", "left_out")
)
"""Where a measure's question was reworded: the columns of two figures with which its figure could be differenced, by
the column of the figure itself. `whole` is the figure of all answers in the period; `left_out` that of the answers
which the figure leaves out, because they were given to an earlier wording (to the last of these, where there were
several). Nothing reworded: no such columns, or NaN for the measure. They serve to decide what is hidden; a
`LeadersView` has none of them."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Every figure of every measure, as of a reporting date; for the project team only."""

    as_of: date
    frame: pd.DataFrame


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A small change, a milestone or an action as leaders may see it: its text is redacted."""

    kind: str
    key: str
    title: str
    team: str
    stage: str
    owner: str
    on: date | None
    due_on: date | None
    done_on: date | None


@dataclass(frozen=True, slots=True)
class LeadersView:
    """What one authority's leaders may see, rounded as they read it. Only `integration.disclose` makes one.

    `frame` has `FIGURE_COLUMNS` and `hidden` (bool); where hidden, n, numerator, denominator, value, lower, upper
    and ids are empty. Only periods that ended by `as_of`, only this authority.
    """

    authority: str
    as_of: date
    frame: pd.DataFrame
    work_items: tuple[WorkItem, ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """A complete tab for the project team: text stays text, dates are dates, numbers are numbers."""

    name: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame


class Percent(float):
    """A share of 1, written as that number and displayed as a whole percentage."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SummaryTable:
    """One sheet of the leaders' summary; `cells` hold numbers (`Percent` for shares), text or symbols such as `[c]`."""

    sheet: str
    title: str
    subtitles: tuple[str, ...]
    columns: tuple[Column, ...]
    cells: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class SummaryChart:
    """One chart of the leaders' summary: `lines` are (name, value for each of `periods`), oldest first; None is a gap.

    `alt_text` says in a sentence or two what the chart shows, for those who do not see it.
    """

    title: str
    alt_text: str
    periods: tuple[str, ...]
    lines: tuple[tuple[str, tuple[float | None, ...]], ...]
    percent: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """The leaders' summary workbook of one authority."""

    authority: str
    title: str
    introduction: tuple[str, ...]
    contact: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
    tables: tuple[SummaryTable, ...]
    charts: tuple[SummaryChart, ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person, ready to be encoded."""

    to_name: str
    to_email: str
    from_name: str
    from_email: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    inline: Mapping[str, bytes] = field(default_factory=dict)
    attachments: tuple[tuple[str, str, bytes], ...] = ()
