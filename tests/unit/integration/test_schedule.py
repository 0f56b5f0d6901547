"""Which slots are due: computed, and compared with a simulation that looks at the clock minute by minute."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.schema import Job
from config.schema.jobs import SCHEDULE_EXAMPLES, parse_schedule
from integration.model import JobHistory, PlannedSlot, Slot
from integration.schedule import find_due_slots, find_next_run, find_next_slot, is_working_day, iterate_slots
from tests.example_counts import example_count
from tests.system.scheduling.wall_clock import BANK_HOLIDAYS, times_by_the_wall
from tests.unit.config.schema.test_jobs import schedules

BACKUP = Job(about="copies the store", when="daily at 01:30")
PACK = Job(about="builds the pack", when="monthly on the second working day at 07:00", missed="each")
READ = Job(about="reads the forms", every="10 minutes")
TIDY = Job(about="tidies up", when="by hand")


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc,arg-type]  # year, month, day, hour, minute


def slots(words: str, after: datetime, until: datetime) -> list[datetime]:
    return list(iterate_slots(parse_schedule(words), after, until))


# --- the schedule -----------------------------------------------------------------------------------------


@settings(max_examples=example_count(15), deadline=None)
@given(
    when=schedules,
    start=st.datetimes(
        at(2021, 2, 1).replace(tzinfo=None), at(2026, 10, 1).replace(tzinfo=None), timezones=st.just(UTC)
    )
    | st.sampled_from([at(2022, 3, 26, 12), at(2022, 10, 29, 12), at(2022, 6, 1), at(2024, 2, 26), at(2025, 10, 25)]),
    length=st.timedeltas(timedelta(0), timedelta(days=6)),
)
def test_slots_are_those_that_the_clock_on_the_wall_shows(when: object, start: datetime, length: timedelta) -> None:
    until = start + length
    assert list(iterate_slots(when, start, until)) == times_by_the_wall(when, start, until)  # type: ignore[arg-type]


@pytest.mark.parametrize("words", SCHEDULE_EXAMPLES)
def test_a_span_may_be_cut_anywhere(words: str) -> None:
    cuts = [at(2022, 1, 1), at(2022, 3, 27, 1), at(2022, 3, 27, 1, 30), at(2022, 5, 31, 16), at(2022, 7, 5, 9)]
    parts = [slot for after, until in pairwise(cuts) for slot in slots(words, after, until)]
    assert parts == slots(words, cuts[0], cuts[-1])


def test_a_time_that_the_clock_skips_is_made_up_an_hour_later_by_the_clock() -> None:
    assert slots("daily at 01:30", at(2022, 3, 25, 12), at(2022, 3, 28, 12)) == [
        at(2022, 3, 26, 1, 30),
        at(2022, 3, 27, 1, 30),
        at(2022, 3, 28, 0, 30),
    ]


def test_a_time_that_the_clock_shows_twice_is_due_the_first_time() -> None:
    assert slots("daily at 01:30", at(2022, 10, 28, 12), at(2022, 10, 31, 12)) == [
        at(2022, 10, 29, 0, 30),
        at(2022, 10, 30, 0, 30),
        at(2022, 10, 31, 1, 30),
    ]


@pytest.mark.parametrize("day", [at(2022, 3, 27), at(2022, 10, 30)])
def test_what_runs_every_so_often_does_not_see_the_clocks_change(day: datetime) -> None:
    for words, count in (("every 10 minutes", 144), ("every hour", 24), ("every 6 hours", 4)):
        assert len(slots(words, day, day + timedelta(days=1))) == count


def test_a_month_without_a_31st_has_its_slot_on_its_last_day() -> None:
    days = [slot.date().isoformat() for slot in slots("monthly on the 31st at 12:00", at(2022, 1, 15), at(2022, 5, 1))]
    assert days == ["2022-01-31", "2022-02-28", "2022-03-31", "2022-04-30"]


def test_a_month_without_a_fifth_friday_has_no_slot() -> None:
    months = [slot.month for slot in slots("monthly on the fifth Friday at 12:00", at(2022, 1, 1), at(2023, 1, 1))]
    assert months == [4, 7, 9, 12]


def test_every_schedule_has_a_next_slot_but_that_of_a_job_run_by_hand() -> None:
    for words in SCHEDULE_EXAMPLES:
        assert (find_next_slot(parse_schedule(words), at(2022, 7, 31)) is None) == (words == "by hand")


# --- working days -----------------------------------------------------------------------------------------


def test_working_days_are_those_without_the_bank_holidays_of_england_and_wales() -> None:
    days = [date(2021, 1, 1) + timedelta(days=n) for n in range(6 * 365 + 1)]
    closed = {day for day in days if day.weekday() < 5 and not is_working_day(day)}
    assert closed == BANK_HOLIDAYS


def test_the_jubilee_and_the_funeral_were_no_working_days() -> None:
    assert slots("monthly on the second working day at 07:00", at(2022, 5, 31), at(2022, 7, 1)) == [at(2022, 6, 6, 6)]
    assert slots("every working day at 08:30", at(2022, 9, 17), at(2022, 9, 20, 23)) == [at(2022, 9, 20, 7, 30)]


def test_wales_keeps_the_same_holidays() -> None:
    holidays = pytest.importorskip("holidays")
    years = range(2021, 2031)
    england, wales = (holidays.country_holidays("GB", subdiv=which, years=years) for which in ("ENG", "WLS"))
    assert set(england) == set(wales)


def test_the_calendar_of_holidays_is_read_only_where_a_working_day_is_asked_for() -> None:
    code = (
        "import sys; from datetime import UTC, datetime as d;"
        "from config.schema.jobs import parse_schedule; from integration import schedule;"
        "words = 'monthly on the last Tuesday at 09:00';"
        "assert schedule.find_next_slot(parse_schedule(words), d(2022, 1, 1, tzinfo=UTC));"
        "print('holidays' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert ran.stdout.strip() == "False"


# --- what is due ------------------------------------------------------------------------------------------


def test_a_job_that_ran_at_its_slot_is_not_due_again() -> None:
    known = {"backup": JobHistory(since=at(2022, 5, 1), newest=at(2022, 5, 5, 0, 30))}
    assert find_due_slots({"backup": BACKUP}, known, at(2022, 5, 5, 9)) == []


def test_a_job_counts_from_the_moment_since_which_it_is_known() -> None:
    known = {"backup": JobHistory(since=at(2022, 5, 5, 9))}
    assert find_due_slots({"backup": BACKUP, "pack": PACK}, known, at(2022, 5, 6, 0, 29)) == []
    assert find_due_slots({"backup": BACKUP}, known, at(2022, 5, 6, 0, 30)) == [
        PlannedSlot(Slot(at(2022, 5, 6, 0, 30), "backup"))
    ]


def test_missed_slots_are_made_up_once_or_each_as_the_job_says() -> None:
    known = {"read": JobHistory(since=at(2022, 3, 1)), "pack": JobHistory(since=at(2022, 3, 1))}
    assert find_due_slots({"read": READ, "pack": PACK}, known, at(2022, 5, 5, 9, 15)) == [
        PlannedSlot(Slot(at(2022, 3, 2, 7), "pack")),
        PlannedSlot(Slot(at(2022, 4, 4, 6), "pack")),
        PlannedSlot(Slot(at(2022, 5, 4, 6), "pack")),
        PlannedSlot(Slot(at(2022, 5, 5, 9, 10), "read"), covers=65 * 144 + 55),
    ]


def test_a_job_that_has_not_ended_is_not_started_again() -> None:
    running = Slot(at(2022, 5, 5, 9), "read")
    known = {"read": JobHistory(since=at(2022, 5, 1), newest=running.due_at, open=(running,))}
    assert find_due_slots({"read": READ}, known, at(2022, 5, 5, 9, 25)) == []
    ended = {"read": JobHistory(since=at(2022, 5, 1), newest=running.due_at)}
    assert find_due_slots({"read": READ}, ended, at(2022, 5, 5, 9, 25)) == [
        PlannedSlot(Slot(at(2022, 5, 5, 9, 20), "read"), covers=2)
    ]


def test_jobs_due_at_the_same_moment_keep_the_order_of_the_yaml() -> None:
    known = dict.fromkeys(("read", "publish", "tidy"), JobHistory(since=at(2022, 5, 5, 9, 5)))
    for names in (("read", "publish"), ("publish", "read")):
        due = find_due_slots({**dict.fromkeys(names, READ), "tidy": TIDY}, known, at(2022, 5, 5, 9, 10))
        assert [planned.slot.job for planned in due] == list(names)


def test_the_shards_of_a_job_are_due_each_by_itself() -> None:
    parts = {"sync/pulse": READ, "sync/families": READ}
    known = {
        "sync/pulse": JobHistory(at(2022, 5, 5, 9)),
        "sync/families": JobHistory(at(2022, 5, 5, 9), at(2022, 5, 5, 9, 10)),
    }
    assert [each.slot.job for each in find_due_slots(parts, known, at(2022, 5, 5, 9, 12))] == ["sync/pulse"]


# --- what is told -----------------------------------------------------------------------------------------


def test_the_next_run_is_the_next_slot_or_now_where_one_has_passed() -> None:
    now = at(2022, 5, 5, 9)
    assert find_next_run(PACK, None, at(2022, 3, 10)) == at(2022, 4, 4, 6)
    assert find_next_run(BACKUP, JobHistory(at(2022, 5, 1), newest=at(2022, 5, 5, 0, 30)), now) == at(2022, 5, 6, 0, 30)
    assert find_next_run(BACKUP, JobHistory(at(2022, 5, 1), newest=at(2022, 5, 1, 0, 30)), now) == now
    waiting = Slot(at(2022, 5, 5, 0, 30), "backup")
    assert find_next_run(BACKUP, JobHistory(at(2022, 5, 1), newest=waiting.due_at, open=(waiting,)), now) == now
    assert find_next_run(TIDY, JobHistory(at(2022, 5, 1)), now) is None


def test_a_schedule_is_described_in_words() -> None:
    assert PACK.when.in_words() == "monthly on the second working day at 07:00"
    assert Job(about="reads", every="60 minutes").when.in_words() == "every hour"
    assert Job(about="tells", when=parse_schedule("every day at 06:30")).when.in_words() == "daily at 06:30"
    assert PACK.when.in_words().endswith(f"{time(7):%H:%M}")
