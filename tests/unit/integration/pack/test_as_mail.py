"""The pack as a mail with its pictures and attachments, and the review meeting as a calendar file."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from integration.adapters.mail.message_bytes import to_bytes
from integration.operations.pack_outputs import list_attachments
from integration.pack import PackContent, build_content_id, draw_charts, to_html, to_ics, to_mails, to_text
from integration.pack.build import WEEKDAYS, schedule_meeting
from tests.unit.integration.pack.cast import settings
from tests.unit.integration.pack.factory import content

if TYPE_CHECKING:
    from config.schema import ReviewMeeting

BUILT_AT = datetime(2022, 8, 1, 6, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n"


def _mails(pack: PackContent) -> list[email.message.EmailMessage]:
    names = [chart.name for chart in draw_charts(pack)]
    mails = to_mails(
        pack,
        html=to_html(pack, {name: f"cid:{build_content_id(pack, name)}" for name in names}),
        text=to_text(pack),
        pictures=dict.fromkeys(names, PNG),
        attachments=list_attachments(pack, {"pack.pdf": b"%PDF-1.7", "review.ics": to_ics(pack, stamp=BUILT_AT)}),
        built_at=BUILT_AT,
    )
    return [email.message_from_bytes(to_bytes(mail), policy=email.policy.default) for mail in mails]


def test_each_recipient_gets_a_mail_of_their_own() -> None:
    assert [str(mail["To"]) for mail in _mails(content())] == [
        "Dana Director <dana@northbrook.example>",
        '"Héloïse O\'Neill, Deputy" <heloise@northbrook.example>',
    ]


def test_a_mail_has_text_html_with_its_pictures_the_pdf_and_the_meeting() -> None:
    mail = _mails(content())[0]
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == to_text(content())
    asked = set(re.findall(r"cid:([^\"]+)", html.get_content()))
    given = {part["Content-ID"].strip("<>") for part in mail.walk() if part["Content-ID"]}
    assert asked == given
    assert len(given) == 7
    assert [(part.get_content_type(), part.get_filename()) for part in mail.iter_attachments()] == [
        ("application/pdf", "northbrook-review-2022-07.pdf"),
        ("text/calendar", "northbrook-meeting-2022-07.ics"),
    ]


def test_the_message_id_is_stable_and_tells_apart_month_version_and_recipient() -> None:
    pack = content()
    first = [str(mail["Message-ID"]) for mail in _mails(pack)]
    again = [str(mail["Message-ID"]) for mail in _mails(pack)]
    newer = [str(mail["Message-ID"]) for mail in _mails(replace(pack, version=2))]
    assert first == again
    assert len({*first, *newer}) == 4
    assert all(re.fullmatch(r"<pack\.2022-07\.northbrook\.v1\.[0-9a-f]{12}@crescendo\.example>", key) for key in first)


def test_the_subject_is_the_same_in_every_version() -> None:
    assert _mails(content())[0]["Subject"] == "Northbrook: monthly review, July 2022"
    assert _mails(replace(content(), version=2))[0]["Subject"] == "Northbrook: monthly review, July 2022"


def test_a_mail_loads_nothing_from_outside_and_says_its_language() -> None:
    html = _mails(content())[0].get_body(("html",))
    assert html is not None
    made = html.get_content()
    assert not re.findall(r"(?:src|href|url\()\s*=?\s*[\"']?https?:", made)
    assert 'lang="en-GB"' in made
    assert "<title>Northbrook: monthly review, July 2022</title>" in made
    assert "3 points to decide." in made
    assert len(made) < 100_000
    pictures = re.findall(r"<img [^>]*>", made)
    assert len(pictures) == 7
    assert all(re.search(r'alt="[^"]{40,}"', picture) for picture in pictures)
    layout, data = re.findall(r"<table[^>]*role=\"presentation\"", made), re.findall(r"<table class=\"data", made)
    assert len(layout) + len(data) == made.count("<table")


def test_headings_come_in_order() -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", to_html(content(), {}))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


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
