"""The review meeting as a calendar entry that a recipient can add: stable UID, SEQUENCE of the pack's version."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress

if TYPE_CHECKING:
    from integration.pack.content import PackContent

LONDON = "Europe/London"


def to_ics(content: PackContent, *, stamp: datetime) -> bytes:
    """Return an iCalendar file with the one meeting; `stamp` (aware) is when it was written, the DTSTAMP."""
    meeting = content.meeting
    event = Event()
    event.uid = calendar_uid(content)
    event.sequence = content.version
    event.DTSTAMP = stamp.astimezone(ZoneInfo("UTC"))
    event.start = meeting.starts_at.replace(tzinfo=ZoneInfo(LONDON))
    event.end = event.start + timedelta(minutes=meeting.minutes)
    event.add("summary", f"{content.authority_name}: {meeting.title}")
    event.add("location", meeting.place)
    event.add("description", f"The pack of {content.month_words} is in the mail that this came with.")
    event.add("organizer", _organizer(content))
    calendar = Calendar()
    calendar.add("prodid", "-//Crescendo//Monthly review//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_london())
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def calendar_uid(content: PackContent) -> str:
    """Return the UID of the meeting: the same for every version of the month's pack."""
    host = content.sender.email.rsplit("@", 1)[1]
    return f"review.{content.month}.{content.authority}@{host}"


def _organizer(content: PackContent) -> vCalAddress:
    organizer = vCalAddress(f"mailto:{content.sender.email}")
    organizer.params["CN"] = content.sender.name
    return organizer


def _london() -> Timezone:
    """Return the time zone with its rules, valid since 1996.

    Written here, because icalendar 7.3.0 derives clocks that go forward at 02:00 GMT; they do at 01:00.
    """
    zone = Timezone()
    zone.add("tzid", LONDON)
    zone.add_component(_clocks(TimezoneDaylight(), datetime(1996, 3, 31, 1), month=3, to=timedelta(hours=1)))  # noqa: DTZ001  # local by definition
    zone.add_component(_clocks(TimezoneStandard(), datetime(1996, 10, 27, 2), month=10, to=timedelta(0)))  # noqa: DTZ001  # local by definition
    return zone


def _clocks(
    part: TimezoneDaylight | TimezoneStandard, start: datetime, *, month: int, to: timedelta
) -> TimezoneDaylight | TimezoneStandard:
    part.add("dtstart", start)
    part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
    part.add("tzoffsetfrom", timedelta(hours=1) - to)
    part.add("tzoffsetto", to)
    part.add("tzname", "BST" if to else "GMT")
    return part
