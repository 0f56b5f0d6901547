"""Which alerts are new, over or changed; of which the owner is to be notified; and the mail that does so."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from integration.alerts.kinds import headline, name_subject
from integration.alerts.wording import COMMAND, capitalise, format_moment
from integration.model import Mail

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from config.schema import Person
    from integration.model import Alert, Condition


@dataclass(frozen=True, slots=True)
class AlertDiff:
    """How the conditions as of now differ from the alerts that are stored, these by their numbers.

    `new` are conditions without an open alert, `over` alerts whose condition is gone, `changed` open alerts with what
    is to be said of them now. `dropped` are over, and the owner was never notified of them and will not be.
    """

    new: tuple[Condition, ...]
    over: tuple[int, ...]
    dropped: tuple[int, ...]
    changed: tuple[tuple[int, Condition], ...] = ()


def compare_alerts(
    conditions: Collection[Condition], alerts: Sequence[Alert], *, being_sent: Collection[int]
) -> AlertDiff:
    """Compare the conditions as of now with the alerts that are stored.

    `being_sent` are alerts in a mail that may be on its way to the owner: they are neither dropped nor changed, so that
    a second try sends the very same mail.
    """
    current = {condition.key: condition for condition in conditions}
    open_alerts = [alert for alert in alerts if alert.cleared_at is None]
    over = [alert.seq for alert in open_alerts if alert.condition.key not in current]
    all_over = {*over, *(alert.seq for alert in alerts if alert.cleared_at is not None)}
    known = {alert.condition.key for alert in open_alerts}
    return AlertDiff(
        new=tuple(condition for key, condition in current.items() if key not in known),
        over=tuple(over),
        dropped=tuple(
            alert.seq
            for alert in alerts
            if alert.seq in all_over and alert.notified_at is None and alert.seq not in being_sent
        ),
        changed=tuple(
            (alert.seq, now)
            for alert in open_alerts
            if (now := current.get(alert.condition.key, alert.condition)) != alert.condition
            and alert.seq not in being_sent
        ),
    )


def select_notifications(alerts: Sequence[Alert]) -> tuple[tuple[Alert, ...], tuple[Alert, ...]]:
    """Return the alerts that are open, and those that are over, of which the owner has not been notified as such."""
    wrong = tuple(alert for alert in alerts if alert.notified_at is None and alert.cleared_at is None)
    over = tuple(alert for alert in alerts if alert.notified_at is not None and alert.cleared_at is not None)
    return wrong, over


SERVICE = "Crescendo"


def to_mail(  # noqa: PLR0913  # the parts of a mail
    *, wrong: Sequence[Alert], over: Sequence[Alert], owner: Person, sender: Person, programme: str, at: datetime
) -> Mail:
    """Return the mail; the same alerts make the same mail."""
    context = {
        "title": subject(wrong, over), "programme": programme, "wrong": wrong, "over": over, "moment": format_moment,
        "headline": lambda alert: capitalise(headline(alert.condition.key)), "command": COMMAND, "owner": owner,
    }  # fmt: skip
    return Mail(
        to_name=owner.name,
        to_email=owner.email,
        from_name=sender.name,
        from_email=sender.email,
        subject=subject(wrong, over),
        text=_templates().get_template("alerts.txt").render(context),
        html=_templates().get_template("alerts.html").render(context),
        message_id=message_id(wrong, over, host=sender.email.rsplit("@", 1)[1]),
        date=at,
    )


def subject(wrong: Sequence[Alert], over: Sequence[Alert]) -> str:
    """Return such as "Crescendo: sync has failed", or "Crescendo: all clear: sync"."""
    first = headline(wrong[0].condition.key) if wrong else f"all clear: {name_subject(over[0].condition.key)}"
    more = len(wrong) + len(over) - 1
    return f"{SERVICE}: {first}" + (f", and {more} more" if more else "")


def message_id(wrong: Sequence[Alert], over: Sequence[Alert], *, host: str) -> str:
    """Return the id of the mail about these alerts: the same however often it is made, and of no other store."""
    identity = [[(alert.seq, alert.since.isoformat()) for alert in alerts] for alerts in (wrong, over)]
    return f"<alerts.{hashlib.sha256(repr(identity).encode()).hexdigest()[:24]}@{host}>"


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("integration.alerts"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
