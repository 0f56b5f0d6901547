"""What sources give, and what the store gives back of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Cell = str | int | float | bool | None
"""A cell of a shared sheet as read; a real date cell is a `DateCell`."""


@dataclass(frozen=True, slots=True)
class DateCell:
    """A real date cell of a spreadsheet: its day as `YYYY-MM-DD`."""

    iso: str


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


class QuestionType(StrEnum):
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
    asks: QuestionType = QuestionType.UNKNOWN
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
    """One tab of a shared sheet: rows of cells, the heading row first, ragged ends allowed.

    `called` is the tab's name where it is another than the one that was asked for.
    """

    rows: tuple[tuple[Cell | DateCell, ...], ...]
    called: str = ""


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
    """What a landing did: how many versions were new, were in the store already, or were forgotten before."""

    new: int
    duplicates: int
    forgotten: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """A value that a person typed to count instead of what was found."""

    source: str
    key: str
    field: str
    value: str
    seen_at: str
    by: str = ""


class IntakeOutcome(StrEnum):
    """What became of an arrival; each means that it stands on disk."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    """The same version was there before, or the person's answers were forgotten and never come back."""
    NOTED = "noted"
    """A hint: what it is about will be read soon."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A version of a response of the form `source`; without one, the hint to run the job `look`.

    A hint about a spreadsheet has the spreadsheet's name as its source.
    """

    source: str
    response: RawResponse | None = None
    look: str = ""
