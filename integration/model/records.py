"""What the service records of its own work: the ledger of its jobs, alerts, the audit trail, erasures, channels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003  # the store reads its rows by their types
from enum import StrEnum
from typing import TYPE_CHECKING

from integration.model.stored import UnsentPack  # noqa: TC001  # the store reads an Erasure by its types

if TYPE_CHECKING:
    from datetime import timedelta


class SlotState(StrEnum):
    """What became of a slot."""

    BEGAN = "began"
    """No slot: the moment from which on the job's slots count."""
    WAITING = "waiting"
    """To be run, at once or at `try_at`."""
    RUNNING = "running"
    """A process runs it, or died while running it."""
    DONE = "done"
    FAILED = "failed"
    """It failed for good, and is not tried again."""
    ASIDE_WAITING, ASIDE_DONE, ASIDE_FAILED = "aside_waiting", "aside_done", "aside_failed"
    """It was planned by a clock that showed a time to come, and counts no more. When that time has come, it is planned
    as if it had never been; where the clock was wrong only afterwards, it is again what it was."""


SET_ASIDE = {
    SlotState.WAITING: SlotState.ASIDE_WAITING,
    SlotState.DONE: SlotState.ASIDE_DONE,
    SlotState.FAILED: SlotState.ASIDE_FAILED,
}
"""What becomes of a slot of a time to come; one that runs stays until it has ended."""

OPEN_STATES = (SlotState.WAITING, SlotState.RUNNING)
"""A slot in such a state has not ended."""

PUBLISH_LOCK = "published"
"""The lock of the published tabs: corrections are read from where publish writes."""

SYNC_CORRECTIONS = "sync/corrections"
"""The shard of sync that reads what people typed into the published tabs."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A moment at which a job is to run, aware UTC. A job and a moment are one slot, whichever process plans it."""

    due_at: datetime
    job: str

    @property
    def lock(self) -> str:
        """The lock that the slot needs: slots with the same lock never run at the same time."""
        return PUBLISH_LOCK if self.job in {"publish", SYNC_CORRECTIONS} else self.job


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    """A slot to be run; `covers` counts it and the missed ones before it that the run makes up for.

    One that was asked for beside the schedule covers none of it: 0.
    """

    slot: Slot
    covers: int = 1


@dataclass(frozen=True, slots=True)
class JobHistory:
    """What the ledger knows of a job: since when its slots count, the newest of them, and those that have not ended."""

    since: datetime
    newest: datetime | None = None
    open: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A line of the ledger. `attempts` counts how often it was begun; `by` is the process that did so last.

    `cut_short` counts the attempts whose process died, or lost the store, before it could say how they ended.
    `retryable` says of a failure whether trying again helps; `note` is what was done, or the error's sentence.
    """

    slot: Slot
    state: SlotState
    covers: int = 1
    attempts: int = 0
    cut_short: int = 0
    planned_at: datetime | None = None
    began_at: datetime | None = None
    try_at: datetime | None = None
    ended_at: datetime | None = None
    retryable: bool = False
    by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class FailingJob:
    """A job that fails: `since` is when the first slot was due that failed after the last one that was done.

    `newest` is the slot that failed last, perhaps one that is to be tried again; `is_for_good` says that trying again
    does not help with one of them.
    """

    since: datetime
    newest: LedgerEntry
    is_for_good: bool


@dataclass(frozen=True, slots=True)
class ClockSight:
    """What a machine's clock showed, when its system had been up for so many seconds since the boot of that id."""

    at: datetime
    boot: str
    uptime: float


@dataclass(frozen=True, slots=True)
class ClockJump:
    """A clock that jumped: it showed `at` where it should have shown `expected`.

    `is_measured` says that this is known to the second, by the time that the system was up. Else `expected` is what the
    clock was last seen to show: before a restart, when it cannot be told from a time in which nothing ran.
    """

    expected: datetime
    at: datetime
    is_measured: bool

    @property
    def is_back(self) -> bool:
        """Whether the clock went back."""
        return self.at < self.expected


@dataclass(frozen=True, slots=True)
class OtherClock:
    """What another clock showed, when ours showed `ours`."""

    theirs: datetime
    ours: datetime


@dataclass(frozen=True, slots=True)
class Condition:
    """What the service's owner should know now: a description and advice on what to do, each a sentence or two.

    `key` names it as long as it lasts, such as `failed/sync`: the owner is notified of it once.
    """

    key: str
    description: str
    advice: str


@dataclass(frozen=True, slots=True)
class Alert:
    """A condition that was raised: the owner was notified at `notified_at`, and it is over since `cleared_at`.

    The owner was notified that it is over at `all_clear_at`. Each is None until then.
    """

    seq: int
    condition: Condition
    since: datetime
    notified_at: datetime | None = None
    cleared_at: datetime | None = None
    all_clear_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a password, a key or a watch expires: `until` is its last valid moment, None where it is invalid already.

    `warn_before` is how long before that the owner is notified, where it differs from the setting for all.
    """

    what: str
    until: datetime | None
    advice: str
    warn_before: timedelta | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, when, and about what; never an answer. `digest` chains it to the line before."""

    seq: int
    at: str
    who: str
    action: str
    about: str
    detail: str
    previous: str
    digest: str


class RetentionCategory(StrEnum):
    """Records that have a retention period of their own, beside people's answers."""

    CORRECTIONS = "corrections"
    SHEETS = "sheets"
    """Readings of shared sheets, but never the newest of a sheet."""
    PACKS = "packs"
    """Frozen figures, and to whom they were mailed."""
    RUNS = "runs"
    """Lines on runs, slots and alerts, but never a job's newest, nor an alert that is not over."""
    AUDIT = "audit"
    """Who did what, but never the newest line."""


@dataclass(frozen=True, slots=True)
class MailedPack:
    """A pack that was mailed to a recipient, or may have been; `sent_at` is "" where it is unknown whether it was."""

    authority: str
    month: str
    version: int
    recipient: str
    sent_at: str


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased from the store, and has still to be erased everywhere else.

    `responses` are (source, response id); `packs` are the unsent ones that went with them, to be built again; `mailed`
    are the others of these days, which cannot be recalled; `began_at` is a moment.
    """

    why: str
    began_at: str
    responses: tuple[tuple[str, str], ...] = ()
    versions: int = 0
    corrections: int = 0
    packs: tuple[UnsentPack, ...] = ()
    mailed: tuple[MailedPack, ...] = ()
