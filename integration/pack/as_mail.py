"""The pack as mails: the page as HTML, the review meeting as a calendar file, and one mail to each recipient.

A mail's message id stays the same however often it is built.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import mrml
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress
from jinja2 import Environment, PackageLoader, StrictUndefined

from integration.model import Mail
from integration.pack.charts.designs import build_chart_data_tables, draw_charts
from integration.pack.content import DECISIONS_ON_FIRST_PAGE, NO_TARGET, count_further_decisions
from integration.pack.figures import place_symbol_notes
from integration.text_format import LONDON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integration.pack.content import Contact, PackContent

LONGEST_KEPT_WHOLE = 20
"""Letters of a cell; in a longer one a long word may be broken, so that it does not widen the page."""


def to_html(content: PackContent, images: Mapping[str, str]) -> str:
    """Return the whole page; `images` says for each chart's name where its picture is (`cid:…` or `data:…`)."""
    charts = {chart.name: chart for chart in draw_charts(content)}
    tables = build_chart_data_tables(charts.values())
    page = _templates().get_template("pack.mjml")
    source = page.render(
        pack=content,
        charts=charts,
        chart_data_tables=tables,
        symbol_notes=place_symbol_notes(content, tables),
        longest_kept_whole=LONGEST_KEPT_WHOLE,
        images=images,
        no_target=NO_TARGET,
        decisions=content.decisions[:DECISIONS_ON_FIRST_PAGE],
        more_decisions=content.decisions[DECISIONS_ON_FIRST_PAGE:],
        more=count_further_decisions(content),
    )
    return str(mrml.to_html(source).content)


@cache
def _templates() -> Environment:
    loader = PackageLoader("integration.pack")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def to_ics(content: PackContent, *, stamp: datetime) -> bytes:
    """Return an iCalendar file with the one meeting; `stamp` (aware) is when it was written, the DTSTAMP."""
    meeting = content.meeting
    event = Event()
    event.uid = f"review.{content.month}.{content.authority}@{_host(content)}"  # the same for every version of the pack
    event.sequence = content.version
    event.DTSTAMP = stamp.astimezone(UTC)
    event.start = meeting.starts_at.replace(tzinfo=LONDON)
    event.end = event.start + timedelta(minutes=meeting.minutes)
    event.add("summary", f"{content.authority_name}: {meeting.title}")
    event.add("location", meeting.place)
    event.add("description", f"The pack of {content.month_words} is in the mail that this came with.")
    organizer = vCalAddress(f"mailto:{content.sender.email}")
    organizer.params["CN"] = content.sender.name
    event.add("organizer", organizer)
    calendar = Calendar()
    calendar.add("prodid", "-//Crescendo//Monthly review//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_build_london_zone())
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _build_london_zone() -> Timezone:
    """Return the time zone with its rules, valid since 1996.

    Written here, because icalendar 7.3.0 derives clocks that go forward at 02:00 GMT; they do at 01:00.
    """
    zone = Timezone()
    zone.add("tzid", LONDON.key)
    hour, none = timedelta(hours=1), timedelta(0)
    summer = datetime(1996, 3, 31, 1)  # noqa: DTZ001  # local by definition
    winter = datetime(1996, 10, 27, 2)  # noqa: DTZ001  # local by definition
    for part, name, start, before, after in (
        (TimezoneDaylight(), "BST", summer, none, hour),
        (TimezoneStandard(), "GMT", winter, hour, none),
    ):
        part.add("dtstart", start)
        part.add("rrule", {"freq": "yearly", "bymonth": start.month, "byday": "-1su"})
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("tzname", name)
        zone.add_component(part)
    return zone


def build_content_id(content: PackContent, name: str) -> str:
    """Return the content id of a chart's picture in the mail, without its brackets; short, so that no line folds."""
    chart = f"{content.authority} {content.month} {content.version} {name}"
    return f"{hashlib.sha256(chart.encode()).hexdigest()[:16]}@{_host(content)}"


def to_mails(  # noqa: PLR0913  # the parts of a mail
    content: PackContent,
    *,
    html: str,
    text: str,
    pictures: Mapping[str, bytes],
    attachments: tuple[tuple[str, str, bytes], ...],
    built_at: datetime,
) -> tuple[Mail, ...]:
    """Return one mail for each recipient.

    `pictures` are PNG by the chart's name, shown in `html` by `build_content_id`. Each attachment is a name, a media
    type and a content.
    """
    inline = {build_content_id(content, name): picture for name, picture in pictures.items()}
    return tuple(
        Mail(
            to_name=recipient.name,
            to_email=recipient.email,
            from_name=content.sender.name,
            from_email=content.sender.email,
            subject=content.title,
            text=text,
            html=html,
            message_id=build_message_id(content, recipient),
            date=built_at,
            inline=inline,
            attachments=attachments,
        )
        for recipient in content.recipients
    )


def build_message_id(content: PackContent, recipient: Contact) -> str:
    """Return the id of one recipient's mail; the recipient's address is in it as a hash alone."""
    recipient_hash = hashlib.sha256(recipient.email.casefold().encode()).hexdigest()[:12]
    return f"<pack.{content.month}.{content.authority}.v{content.version}.{recipient_hash}@{_host(content)}>"


def _host(content: PackContent) -> str:
    return content.sender.email.rsplit("@", 1)[1]
