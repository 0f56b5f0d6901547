"""The ledger of slots, in which each is entered once though several machines plan, and the ledger of runs.

With a queue, what is planned is put into it in the same transaction. Each method is one transaction, but for
`request_within`, which takes part in one that has begun.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update

from integration.adapters.clock import as_datetime, as_datetime_or_none, write_moment
from integration.adapters.store.tables import runs, slots
from integration.model import (
    OPEN_STATES,
    SET_ASIDE,
    FailingJob,
    JobHistory,
    LedgerEntry,
    PlannedSlot,
    RunRecord,
    Slot,
    SlotState,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

    from integration.adapters.store.store import Database
    from integration.model import ClockJump
    from integration.ports import Clock

CLOCKS_DIFFER = timedelta(minutes=5)
"""So far the clocks of two machines may differ before what one of them planned looks like the future to the other."""

# Made once: making a statement costs more than running it.
_UNBEGUN = (
    select(slots.c.job)
    .where(slots.c.job == bindparam("of"), slots.c.state == SlotState.WAITING, slots.c.attempts == 0)
    .limit(1)
)
_UNENDED = select(slots).where(slots.c.state.in_(OPEN_STATES)).order_by(slots.c.due_at, slots.c.job)
_BEGAN = slots.alias()
IS_ASIDE = slots.c.state.in_(tuple(SET_ASIDE.values()))
_OF_SCHEDULE = and_(slots.c.state != SlotState.BEGAN, slots.c.covers > 0, ~IS_ASIDE)
_NEWEST = (
    select(slots.c.due_at)
    .where(slots.c.job == _BEGAN.c.job, _OF_SCHEDULE, slots.c.due_at <= bindparam("until"))
    .order_by(slots.c.due_at.desc())  # by the key, so that a ledger of years is as quick as one of days
    .limit(1)
)
_KNOWN = (
    select(_BEGAN.c.job, _BEGAN.c.due_at, _NEWEST.scalar_subquery())
    .where(_BEGAN.c.state == SlotState.BEGAN, _BEGAN.c.due_at <= bindparam("until"))
    .order_by(_BEGAN.c.due_at)
)


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


@dataclass(frozen=True, slots=True)
class Ledger:
    """Which slots were planned, who runs them, and how they ended."""

    _database: Database
    _queue: Queue | None

    def register(self, jobs: Collection[str], *, now: datetime) -> None:
        """Count the slots of these jobs from now on; of a job that is registered already, nothing changes.

        One that was registered at a time to come was so by a clock that was wrong: it is registered anew.
        """
        moment, until = write_moment(now), write_moment(now + CLOCKS_DIFFER)
        began = select(slots.c.job).where(slots.c.state == SlotState.BEGAN, slots.c.due_at <= until)
        with self._database.writing() as connection:
            there = set(connection.execute(began).scalars())
            new = [new_row(job, moment, planned_at=moment, state=SlotState.BEGAN) for job in jobs if job not in there]
            if new:
                connection.execute(insert(slots), new)

    def registered(self, *, now: datetime) -> Mapping[str, JobHistory]:
        """Return what is known of each registered job.

        Slots that were only requested are left out; and slots clearly later than now, for a clock was wrong when they
        were planned, and so a job that was only registered then.
        """
        with self._database.reading() as connection:
            return _registered(connection, now)

    def plan(self, planned: Sequence[PlannedSlot], *, now: datetime) -> list[Slot]:
        """Enter slots to be run; return those that were not entered yet. With a queue they are in it when this returns.

        Entry and queue are one transaction.
        """
        if not planned:
            return []
        with self._database.writing() as connection:
            return self._enter(connection, planned, now)

    def plan_with(
        self, decide: Callable[[Mapping[str, JobHistory], datetime], Sequence[PlannedSlot]], *, clock: Clock
    ) -> list[Slot]:
        """Enter what the pure function makes of the registered jobs and the time; return what was new.

        It is one transaction, in which the clock is asked: no other process plans in between.
        """
        with self._database.writing() as connection:
            now = clock.now()  # only here: we may have waited for long before it was our turn
            return self._enter(connection, decide(_registered(connection, now), now), now)

    def request(self, job: str, *, now: datetime) -> None:
        """Have the job run soon, beside its schedule; once, however often it is requested before it begins."""
        with self._database.writing() as connection:
            self.request_within(connection, job, now)

    def request_within(self, connection: Connection, job: str, now: datetime) -> None:
        """Do the same in a transaction that has begun, with whatever else it stores."""
        if not connection.execute(_UNBEGUN, {"of": job}).first():
            self._enter(connection, [PlannedSlot(Slot(now, job), covers=0)], now)

    def set_aside(self, *, now: datetime) -> list[Slot]:
        """Set aside the slots of a time that is clearly still to come: a clock was wrong. Return which they were."""
        from integration.adapters.store.slots_ahead import set_aside  # noqa: PLC0415  # only where slots are planned

        return set_aside(self._database, self._queue, self, now=now)

    def follow(self, jump: ClockJump, *, is_undone: bool) -> None:
        """Let the ledger follow a clock that jumped; `is_undone` where it shows again what it had shown before."""
        from integration.adapters.store.slots_ahead import follow  # noqa: PLC0415  # hardly ever

        follow(self._database, jump, is_undone=is_undone)

    def ready(self, *, now: datetime) -> list[Slot]:
        """Return the slots to be run now, the earliest first."""
        waits = slots.c.state == SlotState.WAITING
        has_come = or_(slots.c.try_at.is_(None), slots.c.try_at <= write_moment(now))
        query = select(slots.c.job, slots.c.due_at).where(waits, has_come).order_by(slots.c.due_at, slots.c.planned_at)
        with self._database.reading() as connection:
            return [Slot(as_datetime(due_at), job) for job, due_at in connection.execute(query)]

    def begin(self, slot: Slot, *, by: str, now: datetime) -> int | None:
        """Begin an attempt; return its number, or None where the slot has ended.

        The process that ran it until now has died: that attempt was cut short.
        """
        open_slot = and_(is_slot(slot), slots.c.state.in_(OPEN_STATES))
        query = select(slots.c.attempts, slots.c.cut_short, slots.c.state).where(open_slot)
        with self._database.writing() as connection:
            there = connection.execute(query).one_or_none()
            if there is None:
                return None
            begun = {
                "state": SlotState.RUNNING, "attempts": there.attempts + 1, "began_at": write_moment(now),
                "try_at": None, "by_whom": by, "cut_short": there.cut_short + (there.state == SlotState.RUNNING),
            }  # fmt: skip
            connection.execute(update(slots).where(open_slot).values(begun))
            return int(there.attempts) + 1

    def entry(self, slot: Slot) -> LedgerEntry | None:
        """Return the slot's line."""
        with self._database.reading() as connection:
            row = connection.execute(select(slots).where(is_slot(slot))).one_or_none()
        return None if row is None else to_entry(row)

    def finish(self, slot: Slot, *, now: datetime, note: str, attempt: int | None = None) -> bool:
        """Say that the slot is done.

        False where it had ended, or another attempt than this one (as `begin` numbered it) runs: then nothing changed.
        """
        return self._end(slot, attempt, state=SlotState.DONE, ended_at=write_moment(now), note=note, retryable=0)

    def fail(  # noqa: PLR0913  # a failure has so many parts
        self, slot: Slot, *, now: datetime, note: str, retryable: bool, retry_at: datetime | None,
        attempt: int | None = None,
    ) -> bool:  # fmt: skip
        """Say that an attempt failed; with `retry_at` the slot waits until then, else it has ended. False likewise."""
        if retry_at is not None:
            waits = SlotState.WAITING
            return self._end(slot, attempt, state=waits, try_at=write_moment(retry_at), note=note, retryable=1)
        return self._end(
            slot, attempt, state=SlotState.FAILED, ended_at=write_moment(now), note=note, retryable=int(retryable)
        )

    def reset_running(self) -> list[Slot]:
        """Let running slots wait once more: the process that ran them has died. Only where no other runs slots."""
        running = slots.c.state == SlotState.RUNNING
        query = select(slots.c.job, slots.c.due_at).where(running).order_by(slots.c.due_at)
        wait = {"state": SlotState.WAITING, "try_at": None, "cut_short": slots.c.cut_short + 1}
        with self._database.writing() as connection:
            reset = [Slot(as_datetime(due_at), job) for job, due_at in connection.execute(query)]
            connection.execute(update(slots).where(running).values(wait))
        return reset

    def refill_queue(self) -> list[Slot]:
        """Put the slots that are still to end into the queue where they are not in it; return these."""
        if self._queue is None:
            return []
        with self._database.writing() as connection:
            entries = [to_entry(row) for row in connection.execute(_UNENDED)]
            return self._queue.refill(connection, [entry.slot for entry in entries])

    def last_ended(self) -> dict[str, LedgerEntry]:
        """Return for each job its newest slot that has ended."""
        ended = slots.c.state.in_((SlotState.DONE, SlotState.FAILED))
        newest = (
            select(slots.c.job, func.max(slots.c.due_at).label("due_at")).where(ended).group_by(slots.c.job).subquery()
        )
        query = select(slots).join(newest, and_(slots.c.job == newest.c.job, slots.c.due_at == newest.c.due_at))
        with self._database.reading() as connection:
            return {row.job: to_entry(row) for row in connection.execute(query)}

    def failing(self) -> dict[str, FailingJob]:
        """Return for each job what failed since its last slot that was done, for good or to be retried."""
        good = select(slots.c.job, func.max(slots.c.due_at).label("due_at")).where(slots.c.state == SlotState.DONE)
        last_good = good.group_by(slots.c.job).subquery()
        # A slot that is still to end has failed an attempt where it is marked so.
        has_failed_once = and_(slots.c.state.in_(OPEN_STATES), slots.c.retryable == 1)
        has_failed = or_(slots.c.state == SlotState.FAILED, has_failed_once)
        since = or_(last_good.c.due_at.is_(None), slots.c.due_at > last_good.c.due_at)
        query = select(slots).outerjoin(last_good, slots.c.job == last_good.c.job).where(has_failed, since)
        entries: dict[str, list[LedgerEntry]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query.order_by(slots.c.job, slots.c.due_at)):
                entries.setdefault(row.job, []).append(to_entry(row))
        return {
            job: FailingJob(
                since=failed[0].slot.due_at,
                newest=failed[-1],
                is_for_good=any(entry.state is SlotState.FAILED and not entry.retryable for entry in failed),
            )
            for job, failed in entries.items()
        }

    def open_entries(self) -> list[LedgerEntry]:
        """Return the slots that are still to end, the earliest first."""
        with self._database.reading() as connection:
            return [to_entry(row) for row in connection.execute(_UNENDED)]

    def drop_before(self, moment: datetime) -> int:
        """Erase slots that ended before the moment, but never those from which a job's next slots are reckoned.

        Return how many.
        """
        with self._database.writing() as connection:
            return drop_slots_within(connection, write_moment(moment))

    def _enter(self, connection: Connection, planned: Sequence[PlannedSlot], now: datetime) -> list[Slot]:
        """Enter the slots that are not there yet, and return these. No other writer can enter one meanwhile."""
        for each in planned:  # its time has come
            connection.execute(delete(slots).where(is_slot(each.slot), IS_ASIDE))
        new = [
            each for each in planned if not connection.execute(select(slots.c.job).where(is_slot(each.slot))).first()
        ]
        entered = [each.slot for each in new]
        if new:
            rows = [
                new_row(each.slot.job, write_moment(each.slot.due_at), planned_at=write_moment(now), covers=each.covers)
                for each in new
            ]
            connection.execute(insert(slots), rows)
            if self._queue:
                self._queue.enter(connection, entered)
        return entered

    def _end(self, slot: Slot, attempt: int | None, *, try_at: str | None = None, **values: object) -> bool:
        """End an attempt, if the slot is still to end and this attempt runs; return whether that was so."""
        open_slot = and_(is_slot(slot), slots.c.state.in_(OPEN_STATES))
        if attempt is not None:
            open_slot = and_(open_slot, slots.c.attempts == attempt)
        with self._database.writing() as connection:
            ended = connection.execute(update(slots).where(open_slot).values({**values, "try_at": try_at}))
            return bool(ended.rowcount)


@dataclass(frozen=True, slots=True)
class Runs:
    """A line for each run of each job."""

    _database: Database

    def record(self, job: str, *, started_at: datetime, ended_at: datetime, outcome: str, note: str) -> None:
        """Write a line."""
        row = {
            "job": job, "started_at": write_moment(started_at), "ended_at": write_moment(ended_at),
            "outcome": outcome, "note": note,
        }  # fmt: skip
        with self._database.writing() as connection:
            connection.execute(insert(runs), row)

    def last(self) -> dict[str, RunRecord]:
        """Return the last run of each job, in the order in which they ended, whatever a clock said then."""
        last_of_each = select(func.max(runs.c.seq)).group_by(runs.c.job)
        query = select(runs.c.job, runs.c.ended_at, runs.c.outcome, runs.c.note).where(runs.c.seq.in_(last_of_each))
        with self._database.reading() as connection:
            return {
                row.job: RunRecord(as_datetime(row.ended_at), row.outcome, row.note)
                for row in connection.execute(query.order_by(runs.c.seq))
            }


def drop_slots_within(connection: Connection, moment: str) -> int:
    """Erase slots that ended before the moment, but never a job's newest one, nor its newest one of the schedule."""
    old = or_(
        and_(slots.c.state.in_((SlotState.DONE, SlotState.FAILED)), slots.c.ended_at < moment),
        and_(IS_ASIDE, slots.c.due_at < moment),
    )
    of_each = select(slots.c.job, func.max(slots.c.due_at)).where(~IS_ASIDE).group_by(slots.c.job)
    kept = {
        (job, due_at)
        for newest in (of_each, of_each.where(old, slots.c.covers > 0))
        for job, due_at in connection.execute(newest)
    }
    listed = {(job, due_at) for job, due_at in connection.execute(select(slots.c.job, slots.c.due_at).where(old))}
    for job, due_at in listed - kept:
        connection.execute(delete(slots).where(slots.c.job == job, slots.c.due_at == due_at))
    return len(listed - kept)


def _registered(connection: Connection, now: datetime) -> dict[str, JobHistory]:
    to_end: dict[str, list[Slot]] = {}
    until = write_moment(now + CLOCKS_DIFFER)
    for row in connection.execute(_UNENDED):
        is_ahead = row.state == SlotState.WAITING and row.due_at > until and (row.covers or row.attempts)
        if not is_ahead:  # one that is will be set aside
            to_end.setdefault(row.job, []).append(Slot(as_datetime(row.due_at), row.job))
    return {  # of a job that was registered several times the newest counts
        job: JobHistory(as_datetime(since), as_datetime_or_none(due_at), tuple(to_end.get(job, ())))
        for job, since, due_at in connection.execute(_KNOWN, {"until": until})
    }


def is_slot(slot: Slot) -> ColumnElement[bool]:
    """Return the condition for the slot's line."""
    return and_(slots.c.job == slot.job, slots.c.due_at == write_moment(slot.due_at))


def new_row(
    job: str, due_at: str, *, planned_at: str, state: SlotState = SlotState.WAITING, covers: int = 1
) -> dict[str, Any]:
    """Return a line of a slot that no worker has begun."""
    return {
        "job": job, "due_at": due_at, "state": state, "covers": covers, "attempts": 0, "cut_short": 0,
        "planned_at": planned_at, "began_at": None, "try_at": None, "ended_at": None, "retryable": 0, "by_whom": "",
        "note": "",
    }  # fmt: skip


def to_entry(row: Row[*tuple[Any, ...]]) -> LedgerEntry:
    """Return a line as it is read."""
    return LedgerEntry(
        Slot(as_datetime(row.due_at), row.job), SlotState(row.state),
        covers=row.covers, attempts=row.attempts, cut_short=row.cut_short,
        planned_at=as_datetime(row.planned_at), began_at=as_datetime_or_none(row.began_at),
        try_at=as_datetime_or_none(row.try_at), ended_at=as_datetime_or_none(row.ended_at),
        retryable=bool(row.retryable), by=row.by_whom, note=row.note,
    )  # fmt: skip
