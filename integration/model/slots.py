"""When a job is due, and what became of its runs: the entries of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


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


def name_form_shard(key: str) -> str:
    """Return the name of the shard of sync that reads one form."""
    return f"sync/form:{key}"


def name_spreadsheet_shard(name: str) -> str:
    """Return the name of the shard of sync that reads one spreadsheet with all its tabs."""
    return f"sync/sheet:{name}"
