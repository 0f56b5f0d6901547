"""The ledger of slots, the alerts, the audit trail and the tombstones: what `ports` promises of each.

Each method is one transaction: when it returns, what it wrote is on disk.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from integration.adapters.clock import write_moment
from integration.adapters.store import alert, audit, slot, tombstone
from integration.model import SlotState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from integration.adapters.store.database import Database
    from integration.model import Alert, AuditEntry, Condition, FailingJob, JobHistory, LedgerEntry, PlannedSlot, Slot
    from integration.ports import Clock, Decide

CLOCKS_DIFFER = timedelta(minutes=5)
"""So far the clocks of two machines may differ before what one of them planned looks like the future to the other."""


class Queue(Protocol):
    """A queue of jobs that lies in the same database."""

    def enter(self, connection: Connection, slots: Sequence[Slot]) -> None:
        """Put the slots into the queue, in the transaction of the connection."""
        ...

    def prepare(self, connection: Connection) -> None:
        """Make the queue's own tables, where they are not there yet."""
        ...

    def refill(self, connection: Connection, slots: Sequence[Slot]) -> list[Slot]:
        """Put those of the slots into the queue that are not in it, and return them."""
        ...


class SqlLedger:
    """Obeys `ports.Ledger`. With a queue, what is planned is put into it in the same transaction."""

    def __init__(self, database: Database, queue: Queue | None) -> None:
        self._database = database
        self._queue = queue

    def know(self, jobs: Collection[str], *, now: datetime) -> None:
        """From now on the slots of these jobs count; of a job that is known already, nothing changes."""
        with self._database.writing() as connection:
            slot.know(connection, jobs, write_moment(now))

    def known(self, *, now: datetime) -> Mapping[str, JobHistory]:
        """Return what is known of each job; slots clearly later than now are left out: a clock may have been wrong."""
        with self._database.reading() as connection:
            return slot.known(connection, write_moment(now + CLOCKS_DIFFER))

    def plan(self, planned: Sequence[PlannedSlot], *, now: datetime) -> list[Slot]:
        """Enter slots to be run; return those that nobody had entered."""
        if not planned:
            return []
        with self._database.writing() as connection:
            return self._queued(connection, slot.plan(connection, planned, write_moment(now)))

    def plan_by(self, decide: Decide, *, clock: Clock) -> list[Slot]:
        """Enter what the function makes of what is known and of the time now; nobody else plans in between."""
        with self._database.writing() as connection:
            now = clock.now()  # only here: we may have waited for long before it was our turn
            planned = decide(slot.known(connection, write_moment(now + CLOCKS_DIFFER)), now)
            return self._queued(connection, slot.plan(connection, planned, write_moment(now)))

    def ask(self, job: str, *, now: datetime) -> None:
        """Have the job run soon, beside its schedule; once, however often it is asked before it begins."""
        with self._database.writing() as connection:
            self.ask_within(connection, job, now)

    def ask_within(self, connection: Connection, job: str, now: datetime) -> None:
        """Do the same in a transaction that somebody has begun, with whatever else it stores."""
        self._queued(connection, slot.ask(connection, job, now))

    def waiting(self, *, now: datetime) -> list[Slot]:
        """Return the slots to be run now, the earliest first."""
        with self._database.reading() as connection:
            return slot.waiting(connection, write_moment(now))

    def begin(self, which: Slot, *, by: str, now: datetime) -> int | None:
        """Say that the slot is being run; return which attempt it is, or None where it has ended already."""
        with self._database.writing() as connection:
            return slot.begin(connection, which, by, write_moment(now))

    def entry(self, which: Slot) -> LedgerEntry | None:
        """Return the slot's line."""
        with self._database.reading() as connection:
            return slot.entry(connection, which)

    def finish(self, which: Slot, *, now: datetime, note: str, attempt: int | None = None) -> bool:
        """Say that the slot is done; False where it had ended, or another attempt runs: then nothing changed."""
        with self._database.writing() as connection:
            return slot.end(connection, which, SlotState.DONE, attempt=attempt, now=write_moment(now), note=note)

    def fail(  # noqa: PLR0913  # a failure has so many parts
        self,
        which: Slot,
        *,
        now: datetime,
        note: str,
        retryable: bool,
        again_at: datetime | None,
        attempt: int | None = None,
    ) -> bool:
        """Say that an attempt failed; with `again_at` the slot waits until then, else it has ended. False likewise."""
        with self._database.writing() as connection:
            if again_at is not None:
                return slot.put_off(connection, which, attempt=attempt, until=write_moment(again_at), note=note)
            return slot.end(
                connection, which, SlotState.FAILED, attempt=attempt, now=write_moment(now), note=note,
                retryable=retryable,
            )  # fmt: skip

    def take_back(self) -> list[Slot]:
        """Let the slots that were being run wait again: whoever ran them is dead. Only for who is alone here."""
        with self._database.writing() as connection:
            return slot.take_back(connection)

    def refill(self) -> list[Slot]:
        """Put the slots that are still to end into the queue where they are not in it; return these."""
        if self._queue is None:
            return []
        with self._database.writing() as connection:
            return self._queue.refill(connection, [entry.slot for entry in slot.unended(connection)])

    def last(self) -> dict[str, LedgerEntry]:
        """Return for each job its newest slot that has ended."""
        with self._database.reading() as connection:
            return slot.last(connection)

    def failing(self) -> dict[str, FailingJob]:
        """Return what fails of each job whose slots, since the last one that was done, have not all gone well."""
        with self._database.reading() as connection:
            return slot.failing(connection)

    def open(self) -> list[LedgerEntry]:
        """Return the slots that are still to end, the earliest first."""
        with self._database.reading() as connection:
            return slot.unended(connection)

    def drop_before(self, moment: datetime) -> int:
        """Erase slots that ended before the moment, but never a job's newest one; return how many."""
        with self._database.writing() as connection:
            return slot.drop_before(connection, write_moment(moment))

    def _queued(self, connection: Connection, slots: list[Slot]) -> list[Slot]:
        if self._queue and slots:
            self._queue.enter(connection, slots)
        return slots


class SqlAlerts:
    """Obeys `ports.AlertBook`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self) -> list[Alert]:
        """Return the alerts that are not cleared, and those whose all-clear the owner has not had, oldest first."""
        with self._database.reading() as connection:
            return alert.unsettled(connection)

    def raise_(self, troubles: Iterable[Condition], *, now: datetime) -> None:
        """Enter troubles of which none with the same key is open."""
        listed = list(troubles)
        if listed:
            with self._database.writing() as connection:
                alert.add(connection, listed, write_moment(now))

    def reword(self, troubles: Iterable[tuple[int, Condition]]) -> None:
        """Say of these alerts what is so now."""
        listed = list(troubles)
        if listed:
            with self._database.writing() as connection:
                alert.reword(connection, listed)

    def told(self, seqs: Collection[int], *, now: datetime) -> None:
        """Say that the owner has been told of these."""
        self._mark("told_at", seqs, now)

    def clear(self, seqs: Collection[int], *, now: datetime) -> None:
        """Say that these are over."""
        self._mark("cleared_at", seqs, now)

    def all_clear(self, seqs: Collection[int], *, now: datetime) -> None:
        """Say that the owner knows that these are over."""
        self._mark("all_clear_at", seqs, now)

    def _mark(self, column: str, seqs: Collection[int], now: datetime) -> None:
        if seqs:
            with self._database.writing() as connection:
                alert.mark(connection, column, seqs, write_moment(now))


class SqlAudit:
    """Obeys `ports.AuditTrail`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, *, who: str, action: str, about: str, detail: str, now: datetime) -> AuditEntry:
        """Add a line."""
        with self._database.writing() as connection:
            return audit.add(connection, at=write_moment(now), who=who, action=action, about=about, detail=detail)

    def lines(self) -> list[AuditEntry]:
        """Return all lines in order."""
        with self._database.reading() as connection:
            return audit.lines(connection)


class SqlTombstones:
    """Obeys `ports.Tombstones`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def bury(self, source: str, response_ids: Collection[str], *, why: str, now: datetime) -> None:
        """Never store these responses of the source again."""
        with self._database.writing() as connection:
            tombstone.bury(connection, source, response_ids, why=why, now=write_moment(now))

    def buried(self, source: str, response_ids: Collection[str]) -> set[str]:
        """Return those of the responses that were forgotten."""
        with self._database.reading() as connection:
            return tombstone.buried(connection, source, response_ids)

    def digest(self, source: str, response_id: str) -> str:
        """Return what stands for a response where its id must not."""
        return tombstone.digest(source, response_id)
