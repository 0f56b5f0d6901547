"""When a job is late: nobody runs it, whether for the first time or again; and when it is only slow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from integration.alerts import JobLimits, find_overdue_jobs
from integration.model import Condition, LedgerEntry, Slot, SlotState

DUE = datetime(2026, 7, 3, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LIMITS = {"sync": JobLimits(late_after=30 * MINUTE, within=60 * MINUTE)}
RESTART = "See whether the service runs, and start it again where it does not"


def late(entry: LedgerEntry, *, minutes: int) -> Condition | None:
    """Return the trouble so long after the slot was due."""
    troubles = list(find_overdue_jobs([entry], limits=LIMITS, now=DUE + minutes * MINUTE))
    return troubles[0] if troubles else None


@pytest.mark.parametrize("job", ["sync", "sync/form:pulse"])
def test_a_slot_that_waits_while_no_worker_lives_is_late(job: str) -> None:
    waits = LedgerEntry(Slot(DUE, job), SlotState.WAITING, planned_at=DUE)
    assert late(waits, minutes=30) is None
    trouble = late(waits, minutes=31)
    assert trouble
    assert trouble.key == "late/sync"
    assert "It has been waiting for 31 minutes, and nobody runs it." in trouble.description
    assert RESTART in trouble.advice


def test_a_slot_that_is_to_be_tried_again_is_late_where_nobody_does() -> None:
    again = LedgerEntry(
        Slot(DUE, "sync"), SlotState.WAITING,
        planned_at=DUE, began_at=DUE, try_at=DUE + 60 * MINUTE, retryable=True, note="Google is away.",
    )  # fmt: skip
    assert late(again, minutes=90) is None
    trouble = late(again, minutes=91)
    assert trouble
    assert "It has been waiting for 31 minutes, and nobody runs it." in trouble.description


def test_a_slot_that_was_cut_short_while_it_was_tried_again_is_late_where_nobody_does() -> None:
    cut_short = LedgerEntry(
        Slot(DUE, "sync"), SlotState.WAITING,
        planned_at=DUE, began_at=DUE + 60 * MINUTE, retryable=True, note="Google is away.",
    )  # fmt: skip
    assert late(cut_short, minutes=90) is None
    assert late(cut_short, minutes=91)


def test_a_run_that_is_slow_is_told_apart_from_one_that_is_stuck() -> None:
    running = LedgerEntry(Slot(DUE, "sync"), SlotState.RUNNING, planned_at=DUE, began_at=DUE, by="red 4711")
    slow, stuck = late(running, minutes=31), late(running, minutes=61)
    assert slow
    assert "It has been running for 31 minutes (red 4711)." in slow.description
    assert "a run that takes longer than 60 minutes is stopped" in slow.advice
    assert stuck
    assert RESTART in stuck.advice


def test_a_run_that_is_tried_again_may_last_as_long_as_any() -> None:
    again = LedgerEntry(
        Slot(DUE, "sync"), SlotState.RUNNING,
        planned_at=DUE, began_at=DUE + 60 * MINUTE, retryable=True, note="Google is away.",
    )  # fmt: skip
    assert late(again, minutes=120) is None
    assert late(again, minutes=121)
