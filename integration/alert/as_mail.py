"""One mail to the owner with all that is newly wrong and all that is newly over, as text and as simple HTML."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from integration.alert.headline import headline, name_of
from integration.alert.words import COMMAND, moment
from integration.model import Mail

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from config.schema import Person
    from integration.model import Alert

SERVICE = "Crescendo"


def to_mail(  # noqa: PLR0913  # the parts of a mail
    *, wrong: Sequence[Alert], over: Sequence[Alert], owner: Person, sender: Person, programme: str, at: datetime
) -> Mail:
    """Return the mail; the same alerts make the same mail."""
    parts = {
        "title": subject(wrong, over), "programme": programme, "wrong": wrong, "over": over, "moment": moment,
        "headline": lambda alert: _opening(headline(alert.trouble.key)), "command": COMMAND, "owner": owner,
    }  # fmt: skip
    return Mail(
        to_name=owner.name,
        to_email=owner.email,
        from_name=sender.name,
        from_email=sender.email,
        subject=subject(wrong, over),
        text=_templates().get_template("alerts.txt").render(parts),
        html=_templates().get_template("alerts.html").render(parts),
        message_id=message_id(wrong, over, host=sender.email.rsplit("@", 1)[1]),
        date=at,
    )


def subject(wrong: Sequence[Alert], over: Sequence[Alert]) -> str:
    """Return such as "Crescendo: sync has failed", or "Crescendo: all clear: sync"."""
    if wrong:
        more = len(wrong) + len(over) - 1
        words = headline(wrong[0].trouble.key)
    else:
        more = len(over) - 1
        words = f"all clear: {name_of(over[0].trouble.key)[1]}"
    return f"{SERVICE}: {words}" + (f", and {more} more" if more else "")


def message_id(wrong: Sequence[Alert], over: Sequence[Alert], *, host: str) -> str:
    """Return the id of the mail about these alerts: the same however often it is made, and of no other store."""
    which = [[(alert.seq, alert.since.isoformat()) for alert in alerts] for alerts in (wrong, over)]
    return f"<alerts.{hashlib.sha256(repr(which).encode()).hexdigest()[:24]}@{host}>"


def _opening(words: str) -> str:
    return words[:1].upper() + words[1:]


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("integration.alert"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
