"""Slots of a time that is still to come, which only a clock plans that is wrong: what becomes of them.

They are set aside as soon as they are seen, so that they hold up nothing. When the time of one has come it is planned
as if it had never been. Where it was the clock of now that was wrong, and it is put right, they are what they were: so
nothing is done twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, insert, or_, select, update

from integration.adapters.clock import as_datetime, write_moment
from integration.adapters.store.ledger import CLOCKS_DIFFER, is_slot, new_row, to_entry
from integration.adapters.store.tables import slots
from integration.model import SET_ASIDE, SlotState
from integration.schedule import LONGEST_GAP

if TYPE_CHECKING:
    from datetime import datetime

    from integration.adapters.store.ledger import Ledger, Queue
    from integration.adapters.store.store import Database
    from integration.model import ClockJump, Slot

LONGEST_WAIT = timedelta(hours=1)
"""So long at most a slot waits to be tried again (`RETRY_DELAYS`)."""

# One that was asked for runs at once, whatever its moment; all else of a time to come was planned by a wrong clock.
_WAITS_AHEAD = and_(
    slots.c.state == SlotState.WAITING,
    slots.c.due_at > bindparam("until"),
    or_(slots.c.covers > 0, slots.c.attempts > 0),
)
_ENDED_AHEAD = and_(slots.c.state.in_((SlotState.DONE, SlotState.FAILED)), slots.c.due_at > bindparam("until"))
_SLEEPS_AHEAD = and_(
    slots.c.state == SlotState.WAITING,
    slots.c.due_at <= bindparam("until"),
    slots.c.try_at > bindparam("until"),
    or_(slots.c.began_at > bindparam("until"), slots.c.try_at > bindparam("too_late")),
)
_AHEAD = select(slots).where(or_(_WAITS_AHEAD, _ENDED_AHEAD, _SLEEPS_AHEAD)).order_by(slots.c.due_at, slots.c.job)


def set_aside(database: Database, queue: Queue | None, ledger: Ledger, *, now: datetime) -> list[Slot]:
    """Set aside the slots of a time that is clearly still to come; return them.

    What was asked for beside the schedule is asked for anew; what waits until then to be tried again waits no more.
    """
    until = now + CLOCKS_DIFFER
    ahead = {"until": write_moment(until), "too_late": write_moment(until + LONGEST_WAIT)}
    with database.reading() as connection:  # nearly always there is none
        if connection.execute(_AHEAD.limit(1), ahead).first() is None:
            return []
    with database.writing() as connection:
        entries = [to_entry(row) for row in connection.execute(_AHEAD, ahead)]
        woken = [entry.slot for entry in entries if entry.slot.due_at <= until]
        for slot in woken:
            connection.execute(update(slots).where(is_slot(slot)).values(try_at=None))
        for state, aside in SET_ASIDE.items():
            of_state = and_(slots.c.state == state, or_(_WAITS_AHEAD, _ENDED_AHEAD))
            connection.execute(update(slots).where(of_state).values(state=aside), ahead)
        unmet = (entry.slot for entry in entries if not entry.covers and entry.state is SlotState.WAITING)
        for job in dict.fromkeys(slot.job for slot in unmet if slot.due_at > until):
            ledger.request_within(connection, job, now)
        if queue and woken:
            queue.enter(connection, woken)
    return [entry.slot for entry in entries]


def follow(database: Database, jump: ClockJump, *, is_undone: bool) -> None:
    """Let the ledger follow a clock that jumped.

    `is_undone` says that it shows again what it had shown before it went back: what was set aside by that is what it
    was. And where a job was only registered while the clock was wrong, and it is known by how much, its slots count
    from the moment at which it really was.
    """
    with database.writing() as connection:
        if is_undone and not jump.is_back:
            skipped = and_(slots.c.due_at > write_moment(jump.expected), slots.c.due_at <= write_moment(jump.at))
            for state, aside in SET_ASIDE.items():
                connection.execute(update(slots).where(slots.c.state == aside, skipped).values(state=state))
        moved = jump.at - jump.expected
        if not jump.is_measured or timedelta(0) < moved <= LONGEST_GAP:
            return
        began: dict[str, list[datetime]] = {}
        for job, moment in connection.execute(
            select(slots.c.job, slots.c.due_at).where(slots.c.state == SlotState.BEGAN)
        ):
            began.setdefault(job, []).append(as_datetime(moment))
        rows = [
            new_row(job, write_moment(min(moments) + moved), planned_at=write_moment(jump.at), state=SlotState.BEGAN)
            for job, moments in began.items()
            if not any(moment <= jump.at and (jump.is_back or moment > jump.expected) for moment in moments)
        ]
        if rows:
            connection.execute(insert(slots), rows)
