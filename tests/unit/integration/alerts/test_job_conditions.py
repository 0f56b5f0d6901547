"""What the owner reads of a job that failed (who tries it again, and what to run), and when a job is late.

A job is late where nobody runs it, whether for the first time or again; one that is only slow is told apart.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from integration.alerts.job_conditions import JobLimits, UpcomingRuns, find_failed_jobs, find_overdue_jobs
from integration.model import Condition, FailingJob, JobHistory, LedgerEntry, Slot, SlotState

NOW = datetime(2026, 7, 3, 9, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LIMITS = {job: JobLimits(late_after=30 * MINUTE, longest_run=HOUR) for job in ("pack", "sync")}
PASSES = "most such failures pass by themselves. To see what does not work: python -m jobs check --live"
RESTART = "See whether the service runs, and start it again where it does not"


def failed_entry(job: str, state: SlotState, try_at: datetime | None = None) -> LedgerEntry:
    return LedgerEntry(Slot(NOW - 2 * HOUR, job), state, try_at=try_at, retryable=True, note="Google is away.")


def advise(*entries: LedgerEntry, next_at: datetime | None = None) -> str:
    """Return the advice on slots that have failed: those that are tried again, and those that were given up."""
    open_slots = tuple(each for each in entries if each.state is not SlotState.FAILED)
    failing = {each.slot.job: FailingJob(each.slot.due_at, each, is_for_good=False) for each in entries}
    job = entries[0].slot.job.partition("/")[0]
    histories = {name: JobHistory(NOW - 2 * HOUR) for name in failing}
    upcoming = {job: UpcomingRuns(open=open_slots, next_at=next_at)}
    (condition,) = find_failed_jobs(
        failing, limits=LIMITS, histories=histories, last_success={}, upcoming=upcoming, now=NOW
    )
    assert condition.key == f"failed/{job}"
    return condition.advice


def test_one_that_waits_says_when_it_is_tried_again() -> None:
    again = failed_entry("pack", SlotState.WAITING, NOW + 25 * MINUTE)
    assert advise(again) == f"pack is tried again at 10:25 on 3 July 2026, and after that about once an hour; {PASSES}"
    for now in (failed_entry("pack", SlotState.RUNNING), failed_entry("pack", SlotState.WAITING, NOW - MINUTE)):
        assert advise(now) == f"pack is tried again now; {PASSES}"


def test_one_that_was_given_up_says_until_when_and_what_to_run() -> None:
    given_up = failed_entry("pack", SlotState.FAILED)
    assert advise(given_up, next_at=datetime(2026, 8, 4, 6, 0, tzinfo=UTC)) == (
        "pack was tried as often as it may be, and nobody tries it again before its next time, at 07:00 on 4 August "
        "2026. To see what does not work: python -m jobs check --live; when it works again, run: "
        "python -m jobs run pack"
    )
    assert "and nobody tries it again until somebody asks for it." in advise(given_up)


def test_of_a_job_in_parts_each_is_named_and_the_whole_is_run() -> None:
    waits = failed_entry("sync/form:pulse", SlotState.WAITING, NOW + MINUTE)
    says = advise(waits, failed_entry("sync/form:families", SlotState.FAILED), next_at=NOW + 10 * MINUTE)
    assert "sync (form pulse) is tried again at 10:01 on 3 July 2026" in says
    assert "sync (form families) was tried as often as it may be" in says
    assert says.endswith("python -m jobs run sync")


def late(entry: LedgerEntry, *, minutes: int) -> Condition | None:
    """Return the condition so many minutes after the slot was due at NOW."""
    conditions = list(find_overdue_jobs([entry], limits=LIMITS, now=NOW + minutes * MINUTE))
    return conditions[0] if conditions else None


@pytest.mark.parametrize("job", ["sync", "sync/form:pulse"])
def test_a_slot_that_waits_while_no_worker_lives_is_late(job: str) -> None:
    waits = LedgerEntry(Slot(NOW, job), SlotState.WAITING, planned_at=NOW)
    assert late(waits, minutes=30) is None
    condition = late(waits, minutes=31)
    assert condition
    assert condition.key == "late/sync"
    assert "It has been waiting for 31 minutes, and nobody runs it." in condition.description
    assert RESTART in condition.advice


def test_a_slot_that_is_to_be_tried_again_is_late_where_nobody_does() -> None:
    again = LedgerEntry(
        Slot(NOW, "sync"), SlotState.WAITING,
        planned_at=NOW, began_at=NOW, try_at=NOW + 60 * MINUTE, retryable=True, note="Google is away.",
    )  # fmt: skip
    assert late(again, minutes=90) is None
    condition = late(again, minutes=91)
    assert condition
    assert "It has been waiting for 31 minutes, and nobody runs it." in condition.description


def test_a_slot_that_was_cut_short_while_it_was_tried_again_is_late_where_nobody_does() -> None:
    cut_short = LedgerEntry(
        Slot(NOW, "sync"), SlotState.WAITING,
        planned_at=NOW, began_at=NOW + 60 * MINUTE, retryable=True, note="Google is away.",
    )  # fmt: skip
    assert late(cut_short, minutes=90) is None
    assert late(cut_short, minutes=91)


def test_a_run_that_is_slow_is_told_apart_from_one_that_is_stuck() -> None:
    running = LedgerEntry(Slot(NOW, "sync"), SlotState.RUNNING, planned_at=NOW, began_at=NOW, by="red 4711")
    slow, stuck = late(running, minutes=31), late(running, minutes=61)
    assert slow
    assert "It has been running for 31 minutes (red 4711)." in slow.description
    assert "a run that takes longer than 60 minutes is stopped" in slow.advice
    assert stuck
    assert RESTART in stuck.advice


def test_a_run_that_is_tried_again_may_last_as_long_as_any() -> None:
    again = LedgerEntry(
        Slot(NOW, "sync"), SlotState.RUNNING,
        planned_at=NOW, began_at=NOW + 60 * MINUTE, retryable=True, note="Google is away.",
    )  # fmt: skip
    assert late(again, minutes=120) is None
    assert late(again, minutes=121)
