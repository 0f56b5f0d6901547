"""The ledger of slots: each stands in it once, whoever plans it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update

from integration.adapters.clock import as_datetime, as_datetime_or_none, write_moment
from integration.adapters.store.tables import slots
from integration.model import OPEN_STATES, FailingJob, JobHistory, LedgerEntry, PlannedSlot, Slot, SlotState

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

_COLUMNS = (
    slots.c.job, slots.c.due_at, slots.c.state, slots.c.covers, slots.c.attempts, slots.c.cut_short,
    slots.c.planned_at, slots.c.began_at, slots.c.try_at, slots.c.ended_at, slots.c.retryable, slots.c.by_whom,
    slots.c.note,
)  # fmt: skip

_UNBEGUN = (
    select(slots.c.job)
    .where(slots.c.job == bindparam("of"), slots.c.state == SlotState.WAITING, slots.c.attempts == 0)
    .limit(1)
)
_UNENDED = select(*_COLUMNS).where(slots.c.state.in_(OPEN_STATES)).order_by(slots.c.due_at, slots.c.job)
_BEGAN = slots.alias()
_OF_SCHEDULE = and_(slots.c.state != SlotState.BEGAN, slots.c.covers > 0)
_NEWEST = (
    select(slots.c.due_at)
    .where(slots.c.job == _BEGAN.c.job, _OF_SCHEDULE, slots.c.due_at <= bindparam("until"))
    .order_by(slots.c.due_at.desc())  # by the key, so that a ledger of years is as quick as one of days
    .limit(1)
)
_KNOWN = select(_BEGAN.c.job, _BEGAN.c.due_at, _NEWEST.scalar_subquery()).where(_BEGAN.c.state == SlotState.BEGAN)


def know(connection: Connection, jobs: Collection[str], now: str) -> None:
    """Enter the moment from which on each job's slots count, where there is none yet."""
    known = set(connection.execute(select(slots.c.job).where(slots.c.state == SlotState.BEGAN)).scalars())
    _add(connection, [_row(job, now, now, state=SlotState.BEGAN) for job in jobs if job not in known])


def known(connection: Connection, until: str) -> dict[str, JobHistory]:
    """Return what is known of each job; slots later than `until`, and those that were only asked for, are left out."""
    to_end: dict[str, list[Slot]] = {}
    for entry in unended(connection):
        to_end.setdefault(entry.slot.job, []).append(entry.slot)
    return {
        job: JobHistory(as_datetime(since), as_datetime_or_none(due_at), tuple(to_end.get(job, ())))
        for job, since, due_at in connection.execute(_KNOWN, {"until": until})
    }


def plan(connection: Connection, planned: Sequence[PlannedSlot], now: str) -> list[Slot]:
    """Enter the slots that are not there yet, and return these. No other writer can enter one meanwhile."""
    new = [each for each in planned if not _is_there(connection, each.slot)]
    _add(
        connection,
        [_row(each.slot.job, write_moment(each.slot.due_at), now, covers=each.covers) for each in new],
    )
    return [each.slot for each in new]


def ask(connection: Connection, job: str, now: datetime) -> list[Slot]:
    """Enter a slot of now, unless one waits that nobody has begun; return it, or nothing."""
    if connection.execute(_UNBEGUN, {"of": job}).first():
        return []
    return plan(connection, [PlannedSlot(Slot(now, job), covers=0)], write_moment(now))


def waiting(connection: Connection, now: str) -> list[Slot]:
    """Return the slots whose time has come, the earliest first."""
    ready = and_(slots.c.state == SlotState.WAITING, or_(slots.c.try_at.is_(None), slots.c.try_at <= now))
    query = select(slots.c.job, slots.c.due_at).where(ready).order_by(slots.c.due_at, slots.c.planned_at)
    return [Slot(as_datetime(due_at), job) for job, due_at in connection.execute(query)]


def begin(connection: Connection, slot: Slot, by: str, now: str) -> int | None:
    """Begin an attempt; return its number, or None where the slot has ended. Whoever ran it until now is dead."""
    still = and_(_is(slot), slots.c.state.in_(OPEN_STATES))
    there = connection.execute(select(slots.c.attempts, slots.c.cut_short, slots.c.state).where(still)).one_or_none()
    if there is None:
        return None
    begun = {
        "state": SlotState.RUNNING, "attempts": there.attempts + 1, "began_at": now, "try_at": None, "by_whom": by,
        "cut_short": there.cut_short + (there.state == SlotState.RUNNING),
    }  # fmt: skip
    connection.execute(update(slots).where(still).values(begun))
    return int(there.attempts) + 1


def end(  # noqa: PLR0913  # an end has so many parts
    connection: Connection, slot: Slot, state: SlotState, *, attempt: int | None, now: str, note: str,
    retryable: bool = False,
) -> bool:  # fmt: skip
    """Say how a slot ended; False where it had ended, or another attempt than this one runs: then nothing changed."""
    ended = {"state": state, "ended_at": now, "try_at": None, "note": note, "retryable": int(retryable)}
    return bool(connection.execute(update(slots).where(_is_still(slot, attempt)).values(ended)).rowcount)


def put_off(connection: Connection, slot: Slot, *, attempt: int | None, until: str, note: str) -> bool:
    """Let a slot wait for its next attempt; False likewise."""
    waits = {"state": SlotState.WAITING, "try_at": until, "note": note, "retryable": 1}
    return bool(connection.execute(update(slots).where(_is_still(slot, attempt)).values(waits)).rowcount)


def entry(connection: Connection, slot: Slot) -> LedgerEntry | None:
    """Return the slot's line."""
    row = connection.execute(select(*_COLUMNS).where(_is(slot))).one_or_none()
    return None if row is None else _entry(row)


def take_back(connection: Connection) -> list[Slot]:
    """Let every slot that was being run wait again, and return these."""
    running = slots.c.state == SlotState.RUNNING
    query = select(slots.c.job, slots.c.due_at).where(running).order_by(slots.c.due_at)
    taken = [Slot(as_datetime(due_at), job) for job, due_at in connection.execute(query)]
    wait = {"state": SlotState.WAITING, "try_at": None, "cut_short": slots.c.cut_short + 1}
    connection.execute(update(slots).where(running).values(wait))
    return taken


def last(connection: Connection) -> dict[str, LedgerEntry]:
    """Return for each job its newest slot that has ended."""
    ended = slots.c.state.in_((SlotState.DONE, SlotState.FAILED))
    newest = select(slots.c.job, func.max(slots.c.due_at).label("due_at")).where(ended).group_by(slots.c.job).subquery()
    query = select(*_COLUMNS).join(newest, and_(slots.c.job == newest.c.job, slots.c.due_at == newest.c.due_at))
    return {row.job: _entry(row) for row in connection.execute(query)}


def failing(connection: Connection) -> dict[str, FailingJob]:
    """Return for each job what failed since its last slot that was done, for good or to be tried again."""
    good = select(slots.c.job, func.max(slots.c.due_at).label("due_at")).where(slots.c.state == SlotState.DONE)
    last_good = good.group_by(slots.c.job).subquery()
    # A slot that is still to end has failed an attempt where it is marked so.
    has_failed = or_(slots.c.state == SlotState.FAILED, and_(slots.c.state.in_(OPEN_STATES), slots.c.retryable == 1))
    since = or_(last_good.c.due_at.is_(None), slots.c.due_at > last_good.c.due_at)
    query = select(*_COLUMNS).outerjoin(last_good, slots.c.job == last_good.c.job).where(has_failed, since)
    entries: dict[str, list[LedgerEntry]] = {}
    for row in connection.execute(query.order_by(slots.c.job, slots.c.due_at)):
        entries.setdefault(row.job, []).append(_entry(row))
    return {
        job: FailingJob(
            since=failed[0].slot.due_at,
            newest=failed[-1],
            is_for_good=any(entry.state is SlotState.FAILED and not entry.retryable for entry in failed),
        )
        for job, failed in entries.items()
    }


def unended(connection: Connection) -> list[LedgerEntry]:
    """Return the slots that are still to end, the earliest first."""
    return [_entry(row) for row in connection.execute(_UNENDED)]


def drop_before(connection: Connection, moment: str) -> int:
    """Erase slots that ended before the moment, but never a job's newest one, nor its newest one of the schedule."""
    old = and_(slots.c.state.in_((SlotState.DONE, SlotState.FAILED)), slots.c.ended_at < moment)
    of_each = select(slots.c.job, func.max(slots.c.due_at)).group_by(slots.c.job)
    kept = {
        (job, due_at)
        for newest in (of_each, of_each.where(old, slots.c.covers > 0))
        for job, due_at in connection.execute(newest)
    }
    found = connection.execute(select(slots.c.job, slots.c.due_at).where(old)).all()
    gone = [(job, due_at) for job, due_at in found if (job, due_at) not in kept]
    for job, due_at in gone:
        connection.execute(delete(slots).where(slots.c.job == job, slots.c.due_at == due_at))
    return len(gone)


def _is_there(connection: Connection, slot: Slot) -> bool:
    return connection.execute(select(slots.c.job).where(_is(slot))).first() is not None


def _is(slot: Slot) -> ColumnElement[bool]:
    return and_(slots.c.job == slot.job, slots.c.due_at == write_moment(slot.due_at))


def _is_still(slot: Slot, attempt: int | None) -> ColumnElement[bool]:
    """Whether the slot is still to end, by this attempt."""
    still = and_(_is(slot), slots.c.state.in_(OPEN_STATES))
    return still if attempt is None else and_(still, slots.c.attempts == attempt)


def _add(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(slots), rows)


def _row(job: str, due_at: str, now: str, *, state: SlotState = SlotState.WAITING, covers: int = 1) -> dict[str, Any]:
    return {
        "job": job, "due_at": due_at, "state": state, "covers": covers, "attempts": 0, "cut_short": 0,
        "planned_at": now, "began_at": None, "try_at": None, "ended_at": None, "retryable": 0, "by_whom": "",
        "note": "",
    }  # fmt: skip


def _entry(row: Row[*tuple[Any, ...]]) -> LedgerEntry:
    return LedgerEntry(
        slot=Slot(as_datetime(row.due_at), row.job),
        state=SlotState(row.state),
        covers=row.covers,
        attempts=row.attempts,
        cut_short=row.cut_short,
        planned_at=as_datetime(row.planned_at),
        began_at=as_datetime_or_none(row.began_at),
        try_at=as_datetime_or_none(row.try_at),
        ended_at=as_datetime_or_none(row.ended_at),
        retryable=bool(row.retryable),
        by=row.by_whom,
        note=row.note,
    )
