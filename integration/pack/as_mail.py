"""The pack as mails: one to each recipient, with a message id that stays the same however often it is built."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from integration.model import Mail

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from integration.pack.content import Contact, PackContent

CALENDAR_TYPE = "text/calendar; method=PUBLISH; charset=utf-8"


def cid_of(content: PackContent, name: str) -> str:
    """Return the content id of a chart's picture in the mail, without its brackets; short, so that no line folds."""
    which = f"{content.authority} {content.month} {content.version} {name}"
    return f"{hashlib.sha256(which.encode()).hexdigest()[:16]}@{_host(content)}"


def to_mails(  # noqa: PLR0913  # the parts of a mail
    content: PackContent,
    *,
    html: str,
    text: str,
    pictures: Mapping[str, bytes],
    pdf: bytes,
    calendar: bytes,
    built_at: datetime,
) -> tuple[Mail, ...]:
    """Return one mail for each recipient; `pictures` are PNG by the chart's name, shown by `cid_of` in `html`."""
    inline = {cid_of(content, name): picture for name, picture in pictures.items()}
    attachments = (
        (f"{content.authority}-review-{content.month}.pdf", "application/pdf", pdf),
        (f"{content.authority}-meeting-{content.month}.ics", CALENDAR_TYPE, calendar),
    )
    return tuple(
        Mail(
            to_name=recipient.name,
            to_email=recipient.email,
            from_name=content.sender.name,
            from_email=content.sender.email,
            subject=content.title,
            text=text,
            html=html,
            message_id=message_id(content, recipient),
            date=built_at,
            inline=inline,
            attachments=attachments,
        )
        for recipient in content.recipients
    )


def message_id(content: PackContent, recipient: Contact) -> str:
    """Return the id of one recipient's mail; whom it is for is in it as a hash alone."""
    whom = hashlib.sha256(recipient.email.casefold().encode()).hexdigest()[:12]
    return f"<pack.{content.month}.{content.authority}.v{content.version}.{whom}@{_host(content)}>"


def _host(content: PackContent) -> str:
    return content.sender.email.rsplit("@", 1)[1]
