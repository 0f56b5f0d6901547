"""When the review meeting is: the n-th weekday of the month after the pack's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from integration.pack.content import Meeting
from integration.pack.words import next_month
from integration.words import long_date

if TYPE_CHECKING:
    from datetime import date

    from config.schema import ReviewMeeting

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def meeting_after(month: date, rule: ReviewMeeting) -> Meeting:
    """Return the meeting at which the pack of the month is talked over."""
    first = next_month(month)
    to_first = (WEEKDAYS.index(rule.weekday) - first.weekday()) % 7
    day = first + timedelta(days=to_first + 7 * (rule.which - 1))
    starts_at = datetime.combine(day, rule.at)
    ends_at = starts_at + timedelta(minutes=rule.minutes)
    words = f"{rule.weekday} {long_date(day)}, {starts_at:%H:%M} to {ends_at:%H:%M}, {rule.place}"
    return Meeting(rule.title, starts_at, rule.minutes, rule.place, words)
