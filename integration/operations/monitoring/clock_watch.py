"""Watches the clock while jobs are planned: one that jumps, or differs from others, is remembered, and the owner told.

What is stored with a moment that is still to come was written by a clock that was wrong: `settled` says how it is to
be understood, and the ledger sets its slots aside.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from integration.adapters.clock import SharedClock, read_uptime
from integration.alerts.job_conditions import describe_jump
from integration.clock_jumps import TOLERANCE, add_jump, find_jump, is_undone, settle
from integration.model import ClockSight, OtherClock
from integration.operations.job_runs import day_of, last_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from integration.model import ClockJump
    from integration.wiring import Service

KEEP_SECONDS = 60
"""What the clock shows is stored so often."""

_log = logging.getLogger("crescendo.clock")


class ClockWatch:
    """Looks at the clock again and again; several threads may."""

    def __init__(self, service: Service, *, uptime: Callable[[], tuple[str, float]] = read_uptime) -> None:
        self._service, self._uptime = service, uptime
        self._last: ClockSight | None = None
        self._kept_at: float | None = None
        self._looking = threading.Lock()

    def look(self) -> ClockJump | None:
        """Compare the clock with what it showed before, and with the database's; return how it jumped, if it did.

        Raises StoreError or BusyError.
        """
        with self._looking:
            return self._look()

    def _look(self) -> ClockJump | None:
        state, clock = self._service.store.state, self._service.clock
        boot, uptime = self._uptime()
        is_time = self._kept_at is None or not 0 <= uptime - self._kept_at < KEEP_SECONDS
        if isinstance(clock, SharedClock):
            self._compare_with_database(clock)
        sight = ClockSight(clock.now(), boot, uptime)
        jump = find_jump(self._last or state.clock_sight.get(), sight)
        if jump:
            before = state.clock_jumps.get() or ()
            self._service.store.ledger.follow(jump, is_undone=is_undone(jump, before))
            note_days_ahead(self._service, jump, is_undone=is_undone(jump, before))
            state.clock_jumps.set(add_jump(before, jump))
            _log.warning("the clock jumped", extra={"expected": jump.expected.isoformat(), "at": jump.at.isoformat()})
        if jump or is_time:  # what was done because of the jump first: or a process that is killed here would forget it
            state.clock_sight.set(sight)
            self._kept_at = uptime
        self._last = sight
        return jump

    def _compare_with_database(self, clock: SharedClock) -> None:
        before = clock.own.now()
        theirs = self._service.store.database.now()
        ours = before + (clock.own.now() - before) / 2
        behind = theirs - ours
        clock.correct(behind if abs(behind) > TOLERANCE else timedelta())
        note_other_clock(self._service, f"the database (seen from {socket.gethostname()})", theirs=theirs, ours=ours)


def note_days_ahead(service: Service, jump: ClockJump, *, is_undone: bool) -> None:
    """Remember which reworded questions bear a day to come: a series began when the clock went back, also next year.

    Where the clock that went back was wrong, and is right again, they bear the right day. Raises StoreError, BusyError.
    """
    state = service.store.state
    if not jump.is_back:
        if is_undone:
            state.days_ahead.set({})
        return
    day, known = day_of(service, jump.at), state.days_ahead.get() or {}
    new = {
        f"{source} {each.field} {each.on}": day
        for source in service.settings.forms
        for each in state.rewordings(source).get() or ()
        if each.on > day
    }
    if new:
        state.days_ahead.set({**new, **known})


def note_other_clock(service: Service, whose: str, *, theirs: datetime, ours: datetime) -> None:
    """Remember a clock that differs clearly from ours, or that it does so no more. Raises StoreError or BusyError."""
    state = service.store.state.other_clocks
    known = state.get() or {}
    before, differs = known.get(whose), abs(theirs - ours) > TOLERANCE
    if not differs and before is None:
        return
    if differs and before and abs(theirs - before.theirs) < timedelta(seconds=KEEP_SECONDS):
        return
    _log.warning("a clock differs" if differs else "a clock agrees again", extra={"whose": whose})
    others = {name: other for name, other in known.items() if name != whose}
    state.set({**others, **({whose: OtherClock(theirs, ours)} if differs else {})})


def note_google_clock(service: Service) -> None:
    """Remember whether Google's clock differs from ours, as its last answer to this process says, if there was one.

    Raises StoreError or BusyError.
    """
    google = service.google_if_called
    if google is None or not google.last_date:
        return
    from integration.adapters.heartbeat import read_http_date  # noqa: PLC0415  # requests is slow to import

    header, received = google.last_date
    passed = timedelta(seconds=time.monotonic() - received)
    google.last_date = None
    if date := read_http_date(header):
        note_other_clock(service, "Google", theirs=date + passed, ours=service.clock.now())


def describe_clock(service: Service, *, told: Collection[str]) -> list[str]:
    """Return a line where the clock has jumped since jobs were planned last, unless an alert tells of it already.

    Where none ever were, because commands are run by hand alone, a run that ended at a time to come tells it. Raises
    StoreError.
    """
    before, now = service.store.state.clock_sight.get(), service.clock.now()
    ends = [run.ended_at for run in last_runs(service).values()] if before is None else []
    if ends and max(ends) > now + TOLERANCE:
        before = ClockSight(max(ends), "", 0)
    jump = find_jump(before, ClockSight(now, *read_uptime()))
    condition = describe_jump(jump) if jump else None
    return [] if condition is None or condition.key in told else [f"{condition.description} {condition.advice}", ""]


def settled(service: Service, *, now: datetime) -> Callable[[datetime], datetime]:
    """Return the function that says how a stored moment is to be understood now. Raises StoreError."""
    return partial(settle, jumps=service.store.state.clock_jumps.get() or (), now=now)
