from __future__ import annotations

from datetime import UTC, datetime, time

from config.schema import Job
from jobs.due import next_run, schedule_in_words

MONTHLY = Job(about="builds the pack", daily_at=time(7), monthly_on=1)
DAILY = Job(about="tidies up", daily_at=time(6, 30))
OFTEN = Job(about="reads", every_minutes=15)


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc,arg-type]  # year, month, day, hour, minute


def test_a_monthly_job_is_due_at_seven_in_london_in_summer_and_in_winter() -> None:
    assert next_run(MONTHLY, at(2022, 3, 2), at(2022, 3, 10)) == at(2022, 4, 1, 6)
    assert next_run(MONTHLY, at(2022, 10, 2), at(2022, 10, 10)) == at(2022, 11, 1, 7)


def test_a_slot_that_passed_while_nothing_ran_is_due_now() -> None:
    now = at(2022, 5, 5, 9)
    assert next_run(MONTHLY, at(2022, 4, 2), now) == now
    assert next_run(DAILY, at(2022, 5, 1), now) == now


def test_a_job_that_ran_at_its_slot_is_not_due_again() -> None:
    assert next_run(DAILY, at(2022, 5, 5, 5, 31), at(2022, 5, 5, 9)) == at(2022, 5, 6, 5, 30)


def test_the_schedule_is_said_in_words() -> None:
    assert schedule_in_words(MONTHLY) == "on day 1 of each month at 07:00"
    assert schedule_in_words(DAILY) == "every day at 06:30"
    assert schedule_in_words(OFTEN) == "every 15 minutes"
