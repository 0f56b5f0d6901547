"""What changes between the troubles that there are and the alerts that are known, and what is to be told of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from integration.alerts.wording import COMMAND, format_moment, headline, split_key
from integration.model import Mail

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from config.schema import Person
    from integration.model import Alert, Condition


@dataclass(frozen=True, slots=True)
class AlertDiff:
    """Troubles that are new, and the numbers of alerts that are over. Of `unheard` nobody was or will be told.

    `reworded` are alerts, by their numbers, of which there is something else to say by now.
    """

    new: tuple[Condition, ...]
    over: tuple[int, ...]
    unheard: tuple[int, ...]
    reworded: tuple[tuple[int, Condition], ...] = ()


def compare_alerts(
    troubles: Collection[Condition], alerts: Sequence[Alert], *, in_the_post: Collection[int]
) -> AlertDiff:
    """Hold the troubles that there are against the alerts that are known.

    `in_the_post` are alerts of which the owner may be hearing just now.
    """
    keys = {trouble.key for trouble in troubles}
    known = {alert.condition.key for alert in alerts if alert.cleared_at is None}
    over = [alert.seq for alert in alerts if alert.cleared_at is None and alert.condition.key not in keys]
    is_over = {*over, *(alert.seq for alert in alerts if alert.cleared_at is not None)}
    unheard = [
        alert.seq for alert in alerts if alert.seq in is_over and alert.told_at is None and alert.seq not in in_the_post
    ]
    new = {trouble.key: trouble for trouble in troubles if trouble.key not in known}
    return AlertDiff(tuple(new.values()), tuple(over), tuple(unheard), tuple(_reworded(troubles, alerts, in_the_post)))


def _reworded(
    troubles: Collection[Condition], alerts: Sequence[Alert], in_the_post: Collection[int]
) -> Iterator[tuple[int, Condition]]:
    """Give what is to be said now; but what is in the post must stay as it is, to be the same mail again."""
    there = {trouble.key: trouble for trouble in troubles}
    for alert in alerts:
        now = there.get(alert.condition.key, alert.condition)
        if alert.cleared_at is None and alert.seq not in in_the_post and now != alert.condition:
            yield alert.seq, now


def select_notifications(alerts: Sequence[Alert]) -> tuple[tuple[Alert, ...], tuple[Alert, ...]]:
    """Return what is newly wrong, and what is newly over, of what the owner does not know yet."""
    wrong = tuple(alert for alert in alerts if alert.told_at is None and alert.cleared_at is None)
    over = tuple(alert for alert in alerts if alert.told_at is not None and alert.cleared_at is not None)
    return wrong, over


SERVICE = "Crescendo"


def to_mail(  # noqa: PLR0913  # the parts of a mail
    *, wrong: Sequence[Alert], over: Sequence[Alert], owner: Person, sender: Person, programme: str, at: datetime
) -> Mail:
    """Return the mail; the same alerts make the same mail."""
    parts = {
        "title": subject(wrong, over), "programme": programme, "wrong": wrong, "over": over, "moment": format_moment,
        "headline": lambda alert: _opening(headline(alert.condition.key)), "command": COMMAND, "owner": owner,
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
        words = headline(wrong[0].condition.key)
    else:
        more = len(over) - 1
        words = f"all clear: {split_key(over[0].condition.key)[1]}"
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
        loader=PackageLoader("integration.alerts"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
