"""What normalising produces: typed rows, issues, and the counts that must add up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


class IssueCode(StrEnum):
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
