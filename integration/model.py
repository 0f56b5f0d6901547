"""The nouns that stages and adapters hand to each other. Frozen; raw dicts stop at the edge."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    import pandas as pd

Cell = str | int | float | bool | None
"""A cell of a shared sheet as read; a real date cell is a `DateCell`."""


@dataclass(frozen=True, slots=True)
class DateCell:
    """A real date cell of a spreadsheet: its day as `YYYY-MM-DD`."""

    iso: str


# --- what sources give ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RawResponse:
    """One version of one response as a source gave it.

    `body` is the FormResponse of the Forms API as compact JSON, and may carry `"joined": true` where one
    value may hold several ticks joined by commas (a CSV download). Times are aware UTC, written
    `YYYY-MM-DDTHH:MM:SS.fffffffffZ` so that they sort as text.
    """

    response_id: str
    created_at: str
    last_submitted_at: str
    body: str


class Asks(StrEnum):
    """In which way a question is asked."""

    RADIO = "radio"
    CHECKBOX = "checkbox"
    DROP_DOWN = "drop_down"
    SCALE = "scale"
    RATING = "rating"
    DATE = "date"
    TIME = "time"
    TEXT = "text"
    PARAGRAPH = "paragraph"
    FILE = "file"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form as the source has it now. A grid's row is a question of its own.

    A source that knows only the words (a CSV download) leaves the rest as it is here. `options` are the labels of a
    choice in their order, `other` says that "Other" can be answered too; `low` and `high` are the ends of a scale.
    A grid's row has the grid's columns as its options, and in `grid` the words above the grid.
    """

    question_id: str
    title: str
    asks: Asks = Asks.UNKNOWN
    options: tuple[str, ...] = ()
    other: bool = False
    low: int | None = None
    high: int | None = None
    required: bool = False
    grid: str = ""


@dataclass(frozen=True, slots=True)
class FormReading:
    """A form and the responses that its source holds: all of them, or where not `whole` those since the bookmark.

    `bookmark` is what the source wants to be handed at the next reading, once the responses have landed. A reading
    that is not whole has every response last submitted at or after `since`.
    """

    questions: tuple[Question, ...]
    responses: tuple[RawResponse, ...]
    notices: tuple[str, ...] = ()
    whole: bool = True
    since: str = ""
    bookmark: str = ""


@dataclass(frozen=True, slots=True)
class SheetReading:
    """One tab of a shared sheet: rows of cells, the heading row first, ragged ends allowed."""

    rows: tuple[tuple[Cell | DateCell, ...], ...]


# --- what the store gives back ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version of a response in the store; `seq` grows with each version stored."""

    seq: int
    response_id: str
    created_at: str
    last_submitted_at: str
    body: str


@dataclass(frozen=True, slots=True)
class Landed:
    """What a landing did: how many versions were new, and how many were in the store already."""

    new: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A value that a person typed to count instead of what was found."""

    source: str
    key: str
    field: str
    value: str
    seen_at: str
    by: str = ""


# --- what normalising gives ---------------------------------------------------------------------------------


class Code(StrEnum):
    """Why a row was refused or a field reported. The values appear in `needs_attention`."""

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


@dataclass(frozen=True, slots=True)
class Issue:
    """Something a person can put right: what was found, what is allowed, what to do."""

    source: str
    key: str
    field: str
    code: Code
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


class Kind(StrEnum):
    """How a column's cells are written."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """A published column."""

    name: str
    kind: Kind


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


# --- what measuring gives -------------------------------------------------------------------------------------

FIGURE_COLUMNS = (
    "measure", "authority", "team", "period_kind", "period", "period_start", "period_end", "n", "numerator",
    "denominator", "value", "lower", "upper", "target",
)  # fmt: skip
"""Columns of a frame of figures. `authority` and `team` are keys here (`team` is "" for the whole authority);
`period` is text; `period_start` and `period_end` are dates; numbers are float64 with NaN for none. Further columns:
`ids` (a tuple of the contributing row ids), `sd` and `median` (of a mean), `people` (how many people it rests on,
NaN for things)."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Every figure of every measure, as of a reporting date; for the project team only."""

    as_of: date
    frame: pd.DataFrame


@dataclass(frozen=True, slots=True)
class ShownThing:
    """A small change, a milestone or an action as leaders may see it: text already redacted."""

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
class Shown:
    """What one authority's leaders may see. Only `integration.disclose` makes one.

    `frame` has `FIGURE_COLUMNS` and `hidden` (bool); where hidden, n, numerator, denominator, value, lower, upper
    and ids are empty. Only periods that ended by `as_of`, only this authority.
    """

    authority: str
    as_of: date
    frame: pd.DataFrame
    things: tuple[ShownThing, ...]


# --- what publishing gives --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab worked out whole: text stays text, dates are dates, numbers are numbers."""

    name: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame


class Percent(float):
    """A share of 1, to be written as the number that it is and shown as a whole percentage."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SummaryTable:
    """One sheet of the leaders' summary; `cells` hold numbers (`Percent` for shares), text or signs such as `[c]`."""

    sheet: str
    title: str
    subtitles: tuple[str, ...]
    columns: tuple[Column, ...]
    cells: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class SummaryChart:
    """One chart of the leaders' summary: a line for each of `series` over `periods`, oldest first; None is a gap.

    `told` says in a sentence or two what the chart shows, for those who do not see it.
    """

    title: str
    told: str
    periods: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
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
    """One mail to one person, ready to be written as bytes."""

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
