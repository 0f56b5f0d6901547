"""The ledger of slots: each stands in it once, whoever plans it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, insert, or_, select, update

from integration.adapters.moment import as_datetime, write_moment
from integration.adapters.store.tables import slots
from integration.model import OPEN, Entry, Known, Planned, Slot, SlotState

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

_COLUMNS = (
    slots.c.job, slots.c.due_at, slots.c.state, slots.c.covers, slots.c.attempts, slots.c.planned_at,
    slots.c.began_at, slots.c.try_at, slots.c.ended_at, slots.c.retryable, slots.c.by_whom, slots.c.note,
)  # fmt: skip


def know(connection: Connection, jobs: Collection[str], now: str) -> None:
    """Enter the moment from which on each job's slots count, where there is none yet."""
    known = set(connection.execute(select(slots.c.job).where(slots.c.state == SlotState.BEGAN)).scalars())
    _add(connection, [_row(job, now, now, state=SlotState.BEGAN) for job in jobs if job not in known])


def known(connection: Connection, until: str) -> dict[str, Known]:
    """Return what is known of each job; slots later than `until`, and those that were only asked for, are left out."""
    began = slots.alias()
    planned = and_(slots.c.state != SlotState.BEGAN, slots.c.covers > 0, slots.c.due_at <= until)
    newest = select(slots.c.due_at).where(slots.c.job == began.c.job, planned).order_by(slots.c.due_at.desc()).limit(1)
    query = select(began.c.job, began.c.due_at, newest.scalar_subquery()).where(began.c.state == SlotState.BEGAN)
    to_end: dict[str, list[Slot]] = {}
    for entry in unended(connection):
        to_end.setdefault(entry.slot.job, []).append(entry.slot)
    return {
        job: Known(as_datetime(since), _maybe(due_at), tuple(to_end.get(job, ())))
        for job, since, due_at in connection.execute(query)
    }


def plan(connection: Connection, planned: Sequence[Planned], now: str) -> list[Slot]:
    """Enter the slots that are not there yet, and return these. No other writer can enter one meanwhile."""
    new = [each for each in planned if not _is_there(connection, each.slot)]
    _add(
        connection,
        [_row(each.slot.job, write_moment(each.slot.due_at), now, covers=each.covers) for each in new],
    )
    return [each.slot for each in new]


def ask(connection: Connection, job: str, now: datetime) -> list[Slot]:
    """Enter a slot of now, unless one waits that nobody has begun; return it, or nothing."""
    unbegun = and_(slots.c.job == job, slots.c.state == SlotState.WAITING, slots.c.attempts == 0)
    if connection.execute(select(slots.c.job).where(unbegun).limit(1)).first():
        return []
    return plan(connection, [Planned(Slot(now, job), covers=0)], write_moment(now))


def waiting(connection: Connection, now: str) -> list[Slot]:
    """Return the slots whose time has come, the earliest first."""
    ready = and_(slots.c.state == SlotState.WAITING, or_(slots.c.try_at.is_(None), slots.c.try_at <= now))
    query = select(slots.c.job, slots.c.due_at).where(ready).order_by(slots.c.due_at, slots.c.planned_at)
    return [Slot(as_datetime(due_at), job) for job, due_at in connection.execute(query)]


def begin(connection: Connection, slot: Slot, by: str, now: str) -> int | None:
    """Begin an attempt; return its number, or None where the slot has ended."""
    still = and_(_is(slot), slots.c.state.in_(OPEN))
    attempts = connection.execute(select(slots.c.attempts).where(still)).scalar()
    if attempts is None:
        return None
    begun = {"state": SlotState.RUNNING, "attempts": attempts + 1, "began_at": now, "try_at": None, "by_whom": by}
    connection.execute(update(slots).where(still).values(begun))
    return int(attempts) + 1


def end(  # noqa: PLR0913  # an end has so many parts
    connection: Connection, slot: Slot, state: SlotState, *, now: str, note: str, retryable: bool = False
) -> None:
    """Say how a slot ended."""
    ended = {"state": state, "ended_at": now, "try_at": None, "note": note, "retryable": int(retryable)}
    connection.execute(update(slots).where(_is(slot)).values(ended))


def put_off(connection: Connection, slot: Slot, *, until: str, note: str) -> None:
    """Let a slot wait for its next attempt."""
    waits = {"state": SlotState.WAITING, "try_at": until, "note": note, "retryable": 1}
    connection.execute(update(slots).where(_is(slot)).values(waits))


def take_back(connection: Connection) -> list[Slot]:
    """Let every slot that was being run wait again, and return these."""
    running = slots.c.state == SlotState.RUNNING
    query = select(slots.c.job, slots.c.due_at).where(running).order_by(slots.c.due_at)
    taken = [Slot(as_datetime(due_at), job) for job, due_at in connection.execute(query)]
    connection.execute(update(slots).where(running).values(state=SlotState.WAITING, try_at=None))
    return taken


def last(connection: Connection) -> dict[str, Entry]:
    """Return for each job its newest slot that has ended."""
    ended = slots.c.state.in_((SlotState.DONE, SlotState.FAILED))
    newest = select(slots.c.job, func.max(slots.c.due_at).label("due_at")).where(ended).group_by(slots.c.job).subquery()
    query = select(*_COLUMNS).join(newest, and_(slots.c.job == newest.c.job, slots.c.due_at == newest.c.due_at))
    return {row.job: _entry(row) for row in connection.execute(query)}


def unended(connection: Connection) -> list[Entry]:
    """Return the slots that are still to end, the earliest first."""
    query = select(*_COLUMNS).where(slots.c.state.in_(OPEN)).order_by(slots.c.due_at, slots.c.job)
    return [_entry(row) for row in connection.execute(query)]


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


def _add(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(slots), rows)


def _row(job: str, due_at: str, now: str, *, state: SlotState = SlotState.WAITING, covers: int = 1) -> dict[str, Any]:
    return {
        "job": job, "due_at": due_at, "state": state, "covers": covers, "attempts": 0, "planned_at": now,
        "began_at": None, "try_at": None, "ended_at": None, "retryable": 0, "by_whom": "", "note": "",
    }  # fmt: skip


def _entry(row: Row[*tuple[Any, ...]]) -> Entry:
    return Entry(
        slot=Slot(as_datetime(row.due_at), row.job),
        state=SlotState(row.state),
        covers=row.covers,
        attempts=row.attempts,
        planned_at=as_datetime(row.planned_at),
        began_at=_maybe(row.began_at),
        try_at=_maybe(row.try_at),
        ended_at=_maybe(row.ended_at),
        retryable=bool(row.retryable),
        by=row.by_whom,
        note=row.note,
    )


def _maybe(moment: str | None) -> datetime | None:
    return None if moment is None else as_datetime(moment)
