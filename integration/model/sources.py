"""What sources deliver, and what the store returns of it: questions, responses, sheets, corrections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  # msgspec reads what is stored by it
from enum import StrEnum
from typing import NamedTuple

Cell = str | int | float | bool | None
"""A plain cell of a shared sheet; what is shown as per cent or as a time is that text, `25%` or `5:30`."""


@dataclass(frozen=True, slots=True)
class DateCell:
    """A real date cell of a spreadsheet: its day as `YYYY-MM-DD`, and the time behind it where the cell shows one."""

    iso: str


class FailedCell(NamedTuple):
    """A cell that has no value to read: `error` is the word that it shows, `#N/A`.

    It is "" where no program has worked the cell's formula out yet.
    """

    error: str


SheetCell = Cell | DateCell | FailedCell
"""Any cell of a shared sheet as read."""


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


@dataclass(frozen=True, slots=True)
class UnreadableResponse:
    """A response of a form, or a row of a CSV of its answers, that could not be read: it is refused by itself.

    `key` is its id, or where that cannot be read either its place, such as `row 3 of answers.csv`. `reason` says what
    is wrong with it, never an answer; `field` is `submitted_at` where that is its time.
    """

    key: str
    reason: str
    field: str = "response"


class QuestionType(StrEnum):
    """The type of a question in its form."""

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

    A source that knows only the wording (a CSV download) leaves the other fields at their defaults. `options` are the
    labels of a choice in their order, `other` says that "Other" can be answered too; `low` and `high` are the ends of
    a scale. A grid's row has the grid's columns as its options, and in `grid` the title of the grid.
    """

    question_id: str
    title: str
    type: QuestionType = QuestionType.UNKNOWN
    options: tuple[str, ...] = ()
    other: bool = False
    low: int | None = None
    high: int | None = None
    required: bool = False
    grid: str = ""


ANY_SECTION, NO_SECTION = -1, -2
"""Where an option leads, where that is not one section: it is unknown, or the form is sent."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A question of which some options lead to a section of their own: `targets` has the places of these by label.

    `other` is where the answer "Other" leads, None where that leads on like an option without a target.
    """

    question_id: str
    targets: dict[str, int]
    labels: tuple[str, ...]
    other: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a form, which people see as a page: the ids of its questions, and those that lead on from it."""

    question_ids: tuple[str, ...]
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class FormReading:
    """A form and the responses that its source holds: all of them, or where not `whole` those since the bookmark.

    `bookmark` is what the source needs at the next reading, once the responses have landed. A reading
    that is not whole has every response last submitted at or after `since`. `unreadable` are those that are there but
    could not be read; `sections` are empty where the source does not know them.
    """

    questions: tuple[Question, ...]
    responses: tuple[RawResponse, ...]
    notices: tuple[str, ...] = ()
    whole: bool = True
    since: str = ""
    bookmark: str = ""
    unreadable: tuple[UnreadableResponse, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetReading:
    """One tab of a shared sheet: rows of cells, the heading row first, ragged ends allowed.

    `tab_name` is the tab's name where it differs from the one that was asked for. `counts_from_1904` says that a bare
    serial number of a day counts from 1904.
    """

    rows: tuple[tuple[SheetCell, ...], ...]
    tab_name: str = ""
    counts_from_1904: bool = False


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version of a response in the store; `seq` grows with each version stored."""

    seq: int
    response_id: str
    created_at: str
    last_submitted_at: str
    body: str


@dataclass(frozen=True, slots=True)
class LandingResult:
    """How many of the landed versions were new, were in the store already, or belong to erased answers."""

    new: int
    duplicates: int
    erased: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """A value that a person typed, to count instead of what was found."""

    source: str
    key: str
    field: str
    value: str
    seen_at: str
    by: str = ""


class IntakeOutcome(StrEnum):
    """What became of an arrival; each means that it is stored on disk."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    """The same version is stored already, or the person's answers were erased and are never stored again."""
    NOTED = "noted"
    """A hint: the form or spreadsheet will be read soon."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A version of a response to the form `source`, sent to the service; without one, a hint to run `job`.

    A hint about a spreadsheet has the spreadsheet's name as its source.
    """

    source: str
    response: RawResponse | None = None
    job: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel about the spreadsheet that we call `spreadsheet`, and Google by the id `file`; times are aware UTC.

    `resource` is Google's word for the spreadsheet in it, "" while it is unknown whether it was opened. `mark` changes
    with the address to which it sends and with the key of its token.
    """

    spreadsheet: str
    file: str
    identity: str
    resource: str
    since: datetime
    until: datetime
    mark: str
