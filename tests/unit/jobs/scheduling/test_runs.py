"""Planning on a real ledger, also of two processes at once; and the retry policy."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from config.schema import Job
from integration.adapters.store import open_store
from integration.model import Slot
from jobs.scheduling.runs import next_attempt_at, plan_due, retry_delay
from tests.unit.integration.adapters.store.stored import url_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from integration.adapters.store.ledger import Ledger
    from integration.model import JobHistory

READ = Job(about="reads the forms", every="10 minutes")
PACK = Job(about="builds the pack", when="monthly on the 1st at 00:00", missed="each")
TIDY = Job(about="tidies up", when="by hand")
MORNING = datetime(2022, 3, 1, 9, 5, tzinfo=UTC)


@dataclass
class SetClock:
    """A clock that the test sets."""

    at: datetime = MORNING

    def now(self) -> datetime:
        return self.at

    def go_on(self, minutes: float) -> None:
        self.at += timedelta(minutes=minutes)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(open_store(url_of(tmp_path))) as store:
        yield store.ledger


def read_at(hour: int, minute: int) -> Slot:
    return Slot(MORNING.replace(hour=hour, minute=minute), "read")


def run(ledger: Ledger, slot: Slot, now: datetime) -> None:
    assert ledger.begin(slot, by="a test", now=now) == 1
    ledger.finish(slot, now=now, note="done")


def test_a_job_counts_from_the_first_planning_and_is_planned_once(ledger: Ledger) -> None:
    watch = SetClock()
    assert plan_due(ledger, {"read": READ}, clock=watch) == []
    watch.go_on(5)
    assert plan_due(ledger, {"read": READ}, clock=watch) == [read_at(9, 10)]
    assert plan_due(ledger, {"read": READ}, clock=watch) == []


def test_what_was_missed_while_a_run_took_long_is_made_good_by_one(ledger: Ledger) -> None:
    watch = SetClock()
    plan_due(ledger, {"read": READ}, clock=watch)
    watch.go_on(5)
    (slot,) = plan_due(ledger, {"read": READ}, clock=watch)
    watch.go_on(35)
    assert plan_due(ledger, {"read": READ}, clock=watch) == []
    run(ledger, slot, watch.now())
    assert plan_due(ledger, {"read": READ}, clock=watch) == [read_at(9, 40)]
    assert [entry.covers for entry in ledger.open_entries()] == [3]


def test_a_run_that_was_asked_for_takes_no_slot_of_the_schedule_away(ledger: Ledger) -> None:
    watch = SetClock()
    plan_due(ledger, {"pack": PACK}, clock=watch)
    watch.at = datetime(2022, 4, 3, 12, tzinfo=UTC)  # nobody planned on the 1st
    ledger.request("pack", now=watch.now())
    asked = Slot(watch.now(), "pack")
    assert [entry.covers for entry in ledger.open_entries()] == [0]
    assert plan_due(ledger, {"pack": PACK}, clock=watch) == [Slot(datetime(2022, 3, 31, 23, tzinfo=UTC), "pack")]
    run(ledger, asked, watch.now())
    assert ledger.registered(now=watch.now())["pack"].newest == datetime(2022, 3, 31, 23, tzinfo=UTC)


def test_a_job_that_was_by_hand_until_now_has_missed_nothing(ledger: Ledger) -> None:
    watch = SetClock()
    plan_due(ledger, {"tidy": TIDY, "read": READ}, clock=watch)
    watch.go_on(60 * 24 * 90)
    assert plan_due(ledger, {"tidy": PACK}, clock=watch) == []
    watch.go_on(60 * 24 * 31)
    assert [slot.job for slot in plan_due(ledger, {"tidy": PACK}, clock=watch)] == ["tidy"]


def test_a_process_that_read_before_another_planned_plans_nothing_that_the_other_covered(ledger: Ledger) -> None:
    slow, quick = SetClock(), SetClock()
    jobs = {"read": READ}
    plan_due(ledger, jobs, clock=slow)
    slow.go_on(5)

    class Slow:
        """The ledger of a process that stops for ten minutes after it has read the ledger."""

        def registered(self, *, now: datetime) -> Mapping[str, JobHistory]:
            found = ledger.registered(now=now)
            quick.at = slow.at = slow.at + timedelta(minutes=11)
            (slot,) = plan_due(ledger, jobs, clock=quick)
            run(ledger, slot, quick.now())
            return found

        def __getattr__(self, name: str) -> object:
            return getattr(ledger, name)

    assert plan_due(Slow(), jobs, clock=slow) == []  # type: ignore[arg-type]  # the rest is handed through
    assert ledger.last_ended()["read"].covers == 2


def test_clocks_that_differ_by_seconds_cover_nothing_twice(ledger: Ledger) -> None:
    ahead, behind = SetClock(), SetClock(MORNING - timedelta(seconds=4))
    jobs = {"read": READ}
    plan_due(ledger, jobs, clock=ahead)
    ahead.at, behind.at = MORNING.replace(minute=20, second=1), MORNING.replace(minute=19, second=57)
    (slot,) = plan_due(ledger, jobs, clock=ahead)
    run(ledger, slot, ahead.now())
    assert plan_due(ledger, jobs, clock=behind) == []
    assert ledger.last_ended()["read"].covers == 2


def test_a_clock_that_was_a_year_ahead_stops_nothing(ledger: Ledger) -> None:
    watch, wrong = SetClock(), SetClock(MORNING + timedelta(days=365))
    plan_due(ledger, {"read": READ}, clock=watch)
    (slot,) = plan_due(ledger, {"read": READ}, clock=wrong)
    run(ledger, slot, wrong.now())
    watch.go_on(5)
    assert plan_due(ledger, {"read": READ}, clock=watch) == [read_at(9, 10)]


def test_a_ledger_that_was_cleared_up_still_knows_what_came_last(ledger: Ledger) -> None:
    watch = SetClock()
    plan_due(ledger, {"pack": PACK, "read": READ}, clock=watch)
    watch.at = datetime(2022, 5, 5, tzinfo=UTC)
    planned = plan_due(ledger, {"pack": PACK, "read": READ}, clock=watch)
    for slot in planned:
        run(ledger, slot, watch.now())
    watch.go_on(3)
    ledger.request("pack", now=watch.now())
    run(ledger, Slot(watch.now(), "pack"), watch.now())
    watch.go_on(3)
    assert ledger.drop_before(watch.now()) == 1  # the pack of April; that of May is the newest, and one was asked for
    assert plan_due(ledger, {"pack": PACK}, clock=watch) == []


FAILED_AT = datetime(2022, 3, 1, 9, 1, tzinfo=UTC)


def job(when: str, missed: str = "once") -> Job:
    return Job.model_validate({"about": "works", "when": when, "missed": missed})


def attempts(of: Job, now: datetime = FAILED_AT) -> list[datetime]:
    """Return when a job is tried again that fails each time, at most a hundred times."""
    tried: list[datetime] = []
    while len(tried) < 100 and (at := next_attempt_at(of, failures=len(tried) + 1, now=now)):
        tried.append(at)
        now = at
    return tried


def test_the_waits_grow_to_an_hour() -> None:
    assert [retry_delay(failures).total_seconds() / 60 for failures in range(1, 7)] == [1, 5, 25, 60, 60, 60]


def test_where_one_run_makes_good_what_was_missed_the_next_slot_is_the_next_attempt() -> None:
    assert attempts(job("every 10 minutes")) == [FAILED_AT + timedelta(minutes=1), FAILED_AT + timedelta(minutes=6)]
    daily = attempts(job("daily at 09:00"))
    assert len(daily) > 20
    assert daily[-1] < datetime(2022, 3, 2, 9, tzinfo=UTC)


def test_a_monthly_pack_is_tried_until_the_month_after() -> None:
    tried = attempts(job("monthly on the second working day at 07:00", "each"))
    assert len(tried) == 100
    assert tried[-1] - FAILED_AT > timedelta(days=3)


def test_a_job_of_which_each_slot_counts_is_tried_for_a_day_however_often_it_runs() -> None:
    tried = attempts(job("every 10 minutes", "each"))
    assert timedelta(hours=23) < tried[-1] - FAILED_AT < timedelta(hours=26)


def test_a_job_by_hand_is_tried_for_a_day() -> None:
    assert timedelta(hours=23) < attempts(job("by hand"))[-1] - FAILED_AT < timedelta(hours=26)
