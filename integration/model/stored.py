"""Rows that the store returns beside what it was given: what is kept of runs, packs, mails, losses and typed chunks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, order=True)
class RunRecord:
    """How a run of a job ended: `outcome` is `done` or `failed`, `note` says what was done, or is the error."""

    ended_at: datetime
    outcome: str
    note: str


@dataclass(frozen=True, slots=True)
class TypedChunk:
    """Typed rows of one form as Arrow bytes; `last_seq` is the number of the newest version in it."""

    last_seq: int
    body: bytes


@dataclass(frozen=True, slots=True)
class IssueKey:
    """What makes an issue the same one at the next publishing."""

    source: str
    key: str
    field: str
    code: str
    found: str


@dataclass(frozen=True, slots=True)
class StoredPack:
    """A version of an authority's pack of a month; `mailed_at` is when it was handed over last, if it was."""

    authority: str
    month: str
    version: int
    digest: str
    built_at: datetime
    mailed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PackRecord:
    """The frozen figures of a version of a pack, as JSON."""

    authority: str
    month: str
    version: int
    body: str


class UnsentPack(NamedTuple):
    """An unsent pack that was erased with the answers in it; `as_of` is the day as of which it spoke.

    A tuple, because that is how an unfinished erasure is written in the store.
    """

    authority: str
    month: str
    as_of: str


@dataclass(frozen=True, slots=True)
class UnconfirmedDelivery:
    """A mail of a pack that was claimed and never confirmed; `since` is when that was first noticed, if it was."""

    authority: str
    month: str
    version: int
    message_id: str
    since: datetime | None = None


class AlertMailStatus(StrEnum):
    """How far the mail about alerts has got that was begun last."""

    UNDER_WAY = "under_way"
    """It is being handed over, or was: until it is known that it was taken, the same mail is retried."""
    SENT = "sent"
    ASSUMED_SENT = "assumed_sent"
    """It was handed over so often that it counts as sent, though no server has confirmed it."""
    NOT_SENT = "not_sent"
    """It was certainly not taken: what is to be said is decided anew at the next try."""


@dataclass(frozen=True, slots=True)
class AlertMail:
    """The mail about alerts that was begun last; without any, one that was sent and says nothing.

    `wrong` and `over` are the numbers of its alerts. `dated_at` is the date in its head,
    `tried_at` when it was last tried, `tries` how often, and `problem` why in vain.
    """

    status: AlertMailStatus = AlertMailStatus.SENT
    wrong: tuple[int, ...] = ()
    over: tuple[int, ...] = ()
    dated_at: datetime | None = None
    tried_at: datetime | None = None
    tries: int = 0
    problem: str = ""

    @property
    def is_under_way(self) -> bool:
        """Whether it may still have to be handed over again."""
        return self.status is AlertMailStatus.UNDER_WAY

    @property
    def seqs(self) -> frozenset[int]:
        """The numbers of all its alerts, while it is under way."""
        return frozenset((*self.wrong, *self.over)) if self.is_under_way else frozenset()

    def is_resting(self, now: datetime, rest: timedelta) -> bool:
        """Whether it was tried in vain only just now; a time to come is a clock that was wrong."""
        in_vain = self.status in {AlertMailStatus.UNDER_WAY, AlertMailStatus.NOT_SENT}
        return in_vain and self.tried_at is not None and now - rest < self.tried_at <= now


@dataclass(frozen=True, slots=True)
class KnownTab:
    """A tab of a Google spreadsheet as it was when it was last read."""

    sheet_id: int
    title: str
    cells: int


@dataclass(frozen=True, slots=True)
class CountingFiles:
    """The YAML files by which answers were counted last, as one compressed text, and the whole YAML's digest."""

    files: str
    digest: str


YamlPlace = tuple[str, tuple[str, ...]]
"""A file within the folder of YAML files, and the steps to a value in it."""


class LossKind(StrEnum):
    """What lost answers when the YAML changed."""

    SOURCE = "source"
    """A form or a sheet that is configured no more."""
    ROWS = "rows"
    """Rows that are refused or superseded; `code` says which."""
    ANSWERS = "answers"
    """Answers to a `field`; `name` is the option, "" where it is none."""
    OWNER = "owner"
    """A team or an authority whose rows count for another."""
    PHASE = "phase"
    WINDOW = "window"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True)
class Loss:
    """So many answers, or rows, of a source that counted and count no more since the YAML changed.

    `name` is what they counted for; `now_in` where they count now, if anywhere. `places` are where in the YAML the
    cause may stand, the likeliest first.
    """

    kind: LossKind
    source: str
    name: str
    count: int
    code: str = ""
    field: str = ""
    now_in: str = ""
    places: tuple[YamlPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class LossNote:
    """What is said of answers that count no more since the YAML changed: counts alone, and never an answer.

    `by_source` has the counts of the forms and sheets, which add up to `count`; `lines` are those of the YAML.
    """

    kind: str
    name: str
    field: str
    code: str
    now_in: str
    count: int
    by_source: dict[str, int]
    lines: tuple[str, ...]
    sentence: str


LOSSES_TOLD_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class KeptLosses:
    """What count no more by one state of the YAML that counted by another; `before` and `after` are their digests."""

    before: str
    after: str
    digest: str
    """Of the whole YAML when it was found, which tells whether that is still the present one."""
    noted_at: datetime
    notes: tuple[LossNote, ...]

    def told_at(self, now: datetime) -> tuple[LossNote, ...]:
        """Return the notes, as long as people are told of them."""
        return self.notes if now - self.noted_at < LOSSES_TOLD_FOR else ()


class ShownAs(StrEnum):
    """How leaders see a figure."""

    FIGURE = "figure"
    BAND = "band"
    """In words: one or fewer, or all but one or more."""
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"
    NO_ANSWERS = "no_answers"


PUBLISHED_NUMBERS = ("n", "numerator", "denominator", "value", "lower", "upper")
"""The numbers that are kept of a published figure."""


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """What the leaders of an authority were shown of one figure, or that they were not, from `since` on.

    `team` is "" for the whole authority. Numbers are rounded as they were shown, None where they were not. `answers`
    has a keyed digest of 8 bytes for each row that the figure rested on, of its id and what it contributed, ascending;
    `persons` one of who gave it, in the same order. Without the key no id can be tried.
    """

    authority: str
    measure: str
    team: str
    period_kind: str
    period: str
    since: datetime
    shown_as: ShownAs
    told: str
    n: float | None
    numerator: float | None
    denominator: float | None
    value: float | None
    lower: float | None
    upper: float | None
    answers: bytes
    persons: bytes
    reason: str = ""

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """Which figure it is."""
        return (self.authority, self.measure, self.team, self.period_kind, self.period)


@dataclass(frozen=True, slots=True)
class EarlierFigure:
    """A figure as it was read back from what leaders were given before it was kept what they saw.

    `numbers` are those that stood there, by their names. `ids` are the rows that it rested on, None where that is not
    known.
    """

    key: tuple[str, str, str, str, str]
    shown_as: ShownAs
    told: str
    numbers: Mapping[str, float]
    ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class EarlierPublications:
    """When it was taken in what earlier releases had shown leaders, and a sentence for what could not be taken in."""

    taken_in_at: datetime
    notices: tuple[str, ...] = ()

    def told_at(self, now: datetime) -> tuple[str, ...]:
        """Return the notices, as long as people are told of them."""
        return self.notices if now - self.taken_in_at < LOSSES_TOLD_FOR else ()
