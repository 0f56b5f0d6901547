"""The ledger: its slots, also as a state machine, and its runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from integration.adapters.store import tables
from integration.adapters.store.ledger import CLOCKS_DIFFER
from integration.model import (
    PlannedSlot,
    RunRecord,
    Slot,
    SlotState,
)
from tests.example_counts import example_count
from tests.unit.integration.adapters.store.stored import LATER, NOW

if TYPE_CHECKING:
    from integration.adapters.store import Store

MINUTE = timedelta(minutes=1)

JOBS = ("sync", "publish")

JOB = st.sampled_from(JOBS)

MINUTES = st.integers(min_value=-5, max_value=5)

PICK = st.randoms(use_true_random=False)


@dataclass
class Line:
    """What the model knows of a slot."""

    state: SlotState = SlotState.WAITING
    attempts: int = 0
    try_at: datetime | None = None
    ended_at: datetime | None = None
    note: str = ""


class LedgerMachine(RuleBasedStateMachine):
    """Does to the ledger and to the model what schedulers and workers do, in any order."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        with self.store.database.writing() as connection:  # each run begins with an empty ledger
            connection.execute(tables.slots.delete())
        self.now = NOW
        self.lines: dict[Slot, Line] = {}
        self.since: dict[str, datetime] = {}
        self.asked: set[Slot] = set()

    @rule(minutes=st.integers(min_value=0, max_value=10))
    def time_passes(self, minutes: int) -> None:
        # A microsecond more: a job's beginning and a slot of it may not stand at the same moment.
        self.now += timedelta(minutes=minutes, microseconds=1)

    @rule(job=JOB)
    def know(self, job: str) -> None:
        self.store.ledger.register([job], now=self.now + timedelta(microseconds=1))
        self.since.setdefault(job, self.now + timedelta(microseconds=1))
        self.now += timedelta(microseconds=2)

    @rule(planned=st.lists(st.tuples(JOB, MINUTES), max_size=4, unique=True))
    def plan(self, planned: list[tuple[str, int]]) -> None:
        slots = [Slot(NOW + timedelta(minutes=minutes), job) for job, minutes in planned]
        entered = self.store.ledger.plan([PlannedSlot(slot, covers=2) for slot in slots], now=self.now)
        assert entered == [slot for slot in slots if slot not in self.lines], "each slot is entered once"
        self.lines.update({slot: Line() for slot in entered})

    @rule(job=JOB)
    def ask(self, job: str) -> None:
        self.store.ledger.request(job, now=self.now)
        unbegun = [s for s, line in self.lines.items() if s.job == job and _is_unbegun(line)]
        if not unbegun and Slot(self.now, job) not in self.lines:
            self.lines[Slot(self.now, job)] = Line()
            self.asked.add(Slot(self.now, job))

    @precondition(lambda self: self.lines)
    @rule(random=PICK)
    def begin(self, random: Any) -> None:
        slot = random.choice(sorted(self.lines))
        line = self.lines[slot]
        attempt = self.store.ledger.begin(slot, by="ada", now=self.now)
        if line.ended_at:
            assert attempt is None, "what has ended is not begun again"
            return
        line.state, line.attempts, line.try_at = SlotState.RUNNING, line.attempts + 1, None
        assert attempt == line.attempts

    @precondition(lambda self: self.running())
    @rule(random=PICK, note=st.text(max_size=10))
    def finish(self, random: Any, note: str) -> None:
        slot = random.choice(self.running())
        self.store.ledger.finish(slot, now=self.now, note=note)
        self.lines[slot] = Line(SlotState.DONE, self.lines[slot].attempts, None, self.now, note)

    @precondition(lambda self: self.running())
    @rule(random=PICK, again=st.none() | st.integers(min_value=1, max_value=9))
    def fail(self, random: Any, again: int | None) -> None:
        slot = random.choice(self.running())
        again_at = None if again is None else self.now + timedelta(minutes=again)
        self.store.ledger.fail(slot, now=self.now, note="no", retryable=True, retry_at=again_at)
        attempts = self.lines[slot].attempts
        if again_at:
            self.lines[slot] = Line(SlotState.WAITING, attempts, again_at, None, "no")
        else:
            self.lines[slot] = Line(SlotState.FAILED, attempts, None, self.now, "no")

    @rule()
    def whoever_ran_them_died(self) -> None:
        assert sorted(self.store.ledger.reset_running()) == self.running()
        for slot in self.running():
            self.lines[slot].state = SlotState.WAITING

    @rule(minutes=MINUTES)
    def drop(self, minutes: int) -> None:
        before = NOW + timedelta(minutes=minutes)
        moments = [*self.lines, *(Slot(since, job) for job, since in self.since.items())]
        newest = {max(slot for slot in moments if slot.job == job) for job in {slot.job for slot in moments}}
        old = [slot for slot, line in self.lines.items() if line.ended_at and line.ended_at < before]
        scheduled = [slot for slot in old if slot not in self.asked]
        newest |= {max(slot for slot in scheduled if slot.job == job) for job in {slot.job for slot in scheduled}}
        gone = [slot for slot in old if slot not in newest]
        assert self.store.ledger.drop_before(before) == len(gone)
        for slot in gone:
            del self.lines[slot]
            self.asked.discard(slot)

    @invariant()
    def the_ledger_says_what_the_model_says(self) -> None:
        ledger = self.store.ledger
        still = sorted(slot for slot, line in self.lines.items() if not line.ended_at)
        seen = [(e.slot, e.state, e.attempts, e.try_at, e.note) for e in ledger.open_entries()]
        said = [(s, self.lines[s]) for s in still]
        assert seen == [(s, line.state, line.attempts, line.try_at, line.note) for s, line in said]
        ready = [s for s, line in said if line.state == SlotState.WAITING and (line.try_at or self.now) <= self.now]
        assert sorted(ledger.ready(now=self.now)) == ready

    @invariant()
    def each_job_is_known_by_its_newest_slots(self) -> None:
        known = self.store.ledger.registered(now=self.now)
        assert {job: each.since for job, each in known.items()} == self.since
        for job, each in known.items():
            scheduled = [slot.due_at for slot in self.lines.keys() - self.asked if slot.job == job]
            assert each.newest == max((at for at in scheduled if at <= self.now + CLOCKS_DIFFER), default=None)
        last = self.store.ledger.last_ended()
        for job in JOBS:
            ended = [slot for slot, line in self.lines.items() if slot.job == job and line.ended_at]
            assert (last[job].slot if job in last else None) == max(ended, default=None)

    def running(self) -> list[Slot]:
        return sorted(slot for slot, line in self.lines.items() if line.state == SlotState.RUNNING)


def _is_unbegun(line: Line) -> bool:
    return line.state == SlotState.WAITING and line.attempts == 0


def test_the_ledger_tells_of_the_last_run_of_each_job(store: Store) -> None:
    store.runs.record("sync", started_at=NOW, ended_at=LATER, outcome="done", note="3 new")
    store.runs.record("sync", started_at=NOW, ended_at=NOW, outcome="failed", note="no folder")
    store.runs.record("publish", started_at=NOW, ended_at=NOW, outcome="done", note="")
    assert store.runs.last() == {
        "publish": RunRecord(NOW, "done", ""),
        "sync": RunRecord(NOW, "failed", "no folder"),
    }


def test_old_slots_are_dropped_but_never_a_jobs_newest(store: Store) -> None:
    ledger = store.ledger
    for day in range(4):
        store.ledger.request("sync", now=NOW + timedelta(days=day))
        slot = Slot(NOW + timedelta(days=day), "sync")
        ledger.begin(slot, by="ada", now=slot.due_at)
        ledger.finish(slot, now=slot.due_at, note="done")
    assert ledger.drop_before(NOW + timedelta(days=2)) == 2
    assert ledger.drop_before(NOW + timedelta(days=20)) == 1
    assert ledger.last_ended()["sync"].slot == Slot(NOW + timedelta(days=3), "sync")


def test_a_job_fails_since_the_first_slot_after_the_last_that_went_well(store: Store) -> None:
    ledger = store.ledger
    assert ledger.failing() == {}
    slots = [Slot(NOW + minutes * MINUTE, "sync") for minutes in range(6)]
    ledger.plan([PlannedSlot(slot) for slot in slots], now=NOW)
    ledger.fail(slots[0], now=NOW, note="before", retryable=False, retry_at=None)
    ledger.finish(slots[1], now=NOW, note="")
    assert ledger.failing() == {}
    ledger.fail(slots[2], now=NOW, note="first", retryable=True, retry_at=None)
    ledger.begin(slots[3], by="here", now=NOW)
    assert ledger.failing()["sync"].newest.note == "first"
    ledger.fail(slots[3], now=NOW, note="again", retryable=True, retry_at=NOW + MINUTE)
    failing = ledger.failing()["sync"]
    assert (failing.since, failing.newest.note, failing.is_for_good) == (slots[2].due_at, "again", False)
    ledger.fail(slots[3], now=NOW, note="for good", retryable=False, retry_at=None)
    assert ledger.failing()["sync"].is_for_good
    ledger.finish(slots[5], now=NOW, note="")
    assert ledger.failing() == {}


@pytest.mark.hypothesis
def test_whatever_is_done_each_slot_is_entered_once_and_ends_once(store: Store) -> None:
    machine = type("Machine", (LedgerMachine,), {"store": store})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=example_count(3), stateful_step_count=20, deadline=None)
    )
