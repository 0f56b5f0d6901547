from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from integration.pack import to_ics
from integration.pack.build import WEEKDAYS, schedule_meeting
from tests.unit.integration.pack.cast import settings
from tests.unit.integration.pack.factory import content

if TYPE_CHECKING:
    from config.schema import ReviewMeeting

STAMP = datetime(2022, 8, 1, 6, 0, tzinfo=UTC)


def _rule(**more: object) -> ReviewMeeting:
    return settings().packs.leaders["northbrook"].meeting.model_copy(update=more)


def test_the_meeting_is_read_back_at_its_local_time() -> None:
    calendar = Calendar.from_ical(to_ics(content(), stamp=STAMP))
    event: Any = calendar.events[0]
    assert event.start == datetime(2022, 8, 4, 10, 0, tzinfo=ZoneInfo("Europe/London"))
    assert event.start.utcoffset() == timedelta(hours=1)
    assert (event.uid, event.sequence) == ("review.2022-07.northbrook@crescendo.example", 1)
    assert event["dtstamp"].dt == STAMP
    assert str(calendar["method"]) == "PUBLISH"


def test_the_time_zone_travels_with_the_file_and_knows_when_clocks_change() -> None:
    zone = Calendar.from_ical(to_ics(content(), stamp=STAMP)).timezones[0].to_tz(lookup_tzid=False)
    london = ZoneInfo("Europe/London")
    for day in (date(2022, 3, 27), date(2022, 10, 30), date(2022, 7, 1), date(2023, 1, 1)):
        for hour in range(0, 24, 3):
            moment = datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)
            assert moment.astimezone(zone).utcoffset() == moment.astimezone(london).utcoffset()


def test_a_new_version_moves_the_same_meeting() -> None:
    first = Calendar.from_ical(to_ics(content(), stamp=STAMP)).events[0]
    second = Calendar.from_ical(to_ics(replace(content(), version=2), stamp=STAMP)).events[0]
    assert first.uid == second.uid
    assert second.sequence == first.sequence + 1


@pytest.mark.parametrize("weekday", WEEKDAYS)
@pytest.mark.parametrize("which", [1, 2, 3, 4])
@pytest.mark.parametrize("month", [date(2021, 12, 1), date(2022, 1, 1), date(2022, 7, 1), date(2024, 1, 1)])
def test_the_meeting_is_the_nth_weekday_of_the_next_month(weekday: str, which: int, month: date) -> None:
    day = schedule_meeting(month, _rule(weekday=weekday, which=which)).starts_at.date()
    assert (day.year * 12 + day.month) - (month.year * 12 + month.month) == 1
    assert WEEKDAYS[day.weekday()] == weekday
    assert (day.day - 1) // 7 + 1 == which
