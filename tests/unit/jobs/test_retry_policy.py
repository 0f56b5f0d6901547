from __future__ import annotations

from datetime import UTC, datetime, timedelta

from config.schema import Job
from jobs.scheduling.runs import next_attempt_at, retry_delay

NOW = datetime(2022, 3, 1, 9, 1, tzinfo=UTC)


def job(when: str, missed: str = "once") -> Job:
    return Job.model_validate({"about": "works", "when": when, "missed": missed})


def attempts(of: Job, now: datetime = NOW) -> list[datetime]:
    """Return when a job is tried again that fails each time, at most a hundred times."""
    tried: list[datetime] = []
    while len(tried) < 100 and (at := next_attempt_at(of, failures=len(tried) + 1, now=now)):
        tried.append(at)
        now = at
    return tried


def test_the_waits_grow_to_an_hour() -> None:
    assert [retry_delay(failures).total_seconds() / 60 for failures in range(1, 7)] == [1, 5, 25, 60, 60, 60]


def test_where_one_run_makes_good_what_was_missed_the_next_slot_is_the_next_attempt() -> None:
    assert attempts(job("every 10 minutes")) == [NOW + timedelta(minutes=1), NOW + timedelta(minutes=6)]
    daily = attempts(job("daily at 09:00"))
    assert len(daily) > 20
    assert daily[-1] < datetime(2022, 3, 2, 9, tzinfo=UTC)


def test_a_monthly_pack_is_tried_until_the_month_after() -> None:
    tried = attempts(job("monthly on the second working day at 07:00", "each"))
    assert len(tried) == 100
    assert tried[-1] - NOW > timedelta(days=3)


def test_a_job_of_which_each_slot_counts_is_tried_for_a_day_however_often_it_runs() -> None:
    tried = attempts(job("every 10 minutes", "each"))
    assert timedelta(hours=23) < tried[-1] - NOW < timedelta(hours=26)


def test_a_job_by_hand_is_tried_for_a_day() -> None:
    assert timedelta(hours=23) < attempts(job("by hand"))[-1] - NOW < timedelta(hours=26)
