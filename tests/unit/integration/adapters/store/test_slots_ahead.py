"""Slots of a time to come: of each state, what it holds up (nothing) and what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from config.schema import Job
from integration.adapters.clock import FixedClock
from integration.adapters.store.ledger import CLOCKS_DIFFER
from integration.adapters.store.slots_ahead import LONGEST_WAIT
from integration.model import ClockJump, PlannedSlot, Slot, SlotState
from jobs.scheduling.runs import RETRY_DELAYS, plan_due
from tests.unit.integration.adapters.store.stored import NOW

if TYPE_CHECKING:
    from integration.adapters.store import Store

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AHEAD = NOW + 370 * DAY
SYNC = Job(about="reads", every="10 minutes")
PACK = Job(about="builds", when="daily at 07:00", missed="each")
JOBS = {"sync": SYNC, "pack": PACK}
WAS_AHEAD = ClockJump(AHEAD + HOUR, NOW + HOUR, is_measured=True)


def plan_at(store: Store, hours: float) -> list[str]:
    """Plan so many hours after NOW, and return of which jobs there was anything new."""
    return sorted({slot.job for slot in plan_due(store.ledger, JOBS, clock=FixedClock(NOW + hours * HOUR))})


@pytest.mark.parametrize("state", ["waiting", "failed once", "failed", "done", "cut short"])
@pytest.mark.parametrize("job", ["sync", "pack"])
def test_a_slot_of_a_time_to_come_holds_up_nothing(store: Store, job: str, state: str) -> None:
    ledger, slot = store.ledger, Slot(AHEAD, job)
    plan_at(store, 0)
    ledger.plan([PlannedSlot(slot)], now=AHEAD)
    if state != "waiting":
        ledger.begin(slot, by="a test", now=AHEAD)
    if state == "done":
        ledger.finish(slot, now=AHEAD, note="")
    elif state == "failed":
        ledger.fail(slot, now=AHEAD, note="no", retryable=False, retry_at=None)
    elif state == "failed once":
        ledger.fail(slot, now=AHEAD, note="no", retryable=True, retry_at=AHEAD + MINUTE)
    elif state == "cut short":
        ledger.reset_running()
    assert plan_at(store, 24) == ["pack", "sync"]
    assert [each.job for each in ledger.ready(now=NOW + DAY)] == ["pack", "sync"]
    assert ledger.failing() == {}
    assert all(each.slot.due_at <= NOW + DAY for each in ledger.open_entries())
    for each in ledger.ready(now=NOW + DAY):
        ledger.begin(each, by="a test", now=NOW + DAY)
        ledger.finish(each, now=NOW + DAY, note="")
    planned = plan_due(ledger, JOBS, clock=FixedClock(AHEAD + MINUTE))
    assert Slot(AHEAD, job) in planned or job == "pack" or any(each.job == job for each in planned)


def test_one_of_a_time_to_come_that_runs_ends_first(store: Store) -> None:
    ledger, slot = store.ledger, Slot(AHEAD, "sync")
    plan_at(store, 0)
    ledger.plan([PlannedSlot(slot)], now=AHEAD)
    ledger.begin(slot, by="a test", now=AHEAD)
    assert plan_at(store, 1) == [], "it must not overlap itself"
    assert ledger.finish(slot, now=NOW + HOUR, note="")
    assert plan_at(store, 1) == ["sync"]


def test_a_retry_of_a_time_to_come_waits_no_more(store: Store) -> None:
    """Its slot was due before the clock was wrong."""
    ledger, slot = store.ledger, Slot(NOW, "publish")
    ledger.request("publish", now=NOW)
    ledger.begin(slot, by="a test", now=AHEAD)
    ledger.fail(slot, now=AHEAD, note="no", retryable=True, retry_at=AHEAD + MINUTE)
    plan_at(store, 1)
    assert ledger.ready(now=NOW + HOUR) == [slot]
    ledger.begin(slot, by="a test", now=NOW)
    ledger.fail(slot, now=AHEAD, note="no", retryable=True, retry_at=AHEAD + MINUTE)
    plan_at(store, 1)
    assert ledger.ready(now=NOW + HOUR) == [slot], "also where the clock jumped while it ran"
    ledger.fail(slot, now=NOW + HOUR, note="no", retryable=True, retry_at=NOW + 2 * HOUR)
    plan_at(store, 1)
    assert ledger.ready(now=NOW + HOUR) == [], "this one is to wait"


def test_what_was_asked_for_is_asked_for_anew(store: Store) -> None:
    ledger = store.ledger
    ledger.request("publish", now=AHEAD)
    assert ledger.ready(now=NOW) == [Slot(AHEAD, "publish")], "one that nobody has begun runs at once"
    ledger.begin(Slot(AHEAD, "publish"), by="a test", now=AHEAD)
    ledger.fail(Slot(AHEAD, "publish"), now=AHEAD, note="no", retryable=True, retry_at=AHEAD + MINUTE)
    plan_at(store, 1)
    assert ledger.ready(now=NOW + HOUR) == [Slot(NOW + HOUR, "publish")]


def test_a_first_start_with_a_clock_that_is_ahead_counts_from_when_it_really_was(store: Store) -> None:
    store.ledger.register(list(JOBS), now=AHEAD)
    store.ledger.follow(WAS_AHEAD, is_undone=False)
    assert {each.since for each in store.ledger.registered(now=NOW + HOUR).values()} == {NOW}
    assert plan_at(store, 1) == ["sync"]


def test_a_first_start_with_a_clock_that_is_years_behind_makes_up_no_years(store: Store) -> None:
    ago = NOW - 3650 * DAY
    store.ledger.register(list(JOBS), now=ago)
    store.ledger.follow(ClockJump(ago + HOUR, NOW + HOUR, is_measured=True), is_undone=False)
    assert plan_at(store, 1) == ["sync"]


def test_where_nobody_knows_by_how_much_it_was_ahead_it_counts_from_now(store: Store) -> None:
    store.ledger.register(list(JOBS), now=AHEAD)
    assert plan_at(store, 0) == []
    assert {each.since for each in store.ledger.registered(now=NOW + HOUR).values()} == {NOW}
    assert plan_at(store, 1) == ["sync"]


def test_a_clock_that_went_back_and_is_right_again_runs_nothing_twice(store: Store) -> None:
    ledger = store.ledger
    plan_at(store, -48)
    slots = plan_due(ledger, JOBS, clock=FixedClock(NOW))
    for slot in slots:
        ledger.begin(slot, by="a test", now=NOW)
        ledger.finish(slot, now=NOW, note="")
    assert plan_at(store, -40) == ["sync"], "by that clock it is due"
    ledger.finish(*ledger.ready(now=NOW - 40 * HOUR), now=NOW - 40 * HOUR, note="")
    back = ClockJump(NOW - 40 * HOUR, NOW + MINUTE, is_measured=True)
    ledger.follow(back, is_undone=True)
    assert plan_at(store, 1 / 60) == []
    assert {each.state for each in ledger.last_ended().values()} == {SlotState.DONE}
    assert ledger.last_ended()["pack"].slot == max(slot for slot in slots if slot.job == "pack")


def test_old_slots_that_were_set_aside_go_with_the_others(store: Store) -> None:
    plan_at(store, 0)
    store.ledger.plan([PlannedSlot(Slot(AHEAD, "sync"))], now=AHEAD)
    store.ledger.set_aside(now=NOW)
    assert store.ledger.drop_before(AHEAD) == 0
    assert store.ledger.drop_before(AHEAD + DAY) == 1


def test_no_slot_waits_for_longer_than_the_ledger_believes() -> None:
    assert max(RETRY_DELAYS) == LONGEST_WAIT
    assert min(delay for delay in RETRY_DELAYS if delay > 5 * MINUTE) > CLOCKS_DIFFER
