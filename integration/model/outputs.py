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

    from integration.model.stored import PublishedFigure


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
NaN for a figure on work items), `headcount` (of a form that asks staff), `series_from` (the first day of its series,
NaT for the first series). A series is a run of answers to one wording of a question. A figure on people has of each
contributing row, in the order of `ids`: `persons` (an array of texts, one a person) and `answers` (an array of what the
row contributes: 1 or 0 to a share, its number to a mean)."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Every figure of every measure, as of a reporting date; for the project team only."""

    as_of: date
    frame: pd.DataFrame


FigureKey = tuple[str, str, str, str, str]
"""Authority, measure, team, kind of period, period: which figure it is."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """How the leaders of every authority see each figure as of a day; for the project team, and for making views.

    `frame` is that of the figures with these columns: `figure` (its key), `shown_as` (a `ShownAs`; None where its
    period has not ended and settled, and leaders do not meet it at all), `told` (words instead of numbers, "" for
    none), `is_older` (what was published before stands), `leaders_see` (`same`, `older` or `nothing`) and `why`
    (what leaders see of it otherwise, and why; "" where they see it as it is). `published` has what stands. `new` is
    what must be remembered before any of it goes out. `exposed` are figures that follow from what stood already, and
    cannot be hidden any more.
    """

    as_of: date
    frame: pd.DataFrame
    published: Mapping[FigureKey, PublishedFigure]
    new: tuple[PublishedFigure, ...]
    exposed: tuple[FigureKey, ...]


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

    `frame` has `FIGURE_COLUMNS`, `ids`, `shown_as` (a `ShownAs`), `told` (words instead of the figure, "" for none) and
    `is_older` (it stands as it was published before). Of what is hidden or withdrawn n, numerator, denominator, value,
    lower, upper and ids are empty; of what is told in words all but n and denominator. Only periods that ended by
    `as_of` and have settled, only this authority.
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
