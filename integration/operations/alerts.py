"""Alerts: the owner is notified once of each condition while it lasts, and once more when it is over.

The steps of `update_alerts`:

1. On several machines, one updates the alerts at a time.
2. The conditions as of now are compared with the open alerts: a new condition is stored as an alert, the sentences of
   an open one are brought up to date, and an alert whose condition is gone is cleared.
3. What the owner does not know yet is one mail. It is stored before it is sent (which alerts, which date, how often it
   was tried), so that after a crash, or where the mail server's reply was lost, the very same mail is sent again.
4. When it was sent its alerts are marked as notified. One that was sent in vain is tried again five minutes later; one
   of which nobody learns whether it was taken counts as sent after the fourth time, so that it keeps no other back.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from config.errors import SettingError
from integration.alerts import compare_alerts, headline, select_notifications, to_mail
from integration.errors import BusyError, CrescendoError, LostReplyError
from integration.operations.conditions import find_conditions
from integration.text_format import format_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.schema import Person
    from integration.model import Alert
    from integration.wiring import Service

ALERTS_LOCK = "alerts"
"""The name of the lock. Of two at once, one might drop an alert that the other is just mailing."""
LOCK_WAIT_SECONDS = 0.1
NOTIFICATION_KEY = "alerts.mail"
RETRY_AFTER = timedelta(minutes=5)
"""So long a mail that failed, or whose sender crashed, is left alone."""
MAX_ATTEMPTS = 4
"""So often a mail is sent of which nobody learns whether it was taken; then the owner is notified of other alerts."""


@dataclass(frozen=True, slots=True)
class AlertChanges:
    """The keys of the alerts that are new, that are over, and that were mailed; and why they were not, if so."""

    new: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    notified: tuple[str, ...] = ()
    problem: str = ""

    def in_words(self) -> str:
        """Return the changes, in a sentence."""
        parts = [f"new: {', '.join(map(headline, self.new))}"] if self.new else []
        parts += [f"over: {', '.join(map(headline, self.over))}"] if self.over else []
        return "; ".join(filter(None, [*parts, self.problem])) or "nothing new"


def update_alerts(service: Service, *, now: datetime) -> AlertChanges:
    """Store what is wrong and what is over, and notify the owner of what they do not know yet.

    A mail that cannot be sent breaks nothing: it is tried again at a later call, five minutes later at the earliest.
    Without an owner in alerts.yaml alerts are stored, and nobody is notified. Where another machine updates them just
    now, nothing is done. Raises StoreError or BusyError.
    """
    with ExitStack() as stack:
        if service.database_url is not None:
            try:
                stack.enter_context(service.exclusive(ALERTS_LOCK, wait_seconds=LOCK_WAIT_SECONDS))
            except BusyError:
                return AlertChanges()
        alerts, owner = service.store.alerts, service.settings.alerts.owner
        conditions = find_conditions(service, now=now)
        before = alerts.open()
        being_sent = (last_notification(service) if owner else Notification()).seqs
        settled = compare_alerts(conditions, before, being_sent=being_sent)
        alerts.raise_(settled.new, now=now)
        alerts.reword(settled.changed)
        alerts.clear(settled.over, now=now)
        alerts.all_clear(settled.dropped, now=now)
        keys = {each.seq: each.condition.key for each in (*alerts.open(), *before)}
        sent = notify_owner(service, owner, now=now) if owner else Notification()
    return AlertChanges(
        new=tuple(condition.key for condition in settled.new),
        over=tuple(keys[seq] for seq in settled.over),
        notified=tuple(keys[seq] for seq in sorted(sent.seqs) if seq in keys),
        problem=sent.problem,
    )


def open_alerts(service: Service) -> list[dict[str, Any]]:
    """Return the alerts that are not over, oldest first, as `status --json` shows them; times are ISO text in UTC."""
    return [
        {
            "key": alert.condition.key,
            "headline": headline(alert.condition.key),
            "says": alert.condition.description,
            "to_do": alert.condition.advice,
            "since": alert.since.isoformat(),
            "told_at": alert.told_at.isoformat() if alert.told_at else None,
        }
        for alert in service.store.alerts.open()
        if alert.cleared_at is None
    ]


def alert_lines(alerts: list[dict[str, Any]], problem: str) -> list[str]:
    """Return the open alerts as lines that a person reads, and why the owner could not be notified, if so."""
    lines = []
    for alert in alerts:
        mailed = f"mailed {format_time(alert['told_at'])}" if alert["told_at"] else "not mailed"
        lines += [
            f"! {alert['headline']}, since {format_time(alert['since'])} ({mailed})",
            *(f"  {line}" for line in alert["says"].splitlines()),
            f"  What to do: {alert['to_do']}",
        ]
    lines += [f"The mail about this: {problem}"] if problem else []
    return [*lines, ""] if lines else []


@dataclass(frozen=True, slots=True)
class Notification:
    """The mail that was begun: the numbers of its alerts, its date, when it was last tried, how often, what failed.

    Without numbers no mail is being sent: the one before was taken, or counts as taken, or certainly was not.
    """

    wrong: tuple[int, ...] = ()
    over: tuple[int, ...] = ()
    at: str = ""
    tried_at: str = ""
    problem: str = ""
    tries: int = 0

    @classmethod
    def read(cls, text: str | None) -> Notification:
        """Return what was stored."""
        facts: dict[str, Any] = json.loads(text or "{}")
        seqs: dict[str, Any] = {name: tuple(facts.pop(name, ())) for name in ("wrong", "over")}
        return cls(**seqs, **facts)

    def write(self) -> str:
        """Return it as text."""
        return json.dumps({name: getattr(self, name) for name in self.__dataclass_fields__}, ensure_ascii=False)

    @property
    def seqs(self) -> frozenset[int]:
        """The numbers of all its alerts."""
        return frozenset((*self.wrong, *self.over))

    def is_resting(self, now: datetime) -> bool:
        """Say whether it was tried less than RETRY_AFTER ago; a time to come is a clock that was wrong."""
        return bool(self.tried_at) and now - RETRY_AFTER < datetime.fromisoformat(self.tried_at) <= now

    @property
    def is_used_up(self) -> bool:
        """Whether it was tried so often that it counts as sent."""
        return self.tries >= MAX_ATTEMPTS

    def was_sent(self, alerts: Sequence[Alert]) -> bool:
        """Say whether the mail is known to have gone: a part of it was marked before a crash."""
        not_notified = {alert.seq for alert in alerts if alert.told_at is None}
        stored = {alert.seq for alert in alerts}
        return not set(self.wrong) <= not_notified if self.wrong else not set(self.over) <= stored


def last_notification(service: Service) -> Notification:
    """Return the mail that was begun last."""
    return Notification.read(service.store.recall(NOTIFICATION_KEY))


def notify_owner(service: Service, owner: Person, *, now: datetime) -> Notification:
    """Send the owner one mail of all that is new; return it, with `problem` where it could not be sent.

    Without anything new, or while another attempt would come too early, nothing is sent.
    """
    stored = service.store.recall(NOTIFICATION_KEY)
    before, alerts = Notification.read(stored), service.store.alerts.open()
    if before.seqs and before.was_sent(alerts):
        return _mark_notified(service, before, now)
    notification = before
    if not before.seqs:
        wrong, over = select_notifications(alerts)
        notification = Notification(
            tuple(each.seq for each in wrong), tuple(each.seq for each in over), at=now.isoformat()
        )
    if before.is_resting(now) or not notification.seqs:
        return Notification(problem=before.problem if notification.seqs else "")
    if notification.is_used_up:  # and the process that tried it last has crashed over it
        return _take_as_sent(service, notification, now)
    notification = replace(notification, tried_at=now.isoformat(), problem="", tries=notification.tries + 1)
    if not service.store.exchange(NOTIFICATION_KEY, stored, notification.write()):
        return Notification()  # another process sends it just now
    return _send(service, owner, notification, alerts, now)


def _send(
    service: Service, owner: Person, notification: Notification, alerts: Sequence[Alert], now: datetime
) -> Notification:
    mail = to_mail(
        wrong=[alert for alert in alerts if alert.seq in notification.wrong],
        over=[alert for alert in alerts if alert.seq in notification.over],
        owner=owner,
        sender=service.settings.packs.sender,
        programme=service.settings.programme.name,
        at=datetime.fromisoformat(notification.at),
    )
    try:
        service.mailer.send(mail)
    except LostReplyError as error:  # perhaps it was taken: the same mail, or none
        notification = replace(notification, problem=str(error))
        if notification.is_used_up:
            return _take_as_sent(service, notification, now)
        return _postpone(service, notification)
    except (CrescendoError, SettingError) as error:  # it was not: which alerts it has is decided anew then
        return _postpone(service, Notification(tried_at=notification.tried_at, problem=str(error)))
    return _mark_notified(service, notification, now)


def _take_as_sent(service: Service, mail: Notification, now: datetime) -> Notification:
    """Mark its alerts as notified, and keep that nobody knows it: the owner is to be notified of other alerts too."""
    problem = f"{mail.problem} It was handed over {mail.tries} times, so it counts as sent.".strip()
    return _mark_notified(service, replace(mail, problem=problem), now)


def _mark_notified(service: Service, mail: Notification, now: datetime) -> Notification:
    """Mark everything in the mail as notified, and let the next one go."""
    service.store.alerts.told(mail.wrong, now=now)
    service.store.alerts.all_clear(mail.over, now=now)
    service.store.remember(NOTIFICATION_KEY, Notification(problem=mail.problem).write() if mail.problem else "")
    return mail


def _postpone(service: Service, mail: Notification) -> Notification:
    service.store.remember(NOTIFICATION_KEY, mail.write())
    return Notification(problem=mail.problem)
