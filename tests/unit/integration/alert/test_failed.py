"""What the owner reads of a job that failed: whether anybody tries it again, and what to run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from integration.alerts import JobLimits, UpcomingRuns, find_failed_jobs
from integration.model import FailingJob, JobHistory, LedgerEntry, Slot, SlotState

NOW = datetime(2026, 7, 3, 9, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LIMITS = {job: JobLimits(late_after=30 * MINUTE, within=HOUR) for job in ("pack", "sync")}
PASSES = "most such failures pass by themselves. To see what does not work: python -m jobs check --live"


def entry(job: str, state: SlotState, try_at: datetime | None = None) -> LedgerEntry:
    return LedgerEntry(Slot(NOW - 2 * HOUR, job), state, try_at=try_at, retryable=True, note="Google is away.")


def to_do(*entries: LedgerEntry, next_at: datetime | None = None) -> str:
    """Return what to do about these that have failed: those that are still to end, and those that are not."""
    still = tuple(each for each in entries if each.state is not SlotState.FAILED)
    failing = {each.slot.job: FailingJob(each.slot.due_at, each, is_for_good=False) for each in entries}
    job = entries[0].slot.job.partition("/")[0]
    known = {name: JobHistory(NOW - 2 * HOUR) for name in failing}
    ahead = {job: UpcomingRuns(open=still, next_at=next_at)}
    (trouble,) = find_failed_jobs(failing, limits=LIMITS, known=known, went_well={}, ahead=ahead, now=NOW)
    assert trouble.key == f"failed/{job}"
    return trouble.advice


def test_one_that_waits_says_when_it_is_tried_again() -> None:
    again = entry("pack", SlotState.WAITING, NOW + 25 * MINUTE)
    assert to_do(again) == f"pack is tried again at 10:25 on 3 July 2026, and after that about once an hour; {PASSES}"
    for now in (entry("pack", SlotState.RUNNING), entry("pack", SlotState.WAITING, NOW - MINUTE)):
        assert to_do(now) == f"pack is tried again now; {PASSES}"


def test_one_that_was_given_up_says_until_when_and_what_to_run() -> None:
    given_up = entry("pack", SlotState.FAILED)
    assert to_do(given_up, next_at=datetime(2026, 8, 4, 6, 0, tzinfo=UTC)) == (
        "pack was tried as often as it may be, and nobody tries it again before its next time, at 07:00 on 4 August "
        "2026. To see what does not work: python -m jobs check --live; when it works again, run: "
        "python -m jobs run pack"
    )
    assert "and nobody tries it again until somebody asks for it." in to_do(given_up)


def test_of_a_job_in_parts_each_is_named_and_the_whole_is_run() -> None:
    waits = entry("sync/form:pulse", SlotState.WAITING, NOW + MINUTE)
    says = to_do(waits, entry("sync/form:families", SlotState.FAILED), next_at=NOW + 10 * MINUTE)
    assert "sync (form pulse) is tried again at 10:01 on 3 July 2026" in says
    assert "sync (form families) was tried as often as it may be" in says
    assert says.endswith("python -m jobs run sync")
