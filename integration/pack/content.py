"""The content of a pack: one frozen value from which every output is written, so that all show the same figures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date, datetime

    from integration.kinds.measures import ChartKind, MeasureKind
    from integration.model import WorkItem


class State(StrEnum):
    """Whether a figure can be shown."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    """Not shown, to protect people in small groups; shown as [c]."""
    TOLD = "told"
    """Told in words, without a number: nearly everybody answered alike."""
    WITHDRAWN = "withdrawn"
    """Taken back after it had been shown; shown as [w]."""
    NO_ANSWERS = "no_answers"
    """There is nothing to calculate it from; shown as [x]."""

    @property
    def can_be_read(self) -> bool:
        """Whether leaders read what it amounts to, as a number or in words."""
        return self in {State.SHOWN, State.TOLD}


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure in words. `counted` is what its n counts; `low` and `high` are the ends of its scale."""

    key: str
    title: str
    outcome: str
    definition: str
    kind: MeasureKind[Any]
    counted: str
    unit: str
    hoped: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `main` and `basis` are what readers see ("67%" and "10 of 15"), `interval` is text.

    `team` is the team's key, "" for the whole authority. `period_title` is short ("Baseline"), `period_words` has the
    days. Where it is not shown, every number is None. `series_from` is the day on which the question got the wording
    that this figure was asked in, None where that is the first wording.
    """

    key: str
    measure: str
    team: str
    team_name: str
    period_kind: str
    period: str
    period_title: str
    period_words: str
    start: date | None
    end: date | None
    n: float | None
    numerator: float | None
    denominator: float | None
    value: float | None
    lower: float | None
    upper: float | None
    target: float | None
    state: State
    ids: tuple[str, ...]
    main: str
    basis: str
    interval: str
    series_from: date | None = None

    @property
    def shown(self) -> str:
        """The figure in one line: "67% (10 of 15)"."""
        return f"{self.main} ({self.basis})" if self.basis else self.main


@dataclass(frozen=True, slots=True)
class Headline:
    """One row of the first page. `before` is the earlier figure that `since` compares with, if any."""

    title: str
    figure: Figure
    target: str
    since: str
    before: Figure | None


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One measure in one period: a figure for each column, None where the measure is not cut by team.

    `title` is "" in all rows of a measure but its first. `interval` is that of the authority's figure, in the row
    of the newest period alone: at every figure it would be noise.
    """

    title: str
    period: str
    interval: str
    figures: tuple[Figure | None, ...]


@dataclass(frozen=True, slots=True)
class WorkItemTable:
    """Small changes, milestones or actions; every row begins with the title of the work item."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The detail on one outcome: its figures, the names of its charts, its tables of work items."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[FigureRow, ...]
    charts: tuple[str, ...]
    work_items: tuple[WorkItemTable, ...]


@dataclass(frozen=True, slots=True)
class ChosenChart:
    """A chart that this pack has: its name (also of its file), its measures, the outcome under which it stands."""

    name: str
    kind: ChartKind
    measures: tuple[str, ...]
    outcome: str


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """A phase: its title, its first and its last day."""

    key: str
    title: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class CountRule:
    """Which small changes a count counts, as its chart needs to know: their stages, and the phase with the target."""

    stages: tuple[str, ...]
    phase: NamedSpan | None
    target: float | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """The review meeting: `starts_at` is the local time in Europe/London, without a zone."""

    title: str
    starts_at: datetime
    minutes: int
    place: str
    words: str


@dataclass(frozen=True, slots=True)
class Contact:
    """The sender or a recipient of the pack. Never part of the frozen record."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class PackContent:
    """Everything that the pack of one authority and month says.

    `previous_month` is the name of the month before ("June"). `small_sample_note` is the line below the headlines where
    they rest on few answers, else "". `decisions` are in order of weight; the first page has the first
    `DECISIONS_ON_FIRST_PAGE` of them. `figures` is every figure shown anywhere, once.
    """

    authority: str
    authority_name: str
    month: str
    month_words: str
    previous_month: str
    version: int
    programme: str
    programme_start: date
    as_of: date
    title: str
    preheader: str
    hope: str
    contact: str
    meeting: Meeting
    headlines: tuple[Headline, ...]
    small_sample_note: str
    changes: tuple[str, ...]
    decisions: tuple[str, ...]
    sections: tuple[Section, ...]
    charts: tuple[ChosenChart, ...]
    notes: tuple[str, ...]
    measures: tuple[Measure, ...]
    figures: tuple[Figure, ...]
    work_items: tuple[WorkItem, ...]
    phases: tuple[NamedSpan, ...]
    count_rules: tuple[tuple[str, CountRule], ...]
    sender: Contact
    recipients: tuple[Contact, ...]


NO_TARGET = "none set"
DECISIONS_ON_FIRST_PAGE = 5


def count_further_decisions(content: PackContent) -> str:
    """Return the line below the first page's decisions that counts the others, "" where there are none."""
    number = len(content.decisions) - DECISIONS_ON_FIRST_PAGE
    return f"And {number} more in the detail." if number > 0 else ""
